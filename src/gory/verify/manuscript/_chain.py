"""One chain on its way through the checker: a verdict on each of its lines.

A line is compared with the line before it and with the first one. What it may mean is tried in the
order of likelihood; only where every reading fails it is refuted, and then it is kept with what the
verdict rests on, so that it can be asked later whether all of that was certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product, zip_longest

from gory.notation import ZERO, Add, D, Expr, Fn, Mul, Num, Ref, to_plain
from gory.notation.manuscript._script import Chain, Line
from gory.verify.manuscript._claim import Finding, Ground, holds
from gory.verify.manuscript._idle import idle_sum
from gory.verify.manuscript._misfit import fitting, misfit
from gory.verify.manuscript._nameless import FAULT, is_nameless, named
from gory.verify.manuscript._proofreading import PASSED, CheckedLine
from gory.verify.manuscript._rounded import decimals, is_number, rounded
from gory.verify.manuscript.explanations._disagreement import Sides
from gory.verify.manuscript.explanations._explained import Explanation, Wrong, explained
from gory.verify.manuscript.wording._wording import Equation, worded

FOR_ONCE = "a value for this sentence only"
POSED = "an equation that holds at one point or is to be solved; no claim that can be checked"
WRONG = "which is wrong"


@dataclass(frozen=True)
class Refutation:
    """A line at odds with what was read, with all that the verdict rests on.

    ``wrong`` is the line with what stands around it, and ``found`` what was found out about it;
    both are None where that is plain, as with an index that cannot be or a decimal number.
    """

    ground: Ground
    chain: Chain
    line: Line
    before: Line
    factors: tuple[Expr, ...]
    wrong: Wrong | None = None
    found: Explanation | None = None
    is_nameless: bool = False  # the function of a derivative is not named


class ChainChecker:
    """One chain on its way through the checker."""

    def __init__(
        self, ground: Ground, chain: Chain, within: Ground | None = None, *, explains: bool = True
    ) -> None:
        self.ground, self.chain, self.explains = ground, chain, explains
        self.within = within or ground  # in the case that is said beside it
        self.start: Expr | None = None
        self.before: Expr | None = None
        self.before_raw: Expr | None = None  # the line before as it is written
        self.is_open = False  # the first line rests on what the text does not say
        self.from_line: Line | None = None  # the first one that can be compared, where it is so
        self.is_read = False  # a claim that holds shows how the first line is meant
        self.own: tuple[Expr, ...] = ()  # conditions beside the lines
        self.is_anew = False  # the line at hand is about another case than those before it
        self.setting = 0
        self.is_contested = False  # it may define a name anew
        self.is_clean = True  # every line so far is equal to the first
        self.is_level = True  # the line before is equal to the first
        self.at = 0  # the number of the line at hand
        self.refutations: dict[int, Refutation] = {}
        self.passed: list[Expr] = []  # sides of claims that hold

    def lines(self) -> list[CheckedLine]:
        return [self.line(number, line) for number, line in enumerate(self.chain.lines)]

    def line(self, number: int, line: Line) -> CheckedLine:
        self.at = number
        if number >= self.chain.case_from:
            self.ground = self.within
        if line.stray:
            reason = (
                f"index {line.stray[0]} is free on the right but not on the left, so this defines "
                "nothing; sum over it or write it on the left"
            )
            verdict = "refuted" if line.is_fault else "unread"
            repair = f"a sum over {line.stray[0]} on the right" if line.is_fault else ""
            if line.is_fault:
                self.keep(line)
            if line.exprs:  # what is behind it is claimed to be equal to it
                self.is_open, self.before_raw, self.from_line = True, line.exprs[0], line
                self.start = self.before = self.ground.prepare(line.exprs[0])
            return CheckedLine(line.row, line.source, verdict, reason, repair=repair)
        if not line.exprs:
            if (found := self.refitted(line)) is not None:
                return found
            is_open = number == 0 and len(self.chain.lines) > 1
            verdict = "given" if is_open and not line.problem else "unread"
            sign = line.relation.replace("~", "") or "="
            return CheckedLine(line.row, line.source, verdict, line.problem, relation=sign)
        shown = to_plain(line.exprs[0])
        if number and self.is_assignment(line):
            reason = "this is an assignment, which holds for no value; only equations are checked"
            return CheckedLine(line.row, line.source, "unread", reason, read_as=shown)
        if self.start is None and number and not line.is_definition:
            self.start = self.before = self.ground.prepare(line.exprs[0])
            reason = "the line before could not be read, so there is nothing to compare it with"
            return CheckedLine(line.row, line.source, "unread", reason, read_as=shown)
        if self.start is None or line.is_definition:
            self.before = self.ground.prepare(line.exprs[0])
            self.start = self.start or self.before
            name = self.defined(line)
            why = idle_sum(line.exprs[0]) if name else ""
            return CheckedLine(line.row, line.source, "given", why, read_as=shown, defines=name)
        return self.claim(line, shown)

    def defined(self, line: Line) -> str:
        """The name on the left of a line that defines it."""
        first = next(iter(self.chain.lines[0].exprs), None)
        is_logarithm = isinstance(first, Fn) and first.name == "log"  # ln L = ...
        left = first.argument if isinstance(first, Fn) and is_logarithm else first
        return left.name if line.is_definition and isinstance(left, Ref) else ""

    def is_assignment(self, line: Line) -> bool:
        """``w = w - eta g``: the name on the left stands alone and again on the right."""
        first = self.chain.lines[0].exprs
        if not first or not isinstance(first[0], Ref) or line.exprs[0] == first[0]:
            return False
        name = first[0].name
        known = name in self.ground.paper.definitions
        terms = line.exprs[0].terms if isinstance(line.exprs[0], Add) else ()
        return not known and first[0] in terms

    def claim(self, line: Line, shown: str) -> CheckedLine:
        self.take_conditions(line)
        raw = line.exprs[0]
        if obstacle := self.obstacle(raw):
            if (meant := self.meant(raw)) is not None:
                return self.without_name(line, meant, shown)
            if self.is_open:
                self.before_raw, self.from_line = raw, line
                self.start = self.before = self.ground.prepare(raw)
            return CheckedLine(line.row, line.source, "unread", obstacle, read_as=shown)
        if self.is_arithmetic(line):
            return self.number(line, shown)
        if line.relation == "~":
            reason = "an approximation is checked only where the right side is a decimal number"
            return CheckedLine(line.row, line.source, "unread", reason, read_as=shown)
        return self.equation(line, shown)

    def equation(self, line: Line, shown: str) -> CheckedLine:
        """A claim between expressions: against the line before and on the whole."""
        raw = line.exprs[0]
        own, expr, note = self.judged(line)
        if own.verdict == "refuted" and (found := self.refitted(line)) is not None:
            return found
        if own.verdict not in PASSED and self.is_other_definition(line):
            self.is_contested = True
        is_first = self.before is self.start
        whole = own if is_first else self.on_the_whole(own, expr)
        origin = self.origin
        self.before, self.before_raw = expr, raw
        if own.verdict == "refuted" and whole.verdict in PASSED:
            self.passed += [origin, raw]
            self.is_level = True
            first = "the first line" if self.from_line is None else f"row {self.from_line.row}"
            why = f"equal to {first}, though not to the line before, {WRONG}"
            return CheckedLine(
                line.row, line.source, whole.verdict, why, whole=whole.verdict, read_as=shown
            )
        if own.verdict == "refuted":
            sides = self.sides(line)
            if strange := self.ground.undefined(sides.under(sides.left), expr):
                reason = f"the text does not say what {strange} is"
                return CheckedLine(line.row, line.source, "unread", reason, read_as=shown)
            return self.refuted(line, own, shown)
        self.passed += [origin, raw]
        self.is_level = whole.verdict in PASSED
        why = own.how + note
        if whole.verdict == "refuted":
            why += f"; follows from the line before, {WRONG}"
        return CheckedLine(
            line.row, line.source, own.verdict, why, whole=whole.verdict, read_as=shown
        )

    def refitted(self, line: Line) -> CheckedLine | None:
        """A line whose shapes do not fit, if it holds with other transposes."""
        if not line.fits or self.before is None:
            return None
        found = fitting(self.ground, self.chain, self.before, line, self.factors)
        if found is None:
            return None
        self.before, self.before_raw = self.ground.prepare(found[0]), found[0]
        return misfit(line, found[1])

    def meant(self, raw: Expr) -> D | None:
        """What is differentiated, where its author forgot to name it."""
        if not is_nameless(self.ground, self.first_raw):
            return None
        return named(self.ground, self.first_raw, self.ground.prepare(raw))

    def without_name(self, line: Line, meant: D, shown: str) -> CheckedLine:
        self.keep(line, is_nameless=True)
        repair = worded(self.ground.style, Equation(meant, line.exprs[0]))
        return CheckedLine(
            line.row, line.source, "refuted", FAULT, None, repair.plain, "refuted", shown, FAULT,
            repair.latex,
        )  # fmt: skip

    def obstacle(self, raw: Expr) -> str:
        """Why a line cannot be compared; an unknown first line is no reason for those behind the
        second.
        """
        varied = self.ground.reaches(self.first_raw)
        first = self.ground.obstacle(self.first_raw, varied)
        if first and not self.is_open:
            self.is_open = True
            return first
        before = self.ground.obstacle(self.before_raw, varied) if first and self.before_raw else ""
        return before or self.ground.obstacle(raw, varied)

    @property
    def origin(self) -> Expr:
        """What the lines are claimed to be equal to, as far as it is known."""
        return self.before_raw if self.is_open and self.before_raw else self.first_raw

    def is_other_definition(self, line: Line) -> bool:
        """Whether this line defines a name anew, in words unlike those above, and for all cases."""
        is_general = not any(self.chain.settings)
        return is_general and bool(self.chain.restates) and line is self.chain.lines[1]

    def is_arithmetic(self, line: Line) -> bool:
        """Whether the line says what a number is in decimals."""
        before = self.line_before(line)
        if not any(True for one in (before, line) for _ in decimals(one)):
            return False
        return is_number(self.ground, self.last) and is_number(self.ground, line.exprs[0])

    def line_before(self, line: Line) -> Line:
        place = self.chain.lines.index(line)
        return next((one for one in self.chain.lines[:place][::-1] if one.exprs), line)

    def number(self, line: Line, shown: str) -> CheckedLine:
        """A decimal number stands for everything that rounds to it."""
        expr = self.ground.prepare(line.exprs[0])
        found = rounded(self.ground, self.line_before(line), self.last, line, shown)
        if found.verdict != "unread":
            self.before = expr
        if found.verdict == "refuted":
            self.keep(line)
        return found

    def keep(
        self,
        line: Line,
        wrong: Wrong | None = None,
        *,
        is_nameless: bool = False,
    ) -> None:
        """Remember what a refutation rests on."""
        before = self.line_before(line)
        on = (self.ground, self.chain, line, before, self.factors)
        self.refutations[self.at] = Refutation(*on, wrong, is_nameless=is_nameless)

    def forget(self, numbers: Iterable[int]) -> None:
        """Lines that are not called wrong after all."""
        for number in numbers:
            self.refutations.pop(number, None)

    @property
    def first_raw(self) -> Expr:
        return next(line.exprs[0] for line in self.chain.lines if line.exprs)

    def judged(self, line: Line) -> tuple[Finding, Expr, str]:
        """The verdict on the likeliest reading that is not refuted, or on the first."""
        first: tuple[Finding, Expr, str] | None = None
        for setting in range(self.setting, len(self.chain.settings)):
            factors = self.conditions(setting)
            if self.exclude(factors):  # two cases: where both hold, everything does
                continue
            note = ", in the case that the text speaks of" if self.chain.settings[setting] else ""
            for start, (expr, also) in product(self.starts(), self.readings(line)):
                ready = self.ground.prepare(expr)
                found = self.ground.compare(start, ready, factors)
                if found.verdict != "refuted":
                    self.setting, self.is_read = setting, True
                    if self.before is self.start:
                        self.before = self.start = start
                    return found, ready, note + also
                first = first or (found, ready, "")
        if first is None:  # the case of the line itself excludes what was said before it
            ready = self.ground.prepare(line.exprs[0])
            first = self.ground.compare(self.last, ready, self.own), ready, ""
        return first

    def take_conditions(self, line: Line) -> None:
        """What is said beside a line: one more condition, or another case of what is asked for."""
        own = tuple(dict.fromkeys((*self.own, *line.conditions)))
        self.is_anew = bool(line.conditions) and self.exclude(own)
        self.own = line.conditions if self.is_anew else own
        if self.is_anew:
            self.before = self.start

    def exclude(self, conditions: Sequence[Expr]) -> bool:
        """Whether conditions exclude each other, so that everything would hold under them."""
        return len(conditions) > 1 and holds(self.ground, Mul(tuple(conditions)), ZERO)

    def starts(self) -> list[Expr]:
        """The line before; of the first one, which no claim has settled yet, all readings."""
        if self.before is not self.start or self.is_read or self.is_open:
            return [self.last]
        first = next(line for line in self.chain.lines if line.exprs)
        if first.is_definition:
            return [self.last]
        return list(dict.fromkeys((self.last, *map(self.ground.prepare, first.exprs[1:]))))

    def readings(self, line: Line) -> Iterator[tuple[Expr, str]]:
        """What a line may mean, each once, with a remark where it is not the plain meaning."""
        seen_already = set[Expr]()
        for expr, remark in zip_longest(line.exprs, line.remarks, fillvalue=""):
            if isinstance(expr, str) or expr in seen_already:
                continue
            seen_already.add(expr)
            yield expr, remark

    def conditions(self, setting: int) -> tuple[Expr, ...]:
        return tuple(dict.fromkeys((*self.own, *self.chain.settings[setting])))

    @property
    def factors(self) -> tuple[Expr, ...]:
        return self.conditions(self.setting)

    @property
    def last(self) -> Expr:
        if self.before is None:
            raise ValueError("a claim has no line before it")
        return self.before

    def on_the_whole(self, own: Finding, expr: Expr) -> Finding:
        if self.is_clean and own.verdict in PASSED:
            return own
        if self.start is None:
            raise ValueError("a claim has no first line")
        return self.ground.compare(self.start, expr, self.factors)

    def refuted(self, line: Line, own: Finding, shown: str) -> CheckedLine:
        """A wrong line: by how much, and what would make it right."""
        was_level, self.is_clean, self.is_level = self.is_level, False, False
        if self.chain.is_posed:
            is_value = isinstance(line.exprs[0], Num) and isinstance(self.start, Ref)
            verdict, why = ("given", FOR_ONCE) if is_value else ("unread", POSED)
            return CheckedLine(line.row, line.source, verdict, why, read_as=shown)
        if not self.explains:
            return CheckedLine(line.row, line.source, "refuted", whole="refuted", read_as=shown)
        wrong = Wrong(
            self.sides(line),
            self.asked(line),
            self.line_before(line).exprs[0],
            line.exprs[0],
            own.evidence,
            tuple(e for one in self.chain.lines if one is not line for e in one.exprs[:1]),
            was_level,
            tuple(map(self.conditions, range(1, len(self.chain.settings)))),
        )
        self.keep(line, wrong)
        return CheckedLine(line.row, line.source, "refuted", whole="refuted", read_as=shown)

    def explained(self, lines: Sequence[CheckedLine]) -> list[CheckedLine]:
        """The lines of the chain with what is to be said of the wrong ones."""
        told = list(lines)
        for number, refutation in self.refutations.items():
            if refutation.wrong is not None:
                found = explained(refutation.wrong)
                self.refutations[number] = replace(refutation, found=found)
                told[number] = replace(
                    told[number], why=found.why.plain, why_latex=found.why.latex,
                    counterexample=found.point, repair=found.repair.words.plain,
                    repair_latex=found.repair.words.latex, found=found,
                )  # fmt: skip
        return told

    def asked(self, line: Line) -> Expr:
        """What a line should be equal to."""
        if self.is_open:
            return (self.from_line or self.line_before(line)).exprs[0]
        first, second = self.first_raw, self.chain.lines[1]
        is_short = isinstance(first, Ref) and first.name not in self.ground.paper.definitions
        return second.exprs[0] if is_short and second.is_definition and second.exprs else first

    def sides(self, line: Line) -> Sides:
        """Both sides with the conditions that are in force."""
        index = self.chain.lines.index(line)
        right = self.ground.prepare(line.exprs[0])
        before = [one for one in self.chain.lines[:index] if one.exprs]
        before = before[:1] if self.is_anew else before
        left = self.ground.prepare(before[-1].exprs[0])
        return Sides(self.ground, left, right, self.factors)
