r"""Signs beside a name that tell it from others: ``s_+`` and ``s_-`` of a pair, ``q_*``, ``v_k^-``.

A sign is no index. Together with it the letter is a name. Above a capital a plus is left alone: it
may be a pseudo-inverse. So is the minus of ``e^-x``, as people type a power.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex

_ABOVE = ("+", "-")
_SIGNS = {"+": "plus", "-": "minus", "*": "star", r"\ast": "star", r"\star": "star"}


def name_signed(statements: Sequence[LatexStatement]) -> None:
    """Call such names by one word, in place."""
    for one in statements:
        one.sides = [_named(side) for side in one.sides]


def _named(side: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        token = side[place]
        name = GREEK.get(token.text, token.text if token.is_letter else "")
        sign, end = _sign(side, place + 1, "_") if name else ("", place)
        below: list[Tex] = []
        if name and not sign and not token.text.isupper():
            start = _behind_index(side, place + 1)
            sign, end = _sign(side, start, "^")
            is_name = sign in _ABOVE and not _is_power(side, end)
            sign, below = (sign, side[place + 1 : start]) if is_name else ("", [])
        if sign:
            out += [Tex(f"{name}{_SIGNS[sign]}", token.at), *below]
            place = end
        else:
            out.append(token)
            place += 1
    return out


def _sign(side: list[Tex], place: int, script: str) -> tuple[str, int]:
    """The sign that a script at a place consists of, and where it ends; or nothing."""
    pieces = [t.text for t in side[place : place + 4]]
    is_braced = pieces[1:2] == ["{"] and pieces[3:4] == ["}"]
    sign = "".join(pieces[2:3] if is_braced else pieces[1:2])
    is_one = pieces[:1] == [script] and sign in _SIGNS
    return (sign, place + (4 if is_braced else 2)) if is_one else ("", place)


def _behind_index(side: list[Tex], place: int) -> int:
    """Where the index below a name ends, which may stand before the sign above it."""
    pieces = [t.text for t in side[place : place + 2]]
    if pieces[:1] != ["_"]:
        return place
    if pieces[1:] != ["{"]:
        return place + 2
    end = next((n for n in range(place + 2, len(side)) if side[n].text in "{}"), len(side))
    return end + 1 if side[end : end + 1] and side[end].text == "}" else place


def _is_power(side: list[Tex], end: int) -> bool:
    """Whether something stands right behind a bare sign: ``e^-x``."""
    if end >= len(side) or side[end - 1].text == "}":
        return False
    follows = side[end]
    is_close = follows.at == side[end - 1].at + 1
    return is_close and (follows.text.isalnum() or follows.text in ("(", "\\"))
