r"""A prime that transposes, as econometricians write: ``x_i' \beta_j``, ``X'(y - p)``.

A text is read so if all of its primes stand on names that nothing defines, and something that
can be multiplied follows each of them. Where one of them stands alone, as in ``u' v + u v'``,
primes are derivatives; that of a function before its argument, ``F'(x' \beta)``, always is.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from gory.notation.latex._functions import FUNCTIONS
from gory.notation.latex._scripts import ACCENTS, FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_MARKS = ("'", r"\prime")


def write_transposes(statements: Sequence[LatexStatement]) -> None:
    """Replace the primes of a text by the sign of transposition, if that is what they are."""
    sides = [side for one in statements for side in one.sides]
    lefts = {_first(one.sides[0]) for one in statements if one.relations[1:2] == ["="]}
    found = [(side, place) for side in sides for place in _primes(side)]
    found = [one for one in found if not _is_slope(*one, lefts)]
    if not found or not all(_multiplies(side, place) for side, place in found):
        return
    primed = {_base(side, place) for side, place in found}
    called = {_base(side, place) for side, place in found if _calls(side, place)}
    is_product = any(side[place + 1].text != "(" for side, place in found)
    if "" in primed or primed & lefts or called or not is_product:
        return
    for one in statements:
        one.sides = [_turned(side, lefts) for side in one.sides]


def _primes(side: list[Tex]) -> Iterator[int]:
    """Where primes stand that are in no subscript."""
    past = -1
    for place, token in enumerate(side):
        if place <= past:
            continue
        if token.text == "_" and place + 1 < len(side):
            is_group = side[place + 1].text == "{"
            past = max(closing(side, place + 1), place + 1) if is_group else place + 1
        elif token.text in _MARKS:
            yield place


def _multiplies(side: list[Tex], place: int) -> bool:
    """Whether a factor follows a prime."""
    if place + 1 >= len(side):
        return False
    token = side[place + 1]
    is_name = token.is_name or token.text in GREEK or token.text in FONTS or token.text in ACCENTS
    return is_name or token.text == "("


def _calls(side: list[Tex], place: int) -> bool:
    """Whether a bracket behind a prime may hold an argument, and not a sum."""
    end = closing(side, place + 1) if side[place + 1].text == "(" else -1
    inner = [token.text for token in side[place + 2 : max(end, 0)]]
    return end > 0 and not {"+", "-"} & {*inner}


def _base(side: list[Tex], place: int) -> str:
    """The name that a prime stands on, "" if it is none."""
    at = place - 1
    while at > 0 and side[at - 1].text == "_":  # x_i'
        at -= 2
    if side[at].text == "}":
        opens = next((n for n in range(at, -1, -1) if side[n].text == "{"), 0)
        if opens > 0 and side[opens - 1].text == "_":
            return _base(side, opens - 1)
        inner = [t for t in side[opens:at] if t.is_name or t.text in GREEK]
        is_dressed = opens > 0 and side[opens - 1].text in (*FONTS, *ACCENTS)
        return GREEK.get(inner[0].text, inner[0].text) if len(inner) == 1 and is_dressed else ""
    token = side[at]
    return GREEK.get(token.text, token.text) if token.is_name or token.text in GREEK else ""


def _first(side: list[Tex]) -> str:
    """The name with which a side begins."""
    names = (t for t in side[:4] if t.is_name or t.text in GREEK)
    found = next(names, None)
    return GREEK.get(found.text, found.text) if found else ""


def _is_slope(side: list[Tex], place: int, lefts: Container[str]) -> bool:
    """Whether a prime stands on a function that is known, before its argument."""
    if [t.text for t in side[place + 1 : place + 2]] != ["("]:
        return False
    return side[place - 1].text in FUNCTIONS or _base(side, place) in lefts


def _turned(side: list[Tex], lefts: Container[str]) -> list[Tex]:
    places = {place for place in _primes(side) if not _is_slope(side, place, lefts)}
    out: list[Tex] = []
    for place, token in enumerate(side):
        if place in places:
            out += [Tex("^", token.at), Tex(r"\top", token.at)]
        else:
            out.append(token)
    return out
