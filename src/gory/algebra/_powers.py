"""Powers, exponentials and logarithms of polynomials, and the common denominator.

``exp`` of a sum is a product of exponentials, so exp(a) exp(b) = exp(a + b) holds by
construction. A logarithm or a fractional power is split only over factors that are known to be
positive; what was needed for that is left to the caller's `Signs`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd, lcm

from gory.algebra._products import (
    add,
    constant,
    multiply,
    natural_power,
    raised,
    scale,
    simplify_term,
    single,
    times_atoms,
    worth_expanding,
)  # fmt: skip
from gory.algebra._terms import (
    Atom,
    Key,
    Poly,
    Rational,
    TooLargeError,
    atom_indices,
    canonical,
    freeze,
    freeze_key,
)

Positive = Callable[[Atom], bool]


def key_poly(key: Key, coefficient: Rational = 1) -> Poly:
    return {key: Fraction(coefficient)}


def power(poly: Poly, exponent: Rational, positive: Positive) -> Poly:
    """``poly`` to a rational power."""
    if exponent == 0:
        return constant(1)
    if not poly:
        if exponent < 0:
            raise ZeroDivisionError("a denominator is zero")
        return {}
    if exponent.denominator == 1 and exponent > 0 and worth_expanding(poly, int(exponent)):
        return natural_power(poly, int(exponent))
    content, rest = primitive(poly)
    whole = exponent.denominator == 1
    if not whole and content[1] < 0:
        content, rest = (content[0], -content[1]), scale(rest, -1)
    outside, inside = _split_content(content, exponent, positive)
    if len(rest) == 1 and rest == constant(1) and not inside:
        return outside
    kept = multiply(rest, inside) if inside else rest
    if len(kept) == 1:
        ((key, coefficient),) = kept.items()
        if not key[0] and len(key[1]) == 1 and coefficient == 1:
            atom, inner = key[1][0]
            if inner == 1 or whole:
                return multiply(outside, single(atom, inner * exponent))
        if whole and key[0]:
            return multiply(outside, _power_of_components(key, exponent))
    return multiply(outside, _base(kept, exponent))


def _base(poly: Poly, exponent: Rational) -> Poly:
    return simplify_term((), {("base", freeze(poly)): exponent})


def _power_of_components(key: Key, exponent: Rational) -> Poly:
    """(Σ_k a[k]) (Σ_c b[c]) to a whole power is the product of the powers of its parts."""
    result = constant(1)
    for part in components(key):
        result = multiply(result, _base({part: Fraction(1)}, exponent))
    return result


def components(key: Key) -> list[Key]:
    """Independent closed sums of a term; atoms outside all sums come first, as one part."""
    sums, atoms = key
    left = dict(atoms)
    parts: list[Key] = []
    open_indices = set(sums)
    outside = {a: e for a, e in left.items() if not atom_indices(a) & open_indices}
    if outside:
        parts.append(canonical((), outside))
        left = {a: e for a, e in left.items() if a not in outside}
    while left:
        first = next(iter(left))
        reach = set(atom_indices(first)) & open_indices
        while True:
            atoms_in = {a: e for a, e in left.items() if atom_indices(a) & reach}
            wider = {i for a in atoms_in for i in atom_indices(a)} & open_indices
            if wider == reach:
                break
            reach = wider
        parts.append(canonical(tuple(i for i in sums if i in reach), atoms_in))
        left = {a: e for a, e in left.items() if a not in atoms_in}
    return parts


def _split_content(
    content: tuple[Key, Rational], exponent: Rational, positive: Positive
) -> tuple[Poly, Poly]:
    """The part of a monomial that may leave the power, and the part that must stay inside."""
    key, coefficient = content
    if exponent.denominator == 1:
        whole: dict[Atom, Rational] = {a: e * exponent for a, e in key[1]}
        return scale(simplify_term((), whole), raised(coefficient, exponent.numerator)), {}
    outside: dict[Atom, Rational] = {a: e * exponent for a, e in key[1] if positive(a)}
    stays = {a: e for a, e in key[1] if not positive(a)}
    for prime, times in factorize(coefficient).items():
        atom = ("prime", prime)
        outside[atom] = outside.get(atom, 0) + times * exponent
    return simplify_term((), outside), (simplify_term((), stays) if stays else {})


def factorize(value: Rational) -> dict[int, int]:
    """Prime factors of a positive rational number."""
    found: dict[int, int] = {}
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        p, n = 2, number
        if n.bit_length() > 60:
            raise TooLargeError("a number too large to be factored")
        while p * p <= n:
            while n % p == 0:
                found[p] = found.get(p, 0) + sign
                n //= p
            p += 1
            if p > 1_000_000:
                break
        if n > 1:
            found[n] = found.get(n, 0) + sign
    return found


def primitive(poly: Poly) -> tuple[tuple[Key, Rational], Poly]:
    """Split off what all terms share: a rational number and a monomial without bound indices.

    The remaining terms have their smallest exponents at zero, and coefficients that are whole
    numbers without a common divisor, the first one above zero.
    """
    keys = list(poly)
    shared: dict[Atom, Rational] | None = None
    for sums, atoms in keys:
        own = {a: e for a, e in atoms if not _touches(a, sums)}
        if shared is None:
            shared = own
            continue
        merged = {}
        for atom in shared.keys() | own.keys():
            low = min(shared.get(atom, 0), own.get(atom, 0))
            if low:
                merged[atom] = low
        shared = merged
    common = {a: e for a, e in (shared or {}).items() if a[0] not in ("delta", "rel", "pos", "arg")}
    content: Key = ((), tuple(sorted(common.items())))
    inverse = {a: -e for a, e in common.items()}
    rest = times_atoms(poly, inverse) if common else poly
    divisor = Fraction(
        gcd(*(c.numerator for c in rest.values())), lcm(*(c.denominator for c in rest.values()))
    )
    lead = divisor if rest[min(rest)] > 0 else -divisor
    return (content, lead), scale(rest, Fraction(1) / lead)


def _touches(atom: Atom, sums: tuple[tuple[str, str], ...]) -> bool:
    return any(i in sums for i in atom_indices(atom))


def together(poly: Poly) -> tuple[Poly, dict[Atom, Rational]]:
    """Bring to a common denominator: ``poly = numerator · Π base^exponent`` with exponents
    below zero.
    """
    lowest: dict[Atom, Rational] = {}
    for _, atoms in poly:
        for atom, exponent in atoms:
            if atom[0] == "base" and exponent < 0:
                lowest[atom] = min(lowest.get(atom, 0), exponent)
    free = {a: e for a, e in lowest.items() if not _bound_somewhere(a, poly)}
    if not free:
        return poly, {}
    return times_atoms(poly, {a: -e for a, e in free.items()}), free


def _bound_somewhere(atom: Atom, poly: Poly) -> bool:
    return any(_touches(atom, sums) for sums, _ in poly)


def exponential(poly: Poly, positive: Positive) -> Poly:
    """exp of a polynomial: a product with one factor a term."""
    result = constant(1)
    for key, coefficient in poly.items():
        sums, atoms = key
        if not sums and len(atoms) == 1 and atoms[0][0][0] == "log" and atoms[0][1] == 1:
            inner = dict(atoms[0][0][1])  # exp(c log a) = a^c
            result = multiply(result, power(inner, coefficient, positive))
        else:
            result = multiply(result, single(("exp", freeze_key(key)), coefficient))
    return result


def logarithm(poly: Poly, positive: Positive) -> Poly:
    """log of a polynomial, split over factors that are known to be positive."""
    if not poly:
        raise ZeroDivisionError("the logarithm of zero")
    numerator, bases = together(poly)
    (key, coefficient), rest = primitive(numerator)
    parts: list[Poly] = []
    stays: dict[Atom, Rational] = {}
    for atom, exponent in (*key[1], *bases.items()):
        if positive(atom):
            parts.append(scale(_log_atom(atom), exponent))
        else:
            stays[atom] = exponent
    if coefficient < 0:
        coefficient, rest = -coefficient, scale(rest, -1)
    for prime, times in factorize(coefficient).items():
        parts.append(scale(single(("log", freeze(constant(prime)))), times))
    if rest != constant(1) or stays:
        left = multiply(rest, simplify_term((), stays)) if stays else rest
        parts.append(_log_rest(left))
    return add(*parts)


def _log_atom(atom: Atom) -> Poly:
    if atom[0] == "exp":
        return key_poly(atom[1])
    if atom[0] == "base":
        return single(("log", atom[1]))
    if atom[0] == "prime":
        return single(("log", freeze(constant(atom[1]))))
    return single(("log", freeze(single(atom))))


def _log_rest(poly: Poly) -> Poly:
    """log of what cannot be split; a lone atom keeps an odd power outside."""
    if len(poly) == 1:
        ((key, coefficient),) = poly.items()
        if not key[0] and len(key[1]) == 1 and coefficient == 1:
            atom, exponent = key[1][0]
            if exponent.numerator % 2 == 1:
                # x^(p/q) with p odd is positive only where x is
                return scale(single(("log", freeze(single(atom)))), exponent)
    return single(("log", freeze(poly)))
