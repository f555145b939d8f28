"""Declared facts as rewrite rules of terms: the left side of a fact becomes its right side.

A fact whose left side is a sum replaces that inner sum wherever it stands in a term; a fact
without a sum replaces a product of atoms. A fact that only exchanges the indices of one array
declares it symmetric.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from gory.algebra._match import matches, possible
from gory.algebra._products import (
    add,
    multiply,
    rename_apart,
    replace_indices,
    scale,
    simplify_term,
    sum_over,
)  # fmt: skip
from gory.algebra._terms import Atom, Ix, Key, Poly, Rational, canonical, key_indices
from gory.notation import Fact

if TYPE_CHECKING:
    from gory.algebra._normal import Setting


@dataclass(frozen=True)
class FactRule:
    """``pattern = value`` for every value of the variables, under the text of the fact."""

    text: str
    pattern: Key
    value: tuple[tuple[Key, Rational], ...]
    variables: frozenset[Ix]
    symmetric: str = ""  # name of an array whose indices may be sorted
    rests_on: tuple[str, ...] = ()  # declared facts that a fact by definition needs


def fact_rules(facts: Iterable[Fact], setting: Setting) -> tuple[FactRule, ...]:
    """Rules of all equations among the facts."""
    rules = []
    for fact in facts:
        if fact.relation in ("=", "=="):
            rule = _rule(fact, setting)
            if rule is not None:
                rules.append(rule)
                if rule.symmetric:
                    rules.append(_symmetric_inverse(rule, setting))
    return tuple(rules)


def _rule(fact: Fact, setting: Setting) -> FactRule | None:
    left, right = setting.normal(fact.left), setting.normal(fact.right)
    difference = add(left, scale(right, -1))
    if not difference:
        return None
    name = _symmetric(left, right)
    # the largest term of the left side is what the fact speaks of; all others go to the right
    own = [key for key in left if key in difference]
    lead = max(own, key=lambda key: (len(key[0]), len(key[1]), key), default=None)
    if lead is None or not (lead[0] or lead[1]):
        return None
    rest = scale(
        {k: c for k, c in difference.items() if k != lead}, Fraction(-1) / difference[lead]
    )
    return FactRule(fact.text, lead, tuple(sorted(rest.items())), key_indices(lead), name)


def _symmetric_inverse(rule: FactRule, setting: Setting) -> FactRule:
    """The inverse of a symmetric matrix is symmetric."""
    name = setting.names.array(f"inv({setting.names.word(rule.symmetric)})")
    return FactRule(rule.text, rule.pattern, rule.value, rule.variables, name)


def fact_variants(rule: FactRule) -> tuple[FactRule, ...]:
    """The same fact, solved for each of its terms: y[1] + y[2] = 1 gives y[1] and y[2]."""
    if rule.symmetric or rule.pattern[0] or len(rule.value) < 2:
        return (rule,)
    found = [rule]
    for key, coefficient in rule.value:
        if key[0] or not key[1] or not rule.variables <= key_indices(key):
            continue
        rest = add({rule.pattern: Fraction(1)}, {k: -c for k, c in rule.value if k != key})
        value = tuple(sorted(scale(rest, Fraction(1) / coefficient).items()))
        found.append(FactRule(rule.text, key, value, rule.variables))
    return tuple(found)


def _symmetric(left: Poly, right: Poly) -> str:
    if len(left) != 1 or len(right) != 1:
        return ""
    (a, c), (b, d) = next(iter(left.items())), next(iter(right.items()))
    if c != 1 or d != 1 or a[0] or b[0] or len(a[1]) != 1 or len(b[1]) != 1:
        return ""
    one, other = a[1][0][0], b[1][0][0]
    swapped = one[0] == other[0] == "ref" and one[1] == other[1] and one[2] == other[2][::-1]
    return str(one[1]) if swapped and len(one[2]) == 2 else ""


def apply_facts(poly: Poly, rules: tuple[FactRule, ...]) -> Poly:
    """Rewrite terms by facts until none applies."""
    for _ in range(20):
        changed = False
        parts = []
        for key, coefficient in poly.items():
            new = _apply_once(key, rules)
            changed = changed or new is not None
            parts.append(scale(new if new is not None else {key: Fraction(1)}, coefficient))
        if not changed:
            return poly
        poly = add(*parts)
    return poly


def apply_where_shorter(poly: Poly, rule: FactRule) -> Poly:
    """Rewrite only terms that take others with them: a fact y[1] + y[2] = 1 then joins
    y[1] s + y[2] s and leaves a y[2] that stands alone.
    """
    while True:
        for key, coefficient in poly.items():
            new = _apply_once(key, (rule,))
            if new is None:
                continue
            found = add({k: c for k, c in poly.items() if k != key}, scale(new, coefficient))
            if len(found) < len(poly):
                poly = found
                break
        else:
            return poly


def _apply_once(key: Key, rules: tuple[FactRule, ...]) -> Poly | None:
    apart = None
    for rule in rules:
        if rule.symmetric:
            new = _sorted_indices(key, rule.symmetric)
            if new != key:
                return {new: Fraction(1)}
            continue
        if not possible(key, rule.pattern):
            continue
        if apart is None:  # bound indices are opened below and must not meet canonical names
            apart = rename_apart(key)
        for by, sums, rest in matches(*apart, rule.pattern, rule.variables):
            value = replace_indices(dict(rule.value), by)
            remaining = simplify_term((), rest)
            return (
                sum_over(multiply(remaining, value), sums) if sums else multiply(remaining, value)
            )
    return None


def _sorted_indices(key: Key, name: str) -> Key:
    sums, atoms = key
    new: dict[Atom, Rational] = {}
    for atom, exponent in atoms:
        if atom[0] == "ref" and atom[1] == name:
            atom = ("ref", name, tuple(sorted(atom[2])))
        new[atom] = new.get(atom, 0) + exponent
    return canonical(sums, new)
