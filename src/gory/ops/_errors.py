"""What the operators raise when they are called with something that cannot be computed.

One base class, one class per kind of mistake. Every class is also the built-in
exception a caller would expect, so `except ValueError` keeps working.
"""

from __future__ import annotations


class OperatorError(Exception):
    """Base of every error raised by `gory.ops`."""


class ShapeError(OperatorError, ValueError):
    """Shapes of two arguments do not fit together."""


class DTypeError(OperatorError, TypeError):
    """An argument has a type of number the operator does not compute with."""


class RangeError(OperatorError, ValueError):
    """A value lies outside the set on which the operator is defined."""
