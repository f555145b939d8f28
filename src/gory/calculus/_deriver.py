"""The derivation of one question: lemmas for definitions, small steps, then the closed form.

Every definition that lies between the question and its variable gets a lemma, derived once in its
own section and used by name. A second order differentiates the closed form of the first.
"""

from __future__ import annotations

from dataclasses import replace

from gory.algebra import (
    FactRule,
    Setting,
    Style,
    TooLargeError,
    glyphs,
    matrix_of,
    matrix_text,
    positive_names,
)  # fmt: skip
from gory.calculus._carry_out import Dependence, carried_out
from gory.calculus._cases import cases_of, with_indicators
from gory.calculus._derivation import Derivation, Section, Step
from gory.calculus._parts import NUMERALS, separate_parts, sign_into_parts
from gory.calculus._push import Lemma, Move, Pushing, open_derivatives, push, put_in
from gory.calculus._question import refuse_what_has_no_answer
from gory.calculus._rewrite import write_out_sums
from gory.calculus._shaping import Shaping, shaping_for
from gory.calculus._simplest import simplest
from gory.notation import (
    D,
    DerivationError,
    Expr,
    Index,
    Paper,
    Ref,
    free_in_order,
    free_indices,
    fresh,
    letters,
    substitute,
    to_plain,
    written_indices,
)  # fmt: skip
from gory.notation._build import sum_of, times
from gory.notation._wording import joined, relation, wording

FEW = 8  # members of a range up to which its sums are written out
MOST_GLYPHS = 20_000  # printed size of one line; a page has 3,000
LONGEST = 400  # steps of one section; a derivation for people has fewer than forty


def derive(
    paper: Paper,
    of: Expr,
    wrt: tuple[Ref, ...],
    *,
    along: Ref | None = None,
    style: str = "delta",
) -> Derivation:
    """Derive the partial derivatives of an expression, or its simplest form.

    Parameters
    ----------
    paper : Paper
        Definitions and declared facts.
    of : Expression
        What is differentiated; its free indices stay free.
    wrt : tuple of Ref
        One entry of an array for every order; none for the simplest equal form.
    along : Ref, optional
        A direction with the indices of the last variable; the product with it is derived.
    style : {"delta", "cases", "indicator"}
        Whether the result is also written out for equal and for different indices, or with
        indicators in place of deltas.

    Returns
    -------
    Derivation
        Without verdicts; these are given in the room ``verify``.

    Raises
    ------
    DerivationError
        Where the question cannot be answered, with the reason.
    """
    try:
        made = _Deriver(carried_out(paper), of, wrt, along)
        found = made.derivation()
        if style == "indicator":
            return with_indicators(found)
        return made.with_cases(found) if style == "cases" else found
    except TooLargeError as error:
        raise DerivationError(
            f"the derivative of {to_plain(of)!r} is too large to be written: {error}; "
            f"name parts of it by definitions of their own"
        ) from None
    except ZeroDivisionError as error:
        raise DerivationError(f"{to_plain(of)!r} has no value: {error}") from None


