"""Building expressions without clutter: no zeros, no ones, no product inside a product.

These constructors tidy what an author would not write either. They never reorder, expand or
cancel anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import prod

from gory.notation._nodes import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Pow,
    Sum,
    rebuild,
)  # fmt: skip


def plus(*terms: Expr) -> Expr:
    """A sum; one that is a maximum or a minimum stays a term of its own."""
    flat: list[Expr] = []
    for term in terms:
        if isinstance(term, Add) and (len(terms) == 1 or as_extremum(term) is None):
            flat.extend(term.terms)
        elif term != ZERO:
            flat.append(term)
    if not flat:
        return ZERO
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def extremum(name: str, left: Expr, right: Expr) -> Expr:
    """max(a, b) is b + relu(a - b) and min(a, b) is a - relu(a - b), which has the one kink."""
    if name == "max" and ZERO in (left, right):
        return Fn("relu", right if left == ZERO else left)
    surplus = Fn("relu", plus(left, negative(right)))
    return plus(right, surplus) if name == "max" else plus(left, negative(surplus))


def as_extremum(expr: Expr) -> tuple[str, Expr, Expr] | None:
    """The name and the two arguments of a sum that `extremum` has made; None for any other."""
    match expr:
        case Add((*rest, Fn("relu", Add() as gap))):
            right = _together(rest)
            if gap.terms[-1] != negative(right):
                return None
            found = ("max", _together(gap.terms[:-1]), right)
        case Add((*rest, Mul((Num(value), Fn("relu", Add() as gap))))) if value == -1:
            left = _together(rest)
            count = len(gap.terms) - 1
            if _together(gap.terms[:count]) != left:
                return None
            found = ("min", left, negative(gap.terms[count]))
        case _:
            return None
    return found if extremum(*found) == expr else None


def _together(terms: Sequence[Expr]) -> Expr:
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def times(*factors: Expr) -> Expr:
    """A product with its numbers collected in front."""
    numbers: list[Fraction] = []
    flat: list[Expr] = []
    for factor in factors:
        for part in factor.factors if isinstance(factor, Mul) else (factor,):
            if isinstance(part, Num):
                numbers.append(part.value)
            elif isinstance(part, Mul):
                inner = times(part)
                parts = inner.factors if isinstance(inner, Mul) else (inner,)
                numbers.extend(one.value for one in parts if isinstance(one, Num))
                flat.extend(one for one in parts if not isinstance(one, Num))
            else:
                flat.append(part)
    coefficient = numbers[0] if len(numbers) == 1 else prod(numbers, start=ONE.value)
    if not numbers or coefficient == 1:
        return flat[0] if len(flat) == 1 else Mul(tuple(flat)) if flat else ONE
    if coefficient == 0:
        return ZERO
    return Mul((Num(coefficient), *flat)) if flat else Num(coefficient)


def negated(expr: Expr) -> Expr:
    """The same expression with a minus in front, written without doubling signs."""
    match expr:
        case Num(value):
            return Num(-value)
        case Mul((Num(value), *rest)) if value == -1:
            return rest[0] if len(rest) == 1 else Mul(tuple(rest))
        case Mul((Num(value), *rest)) if value != 1:
            return Mul((Num(-value), *rest))
        case Mul(factors):
            return Mul((MINUS_ONE, *factors))
    return Mul((MINUS_ONE, expr))


def quotient(above: Expr, below: Expr) -> Expr:
    """A fraction as it is written; one of numbers is a number."""
    if isinstance(above, Num) and isinstance(below, Num) and below.value != 0:
        return Num(above.value / below.value)
    return Div(above, below)


def negative(expr: Expr) -> Expr:
    return times(MINUS_ONE, expr)


def over(above: Expr, below: Expr) -> Expr:
    if below == ONE or above == ZERO:
        return above
    if isinstance(above, Num) and isinstance(below, Num) and below.value:
        return Num(above.value / below.value)
    if isinstance(above, Mul) and isinstance(above.factors[0], Num):
        # a sign stands in front of the fraction, not in its numerator
        value = above.factors[0].value
        if value < 0:
            return times(MINUS_ONE, over(times(MINUS_ONE, above), below))
    return Div(above, below)


def to_power(base: Expr, exponent: Expr) -> Expr:
    if exponent == ONE:
        return base
    if exponent == ZERO:
        return ONE
    match base, exponent:
        case Pow(inner, Num(first)), Num(second) if second.denominator == 1:
            return to_power(inner, Num(first * second))
    return Pow(base, exponent)


def sum_of(indices: Iterable[Index], body: Expr) -> Expr:
    """A sum; factors of a merged inner sum are joined to one sum over all indices."""
    bound = tuple(indices)
    if not bound:
        return body
    if body == ZERO:
        return ZERO
    if isinstance(body, Sum) and not set(body.indices) & set(bound):
        return Sum((*bound, *body.indices), body.body)
    if isinstance(body, Mul) and isinstance(body.factors[0], Num):
        number, *rest = body.factors
        return times(number, sum_of(bound, times(*rest)))
    return Sum(bound, body)


def delta_of(left: Index, right: Index) -> Expr:
    """A Kronecker delta, or its value where that is known."""
    if left == right:
        return ONE
    if left.is_literal and right.is_literal:
        return ZERO
    return Delta(left, right)


def rebuild_tidy(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
    """The same node over other children, without the zeros and ones that came in."""
    match expr:
        case Add():
            return plus(*parts)
        case Mul():
            return times(*parts)
        case Div():
            return over(*parts)
        case Pow():
            return to_power(*parts)
        case Sum(indices, _):
            return sum_of(indices, parts[0])
    return rebuild(expr, parts)
