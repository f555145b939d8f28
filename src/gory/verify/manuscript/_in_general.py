"""Lines above a special case: they are judged as if it were not there.

``The usual choice is $g(x) = e^x$`` makes nothing right that stands above it, and what is claimed
above of any ``g`` is shown to be wrong without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gory.notation._document import row_of
from gory.notation.manuscript._parts import Part
from gory.notation.manuscript.words._special_cases import special_cases, without
from gory.verify.manuscript._proofreading import PASSED, CheckedDerivation, CheckedLine

MOST_CASES = 3  # each has the text above it judged once more
RESTS = "it holds by the special case that stands below it, in row"
Judge = Callable[[Sequence[Part]], list[CheckedDerivation]]


def in_general(
    text: str, parts: Sequence[Part], found: list[CheckedDerivation], judge: Judge
) -> list[CheckedDerivation]:
    """Derivations whose lines rest on no special case that stands below them."""
    parts = parts or [Part(0, len(text))]
    cases = [c for c in special_cases(text) if any(p.start <= c.start < p.end for p in parts)]
    for number in range(len(cases[:MOST_CASES]) - 1, -1, -1):
        above = _Above(text, cases[number].start)
        if above.has_claims(found):
            found = above.judged(found, judge(without(parts, cases[number:])))
        if above.has_claims(found, RESTS):
            behind = Part(cases[number].start, len(text))
            found = above.judged(found, judge(without(parts, [behind])))
    return found


@dataclass(frozen=True)
class _Above:
    """What stands above a place of a text."""

    text: str
    end: int

    def has_claims(self, found: Sequence[CheckedDerivation], why: str = "") -> bool:
        """Whether anything is claimed there, or is unread for some reason."""
        lines = [line for one in found for line in one.lines if self.holds(line)]
        return any(line.verdict != "given" and line.why.startswith(why) for line in lines)

    def holds(self, line: CheckedLine) -> bool:
        start = sum(len(row) + 1 for row in self.text.split("\n")[: line.row - 1])
        place = self.text.find(line.text[:40], start)
        return max(place, start) < self.end

    def judged(
        self,
        found: Sequence[CheckedDerivation],
        general: Sequence[CheckedDerivation],
    ) -> list[CheckedDerivation]:
        """Derivations with the lines there as they are judged in general."""
        others = {(line.row, line.text): line for one in general for line in one.lines}

        def judged(line: CheckedLine) -> CheckedLine:
            other = others.get((line.row, line.text), line)
            if "given" in (line.verdict, other.verdict) or not self.holds(line):
                return line
            if other.verdict != "unread":
                return other
            is_doubtful = line.verdict in PASSED
            return line.undecided(f"{RESTS} {self.row}") if is_doubtful else line

        return [replace(one, lines=tuple(map(judged, one.lines))) for one in found]

    @property
    def row(self) -> int:
        return row_of(self.text, self.end)
