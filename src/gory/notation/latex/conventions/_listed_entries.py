r"""Vectors by their ends: ``z = (e^{x_1}, \dots, e^{x_n})`` is ``z_i = e^{x_i}``."""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex.conventions._name_uses import name_uses

_DOTS = (r"\dots", r"\ldots", r"\cdots", r"\dotsc")
_TURNED = ("^", "{", "}", "T", r"\top", r"\intercal")
_LETTERS = ("i", "j", "k", "l", "m")


def write_entries(statements: Sequence[LatexStatement]) -> None:
    """Write such equations with an index, in place."""
    for one in statements:
        use = next(name_uses(one.sides[0]), None)
        is_whole = use and not use.start and use.end == len(one.sides[0]) - 1 and not use.letters
        entry = _entry(one.sides[1]) if is_whole and one.relations == ["", "="] else []
        letter = next((x for x in _LETTERS if x not in {t.text for t in entry}), "")
        if not use or not entry or not letter or use.name in {u.name for u in name_uses(entry)}:
            continue
        at = one.sides[0][-1].at
        one.sides = [
            [*one.sides[0], Tex("_", at), Tex(letter, at)],
            _at(entry, letter),
        ]


def _entry(side: list[Tex]) -> list[Tex]:
    """The first entry of a list whose last one is the same with another index, or nothing."""
    end = closing(side, 0) if side and side[0].text in ("(", "[") else -1
    if end < 0 or any(t.text not in _TURNED for t in side[end + 1 :]):
        return []
    pieces: list[list[Tex]] = [[]]
    depth = 0
    for token in side[1:end]:
        depth += (token.text in ("(", "{", "[")) - (token.text in (")", "}", "]"))
        if token.text == "," and not depth:
            pieces.append([])
        else:
            pieces[-1].append(token)
    dots = [n for n, piece in enumerate(pieces) if [t.text for t in piece] in [[d] for d in _DOTS]]
    if dots != [len(pieces) - 2] or len(pieces) not in (3, 4):
        return []
    first, last = pieces[0], pieces[-1]
    ends = {last[n].text for n in _ones(first) if n < len(last)}
    is_same = len(ends) == 1 and _texts(_at(first, min(ends))) == _texts(last)
    return first if is_same else []


def _ones(tokens: list[Tex]) -> list[int]:
    """Where an index is one."""
    return [n for n, t in enumerate(tokens) if t.text == "1" and n and tokens[n - 1].text == "_"]


def _at(tokens: list[Tex], letter: str) -> list[Tex]:
    ones = _ones(tokens)
    return [Tex(letter, t.at) if n in ones else t for n, t in enumerate(tokens)]


def _texts(tokens: list[Tex]) -> list[str]:
    return [t.text for t in tokens]
