"""Functions with a kink, relu, abs and sign: closed to be read, brackets to be compared.

*Closed*, they are atoms that stand where the author put them, one for u and its multiples.
*Opened*, all of them are made of one bracket: relu(u) = u [u > 0], sign(u) = 2 [u > 0] - 1 and
abs(u) = u sign(u). The second holds almost everywhere, since sign(0) is 0.
"""

from __future__ import annotations

from fractions import Fraction

from gory.algebra._products import add, constant, multiply, scale, single
from gory.algebra._terms import UNIT, Poly, Rational, freeze

KINKS = ("relu", "abs", "sign")


def positive_bracket(poly: Poly) -> Poly:
    """[poly > 0], scaled so that its first coefficient is plus or minus one."""
    if not poly:
        return {}
    if (known := _number(poly)) is not None:
        return constant(1 if known > 0 else 0)
    return single(("pos", freeze(_scaled(poly)[1])))


def opened_kink(name: str, argument: Poly) -> Poly:
    """A function with a kink by its bracket."""
    bracket = positive_bracket(argument)
    if name == "relu":
        return multiply(argument, bracket)
    if not argument:
        return {}
    sign = add(scale(bracket, 2), constant(-1))
    return sign if name == "sign" else multiply(argument, sign)


def closed_kink(name: str, argument: Poly) -> Poly:
    """A function with a kink as an atom, the same for u and its positive multiples.

    abs is even and sign is odd, so that one sign of u stands for both.
    """
    if not argument or _number(argument) is not None:
        return opened_kink(name, argument)
    size, unit = _scaled(argument)
    turned = name != "relu" and unit[min(unit.keys() - {UNIT})] < 0
    found = single(("fn", name, freeze(scale(unit, -1) if turned else unit)))
    if name == "sign":
        return scale(found, -1 if turned else 1)
    return scale(found, size)


def _number(poly: Poly) -> Rational | None:
    return poly[UNIT] if len(poly) == 1 and UNIT in poly else None


def _scaled(poly: Poly) -> tuple[Rational, Poly]:
    """A positive number, and the polynomial without it: its first coefficient is 1 or -1."""
    size = abs(poly[min(poly)])
    return size, scale(poly, Fraction(1) / size)
