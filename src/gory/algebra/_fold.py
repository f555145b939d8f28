"""Folding: a part of a polynomial is something the author has defined, so it is written by its
name.

Every definition is a rewrite rule, read from right to left. A definition with one term is
recognised as a product of atoms (also upside down, and to a power); one with several terms is
recognised by its leading term, which is replaced by the name less the other terms. A fold is kept
where the whole becomes shorter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from gory.algebra._display import ExpPattern
from gory.algebra._match import matches, possible
from gory.algebra._normal import Setting
from gory.algebra._powers import exponential, logarithm
from gory.algebra._products import (
    add,
    multiply,
    rename_apart,
    replace_indices,
    scale,
    simplify_term,
    single,
    sum_over,
)  # fmt: skip
from gory.algebra._terms import NF, UNIT, Atom, Ix, Key, Poly, Rational, atom_indices, freeze
from gory.algebra._zero import reduce_fractions
from gory.notation import Add, Definition, Expr, Fn, Paper, Ref, Sum, walk


@dataclass(frozen=True)
class FoldRule:
    """``pattern = value``, where the value contains the name of a definition."""

    name: str
    pattern: Key
    value: NF
    variables: frozenset[Ix]
    several: bool  # the definition has several terms, so folding may leave some of them over


def fold_rules(paper: Paper, setting: Setting) -> list[FoldRule]:
    """Rules for all definitions, the latest first, since it says most."""
    rules: list[FoldRule] = []
    for definition in reversed(list(paper.definitions.values())):
        for ref, body in definition.lines:
            rules += _rules_of(definition, ref, setting.normal(body), setting)
            if inside := _exponents(body, paper):
                opened = replace(setting, opened=inside, _bodies={}, _memo={}, _signs={})
                rules += _rules_of(definition, ref, opened.normal(body), setting)
    return rules


def _exponents(body: Expr, paper: Paper) -> frozenset[str]:
    """Definitions in exponents: exp(z[k] - lse) is also known by what lse is."""
    nodes = (node for node in walk(body) if isinstance(node, Fn) and node.name == "exp")
    inner = (part for node in nodes for part in walk(node))
    names = (part.name for part in inner if isinstance(part, Ref))
    return frozenset(name for name in names if _has_log(name, paper))


def _has_log(name: str, paper: Paper) -> bool:
    definition = paper.definitions.get(name)
    return definition is not None and any(
        isinstance(node, Fn) and node.name == "log" for node in walk(definition.body)
    )


def _rules_of(definition: Definition, ref: Ref, body: Poly, setting: Setting) -> list[FoldRule]:
    own = single(setting.ref(ref))
    variables = frozenset(setting.names.ix(i) for i in ref.indices if not i.is_literal)
    if not body:
        return []
    if len(body) == 1:
        return _rules_of_one_term(definition, body, own, variables, setting)
    rules = []
    lead = max(body, key=lambda key: _weight(key, variables))
    if variables and not {i for i in variables} <= _free(lead):
        return []
    tail = {k: c for k, c in body.items() if k != lead}
    if not any(_occurs(lead, key, variables) for key in tail):  # else folding would not end
        value = scale(add(own, scale(tail, -1)), Fraction(1) / body[lead])
        rules.append(FoldRule(definition.name, lead, freeze(value), variables, True))
    # the definition as a whole under a power
    content, rest = _primitive(body)
    if content[0][1] == () and len(rest) > 1:
        base = ("base", freeze(rest))
        inverse: Key = ((), ((base, Fraction(-1)),))
        below = scale(_power(own, -1), content[1])
        rules.append(FoldRule(definition.name, inverse, freeze(below), variables, False))
    return rules


def _rules_of_one_term(
    definition: Definition, body: Poly, own: Poly, variables: frozenset[Ix], setting: Setting
) -> list[FoldRule]:
    ((key, coefficient),) = body.items()
    sums, atoms = key
    # numbers and sizes go to the other side: Σ_i x[i] = N mu
    moved = {a: -e for a, e in atoms if a[0] in ("size", "prime")}
    core: Key = (sums, tuple((a, e) for a, e in atoms if a not in moved))
    if not core[1] or _is_bare(core):
        return []
    value = scale(multiply(own, simplify_term((), moved)), Fraction(1) / coefficient)
    rules = [FoldRule(definition.name, core, freeze(value), variables, False)]
    if sums:
        inverse: Key = ((), ((("base", freeze({core: Fraction(1)})), Fraction(-1)),))
        up = {a: -e for a, e in moved.items()}
        below = scale(multiply(_power(own, -1), simplify_term((), up)), coefficient)
    else:
        inverse = ((), tuple(sorted((a, -e) for a, e in core[1])))
        up = {a: -e for a, e in moved.items()}
        below = scale(multiply(_power(own, -1), simplify_term((), up)), coefficient)
    rules.append(FoldRule(definition.name, inverse, freeze(below), variables, False))
    rules += _solved(definition, core, value, variables, setting)
    rules += _rooted(definition, core, own, variables, setting)
    return rules + _complement(definition, body, own, variables)


def _solved(
    definition: Definition, core: Key, value: Poly, variables: frozenset[Ix], setting: Setting
) -> list[FoldRule]:
    """F = T log Z says that log Z = F / T, where T cannot be 0 as it is."""
    sums, atoms = core
    below = _divisors(core)
    factors = {a: e for a, e in atoms if a[0] == "ref" and not atom_indices(a) & set(sums)}
    rest: Key = (sums, tuple((a, e) for a, e in atoms if a not in factors))
    known = all(a in below or setting.is_positive(a) for a in factors)
    if not factors or not known or not rest[1] or not variables <= _free(rest):
        return []
    solved = multiply(value, simplify_term((), {a: -e for a, e in factors.items()}))
    return [FoldRule(definition.name, rest, freeze(solved), variables, True)]


def _rooted(
    definition: Definition, core: Key, own: Poly, variables: frozenset[Ix], setting: Setting
) -> list[FoldRule]:
    """r = s^(1/p) for a sum s says that 1 / s = r^-p."""
    if core[0] or len(core[1]) != 1 or core[1][0][0][0] != "exp" or core[1][0][1] != 1:
        return []
    logs = [a for a, e in core[1][0][0][1][1] if a[0] == "log" and e == 1]
    others = {a: -e for a, e in core[1][0][0][1][1] if a[0] != "log"}
    if len(logs) != 1 or core[1][0][0][1][0] or not others:
        return []
    exponent = multiply(simplify_term((), others), logarithm(own, setting.is_positive))
    value = exponential(scale(exponent, Fraction(-1)), setting.is_positive)
    inverse: Key = ((), ((("base", logs[0][1]), Fraction(-1)),))
    return [FoldRule(definition.name, inverse, freeze(value), variables, True)]


def _divisors(part: object) -> set[Atom]:
    """Entries that stand in a denominator, anywhere in a term."""
    found: set[Atom] = set()
    todo = [part]
    while todo:
        one = todo.pop()
        if not isinstance(one, tuple):
            continue
        if len(one) == 2 and isinstance(one[1], int | Fraction) and one[1] < 0:
            found.add(one[0])
        todo.extend(one)
    return found


def _complement(
    definition: Definition, body: Poly, own: Poly, variables: frozenset[Ix]
) -> list[FoldRule]:
    """A definition E / (1 + E) is also 1 - 1 / (1 + E), so 1 / (1 + E) is one minus it."""
    reduced = reduce_fractions(body)
    with_base = [k for k in reduced if any(a[0] == "base" for a, _ in k[1])]
    if len(reduced) != 2 or len(with_base) != 1 or UNIT not in reduced:
        return []
    (lead,) = with_base
    tail = {k: c for k, c in reduced.items() if k != lead}
    value = scale(add(own, scale(tail, -1)), Fraction(1) / reduced[lead])
    return [FoldRule(definition.name, lead, freeze(value), variables, True)]


def _is_bare(core: Key) -> bool:
    """A definition that is only another name for an entry, or its negative, is not folded into."""
    return not core[0] and len(core[1]) == 1 and core[1][0][1] == 1 and core[1][0][0][0] == "ref"


def _power(poly: Poly, exponent: int) -> Poly:
    ((key, _),) = poly.items()
    return {((), tuple((a, e * exponent) for a, e in key[1])): Fraction(1)}


def _primitive(body: Poly) -> tuple[tuple[Key, Rational], Poly]:
    from gory.algebra._powers import primitive

    return primitive(body)


def _free(key: Key) -> frozenset[Ix]:
    from gory.algebra._terms import key_indices

    return key_indices(key)


def _occurs(pattern: Key, key: Key, variables: frozenset[Ix]) -> bool:
    if not possible(key, pattern):
        return False
    return next(matches(*rename_apart(key), pattern, variables), None) is not None


def _weight(key: Key, variables: frozenset[Ix]) -> tuple[int, int, int, Rational, Key]:
    """The leading term of a definition: it names all parameters, and is the largest.

    Of w - w h^2 it is w h^2: it stands in no other term, so that folding it ends.
    """
    free = _free(key)
    refs = sum(a[0] in ("ref", "exp", "fn", "log") for a, _ in key[1])
    degree = sum((e for _, e in key[1]), Fraction(0))
    return (len(variables & free), len(key[0]), refs - len(key[1]), degree, key)


def fold(poly: Poly, rule: FoldRule) -> Poly:
    """Apply one rule wherever it matches, until it matches no more."""
    for _ in range(12):
        changed = False
        parts = []
        for key, coefficient in poly.items():
            new = _fold_term(key, rule)
            changed = changed or new is not None
            parts.append(scale(new if new is not None else {key: Fraction(1)}, coefficient))
        if not changed:
            return poly
        poly = add(*parts)
    return poly


def _fold_term(key: Key, rule: FoldRule) -> Poly | None:
    inside = _fold_brackets(key, rule)
    if inside is not None:
        return inside
    if not possible(key, rule.pattern):
        return None
    sums, atoms = rename_apart(key)
    for by, left, rest in matches(sums, atoms, rule.pattern, rule.variables):
        value = replace_indices(dict(rule.value), by)
        result = multiply(simplify_term((), rest), value)
        return sum_over(result, left) if left else result
    return None


def _fold_brackets(key: Key, rule: FoldRule) -> Poly | None:
    """Fold inside brackets that are kept closed."""
    if not any(a[0] == "fn" and not a[1] for a, _ in key[1]):
        return None
    sums, atoms = rename_apart(key)
    folded: dict[Atom, Rational] = {}
    for atom, exponent in atoms.items():
        if atom[0] == "fn" and not atom[1]:
            atom = ("fn", "", freeze(fold(dict(atom[2]), rule)))
        folded[atom] = folded.get(atom, 0) + exponent
    if folded == atoms:
        return None
    result = simplify_term((), folded)
    return sum_over(result, sums) if sums else result


def exp_patterns(exprs: list[Expr], setting: Setting) -> list[ExpPattern]:
    """Exponentials as the author wrote them, those with most parts first."""
    found: dict[Key, ExpPattern] = {}
    for expr in exprs:
        for node in walk(expr):
            if not (isinstance(node, Fn) and node.name == "exp"):
                continue
            value = setting.normal(node)
            if len(value) != 1:
                continue
            ((key, coefficient),) = value.items()
            if coefficient == 1 and not key[0] and {a[0] for a, _ in key[1]} == {"exp"}:
                found.setdefault(key, ExpPattern(key, node, tuple(sorted(_free(key)))))
    return sorted(found.values(), key=lambda p: (-len(p.key[1]), p.key))


def written_totals(exprs: list[Expr], setting: Setting) -> frozenset[NF]:
    """Sums of several sums as the author wrote them, which are not put under one sign."""
    return frozenset(
        freeze(setting.normal(node))
        for expr in exprs
        for node in walk(expr)
        if isinstance(node, Add) and sum(isinstance(n, Sum) for n in walk(node)) > 1
    )
