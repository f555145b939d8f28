"""Formulas that go on with the one before them: ``= b`` behind words and an earlier ``a = ...``.

A display goes on with the last display, a formula in a line with the last equation, unless words
like "where" introduced that. An index condition in the words between begins a branch of its own,
from the same left side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation.latex import LatexStatement, Tex
from gory.notation.manuscript._piece import Piece

_ASIDE = re.compile(r"(?i)\b(?:where|with|since|because|using|by|as|for|if|when)\W*$")

_WORDS = """
which that this it is so hence and or thus therefore then equivalently i e we get have find obtain
equal equals to also again further finally step part line row a b c d ii iii iv by item
"""
_NEXT_ROW = re.compile(
    r"\|[ \t]*\n[ \t]*\|[^|\n]{0,20}(?:\|[ \t]*)?\Z|\\\\\s*(?:\\hline\s*)?(?:\d+\s*&\s*)?\Z"
)
_NEXT_ITEM = re.compile(r"\n[ \t]*(?:\(?\d{1,2}[.)]|[-*+•]|\\item)[ \t]*\Z")
_NEUTRAL = frozenset(_WORDS.split())
_JOINING = frozenset({"+", "-", "=", r"\cdot", r"\times", "*", "/"})


def ends_in_sign(tokens: Sequence[Tex]) -> bool:
    """Whether a formula ends in a sign that joins, as if it went on."""
    return bool(tokens) and tokens[-1].text in _JOINING


def doubtful_beginning(gap: str, *, goes_on: bool) -> str:
    """Whether words or signs before a formula are a part of it: ``softplus$(x) = ...$``.

    ``gap`` are the words since the last formula, and ``goes_on`` if that ends in a sign.
    """
    if gap[-1:].isalpha():
        word = re.split(r"[^A-Za-z]", gap)[-1]
        return f"the word {word!r} stands right before it and may be a part of it"
    if goes_on and not gap.strip():
        return "the formula before it ends in a sign, so that this may be the rest of it"
    return ""


def go_on(pieces: Sequence[Piece], found: list[LatexStatement], between: str) -> None:
    """Join what starts with ``=`` to the equation before it, in place; ``between`` are the words
    since the last formula.
    """
    starts = found and not found[0].sides[0] and found[0].relations[1:2] == ["="]
    words = {*re.findall(r"[^\W\d_]+", between.lower())}
    is_next_row = _NEXT_ROW.search(between) is not None  # of a table
    is_next_item = _NEXT_ITEM.search(between) is not None
    if not starts or not (found[0].is_display or words <= _NEUTRAL or is_next_row or is_next_item):
        return  # "the sum $= 30$"
    is_display = found[0].is_display
    last = next(
        (
            p.latex
            for p in reversed(pieces)
            if p.latex and not p.latex.is_remark and (p.latex.is_display or not is_display)
            if p.latex.is_display or (len(p.latex.sides) > 1 and not _ASIDE.search(p.latex.cue))
        ),
        None,
    )
    if last is None or len(last.sides) < 2:
        return
    if _has_condition_since(pieces, last):  # "If i = j," begins a branch of its own
        found[0].sides[0] = last.sides[0]
        return
    first = found.pop(0)
    last.sides += first.sides[1:]
    last.relations += first.relations[1:]


def _has_condition_since(pieces: Sequence[Piece], last: LatexStatement) -> bool:
    """Whether ``i = j`` stands in the prose behind a display."""
    for piece in reversed(pieces):
        if piece.latex is last:
            return False
        latex = piece.latex
        if latex and not latex.is_display and [len(side) for side in latex.sides] == [1, 1]:
            return latex.relations[1] in ("=", r"\neq", r"\ne")
    return False
