"""A text with several derivations, judged part by part.

Parts that need each other are judged together. Where a line of such a part is unread, because its
names are something else in a part above, the part is judged alone, too: what holds whatever the
names of the parts above mean, holds. Nothing is called wrong that way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gory.notation.manuscript._parts import Part, groups_of, parts_of, rows_of_part
from gory.verify.manuscript._chain import PASSED
from gory.verify.manuscript._proofreading import CheckedDerivation, CheckedLine

OPEN = ("unread", "refuted")
Judge = Callable[[Sequence[Part]], list[CheckedDerivation]]


def by_parts(text: str, judge: Judge) -> list[CheckedDerivation]:
    """The derivations of a text, each part with those that it needs."""
    parts = parts_of(text)
    found: list[CheckedDerivation] = []
    for group in groups_of(parts):
        own = judge([parts[n] for n in group])
        spoken = [parts[n] for n in group if parts[n].has_formulas]
        for part in spoken if len(spoken) > 1 else []:
            rows = rows_of_part(text, part)
            if any(line.row in rows and line.verdict in OPEN for d in own for line in d.lines):
                own = _with(own, judge([part]), rows)
        found += own
    return sorted(found, key=lambda one: one.lines[0].row)


def _with(
    found: Sequence[CheckedDerivation], alone: Sequence[CheckedDerivation], rows: range
) -> list[CheckedDerivation]:
    """Derivations with the lines that hold where their part is read alone."""
    holds = {
        (line.row, line.text): line for d in alone for line in d.lines if line.verdict in PASSED
    }

    def judged(line: CheckedLine) -> CheckedLine:
        is_open = line.verdict in OPEN and line.row in rows
        return holds.get((line.row, line.text), line) if is_open else line

    return [replace(one, lines=tuple(map(judged, one.lines))) for one in found]
