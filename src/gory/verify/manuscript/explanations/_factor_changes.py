"""Changes of a product: a 2, an entry of an array or a ``1 / N`` that is lost or too much."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gory.notation import ONE, Add, Div, Expr, Fn, Mul, Num, Pow, Ref, Size, Sum, num
from gory.notation._build import quotient, times
from gory.verify.manuscript.explanations._edit import Change, Edit
from gory.verify.manuscript.explanations._scope import Scope, edit_of
from gory.verify.manuscript.explanations._tidy import scaled


def coefficients(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """A term that lacks a 2, or has one too much."""
    if isinstance(expr, Mul | Ref | Fn | Div | Pow | Sum):
        for number in (Fraction(2), Fraction(1, 2)):
            kind = Change.LOST_NUMBER if number > 1 else Change.SPARE_NUMBER
            yield edit_of(kind, expr, scaled(number, expr), num(2))


def _multiplied(entry: Ref | Size, expr: Expr) -> Expr:
    """A product with an entry, which is cancelled where it stands below."""
    match expr:
        case Div(above, below) if below == entry:
            return above
        case Div(above, Mul(factors)) if entry in factors:
            place = factors.index(entry)
            return Div(above, times(*factors[:place], *factors[place + 1 :]))
    return with_factor(entry, expr)


def with_factor(factor: Expr, expr: Expr) -> Expr:
    """A product; numbers stand in front, as people write them, and entries of arrays behind."""
    if isinstance(expr, Mul) and isinstance(expr.factors[-1], Sum):
        return times(*expr.factors[:-1], factor, expr.factors[-1])
    is_entry = isinstance(factor, Ref) and factor.indices
    if isinstance(expr, Sum | Add) or not (is_entry or isinstance(factor, Add)):
        return times(factor, expr)
    return times(expr, factor)


def factors(expr: Expr, scope: Scope) -> Iterator[Edit]:
    """A product that lacks an entry of an array, or has a factor too much."""
    if isinstance(expr, Mul):
        for place, factor in enumerate(expr.factors):
            rest = (*expr.factors[:place], *expr.factors[place + 1 :])
            if not isinstance(factor, Num) and rest:
                yield edit_of(Change.SPARE_FACTOR, expr, times(*rest), factor)
    if isinstance(expr, Div) and isinstance(expr.numerator, Ref | Fn):
        over = Div(ONE, expr.denominator)
        yield edit_of(Change.SPARE_FACTOR, expr, over, expr.numerator)
    if isinstance(expr, Mul | Ref | Fn | Div | Pow | Sum | Add):
        for entry in (*scope.entries(), *scope.sizes):
            yield edit_of(Change.LOST_FACTOR, expr, _multiplied(entry, expr), entry)


def divisors(expr: Expr, scope: Scope) -> Iterator[Edit]:
    """A product that lacks ``1 / N``."""
    if isinstance(expr, Mul | Ref | Fn | Div | Pow | Sum):
        for entry in (*scope.entries(), *scope.sizes):
            factor = Div(ONE, entry)
            new = quotient(expr, entry) if isinstance(expr, Ref) else times(factor, expr)
            yield edit_of(Change.LOST_FACTOR, expr, new, factor)
