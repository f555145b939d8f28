r"""An entry 0 with an equation of its own: ``P_0 = 1 / (1 + \sum_j e^{v_j})`` beside ``P_k``.

The class that all others are compared with, or the total ``\alpha_0 = \sum_j \alpha_j`` of given
numbers: it is called the same, and is none of them, since no sum runs over it. So it is a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._scripts import FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_DRESS = ("{", "}", *FONTS)
_COMPUTED = frozenset((r"\sum", r"\frac", r"\dfrac", r"\tfrac", r"\exp"))


def set_zero_apart(statements: Sequence[LatexStatement]) -> set[str]:
    """Call such entries by names of their own, in place; these names."""
    found = {name for one in statements if (name := _defined(one))}
    sides = [side for one in statements for side in one.sides] if found else []
    if not found or any(_begins_with_zero(side) for side in sides):
        return set()
    below: dict[str, set[str]] = {}
    for name, _, _, letter in (use for side in sides for use in _entries(side)):
        below.setdefault(name, set()).add(letter)
    apart = {
        name
        for name in found
        if any(letter.islower() for letter in below[name])
        and not any(letter.isdigit() for letter in below[name] - {"0"})
    }
    for one in statements if apart else ():
        one.sides = [_renamed(side, apart) for side in one.sides]
    return {f"{name}0" for name in apart}


def _defined(statement: LatexStatement) -> str:
    """The name whose entry 0 an equation computes."""
    left = [t for t in statement.sides[0] if t.text not in _DRESS]
    if statement.relations[1:2] != ["="] or [t.text for t in left[1:]] != ["_", "0"]:
        return ""
    is_computed = _COMPUTED & {t.text for t in statement.sides[1]}
    return _name(left[0]) if is_computed else ""


def _name(token: Tex) -> str:
    return GREEK.get(token.text, token.text if token.is_letter else "")


def _entries(side: list[Tex]) -> Iterator[tuple[str, int, int, str]]:
    """Names with one sign below them: the name, where it starts and ends, and the sign."""
    for place in range(len(side) - 2):
        name = _name(side[place])
        if not name or side[place + 1].text != "_":
            continue
        is_braced = side[place + 2].text == "{"
        end = closing(side, place + 2) if is_braced else place + 2
        inner = side[place + 3 : end] if is_braced else side[place + 2 : end + 1]
        if len(inner) == 1:
            yield name, place, end, inner[0].text


def _begins_with_zero(side: list[Tex]) -> bool:
    r"""``\sum_{k=0}^{J}``, ``k = 0, \dots, J``"""
    pieces = "".join(t.text for t in side)
    return "=0}^" in pieces or (pieces.startswith("0,") and r"\dots" in pieces)


def _renamed(side: list[Tex], apart: set[str]) -> list[Tex]:
    out: list[Tex] = []
    last = 0
    for name, start, end, letter in _entries(side):
        if name in apart and letter == "0" and start >= last:
            out += [*side[last:start], Tex(f"{name}0", side[start].at)]
            last = end + 1
    return [*out, *side[last:]]
