"""Linear factors of a polynomial in one atom: 1 - 3 s + 2 s^2 = (1 - s) (1 - 2 s).

Rational roots are found among the divisors of the outer coefficients. What has none of them stays
as it is; polynomials of high degree or with large coefficients are not looked at.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from gory.algebra._terms import Atom, Poly, Rational

HIGHEST = 6  # degree
LARGEST = 1000  # coefficient


def linear_factors(poly: Poly) -> list[Poly] | None:
    """Factors whose product is the polynomial, at least two of them, or None."""
    found = _in_one_atom(poly)
    if found is None:
        return None
    atom, lowest, coefficients = found
    roots: list[Fraction] = []
    while len(coefficients) > 2 and (root := _rational_root(coefficients)) is not None:
        roots.append(root)
        coefficients = _divided(coefficients, root)
    if not roots:
        return None
    # (x - p/q) is written as (p - q x) or (q x - p), and the numbers go to what is left
    factors = []
    for root in roots:
        p, q = root.numerator, root.denominator
        sign = 1 if p > 0 else -1
        factors.append([Fraction(sign * p), Fraction(-sign * q)])
        coefficients = [c / Fraction(-sign * q) for c in coefficients]
    content = Fraction(
        gcd(*(c.numerator for c in coefficients)), lcm(*(c.denominator for c in coefficients))
    )
    content = content if coefficients[0] > 0 else -content
    factors.append([content])
    coefficients = [c / content for c in coefficients]
    if lowest:
        factors.append([Fraction(0)] * lowest + [Fraction(1)])
    return [_poly(atom, one) for one in (coefficients, *factors)]


def _in_one_atom(poly: Poly) -> tuple[Atom, int, list[Fraction]] | None:
    """The atom, its lowest exponent, and the coefficients from there on."""
    atoms = {a for key in poly for a, _ in key[1]}
    if len(atoms) != 1 or len(poly) < 3 or any(key[0] for key in poly):
        return None
    (atom,) = atoms
    powers: dict[int, Rational] = {}
    for (_, found), coefficient in poly.items():
        exponent = found[0][1] if found else 0
        if exponent.denominator != 1 or not 0 <= exponent <= HIGHEST:
            return None
        powers[int(exponent)] = coefficient
    lowest = min(powers)
    coefficients = [Fraction(powers.get(n, 0)) for n in range(lowest, max(powers) + 1)]
    scale = lcm(*(c.denominator for c in coefficients))
    if max(abs(c) * scale for c in coefficients) > LARGEST:
        return None
    return atom, lowest, coefficients


def _rational_root(coefficients: list[Fraction]) -> Fraction | None:
    scale = lcm(*(c.denominator for c in coefficients))
    whole = [int(c * scale) for c in coefficients]
    for q in _divisors(whole[-1]):
        for p in _divisors(whole[0]):
            for root in (Fraction(p, q), Fraction(-p, q)):
                if gcd(p, q) == 1 and not _value(coefficients, root):
                    return root
    return None


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, abs(number) + 1) if number % n == 0]


def _value(coefficients: list[Fraction], at: Fraction) -> Fraction:
    total = Fraction(0)
    for coefficient in reversed(coefficients):
        total = total * at + coefficient
    return total


def _divided(coefficients: list[Fraction], root: Fraction) -> list[Fraction]:
    """The quotient by x - root, which leaves no remainder."""
    quotient = [Fraction(0)] * (len(coefficients) - 1)
    carried = Fraction(0)
    for n in range(len(coefficients) - 1, 0, -1):
        carried = coefficients[n] + carried * root
        quotient[n - 1] = carried
    return quotient


def _poly(atom: Atom, coefficients: list[Fraction]) -> Poly:
    return {
        ((), ((atom, n),) if n else ()): coefficient
        for n, coefficient in enumerate(coefficients)
        if coefficient
    }