class _Deriver:
    """Sections written so far, and what all of them share."""

    def __init__(self, paper: Paper, of: Expr, wrt: tuple[Ref, ...], along: Ref | None) -> None:
        if along is not None:
            wrt, along = _apart(of, wrt, along)
        self.paper, self.of, self.wrt, self.along = paper, of, wrt, along
        self.dependence = Dependence(paper)
        self.sections: list[Section] = []
        self.lemmas: dict[tuple[Ref, Ref], Lemma] = {}
        style = Style(paper, free_in_order(of, *wrt))
        for expr in (of, *wrt):
            style.see(expr)
        self.unrolled = _unrolled(paper, (of, *wrt))
        closed = Setting(paper, positive_names=positive_names(paper), unrolled=self.unrolled)
        for expr in (of, *wrt):
            closed.names.see(expr)
        self.shaping: Shaping = shaping_for(paper, closed, style, [of])
        self.all_facts = self.shaping.stages.facts

    def derivation(self) -> Derivation:
        refuse_what_has_no_answer(self.paper, self.of, self.wrt, self.dependence)
        if not self.wrt:
            return self._simplest()
        result = self.of
        for order, variable in enumerate(self.wrt, start=1):
            title = "Derivation" if len(self.wrt) == 1 else f"Order {order}"
            self.shaping.stages.facts = self._facts_before(order)
            result = self._section(title, D(result, variable), self._named(result))
        if self.along is not None:
            result = self._along(result, self.along)
        return self._finished(result)

    def _finished(self, result: Expr) -> Derivation:
        variables = self.wrt if self.along is None else self.wrt[:-1]
        found = matrix_of(result, free_in_order(self.of), [free_in_order(v) for v in variables])
        made = Derivation(self.of, self.wrt, tuple(self.sections), result, along=self.along)
        if found is None:
            return made
        form, layout = found
        names = {*self.paper.axes, *self.paper.definitions}
        texts = (matrix_text(form, names, latex=latex) for latex in (False, True))
        return replace(
            made,
            **dict(zip(("matrix_form", "matrix_latex"), texts, strict=True)),
            matrix_layout=layout,
        )

    def with_cases(self, derivation: Derivation) -> Derivation:
        """The result case by case: which of its free indices are equal, and which are not."""
        found = []
        for case in cases_of(derivation.result, self.shaping.display.style.free):
            line = case.of(derivation.result)
            steps = [Step(wording("case ", case.title), derivation.result, line)]
            steps += self.shaping.shape(line)
            title = wording("Case ", case.title)
            found.append(Section(title, derivation.result, tuple(steps), "brief", case.factor))
        return replace(derivation, sections=(*derivation.sections, *found))

    def _facts_before(self, order: int) -> tuple[FactRule, ...]:
        """Facts that may be used in this order: a fact about a variable of a later one may not.

        What is equal at some points only has other derivatives there.
        """
        later = {variable.name for variable in self.wrt[order:]}
        about = {
            fact.text
            for fact in self.paper.facts
            for side in (fact.left, fact.right)
            if any(self.dependence.depends(side, name) for name in later)
        }
        return tuple(rule for rule in self.all_facts if rule.text not in about)

    def _named(self, expr: Expr) -> frozenset[str]:
        """The definition that an expression is just the name of."""
        named = isinstance(expr, Ref) and expr.name in self.paper.definitions
        return frozenset((expr.name,)) if named and isinstance(expr, Ref) else frozenset()

    def _section(self, title: str, left: Expr, opened: frozenset[str] = frozenset()) -> Expr:
        """Bring an expression with derivatives to its closed form and file the steps."""
        style = self.shaping.display.style
        outer, style.free = style.free, free_in_order(left, *self.wrt)
        context = Pushing(self.paper, self.dependence, self._lemma, opened)
        steps, line = self._pushed(left, context)
        self.shaping.stages.about = opened
        self.shaping.stages.at_the_end = not title.startswith(("Lemma", "Part"))
        steps += self.shaping.shape(line)
        self.sections.append(Section(title, left, tuple(steps)))
        style.free = outer
        return steps[-1].after if steps else left

    def _pushed(self, line: Expr, context: Pushing) -> tuple[list[Step], Expr]:
        """Push all derivatives of a line to the end; the steps, and the line without
        derivatives.
        """
        steps: list[Step] = []
        while len(steps) < LONGEST:
            if (after := write_out_sums(line, self.paper.sizes, self.unrolled)) != line:
                steps.append(Step("write out the sum", line, after))
                line = after
            if (after := sign_into_parts(line, context)) != line:
                steps.append(Step("take the sign into the sum", line, after))
                line = after
            if titles := self._parts(line, context):
                after = put_in(line, {s.left: s.result for s in titles})
                names = tuple(section.title for section in titles)
                which = joined(" and ", names) if len(names) < 3 else f"{names[0]} to {names[-1]}"
                steps.append(Step(f"put in {which}", line, after, names))
                line = after
            found = push(line, context)
            if found is None:
                break
            after, moves = found
            _refuse_what_nobody_reads(after)
            steps.append(_step(line, after, moves))
            line = after
            if (wrt := moves[0].wrt) is not None and len(moves) == 1:
                line = self._substitute_inner(moves[0], wrt, line, steps, context)
            if moves[0].rule.startswith("definition of"):
                context = replace(context, opened=frozenset())
        if open_derivatives(line):
            raise DerivationError(f"the derivation takes more than {LONGEST} steps")
        return steps, line

    def _parts(self, line: Expr, context: Pushing) -> list[Section]:
        """Terms that reach the variable through different definitions are derived as Part I,
        II, ...
        """
        found = []
        for number, part in enumerate(separate_parts(line, context)):
            self._section(f"Part {NUMERALS[number]}", part)
            self.sections[-1] = replace(self.sections[-1], detail="steps")
            found.append(self.sections[-1])
        return found

    def _substitute_inner(
        self, move: Move, wrt: Ref, line: Expr, steps: list[Step], context: Pushing
    ) -> Expr:
        """Derive u' and v' on lines of their own and put them into the quotient rule."""
        found: dict[Expr, Expr] = {}
        names: list[str] = []
        uses: list[str] = []
        for name, expr in move.parts:
            left = inner = D(expr, wrt)
            own: list[Step] = []
            while len(own) < LONGEST:
                if (after := write_out_sums(inner, self.paper.sizes, self.unrolled)) != inner:
                    own.append(Step("write out the sum", inner, after))
                    inner = after
                pushed = push(inner, context)
                if pushed is None:
                    break
                own.append(_step(inner, pushed[0], pushed[1]))
                inner = pushed[0]
            own += self.shaping.on_the_tree(inner)
            found[left] = own[-1].after
            names.append(f"{name}'")
            title = wording(f"{name}' of the quotient rule, ", relation(Ref(name), "=", expr))
            if isinstance(expr, Ref):  # a mere name has a lemma of its own
                uses += [use for step in own for use in step.uses]
                continue
            uses.append(names[-1])
            self.sections.append(Section(title, left, tuple(own), "gory"))
        after = put_in(line, found)
        steps.append(Step(f"substitute {' and '.join(names)}", line, after, tuple(uses)))
        return after

    def _lemma(self, of: Ref, wrt: Ref) -> Lemma:
        """The derivative of a definition; with literal indices of unrolled ranges, of that
        entry.
        """
        definition = self.paper.definitions[of.name]
        taken = {i.name for variable in (*self.wrt, wrt) for i in variable.indices}
        chosen: list[Index] = []
        for index, given in zip(definition.indices, of.indices, strict=True):
            if given.is_literal and given.range in self.unrolled:
                chosen.append(given)
                continue
            busy = taken | {i.name for i in (*chosen, *definition.indices) if i != index}
            own = self.shaping.display.style.letters.get(index.range, [])
            clash = index.name in taken
            busy |= letters(definition.body)
            chosen.append(fresh(index, busy, own) if clash else index)
        ref = Ref(of.name, tuple(chosen))
        known = self.lemmas.get((ref, wrt)) or self._same_lemma(ref, wrt)
        if known is not None:
            return known
        result = self._section("Lemma", D(ref, wrt), frozenset((of.name,)))
        title = f"Lemma {1 + len(self.lemmas)}"
        self.sections[-1] = replace(self.sections[-1], title=title)
        lemma = self.lemmas[ref, wrt] = Lemma(title, tuple(chosen), result)
        return lemma

    def _same_lemma(self, ref: Ref, wrt: Ref) -> Lemma | None:
        """A lemma for the same definition and array, with other letters in the variable."""
        for (other, variable), lemma in self.lemmas.items():
            if other != ref or variable.name != wrt.name:
                continue
            pairs = list(zip(variable.indices, wrt.indices, strict=True))
            clash = {i.name for i in wrt.indices} & letters(lemma.result)
            if any(i.is_literal for pair in pairs for i in pair) or clash:
                continue
            return Lemma(lemma.title, lemma.indices, substitute(lemma.result, dict(pairs)))
        return None

    def _along(self, derivative: Expr, direction: Ref) -> Expr:
        """The product with a direction: sum over the indices of the last variable."""
        bound = self.wrt[-1].indices
        if direction.indices != bound or any(i.is_literal for i in bound):
            raise DerivationError(
                f"a direction has the letters of the last variable, so write "
                f"{direction.name}[{','.join(i.name for i in bound)}]"
            )
        style = self.shaping.display.style
        style.see(direction)
        style.free = tuple(i for i in style.free if i not in bound)
        left = sum_of(bound, times(derivative, direction))
        steps = self.shaping.shape(left)
        self.sections.append(Section(wording("Along ", direction), left, tuple(steps)))
        return steps[-1].after if steps else left

    def _simplest(self) -> Derivation:
        """No variable: the simplest form that equals the expression."""
        self.shaping.arranges = False  # the author's own order is as good as any
        self._section("Simplest form", self.of)
        usual = self.sections[-1]
        steps = simplest(usual.left, usual.steps, self.shaping, most=MOST_GLYPHS)
        self.sections[-1] = replace(usual, steps=steps)
        return self._finished(self.sections[-1].result)


