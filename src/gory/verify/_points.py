"""Random points at which a line is tested.

The first point of every test has small whole numbers, so that a counterexample can be followed
by hand; the others are fractions. Entries have both signs unless that leaves the line without a
value; then all are negative, then positive, then between 0 and 1. All draws come from seeded
generators: a verdict is the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from random import Random

from gory.notation._labels import label_of
from gory.verify._facts import Facts, holds, satisfy
from gory.verify._field import Field
from gory.verify._layout import Layout, entries
from gory.verify._numbers import Numbers, Undecidable, Undefined
from gory.verify._program import Entry, Machine, Program

SIGNS = (
    "signed",
    "signed",
    "signed",
    "negative",
    "positive",
    "unit",
)  # again and again
TRIES = 40
MOST_UNMET = 3  # draws that cannot be moved to where the equations hold, before giving up

_WHOLE = 3  # whole numbers are drawn from 1 to 3
_PARTS = 16  # fractions have this denominator
_LARGEST = 40  # numerator of a fraction


class Unmet(Exception):
    """A draw that cannot be moved to a point at which the declared equations hold."""


def draw(
    rng: Random, found: Layout, spans: Mapping[str, range], facts: Facts, *, whole: bool, sign: str
) -> dict[Entry, Fraction]:
    """A value for every entry, before equations are met."""
    values = {}
    for entry in entries(found, spans):
        name = entry[0]
        if name in facts.allowed:
            values[entry] = rng.choice(facts.allowed[name])
        elif sign == "unit":
            values[entry] = Fraction(rng.randint(1, _LARGEST), _LARGEST + 1)
        else:
            size = Fraction(rng.randint(1, _WHOLE) if whole else 0)
            size = size or Fraction(rng.randint(1, _LARGEST), _PARTS)
            minus = sign == "negative" or (sign == "signed" and rng.random() < 0.5)
            values[entry] = -size if minus and name not in facts.positive else size
    for entry, is_class in true_classes(values, rng).items():
        values[entry] = Fraction(is_class)
    return values


def true_classes(values: Iterable[Entry], rng: Random) -> dict[Entry, bool]:
    """The entries of the rows of labels, and which of each row stands for its class."""
    rows: dict[Entry, list[Entry]] = {}
    for name, place in values:
        if label_of(name):
            rows.setdefault((name, place[:-1]), []).append((name, place))
    found = {}
    for row in rows.values():
        chosen = rng.choice(row)
        found |= {entry: entry == chosen for entry in row}
    return found


def place(
    program: Program,
    facts: Facts,
    spans: Mapping[str, range],
    numbers: Numbers,
    values: Mapping[Entry, Fraction],
    seed: int,
) -> Machine | None:
    """A machine at drawn values, moved until the equations hold; None if the rest does not hold.

    Raises
    ------
    Unmet
        If the equations cannot be met from here.
    """
    machine = Machine(numbers, spans, {e: numbers.rational(v) for e, v in values.items()})
    try:
        if not satisfy(program, facts, machine, Random(seed)):
            raise Unmet
        good = all(holds(program, fact, machine) for fact in facts.inequalities)
    except (Undefined, ArithmeticError):
        return None
    machine.forget()
    return machine if good else None


def field_machine(
    program: Program, facts: Facts, found: Layout, spans: Mapping[str, range], rng: Random
) -> Machine | None:
    """A point of the finite field; None if this draw cannot meet the facts.

    Raises `Unmet` if the equations cannot be met from here; they may not be linear.

    Facts that compare sizes are left out unless they declare a sign: what holds without a fact
    holds with it.
    """
    field = Field(rng)
    values = {}
    for entry in entries(found, spans):
        if entry[0] in facts.allowed:
            values[entry] = field.rational(rng.choice(facts.allowed[entry[0]]))
        else:
            values[entry] = field.draw(positive=entry[0] in facts.positive)
    for entry, is_class in true_classes(values, rng).items():
        values[entry] = field.rational(Fraction(is_class))
    machine = Machine(field, spans, values)
    try:
        if not satisfy(program, facts, machine, rng):
            raise Unmet
    except (Undefined, Undecidable):
        return None
    for entry, value in machine.entries.items():
        if entry[0] in facts.positive and not field.is_square(value):
            return None
    machine.forget()
    field.cautious = False
    return machine
