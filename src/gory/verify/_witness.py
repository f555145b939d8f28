"""A point at which a wrong line fails, chosen so that its author can follow it.

Any point refutes a line. One that shows it best keeps to what the text is about: targets are zeros
and a one, probabilities add up to one and lie between 0 and 1, a letter that counts the terms of a
sum is their number, and the sides are of moderate size. The values are those of the names that
stand in the line, where they are enough to compute both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import log10
from random import Random
from typing import Any

from gory.notation import (
    MINUS_ONE,
    ONE,
    Add,
    D,
    Expr,
    Fact,
    Fn,
    Mul,
    Paper,
    Ref,
    Size,
    Sum,
    walk,
)  # fmt: skip
from gory.notation._labels import label_of
from gory.verify._evidence import COMPONENTS, Evidence, Line, compare, line_of, value_of
from gory.verify._floats import Floats, exactly
from gory.verify._layout import assignments
from gory.verify._numbers import Undefined
from gory.verify._points import Unmet, draw, place
from gory.verify._program import Entry, Machine, Program

TARGETS = frozenset("ytYT")  # letters that labels and targets have, zeros and ones if possible
ATTEMPTS = 4  # at points of every kind
MODERATE = (0.02, 50.0)  # sizes of sides that are easy to compare
APART = 0.05  # of the larger side, by which they should differ
DIGITS = 6  # of a value that is computed
_SEED = 20240229
_QUARTERS = (1, 2, 3)


@dataclass(frozen=True)
class Taste:
    """What the names of a line are about: rows with the axis that they run along, numbers."""

    rows: Mapping[str, int]  # targets and probabilities, which add up to one along an axis
    binary: frozenset[str]  # zeros and ones
    unit: frozenset[str]  # between 0 and 1


def witness(paper: Paper, left: Expr, right: Expr, one_hot: Iterable[str] = ()) -> Evidence | None:
    """A point that refutes a line in terms of its author; None if none was found.

    Parameters
    ----------
    paper : Paper
        Definitions and facts.
    left, right : Expression
        The sides, which are known to differ.
    one_hot : iterable of str
        Names of which words say that their rows are zeros and a one.

    Examples
    --------
    >>> from gory.notation import read_expressions, read_paper
    >>> paper = read_paper("L = -sum_k y[k] log p[k]\\ngiven sum_k y[k] = 1")
    >>> (left, right), paper = read_expressions(paper, ["d(L, p[k])", "y[k] / p[k]"])
    >>> found = witness(paper, left, right)
    >>> sorted(found.counterexample["values"]["y"])
    [0, 1]
    """
    line = line_of(Program(paper), paper.facts, left, right)
    spans = assignments(paper, line.found)[0]
    taste = _taste(line, frozenset(one_hot))
    best: tuple[float, Evidence] | None = None
    for found in _tried(line, spans, taste):
        strange = _strangeness(found)
        if best is None or strange < best[0]:
            best = strange, found
        if strange == 0:
            break
    return best and best[1]


def _tried(line: Line, spans: Mapping[str, range], taste: Taste) -> Iterator[Evidence]:
    """Points that refute, those in the best taste first."""
    for number, kind in enumerate(kind for kind in _KINDS for _ in range(ATTEMPTS)):
        rng = Random(_SEED + number)
        sign = "positive" if number % ATTEMPTS == 0 else "signed"
        values = draw(rng, line.found, spans, line.facts, whole=True, sign=sign)
        _KINDS[kind](values, taste, rng)
        try:
            machine = place(line.program, line.facts, spans, Floats(), values, number)
            if machine is None:
                continue
            found = compare(line, machine, values, number, careful=False, most=COMPONENTS)
        except (Unmet, Undefined, OverflowError, ValueError):
            continue
        if found.equal is False and None not in (found.left, found.right):
            yield _in_its_own_names(line, machine, found)


def _strangeness(found: Evidence) -> float:
    """How far the sides are from a size that is easy to compare, in powers of ten."""
    left, right = abs(found.left or 0.0), abs(found.right or 0.0)
    small, large = MODERATE
    strange = 0.0
    for side in (left, right):
        if side:
            strange += max(log10(small / side), log10(side / large), 0.0)
    if abs((found.left or 0.0) - (found.right or 0.0)) < APART * max(left, right):
        strange += 1.0
    return strange


Values = dict[Entry, Fraction]


def _as_labels(values: Values, taste: Taste, rng: Random) -> None:
    """Rows of zeros and a one, targets that are 0 or 1, the rest of a unit in quarters."""
    for row in _rows(values, taste):
        chosen = rng.choice(row)
        values.update((entry, Fraction(entry == chosen)) for entry in row)
    for entry in values:
        if entry[0] in taste.binary:
            values[entry] = Fraction(rng.randint(0, 1))
    _in_unit(values, taste, rng)


def _as_shares(values: Values, taste: Taste, rng: Random) -> None:
    """Rows of positive shares, to be scaled; numbers in quarters."""
    for row in _rows(values, taste):
        values.update((entry, Fraction(rng.choice(_QUARTERS))) for entry in row)
    _in_unit(values, taste, rng)


def _as_drawn(values: Values, taste: Taste, rng: Random) -> None:
    """Whatever the facts allow."""


_KINDS = {"labels": _as_labels, "shares": _as_shares, "any": _as_drawn}


def _in_unit(values: Values, taste: Taste, rng: Random) -> None:
    for entry in values:
        if entry[0] in taste.unit:
            values[entry] = Fraction(rng.choice(_QUARTERS), 4)


def _rows(values: Values, taste: Taste) -> list[list[Entry]]:
    """The entries of every row that adds up to one."""
    found: dict[Entry, list[Entry]] = {}
    for name, at in values:
        if name in taste.rows:
            axis = taste.rows[name]
            found.setdefault((name, (*at[:axis], 0, *at[axis + 1 :])), []).append((name, at))
    return list(found.values())


def _taste(line: Line, one_hot: frozenset[str]) -> Taste:
    arrays = line.found.arrays
    rows = {name: len(arrays[name]) - 1 for name in one_hot if arrays.get(name)}
    rows |= dict(found for fact in line.facts.equations if (found := _row_of(fact)))
    rows = {name: axis for name, axis in rows.items() if name in arrays and not label_of(name)}
    bodies = [one.body for n, one in line.program.paper.definitions.items() if n in line.names]
    nodes = [node for side in (line.left, line.right, *bodies) for node in walk(side)]
    fixed = rows.keys() | line.facts.allowed.keys()
    binary = {name for name in arrays if name in TARGETS} - fixed
    unit = {name for node in nodes if (name := _share(node))} & arrays.keys()
    return Taste(rows, frozenset(binary), frozenset(unit - fixed - binary))


def _row_of(fact: Fact) -> tuple[str, int] | None:
    """``sum_k y[i,k] = 1``: the array and its axis."""
    match fact.left, fact.right:
        case Sum((index,), Ref(name, indices)), total if total == ONE and index in indices:
            return name, indices.index(index)
    return None


def _share(expr: Expr) -> str:
    """The name in ``log a`` and in ``1 - a``."""
    match expr:
        case Fn("log", Ref(name)):
            return name
        case Add((one, Mul((minus, Ref(name))))) if one == ONE and minus == MINUS_ONE:
            return name
    return ""


def _in_its_own_names(line: Line, machine: Machine, found: Evidence) -> Evidence:
    """The same with the values of the names in the line, where no derivative needs others."""
    nodes = [*walk(line.left), *walk(line.right)]
    point = dict(found.counterexample or {})
    counted = {
        n.range: len(machine.spans[n.range])
        for n in nodes
        if isinstance(n, Size) and n.range in machine.spans and n.range.isalpha()
    }
    if not any(isinstance(node, D) for node in nodes):
        names = {node.name for node in nodes if isinstance(node, Ref)}
        try:
            point["values"] = {name: _array(line, machine, name) for name in sorted(names)}
        except (Undefined, ArithmeticError, KeyError):
            return found
    point["values"] = counted | point["values"]
    return replace(found, counterexample=point)


def _array(line: Line, machine: Machine, name: str) -> Any:
    """The values of an array, given or defined, as nested lists."""
    definition = line.program.paper.definitions.get(name)
    if definition is None:
        return _nested(line.found.arrays[name], machine, lambda at: machine.entries[name, at])
    letters = [index.name for index in definition.indices]
    axes = tuple(index.range for index in definition.indices)

    def at(where: tuple[int, ...]) -> Any:
        env = dict(zip(letters, where, strict=True))
        ref = Ref(name, definition.indices)
        return float(f"{value_of(line.program, ref, machine, env):.{DIGITS}g}")

    return _nested(axes, machine, at)


def _nested(axes: tuple[str, ...], machine: Machine, entry: Any) -> Any:
    spans = [machine.spans[axis] for axis in axes]
    values = {at: exactly(entry(at)) for at in product(*spans)}

    def part(at: tuple[int, ...]) -> Any:
        if len(at) == len(axes):
            return values[at]
        return [part((*at, value)) for value in spans[len(at)]]

    return part(())
