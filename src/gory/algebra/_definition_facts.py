"""Facts that hold by definition: the values of a softmax add up to one, deviations from a mean to
zero.

For every definition with indices, the sum of its right side over each of them is put into normal
form. Where that is a number, or the size of a range, the sum is a fact. Over a range that is
written out the fact is written out too: s[1] + s[2] + s[3] = 1.
"""

from __future__ import annotations

from dataclasses import replace

from gory.algebra._facts import FactRule, apply_facts, fact_rules
from gory.algebra._fold import FoldRule, fold, fold_rules
from gory.algebra._normal import Setting
from gory.algebra._products import add, constant, scale, single, sum_over
from gory.algebra._terms import Poly, freeze, key_indices
from gory.algebra._zero import is_zero, reduce_fractions
from gory.notation import ZERO, Definition, Expr, Index, Num, Paper, Ref, Size, Sum, num
from gory.notation._build import plus, times
from gory.notation._wording import relation, wording


def definition_facts(paper: Paper, setting: Setting) -> tuple[FactRule, ...]:
    """Sums of definitions that are constant, as rules."""
    found: list[FactRule] = []
    rolled = replace(setting, unrolled=frozenset(), _bodies={}, _memo={}, _signs={})
    folds = fold_rules(paper, rolled)
    declared = fact_rules(paper.facts, rolled)
    for definition in paper.definitions.values():
        others = [rule for rule in folds if rule.name != definition.name]
        for index in definition.indices:
            total = _total(definition, index, rolled, others)
            total, rests_on = _with_facts(total, (*declared, *found))
            if not all(a[0] == "size" for key in total for a, _ in key[1]):
                continue
            if index.range in setting.unrolled:
                new = _written_out(definition, index, total, setting)
            else:
                new = [] if definition.entries else [_rule(definition, index, total, setting)]
            found += [replace(rule, rests_on=rests_on) for rule in new]
    return tuple(found)


def _with_facts(total: Poly, facts: tuple[FactRule, ...]) -> tuple[Poly, tuple[str, ...]]:
    """A total after the facts that change it, and the declared ones among them."""
    used: dict[str, None] = {}
    for fact in facts:
        changed = apply_facts(total, (fact,))
        if changed != total:
            total = changed
            used |= dict.fromkeys(fact.rests_on or (fact.text,))
    return total, tuple(text for text in used if not text.endswith("by definition"))


def _total(definition: Definition, index: Index, setting: Setting, folds: list[FoldRule]) -> Poly:
    """The sum of a definition over one of its indices; of single entries, if they are all there."""
    if definition.entries:
        low, high = setting.paper.sizes.get(index.range, (1, 0))
        if len(definition.indices) > 1 or len(definition.entries) != high - low + 1:
            return single(setting.ref(definition.ref))
        total = add(*(setting.normal(body) for _, body in definition.entries))
        return constant(1) if is_zero(add(total, constant(-1))) else total
    total = sum_over(setting.normal(definition.body), [setting.names.ix(index)])
    for rule in folds:
        total = fold(total, rule)
    return reduce_fractions(total)


def _rule(definition: Definition, index: Index, total: Poly, setting: Setting) -> FactRule:
    own = single(setting.ref(definition.ref))
    ((pattern, _),) = sum_over(own, [setting.names.ix(index)]).items()
    left = Sum((index,), definition.ref)
    text = wording(relation(left, "=", _written(total, setting)), ", by definition")
    return FactRule(text, pattern, freeze(total), key_indices(pattern))


def _written_out(
    definition: Definition, index: Index, total: Poly, setting: Setting
) -> list[FactRule]:
    """The same over a range of fixed size: s[1] + s[2] = 1."""
    low, high = setting.paper.sizes[index.range]
    entries = [
        Ref(definition.name, tuple(Index(str(n), i.range) if i == index else i
                                   for i in definition.indices))
        for n in range(low, high + 1)
    ]  # fmt: skip
    if any(a[0] == "size" for key in total for a, _ in key[1]) or len(entries) < 2:
        return []
    *others, last = [single(setting.ref(entry)) for entry in entries]
    ((pattern, _),) = last.items()
    value = add(total, scale(add(*others), -1))
    text = wording(relation(plus(*entries), "=", _written(total, setting)), ", by definition")
    return [FactRule(text, pattern, freeze(value), key_indices(pattern))]


def _written(total: Poly, setting: Setting) -> Expr:
    terms = [
        times(num(coefficient), *(Size(setting.names.word(a[1])) for a, _ in key[1]))
        for key, coefficient in total.items()
    ]
    return plus(*terms) if terms else ZERO


def positive_names(paper: Paper) -> frozenset[str]:
    """Names of arrays all of whose entries are declared positive, as by ``given tau > 0``."""
    found = set()
    for fact in paper.facts:
        left, relation, right = fact.left, fact.relation, fact.right
        if relation == "<":
            left, relation, right = right, ">", left
        if not (relation == ">" and isinstance(left, Ref) and isinstance(right, Num)):
            continue
        whole = len(set(left.indices)) == len(left.indices)
        if right.value >= 0 and whole and not any(i.is_literal for i in left.indices):
            found.add(left.name)
    return frozenset(found)
