r"""Vectors of numbers at the end of an equation: ``\nabla_z L = p - y = (-0.33, 0.24, 0.09)``.

Such a vector says of every entry of the side before it which number that is, and so does a matrix.
The equation is read without it, and each entry becomes an equation of its own, for `_points` to
judge at the numbers that the text gives. Texts with an entry 0 are left alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from gory.notation.latex import LatexStatement, Names
from gory.notation.latex.conventions import listed_numbers
from gory.notation.manuscript._sides import Side
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript._unread_lefts import from_names

UNREAD = "numbers in brackets are read where they are the entries of a vector or a matrix"


_ZEROTH = re.compile(r"_\s?\{?0")  # where entries count from zero, or some of them do, nobody knows


class Listed(NamedTuple):
    """The numbers that an equation ends with; a matrix has so many columns."""

    relation: str
    entries: tuple[str, ...]
    columns: int
    source: str


def numbers_at_the_end(
    text: str, statement: LatexStatement, names: Names
) -> tuple[LatexStatement, Listed | None]:
    """An equation without the vector or matrix of numbers that it ends with, and these."""
    *before, relation = statement.relations
    entries, columns = listed_numbers(text, statement.sides[-1], names) if before else ((), 0)
    if not entries or relation not in ("=", r"\approx") or _ZEROTH.search(text):
        return statement, None
    shorter = replace(statement, sides=statement.sides[:-1], relations=before)
    first, last = statement.sides[-1][0], statement.sides[-1][-1]
    written = " ".join(text[first.at : last.at + len(last.text)].split())
    return shorter, Listed(relation, entries, columns, written)


def with_entries(made: Statement, found: Listed | None) -> list[Statement]:
    """An equation with what it says of each entry of its last side."""
    last = made.sides[-1]
    if found is None:
        return from_names(made)
    axes = 2 if found.columns else 1
    if not last.readings or last.level is None or last.level.axes != axes:
        numbers = Side(last.row, found.source, relation=found.relation, problem=UNREAD, at=last.at)
        return from_names(replace(made, sides=(*made.sides, numbers)))
    general = from_names(made) if len(made.sides) > 1 else []
    for n, number in enumerate(found.entries):
        place = divmod(n, found.columns) if found.columns else (n,)
        index = [str(i + 1) for i in place]
        reading = last.readings[0]
        for letter, digit in zip(last.level.letters, index, strict=False):
            reading = re.sub(rf"(?<=[\[,]){letter}(?=[\],])", digit, reading)
        source = f"({last.source})_{{{','.join(index)}}}"
        entry = replace(last, source=source, relation="", readings=(reading,))
        sides = (entry, Side(last.row, _shown(number), (number,), found.relation, at=last.at))
        general.append(replace(made, sides=sides, is_definition=False, at=made.at + 1))
    return general


def _shown(number: str) -> str:
    """A number as people write it: ``1/2`` of ``((1) / (2))``."""
    return re.sub(r"\(\(?(\d+)\)? / \(?(\d+)\)?\)", r"\1/\2", number)
