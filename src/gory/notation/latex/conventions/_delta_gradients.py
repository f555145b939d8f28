r"""Gradients as ``\delta h_t``, where an equation says ``\delta h_t = \partial L / \partial h_t``.

A delta right before a name is a product elsewhere. Behind such an equation it is another way to
write ``dh_t``, before every name of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex

_DELTA = r"\delta"


def spell_with_d(statements: Sequence[LatexStatement]) -> None:
    r"""Write ``dh`` for ``\delta h``, in place, if an equation says what it is."""
    saying = [one for one in statements if one.relations[1:2] == ["="] and _says(one)]
    for one in saying:
        one.sides[1] = _as_fraction(one.sides[1])
    for one in statements if saying else ():
        one.sides = [_spelt(side) for side in one.sides]


def _says(one: LatexStatement) -> bool:
    r"""Whether an equation is ``\delta x = \partial L / \partial x``, of whatever loss."""
    own = [t.text for t in one.sides[0]]
    texts = [t.text for t in _as_fraction(one.sides[1])]
    if own[:1] != [_DELTA] or len(own) < 2 or texts[:3] != [r"\frac", "{", r"\partial"]:
        return False
    return texts[-len(own) - 2 :] == ["{", r"\partial", *own[1:], "}"]


def _as_fraction(side: list[Tex]) -> list[Tex]:
    r"""``\frac{\partial L}{\partial x}`` for ``\partial L / \partial x``."""
    texts = [t.text for t in side]
    if texts[:1] != [r"\partial"] or texts.count(r"\partial") != 2 or texts.count("/") != 1:
        return side
    middle = texts.index("/")
    if texts[middle + 1] != r"\partial" or {"+", "-", "=", "("} & {*texts}:
        return side
    at, end = side[0].at, side[-1].at
    opening, closing = Tex("{", side[middle].at), Tex("}", side[middle].at)
    numerator = [Tex(r"\frac", at), Tex("{", at), *side[:middle], closing]
    return [*numerator, opening, *side[middle + 1 :], Tex("}", end)]


def _spelt(side: list[Tex]) -> list[Tex]:
    out = list(side)
    for place, (token, after) in enumerate(pairwise(side)):
        if token.text == _DELTA and (after.is_name or after.text in GREEK):
            out[place : place + 2] = [Tex("d", token.at), Tex(after.text, token.at + 1)]
    return out
