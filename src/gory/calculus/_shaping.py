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
    Poly,
    Setting,
    Style,
    TooLargeError,
    add,
    exp_patterns,
    fact_rules,
    fold_rules,
    glyphs,
    is_zero,
    kink_argument,
    on_one_side,
    scale,
    settled_by_facts,
    spread,
    written_totals,
)  # fmt: skip
from gory.calculus._denominators import with_denominators
from gory.calculus._derivation import Step
from gory.calculus._guards import keeping_guards, with_guards
from gory.calculus._recognize import recognize, recognize_complement
from gory.calculus._rewrite import (
    cancel,
    cancel_numbers,
    contract_deltas,
    distribute_deltas,
    evaluate_deltas,
    join_fractions,
    split_fractions,
)  # fmt: skip
from gory.calculus._sigmoid_identities import join_sigmoids
from gory.calculus._stages import Stages, again_rule, definition_named
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
    children,
    walk,
)  # fmt: skip
from gory.notation._build import negated, over, plus, times
from gory.notation._plain import sign_split
from gory.notation._wording import joined, relation, wording

FEW_TERMS = 15  # terms up to which a line is always multiplied out
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
    stages: Stages
    arranges: bool = (
        True  # whether a line is put in the usual order when nothing else is to be done
    )
    _with_squares: Stages | None = field(default=None)

    def shape(self, line: Expr) -> list[Step]:
        """Steps from a line without derivatives to its closed form."""
        steps = self.on_the_tree(line)
        line = steps[-1].after if steps else line
        try:
            usual = self._in_normal_form(line)
            found = with_guards(line, usual, lambda: self._guarded()._in_normal_form(line))
            steps += with_denominators(line, found, self.closed, self.display.polynomial)
        except TooLargeError:
            return steps
        line = steps[-1].after if steps else line
        steps += self._without_the_kink(line)
        line = steps[-1].after if steps else line
        if self.arranges and (as_one := join_fractions(line)) != line:
            steps.append(Step("join the fractions", line, as_one, detail="gory"))
            line = as_one
        if self.arranges and (shorter := join_sigmoids(line))[1]:
            steps.append(Step(shorter[1], line, shorter[0]))
        return steps

    def without(self, name: str) -> Shaping:
        """The same where nothing is written by the name of a definition."""
        kept = {key: one for key, one in self.paper.definitions.items() if key != name}
        folds = [rule for rule in self.stages.folds if rule.name != name]
        return replace(
            self,
            paper=replace(self.paper, definitions=kept),
            stages=replace(self.stages, folds=folds),
            _with_squares=None,
        )

    def _without_the_kink(self, line: Expr) -> list[Step]:
        """One step where a line is the same above and below its one kink."""
        kink = kink_argument((line,), self.closed)
        if kink is None:
            return []
        opened = replace(self.closed, open_functions=True, _bodies={}, _memo={}, _signs={})
        try:
            above, below = (on_one_side(line, kink, side, self.closed) for side in (1, -1))
            if not is_zero(add(opened.normal(above), scale(opened.normal(below), -1))):
                return []
            ends = [
                [one, *(s.after for s in self._in_normal_form(one))][-1] for one in (above, below)
            ]
        except (TooLargeError, ZeroDivisionError):
            return []
        after = min(ends, key=glyphs)
        if glyphs(after) >= glyphs(line):
            return []
        sides = [wording(relation(kink, sign, ZERO)) for sign in (">", "<", "!=")]
        rule = wording("the same for ", sides[0], " and for ", sides[1])
        return [Step(rule, line, after, (wording(sides[2], " (almost everywhere)"),))]

    def _guarded(self) -> Shaping:
        """The same with [a != b] as it stands."""
        closed = keeping_guards(self.closed)
        return replace(
            self,
            closed=closed,
            bracketed=keeping_guards(self.bracketed),
            stages=self.stages.within(closed),
            _with_squares=None,
        )

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
            elif (given := settled_by_facts(line, self.paper.facts, self.closed))[1]:
                step = Step(
                    joined(", ", (f"fact: {t}" for t in given[1])), line, given[0], given[1]
                )
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
            if (len(closed) == 1 and not self.stages.facts) or width > MANY_TERMS:
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
        usual = self._closed_steps(line)
        if not any(map(_is_power_of_a_sum, walk(line))):
            return usual
        kept = self._squares_kept()._closed_steps(line)
        lengths = [glyphs(steps[-1].after if steps else line) for steps in (kept, usual)]
        return kept if lengths[0] <= lengths[1] else usual

    def _squares_kept(self) -> Shaping:
        """The same with (x - mu)^2 as it stands, in definitions too."""
        if self._with_squares is None:
            self._with_squares = self.stages.within(self.bracketed)
        now = self.stages
        kept = replace(
            self._with_squares, facts=now.facts, about=now.about, at_the_end=now.at_the_end
        )
        return replace(self, closed=self.bracketed, stages=kept)

    def _closed_steps(self, line: Expr) -> list[Step]:
        if self._is_a_product(line):
            return []
        poly = self._polynomial(line)
        stages = self.stages.of(poly)
        final = self.factoring.closed_form(stages[-1].poly if stages else poly)
        if spread(line) > FEW_TERMS:
            final = self._shortened(final)
        longer = glyphs(final) >= glyphs(line)
        kept = self._with_brackets_kept(line, always=longer)
        if kept is not None and glyphs(kept) < min(glyphs(final), glyphs(line)):
            return [Step("collect", line, kept)]
        if not stages and longer:
            usual = final if glyphs(final) == glyphs(line) else self.display.style.arranged(line)
            return [Step("arrange", line, usual)] if usual != line and self.arranges else []
        steps: list[Step] = []
        rule = "split the fraction and cancel" if _has_fraction_of_sum(line) else "expand"
        detail = "steps" if stages and not stages[0].is_fact else "gory"
        expanded = self.display.polynomial(poly)
        if glyphs(expanded) == glyphs(line):
            rule, detail = "arrange", "gory"
        elif rule == "expand" and (len(poly) < 2 or not _has_brackets(line)):
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
        return self._shortened(self.factoring.closed_form(self.bracketed.normal(line)))

    def _shortened(self, line: Expr) -> Expr:
        """A line with its brackets opened where that is shorter."""
        if isinstance(line, Add):
            whole = self._opened(line)
            if whole is not line:
                return whole
            return plus(*(self._shortened(term) for term in line.terms))
        return self._brackets_opened(line)

    def _brackets_opened(self, product: Expr) -> Expr:
        minus, product = sign_split(product)
        if isinstance(product, Div):
            product = over(self._shortened(product.numerator), product.denominator)
            return negated(product) if minus else product
        factors = product.factors if isinstance(product, Mul) else (product,)
        shorter = times(*(self._opened(f) if isinstance(f, Add) else f for f in factors))
        return negated(shorter) if minus else shorter

    def _opened(self, bracket: Expr) -> Expr:
        """What is left in a bracket, multiplied out if that is shorter."""
        if spread(bracket) > MANY_TERMS:
            return bracket
        opened = self.factoring.closed_form(self.closed.normal(bracket))
        return min(bracket, opened, key=glyphs)


