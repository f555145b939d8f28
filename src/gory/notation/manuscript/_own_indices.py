"""Names that leave out their indices, in a text that differentiates by them.

``P = 1 / (1 + e^{r_b - r_a})`` speaks of one pair, whose letters P does not show. Such a name is an
abbreviation most often; where something is differentiated by it, it is ``P[a,b]``, a variable.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gory.notation.manuscript._stated import Statement

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section


def give_indices(
    section: Section, name: str, stray: tuple[str, ...], statement: Statement, place: int
) -> bool:
    """Enter such a definition with its indices, and say whether this could be done."""
    if name not in section.varied or name in section.short:
        return False
    full = f"{name}[{','.join(stray)}]"
    first = replace(statement.sides[0], readings=(full,))
    whole = replace(statement, sides=(first, *statement.sides[1:]))
    if not section.enter(-1, name, stray, whole, place):
        return False
    section.short[name] = [(-1, full)]
    section.lettered[name] = full
    return True
