"""What an arithmetic must offer so that expressions can be evaluated in it.

Values are plain Python numbers or small classes that know ``+ - * /``; an arithmetic adds the
rest. Three are used: floats, decimals of 120 digits, and residues modulo two primes.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Protocol

Value = Any  # a number of one of the arithmetics, or a `Dual` over it


class Undefined(Exception):
    """An expression has no value at a point.

    ``edge`` tells a chance hit of a thin set (a zero denominator, a kink, an overflow) from a
    whole region in which there is no value (the logarithm of negative numbers).
    """

    def __init__(self, reason: str, *, edge: bool) -> None:
        super().__init__(reason)
        self.edge = edge


class TooLarge(Undefined):
    """A value exists, but an arithmetic cannot hold it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, edge=True)


class Undecidable(Exception):
    """An arithmetic cannot express a construct at all: residues, for example, have no order."""


class Numbers(Protocol):
    """An arithmetic."""

    name: str
    zero: Value
    one: Value

    def rational(self, value: Fraction) -> Value: ...
    def power(self, base: Value, exponent: Fraction) -> Value: ...
    def raised(self, base: Value, exponent: Value) -> Value: ...
    def function(self, name: str, argument: Value) -> Value: ...
    def compare(self, left: Value, relation: str, right: Value) -> bool: ...
    def negligible(self, value: Value) -> bool: ...
    def finished(self, value: Value) -> Value: ...


def related(left: Any, relation: str, right: Any) -> bool:
    """Whether a relation holds between two ordered values."""
    match relation:
        case "=" | "==":
            return left == right
        case "!=":
            return left != right
        case ">":
            return left > right
        case ">=":
            return left >= right
        case "<":
            return left < right
        case "<=":
            return left <= right
    raise ValueError(f"{relation!r} is not a relation")
