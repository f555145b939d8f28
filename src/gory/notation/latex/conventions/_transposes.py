r"""A prime that transposes, as econometricians write: ``x_i' \beta_j``, ``X'(y - p)``.

A text is read so if all of its primes stand on names that nothing defines, and something that
can be multiplied follows each of them, or they end ``x_i x_i'`` or ``\partial \beta \partial
\beta'``. Where one of them stands alone, as in ``u' v + u v'``, primes are derivatives; that of a
function before its argument, ``F'(x' \beta)``, always is.
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
    lefts = {_first(one.sides[0]) for one in statements if _defines(one)}
    found = [(side, place) for side in sides for place in _primes(side)]
    found = [one for one in found if not _is_slope(*one, lefts)]
    if not found or not all(_multiplies(side, place) for side, place in found):
        return
    named = [one for one in found if not _group(*one)]
    primed = {_base(side, place) for side, place in named}
    called = {_base(side, place) for side, place in named if _calls(side, place)}
    behind = [[t.text for t in side[place + 1 : place + 2]] for side, place in named]
    is_product = behind.count(["("]) < len(behind) or any(_is_squared(*one) for one in found)
    if "" in primed or primed & lefts or called or not is_product:
        return
    for one in statements:
        one.sides = [_turned(side, lefts) for side in one.sides]


def _defines(statement: LatexStatement) -> bool:
    r"""Whether a statement may say what a name is; ``\beta_0 = 0`` sets one vector of many."""
    if statement.relations[1:2] != ["="]:
        return False
    is_entry = [t.text for t in statement.sides[0][1:]] == ["_", "0"]
    return not (is_entry and all(t.text in ("0", ".", ",") for t in statement.sides[1]))


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


def _group(side: list[Tex], place: int) -> list[str]:
    """The sum in brackets that a prime stands behind, or nothing."""
    end = place - 1
    if side[end].text != ")":
        return []
    opens = next((n for n in range(end, -1, -1) if side[n].text == "("
                  and closing(side, n) == end), end)  # fmt: skip
    pieces = [token.text for token in side[opens:place]]
    return pieces if {"+", "-"} & {*pieces} else []


def _is_squared(side: list[Tex], place: int) -> bool:
    """Whether a sum stands on both sides of a prime, as in ``(y - X b)'(y - X b)``."""
    pieces = _group(side, place)
    return bool(pieces) and [t.text for t in side[place + 1 : place + 1 + len(pieces)]] == pieces


def _multiplies(side: list[Tex], place: int) -> bool:
    """Whether a factor follows a prime."""
    if _is_outer_product(side, place):
        return True
    if place + 1 >= len(side):
        return False
    token = side[place + 1]
    if token.text == "}" and _is_second_variable(side, place):
        return True
    is_name = token.is_name or token.text in GREEK or token.text in FONTS or token.text in ACCENTS
    return is_name or token.text == "("


def _is_outer_product(side: list[Tex], place: int) -> bool:
    """Whether a name or a sum stands before its own transpose, as in ``x_i x_i'``."""
    pieces = [token.text for token in side[:place]]
    if group := _group(side, place):
        return pieces[: -len(group)][-len(group) :] == group
    letters = [n for n in range(place) if pieces[n].isalpha()]
    letters = [n for n in letters if pieces[n - 1 : n] != ["_"] and pieces[n - 2 : n] != ["_", "{"]]
    start = max(letters, default=-1)
    size = place - start
    return start >= size and pieces[start - size : start] == pieces[start:]


def _is_second_variable(side: list[Tex], place: int) -> bool:
    r"""Whether a prime ends ``\partial \beta \, \partial \beta'`` below a line."""
    opens = next((n for n in range(place, -1, -1) if side[n].text == "{"
                  and closing(side, n) == place + 1), -1)  # fmt: skip
    signs = [n for n in range(opens + 1, place) if side[n].text == r"\partial"]
    return len(signs) == 2 and signs[0] == opens + 1


def _calls(side: list[Tex], place: int) -> bool:
    """Whether a bracket behind a prime may hold an argument, and not a sum."""
    follows = side[place + 1].text if place + 1 < len(side) else ""
    end = closing(side, place + 1) if follows == "(" else -1
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
        accent = side[opens - 1].text if side[opens - 1].text in ACCENTS else ""
        return accent + _spelt(inner[0]) if len(inner) == 1 and is_dressed else ""
    token = side[at]
    accent = side[at - 1].text if at > 0 and side[at - 1].text in ACCENTS else ""
    return accent + _spelt(token) if token.is_name or token.text in GREEK else ""


def _spelt(token: Tex) -> str:
    return GREEK.get(token.text, token.text)


def _first(side: list[Tex]) -> str:
    """The name with which a side begins."""
    names = (t for t in side[:4] if t.is_name or t.text in GREEK)
    found = next(names, None)
    accent = side[0].text if side and side[0].text in ACCENTS else ""
    return accent + _spelt(found) if found else ""


def _is_slope(side: list[Tex], place: int, lefts: Container[str]) -> bool:
    """Whether a prime stands on a function that is known, before its argument."""
    if [t.text for t in side[place + 1 : place + 2]] != ["("]:
        return False
    base = _base(side, place)
    return side[place - 1].text in FUNCTIONS or (bool(base) and base in lefts)


def _turned(side: list[Tex], lefts: Container[str]) -> list[Tex]:
    places = {place for place in _primes(side) if not _is_slope(side, place, lefts)}
    out: list[Tex] = []
    for place, token in enumerate(side):
        if place in places:
            out += [Tex("^", token.at), Tex(r"\top", token.at)]
        else:
            out.append(token)
    return out
