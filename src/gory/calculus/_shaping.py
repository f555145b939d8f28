"""From a raw derivative to the line a textbook prints: expand, fold, use facts, factor, one line
each.

The work is done in the normal form with definitions closed; every stage is written out again, so
that each line of the derivation follows from the one before by one named idea. Stages that change
nothing leave no line.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gory.algebra import (
    Display,
    Factoring,
    FactRule,
    FoldRule,
    Poly,
    Setting,
    Style,
    TooLargeError,
    apply_facts,
    apply_where_shorter,
    definition_facts,
    exp_patterns,
    fact_rules,
    fact_variants,
    fold,
    fold_kinks,
    fold_rules,
    fold_sigmoids,
    glyphs,
    inverse_facts,
    reduce_fractions,
    spread,
)  # fmt: skip
from gory.calculus._derivation import Step
from gory.calculus._guards import keeping_guards, with_guards
from gory.calculus._recognize import recognize, recognize_complement
from gory.calculus._rewrite import (
    cancel,
    cancel_numbers,
    contract_deltas,
    distribute_deltas,
    evaluate_deltas,
    split_fractions,
)  # fmt: skip
from gory.notation import (
    ZERO,
    Add,
    Bracket,
    Delta,
    Div,
    Expr,
    Index,
    Mul,
    Paper,
    Pow,
    Ref,
    Sum,
    walk,
)  # fmt: skip
from gory.notation._build import negated, times
from gory.notation._plain import sign_split
from gory.notation._wording import joined, relation, wording

FEW_TERMS = 15  # terms up to which a line is always multiplied out
MOST_STAGES = 30  # folds and facts of one line
MANY_TERMS = 48  # terms up to which a line is multiplied out


@dataclass
class Shaping:
    """What is known while lines are shaped: settings of the algebra, rules to fold, facts,
    style.
    """

    paper: Paper
    closed: Setting
    bracketed: Setting  # the same with brackets closed, for lines that are too wide to multiply out
    display: Display
    factoring: Factoring
    folds: list[FoldRule]
    facts: tuple[FactRule, ...]
    arranges: bool = (
        True  # whether a line is put in the usual order when nothing else is to be done
    )
    about: frozenset[str] = frozenset()  # the definition that a section is about
    at_the_end: bool = True  # the section ends in the result; it is no lemma and no part
    _totals_by_facts: dict[tuple[FactRule, ...], frozenset[str]] = field(default_factory=dict)
    _own_facts: tuple[FactRule, ...] | None = field(default=None)

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

    def shape(self, line: Expr) -> list[Step]:
        """Steps from a line without derivatives to its closed form."""
        steps = self.on_the_tree(line)
        line = steps[-1].after if steps else line
        try:
            usual = self._in_normal_form(line)
            return steps + with_guards(line, usual, lambda: self._guarded()._in_normal_form(line))
        except TooLargeError:
            return steps

    def _guarded(self) -> Shaping:
        """The same with [a != b] as it stands."""
        closed = keeping_guards(self.closed)
        bracketed, folds = keeping_guards(self.bracketed), fold_rules(self.paper, closed)
        return replace(self, closed=closed, bracketed=bracketed, folds=folds, _own_facts=None)

    # -- on the tree: what a reader can see at a glance -----------------------------------------

    def on_the_tree(self, line: Expr) -> list[Step]:
        steps: list[Step] = []
        for _ in range(40):
            cancelled, gone = cancel(line)
            if gone:
                uses = tuple(self._not_zero(expr) for expr in gone)
                rule = wording("cancel ", joined(", ", map(wording, gone)))
                step = Step(rule, line, cancelled, uses)
            elif (after := evaluate_deltas(line)) != line:
                step = Step("evaluate the delta", line, after)
            elif (after := cancel_numbers(line)) != line:
                step = Step("cancel the numbers", line, after)
            elif (after := split_fractions(line)) != line:
                step = Step("split the fraction", line, after)
            elif (after := contract_deltas(line)) != line:
                step = Step("contract the delta", line, after)
            elif (after := distribute_deltas(line)) != line:
                step = Step("distribute", line, after)
            else:
                step = self._recognized(line)
                if step is None:
                    break
            steps.append(step)
            line = step.after
        return steps

    def _recognized(self, line: Expr) -> Step | None:
        after, name = recognize(line, self.paper)
        if name:
            return _again(name, line, after)
        after, name, rest = recognize_complement(line, self.paper)
        if name:
            note = wording(rest, f" = 1 - {name}")
            return replace(_again(name, line, after), note=note)
        return None

    def _not_zero(self, expr: Expr) -> str:
        poly = self.closed.normal(expr)
        return wording(relation(expr, ">" if self._positive(poly) else "!=", ZERO))

    def _positive(self, poly: Poly) -> bool:
        return all(
            c > 0 and all(self.closed.is_positive(a) for a, _ in key[1]) for key, c in poly.items()
        )

    # -- in the normal form ----------------------------------------------------------------------

    def _polynomial(self, line: Expr) -> Poly:
        """The line multiplied out; with brackets closed if it is a mere product, or too wide."""
        width = spread(line)
        if width > FEW_TERMS:
            closed = self.bracketed.normal(line)
            # a declared fact may be about a sum that only shows once brackets are opened
            if (len(closed) == 1 and not self.facts) or width > MANY_TERMS:
                return closed
        return self.closed.normal(line)

    def _is_a_product(self, line: Expr) -> bool:
        """Whether a wide line is a product that nothing declared can change: it stays as it is."""
        if spread(line) <= FEW_TERMS or isinstance(sign_split(line)[1], Add):
            return False
        about = {
            node.name
            for fact in self.paper.facts
            for side in (fact.left, fact.right)
            for node in walk(side)
            if isinstance(node, Ref)
        }
        nodes = list(walk(line))
        if any(isinstance(node, Delta | Bracket | Div) for node in nodes):
            return False
        return not any(isinstance(node, Ref) and node.name in about for node in nodes)

    def _in_normal_form(self, line: Expr) -> list[Step]:
        if self._is_a_product(line):
            return []
        poly = self._polynomial(line)
        stages = self._stages(poly)
        final = self.factoring.closed_form(stages[-1].poly if stages else poly)
        longer = glyphs(final) >= glyphs(line)
        kept = self._with_brackets_kept(line, always=longer)
        if kept is not None and glyphs(kept) < min(glyphs(final), glyphs(line)):
            return [Step("collect", line, kept)]
        if not stages and longer:
            same_length = glyphs(final) == glyphs(line) and final != line
            return [Step("arrange", line, final)] if same_length and self.arranges else []
        steps: list[Step] = []
        rule = "split the fraction and cancel" if _has_fraction_of_sum(line) else "expand"
        detail = "steps" if stages and not stages[0].is_fact else "gory"
        expanded = self.display.polynomial(poly)
        if glyphs(expanded) == glyphs(line):
            rule, detail = "arrange", "gory"
        elif rule == "expand" and len(poly) < 2:
            rule = "simplify"
        line = _append(steps, rule, line, expanded, (), detail)
        for stage in stages:
            if stage.is_fact:  # collect first, so that the fact stands alone in the line
                line = _append(
                    steps, "collect", line, self.factoring.closed_form(poly), (), "steps"
                )
                after = self.factoring.closed_form(stage.poly)
            else:
                after = self.display.polynomial(stage.poly)
            line = _append(steps, stage.rule, line, after, stage.uses, "steps")
            poly = stage.poly
        _append(
            steps, "factor" if isinstance(final, Mul | Div) else "collect", line, final, (), "steps"
        )
        return steps

    def _with_brackets_kept(self, line: Expr, *, always: bool) -> Expr | None:
        """The line with brackets as they stand, where multiplying them out would lose them:
        (1 - s)^3 (1 - s) is (1 - s)^4.
        """
        nodes = list(walk(line))
        if not any(isinstance(n, Add) for n in nodes):
            return None
        if not always and not any(_repeats_a_bracket(n) for n in nodes):
            return None
        kept = self.factoring.closed_form(self.bracketed.normal(line))
        minus, product = sign_split(kept)
        factors = product.factors if isinstance(product, Mul) else (product,)
        shorter = times(*(self._opened(f) if isinstance(f, Add) else f for f in factors))
        return negated(shorter) if minus else shorter

    def _opened(self, bracket: Expr) -> Expr:
        """What is left in a bracket, multiplied out if that is shorter."""
        opened = self.factoring.closed_form(self.closed.normal(bracket))
        return min(bracket, opened, key=glyphs)

    def _stages(self, poly: Poly) -> list[Stage]:
        """Folds and facts that apply, in order, each with the polynomial after it."""
        stages: list[Stage] = []
        for _ in range(MOST_STAGES):
            found = self._next_stage(poly)
            if found is None:
                break
            poly = found.poly
            if stages and stages[-1].rule == found.rule:
                stages.pop()
            stages.append(found)
        return stages

    def _length(self, poly: Poly) -> int:
        return glyphs(self.factoring.closed_form(poly))

    def _next_stage(self, poly: Poly) -> Stage | None:
        for rule in sorted(self.folds, key=self._rank_of_fold):
            if rule.name in self._totals:
                continue
            new = fold(poly, rule)
            if new != poly and (not rule.several or self._length(new) <= self._length(poly)):
                return Stage(_again_rule(rule.name), new, (_definition(rule.name),))
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


@dataclass(frozen=True, slots=True)
class Stage:
    """One fold or fact, and the polynomial after it."""

    rule: str
    poly: Poly
    uses: tuple[str, ...]
    is_fact: bool = False


def shaping_for(paper: Paper, closed: Setting, style: Style, sources: list[Expr]) -> Shaping:
    """Set up shaping for one question."""
    bodies = [d.body for d in paper.definitions.values()]
    display = Display(style, closed.names, exp_patterns([*bodies, *sources], closed))
    bracketed = replace(closed, closes=1, _bodies={}, _memo={}, _signs={})
    return Shaping(
        paper, closed, bracketed, display, Factoring(display), fold_rules(paper, closed),
        fact_rules(paper.facts, closed),
    )  # fmt: skip


def _again_rule(name: str) -> str:
    return wording("this is ", Ref(name), " again")


def _definition(name: str) -> str:
    return wording("definition of ", Ref(name))


def _again(name: str, before: Expr, after: Expr) -> Step:
    return Step(_again_rule(name), before, after, (_definition(name),))


def _append(
    steps: list[Step], rule: str, before: Expr, after: Expr, uses: tuple[str, ...], detail: str
) -> Expr:
    if after != before:
        steps.append(Step(rule, before, after, uses, detail=detail))
    return after


def _has_fraction_of_sum(expr: Expr) -> bool:
    return any(isinstance(n, Div) and isinstance(n.numerator, Add) for n in walk(expr))


def _repeats_a_bracket(expr: Expr) -> bool:
    """Whether a factor of a product is a power of a sum, or stands there twice."""
    factors = expr.factors if isinstance(expr, Mul) else (expr,)
    bases = [f.base if isinstance(f, Pow) else f for f in factors]
    sums = [base for base in bases if isinstance(base, Add)]
    powers = any(isinstance(f, Pow) and isinstance(f.base, Add) for f in factors)
    return powers or len(set(sums)) < len(sums)


def _has_closed_sum(poly: Poly) -> bool:
    return any(key[0] for key in poly)


__all__ = ["Index", "Shaping", "Sum", "shaping_for"]
