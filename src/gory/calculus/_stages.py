"""Folds and facts that apply to a line in normal form, one after the other, each a stage by name.

Names of definitions come first, then declared facts and facts by definition, then kinks and
sigmoids; what is tried is kept where the line becomes no longer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gory.algebra import (
    Factoring,
    FactRule,
    FoldRule,
    Poly,
    Setting,
    apply_facts,
    apply_where_shorter,
    complement_facts,
    definition_facts,
    fact_variants,
    fold,
    fold_kinks,
    fold_rules,
    fold_sigmoids,
    glyphs,
    inverse_facts,
    reduce_fractions,
)  # fmt: skip
from gory.notation import Paper, Ref, Sum
from gory.notation._wording import joined, wording

MOST_STAGES = 30  # folds and facts of one line


@dataclass(frozen=True, slots=True)
class Stage:
    """One fold or fact, and the polynomial after it."""

    rule: str
    poly: Poly
    uses: tuple[str, ...]
    is_fact: bool = False


@dataclass
class Stages:
    """The folds and facts of a paper, and what is known of the line that they are for."""

    paper: Paper
    closed: Setting
    factoring: Factoring
    folds: list[FoldRule]
    facts: tuple[FactRule, ...]
    about: frozenset[str] = frozenset()  # the definition that a section is about
    at_the_end: bool = True  # the section ends in the result; it is no lemma and no part
    _totals_by_facts: dict[tuple[FactRule, ...], frozenset[str]] = field(default_factory=dict)
    _own_facts: tuple[FactRule, ...] | None = field(default=None)
    _complements: tuple[FactRule, ...] | None = field(default=None)

    def within(self, setting: Setting) -> Stages:
        """The same for polynomials of another setting."""
        folds = fold_rules(self.paper, setting)
        return replace(self, closed=setting, folds=folds, _own_facts=None, _complements=None)

    def of(self, poly: Poly) -> list[Stage]:
        """Folds and facts that apply, in order, each with the polynomial after it."""
        stages: list[Stage] = []
        for _ in range(MOST_STAGES):
            found = self._next_stage(poly) or self._by_complement(poly)
            if found is None:
                break
            poly = found.poly
            if stages and stages[-1].rule == found.rule:
                stages.pop()
            stages.append(found)
        return stages

    def _by_complement(self, poly: Poly) -> Stage | None:
        """h2 = 1 - h1 where that, with a declared fact after it, makes the line shorter."""
        for fact in self.complements if self.at_the_end else ():
            for one in fact_variants(fact):
                new = apply_facts(poly, (one,))
                if new == poly:
                    continue
                after = [new]
                for given in self.facts:
                    after += [apply_facts(new, (solved,)) for solved in fact_variants(given)]
                best = min(after, key=self._length)
                if self._length(best) >= self._length(poly):
                    continue
                texts = (fact.text,) if best is new else (fact.text, *self._between(new, best))
                rule = joined(", ", (wording("fact: ", text) for text in texts))
                return Stage(rule, best, texts, is_fact=True)
        return None

    def _between(self, poly: Poly, after: Poly) -> list[str]:
        """The declared fact that leads from one to the other."""
        return [
            fact.text
            for fact in self.facts
            if any(apply_facts(poly, (one,)) == after for one in fact_variants(fact))
        ][:1]

    def _no_longer(self, new: Poly, poly: Poly) -> bool:
        """Whether a polynomial is written as short as another; fewer terms are, mostly."""
        if len(new) > len(poly):
            return False
        if len(new) < len(poly) and not _grows(new, poly):
            return True
        return self._length(new) <= self._length(poly)

    def _length(self, poly: Poly) -> int:
        return glyphs(self.factoring.closed_form(poly))

    def _next_stage(self, poly: Poly) -> Stage | None:
        for rule in sorted(self.folds, key=self._rank_of_fold):
            if rule.name in self._totals:
                continue
            new = fold(poly, rule)
            if new != poly and (not rule.several or self._no_longer(new, poly)):
                return Stage(again_rule(rule.name), new, (definition_named(rule.name),))
        facts = (*self.facts, *self._facts_by_definition(poly))
        for fact in facts:
            variants = fact_variants(fact)
            solved = [apply_facts(poly, (one,)) for one in variants]
            if len(variants) > 1:
                solved += [apply_where_shorter(poly, one) for one in variants]
            new = min(solved, key=self._length) if len(solved) > 1 else solved[0]
            always = len(fact.value) < 2 and not fact.symmetric
            if new != poly and (always or self._length(new) < self._length(poly)):
                uses = (fact.text, *fact.rests_on)
                return Stage(wording("fact: ", fact.text), new, uses, is_fact=True)
        together, identities = fold_kinks(poly, self._length)
        if together != poly:
            return Stage("put kinks together", together, identities)
        named = fold_sigmoids(poly)
        if named != poly and self._length(named) <= self._length(poly):
            return Stage("this is a sigmoid", named, ("sigmoid(u) = exp(u) / (1 + exp(u))",))
        reduced = reduce_fractions(poly)
        if reduced != poly and self._length(reduced) < self._length(poly):
            return Stage("partial fractions", reduced, ())
        return None

    # -- what is known ---------------------------------------------------------------------------

    @property
    def own_facts(self) -> tuple[FactRule, ...]:
        """Facts that hold by definition, such as a softmax summing to one; found when first
        needed.
        """
        if self._own_facts is None:
            self._own_facts = (
                *inverse_facts(self.paper, self.closed),
                *definition_facts(self.paper, self.closed),
            )
        return self._own_facts

    @property
    def complements(self) -> tuple[FactRule, ...]:
        """Pairs of definitions that add up to one; found when first needed."""
        if self._complements is None:
            self._complements = complement_facts(self.paper, self.closed)
        return self._complements

    def _facts_by_definition(self, poly: Poly) -> tuple[FactRule, ...]:
        """Those that may bear on a line, and rest on no declared fact that may not be used.

        Sums that are written out are put together at the end only: in a lemma h[2] for 1 - h[1]
        would hide the letter that the reader follows.
        """
        sums_up = _has_closed_sum(poly) or (self.closed.unrolled and self.at_the_end)
        if not sums_up:
            return ()
        allowed = {fact.text for fact in self.facts}
        return tuple(fact for fact in self.own_facts if allowed.issuperset(fact.rests_on))

    def _rank_of_fold(self, rule: FoldRule) -> tuple[bool, bool]:
        """Exact names before remainders (1 - h2 for h1), and what a section is about first."""
        return (rule.several, rule.name not in self.about)

    @property
    def _totals(self) -> frozenset[str]:
        """Definitions that a declared fact gives a number: the fact says more than the name."""
        if not self.facts:
            return frozenset()
        found = self._totals_by_facts.get(self.facts)
        if found is None:
            found = self._totals_by_facts[self.facts] = frozenset(
                filter(self._is_total, self.paper.definitions)
            )
        return found

    def _is_total(self, name: str) -> bool:
        definition = self.paper.definitions[name]
        if definition.indices or not isinstance(definition.body, Sum):
            return False
        value = apply_facts(self.closed.normal(definition.body), self.facts)
        return all(not key[1] for key in value)


def again_rule(name: str) -> str:
    """The rule of a fold."""
    return wording("this is ", Ref(name), " again")


def definition_named(name: str) -> str:
    """How a step says that it uses a definition."""
    return wording("definition of ", Ref(name))


def _grows(new: Poly, poly: Poly) -> bool:
    """Whether some term has more factors than all terms before."""
    return max(len(key[1]) for key in new) > max(len(key[1]) for key in poly) if new else False


def _has_closed_sum(poly: Poly) -> bool:
    return any(key[0] for key in poly)
