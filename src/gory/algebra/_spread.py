"""How many terms an expression has once it is multiplied out: products multiply, sums add up."""

from __future__ import annotations

from functools import lru_cache

from gory.notation import Add, D, Div, Expr, Mul, Num, Pow, Sum

ENDLESS = 10**9  # beyond this a number of terms is only "too many"


@lru_cache(maxsize=1 << 15)
def spread(expr: Expr) -> int:
    """The number of terms, an upper bound."""
    count = 1
    match expr:
        case Add(terms):
            count = sum(map(spread, terms))
        case Mul(factors):
            for factor in factors:
                count = min(count * spread(factor), ENDLESS)
        case Div(above, _):
            count = spread(above)
        case Pow(base, Num(value)) if value.denominator == 1 and 0 < value < 64:
            count = spread(base) ** int(value)
        case Sum(_, body) | D(body, _):
            count = spread(body)
    return min(count, ENDLESS)
