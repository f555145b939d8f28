"""Dual numbers: a value and its derivative carried along, nested for higher orders.

``a + b e`` with ``e * e = 0``. Each derivative that is being taken has its own ``e``, told apart
by its level, so a derivative inside a derivative works without confusion. The slopes
below are written independently of the rules of differentiation that are to be checked.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gory.verify._numbers import Numbers, Undefined, Value


class Dual:
    """``re + eps e`` with the ``e`` of one level; ``re`` and ``eps`` may hold lower levels."""

    __slots__ = ("eps", "level", "re")

    def __init__(self, re: Value, eps: Value, level: int) -> None:
        self.re, self.eps, self.level = re, eps, level

    def __add__(self, other: Value) -> Dual:
        if type(other) is Dual:
            if other.level > self.level:
                return Dual(self + other.re, other.eps, other.level)
            if other.level == self.level:
                return Dual(self.re + other.re, self.eps + other.eps, self.level)
        return Dual(self.re + other, self.eps, self.level)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.re, -self.eps, self.level)

    def __sub__(self, other: Value) -> Dual:
        return self + (-other)

    def __rsub__(self, other: Value) -> Dual:
        return -self + other

    def __mul__(self, other: Value) -> Dual:
        if type(other) is Dual:
            if other.level > self.level:
                return Dual(self * other.re, self * other.eps, other.level)
            if other.level == self.level:
                slope = self.re * other.eps + self.eps * other.re
                return Dual(self.re * other.re, slope, self.level)
        return Dual(self.re * other, self.eps * other, self.level)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Dual:
        if type(other) is Dual and other.level >= self.level:
            if other.level > self.level:
                quotient = self / other.re
                return Dual(quotient, -(quotient * other.eps / other.re), other.level)
            quotient = self.re / other.re
            return Dual(quotient, (self.eps - quotient * other.eps) / other.re, self.level)
        return Dual(self.re / other, self.eps / other, self.level)

    def __rtruediv__(self, other: Value) -> Dual:
        quotient = other / self.re
        return Dual(quotient, -(quotient * self.eps / self.re), self.level)


def real(value: Value) -> Value:
    """The value without any of its derivatives."""
    while type(value) is Dual:
        value = value.re
    return value


def slope(value: Value, level: int, numbers: Numbers) -> Value:
    """The derivative that a value carries at one level."""
    return value.eps if type(value) is Dual and value.level == level else numbers.zero


def function(numbers: Numbers, name: str, x: Value) -> Value:
    """An elementary function of a number or a dual number."""
    if type(x) is not Dual:
        return numbers.function(name, x)
    y = function(numbers, name, x.re)
    return Dual(y, _SLOPES[name](numbers, x.re, y) * x.eps, x.level)


def power(numbers: Numbers, x: Value, exponent: Fraction) -> Value:
    """A rational power of a number or a dual number."""
    if type(x) is not Dual:
        return numbers.power(x, exponent)
    y = power(numbers, x.re, exponent)
    if exponent == 0:
        return y
    steep = power(numbers, x.re, exponent - 1) * numbers.rational(exponent)
    return Dual(y, steep * x.eps, x.level)


def raised(numbers: Numbers, x: Value, y: Value) -> Value:
    """A power whose exponent is a value as well."""
    level = max(v.level if type(v) is Dual else 0 for v in (x, y))
    if level == 0:
        return numbers.raised(x, y)
    base = x.re if type(x) is Dual and x.level == level else x
    exponent = y.re if type(y) is Dual and y.level == level else y
    value = raised(numbers, base, exponent)
    change = numbers.zero
    if base is not x:
        below = exponent - numbers.one
        change = change + exponent * raised(numbers, base, below) * x.eps
    if exponent is not y:
        change = change + function(numbers, "log", base) * value * y.eps
    return Dual(value, change, level)


def _step(numbers: Numbers, x: Value, at_most: int) -> Value:
    """1 for positive, ``at_most`` for negative arguments; there is no slope in between."""
    value = real(x)
    if numbers.negligible(value):
        raise Undefined("a kink: the slope jumps where the argument is 0", edge=True)
    positive = numbers.compare(value, ">", numbers.zero)
    return numbers.rational(Fraction(1 if positive else at_most))


_SLOPES: dict[str, Callable[[Numbers, Any, Any], Any]] = {
    "exp": lambda n, x, y: y,
    "log": lambda n, x, y: n.one / x,
    "sqrt": lambda n, x, y: n.one / (y + y),
    "tanh": lambda n, x, y: n.one - y * y,
    "sigmoid": lambda n, x, y: y * (n.one - y),
    "softplus": lambda n, x, y: function(n, "sigmoid", x),
    "relu": lambda n, x, y: _step(n, x, 0),
    "abs": lambda n, x, y: _step(n, x, -1),
    "sign": lambda n, x, y: n.zero * _step(n, x, -1),
    "sin": lambda n, x, y: function(n, "cos", x),
    "cos": lambda n, x, y: -function(n, "sin", x),
}
