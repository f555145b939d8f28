r"""Repairs of lines about whole arrays, in the signs of their author.

``X (p - y)`` is judged with indices, and its repair has them. Its author wants to read
``X^\top (p - y)``. So the change that makes the entries right is made on the line as it is
written, and what is shown is a line that holds where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from gory.notation import D, Delta, Expr, Mul, Ref, Sum, children, rebuild, walk
from gory.notation._nodes import own_indices
from gory.notation.manuscript._instead import Spot, spot
from gory.verify.manuscript._proofreading import CheckedDerivation, CheckedLine
from gory.verify.manuscript.explanations._explained import DIFFER, Explanation
from gory.verify.manuscript.explanations._gap import (
    Changed,
    Gap,
    LooseIndex,
    LostSum,
    OnlyFor,
    exprs_of,
    in_words,
    with_exprs,
)
from gory.verify.manuscript.explanations._respelt import Respelling, respelt

MOST_TRIED = 60  # changes of one line
MOST_LINES = 12  # of one text
LONGEST_TEXT = 40_000  # characters; what is longer is read too slowly to be read again
_BELOW = re.compile(r"_\{?([a-z]+)")
_LETTER = re.compile(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])")

Holding = Callable[[Mapping[Spot, Sequence[str]]], Mapping[Spot, str]]


def as_written(
    text: str, found: Sequence[CheckedDerivation], holding: Holding
) -> list[CheckedDerivation]:
    """Derivations whose repairs are in the signs of their author where they had lost them.

    ``holding`` says which line of those that are tried in the place of a wrong one is right.
    """
    tries: dict[Spot, dict[str, Respelling]] = {}
    for line, asked in _wrong(found) if len(text) <= LONGEST_TEXT else ():
        if len(tries) < MOST_LINES and _lost_signs(line, asked):
            change = line.found.repair.change if line.found is not None else None
            tried = (one for one in respelt(line.text, text, change) if not one.says(asked))
            tries[spot(line.row, line.text)] = {
                one.source: one for one in islice(tried, MOST_TRIED)
            }
    holds = holding({place: [*tried] for place, tried in tries.items()}) if tries else {}

    def told(line: CheckedLine, asked: str) -> CheckedLine:
        place = spot(line.row, line.text)
        if line.verdict != "refuted" or place not in holds:
            return line
        return _told(line, asked, tries[place][holds[place]])

    return [
        replace(one, lines=tuple(told(line, one.lines[0].text) for line in one.lines))
        for one in found
    ]


def _wrong(found: Sequence[CheckedDerivation]) -> Iterator[tuple[CheckedLine, str]]:
    """Lines that are wrong, with what they are claimed to be equal to."""
    for one in found:
        for line in one.lines:
            if line.verdict == "refuted":
                yield line, one.lines[0].text


def _lost_signs(line: CheckedLine, asked: str) -> bool:
    """Whether a line has no repair, or one with indices that its author has not written."""
    if line.found is None or line.found.fact:
        return False
    right = line.found.repair.right
    return right is None or bool(_letters_in(right) - _letters(line.text) - _letters(asked))


def _letters(source: str) -> set[str]:
    """Letters that may be indices there."""
    below = {letter for script in _BELOW.findall(source) for letter in script}
    return below | {*_LETTER.findall(source)}


def _letters_in(expr: Expr) -> set[str]:
    """Letters of all indices of an expression."""
    return {i.name for node in walk(expr) for i in own_indices(node) if not i.is_literal}


def _told(line: CheckedLine, asked: str, holds: Respelling) -> CheckedLine:
    """A line with the repair that its author would write, and the reason in his signs."""
    repair = f"{asked} = {holds.source}"
    line = replace(line, repair=repair, repair_latex=f"${repair}$")
    if line.found is None:
        return line
    own = _letters(line.text) | _letters(asked)
    why = _in_signs(line.found, own)
    if why is None or line.why == DIFFER:
        return replace(line, why=holds.fault.replace("$", ""), why_latex=holds.fault)
    return line if why is line.found.gap else _worded(line, why)


def _worded(line: CheckedLine, gap: Gap) -> CheckedLine:
    if line.found is None:
        return line
    said = in_words(gap, line.found.style)
    return replace(line, why=said.plain, why_latex=said.latex)


def _in_signs(found: Explanation, own: set[str]) -> Gap | None:
    """The disagreement without the indices that an author has not written; None if they matter."""
    gap = found.gap
    match gap:
        case None | LostSum() | LooseIndex():
            return None
        case OnlyFor(one, other) if not own & {one.name, other.name}:
            return None
    parts = exprs_of(gap)
    if not any(_letters_in(part) - own for part in parts):
        return gap
    bare = [_bare(part, own) for part in parts]
    whole = [one for one in bare if one is not None]
    is_same = isinstance(gap, Changed) and len(set(whole)) < len(whole)
    return with_exprs(gap, whole) if len(whole) == len(parts) and not is_same else None


def _bare(expr: Expr, own: set[str]) -> Expr | None:
    """An expression without some indices, or None if more than one factor has them."""
    match expr:
        case Sum() | Delta() | D():
            return None if _letters_in(expr) - own else expr
        case Mul(factors) if sum(bool(_letters_in(one) - own) for one in factors) > 1:
            return None
        case Ref(name, indices):
            return Ref(name, tuple(i for i in indices if i.is_literal or i.name in own))
    parts = [_bare(part, own) for part in children(expr)]
    whole = tuple(part for part in parts if part is not None)
    return rebuild(expr, whole) if len(whole) == len(parts) else None
