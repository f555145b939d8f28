r"""Names that leave out their indices, in a text that differentiates by them.

``P = 1 / (1 + e^{r_b - r_a})`` speaks of one pair, whose letters P does not show. Such a name is an
abbreviation most often; where something is differentiated by it, it is ``P[a,b]``, a variable.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gory.notation.manuscript._stated import Statement

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

_ENTRY = re.compile(r"\w+\[[\w,]+\]")


def give_indices(
    section: Section, name: str, stray: tuple[str, ...], statement: Statement, place: int
) -> bool:
    """Enter such a definition with its indices, and say whether this could be done."""
    left, right = statement.sides[0].readings[0], statement.sides[place].readings[0]
    own = tuple(left[len(name) + 1 : -1].split(",")) if left != name else ()
    is_one = _leaves_out(section, name, own, stray, right) if own else name in section.varied
    if not is_one or name in section.short:
        return False
    full = f"{name}[{','.join((*own, *stray))}]"
    first = replace(statement.sides[0], readings=(full,))
    whole = replace(statement, sides=(first, *statement.sides[1:]))
    if not section.enter(-1, name, (*own, *stray), whole, place):
        return False
    section.short[re.escape(left)] = [(-1, full)]
    section.lettered[left] = full
    return True


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
