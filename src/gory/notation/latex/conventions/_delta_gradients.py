r"""Gradients as ``\delta h_t``, where an equation says ``\delta h_t = \partial L / \partial h_t``.

A delta right before a name is a product elsewhere, and a bar above it an average. Behind such an
equation they are other ways to write ``dh_t``: a delta before every name of the text, a bar above
every name that stands without it, too, and is no average.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, Word

_DELTA = r"\delta"
_BAR = r"\bar"


def spell_with_d(statements: Sequence[LatexStatement]) -> None:
    r"""Write ``dh`` for ``\delta h``, in place, if an equation says what it is."""
    for sign in (_DELTA, _BAR):
        saying = [one for one in statements if one.relations[1:2] == ["="] and _says(one, sign)]
        if not saying or (sign == _BAR and _averages(statements)):
            continue
        for one in saying:
            one.sides[1] = _as_fraction(one.sides[1])
        for one in statements:
            one.sides = [_spelt(_closed(side), sign) for side in one.sides]


def _closed(side: list[Tex]) -> list[Tex]:
    r"""``\bar y`` for ``\bar{y}``."""
    out: list[Tex] = []
    place = 0
    while place < len(side):
        shown = [t.text for t in side[place : place + 4]]
        if shown[:2] == [_BAR, "{"] and shown[3:] == ["}"]:
            name, last = side[place + 2 : place + 4]
            out += [side[place], Word(name.text, name.at, last.at + 1)]
            place += 4
        else:
            out.append(side[place])
            place += 1
    return out


def _averages(statements: Sequence[LatexStatement]) -> bool:
    """Whether a bar stands above a name that never stands without it, or above that of a sum."""
    barred, bare, lefts = set[str](), set[str](), set[str]()
    for one in statements:
        for side in map(_closed, one.sides):
            for before, token in pairwise([Tex("", 0), *side]):
                (barred if before.text == _BAR else bare).add(token.text)
        left, right = _closed(one.sides[0]), [t.text for t in one.sides[-1]]
        is_barred = [t.text for t in left[:1]] == [_BAR]
        if is_barred and r"\sum" in right and r"\frac" in right[:1]:
            lefts |= {t.text for t in left[1:2]}
    return bool(barred - bare or lefts)


def _says(one: LatexStatement, sign: str) -> bool:
    r"""Whether an equation is ``\delta x = \partial L / \partial x``, of whatever loss."""
    own = [t.text for t in _closed(one.sides[0])]
    texts = [t.text for t in _as_fraction(one.sides[1])]
    if own[:1] != [sign] or len(own) < 2 or texts[:3] != [r"\frac", "{", r"\partial"]:
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


def _spelt(side: list[Tex], sign: str) -> list[Tex]:
    out = list(side)
    for place, (token, after) in enumerate(pairwise(side)):
        if token.text == sign and (after.is_name or after.text in GREEK):
            until = after.until if isinstance(after, Word) else after.at + len(after.text)
            out[place : place + 2] = [Tex("d", token.at), Word(after.text, token.at + 1, until)]
    return out
