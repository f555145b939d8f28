r"""Names that leave out their indices, in a text that differentiates by them.

``P = 1 / (1 + e^{r_b - r_a})`` speaks of one pair, whose letters P does not show. Such a name is an
abbreviation most often; where something is differentiated by it, it is ``P[a,b]``, a variable.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gory.notation.manuscript._declared import SAME, written_out
from gory.notation.manuscript._stated import Statement

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

_ENTRY = re.compile(r"\w+\[[\w,]+\]")
_AT = re.compile(r"(?<!\w)([A-Za-z]+?)at[a-z]+(?!\w)")  # the value of a function somewhere else


def give_indices(
    section: Section, name: str, stray: tuple[str, ...], statement: Statement, place: int
) -> bool:
    """Enter such a definition with its indices, and say whether this could be done."""
    left, right = statement.sides[0].readings[0], statement.sides[place].readings[0]
    own = tuple(left[len(name) + 1 : -1].split(",")) if left != name else ()
    is_labelled = bool(own) and _has_label(section, name, own, stray, right)
    is_one = _leaves_out(section, name, own, stray, right) if own else name in section.varied
    if not (is_one or is_labelled) or name in section.short:
        return False
    full = f"{name}[{','.join((*own, *stray))}]"
    first = replace(statement.sides[0], readings=(full,))
    whole = replace(statement, sides=(first, *statement.sides[1:]))
    if not section.enter(-1, name, (*own, *stray), whole, place):
        return False
    section.lettered[left] = full
    if is_labelled:
        indices = rf"(\w+(?:,\w+){{{len(own) - 1}}})"
        section.short[rf"{name}\[{indices}\]"] = [(-1, f"{name}[{SAME},{','.join(stray)}]")]
    else:
        section.short[re.escape(left)] = [(-1, full)]
    return True


def _has_label(
    section: Section, name: str, own: tuple[str, ...], stray: tuple[str, ...], right: str
) -> bool:
    """``\\delta_k = \\partial L / \\partial z_k`` of ``L = -\\log p_y``: the label is left out.

    Nothing runs over it, no left side shows it, and it stands on one entry only.
    """
    lefts = [s.sides[0].readings[0] for s in section.statements if s.sides[0].readings]
    shown = {letter for one in lefts for found in _ENTRY.findall(one) for letter in _letters(found)}
    texts = [r for s in section.statements for side in s.sides for r in side.readings]
    uses = re.findall(rf"(?<!\w){re.escape(name)}(?!\w)(\[[\w,]*\])?", " ".join(texts))
    entries = {*_ENTRY.findall(written_out(right, section.short, len(section.statements)))}
    is_single = all(sum(one in _letters(found) for found in entries) == 1 for one in stray)
    is_same = all(use.count(",") == len(own) - 1 and use for use in uses)
    at_others = {m[1] for text in texts for m in _AT.finditer(text)}  # p(w | c), not written out
    is_open = bool(at_others & {name, *section.builder.defined})
    return is_single and is_same and not is_open and not (shown | section.running) & {*stray}


def _letters(entry: str) -> list[str]:
    return entry[:-1].partition("[")[2].split(",")


def _leaves_out(
    section: Section, name: str, own: tuple[str, ...], stray: tuple[str, ...], right: str
) -> bool:
    """Whether a name shows some of its indices, and leaves out others that are fixed.

    No sum of the text runs over those, each stands on one entry only (``w_{ij} x_j`` may be meant
    as a sum), and the name has the same letters wherever it stands.
    """
    texts = [r for s in section.statements for side in s.sides for r in side.readings]
    bare = rf"(?<!\w){re.escape(name)}\[([\w,]*)\]"
    shown = {found for text in texts for found in re.findall(bare, text)}
    entries = {one: {*one[:-1].partition("[")[2].split(",")} for one in _ENTRY.findall(right)}
    has_own = all(any(letter in held for held in entries.values()) for letter in own)
    is_single = all(sum(one in held for held in entries.values()) == 1 for one in stray)
    return has_own and is_single and shown == {",".join(own)} and not section.running & {*stray}
