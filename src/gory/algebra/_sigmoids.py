"""Sigmoids recognised: exp(u) / (1 + exp(u)) is sigmoid(u), and exp(x) / (exp(x) + exp(y)) is
sigmoid(x - y).
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from gory.algebra._products import (
    add,
    multiply,
    rename_apart,
    scale,
    simplify_term,
    single,
    sum_over,
)  # fmt: skip
from gory.algebra._terms import UNIT, Atom, Key, Poly, Rational, freeze

Halves = tuple[Key, Key]  # the terms of a base: the first over both is the sigmoid


def fold_sigmoids(poly: Poly) -> Poly:
    """Write quotients of exponentials over two of them by sigmoids, one for every base."""
    known = _halves(poly)
    return add(*(scale(_with_sigmoids(key, known), c) for key, c in poly.items()))


def _halves(poly: Poly) -> dict[Atom, Halves]:
    """Which term of each base is the one above: 1 + exp(u) has exp(u), others the more frequent."""
    found: dict[Atom, Halves] = {}
    for base in {a for key in poly for a, e in key[1] if a[0] == "base" and e < 0}:
        terms = [key for key, c in base[1] if c == 1 and _is_exponential(key)]
        if len(terms) != 2 or len(base[1]) != 2:
            continue
        seen = Counter(
            half
            for _, atoms in poly
            if any(a == base for a, _ in atoms)
            for half in terms
            if half != UNIT and _holds(dict(atoms), half)
        )
        if UNIT in terms:
            seen = Counter(half for half in terms if half != UNIT)
        if seen:
            first = max(sorted(seen), key=lambda half: seen[half])
            found[base] = (first, next(half for half in terms if half != first))
    return found


def _is_exponential(key: Key) -> bool:
    return not key[0] and all(a[0] == "exp" and e > 0 for a, e in key[1])


def _holds(atoms: dict[Atom, Rational], half: Key) -> bool:
    return all(atoms.get(a, 0) >= e for a, e in half[1])


def _with_sigmoids(key: Key, known: dict[Atom, Halves]) -> Poly:
    sums, atoms = rename_apart(key) if not key[0] else (key[0], dict(key[1]))
    result = None
    for base in [a for a in atoms if a in known]:
        if atoms[base] > 0 or atoms[base].denominator != 1:
            continue
        first, second = known[base]
        value = single(("fn", "sigmoid", freeze(_exponent(first, second))))
        for _ in range(-int(atoms[base])):
            if first != UNIT and _holds(atoms, first):
                half, factor = first, value
            elif _holds(atoms, second):
                half, factor = second, add({UNIT: Fraction(1)}, scale(value, -1))
            else:
                break
            atoms[base] += 1
            for atom, e in half[1]:
                atoms[atom] -= e
            result = factor if result is None else multiply(result, factor)
    if result is None:
        return {key: Fraction(1)}
    whole = multiply(simplify_term((), atoms), result)
    return sum_over(whole, sums) if sums else whole


def _exponent(first: Key, second: Key) -> Poly:
    """x - y, if the terms are exp(x) and exp(y)."""
    sides = ({a[1]: e for a, e in half[1]} for half in (first, second))
    above, below = sides
    return add(above, scale(below, -1))
