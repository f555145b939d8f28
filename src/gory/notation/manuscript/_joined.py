"""Displays that go on with the one before them: ``= b`` behind words and an earlier ``a = ...``.

An index condition in the words between begins a branch of its own, from the same left side.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex import LatexStatement
from gory.notation.manuscript._piece import Piece


def go_on(pieces: Sequence[Piece], found: list[LatexStatement]) -> None:
    """Join what starts with ``=`` to the display before it, in place."""
    displays = (
        p.latex
        for p in reversed(pieces)
        if p.latex and p.latex.is_display and not p.latex.is_remark
    )
    last = next(displays, None)
    starts = found and not found[0].sides[0] and found[0].relations[1:2] == ["="]
    if not starts or last is None or len(last.sides) < 2:
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
