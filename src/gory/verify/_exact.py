"""Proof of one line: both sides have the same normal form.

Three readings are tried, from cheap to dear: definitions and functions closed, functions written
through exp and log, definitions opened too. Derivatives are carried out first; the derivative of
a closed definition stays an unknown, unless a lemma says what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from gory.algebra import (
    Setting,
    TooLargeError,
    add,
    fact_rules,
    inverse_facts,
    is_zero,
    kink_argument,
    on_one_side,
    positive_names,
    scale,
    settled_by_facts,
    spread,
)  # fmt: skip
from gory.calculus import Dependence, carry_out, holds_derivative
from gory.notation import D, Expr, Paper, Ref, substitute, to_plain, transform

HOW = "normal forms agree"
IN_EXP = "functions written through exp and log"


WIDE = 8  # terms of a line beyond which it is first compared with its brackets closed
FEW = 12  # members of a range up to which its sums are written out


@dataclass(frozen=True)
class Reading:
    """How far both sides are taken apart before they are compared."""

    opened: frozenset[str]
    open_functions: bool
    unroll: bool
    closes: int = 0


@dataclass
class Prover:
    """Proves lines of one paper; settings are kept, since their memory is what makes them fast."""

    paper: Paper
    dependence: Dependence = field(init=False)
    _settings: dict[tuple[Reading, frozenset[str]], Setting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dependence = Dependence(self.paper)

    def prove(
        self, left: Expr, right: Expr, facts: frozenset[str] = frozenset(),
        lemmas: Mapping[D, Expr] | None = None, opens: frozenset[str] = frozenset(),
    ) -> str:  # fmt: skip
        """How ``left = right`` is proved with the named facts only, or "" if it is not.

        ``opens`` names definitions that the line speaks of, to be written out first.
        """
        try:
            left, right = (self._with_given_signs(side, facts) for side in (left, right))
            if how := self._prove(left, right, facts, lemmas, opens):
                return how
            return self._case_by_case(left, right, facts, opens)
        except (TooLargeError, ZeroDivisionError):
            return ""

    def _prove(
        self, left: Expr, right: Expr, facts: frozenset[str],
        lemmas: Mapping[D, Expr] | None, opens: frozenset[str],
    ) -> str:  # fmt: skip
        wide = max(spread(left), spread(right)) > WIDE
        for how, reading in self._readings(opens, wide):
            try:
                if self._equal(left, right, facts, lemmas or {}, reading):
                    return how
            except (TooLargeError, ZeroDivisionError):
                continue
        return ""

    def _with_given_signs(self, side: Expr, facts: frozenset[str]) -> Expr:
        """A side with the kinks settled whose argument has a sign by the named facts."""
        named = [fact for fact in self.paper.facts if fact.text in facts]
        closed = self._setting(Reading(frozenset(), False, False), frozenset())
        return settled_by_facts(side, named, closed)[0]

    def _case_by_case(
        self, left: Expr, right: Expr, facts: frozenset[str], opens: frozenset[str]
    ) -> str:
        """Two cases where all kinks have one argument: it is above 0, or below."""
        if holds_derivative(left) or holds_derivative(right):
            return ""
        closed = self._setting(Reading(frozenset(), False, False), frozenset())
        kink = kink_argument((left, right), closed)
        if kink is None:
            return ""
        for sign in (1, -1):
            one, other = (on_one_side(side, kink, sign, closed) for side in (left, right))
            if not self._prove(one, other, facts, None, opens):
                return ""
        zero = to_plain(kink)
        return f"{HOW} for {zero} > 0 and for {zero} < 0, so almost everywhere"

    def _readings(self, opens: frozenset[str], wide: bool) -> Iterator[tuple[str, Reading]]:
        """From cheap to dear: how far definitions, functions and sums of fixed size are opened."""
        everything = frozenset(self.paper.definitions)
        closed = f"{HOW}, {', '.join(sorted(opens))} written out" if opens else HOW
        for closes in (2, 1) if wide else ():
            yield closed, Reading(opens, False, False, closes)
        levels = [(closed, opens, False), (f"{closed}, {IN_EXP}", opens, True)]
        if everything != opens:
            levels.append((f"{HOW}, definitions written out", everything, True))
        for how, opened, functions in levels:
            for unroll in (False, True) if self.paper.sizes else (False,):
                yield how, Reading(opened, functions, unroll)

    def _equal(
        self, left: Expr, right: Expr, facts: frozenset[str], lemmas: Mapping[D, Expr],
        reading: Reading,
    ) -> bool:  # fmt: skip
        setting = self._setting(reading, facts)
        sides = []
        for side in (left, right):
            if lemmas and holds_derivative(side):
                side = transform(
                    side, lambda node: lemmas.get(node, node) if isinstance(node, D) else node
                )
            side = carry_out(side, self.dependence, opened=reading.opened)
            if lemmas and holds_derivative(side):
                side = transform(side, lambda node: _by_lemma(node, lemmas))
            sides.append(setting.normal(side))
        return is_zero(add(sides[0], scale(sides[1], -1)))

    def _setting(self, reading: Reading, facts: frozenset[str]) -> Setting:
        key = (reading, facts)
        if key not in self._settings:
            small = {r for r, (low, high) in self.paper.sizes.items() if high - low < FEW}
            bare = Setting(
                self.paper, reading.opened, reading.open_functions,
                positive_names=positive_names(self.paper),
                closes=reading.closes,
                unrolled=frozenset(small if reading.unroll else ()),
            )  # fmt: skip
            named = (rule for rule in fact_rules(self.paper.facts, bare) if rule.text in facts)
            rules = (*named, *inverse_facts(self.paper, bare))
            fresh = replace(bare, facts=rules, _bodies={}, _memo={}, _signs={})
            self._settings[key] = fresh if rules else bare
        return self._settings[key]


def _by_lemma(node: Expr, lemmas: Mapping[D, Expr]) -> Expr:
    """The derivative of a definition at other indices, as its lemma gives it."""
    if not (isinstance(node, D) and isinstance(node.body, Ref)):
        return node
    for left, result in lemmas.items():
        if not isinstance(left.body, Ref) or left.body.name != node.body.name:
            continue
        if left.wrt.name != node.wrt.name:
            continue
        old = (*left.body.indices, *left.wrt.indices)
        new = (*node.body.indices, *node.wrt.indices)
        by = {a: b for a, b in zip(old, new, strict=True) if a != b}
        if not any(a.is_literal for a in by):
            return substitute(result, by)
    return node