def _refuse_what_nobody_reads(line: Expr) -> None:
    if (signs := glyphs(line)) > MOST_GLYPHS:
        raise DerivationError(
            f"a line of this derivation would have {signs} signs; name parts of the expression in "
            f"definitions (u = ...), and each is derived once, by name"
        )


def _step(before: Expr, after: Expr, moves: tuple[Move, ...]) -> Step:
    rules = list(dict.fromkeys(move.rule for move in moves))
    uses = tuple(dict.fromkeys(use for move in moves for use in move.uses))
    notes = list(dict.fromkeys(move.note for move in moves if move.note))
    rule = joined(", ", uses if rules == ["lemma"] else rules)
    return Step(rule, before, after, uses, note=joined("; ", notes))


def _apart(of: Expr, wrt: tuple[Ref, ...], along: Ref) -> tuple[tuple[Ref, ...], Ref]:
    """The last variable and its direction in letters of their own, since these are summed over."""
    if not wrt:
        raise DerivationError("a direction needs a variable; name one to differentiate by")
    *others, last = wrt
    taken = {i.name for expr in (of, *others) for i in free_indices(expr)}
    by: dict[Index, Index] = {}
    for index in dict.fromkeys(last.indices):
        if index.name in taken and not index.is_literal:
            by[index] = fresh(index, taken | letters(of) | {i.name for i in last.indices})
            taken.add(by[index].name)
    moved, direction = (
        Ref(ref.name, tuple(by.get(i, i) for i in ref.indices)) for ref in (last, along)
    )
    return (*others, moved), direction


def _unrolled(paper: Paper, asked: tuple[Expr, ...]) -> frozenset[str]:
    """Ranges of small fixed size of which single members are named: their sums are written out.

    A question with a letter of the range beside a single member is about all members.
    """
    bodies = [body for one in paper.definitions.values() for _, body in one.lines]
    indices = [i for expr in asked for i in written_indices(expr)]
    open_ = {i.range for i in indices if not i.is_literal and i in free_in_order(*asked)}
    named = {i.range for i in indices if i.is_literal} - open_
    named |= {i.range for expr in bodies for i in written_indices(expr) if i.is_literal}
    named |= {
        i.range
        for one in paper.definitions.values()
        for ref, _ in one.lines
        for i in ref.indices
        if i.is_literal
    }
    small = {name for name, (low, high) in paper.sizes.items() if high - low < FEW}
    return frozenset(named & small)
