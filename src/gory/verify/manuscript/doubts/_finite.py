r"""Names with finitely many values, ``t \in \{0, 1\}``: a line about them is tried at each.

It holds if it holds at all of them; where it fails at one, it is wrong. An array takes the values
in all its entries at once, which is enough to show that a line fails, and not that it holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from gory.notation import D, Definition, Expr, Num, Ref, num, transform, walk
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._claim import reached_names
from gory.verify.manuscript._proofreading import PASSED

MOST_VALUES = 4


def values_of(domain: str) -> tuple[int, ...]:
    r"""The whole numbers in ``\{-1,1\}``; nothing if anything else stands there."""
    inner = domain.strip("\\{}").replace("+", "")
    found = inner.split(",")
    if len(found) > MOST_VALUES or not all(re.fullmatch(r"-?\d{1,3}", one) for one in found):
        return ()
    return tuple(int(one) for one in found)


def at_values(refutation: Refutation, domains: Mapping[str, str]) -> tuple[str, bool]:
    """A name with finitely many values at which the line holds, and whether it is a number, so
    that these are all cases; or nothing."""
    ground, paper = refutation.ground, refutation.ground.paper
    sides = [ground.prepare(e) for e in (refutation.before.exprs[0], refutation.line.exprs[0])]
    reached = frozenset().union(*(reached_names(paper, side) for side in sides))
    varied = {node.wrt.name for side in sides for node in walk(side) if isinstance(node, D)}
    for name in sorted(reached & domains.keys() - paper.definitions.keys() - varied):
        values = values_of(domains[name])
        if not values:
            continue
        kept = tuple(fact for fact in paper.facts if name not in reached_names(paper, fact.left))
        holds = True
        for value in map(num, values):
            said = {n: _put(one, name, value) for n, one in paper.definitions.items()}
            other = ground.on(replace(paper, definitions=said, facts=kept))
            left, right = (_at(side, name, value) for side in sides)
            holds = holds and other.compare(left, right, refutation.factors).verdict in PASSED
        if holds:
            return name, not paper.axes.get(name)
    return "", False


def _at(expr: Expr, name: str, value: Num) -> Expr:
    return transform(
        expr, lambda node: value if isinstance(node, Ref) and node.name == name else node
    )


def _put(one: Definition, name: str, value: Num) -> Definition:
    entries = tuple((left, _at(right, name, value)) for left, right in one.entries)
    return replace(one, body=_at(one.body, name, value), entries=entries)
