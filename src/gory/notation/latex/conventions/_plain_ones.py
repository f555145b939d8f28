r"""``X W + 1 b^\top``: a 1 beside a transposed name is the vector of ones.

Nobody writes the factor 1, so one that stands right before a transposed name, or right behind a
sign of transposition, is no number; nor is a 1 that is transposed itself, ``1^\top e^z``.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._scripts import FONTS, TRANSPOSED
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_CONDITIONS = frozenset({r"\{", "(", "[", "_", "^", r"\lbrace"})  # 1\{y = k\}


def write_ones(statements: Sequence[LatexStatement]) -> None:
    """Write such ones in bold, in place."""
    for one in statements:
        one.sides = [_bold(side) for side in one.sides]


def _bold(side: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    for place, token in enumerate(side):
        is_vector = _is_sign(side, place + 1) or _before_transposed(side, place + 1)
        is_bold = any(before.text in FONTS for before in side[max(place - 2, 0) : place])
        if token.text == "1" and not is_bold and (is_vector or _behind_sign(side, place)):
            out += [Tex(sign, token.at) for sign in (r"\mathbf", "{", "1", "}")]
        else:
            out.append(token)
    return out


def _before_transposed(side: list[Tex], place: int) -> bool:
    """Whether ``b^T`` follows."""
    rest = side[place : place + 2]
    return len(rest) == 2 and rest[0].is_letter and _is_sign(side, place + 1)


def _is_sign(side: list[Tex], place: int) -> bool:
    """Whether ``^T`` stands at a place."""
    if place + 1 >= len(side) or side[place].text != "^":
        return False
    end = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
    return "".join(t.text for t in side[place + 1 : end + 1] if t.text not in "{}") in TRANSPOSED


def _behind_sign(side: list[Tex], place: int) -> bool:
    """Whether ``^T`` stands before, and no condition follows."""
    follows = side[place + 1].text if place + 1 < len(side) else ""
    if follows in _CONDITIONS:
        return False
    return any(
        _is_sign(side, start)
        and (closing(side, start + 1) if side[start + 1].text == "{" else start + 1) == place - 1
        for start in range(max(place - 4, 0), place - 1)
    )
