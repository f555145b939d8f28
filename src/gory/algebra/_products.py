"""Arithmetic of polynomials: terms are multiplied, deltas contracted, sums cancelled against
bases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import comb

from gory.algebra._match import cancel_bases
from gory.algebra._terms import (
    NF,
    UNIT,
    Atom,
    Ix,
    Key,
    Poly,
    Rational,
    TooLargeError,
    atom_indices,
    canonical,
    fresh_index,
    is_literal,
    nf_indices,
    replace_in_atom,
    tidy,
    weights,
)  # fmt: skip
from gory.algebra._work import remembered, spend

LARGEST = 4000  # terms of one polynomial
MOST_BITS = 4096  # of a number
MOST_OF_A_POWER = 40  # terms of a power that is multiplied out


def constant(value: Rational) -> Poly:
    return {UNIT: value} if value else {}


def single(atom: Atom, exponent: Rational = 1) -> Poly:
    return {((), ((atom, exponent),)): 1}


def add(*polys: Poly) -> Poly:
    result: Poly = {}
    for poly in polys:
        for key, coefficient in poly.items():
            total = result.get(key, 0) + coefficient
            if total:
                result[key] = total
            else:
                result.pop(key, None)
    return result


def scale(poly: Poly, by: Rational) -> Poly:
    if by == 1:
        return dict(poly)
    return {key: coefficient * by for key, coefficient in poly.items()} if by else {}


def multiply(a: Poly, b: Poly) -> Poly:
    if len(a) * len(b) > LARGEST:
        raise TooLargeError(f"a product of {len(a)} by {len(b)} terms")
    result: Poly = {}
    for key_a, coefficient_a in a.items():
        for key_b, coefficient_b in b.items():
            both = coefficient_a * coefficient_b
            if key_a == UNIT or key_b == UNIT:
                key = key_b if key_a == UNIT else key_a
                result[key] = result.get(key, 0) + both
                continue
            for key, coefficient in _multiply_keys(key_a, key_b).items():
                result[key] = result.get(key, 0) + coefficient * both
    return {key: coefficient for key, coefficient in result.items() if coefficient}


@remembered
def _multiply_keys(a: Key, b: Key) -> Poly:
    """The product of two terms; a polynomial, since a base may come back to a natural power."""
    sums, atoms = rename_apart(a)
    more_sums, more_atoms = rename_apart(b)
    for atom, exponent in more_atoms.items():
        atoms[atom] = atoms.get(atom, 0) + exponent
    return simplify_term((*sums, *more_sums), atoms)


def rename_apart(key: Key) -> tuple[tuple[Ix, ...], dict[Atom, Rational]]:
    """A term with bound indices that occur nowhere else."""
    sums, atoms = key
    if not sums:
        return (), dict(atoms)
    by = {i: fresh_index(i[1]) for i in sums}
    return tuple(by.values()), {replace_in_atom(a, by): e for a, e in atoms}


def sum_over(poly: Poly, indices: Iterable[Ix]) -> Poly:
    """Bind free indices of a polynomial by a sum."""
    bound = tuple(indices)
    return add(*(scale(_sum_of_term(key, bound), c) for key, c in poly.items()))


@remembered
def _sum_of_term(key: Key, bound: tuple[Ix, ...]) -> Poly:
    sums, atoms = rename_apart(key)
    by = {i: fresh_index(i[1]) for i in bound}
    return simplify_term((*sums, *by.values()), _renamed(atoms, by))


def replace_indices(poly: Poly, by: Mapping[Ix, Ix]) -> Poly:
    """Put other indices in place of free ones, with deltas contracted again."""
    pairs = tuple(by.items())
    return add(*(scale(_term_replaced(key, pairs), c) for key, c in poly.items()))


@remembered
def _term_replaced(key: Key, pairs: tuple[tuple[Ix, Ix], ...]) -> Poly:
    sums, atoms = rename_apart(key)
    return simplify_term(sums, _renamed(atoms, dict(pairs)))


def _renamed(atoms: Mapping[Atom, Rational], by: Mapping[Ix, Ix]) -> dict[Atom, Rational]:
    found: dict[Atom, Rational] = {}
    for atom, exponent in atoms.items():
        new = replace_in_atom(atom, by)
        found[new] = found.get(new, 0) + exponent
    return found


def simplify_term(sums: tuple[Ix, ...], atoms: dict[Atom, Rational]) -> Poly:
    """Contract deltas, turn unused sums into sizes, cancel bases, name bound indices."""
    spend(weights(atoms))
    atoms = {a: tidy(e) for a, e in atoms.items() if e}
    contracted = _contract(sums, atoms)
    if contracted is None:
        return {}
    sums, atoms = contracted
    relations = _relations(atoms)
    if relations is None:
        return {}
    atoms = _without_exp_of_log(relations)
    if sums and any(a[0] == "arg" for a in atoms):
        sums, atoms = _largest_once(sums, atoms)
    used = frozenset().union(*(atom_indices(a) for a in atoms)) if sums else frozenset()
    for index in sums:
        if index not in used:
            size = ("size", index[1])
            atoms[size] = atoms.get(size, 0) + 1
    sums = tuple(i for i in sums if i in used)
    coefficient, atoms = _primes(atoms)
    if sums:
        sums, atoms = cancel_bases(sums, atoms)
    atoms = {a: e for a, e in atoms.items() if e}
    for atom, exponent in atoms.items():
        if atom[0] == "base" and _opens(atom[1], exponent):
            return scale(_open_base(sums, atoms, atom, exponent), coefficient)
    return {canonical(sums, atoms): coefficient}


def _without_exp_of_log(atoms: dict[Atom, Rational]) -> dict[Atom, Rational]:
    """exp(log a) is a; it arises where a delta in the exponent of a power is contracted."""
    if not any(a[0] == "exp" and _is_log(a[1]) for a in atoms):
        return atoms
    found: dict[Atom, Rational] = {}
    for atom, exponent in atoms.items():
        if atom[0] == "exp" and _is_log(atom[1]):
            atom = ("base", atom[1][1][0][0][1])
        found[atom] = found.get(atom, 0) + exponent
    return found


def _is_log(key: Key) -> bool:
    return not key[0] and len(key[1]) == 1 and key[1][0][0][0] == "log" and key[1][0][1] == 1


def _opens(inside: NF, exponent: Rational) -> bool:
    """Whether a base is written out: a natural power, and any whole power of a plain product."""
    if exponent >= 1:
        return worth_expanding(dict(inside), int(exponent))
    return exponent.denominator == 1 and len(inside) == 1 and not inside[0][0][0]


def _open_base(
    sums: tuple[Ix, ...], atoms: dict[Atom, Rational], base: Atom, exponent: Rational
) -> Poly:
    """A base that is back at a natural power is multiplied out."""
    rest = {a: e for a, e in atoms.items() if a != base}
    whole = exponent.numerator // exponent.denominator
    if exponent != whole:
        rest[base] = exponent - whole
    inner = natural_power(dict(base[1]), whole)
    # the bound indices stay free while the base is multiplied in, and are bound again afterwards
    opened = times_atoms(inner, rest)
    return sum_over(opened, sums) if sums else opened


def _contract(
    sums: tuple[Ix, ...], atoms: dict[Atom, Rational]
) -> tuple[tuple[Ix, ...], dict[Atom, Rational]] | None:
    """Eliminate deltas over bound indices; None if the term is zero."""
    settled: dict[Atom, Rational] = {}
    while True:
        deltas = [a for a in atoms if a[0] == "delta"]
        if not deltas:
            for atom in settled:
                atoms[atom] = 1
            return sums, atoms
        delta = min(deltas)
        if atoms[delta] < 0:
            raise ZeroDivisionError("a Kronecker delta stands in a denominator")
        del atoms[delta]
        a, b = delta[1], delta[2]
        if a == b:
            continue
        if is_literal(a) and is_literal(b):
            return None
        if a in sums or b in sums:
            old, new = (a, b) if a in sums else (b, a)
            sums = tuple(i for i in sums if i != old)
        else:
            # both free: keep the delta and write the rest with one letter only
            old, new = (b, a) if not is_literal(b) else (a, b)
            settled[delta] = 1
        atoms = {a: e for a, e in _renamed(atoms, {old: new}).items() if e}


def _relations(atoms: dict[Atom, Rational]) -> dict[Atom, Rational] | None:
    """Brackets of equal indices, of literals or of a number have a value; None if one is zero."""
    kept = {}
    for atom, exponent in atoms.items():
        if atom[0] == "pos" and all(key == UNIT for key, _ in atom[1]):
            if not any(value > 0 for _, value in atom[1]):
                return None
            continue
        if atom[0] == "arg" and atom[4] == ("!=", atom[1]):
            return None
        known = atom[0] == "rel" and (
            atom[1] == atom[3] or (is_literal(atom[1]) and is_literal(atom[3]))
        )
        if not known:
            kept[atom] = exponent
            continue
        left, right = (0, 0) if atom[1] == atom[3] else (int(atom[1][0]), int(atom[3][0]))
        holds = {"<": left < right, "!=": left != right, ">=": left >= right}
        if not holds[atom[2]]:
            return None
    return kept


def _largest_once(
    sums: tuple[Ix, ...], atoms: dict[Atom, Rational]
) -> tuple[tuple[Ix, ...], dict[Atom, Rational]]:
    """Σ_k [k = argmax_c a[c]] = 1, where nothing else has the index k."""
    for index in sums:
        users = [a for a in atoms if index in atom_indices(a)]
        if len(users) != 1 or users[0][0] != "arg" or users[0][1] != index:
            continue
        _, _, bound, inside, guard = users[0]
        if index not in guard and index not in nf_indices(inside) - {bound}:
            sums = tuple(i for i in sums if i != index)
            atoms = {a: e for a, e in atoms.items() if a != users[0]}
    return sums, atoms


def _primes(atoms: dict[Atom, Rational]) -> tuple[Rational, dict[Atom, Rational]]:
    """Whole powers of primes go into the coefficient; brackets are their own powers."""
    coefficient: Rational = 1
    result = {}
    for atom, exponent in atoms.items():
        if atom == ("prime", 1):
            continue
        if atom[0] == "prime":
            whole = exponent.numerator // exponent.denominator
            coefficient *= Fraction(atom[1]) ** whole
            exponent -= whole
        elif atom[0] in ("pos", "rel", "arg", "delta") and exponent > 0:
            exponent = 1
        if exponent:
            result[atom] = exponent
    return coefficient, result


def times_atoms(poly: Poly, factors: Mapping[Atom, Rational]) -> Poly:
    """Every term times the same atoms; a base meets its reciprocal before it is multiplied out."""
    parts = []
    for key, coefficient in poly.items():
        sums, atoms = rename_apart(key)
        for atom, exponent in factors.items():
            atoms[atom] = atoms.get(atom, 0) + exponent
        parts.append(scale(simplify_term(sums, atoms), coefficient))
    return add(*parts)


def worth_expanding(poly: Poly, exponent: int) -> bool:
    """Whether a natural power has few terms once it is multiplied out."""
    if len(poly) == 1 and not next(iter(poly))[0]:
        return exponent < 10_000
    return exponent <= 2 or comb(exponent + len(poly) - 1, exponent) <= MOST_OF_A_POWER


def raised(value: Rational, exponent: int) -> Fraction:
    """A number to a whole power, if anybody could write it down."""
    digits = max(value.numerator.bit_length(), value.denominator.bit_length()) * abs(exponent)
    if digits > MOST_BITS and abs(value) != 1:
        raise TooLargeError(f"a number of {digits} binary digits")
    return Fraction(value) ** exponent


def natural_power(poly: Poly, exponent: int) -> Poly:
    if len(poly) == 1:
        ((key, coefficient),) = poly.items()
        if not key[0]:
            atoms = simplify_term((), {a: e * exponent for a, e in key[1]})
            return scale(atoms, raised(coefficient, exponent))
    result = constant(1)
    for _ in range(exponent):
        result = multiply(result, poly)
    return result
