"""Kinks put together again: u [u > 0] is relu(u), u sign(u) is abs(u), and squares go.

What is left of relu, abs and sign in a polynomial is folded where that is not longer; every
identity that was used is named, since a line may hold almost everywhere only.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gory.algebra._fold import FoldRule, fold
from gory.algebra._kink_atoms import KINKS
from gory.algebra._products import (
    add,
    constant,
    multiply,
    natural_power,
    rename_apart,
    scale,
    simplify_term,
    single,
    sum_over,
)  # fmt: skip
from gory.algebra._terms import (
    NF,
    UNIT,
    Atom,
    Key,
    Poly,
    Rational,
    atom_indices,
    freeze,
    fresh_index,
    replace_in_atom,
)  # fmt: skip

ALMOST = "almost everywhere"


def fold_kinks(poly: Poly, length: Callable[[Poly], int]) -> tuple[Poly, tuple[str, ...]]:
    """A polynomial with its kinks put together where that is not longer; the identities used."""
    used: dict[str, None] = {}
    found = add(*(scale(_merged(key, used), c) for key, c in poly.items()))
    for atom in sorted({a for _, atoms in found for a, _ in atoms if _folds(a)}):
        rule = _rule(atom)
        new = fold(found, rule) if rule else found
        if rule and new != found and length(new) <= length(found):
            used[rule.name] = None
            found = new
    return found, tuple(used)


def _folds(atom: Atom) -> bool:
    return atom[0] == "pos" or (atom[0] == "fn" and atom[1] == "sign")


def _merged(key: Key, used: dict[str, None]) -> Poly:
    """One term with the kinks of one argument put together: squares, relu(u) [u > 0]."""
    sums, atoms = rename_apart(key)
    result = constant(1)
    for atom in list(atoms):
        if atom[0] != "fn" or atom[1] not in KINKS:
            continue
        if atom[1] == "relu":
            bracket = ("pos", atom[2])
            if atoms[atom] > 0 and atoms.pop(bracket, 0):
                used["relu(u) [u > 0] = relu(u)"] = None
            continue
        result = multiply(result, _sizes_and_signs(atom[2], atoms, used))
    whole = multiply(simplify_term((), atoms), result)
    return sum_over(whole, sums) if sums else whole


def _sizes_and_signs(nf: NF, atoms: dict[Atom, Rational], used: dict[str, None]) -> Poly:
    """abs(u)^m sign(u)^n by powers of u, with one of them left at most."""
    size, sign = ("fn", "abs", nf), ("fn", "sign", nf)
    m, n = atoms.get(size, 0), atoms.get(sign, 0)
    odd = Fraction(n).numerator % 2
    if Fraction(m).denominator != 1 or Fraction(n).denominator != 1 or (abs(m) < 2 and not n):
        return constant(1)
    if n == 1 and (m == 0 or _raised_further(size, atoms)):
        return constant(1)  # sign(u) abs(u)^(p - 1) stays as it is
    atoms.pop(size, None)
    atoms.pop(sign, None)
    if m:
        used["abs(u) = u sign(u)"] = None
    if n:
        used[f"sign(u)^2 = 1 ({ALMOST})"] = None
    power = int(m)
    left = constant(1)
    if (power + odd) % 2:  # an odd one is left: of u^2 abs(u), of u abs(u)
        if power == 0:
            return single(sign)
        left, power = single(size), power - 1
    return multiply(left, _raised(dict(nf), power))


def _raised_further(size: Atom, atoms: dict[Atom, Rational]) -> bool:
    """Whether a power of abs(u) with a name in its exponent stands beside it."""
    log = ("log", freeze(single(size)))
    return any(a[0] == "exp" and any(inner == log for inner, _ in a[1][1]) for a in atoms)


def _raised(poly: Poly, exponent: int) -> Poly:
    if exponent >= 0:
        return natural_power(poly, exponent)
    if len(poly) == 1 and not next(iter(poly))[0]:
        ((key, coefficient),) = poly.items()
        below = simplify_term((), {a: e * exponent for a, e in key[1]})
        return scale(below, Fraction(coefficient) ** exponent)
    return single(("base", freeze(poly)), exponent)


def _rule(atom: Atom) -> FoldRule | None:
    """``u kink = value``, read at the largest term of u: its product with the kink goes."""
    by = {i: fresh_index(i[1]) for i in atom_indices(atom)}
    moved = replace_in_atom(atom, by)
    bracket = atom[0] == "pos"
    inside: NF = moved[1] if bracket else moved[2]
    u = dict(inside)
    lead = max((k for k in u if k != UNIT), key=lambda k: (len(k[0]), len(k[1]), k))
    product = multiply({lead: 1}, single(moved))
    if len(product) != 1:
        return None
    ((pattern, _),) = product.items()
    tail = multiply({k: c for k, c in u.items() if k != lead}, single(moved))
    whole = single(("fn", "relu" if bracket else "abs", inside))
    value = scale(add(whole, scale(tail, -1)), Fraction(1) / u[lead])
    name = "u [u > 0] = relu(u)" if bracket else "u sign(u) = abs(u)"
    return FoldRule(name, pattern, freeze(value), frozenset(by.values()), len(u) > 1)
