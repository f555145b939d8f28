"""A changed line without what nobody writes: ``2 (1 / 2) m``, ``1 + (-1) 2 q``, ``m / m``.

Only what the change has made new is touched; the rest of a line stays as its author wrote it.
"""

from __future__ import annotations

from collections.abc import Container
from fractions import Fraction

from gory.notation import MINUS_ONE, ONE, ZERO, Add, Div, Expr, Mul, Num, children, num, rebuild
from gory.notation._build import negated, plus, quotient, times


def tidy(expr: Expr, own: Container[Expr] = ()) -> Expr:
    """The same with numbers multiplied, and with equal terms and factors cancelled.

    Parts in ``own`` are left as they are.
    """
    if expr in own:
        return expr
    parts = children(expr)
    if parts:
        expr = rebuild(expr, tuple(tidy(part, own) for part in parts))
    match expr:
        case Mul():
            return _product(expr)
        case Add():
            return _sum(expr)
        case Div(above, below) if above == below:
            return ONE
        case Div(above, _) if above == ZERO:
            return ZERO
        case Div(Div(above, under), below):
            return quotient(above, times(under, below))
    return expr


def divided(expr: Expr, factor: Expr) -> Expr:
    """A quotient with one more factor below the line, where there is a line."""
    match expr:
        case Div(above, Add() as below):
            return quotient(above, times(factor, below))
        case Div(above, below):
            return quotient(above, times(below, factor))
        case Mul(factors) if sum(isinstance(one, Div) for one in factors) == 1:
            parts = (divided(one, factor) if isinstance(one, Div) else one for one in factors)
            return times(*parts)
    return quotient(expr, factor)


def _product(expr: Mul) -> Expr:
    """Numbers in front, as one; ``(1 / v) v`` is 1."""
    number, factors, below = Fraction(1), list[Expr](), list[Expr]()
    for factor in _flat(expr):
        match factor:
            case Num(value):
                number *= value
            case Div(Num(value), Num(under)):
                number *= value / under
            case Div(Num(value), under):
                number *= value
                below += under.factors if isinstance(under, Mul) else (under,)
            case Div(above, Num(value)):
                number /= value
                factors += _flat(above) if isinstance(above, Mul) else [above]
            case _:
                factors.append(factor)
    if number == 0:
        return ZERO
    for part in list(below):
        if isinstance(part, Num):
            number /= part.value
            below.remove(part)
        elif part in factors:
            factors.remove(part)
            below.remove(part)
    sign = [MINUS_ONE] if number < 0 else []
    size = abs(number)
    if size.denominator != 1 or below:
        under = times(num(size.denominator), *below)
        return times(*sign, quotient(num(size.numerator), under), *factors)
    return times(*sign, num(size.numerator), *factors)


def _flat(expr: Mul) -> list[Expr]:
    found: list[Expr] = []
    for factor in expr.factors:
        found += _flat(factor) if isinstance(factor, Mul) else [factor]
    return found


def _sum(expr: Add) -> Expr:
    """Without zeros, and without a term and its negative."""
    terms: list[Expr] = []
    for term in expr.terms:
        if term == ZERO:
            continue
        if negated(term) in terms:
            terms.remove(negated(term))
        else:
            terms.append(term)
    return plus(*terms) if terms else ZERO


def scaled(number: Fraction, expr: Expr) -> Expr:
    """A product with a number, which is put into one that stands there."""
    match expr:
        case Num(value):
            return Num(value * number)
        case Mul((first, *rest)) if isinstance(first, Num | Div):
            return times(scaled(number, first), *rest)
        case Div(above, Mul((Num(value), *rest))) if (value / number).denominator == 1:
            return quotient(above, times(Num(value / number), *rest))
        case Div(above, below) if isinstance(above, Num):
            return Div(scaled(number, above), below)
        case Div(above, Num(value)) if number < 1 or value.numerator % number.numerator == 0:
            return above if value == number else quotient(above, Num(value / number))
    return times(Num(number), expr)
