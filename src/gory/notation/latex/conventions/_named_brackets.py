r"""Kronecker's delta of an equation: ``\delta[k = y]`` and ``\delta(k = y)`` are ``[k = y]``."""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing


def write_brackets(statements: Sequence[LatexStatement]) -> None:
    """Leave the delta out and put the equation into square brackets, in place."""
    for one in statements:
        one.sides = [_bracketed(side) for side in one.sides]


def _bracketed(side: list[Tex]) -> list[Tex]:
    out = list(side)
    for place in reversed(range(len(side) - 1)):
        if side[place].text != r"\delta" or side[place + 1].text not in ("(", "["):
            continue
        end = closing(side, place + 1)
        inner = [t.text for t in side[place + 2 : end]] if end > 0 else []
        if inner.count("=") == 1 and "," not in inner:
            out[end] = Tex("]", side[end].at)
            out[place : place + 2] = [Tex("[", side[place].at)]
    return out
