"""Terms of the normal form: a coefficient, bound indices, and atoms with rational exponents.

A *key* is ``(sums, atoms)``: the bound indices, and the sorted atoms with their exponents. A
*polynomial* is a dict from key to coefficient. Everything is a plain tuple, so that equality,
hashing and order cost nothing of ours. Atoms are

=================================  ==========================================================
``("ref", name, indices)``         an entry of an array, a scalar, a definition left closed
``("size", range)``                the size of a range
``("delta", i, j)``                Kronecker delta of two free indices
``("rel", a, relation, b)``        Iverson bracket between two indices
``("pos", nf)``                    Iverson bracket [nf > 0]
``("arg", i, *, nf, guard)``       [i = argmax_* nf], its guard ``()`` or (relation, index)
``("exp", key)``                   exponential of one term; its coefficient is the exponent
``("log", nf)`` ``("fn", f, nf)``  logarithm, other functions
``("base", nf)``                   a sum under a power that is not a natural number
``("prime", p)``                   a prime under a fractional power
``("der", ref, ref)``              derivative of a closed definition
``("fn", "", nf)``                 a bracket that is kept closed
``("app", n, indices)``            an expression of the source, by number, when terms are written
=================================  ==========================================================

where an *nf* is a polynomial frozen to a sorted tuple. Bound indices are renamed canonically:
``#h.n`` with
``h`` the nesting height, so that an inner binder never meets an outer one; among the orders of
interchangeable indices the smallest key is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import count, permutations, product
from math import factorial, prod
from typing import Any

Ix = tuple[str, str]  # letter, range
Atom = tuple[Any, ...]
Rational = Fraction | int  # whole numbers are ints, which hash many times faster
Key = tuple[tuple[Ix, ...], tuple[tuple[Atom, Rational], ...]]
Poly = dict[Key, Rational]
NF = tuple[tuple[Key, Rational], ...]

UNIT: Key = ((), ())
MOST_ORDERS = 5040  # of indices that nothing tells apart
_fresh = count()


class TooLargeError(Exception):
    """The normal form would be too large to be worth computing."""


def fresh_index(range_: str) -> Ix:
    """An index that occurs nowhere else."""
    return (f"~{next(_fresh)}", range_)


def is_literal(index: Ix) -> bool:
    return index[0].isdigit()


def tidy(value: Rational) -> Rational:
    """A whole number as an int."""
    return value.numerator if value.denominator == 1 else value


class Nested(tuple):
    """A term or a polynomial inside an atom; its hash and weight are computed once, however deep
    it is.
    """

    def __hash__(self) -> int:
        try:
            return self.__dict__["hash"]
        except KeyError:
            found = self.__dict__["hash"] = tuple.__hash__(self)
            return found

    @property
    def weight(self) -> int:
        """How many atoms stand inside, at any depth."""
        found = self.__dict__.get("weight")
        if found is None:
            found = self.__dict__["weight"] = _weight_inside(self)
        return found


def _weight_inside(part: Any) -> int:
    if type(part) is Nested and "weight" in part.__dict__:
        return part.weight
    if not isinstance(part, tuple):
        return 0
    is_atom = bool(part) and isinstance(part[0], str)
    return is_atom + sum(_weight_inside(inner) for inner in part)


def weight(atom: Atom) -> int:
    """How many atoms an atom holds, itself included: what it costs to look at it."""
    return 1 + sum([part.weight for part in atom if type(part) is Nested])


def weights(atoms: Iterable[Atom]) -> int:
    """What it costs to look at some atoms."""
    return sum([weight(atom) for atom in atoms])


@lru_cache(maxsize=1 << 16)
def _shared(nested: Nested) -> Nested:
    """One object for all that are equal, so that comparing them ends at once."""
    return nested


def freeze(poly: Poly) -> NF:
    """A polynomial as the inside of an atom."""
    return _shared(Nested(sorted((key, tidy(coefficient)) for key, coefficient in poly.items())))


def freeze_key(key: Key) -> Key:
    """A term as the inside of an exponential."""
    return _shared(Nested(key))


# -- which indices an atom uses, and putting others in their place --------------------------------


@lru_cache(maxsize=1 << 17)
def atom_indices(atom: Atom) -> frozenset[Ix]:
    """Indices that are free in an atom, literals excepted."""
    match atom[0]:
        case "ref" | "app":
            found = frozenset(atom[2])
        case "delta":
            found = frozenset(atom[1:])
        case "rel":
            found = frozenset((atom[1], atom[3]))
        case "exp":
            found = key_indices(atom[1])
        case "arg":
            found = (nf_indices(atom[3]) - {atom[2]}) | {atom[1], *atom[4][1:]}
        case "log" | "base" | "pos":
            found = nf_indices(atom[1])
        case "fn":
            found = nf_indices(atom[2])
        case "der":
            found = atom_indices(atom[1]) | atom_indices(atom[2])
        case _:
            return frozenset()
    return frozenset(i for i in found if not i[0].isdigit())


@lru_cache(maxsize=1 << 16)
def atom_literals(atom: Atom) -> frozenset[Ix]:
    """Literal indices that stand anywhere in an atom."""
    found: set[Ix] = set()
    todo: list[object] = [atom]
    while todo:
        part = todo.pop()
        if not isinstance(part, tuple):
            continue
        if len(part) == 2 and isinstance(part[0], str) and part[0].isdigit():
            found.add((part[0], str(part[1])))
        else:
            todo.extend(part)
    return frozenset(found)


@lru_cache(maxsize=1 << 16)
def key_indices(key: Key) -> frozenset[Ix]:
    """Free indices of a term."""
    found: frozenset[Ix] = frozenset().union(*(atom_indices(a) for a, _ in key[1]))
    return found - frozenset(key[0])


def nf_indices(nf: NF) -> frozenset[Ix]:
    return frozenset().union(*(key_indices(key) for key, _ in nf))


def replace_in_atom(atom: Atom, by: Mapping[Ix, Ix]) -> Atom:
    """Put other indices in place of free ones. The result may need `simplify_term` (delta[i,i])."""
    if not any(i in by for i in atom_indices(atom)):
        return atom
    return _replace(atom, tuple(sorted((k, v) for k, v in by.items() if k in atom_indices(atom))))


@lru_cache(maxsize=1 << 16)
def _replace(atom: Atom, pairs: tuple[tuple[Ix, Ix], ...]) -> Atom:
    by = dict(pairs)
    match atom[0]:
        case "ref" | "app":
            return (atom[0], atom[1], tuple(by.get(i, i) for i in atom[2]))
        case "delta":
            a, b = by.get(atom[1], atom[1]), by.get(atom[2], atom[2])
            return ("delta", *sorted((a, b)))
        case "rel":
            first, second = ((by[i] if i in by else i) for i in (atom[1], atom[3]))  # noqa: SIM401
            return relation_of(first, atom[2], second)
        case "exp":
            key = _settled(replace_in_key(atom[1], by))
            return ("prime", 1) if key is None else ("exp", freeze_key(key))
        case "fn":
            return ("fn", atom[1], replace_in_nf(atom[2], by))
        case "arg":
            relation, *other = atom[4] or ("",)
            guard = (relation, *(by.get(i, i) for i in other)) if relation else ()
            inside = replace_in_nf(atom[3], by)
            return ("arg", by.get(atom[1], atom[1]), atom[2], inside, guard)
        case "der":
            return ("der", _replace(atom[1], pairs), _replace(atom[2], pairs))
    return (atom[0], replace_in_nf(atom[1], by))


def relation_of(a: Ix, relation: str, b: Ix) -> Atom:
    """The bracket of two indices; what is unequal is so from both sides."""
    if relation == "!=":
        a, b = min(a, b), max(a, b)
    return ("rel", a, relation, b)


def replace_in_key(key: Key, by: Mapping[Ix, Ix]) -> Key:
    sums, atoms = key
    replaced: dict[Atom, Rational] = {}
    for atom, exponent in atoms:  # x[i] x[k] becomes x[i]^2
        new = replace_in_atom(atom, by)
        replaced[new] = tidy(replaced.get(new, 0) + exponent)
    return canonical(sums, {a: e for a, e in replaced.items() if e})


def replace_in_nf(nf: NF, by: Mapping[Ix, Ix]) -> NF:
    result: Poly = {}
    for key, coefficient in nf:
        new = _settled(replace_in_key(key, by))
        if new is not None:
            result[new] = result.get(new, 0) + coefficient
    return freeze({k: c for k, c in result.items() if c})


def _settled(key: Key) -> Key | None:
    """A term without the deltas whose value is known; None if one of them is 0."""
    sums, atoms = key
    if not any(a[0] == "delta" for a, _ in atoms):
        return key
    for atom, _ in atoms:
        if atom[0] == "delta" and atom[1] != atom[2] and all(map(is_literal, atom[1:])):
            return None
    return (sums, tuple((a, e) for a, e in atoms if not (a[0] == "delta" and a[1] == a[2])))


# -- canonical names of bound indices -------------------------------------------------------------


@lru_cache(maxsize=1 << 17)
def _height(atom: Atom) -> int:
    """How deep binders are nested inside an atom."""
    match atom[0]:
        case "exp":
            return _key_height(atom[1])
        case "log" | "base" | "pos":
            return max((_key_height(key) for key, _ in atom[1]), default=0)
        case "fn":
            return max((_key_height(key) for key, _ in atom[2]), default=0)
        case "arg":
            return max((_key_height(key) for key, _ in atom[3]), default=0)
    return 0


def _key_height(key: Key) -> int:
    inner = max((_height(a) for a, _ in key[1]), default=0)
    return inner + 1 if key[0] else inner


def canonical(sums: tuple[Ix, ...], atoms: Mapping[Atom, Rational]) -> Key:
    """Sort the atoms and give the bound indices their canonical names."""
    if not sums:
        return ((), tuple(sorted(atoms.items())))
    height = 1 + max((_height(a) for a in atoms), default=0)
    groups = _groups(sums, atoms)
    if all(len(group) == 1 for group in groups):
        return _named([i for group in groups for i in group], atoms, height)
    order: list[Ix] = []
    # sums that share no atom are put in order one by one: seven equal ones have 5040 orders
    for _, part in sorted(_smallest(part, inside, height) for part, inside in _apart(sums, atoms)):
        order.extend(part)
    return _named(order, atoms, height)


def _named(order: list[Ix], atoms: Mapping[Atom, Rational], height: int) -> Key:
    by = {old: (f"#{height}.{n}", old[1]) for n, old in enumerate(order)}
    named = tuple(sorted((replace_in_atom(a, by), e) for a, e in atoms.items()))
    return (tuple(by[i] for i in order), named)


def _smallest(
    sums: tuple[Ix, ...], atoms: Mapping[Atom, Rational], height: int
) -> tuple[Key, list[Ix]]:
    """The smallest key among the orders of interchangeable indices, and its order."""
    groups = _groups(sums, atoms)
    if prod(factorial(len(group)) for group in groups) > MOST_ORDERS:
        raise TooLargeError("more than seven interchangeable sums")
    choices = product(*(permutations(group) for group in groups))
    orders = ([index for group in choice for index in group] for choice in choices)
    return min((_named(order, atoms, height), order) for order in orders)


def _apart(
    sums: tuple[Ix, ...], atoms: Mapping[Atom, Rational]
) -> list[tuple[tuple[Ix, ...], dict[Atom, Rational]]]:
    """Bound indices in groups that share no atom, each with the atoms that it stands in."""
    parts: list[tuple[set[Ix], dict[Atom, Rational]]] = []
    bound = frozenset(sums)
    for atom, exponent in atoms.items():
        met, inside = set(atom_indices(atom) & bound), {atom: exponent}
        if not met:
            continue
        for part in [part for part in parts if part[0] & met]:
            parts.remove(part)
            met |= part[0]
            inside |= part[1]
        parts.append((met, inside))
    return [(tuple(i for i in sums if i in met), inside) for met, inside in parts]


def _groups(sums: tuple[Ix, ...], atoms: Mapping[Atom, Rational]) -> list[list[Ix]]:
    """Bound indices in an order that their surroundings fix; groups hold what stays
    interchangeable.
    """
    if len(sums) == 1:
        return [list(sums)]
    color: dict[Ix, Any] = {i: (i[1],) for i in sums}
    for _ in range(len(sums)):
        rank = {c: n for n, c in enumerate(sorted(set(color.values())))}
        if len(rank) == len(sums):
            break
        mask = {i: (f"#r{rank[color[i]]}", i[1]) for i in sums}
        color = {
            i: (
                rank[color[i]],
                tuple(
                    sorted(
                        (replace_in_atom(a, {**mask, i: ("#me", i[1])}), e)
                        for a, e in atoms.items()
                        if i in atom_indices(a)
                    )
                ),
            )
            for i in sums
        }
    groups: dict[Any, list[Ix]] = {}
    for i in sums:
        groups.setdefault(color[i], []).append(i)
    return [groups[c] for c in sorted(groups)]
