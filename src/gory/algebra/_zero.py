"""Whether a polynomial is zero: partial fractions inside sums, then a common denominator outside.

Both are complete for rational functions of independent atoms, so "not zero" in spite of them is
due to relations between exp, log and inverses that no normal form knows. It is never taken for a
refutation.
"""

from __future__ import annotations

from fractions import Fraction

from gory.algebra._match import matches
from gory.algebra._powers import together
from gory.algebra._products import add, multiply, rename_apart, scale, simplify_term, sum_over
from gory.algebra._terms import UNIT, Atom, Key, Poly, Rational, TooLargeError

ROUNDS = 60  # reductions of one polynomial; each lowers a degree


def is_zero(poly: Poly) -> bool:
    """Whether a polynomial vanishes."""
    if not poly:
        return True
    try:
        for _ in range(4):
            reduced = reduce_fractions(poly)
            if not reduced:
                return True
            poly, bases = together(reduced)
            if not poly:
                return True
            if not bases:
                return False
    except TooLargeError:
        return False
    return False


def reduce_fractions(poly: Poly) -> Poly:
    """Rewrite M / B, where M is the leading term of the base B, as (1 - (B - M) / B)."""
    for _ in range(ROUNDS):
        changed = False
        parts = []
        for key, coefficient in poly.items():
            new = _reduce_term(key)
            changed = changed or new is not None
            parts.append(scale(new if new is not None else {key: Fraction(1)}, coefficient))
        if not changed:
            return poly
        poly = add(*parts)
    return poly


def _reduce_term(key: Key) -> Poly | None:
    if not any(a[0] == "base" and e < 0 and len(a[1]) > 1 for a, e in key[1]):
        return None
    sums, atoms = rename_apart(key)
    for base, exponent in list(atoms.items()):
        if base[0] != "base" or exponent >= 0 or len(base[1]) < 2:
            continue
        others = {a: e for a, e in atoms.items() if a != base}
        inner = dict(base[1])
        lead = max(inner, key=_degree)
        for _, left, rest in matches(sums, others, lead, frozenset()):
            # rest · M · B^e = rest · (B - (B - M)) / c · B^e, over the sums that remain
            tail = {k: c for k, c in inner.items() if k != lead}
            return _rewritten(left, rest, base, exponent, tail, inner[lead])
        inverse = ((), tuple((a, -e) for a, e in lead[1]))
        if UNIT in inner and not lead[0] and lead[1]:
            for _ in matches(sums, others, inverse, frozenset()):
                tail = {k: c for k, c in inner.items() if k != UNIT}
                return _rewritten(sums, others, base, exponent, tail, inner[UNIT])
    return None


def _rewritten(
    sums: tuple[tuple[str, str], ...],
    rest: dict[Atom, Rational],
    base: Atom,
    exponent: Rational,
    tail: Poly,
    lead: Rational,
) -> Poly:
    raised = dict(rest)
    raised[base] = exponent + 1
    kept = dict(rest)
    kept[base] = exponent
    first = simplify_term((), raised)
    second = multiply(tail, simplify_term((), kept))
    result = scale(add(first, scale(second, -1)), Fraction(1) / lead)
    return sum_over(result, sums) if sums else result


def _degree(key: Key) -> tuple[int, Rational, Key]:
    return (len(key[0]), sum((e for _, e in key[1]), 0), key)
