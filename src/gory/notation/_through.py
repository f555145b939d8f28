"""Functions that are written through others: ``cosh(u)`` is (exp(u) + exp(-u)) / 2.

They are read where they are called with brackets and are gone from then on, so that no rule of
differentiation and no writer has to know them.
"""

from __future__ import annotations

from collections.abc import Callable

from gory.notation._build import negated, plus, quotient
from gory.notation._nodes import MINUS_ONE, ONE, Expr, Fn, Num, num

_TWO = num(2)


def _both(u: Expr, sign: int) -> Expr:
    """exp(u) + exp(-u), or their difference."""
    other = Fn("exp", negated(u))
    return plus(Fn("exp", u), other if sign > 0 else negated(other))


def _log_to(base: Num) -> Callable[[Expr], Expr]:
    return lambda u: quotient(Fn("log", u), Fn("log", base))


THROUGH: dict[str, Callable[[Expr], Expr]] = {
    "log1p": lambda u: Fn("log", plus(ONE, u)),  # programs compute these two better
    "expm1": lambda u: plus(Fn("exp", u), MINUS_ONE),
    "log2": _log_to(_TWO),
    "log10": _log_to(num(10)),
    "tan": lambda u: quotient(Fn("sin", u), Fn("cos", u)),
    "cosh": lambda u: quotient(_both(u, 1), _TWO),
    "sinh": lambda u: quotient(_both(u, -1), _TWO),
    "sech": lambda u: quotient(_TWO, _both(u, 1)),
    "csch": lambda u: quotient(_TWO, _both(u, -1)),
    "coth": lambda u: quotient(_both(u, 1), _both(u, -1)),
    "logit": lambda u: Fn("log", quotient(u, plus(ONE, negated(u)))),
}
