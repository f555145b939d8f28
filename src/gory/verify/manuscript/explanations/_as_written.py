r"""Repairs in the signs of their author.

``X (p - y)`` is judged with indices, and its repair has them. Its author wants to read
``X^\top (p - y)``, and in ``\mathcal L`` and ``\Big(`` he wants to find his own line again. So the
change that makes a line right is made on the line as it is written, and what is shown is a line
that holds where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from gory.notation import D, Delta, Expr, Mul, Ref, Sum, children, rebuild, walk
from gory.notation._nodes import own_indices
from gory.notation.latex import find_macros
from gory.notation.manuscript._offered import Offers, Spot, spot
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
from gory.verify.manuscript.explanations._respelt import Respelling, respelt, with_any_change
from gory.verify.manuscript.wording._wording import typeset

MOST_TRIED = 60  # changes of one line
MOST_LINES = 12  # of one text
_COMMAND = re.compile(r"\\[A-Za-z]+")
_BELOW = re.compile(r"_\{?([a-z]+)")
_LETTER = re.compile(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])")

Holding = Callable[[Offers], Mapping[Spot, str]]


def as_written(
    text: str, found: Sequence[CheckedDerivation], holding: Holding
) -> list[CheckedDerivation]:
    """Derivations whose repairs are in the signs of their author where they had lost them.

    ``holding`` says which line of those that are tried in the place of a wrong one is right.
    """
    tries: dict[Spot, dict[str, Respelling]] = {}
    for line, asked in _wrong(found):
        if len(tries) < MOST_LINES and line.found is not None and not line.found.fact:
            offers = _offers(line, line.found, asked, text)
            tries[spot(line.row, line.text)] = {one.source: one for one in offers}
    tries = {place: tried for place, tried in tries.items() if tried}
    holds = holding({place: [*tried] for place, tried in tries.items()}) if tries else {}

    macros = find_macros(text)[0].keys()

    def told(line: CheckedLine, asked: str) -> CheckedLine:
        if line.verdict != "refuted" or line.found is None:
            return line
        place = spot(line.row, line.text)
        best = tries[place][holds[place]] if place in holds else None
        is_lost = best is not None and _lost_signs(line, line.found, asked)
        own = f"{asked} {best.source if best is not None else ''}"
        if not is_lost and macros & {*_COMMAND.findall(own)}:  # no page can show them
            return line
        if best is not None and is_lost:
            return _in_signs(line, line.found, asked, best)
        return _typeset(line, line.found, asked, best)

    return [
        replace(one, lines=tuple(told(line, one.lines[0].text) for line in one.lines))
        for one in found
    ]


def _offers(line: CheckedLine, found: Explanation, asked: str, text: str) -> list[Respelling]:
    """What is tried in the place of a line; it says more than that something is itself."""
    offers = respelt(line.text, text, found.repair.change)
    if _lost_signs(line, found, asked):
        offers = chain(offers, with_any_change(line.text, text))
    return list(islice((one for one in offers if not one.says(asked)), MOST_TRIED))


def _wrong(found: Sequence[CheckedDerivation]) -> Iterator[tuple[CheckedLine, str]]:
    """Lines that are wrong, with what they are claimed to be equal to."""
    for one in found:
        for line in one.lines:
            if line.verdict == "refuted":
                yield line, one.lines[0].text


def _lost_signs(line: CheckedLine, found: Explanation, asked: str) -> bool:
    """Whether a line has no repair, or one with indices that its author has not written."""
    right = found.repair.right
    return right is None or bool(_letters_in(right) - _letters(line.text) - _letters(asked))


def _letters(source: str) -> set[str]:
    """Letters that may be indices there."""
    below = {letter for script in _BELOW.findall(source) for letter in script}
    return below | {*_LETTER.findall(source)}


def _letters_in(expr: Expr) -> set[str]:
    """Letters of all indices of an expression."""
    return {i.name for node in walk(expr) for i in own_indices(node) if not i.is_literal}


def _typeset(
    line: CheckedLine, found: Explanation, asked: str, best: Respelling | None
) -> CheckedLine:
    """A line whose repair in LaTeX has the left side, and if it can the right one, as written."""
    repair = found.repair
    is_told = repair.line and repair.answers and line.repair_latex == repair.words.latex
    if not is_told or repair.right is None or "\\" not in asked + line.text:
        return line
    right = best.source if best is not None else typeset(repair.right, found.style)
    said = f"{repair.said.latex}: " if repair.said else ""
    return replace(line, repair_latex=f"{said}${asked} = {right}$")


def _in_signs(line: CheckedLine, found: Explanation, asked: str, best: Respelling) -> CheckedLine:
    """A line with the repair that its author would write, and the reason in his signs."""
    repair = f"{asked} = {best.source}"
    line = replace(line, repair=repair, repair_latex=f"${repair}$")
    gap = _without_lost(found.gap, _letters(line.text) | _letters(asked))
    if gap is None or line.why == DIFFER:
        return replace(line, why=best.fault.replace("$", ""), why_latex=best.fault)
    if gap is found.gap:
        return line
    said = in_words(gap, found.style)
    return replace(line, why=said.plain, why_latex=said.latex)


def _without_lost(gap: Gap | None, own: set[str]) -> Gap | None:
    """A disagreement without the indices that an author has not written; None if they matter."""
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
