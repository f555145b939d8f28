r"""Proofreading: which line of a derivation is wrong, by how much, what would make it right.

Every line is judged twice: does it follow from the line before, and is it equal to what the first
line asks for? A slip that is carried on is then one wrong line and not ten, and a slip that is
not carried on is still found. A line that cannot be read or decided says so; it never counts as
right.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from gory.notation import ZERO, Add, D, Expr, Mul, Ref, Size, to_plain, walk
from gory.notation._cues import says_anew
from gory.notation._manuscript import read_manuscript
from gory.notation._script import Chain, Line, Script
from gory.notation._section import read_scripts
from gory.notation._stated import Manuscript
from gory.verify._claim import Finding, Ground, seen
from gory.verify._disagreement import disagreement
from gory.verify._edits import smallest_edit
from gory.verify._proofreading import CheckedDerivation, CheckedLine, Proofreading
from gory.verify._remedies import corrected, missing_fact

MOST_DOUBTFUL = 12  # second equations of a name of which no word says whether they define it

SHAPES = "cannot run over"  # how a conflict of declared shapes is reported
POSED = "an equation that holds at one point or is to be solved; no claim that can be checked"
PASSED = ("proved", "tested")


def proofread(text: str, *, given: Sequence[str] = ()) -> Proofreading:
    r"""Check a derivation as its author wrote it, line by line.

    Parameters
    ----------
    text : str
        A Markdown, LaTeX or plain text: definitions, then lines joined by ``=``.
    given : sequence of str
        Facts to take for granted in addition, in the paper language: ``"sum_k y[k] = 1"``.

    Returns
    -------
    Proofreading
        Derivations with their lines; each line has ``row``, ``verdict``, ``why``,
        ``counterexample`` and ``repair``.

    Raises
    ------
    NotationError
        If the text is too long, or a fact in ``given`` cannot be read.

    Examples
    --------
    >>> found = proofread('''
    ... s[k] = exp(z[k]) / sum_c exp(z[c])
    ... d(s[k], z[m]) = s[k] (delta[k,m] - s[m])
    ...   = s[k] delta[k,m] + s[k] s[m]
    ... ''')
    >>> [(line.row, line.verdict) for line in found.lines]
    [(3, 'proved'), (4, 'refuted')]
    >>> found.lines[1].why
    'misses the term -2 s[k] s[m]'
    """
    manuscript = read_manuscript(text)
    manuscript, found = _with_new_meanings(manuscript, given)
    if manuscript.sizes and any(SHAPES in line.why for one in found for line in one.lines):
        found = _with_shapes(found, _checked(read_scripts(replace(manuscript, sizes={}), given))[0])
    found.sort(key=lambda one: one.lines[0].row)
    return Proofreading(text, tuple(found))


def _with_new_meanings(
    manuscript: Manuscript, given: Sequence[str]
) -> tuple[Manuscript, list[CheckedDerivation]]:
    """A second equation of a name is a slip or a new definition: what follows it tells which.

    Where lines hold with either, the words before the equation decide.
    """
    found, contested = _checked(read_scripts(manuscript, given))
    said = {place for place in contested if says_anew(manuscript.statements[place].cue)}
    others = sorted(contested - said)[:MOST_DOUBTFUL]
    for places in ([said] if len(said) > 1 else []) + [{n} for n in sorted({*said, *others})]:
        if not places & contested:
            continue
        other = manuscript.with_sections(places)
        again, _ = _checked(read_scripts(other, given), explains=False)
        rows = {side.row for n in places for side in manuscript.statements[n].sides}
        before, after = _passed(found, rows), _passed(again, rows)
        if after > before or (after == before and places <= said):
            manuscript = other
            found, contested = _checked(read_scripts(manuscript, given))
    return manuscript, found


def _passed(found: Sequence[CheckedDerivation], but: Container[int]) -> int:
    """How many lines hold, other than those of some rows."""
    lines = (line for one in found for line in one.lines if line.row not in but)
    return sum(line.verdict in PASSED for line in lines)


def _with_shapes(
    found: Sequence[CheckedDerivation], square: Sequence[CheckedDerivation]
) -> list[CheckedDerivation]:
    """Lines whose shapes do not fit are wrong if they are wrong for square matrices too."""
    wrong = {
        (line.row, line.text): line
        for one in square
        for line in one.lines
        if line.verdict == "refuted"
    }

    def judged(line: CheckedLine) -> CheckedLine:
        other = wrong.get((line.row, line.text)) if SHAPES in line.why else None
        if other is None:
            return line
        return replace(other, why=f"the shapes do not fit, and for square matrices: {other.why}")

    return [replace(one, lines=tuple(map(judged, one.lines))) for one in found]


def _checked(
    scripts: Sequence[Script], *, explains: bool = True
) -> tuple[list[CheckedDerivation], set[int]]:
    """All derivations, and the statements that give a known name another meaning, if it is one."""
    found: list[CheckedDerivation] = []
    contested = set[int]()
    for script in scripts:
        ground = Ground(script.paper, script.unknown | _differentiated(script), script.unknown)
        for chain in script.chains:
            checker = _Chain(ground, chain, explains=explains)
            lines = checker.lines()
            if chain.case and any(line.verdict == "refuted" for line in lines):
                facts = (*script.paper.facts, *chain.case)
                paper = replace(script.paper, facts=facts)
                checker = _Chain(replace(ground, paper=paper), chain, explains=explains)
                lines = checker.lines()
            if checker.is_contested:
                contested.add(chain.place)
            if any(line.verdict != "given" for line in lines):
                found.append(CheckedDerivation(tuple(lines)))
    return found, contested


def _differentiated(script: Script) -> frozenset[str]:
    """Undefined names of which the text takes derivatives: functions it does not give."""
    nodes = [
        node
        for chain in script.chains
        for line in chain.lines
        for e in line.exprs
        for node in walk(e)
    ]
    bodies = {n.body.name for n in nodes if isinstance(n, D) and isinstance(n.body, Ref)}
    variables = {n.wrt.name for n in nodes if isinstance(n, D)}
    return frozenset(bodies - script.paper.definitions.keys() - variables)


class _Chain:
    """One chain on its way through the checker."""

    def __init__(self, ground: Ground, chain: Chain, *, explains: bool = True) -> None:
        self.ground, self.chain, self.explains = ground, chain, explains
        self.start: Expr | None = None
        self.before: Expr | None = None
        self.start_is_shown = False
        self.own: tuple[Expr, ...] = ()  # conditions beside the lines
        self.setting = 0
        self.is_contested = False  # it may define a name anew
        self.is_clean = True  # every line so far is equal to the first

    def lines(self) -> list[CheckedLine]:
        return [self.line(number, line) for number, line in enumerate(self.chain.lines)]

    def line(self, number: int, line: Line) -> CheckedLine:
        if line.stray:
            reason = (
                f"index {line.stray[0]} is free on the right but not on the left, so this defines "
                "nothing; sum over it or write it on the left"
            )
            verdict = "refuted" if line.is_fault else "unread"
            return CheckedLine(line.row, line.source, verdict, reason)
        if not line.exprs:
            is_open = number == 0 and len(self.chain.lines) > 1
            verdict = "given" if is_open and not line.problem else "unread"
            return CheckedLine(line.row, line.source, verdict, line.problem)
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
            return CheckedLine(line.row, line.source, "given", read_as=shown)
        return self.claim(line, shown)

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
        self.own = tuple(dict.fromkeys((*self.own, *line.conditions)))
        raw = line.exprs[0]
        varied = self.ground.reaches(self.first_raw)
        obstacle = next(
            (o for e in (self.first_raw, raw) if (o := self.ground.obstacle(e, varied))), ""
        )
        if obstacle:
            return CheckedLine(line.row, line.source, "unread", obstacle, read_as=shown)
        if (rounded := rounded_value(line.source)) is not None and not names_in(self.last):
            return self.number(line, *rounded, shown)
        if line.relation == "~":
            reason = "an approximation is checked only where the right side is a decimal number"
            return CheckedLine(line.row, line.source, "unread", reason, read_as=shown)
        own, expr, note = self.judged(line)
        if own.verdict not in PASSED and self.is_other_definition(line):
            self.is_contested = True
        whole = own if self.before is self.start else self.on_the_whole(own, expr)
        self.before = expr
        if own.verdict == "refuted" and whole.verdict in PASSED:
            why = "equal to the first line, though not to the line before, which is wrong"
            return CheckedLine(
                line.row, line.source, whole.verdict, why, whole=whole.verdict, read_as=shown
            )
        if own.verdict == "refuted":
            if strange := self.ground.undefined(self.pair(line)[0], expr):
                reason = f"the text does not say what {strange} is"
                return CheckedLine(line.row, line.source, "unread", reason, read_as=shown)
            return self.refuted(line, own, shown)
        why = own.how + note
        if whole.verdict == "refuted":
            why += "; follows from the line before, which is wrong"
        return CheckedLine(
            line.row, line.source, own.verdict, why, whole=whole.verdict, read_as=shown
        )

    def is_other_definition(self, line: Line) -> bool:
        """Whether this line defines a name anew, in words unlike those above."""
        return bool(self.chain.restates) and line is self.chain.lines[1]

    def number(self, line: Line, right: float, unit: float, shown: str) -> CheckedLine:
        """A decimal number stands for everything that rounds to it."""
        found = seen(self.ground.paper, self.last, ZERO)
        left = 0.0 if found.equal else found.left
        if left is None:
            return CheckedLine(line.row, line.source, "unread", found.how, read_as=shown)
        if abs(left - right) <= unit * (0.5 + 1e-9):
            why = f"the value is {left:.6g}"
            return CheckedLine(line.row, line.source, "tested", why, whole="tested", read_as=shown)
        point = {"sizes": {}, "indices": {}, "values": {}, "left": left, "right": right}
        why = f"the value is {left:.6g}"
        return CheckedLine(line.row, line.source, "refuted", why, point, "", "refuted", shown)

    @property
    def first_raw(self) -> Expr:
        return next(line.exprs[0] for line in self.chain.lines if line.exprs)

    def judged(self, line: Line) -> tuple[Finding, Expr, str]:
        """The verdict on the likeliest reading that is not refuted, or on the first."""
        first: tuple[Finding, Expr, str] | None = None
        for setting in range(self.setting, len(self.chain.settings)):
            factors = self.conditions(setting)
            note = ", in the case that the text speaks of" if setting else ""
            for expr, also in self.readings(line):
                ready = self.ground.prepare(expr)
                found = self.ground.compare(self.last, ready, factors)
                if found.verdict != "refuted":
                    self.setting = setting
                    return found, ready, note + also
                first = first or (found, ready, "")
        if first is None:
            raise ValueError("a claim has no reading")
        return first

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
        self.is_clean = False
        if self.chain.is_posed:
            return CheckedLine(line.row, line.source, "unread", POSED, read_as=shown)
        if not self.explains:
            return CheckedLine(line.row, line.source, "refuted", whole="refuted", read_as=shown)
        left, right = self.pair(line)
        fact = missing_fact(self.ground, left, right)
        repair = ""
        if "] = " in fact and fact.endswith("]"):  # a symmetry: more often an index is wrong
            repair = self.repair(line)
            fact = "" if ": " in repair else fact
        why = disagreement(self.ground, left, right, own.evidence)
        if fact and ("index" in why or not why.startswith("holds only")):
            why = why or f"{fact}, which the text does not say"
        repair = fact or repair or self.repair(line)
        why = why or "the sides differ"
        return CheckedLine(
            line.row, line.source, "refuted", why, _point(own), repair, "refuted", shown
        )

    def repair(self, line: Line) -> str:
        """The change of one token that makes a line right, or else what the engine derives."""
        left, right = (self.ground.prepare(e) for e in (self.first_raw, line.exprs[0]))
        start = to_plain(self.first_raw)
        edit = smallest_edit(self.ground, left, right, self.factors)
        if edit is not None:
            return f"{edit.what}: {start} = {to_plain(edit.after)}"
        right_side = corrected(self.ground, self.first_raw, self.factors)
        return f"{start} = {right_side}" if right_side else ""

    def pair(self, line: Line) -> tuple[Expr, Expr]:
        """Both sides under the conditions that are in force."""
        index = self.chain.lines.index(line)
        right = self.ground.prepare(line.exprs[0])
        before = [one for one in self.chain.lines[:index] if one.exprs]
        left = self.ground.prepare(before[-1].exprs[0])
        if not self.factors:
            return left, right
        return Mul((*self.factors, left)), Mul((*self.factors, right))


def rounded_value(source: str) -> tuple[float, float] | None:
    """A number written with decimals, and the unit of its last digit."""
    match = re.fullmatch(r"\s*(-?)\s*(\d+\.(\d+))\s*", source)
    if match is None:
        return None
    return float(match[1] + match[2]), 10.0 ** -len(match[3])


def names_in(expr: Expr) -> bool:
    return any(isinstance(node, Ref | Size) for node in walk(expr))


def _point(found: Finding) -> dict[str, Any] | None:
    """The counterexample with the values of both sides."""
    if found.evidence is None or found.evidence.counterexample is None:
        return None
    return {
        **found.evidence.counterexample,
        "left": found.evidence.left,
        "right": found.evidence.right,
    }
