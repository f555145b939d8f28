"""Facts that hold by definition: the values of a softmax add up to one, deviations from a mean to
zero.

For every definition with indices, the sum of its right side over each of them is put into normal
form. Where that is a number, or the size of a range, the sum is a fact.
"""

from __future__ import annotations

from gory.algebra._facts import FactRule
from gory.algebra._fold import fold, fold_rules
from gory.algebra._normal import Setting
from gory.algebra._products import single, sum_over
from gory.algebra._terms import Poly, freeze, key_indices
from gory.notation import Num, Paper, Ref


def definition_facts(paper: Paper, setting: Setting) -> tuple[FactRule, ...]:
    """Sums of definitions that are constant, as rules."""
    found = []
    folds = fold_rules(paper, setting)
    for definition in paper.definitions.values():
        if definition.entries:
            continue
        for index in definition.indices:
            total = sum_over(setting.normal(definition.body), [setting.names.ix(index)])
            for rule in folds:
                total = fold(total, rule) if rule.name != definition.name else total
            if not all(a[0] == "size" for key in total for a, _ in key[1]):
                continue
            own = single(setting.ref(definition.ref))
            ((pattern, _),) = sum_over(own, [setting.names.ix(index)]).items()
            letters = ",".join(i.name for i in definition.indices)
            value = _written(total, setting)
            text = f"sum_{index.name} {definition.name}[{letters}] = {value}, by definition"
            found.append(FactRule(text, pattern, freeze(total), key_indices(pattern)))
    return tuple(found)


def _written(total: Poly, setting: Setting) -> str:
    if not total:
        return "0"
    ((key, coefficient),) = list(total.items())[:1]
    names = " ".join(setting.names.word(a[1]) for a, _ in key[1])
    return f"{coefficient} {names}".strip() if coefficient != 1 or not names else names


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
