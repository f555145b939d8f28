r"""Two names for one thing in a definition: ``y_c = \varsigma(z)_c = e^{z_c} / \sum_d e^{z_d}``.

A side that is a name of which the text says nothing else is defined by the side behind it, and so
is the name on the left. It claims nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gory.notation.manuscript._declared import NAME, left_name
from gory.notation.manuscript._stated import Statement

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section


def aliases(section: Section, statement: Statement, place: int) -> list[int]:
    """The sides from one on that only give another name, before one that says what it is."""
    found: list[int] = []
    first = NAME.fullmatch(statement.sides[0].readings[0])
    own = _without_numbers(first[2]) if first is not None else []
    known = {left_name(one) for one in section.statements if not is_of_one_entry(one)}
    known |= section.builder.defined.keys()
    for side in statement.sides[place:]:
        match = NAME.fullmatch(side.readings[0]) if side.readings else None
        is_free = match is not None and match[1] not in known and match[1] not in section.varied
        is_same = match is not None and _without_numbers(match[2]) == own
        is_same = is_same or (match is not None and not match[2] and "(" in side.source)  # g(w^T x)
        if first is None or match is None or not is_free or not is_same:
            return found if side.readings else []
        found.append(place + len(found))
    return []


def _without_numbers(letters: str | None) -> list[str]:
    """``h(x_i)`` is ``p(y = 1 | x_i)``: the name of an entry has what else stands below that, in
    whichever order: ``y_{nk} = p(C_k | x_n)``.
    """
    return sorted(one for one in (letters or "").split(",") if one and not one.isdigit())


def is_of_one_entry(statement: Statement) -> bool:
    """``y_1 = ...`` says nothing about the other entries."""
    match = NAME.fullmatch(next(iter(statement.sides[0].readings), ""))
    return match is not None and any(c.isdigit() for c in (match[2] or "").split(","))
