"""Signs as people put them: 1 - s rather than s - 1 inside a product, few minus signs in front.

Factors that do not depend on the index of a sum are drawn out of it on the way.
"""

from __future__ import annotations

from gory.algebra._style import Style
from gory.notation import Add, Div, Expr, Mul, Num, Sum, children, free_indices, num
from gory.notation._build import negative, over, rebuild_tidy, times
from gory.notation._plain import sign_split


def tidy_signs(expr: Expr, style: Style) -> Expr:
    """Turn brackets in products so that their numbers are positive."""
    parts = children(expr)
    if parts:
        new = tuple(tidy_signs(part, style) for part in parts)
        if new != parts and isinstance(expr, Add):
            expr = style.ordered_sum(new)
        elif new != parts:
            expr = rebuild_tidy(expr, new)
            if isinstance(expr, Mul):
                expr = times(*sorted(expr.factors, key=style.factor_key))
    if isinstance(expr, Sum):
        return _drawn_out(expr, style)
    if isinstance(expr, Add):
        return _toward_the_author(expr, style)
    return _turned(expr, style) if isinstance(expr, Mul) else expr


def _toward_the_author(total: Add, style: Style) -> Expr:
    """a - b (mu - x) is a + b (x - mu) where the author wrote x - mu and never mu - x, and
    b (mu - x) - 1 is -(1 + b (x - mu)).
    """
    turned = [_turned_back(sign_split(term)[1], style) for term in total.terms]
    if not any(turned):
        return total
    minus = [sign_split(term)[0] for term in total.terms]
    if all(sign != bool(other) for sign, other in zip(minus, turned, strict=True)):
        terms = [other or negative(term) for term, other in zip(total.terms, turned, strict=True)]
        return negative(style.ordered_sum(terms))
    terms = [
        other if other is not None and sign else term
        for term, sign, other in zip(total.terms, minus, turned, strict=True)
    ]
    return style.ordered_sum(terms)


def _turned_back(product: Expr, style: Style) -> Expr | None:
    """A product with one of its differences the other way round, if the author has it so."""
    if isinstance(product, Div):
        above = _turned_back(product.numerator, style)
        return over(above, product.denominator) if above is not None else None
    factors: list[Expr] = list(product.factors) if isinstance(product, Mul) else [product]
    for place, factor in enumerate(factors):
        if isinstance(factor, Add) and style.is_reversed(factor):
            factors[place] = _negated(factor, style)
            return times(*factors)
    return None


def _drawn_out(total: Sum, style: Style) -> Expr:
    """Factors that do not depend on the index of a sum stand before it."""
    factors = total.body.factors if isinstance(total.body, Mul) else ()
    bound = set(total.indices)
    outside = [f for f in factors if not free_indices(f) & bound]
    inside = [f for f in factors if free_indices(f) & bound]
    if not outside or not inside:
        return total
    parts = sorted([*outside, Sum(total.indices, times(*inside))], key=style.factor_key)
    return times(*parts)


def _turned(product: Mul, style: Style) -> Expr:
    factors: list[Expr] = list(product.factors)
    turns = 0
    for place, factor in enumerate(factors):
        if isinstance(factor, Add) and _number_is_subtracted(factor):
            factors[place] = _negated(factor, style)
            turns += 1
    if turns == 0:
        return product
    whole = times(*factors)
    minus, rest = sign_split(whole)
    if (turns % 2 == 1) == minus:
        return rest
    inner: list[Expr] = list(rest.factors) if isinstance(rest, Mul) else [rest]
    for place, factor in enumerate(inner):
        # a difference without a number may take the minus that is left: (p - y) for -(y - p)
        if isinstance(factor, Add) and _is_difference(factor):
            inner[place] = _negated(factor, style)
            return times(*inner)
    return times(num(-1), *inner)


def _negated(bracket: Add, style: Style) -> Expr:
    return style.ordered_sum([negative(term) for term in bracket.terms])


def _number_is_subtracted(bracket: Add) -> bool:
    """x - 1: a bracket whose only negative term is a number."""
    negatives = [term for term in bracket.terms if sign_split(term)[0]]
    return len(negatives) == 1 and isinstance(negatives[0], Num)


def _is_difference(bracket: Add) -> bool:
    signs = [sign_split(term)[0] for term in bracket.terms]
    numbers = any(isinstance(sign_split(term)[1], Num) for term in bracket.terms)
    return len(signs) == 2 and any(signs) and not numbers
