"""What is said of a wrong line: by how much, at which point, and what would make it right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gory.notation import Expr, Fact, Ref, to_plain
from gory.verify._evidence import Evidence
from gory.verify._witness import witness
from gory.verify.manuscript._disagreement import Sides, disagreement
from gory.verify.manuscript._edit import Change, Edit
from gory.verify.manuscript._edits import smallest_edit
from gory.verify.manuscript._gap import ByNumber, Gap, in_words, is_slip, mended
from gory.verify.manuscript._remedies import LONGEST_REMEDY, corrected, missing_fact
from gory.verify.manuscript._sizes import counted
from gory.verify.manuscript._wording import Equation, Wording, worded

UNSAID = ", which the text does not say"
LONGEST_LINE = 400  # characters of a whole line that is written down again
DIFFER = "the sides differ"
NOTHING = Wording()


@dataclass(frozen=True)
class Wrong:
    """A line that is wrong, with what stands around it as it is written.

    ``asked`` is what the line should be equal to, ``before`` and ``right`` are the claim;
    ``is_level`` if the line before is equal to what is asked for.
    """

    sides: Sides
    asked: Expr
    before: Expr
    right: Expr
    evidence: Evidence | None
    around: tuple[Expr, ...]
    is_level: bool

    def edit(self) -> Edit | None:
        """The change of one token that makes the line right."""
        ground = self.sides.ground
        left, right = (ground.prepare(e) for e in (self.asked, self.right))
        bodies = (one.body for one in ground.paper.definitions.values())
        return smallest_edit(ground, left, right, self.sides.factors, (*self.around, *bodies))

    def derived(self) -> Expr | None:
        """The right side that the engine finds."""
        return corrected(self.sides.ground, self.asked, self.sides.factors)


@dataclass(frozen=True)
class Explanation:
    """What was found out about a wrong line, and what is said of it.

    ``gap`` is the disagreement, ``edit`` the change that makes the line right, ``fact`` what would
    save it as it stands; each is None, or empty, where there is none.
    """

    why: Wording
    repair: Wording
    gap: Gap | None = None
    edit: Edit | None = None
    fact: Wording = NOTHING
    declared: Fact | None = None  # the fact as it is
    point: dict[str, Any] | None = None

    @property
    def is_token(self) -> bool:
        """Whether the right line differs from it in one token."""
        return self.edit is not None and self.edit.is_token

    @property
    def is_slip(self) -> bool:
        """Whether there is a right line next to it: one token, one fact, a lost factor or index."""
        return bool(self.fact) or self.is_token or is_slip(self.gap)

    @property
    def is_sign(self) -> bool:
        """Whether a sign or a power is wrong, which no case can excuse."""
        kind = self.edit.kind if self.edit is not None else None
        return self.gap == ByNumber(Fraction(-1)) or kind in (Change.SIGN, Change.POWER)


def explained(wrong: Wrong) -> Explanation:
    """The explanation of a line that is known to be wrong."""
    sides = wrong.sides
    ground, left, right = sides.ground, sides.under(sides.left), sides.under(sides.right)
    fact, declared = missing_fact(ground, left, right)
    if not fact and (told := ground.told()) is not ground:  # a slip besides what words declare
        sides = replace(sides, ground=told)
        wrong = replace(wrong, sides=sides)
    is_symmetry = declared is not None and isinstance(declared.right, Ref)  # or an index is wrong
    edit = None if fact and not is_symmetry else wrong.edit()
    if edit is not None and edit.is_token:
        fact, declared = NOTHING, None
    gap = disagreement(sides, wrong.evidence, edit if wrong.is_level else None, wrong.derived)
    if gap is not None:
        why = in_words(gap, ground.style)
    else:
        why = fact + Wording(UNSAID, UNSAID) if fact else Wording(DIFFER, DIFFER)
    repair = fact or _repair(wrong, edit, gap)
    return Explanation(why, repair, gap, edit, fact, declared, _point(sides, wrong.evidence))


def _repair(wrong: Wrong, edit: Edit | None, gap: Gap | None) -> Wording:
    """The line with a change, or else with what the engine derives, or with what it lacks."""
    style = wrong.sides.ground.style
    if edit is not None:
        words = edit.words(style)
        whole = worded(style, ": ", Equation(wrong.asked, edit.after))
        return words + whole if len(whole.plain) <= LONGEST_LINE else words
    found, left = wrong.derived(), wrong.asked
    if found is None and gap is not None:
        found, left = mended(gap, wrong.right), wrong.before
        if found is not None and len(to_plain(found)) > LONGEST_REMEDY:
            found = None
    return worded(style, Equation(left, found)) if found is not None else NOTHING


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
