"""What is said of a wrong line: by how much, at which point, and what would make it right."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cached_property
from typing import Any

from gory.notation import Add, D, Expr, Fact, Ref, to_plain, walk
from gory.verify._evidence import Evidence
from gory.verify._witness import witness
from gory.verify.manuscript._claim import seen
from gory.verify.manuscript._sizes import as_sizes, counted
from gory.verify.manuscript.explanations._disagreement import Sides, disagreement
from gory.verify.manuscript.explanations._edit import Change, Edit
from gory.verify.manuscript.explanations._edits import smallest_edit
from gory.verify.manuscript.explanations._gap import (
    ByNumber,
    Gap,
    LostSum,
    LostTerm,
    OnlyFor,
    in_words,
    is_slip,
    mended,
)
from gory.verify.manuscript.explanations._remedies import LONGEST_REMEDY, corrected, missing_fact
from gory.verify.manuscript.wording._wording import Equation, Style, Wording, worded

UNSAID = ", which the text does not say"
LONGEST_LINE = 400  # characters of a whole line that is written down again
DIFFER = "the sides differ"
TIMES_AS_LONG, A_FEW = 2, 24  # characters of a right line, as against those of the wrong one
NOTHING = Wording()
_TOKEN = re.compile(r"\w+|\S")


@dataclass(frozen=True)
class Saving:
    """A fact that would save a line, in words and, if the text does not deny it, as it is."""

    words: Wording = NOTHING
    fact: Fact | None = None


@dataclass(frozen=True)
class Wrong:
    """A line that is wrong, with what stands around it as it is written.

    ``asked`` is what the line should be equal to, ``before`` and ``right`` are the claim;
    ``is_level`` if the line before is equal to what is asked for, and ``cases`` are other
    conditions under which it may be meant.
    """

    sides: Sides
    asked: Expr
    before: Expr
    right: Expr
    evidence: Evidence | None
    around: tuple[Expr, ...]
    is_level: bool
    cases: tuple[tuple[Expr, ...], ...] = ()

    @cached_property
    def saving(self) -> Saving:
        """The fact that would save the line, unless another token would."""
        sides = self.sides
        left, right = sides.under(sides.left), sides.under(sides.right)
        words, fact = missing_fact(sides.ground, left, right)
        if fact is not None and isinstance(fact.right, Ref):  # a symmetry, or an index is wrong
            edit = self.edit
            if edit is not None and edit.is_token:
                return Saving()
        return Saving(words, fact)

    @cached_property
    def edit(self) -> Edit | None:
        """The change of one token that makes the line right."""
        ground = self.sides.ground
        left, right = ground.prepare(self.asked), self.right
        bodies = (one.body for one in ground.paper.definitions.values())
        around = (*self.around, *bodies)
        return smallest_edit(ground, left, right, self.sides.factors, around, self.asked)

    def told(self) -> Wrong:
        """The same with the facts that words declare, for a slip besides these."""
        told = self.sides.ground.told()
        if told is self.sides.ground:
            return self
        return replace(self, sides=replace(self.sides, ground=told))

    def in_case(self, factors: tuple[Expr, ...]) -> Wrong:
        """The same under other conditions."""
        sides = replace(self.sides, factors=factors)
        evidence = seen(sides.ground.paper, sides.under(sides.left), sides.under(sides.right))
        return replace(self, sides=sides, evidence=evidence, cases=())

    def counted(self, *, widely: bool = False) -> Wrong:
        """The same where the N of ``1/N sum_i`` is the number of terms, as its author means it.

        Widely, every letter that stands there is, which another author means for a scale.
        """
        sides, ground = self.sides, self.sides.ground
        paper, _, _, sizes = counted(ground.paper, sides.left, sides.right, widely=widely)
        seen_by = (self.asked, self.before, self.right, *self.around)
        varied = {n.wrt.name for e in seen_by for n in walk(e) if isinstance(n, D)}
        if not sizes or varied & sizes.keys():
            return self

        def put(expr: Expr) -> Expr:
            return as_sizes(expr, sizes)

        style = replace(ground.style, sizes=tuple(sizes.items()))
        factors = tuple(map(put, sides.factors))
        own = Sides(ground.on(paper, style), put(sides.left), put(sides.right), factors)
        evidence = seen(paper, own.under(own.left), own.under(own.right))
        if evidence.equal is not False:
            return self
        around = tuple(map(put, self.around))
        asked, before, right = map(put, (self.asked, self.before, self.right))
        return Wrong(own, asked, before, right, evidence, around, self.is_level, self.cases)

    @property
    def counts_widely(self) -> bool:
        """Whether some letter may be a number of terms that need not be one."""
        sides, paper = self.sides, self.sides.ground.paper
        plain, wide = (
            counted(paper, sides.left, sides.right, widely=widely)[3] for widely in (False, True)
        )
        return plain != wide

    def derived(self) -> Expr | None:
        """The right side that the engine finds."""
        return corrected(self.sides.ground, self.asked, self.sides.factors)


@dataclass(frozen=True)
class Repair:
    """What would make a line true: a fact, or another right side.

    ``said`` is the fact, or the change by which the right side comes about, in words; ``line`` is
    the line with that right side, or empty where it is too long to be shown. ``answers`` if the
    left side of that line is what the first line of the chain asks for.
    """

    said: Wording = NOTHING
    line: Wording = NOTHING
    right: Expr | None = None
    change: Edit | Gap | None = None
    answers: bool = True

    @property
    def words(self) -> Wording:
        """All of it."""
        return (
            self.said + Wording(": ", ": ") + self.line
            if self.said and self.line
            else (self.said or self.line)
        )


@dataclass(frozen=True)
class Explanation:
    """What was found out about a wrong line, and what is said of it.

    ``gap`` is the disagreement, ``edit`` the change that makes the line right, ``fact`` what would
    save it as it stands; each is None, or empty, where there is none.
    """

    why: Wording
    repair: Repair
    style: Style
    gap: Gap | None = None
    edit: Edit | None = None
    fact: Wording = NOTHING
    point: dict[str, Any] | None = None

    @property
    def is_slip(self) -> bool:
        """Whether there is a right line next to it: one token, one fact, a lost factor or index."""
        is_token = self.edit is not None and self.edit.is_token
        return bool(self.fact) or is_token or is_slip(self.gap)

    @property
    def says_something(self) -> bool:
        """Whether more is known than that the sides differ."""
        return bool(self.fact) or self.edit is not None or self.gap is not None

    @property
    def is_sign(self) -> bool:
        """Whether a sign or a power is wrong, which no case can excuse."""
        kind = self.edit.kind if self.edit is not None else None
        return self.gap == ByNumber(Fraction(-1)) or kind in (Change.SIGN, Change.POWER)


def explained(wrong: Wrong) -> Explanation:
    """The explanation of a line that is known to be wrong.

    Where nothing is found for what it seems to mean, what else it may mean is looked at.
    """
    found = _explained(wrong)
    if found.says_something:
        return found
    others = (_explained(wrong.in_case(case)) for case in wrong.cases)
    told = next((one for one in others if one.says_something), None)
    if told is None and wrong.counts_widely:
        told = _explained(wrong, widely=True)
    return told if told is not None and told.says_something else found


def _explained(wrong: Wrong, *, widely: bool = False) -> Explanation:
    fact = wrong.saving.words
    is_symmetry = wrong.saving.fact is not None and isinstance(wrong.saving.fact.right, Ref)
    wrong = wrong if fact else wrong.told()
    point = _point(wrong.sides, wrong.evidence)
    wrong = wrong if fact else wrong.counted(widely=widely)
    sides, style = wrong.sides, wrong.sides.ground.style
    edit = None if fact and not is_symmetry else wrong.edit
    gap = disagreement(sides, wrong.evidence, edit if wrong.is_level else None, wrong.derived)
    if gap is not None:
        why = in_words(gap, style)
    else:
        why = fact + Wording(UNSAID, UNSAID) if fact else Wording(DIFFER, DIFFER)
    repair = Repair(fact) if fact else _repair(wrong, edit, gap)
    return Explanation(why, repair, style, gap, edit, fact, point)


def _repair(wrong: Wrong, edit: Edit | None, gap: Gap | None) -> Repair:
    """The line with the smallest change, or else as the engine derives it, or with what it lacks.

    A right side that is much longer than the author's helps nobody.
    """
    style, right = wrong.sides.ground.style, wrong.right
    longest = TIMES_AS_LONG * max(len(to_plain(e)) for e in (right, wrong.before)) + A_FEW
    near = mended(gap, right) if gap is not None and is_slip(gap) and wrong.is_level else None
    if edit is not None and (near is None or _is_nearer(right, edit, near, gap)):
        line = worded(style, Equation(wrong.asked, edit.after))
        is_short = len(to_plain(edit.after)) <= longest and len(line.plain) <= LONGEST_LINE
        return Repair(edit.words(style), line if is_short else NOTHING, edit.after, edit)
    if near is not None:
        return Repair(NOTHING, worded(style, Equation(wrong.asked, near)), near, gap)
    found, answers = wrong.derived(), True
    if found is None or len(to_plain(found)) > longest:
        found, answers = _completed(wrong, gap), wrong.before == wrong.asked
    if found is None or len(to_plain(found)) > min(longest, LONGEST_REMEDY):
        return Repair(change=gap)
    line = worded(style, Equation(wrong.asked if answers else wrong.before, found))
    return Repair(NOTHING, line, found, gap, answers)


def _is_nearer(right: Expr, edit: Edit, near: Expr, gap: Gap | None) -> bool:
    """Whether a change is nearer to the line than what a factor, a sum or a delta makes of it.

    A change says where a number was lost, and a token is nearer than a factor in front.
    """
    if isinstance(gap, ByNumber) or (edit.is_token and not isinstance(gap, LostSum | OnlyFor)):
        return True
    return _apart(right, edit.after) <= _apart(right, near)


def _completed(wrong: Wrong, gap: Gap | None) -> Expr | None:
    """The line with what it lacks, where that is little beside it."""
    if isinstance(gap, LostTerm) and isinstance(gap.term, Add):
        return None
    if isinstance(gap, LostTerm):
        room = max(len(to_plain(wrong.right)) // 2, A_FEW)
        if len(to_plain(gap.term)) > room:
            return None
    return mended(gap, wrong.right) if gap is not None else None


def _apart(one: Expr, other: Expr) -> int:
    """How many tokens of one line are not those of another."""
    first, second = (_TOKEN.findall(to_plain(e)) for e in (one, other))
    same = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return len(first) + len(second) - 2 * sum(block.size for block in same)


def _point(sides: Sides, evidence: Evidence | None) -> dict[str, Any] | None:
    """The counterexample that shows the slip best, with the values of both sides."""
    ground = sides.ground
    left, right = sides.under(sides.left), sides.under(sides.right)
    paper, left, right, sizes = counted(ground.paper, left, right)
    found = witness(paper, left, right, ground.one_hot) or evidence
    if found is None or found.counterexample is None:
        return None
    point = {**found.counterexample, "left": found.left, "right": found.right}
    said = {name: point["sizes"][of] for name, of in sizes.items() if of in point["sizes"]}
    return point | {"values": said | point["values"]}
