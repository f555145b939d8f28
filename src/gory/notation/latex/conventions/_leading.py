r"""Indices of instances that are left out below: ``p_k = ...`` of one instance, later ``p_{nk}``.

Where a name has two letters below it and elsewhere only the second of them, the first is the
instance, and it is put in. A row ``w_k`` of a matrix ``w_{kj}`` has the first of them, and is left
alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_INSTANCES = frozenset("nimtsb")
_Use = tuple[int, int, list[str]]  # where the subscript of a name starts and ends, and its letters


def write_leading_out(statements: Sequence[LatexStatement]) -> None:
    """Put the letter of the instance in wherever it is left out."""
    uses: dict[str, list[list[str]]] = {}
    for side in (side for one in statements for side in one.sides):
        for name, (_, _, letters) in _subscripts(side):
            uses.setdefault(name, []).append(letters)
    found = {name: letter for name, own in uses.items() if (letter := _instance(own))}
    defined = {name for one in statements for name, use in _defined(one) if len(use) == 1}
    letters = {found[name] for name in defined & found.keys()}
    found = {name: letter for name, letter in found.items() if {letter} == letters}
    for one in statements if found else ():
        one.sides = [_written(side, found) for side in one.sides]


def _subscripts(side: Sequence[Tex]) -> Iterator[tuple[str, _Use]]:
    """Names with plain letters below them."""
    for place in range(1, len(side) - 1):
        token = side[place - 1]
        name = GREEK.get(token.text, token.text if token.is_letter else "")
        if side[place].text != "_" or not name:
            continue
        end = closing(list(side), place + 1) if side[place + 1].text == "{" else place + 1
        inner = side[place + 2 : end] if end > place + 1 else side[place + 1 : end + 1]
        letters = [t.text for t in inner if t.text != ","]
        if end > 0 and letters and letters[0].isalnum() and letters[0].islower():
            yield name, (place, end, letters)


def _instance(uses: Sequence[Sequence[str]]) -> str:
    """The one letter that stands first where there are two, and never where there is one."""
    pairs = [use for use in uses if len(use) > 1]
    alone = {use[0] for use in uses if len(use) == 1}
    first, second = {use[0] for use in pairs}, {use[1] for use in pairs}
    is_left_out = len(first) == 1 and first <= _INSTANCES and alone & second and not alone & first
    return next(iter(first)) if is_left_out else ""


def _defined(statement: LatexStatement) -> Iterator[tuple[str, list[str]]]:
    left = statement.sides[0] if statement.relations[1:2] == ["="] else []
    for name, (start, end, letters) in _subscripts(left):
        if start == 1 and end == len(left) - 1:
            yield name, letters


def _written(side: list[Tex], found: dict[str, str]) -> list[Tex]:
    out, last = [], 0
    for name, (start, end, letters) in _subscripts(side):
        if name in found and len(letters) == 1 and start >= last:
            at = side[start].at
            inner = [Tex(found[name], at), *side[start + 1 : end + 1]]
            inner = [t for t in inner if t.text not in ("{", "}")]
            out += [*side[last : start + 1], Tex("{", at), *inner, Tex("}", at)]
            last = end + 1
    return [*out, *side[last:]]
