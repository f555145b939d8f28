"""Cases instead of deltas: a result for i = j and for i ≠ j, for readers who prefer them.

The free indices that stand in deltas are sorted into groups of equal ones in every possible way.
A case is a line under a factor: the deltas of indices that are equal, one minus the deltas of
those that are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gory.calculus._derivation import Derivation, Step
from gory.calculus._rewrite import evaluate_deltas, everywhere
from gory.notation import (
    ONE,
    ZERO,
    Bracket,
    Delta,
    DerivationError,
    Expr,
    Index,
    substitute,
    transform,
    walk,
)
from gory.notation._build import delta_of, negative, plus, times
from gory.notation._wording import Relation, Wording, joined, wording

MOST = 4  # indices in deltas; four of them make fifteen cases


@dataclass(frozen=True, slots=True)
class Case:
    """Indices in groups of equal ones."""

    groups: tuple[tuple[Index, ...], ...]

    @property
    def title(self) -> Wording:
        """Such as ``k = m`` or ``k != m``."""
        ranges = dict.fromkeys(group[0].range for group in self.groups)
        return joined(", ", (wording(self._chain(range_)) for range_ in ranges))

    def _chain(self, range_: str) -> Relation:
        sides: list[Index] = []
        signs: list[str] = []
        for group in sorted(self.groups, key=lambda group: group[0].is_literal):
            if group[0].range == range_:
                signs += ["!="] * bool(sides) + ["="] * (len(group) - 1)
                sides += sorted(group, key=lambda i: i.is_literal)
        return Relation(tuple(sides), tuple(signs))

    @property
    def factor(self) -> Expr:
        """1 where the case applies, 0 elsewhere."""
        equal = [delta_of(group[0], other) for group in self.groups for other in group[1:]]
        heads = [group[0] for group in self.groups]
        different = [
            plus(ONE, negative(delta_of(a, b)))
            for n, a in enumerate(heads)
            for b in heads[n + 1 :]
            if a.range == b.range
        ]
        return times(*equal, *different, ONE)

    def of(self, expr: Expr) -> Expr:
        """An expression where the case applies: equal indices under one letter, no deltas left."""
        by = {other: group[0] for group in self.groups for other in group[1:]}
        heads = {group[0] for group in self.groups}
        merged = evaluate_deltas(substitute(expr, by))

        def settled(node: Expr) -> Expr:
            match node:
                case Delta(a, b) | Bracket(Index() as a, "=" | "==", Index() as b):
                    return ZERO if {a, b} <= heads else node
                case Bracket(Index() as a, "!=", Index() as b):
                    return ONE if {a, b} <= heads else node
            return node

        return everywhere(merged, settled)


def with_indicators(derivation: Derivation) -> Derivation:
    """The result once more with indicators [i = j] where it has deltas."""

    def change(node: Expr) -> Expr:
        return Bracket(node.left, "=", node.right) if isinstance(node, Delta) else node

    written = transform(derivation.result, change)
    if written == derivation.result:
        return derivation
    step = Step("delta[i,j] is [i = j]", derivation.result, written)
    main = derivation.main
    sections = tuple(
        replace(one, steps=(*one.steps, step)) if one is main else one
        for one in derivation.sections
    )
    return replace(derivation, sections=sections, result=written)


def cases_of(expr: Expr, order: Sequence[Index]) -> list[Case]:
    """All cases of the free indices that stand in deltas, those with most equal indices first."""
    deltas = [node for node in walk(expr) if isinstance(node, Delta)]
    both = (i for delta in deltas for i in (delta.left, delta.right))
    found = dict.fromkeys(i for i in both if i.is_literal or i in order)
    indices = sorted(found, key=lambda i: -1 if i.is_literal else order.index(i))
    if all(i.is_literal for i in indices):
        return []
    if len(indices) > MOST:
        raise DerivationError(
            f"{len(indices)} indices stand in deltas, which makes too many cases to read; "
            f"leave the deltas as they are"
        )
    cases = [Case(groups) for groups in _groupings(indices)]
    return sorted(cases, key=lambda case: len(case.groups))


def _groupings(indices: Sequence[Index]) -> Iterator[tuple[tuple[Index, ...], ...]]:
    """Every way to sort indices into groups; only indices of one range can be equal."""
    if not indices:
        yield ()
        return
    *before, last = indices
    for groups in _groupings(before):
        for place, group in enumerate(groups):
            if group[0].range == last.range and not (group[0].is_literal and last.is_literal):
                yield (*groups[:place], (*group, last), *groups[place + 1 :])
        yield (*groups, (last,))