def shaping_for(paper: Paper, closed: Setting, style: Style, sources: list[Expr]) -> Shaping:
    """Set up shaping for one question."""
    bodies = [d.body for d in paper.definitions.values()]
    bracketed = replace(closed, closes=1, _bodies={}, _memo={}, _signs={})
    totals = written_totals(bodies, closed) | written_totals(bodies, bracketed)
    display = Display(style, closed.names, exp_patterns([*bodies, *sources], closed), totals)
    factoring = Factoring(display)
    facts = fact_rules(paper.facts, closed)
    stages = Stages(paper, closed, factoring, fold_rules(paper, closed), facts)
    return Shaping(paper, closed, bracketed, display, factoring, stages)


def _again(name: str, before: Expr, after: Expr) -> Step:
    return Step(again_rule(name), before, after, (definition_named(name),))


def _append(
    steps: list[Step], rule: str, before: Expr, after: Expr, uses: tuple[str, ...], detail: str
) -> Expr:
    if after != before:
        steps.append(Step(rule, before, after, uses, detail=detail))
    return after


def _has_brackets(line: Expr) -> bool:
    """Whether there is anything to be multiplied out."""
    return any(
        isinstance(node, Mul | Div | Pow | Sum) and any(isinstance(n, Add) for n in children(node))
        for node in walk(line)
    )


def _has_fraction_of_sum(expr: Expr) -> bool:
    return any(isinstance(n, Div) and isinstance(n.numerator, Add) for n in walk(expr))


def _is_power_of_a_sum(expr: Expr) -> bool:
    return isinstance(expr, Pow) and isinstance(expr.base, Add)


def _repeats_a_bracket(expr: Expr) -> bool:
    """Whether a factor of a product is a power of a sum, or stands there twice."""
    factors = expr.factors if isinstance(expr, Mul) else (expr,)
    bases = [f.base if isinstance(f, Pow) else f for f in factors]
    sums = [base for base in bases if isinstance(base, Add)]
    powers = any(isinstance(f, Pow) and isinstance(f.base, Add) for f in factors)
    return powers or len(set(sums)) < len(sums)


__all__ = ["Index", "Shaping", "Sum", "shaping_for"]
