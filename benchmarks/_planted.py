"""Faults to plant in a line: every expression that differs from a right one in a single place.

Signs are flipped, deltas, factors and sums dropped, indices exchanged for others of the same range,
exponents and numbers shifted by one, sums start one element late, sizes are taken of another range.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gory.notation import (
    MINUS_ONE,
    Add,
    Bracket,
    D,
    Delta,
    Expr,
    Index,
    Mul,
    Num,
    Paper,
    Pow,
    Ref,
    Size,
    Sum,
    children,
    free_indices,
    num,
    rebuild,
    substitute,
)

Letters = Mapping[str, tuple[Index, ...]]

KINDS = (
    "flip a sign",
    "drop a delta",
    "swap an index",
    "drop a sum",
    "change a range",
    "shift an exponent",
    "drop a factor",
    "change a number",
)


def faults(expr: Expr, paper: Paper) -> Iterator[tuple[str, Expr]]:
    """Every single fault, each with its kind; the variable of a derivative stays as it is."""
    letters: dict[str, tuple[Index, ...]] = {}
    for index in sorted(free_indices(expr), key=str):
        letters[index.range] = (*letters.get(index.range, ()), index)
    yield "flip a sign", Mul((MINUS_ONE, expr))
    yield from _below(expr, paper, letters)


def _below(expr: Expr, paper: Paper, letters: Letters) -> Iterator[tuple[str, Expr]]:
    yield from _here(expr, paper, letters)
    if isinstance(expr, Sum):
        known = dict(letters)
        for index in expr.indices:
            known[index.range] = (*known.get(index.range, ()), index)
        letters = known
    parts = children(expr)
    for place, part in enumerate(parts[:1] if isinstance(expr, D) else parts):
        for kind, changed in _below(part, paper, letters):
            yield kind, rebuild(expr, (*parts[:place], changed, *parts[place + 1 :]))


def _here(expr: Expr, paper: Paper, letters: Letters) -> Iterator[tuple[str, Expr]]:
    match expr:
        case Num(value):
            yield "change a number", num(value + 1)
        case Size(range_):
            for other in sorted(paper.ranges - {range_}):
                yield "change a range", Size(other)
        case Ref(name, indices):
            for place, index in enumerate(indices):
                for other in letters.get(index.range, ()):
                    if other != index:
                        changed = (*indices[:place], other, *indices[place + 1 :])
                        yield "swap an index", Ref(name, changed)
        case Delta():
            yield "drop a delta", num(1)
        case Add(terms):
            for place, term in enumerate(terms):
                flipped = Mul((MINUS_ONE, term))
                yield "flip a sign", Add((*terms[:place], flipped, *terms[place + 1 :]))
        case Mul(factors):
            for place in range(len(factors)):
                rest = (*factors[:place], *factors[place + 1 :])
                yield "drop a factor", rest[0] if len(rest) == 1 else Mul(rest)
        case Pow(base, Num(value)):
            yield "shift an exponent", Pow(base, Num(value + 1))
            yield "shift an exponent", Pow(base, Num(value - 1))
        case Sum(indices, body):
            yield from _at_a_sum(indices, body, paper)


def _at_a_sum(indices: tuple[Index, ...], body: Expr, paper: Paper) -> Iterator[tuple[str, Expr]]:
    for place, index in enumerate(indices):
        low, _ = paper.sizes.get(index.range, (1, 0))
        first, second = Index(str(low), index.range), Index(str(low + 1), index.range)
        rest = (*indices[:place], *indices[place + 1 :])
        alone = substitute(body, {index: first})
        yield "drop a sum", Sum(rest, alone) if rest else alone
        late = Bracket(index, ">=", second)
        yield "change a range", Sum(indices, Mul((late, body)))
