"""A text with several derivations, judged part by part.

Parts that need each other are judged together. Where a line of such a part is unread, or at odds
with a part above, the part is judged alone, too: what holds whatever the names of the parts above
mean, holds. A line is called wrong that way only if its part defines all that it uses, or nobody
does.

Within a part the same is tried for passages that begin with a title, ``**Second case.**`` or
``(b)``, where something is unread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gory.notation.manuscript._parts import Part, groups_of, parts_of, passages_of, rows_of_part
from gory.verify.manuscript._proofreading import PASSED, CheckedDerivation, CheckedLine
from gory.verify.manuscript.doubts._other_uses import DIFFER

OPEN = ("unread", "refuted")
Judge = Callable[[Sequence[Part]], list[CheckedDerivation]]


def by_parts(text: str, judge: Judge) -> list[CheckedDerivation]:
    """The derivations of a text, each part with those that it needs."""
    parts = parts_of(text)
    found: list[CheckedDerivation] = []
    for group in groups_of(parts):
        own = judge([parts[n] for n in group])
        spoken = [parts[n] for n in group if parts[n].has_formulas]
        for place, part in enumerate(spoken if len(spoken) > 1 else []):
            rows = rows_of_part(text, part)
            if any(line.row in rows and line.verdict in OPEN for d in own for line in d.lines):
                own = _with(own, judge([part]), rows, is_whole=not part.needs(spoken[:place]))
        found += _by_passages(text, own, [parts[n] for n in group], judge)
    return sorted(found, key=lambda one: one.lines[0].row)


def _by_passages(
    text: str, found: list[CheckedDerivation], parts: Sequence[Part], judge: Judge
) -> list[CheckedDerivation]:
    """The same with the passages that can be judged alone, each under a title of its own.

    A letter may be a number in one of them and a vector in the next. What is uncertain of a line
    in all of its part is no less so where it is read alone: only what was not read is called wrong.
    """
    for part in parts:
        passages = passages_of(text, part)
        for passage in passages:
            rows = rows_of_part(text, passage)
            lines = [line for d in found for line in d.lines if line.row in rows]
            if not any(line.verdict == "unread" for line in lines):
                continue
            is_doubted = any(line.why.startswith(DIFFER) for line in lines)
            is_needing = passage.needs(one for one in passages if one is not passage)
            is_whole = not is_doubted and not is_needing
            found = _with(found, judge([passage]), rows, is_whole=is_whole)
    return found


def _with(
    found: Sequence[CheckedDerivation],
    alone: Sequence[CheckedDerivation],
    rows: range,
    *,
    is_whole: bool,
) -> list[CheckedDerivation]:
    """Derivations with the lines of one part as they are judged where it is read alone."""
    if alone and all(line.verdict not in OPEN for one in alone for line in one.lines):
        return [*(one for one in found if one.lines[0].row not in rows), *alone]
    better = {
        (line.row, line.text): line
        for one in alone
        for line in one.lines
        if line.verdict in (*PASSED, "given") or (is_whole and _stands(line))
    }

    def judged(line: CheckedLine) -> CheckedLine:
        is_open = line.verdict in OPEN and line.row in rows
        return better.get((line.row, line.text), line) if is_open else line

    return [replace(one, lines=tuple(map(judged, one.lines))) for one in found]


def _stands(line: CheckedLine) -> bool:
    """Whether a line is wrong whatever words and facts above may say of its names."""
    is_conditional = line.why.startswith("holds ") or line.repair.startswith("holds ")
    return line.verdict == "refuted" and not is_conditional
