"""The value of an expression at given numbers: a derivation followed on a reader's own data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gory.notation import Expr, GoryError, Index, Paper, free_indices
from gory.notation._labels import label_of
from gory.verify._floats import Floats
from gory.verify._label_values import with_one_hot_rows
from gory.verify._layout import Layout, layout
from gory.verify._numbers import Undefined
from gory.verify._program import Entry, Env, Machine, Program


class EvaluationError(GoryError, ValueError):
    """Numbers at which an expression cannot be evaluated: which, and why."""


class MissingSizeError(EvaluationError):
    """No given array has an axis along a range that an expression needs."""


def evaluate(
    paper: Paper,
    expr: Expr,
    /,
    values: Mapping[str, Any],
    *,
    sizes: Mapping[str, int] | None = None,
    indices: Sequence[str] | None = None,
) -> Any:
    """Compute an expression at given numbers, in Python floats.

    Parameters
    ----------
    paper : Paper
        Definitions and fixed sizes.
    expr : Expression
        What to compute; derivatives in it are computed with dual numbers.
    values : mapping of str to number or nested sequences of numbers
        A value for every array that is not defined; the first entry belongs to the first
        index (1, or the lowest index of a fixed range).
    sizes : mapping of str to int, optional
        Sizes of ranges that no given array shows.
    indices : sequence of str, optional
        The order of the free indices in the result; alphabetical if it is left out.

    Returns
    -------
    float or nested lists of float
        One level of nesting for every free index.

    Raises
    ------
    EvaluationError
        A value is missing, a shape does not fit, a range has no size, or the expression has no
        value at these numbers.

    Examples
    --------
    >>> from gory.notation import read_expressions, read_paper
    >>> (expr,), paper = read_expressions(read_paper("r = sum_i x[i]^2"), ["d(r, x[m]) / 2"])
    >>> evaluate(paper, expr, {"x": [3, 4]})
    [3.0, 4.0]
    """
    if any(map(label_of, paper.axes)):
        try:
            values = with_one_hot_rows(paper, values, sizes_of(paper, values) | dict(sizes or {}))
        except ValueError as error:
            raise EvaluationError(str(error)) from None
    program = Program(paper)
    found = layout(program, [expr])
    spans = _spans(paper, found, values, sizes or {})
    entries = _entries(found, spans, values)
    letters = _order(expr, indices)
    machine = Machine(Floats(), spans, entries)
    return _nested(program, expr, machine, letters, {})


def sizes_of(paper: Paper, values: Mapping[str, Any]) -> dict[str, int]:
    """The sizes of all ranges that the axes of given arrays show."""
    known: dict[str, tuple[int, str]] = {}
    for name, axes in paper.axes.items():
        if name in values and name not in paper.definitions:
            _learn(known, name, axes, values[name])
    return {axis: size for axis, (size, _) in known.items()}


def _learn(known: dict[str, tuple[int, str]], name: str, axes: Sequence[str], value: Any) -> None:
    for axis, size in zip(axes, _shape(name, value, len(axes)), strict=True):
        other, source = known.setdefault(axis, (size, f"{name!r}"))
        if other != size:
            raise EvaluationError(
                f"{name!r} has {size} entries along {axis}, but {source} has {other}; "
                f"give arrays of one size for {axis}"
            )


def _spans(
    paper: Paper, found: Layout, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> dict[str, range]:
    known: dict[str, tuple[int, str]] = {name: (size, "the sizes") for name, size in sizes.items()}
    for name, axes in found.arrays.items():
        if name not in values:
            raise EvaluationError(f"no value is given for {name!r}; add it to the values")
        _learn(known, name, axes, values[name])
    return {name: _span(paper, name, known, found.literals[name]) for name in found.ranges}


def _span(
    paper: Paper, name: str, known: Mapping[str, tuple[int, str]], literals: frozenset[int]
) -> range:
    low, high = paper.sizes.get(name, (min(1, *(literals or {1})), None))
    size = known.get(name, (None,))[0]
    if size is None and high is None:
        raise MissingSizeError(f"the size of {name} does not follow from the values; give it")
    span = range(low, low + size) if size is not None else range(low, int(high or 0) + 1)
    if high is not None and span[-1:] != range(high, high + 1):
        raise EvaluationError(f"{name} is fixed to {low}..{high}, but the values have size {size}")
    if any(value not in span for value in literals):
        worst = max(literals, key=lambda value: abs(value - low))
        raise EvaluationError(f"index {worst} lies outside of {name}, which has {len(span)} values")
    return span


def _shape(name: str, value: Any, axes: int) -> tuple[int, ...]:
    shape = []
    for _ in range(axes):
        if not _is_list(value) or len(value) == 0:
            raise EvaluationError(f"{name!r} needs {axes} levels of lists, one for every index")
        shape.append(len(value))
        value = value[0]
    return tuple(shape)


def _entries(
    found: Layout, spans: Mapping[str, range], values: Mapping[str, Any]
) -> dict[Entry, float]:
    entries: dict[Entry, float] = {}

    def fill(name: str, axes: Sequence[str], value: Any, place: tuple[int, ...]) -> None:
        if not axes:
            entries[name, place] = _number(name, value)
            return
        span = spans[axes[0]]
        if not _is_list(value) or len(value) != len(span):
            raise EvaluationError(f"{name!r} is ragged: its lists along {axes[0]} differ in length")
        for index, part in zip(span, value, strict=True):
            fill(name, axes[1:], part, (*place, index))

    for name, axes in found.arrays.items():
        fill(name, axes, values[name], ())
    return entries


def _is_list(value: Any) -> bool:
    """Lists, tuples and arrays; not a text, and not a mapping, whose entries have no order."""
    return hasattr(value, "__len__") and not isinstance(value, str | bytes | Mapping)


def _number(name: str, value: Any) -> float:
    try:
        number = math.nan if isinstance(value, str | bytes | bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if math.isfinite(number):
        return number
    raise EvaluationError(f"{name!r} holds {value!r} where a finite number is expected")


def _order(expr: Expr, indices: Sequence[str] | None) -> list[Index]:
    letters = {index.name: index for index in free_indices(expr)}
    wanted = sorted(letters) if indices is None else list(indices)
    if sorted(wanted) != sorted(letters):
        raise EvaluationError(
            f"the free indices are {', '.join(sorted(letters)) or 'none'}, "
            f"but the order names {', '.join(wanted) or 'none'}"
        )
    return [letters[name] for name in wanted]


def _nested(program: Program, expr: Expr, machine: Machine, letters: list[Index], env: Env) -> Any:
    if letters:
        first, *rest = letters
        return [
            _nested(program, expr, machine, rest, {**env, first.name: value})
            for value in machine.spans[first.range]
        ]
    try:
        return program.value(expr, machine, env)
    except Undefined as undefined:
        reason = str(undefined)
    except ArithmeticError:
        reason = "a denominator that is 0, or a number that is too large"
    raise EvaluationError(f"the expression has no value at these numbers: {reason}")
