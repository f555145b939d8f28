"""What is said of a wrong line: by how much, at which point, and what would make it right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gory.notation import Expr, Fact, to_plain
from gory.verify._evidence import Evidence
from gory.verify._witness import witness
from gory.verify.manuscript._disagreement import Gap, Sides, disagreement
from gory.verify.manuscript._edits import Edit, smallest_edit
from gory.verify.manuscript._remedies import LONGEST_REMEDY, corrected, missing_fact
from gory.verify.manuscript._sizes import counted
from gory.verify.manuscript._wording import Equation, Wording, worded

UNSAID = ", which the text does not say"
LONGEST_LINE = 400  # characters of a whole line that is written down again
DIFFER = "the sides differ"


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
    """What is said of a wrong line."""

    why: Wording
    repair: Wording
    fact: Wording
    declared: Fact | None  # the fact as it is
    is_token: bool  # the right line differs from it in one token
    point: dict[str, Any] | None


def explained(wrong: Wrong) -> Explanation:
    """The explanation of a line that is known to be wrong."""
    sides = wrong.sides
    ground, left, right = sides.ground, sides.under(sides.left), sides.under(sides.right)
    fact, declared = missing_fact(ground, left, right)
    if not fact and (told := ground.told()) is not ground:  # a slip besides what words declare
        sides = replace(sides, ground=told)
        wrong = replace(wrong, sides=sides)
    is_symmetry = "] = " in fact.plain and fact.plain.endswith("]")  # or an index is wrong
    edit = None if fact and not is_symmetry else wrong.edit()
    is_token = edit is not None and edit.is_token
    if is_token:
        fact, declared = Wording(), None
    gap = disagreement(sides, wrong.evidence, edit if wrong.is_level else None, wrong.derived)
    why = gap.words if gap else Wording()
    if fact and ("index" in why.plain or not why.plain.startswith("holds only")):
        why = why or fact + Wording(UNSAID, UNSAID)
    why = why or Wording(DIFFER, DIFFER)
    repair = fact or _repair(wrong, edit, gap)
    return Explanation(why, repair, fact, declared, is_token, _point(sides, wrong.evidence))


def _repair(wrong: Wrong, edit: Edit | None, gap: Gap | None) -> Wording:
    """The line with a change, or else with what the engine derives, or with what it lacks."""
    style = wrong.sides.ground.style
    if edit is not None:
        words = edit.words(style)
        mended = worded(style, ": ", Equation(wrong.asked, edit.after))
        return words + mended if len(mended.plain) <= LONGEST_LINE else words
    found, left = wrong.derived(), wrong.asked
    if found is None and gap is not None and gap.mended is not None:
        found, left = gap.mended(wrong.right), wrong.before
        if len(to_plain(found)) > LONGEST_REMEDY:
            found = None
    return worded(style, Equation(left, found)) if found is not None else Wording()


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
