"""A number that all terms of a bracket have in front, put before it: ``2 (1 - p)``."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from gory.notation import Add, Expr, Mul, Num, num, transform
from gory.notation._build import negated, times
from gory.notation._plain import sign_split


def without_common_number(expr: Expr) -> Expr:
    """``-2 (1 - p) q`` for ``-(2 - 2 p) q``: a number that all terms of a bracket have in front."""

    def tidied(node: Expr) -> Expr:
        if isinstance(node, Mul) and any(isinstance(f, Add) for f in node.factors):
            return times(*(part for factor in node.factors for part in _without_number(factor)))
        return node

    return transform(expr, tidied)


def _without_number(expr: Expr) -> tuple[Expr, ...]:
    if not isinstance(expr, Add):
        return (expr,)
    split = [sign_split(term) for term in expr.terms]
    numbers = [_leading(rest) for _, rest in split]
    common = gcd(*(int(one) if one.denominator == 1 else 1 for one in numbers))
    if common <= 1:
        return (expr,)
    terms = (
        negated(_divided(rest, common)) if minus else _divided(rest, common)
        for minus, rest in split
    )
    return num(common), Add(tuple(terms))


def _leading(expr: Expr) -> Fraction:
    match expr:
        case Num(value) | Mul((Num(value), *_)):
            return value
    return Fraction(1)


def _divided(expr: Expr, number: int) -> Expr:
    match expr:
        case Num(value):
            return Num(value / number)
        case Mul((Num(value), *rest)):
            return times(Num(value / number), *rest)
    return expr
