"""Finding a closed sum inside a term: Σ_c exp(z[c]) in front of its own reciprocal, Σ_k y[i,k] of
a fact.

A pattern with bound indices matches where its bound indices go to bound indices of the term that
occur in the matched atoms only; then the whole inner sum can be taken out. Candidates are
enumerated by range and kind of atom and compared after substitution, so nested expressions need
no unification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from gory.algebra._terms import (
    Atom,
    Ix,
    Key,
    Rational,
    atom_indices,
    atom_literals,
    key_indices,
    replace_in_atom,
)  # fmt: skip

Factors = dict[Atom, Rational]


@lru_cache(maxsize=1 << 16)
def skeleton(atom: Atom) -> Atom:
    """An atom with its indices blanked, all alike within a range; a literal may fill any place."""
    if atom_literals(atom):
        atom = _without_literals(atom)
    return replace_in_atom(atom, {i: ("_", i[1]) for i in atom_indices(atom)})


def _without_literals(part: Any) -> Any:
    if not isinstance(part, tuple):
        return part
    if len(part) == 2 and isinstance(part[0], str) and part[0].isdigit():
        return ("_", part[1])
    return tuple(_without_literals(one) for one in part)


def matches(
    sums: tuple[Ix, ...], atoms: Mapping[Atom, Rational], pattern: Key, variables: frozenset[Ix]
) -> Iterator[tuple[dict[Ix, Ix], tuple[Ix, ...], Factors]]:
    """Occurrences of a pattern as an inner sum of a term, once each.

    ``variables`` are free indices of the pattern that stand for any index of their range.
    Yields the substitution, the bound indices that remain, and the atoms that remain.
    """
    bound, wanted = pattern
    if not possible((sums, tuple(atoms.items())), pattern):
        return
    free = sorted(variables & key_indices(pattern))
    present: list[Ix] = []
    if free:
        present = sorted({i for a in atoms for i in atom_indices(a) | atom_literals(a)})
    choices = [[i for i in sums if i[1] == b[1]] for b in bound]
    choices += [[i for i in present if i[1] == v[1]] for v in free]
    for chosen in product(*choices):
        targets = chosen[: len(bound)]
        if len(set(targets)) != len(targets) or set(targets) & set(chosen[len(bound) :]):
            continue
        by = dict(zip((*bound, *free), chosen, strict=True))
        rest = _taken_out(atoms, wanted, by)
        if rest is None or any(atom_indices(a) & set(targets) for a in rest):
            continue
        yield by, tuple(i for i in sums if i not in targets), rest


def possible(term: Key, pattern: Key) -> bool:
    """Whether a term has sums and atoms of the kinds that a pattern asks for."""
    if len(pattern[0]) > len(term[0]):
        return False
    shapes = {skeleton(a) for a, _ in term[1]}
    return all(skeleton(a) in shapes for a, _ in pattern[1])


def _taken_out(
    atoms: Mapping[Atom, Rational],
    wanted: tuple[tuple[Atom, Rational], ...],
    by: Mapping[Ix, Ix],
) -> Factors | None:
    rest = dict(atoms)
    for atom, exponent in wanted:
        target = replace_in_atom(atom, by)
        have = rest.get(target, 0)
        # a power is taken out of a larger one of the same sign, never beyond it
        if have == 0 or (have > 0) != (exponent > 0) or abs(have) < abs(exponent):
            return None
        if have == exponent:
            del rest[target]
        else:
            rest[target] = have - exponent
    return rest


def cancel_bases(sums: tuple[Ix, ...], atoms: Factors) -> tuple[tuple[Ix, ...], Factors]:
    """Take a closed sum out of a term against a reciprocal of the same sum: Z / Z = 1."""
    again = True
    while again and sums:
        again = False
        for base, exponent in list(atoms.items()):
            if base[0] != "base" or exponent >= 0 or len(base[1]) != 1:
                continue
            ((pattern, coefficient),) = base[1]
            if coefficient != 1 or not pattern[0]:
                continue
            others = {a: e for a, e in atoms.items() if a != base}
            for _, left, rest in matches(sums, others, pattern, frozenset()):
                if any(i not in left for i in atom_indices(base) if i in sums):
                    continue
                sums, atoms = left, rest
                atoms[base] = exponent + 1
                atoms = {a: e for a, e in atoms.items() if e}
                again = True
                break
            if again:
                break
    return sums, atoms
