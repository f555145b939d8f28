"""Floats, and decimals of 120 digits to confirm what floats say.

Plain Python: the symbolic wing loads no numerical library. Decimals stand for a second,
independent arithmetic; a difference between two sides counts only if both see it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction

from gory.verify._numbers import TooLarge, Undefined, related

DIGITS = 120  # of decimals: half of them may be lost to cancellation
CONTEXT = Context(prec=DIGITS, Emax=999_999, Emin=-999_999)

_FLOAT_NOISE = 1e-12
_DECIMAL_NOISE = Decimal("1e-90")


class Floats:
    """Python floats."""

    name = "floats"
    zero = 0.0
    one = 1.0

    def rational(self, value: Fraction) -> float:
        return float(value)

    def power(self, base: float, exponent: Fraction) -> float:
        if exponent.denominator == 1:
            return base ** int(exponent)
        _check_root(base)
        return base ** float(exponent)

    def raised(self, base: float, exponent: float) -> float:
        if exponent != int(exponent):
            _check_root(base)
        return base**exponent

    def function(self, name: str, argument: float) -> float:
        return _FLOAT_FUNCTIONS[name](argument)

    def compare(self, left: float, relation: str, right: float) -> bool:
        return related(left, relation, right)

    def negligible(self, value: float) -> bool:
        return abs(value) <= _FLOAT_NOISE

    def finished(self, value: float) -> float:
        if not math.isfinite(value):
            raise TooLarge("a number too large for a float")
        return value


class Decimals:
    """Decimals; the caller works in `CONTEXT`."""

    name = "decimals"
    zero = Decimal(0)
    one = Decimal(1)

    def rational(self, value: Fraction) -> Decimal:
        return Decimal(value.numerator) / Decimal(value.denominator)

    def power(self, base: Decimal, exponent: Fraction) -> Decimal:
        if exponent == 0:
            return self.one  # also of 0, as with floats; decimals alone would refuse
        if exponent.denominator == 1:
            return base ** int(exponent)
        _check_root(base)
        return base.sqrt() if exponent == Fraction(1, 2) else base ** self.rational(exponent)

    def raised(self, base: Decimal, exponent: Decimal) -> Decimal:
        if exponent == 0:
            return self.one
        if exponent != exponent.to_integral_value():
            _check_root(base)
        return base**exponent

    def function(self, name: str, argument: Decimal) -> Decimal:
        return _DECIMAL_FUNCTIONS[name](argument)

    def compare(self, left: Decimal, relation: str, right: Decimal) -> bool:
        """Numbers that differ by rounding alone are equal: a point may lie on a kink."""
        if abs(left - right) <= _DECIMAL_NOISE * max(abs(left), abs(right)):
            right = left
        return related(left, relation, right)

    def negligible(self, value: Decimal) -> bool:
        return abs(value) <= _DECIMAL_NOISE

    def finished(self, value: Decimal) -> Decimal:
        if not value.is_finite():
            raise TooLarge("a number too large for a decimal")
        return value


def _check_root(base: float | Decimal) -> None:
    if base < 0:
        raise Undefined("a fractional power of a negative number", edge=False)


def _check_log(x: float | Decimal) -> None:
    if x <= 0:
        raise Undefined("the logarithm of a number that is not positive", edge=x == 0)


def _log(x: float) -> float:
    _check_log(x)
    return math.log(x)


def _sqrt(x: float) -> float:
    _check_root(x)
    return math.sqrt(x)


def _sigmoid(x: float) -> float:
    small = math.exp(-abs(x))
    return 1 / (1 + small) if x >= 0 else small / (1 + small)


_FLOAT_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": _log,
    "sqrt": _sqrt,
    "tanh": math.tanh,
    "sigmoid": _sigmoid,
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    "relu": lambda x: max(x, 0.0),
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "sin": math.sin,
    "cos": math.cos,
}


def _decimal_log(x: Decimal) -> Decimal:
    _check_log(x)
    return x.ln()


def _decimal_sqrt(x: Decimal) -> Decimal:
    _check_root(x)
    return x.sqrt()


def _decimal_tanh(x: Decimal) -> Decimal:
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def _alternating(x: Decimal, start: int) -> Decimal:
    """The Taylor series of the sine (start 1) or the cosine (start 0)."""
    if abs(x) > 100:  # the largest term, about exp(100), would cost too many digits
        raise TooLarge("an angle too large to check")
    term = x**start if start else Decimal(1)
    total, n = term, start
    while abs(term) > Decimal(10) ** -DIGITS:
        term = -term * x * x / ((n + 1) * (n + 2))
        total, n = total + term, n + 2
    return total


_DECIMAL_FUNCTIONS: dict[str, Callable[[Decimal], Decimal]] = {
    "exp": Decimal.exp,
    "log": _decimal_log,
    "sqrt": _decimal_sqrt,
    "tanh": _decimal_tanh,
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: (1 + x.exp()).ln(),
    "relu": lambda x: max(x, Decimal(0)),
    "abs": abs,
    "sign": lambda x: Decimal((x > 0) - (x < 0)),
    "sin": lambda x: _alternating(x, 1),
    "cos": lambda x: _alternating(x, 0),
}


def exactly(value: float | Decimal) -> float | int:
    """A number as a reader likes to see it: twelve digits, whole numbers without a point."""
    number = float(f"{float(value):.12g}")
    return int(number) if number == math.floor(number) and abs(number) < 1e15 else number
