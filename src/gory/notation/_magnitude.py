"""Numbers that are short to write and cannot be computed with: powers of powers."""

from __future__ import annotations

import math

from gory.notation._errors import NotationError
from gory.notation._nodes import Expr, Fn, Mul, Num, Pow, children, walk

LARGEST_EXPONENT = 1000
LONGEST_NUMBER = 60  # digits


def refuse_giants(expr: Expr) -> None:
    """Raise `NotationError` where an expression holds a power that is too large."""
    for node in walk(expr):
        size = _number(node.exponent) if isinstance(node, Pow) else 0.0
        if size is None or abs(size) > LARGEST_EXPONENT:
            raise NotationError(f"exponents above {LARGEST_EXPONENT} are not computed with")
        if isinstance(node, Num) and len(str(abs(node.value.numerator))) > LONGEST_NUMBER:
            raise NotationError(
                f"numbers of more than {LONGEST_NUMBER} digits are not computed with"
            )


def _number(expr: Expr) -> float | None:
    """The value of an expression, names counted as 0; None if it is out of bounds."""
    if isinstance(expr, Num):
        return float(expr.value) if abs(expr.value) < 10**LONGEST_NUMBER else None
    values = [_number(part) for part in children(expr)]
    if not values:
        return 0.0
    if any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    if isinstance(expr, Pow):
        small = (
            abs(known[0]) <= 1
            or abs(known[1]) * math.log10(max(abs(known[0]), 1.0)) < LONGEST_NUMBER
        )
        return max(abs(known[0]), 1.0) ** abs(known[1]) if small else None
    if isinstance(expr, Fn) and expr.name == "exp":
        return math.exp(known[0]) if known[0] < LONGEST_NUMBER else None
    return math.prod(known) if isinstance(expr, Mul) else max(map(abs, known))
