r"""A value that words give a name below a line makes nothing right above: "With $T = 2$ ...".

A sentence of its own that puts a number for a name looks at one value of many, as a rule, and what
stands above it was claimed in general. Now and then its author only says late what he has had in
mind from the start. So the lines above are judged as if nobody had said so, and a
line that holds by it alone is not decided. What stands in the sentence of the line itself ("...,
where $\sigma = 1$"), is said of all of the text, or declares more than one number, stays a fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace

from gory.notation.manuscript._declared import NAME, NUMERAL
from gory.notation.manuscript._points import aside
from gory.notation.manuscript._stated import Manuscript, Statement
from gory.notation.manuscript._worked_values import examples_of
from gory.notation.manuscript.words._hedges import FORMULA
from gory.verify.manuscript._proofreading import PASSED, CheckedDerivation, CheckedLine

RESTS = "it holds by the value that stands below it, in row"

_THROUGHOUT = re.compile(
    r"(?i)\b(?:throughout|always|everywhere|above|so far|assum\w*|suppos\w*|convention|recall\w*)\b"
)
_SAID_HERE = re.compile(r"(?i)^\W*here\W*$")  # "Here $\sigma = 1$."
_SQUARE = re.compile(r"\(?([A-Za-z]\w*(?:\[[\w,]+\])?)\)?\^\(?2\)?")
_ENDS = re.compile(r"^\s*(?:[.;)]|$)")

Judge = Callable[[Manuscript], list[CheckedDerivation]]


def without_values_below(
    manuscript: Manuscript, found: list[CheckedDerivation], judge: Judge
) -> list[CheckedDerivation]:
    """Derivations whose lines rest on no value that is put for a name in a sentence below."""
    apart = aside(examples_of(manuscript))
    values = {
        place: row
        for place, row in _values(manuscript.statements)
        if manuscript.statements[place].at not in apart
        and any(_is_above(line, row) for one in found for line in one.lines)
    }
    if not values:
        return found
    general = {
        (line.row, line.text)
        for one in judge(_without(manuscript, values))
        for line in one.lines
        if line.verdict == "refuted"
    }

    def judged(line: CheckedLine) -> CheckedLine:
        row = next((row for row in values.values() if _is_above(line, row)), 0)
        is_wrong = row and (line.row, line.text) in general
        return line.undecided(f"{RESTS} {row}") if is_wrong else line

    return [replace(one, lines=tuple(map(judged, one.lines))) for one in found]


def _without(manuscript: Manuscript, places: Container[int]) -> Manuscript:
    """The text as if it did not have the values at some places, and those in a row with them."""
    kept: list[Statement] = []
    last = -1  # row of the value left out last, where the next one may go on: "and $b = 1$"
    for place, one in enumerate(manuscript.statements):
        goes_on = last >= 0 and one.sides[0].row - last <= 1 and _is_value(one)
        if place in places or goes_on:
            last = one.sides[0].row
        else:
            last = -1
            kept.append(one)
    return replace(manuscript, statements=kept)


def _values(statements: Sequence[Statement]) -> Iterator[tuple[int, int]]:
    """Places and rows of sentences that put a number for a name."""
    for place, one in enumerate(statements):
        if _is_value(one) and _is_of_its_sentence(one):
            yield place, one.sides[0].row


def _is_value(statement: Statement) -> bool:
    """``$\\sigma^2 = 1$`` among words."""
    sides = [side.readings[0] for side in statement.sides if side.readings]
    if len(statement.sides) != 2 or len(sides) != 2 or statement.is_display or statement.is_fact:
        return False
    square = _SQUARE.fullmatch(sides[0])
    name = square[1] if square else sides[0]
    is_feature = name.endswith(("[0]", ",0]"))  # x_0 = 1
    return bool(NAME.fullmatch(name) and not is_feature and NUMERAL.fullmatch(sides[1]))


def _is_of_its_sentence(statement: Statement) -> bool:
    """Whether a value is no part of what stands above it, and not said of all of the text."""
    before = statement.before
    is_plainly_here = _SAID_HERE.match(before) and _ENDS.match(statement.after)
    is_wide = _THROUGHOUT.search(f"{before} {statement.after}") or is_plainly_here
    return FORMULA not in before and not is_wide


def _is_above(line: CheckedLine, row: int) -> bool:
    return line.row < row and line.verdict in PASSED
