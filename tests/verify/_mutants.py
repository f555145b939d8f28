"""Planted faults: every formula that differs from a given one in a single place.

Signs are flipped, deltas and factors dropped, indices exchanged for others of the same range,
sums left out (their index then has its first value), exponents and numbers changed by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gory.notation import (
    MINUS_ONE,
    Add,
    Delta,
    Expr,
    Index,
    Mul,
    Num,
    Paper,
    Pow,
    Ref,
    Sum,
    children,
    free_indices,
    num,
    rebuild,
    substitute,
)


def mutants(expr: Expr, paper: Paper) -> Iterator[tuple[str, Expr]]:
    """Every single fault with a word for what was done."""
    letters = {index.range: set[Index]() for index in free_indices(expr)}
    for index in free_indices(expr):
        letters[index.range].add(index)
    yield from _within(expr, paper, letters)


def _within(expr: Expr, paper: Paper, letters: dict[str, set[Index]]) -> Iterator[tuple[str, Expr]]:
    yield from _here(expr, paper, letters)
    inner = letters
    if isinstance(expr, Sum):
        inner = {name: set(known) for name, known in letters.items()}
        for index in expr.indices:
            inner.setdefault(index.range, set()).add(index)
    parts = children(expr)
    for place, part in enumerate(parts):
        for what, changed in _within(part, paper, inner):
            yield what, rebuild(expr, (*parts[:place], changed, *parts[place + 1 :]))


def _here(expr: Expr, paper: Paper, letters: dict[str, set[Index]]) -> Iterator[tuple[str, Expr]]:
    match expr:
        case Num(value):
            yield "number", num(value + 1)
        case Ref(name, indices):
            for place, index in enumerate(indices):
                for other in sorted(letters.get(index.range, set()) - {index}, key=str):
                    changed = (*indices[:place], other, *indices[place + 1 :])
                    yield "index", Ref(name, changed)
        case Delta():
            yield "delta", num(1)
        case Add(terms):
            for place, term in enumerate(terms):
                flipped = Mul((MINUS_ONE, term))
                yield "sign", Add((*terms[:place], flipped, *terms[place + 1 :]))
        case Mul(factors) if len(factors) > 1:
            for place in range(len(factors)):
                rest = (*factors[:place], *factors[place + 1 :])
                yield "factor", rest[0] if len(rest) == 1 else Mul(rest)
        case Pow(base, Num(value)):
            for change in (1, -1):
                yield "exponent", Pow(base, Num(value + Fraction(change)))
        case Sum(indices, body):
            for place, index in enumerate(indices):
                first = Index(str(paper.sizes.get(index.range, (1, 1))[0]), index.range)
                alone = substitute(body, {index: first})
                rest = (*indices[:place], *indices[place + 1 :])
                yield "sum", Sum(rest, alone) if rest else alone
