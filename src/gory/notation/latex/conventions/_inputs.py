r"""Sums over the inputs themselves: ``C = \frac1n \sum_x (y - a)^2``, where ``x_j`` is an input.

The letter below the sum names what runs, and is no index: everything that belongs to one input has
an index that nobody writes. It is put in: what the sum is taken of, what is computed from the
input, and the input.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gory.notation.latex._names import Names
from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_LETTERS = "imnst"  # of instances
_NO_INPUTS = frozenset("ed")  # the base of exponentials, a differential


def index_inputs(statements: Sequence[LatexStatement], names: Names) -> None:
    r"""Give what belongs to an input an index, and let ``\sum_x`` run over it."""
    sides = [side for one in statements for side in one.sides]
    written = {name for side in sides for name in _bases(side)}
    below = {name for side in sides for name, _, _ in _sums(side)}
    below -= {letter for side in sides for letter in _in_scripts(side)}  # an index
    inputs = below & written & {n for side in sides for n in _bases(side, subscripted=True)}
    used = {token.text for side in sides for token in side}
    spare = [letter for letter in _LETTERS if letter not in used]
    if len(inputs) != 1 or not spare:
        return
    sign, letter = inputs.pop(), spare[0]
    for name in _of_an_input(statements, sign):
        names.of(name).instance = letter
    names.letters.add(letter)
    for one in statements:
        one.sides = [_over(side, sign, letter) for side in one.sides]


def _of_an_input(statements: Sequence[LatexStatement], sign: str) -> set[str]:
    """The input, what is computed from it, and what is summed and given."""
    bodies = dict(_definitions(statements))
    varied = {n for one in statements for side in one.sides for n in _variables(side)}
    found = {sign}
    for side in (side for one in statements for side in one.sides):
        for name, start, end in _sums(side):
            if name == sign:
                found |= {*_bases(side[end + 1 :])} - {*_bases(side[:start])}
    found -= bodies.keys() - {sign}
    found = {name for name in found if name not in varied and len(name) == 1 and name.islower()}
    grown = True
    while grown:
        more = {
            name
            for name, body in bodies.items()
            if found & {*_bases(body)} and all(one != sign for one, _, _ in _sums(body))
        }
        grown = not more <= found
        found |= more
    return found - _NO_INPUTS


def _definitions(statements: Sequence[LatexStatement]) -> Iterator[tuple[str, list[Tex]]]:
    for one in statements:
        if one.relations[1:2] == ["="] and one.sides[0] and r"\partial" not in _texts(one.sides[0]):
            yield next(iter(_bases(one.sides[0])), ""), one.sides[1]


def _texts(tokens: Sequence[Tex]) -> list[str]:
    return [token.text for token in tokens]


def _bases(side: Sequence[Tex], *, subscripted: bool = False) -> Iterator[str]:
    """Names that stand in no script."""
    past = -1
    for place, token in enumerate(side):
        if place <= past:
            continue
        if token.text in ("_", "^") and place + 1 < len(side):
            is_group = side[place + 1].text == "{"
            end = closing(list(side), place + 1) if is_group else place + 1
            if token.text == "_" or not is_group:
                past = max(end, place + 1)
        elif token.is_letter or token.text in GREEK:
            follows = side[place + 1].text if place + 1 < len(side) else ""
            if follows == "_" or not subscripted:
                yield GREEK.get(token.text, token.text)


def _in_scripts(side: Sequence[Tex]) -> Iterator[str]:
    """What stands in subscripts, other than those of sums."""
    for place in range(1, len(side) - 1):
        if side[place].text == "_" and side[place - 1].text not in (r"\sum", r"\prod"):
            is_group = side[place + 1].text == "{"
            end = closing(list(side), place + 1) if is_group else place + 1
            yield from _texts(side[place + 1 : end + 1])


def _sums(side: Sequence[Tex]) -> Iterator[tuple[str, int, int]]:
    r"""The letters that stand alone below sums, with where ``\sum_x`` starts and ends."""
    for place, token in enumerate(side[:-2]):
        if token.text == r"\sum" and side[place + 1].text == "_":
            inner = _texts(side[place + 2 : place + 5])
            if inner[:1] == ["{"] and inner[2:] == ["}"] and side[place + 3].is_letter:
                yield inner[1], place, place + 4
            elif side[place + 2].is_letter:
                yield inner[0], place, place + 2


def _variables(side: Sequence[Tex]) -> Iterator[str]:
    r"""Names behind ``\partial`` and ``\nabla``."""
    for token, behind in pairwise(side):
        if token.text in (r"\partial", r"\nabla"):
            yield GREEK.get(behind.text, behind.text)


def _over(side: list[Tex], sign: str, letter: str) -> list[Tex]:
    out, last = [], 0
    for name, start, end in _sums(side):
        if name == sign:
            at = side[start + 1].at
            out += [*side[last : start + 2], Tex(letter, at)]
            last = end + 1
    return [*out, *side[last:]]
