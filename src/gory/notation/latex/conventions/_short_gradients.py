r"""Gradients as ``dy_i``, where words say so: "write $dy_i$ for $\partial L / \partial y_i$".

Behind such words every ``dz`` of the text is the derivative of that loss by z.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from gory.notation.latex._scripts import ACCENTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_SAYS_FOR = re.compile(r"(?i)^\W*(?:for|to denote|means?|stands for|denotes?|instead of)\W*$")
_SCALED = re.compile(r"(?i)\b(?:times|divided|scaled|up to|factor|multiplied)\b")
LOOK_AHEAD = 60  # characters behind such words that may take a part of them back


def write_gradients_out(text: str, statements: Sequence[LatexStatement]) -> None:
    """Replace ``dy_i`` by the fraction that it stands for, all over a text that says so."""
    loss: list[Tex] = []
    for one, other in pairwise(statements):
        says = _SAYS_FOR.match(other.cue[-20:].split("  ")[-1]) is not None
        end = other.sides[-1][-1].at if other.sides[-1] else 0
        says = says and not _SCALED.search(text[end : end + LOOK_AHEAD])
        if says and len(one.sides) == 1 and _short(one.sides[0], 0) == len(one.sides[0]):
            loss = loss or _loss(other.sides[0])
    for one in statements if loss else ():
        one.sides = [_written_out(side, loss) for side in one.sides]


def _loss(side: list[Tex]) -> list[Tex]:
    r"""The L of ``\frac{\partial L}{...}``."""
    if [t.text for t in side[:3]] != [r"\frac", "{", r"\partial"]:
        return []
    end = closing(side, 1)
    return side[3:end] if end > 3 else []


def _short(side: list[Tex], place: int) -> int:
    """Where the ``dy_i`` that begins here ends; 0 if none does."""
    if side[place].text != "d" or place + 1 >= len(side):
        return 0
    if place and side[place - 1].text in ("{", "/"):
        return 0  # in a fraction
    at = place + 1
    token = side[at]
    if token.at != side[place].at + 1:
        return 0
    if token.text in ACCENTS and at + 1 < len(side):
        at = closing(side, at + 1) if side[at + 1].text == "{" else at + 1
    elif not (token.is_name or token.text in GREEK):
        return 0
    at += 1
    while 0 < at < len(side) - 1 and side[at].text in ("_", "^"):
        at = (closing(side, at + 1) if side[at + 1].text == "{" else at + 1) + 1
    return at


def _written_out(side: list[Tex], loss: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        end = _short(side, place)
        if not end:
            out.append(side[place])
            place += 1
            continue
        at = side[place].at
        opening, ending, sign = Tex("{", at), Tex("}", at), Tex(r"\partial", at)
        below = side[place + 1 : end]
        out += [Tex(r"\frac", at), opening, sign, *loss, ending, opening, sign, *below]
        out.append(Tex("}", side[end - 1].at))
        place = end
    return out
