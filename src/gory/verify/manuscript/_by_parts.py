"""A text with several derivations, judged part by part.

Parts that need each other are judged together. Where a line of such a part is unread, or at odds
with a part above, the part is judged alone, too: what holds whatever the names of the parts above
mean, holds. A line is called wrong that way only if its part defines all that it uses, or nobody
does.

Within a part the same is tried for passages that begin with a title, ``**Second case.**`` or
``(b)``, where something is unread, and then for what stands above and below a place where letters
turn from numbers to vectors or back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gory.notation.manuscript._parts import Part, groups_of, parts_of, passages_of, rows_of_part
from gory.notation.manuscript._turns import turns_of
from gory.verify.manuscript._proofreading import PASSED, CheckedDerivation, CheckedLine
from gory.verify.manuscript.doubts._other_uses import DIFFER

OPEN = ("unread", "refuted")
OF_INDICES = "holds only for "  # i = k, which the part itself would have to say
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
        own = _by_passages(text, own, spoken, judge)
        found += _by_turns(text, own, spoken, judge)
    return sorted(found, key=lambda one: one.lines[0].row)


def _by_passages(
    text: str, found: list[CheckedDerivation], parts: Sequence[Part], judge: Judge
) -> list[CheckedDerivation]:
    """The same with the passages that can be judged alone, each under a title of its own.

    A letter may be a number in one of them and a vector in the next. What is uncertain of a line
    in all of its part is no less so where it is read alone: only what was not read is called wrong.
    """
    for part in parts:
        found = _alone(text, found, passages_of(text, part), judge)
    return found


def _by_turns(
    text: str, found: list[CheckedDerivation], parts: Sequence[Part], judge: Judge
) -> list[CheckedDerivation]:
    """The same with what stands on one side of a place where letters change their form."""
    for part in parts:
        for sides in turns_of(text, part) if _unread(found, rows_of_part(text, part)) else ():
            found = _alone(text, found, sides, judge)
    return found


def _alone(
    text: str, found: list[CheckedDerivation], pieces: Sequence[Part], judge: Judge
) -> list[CheckedDerivation]:
    """The same with each of some pieces that has unread lines judged alone."""
    for piece in pieces:
        rows = rows_of_part(text, piece)
        if not _unread(found, rows):
            continue
        is_doubted = any(line.why.startswith(DIFFER) for line in _lines(found, rows))
        is_needing = piece.needs(one for one in pieces if one is not piece)
        is_whole = not is_doubted and not is_needing
        found = _with(found, judge([piece]), rows, is_whole=is_whole)
    return found


def _lines(found: Sequence[CheckedDerivation], rows: range) -> list[CheckedLine]:
    return [line for one in found for line in one.lines if line.row in rows]


def _unread(found: Sequence[CheckedDerivation], rows: range) -> bool:
    return any(line.verdict == "unread" for line in _lines(found, rows))


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
    said = (one for one in (line.why, line.repair) if one.startswith("holds "))
    is_conditional = any(not one.startswith(OF_INDICES) for one in said)
    return line.verdict == "refuted" and not is_conditional
