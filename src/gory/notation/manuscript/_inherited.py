"""What a section takes from those above it: all but the names that it gives a meaning of its own.

A section that says an entry in other words, ``h_1 = u / v``, says nothing of the other entries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation.manuscript._declared import is_new, left_name
from gory.notation.manuscript._stated import Statement

_ENTRY = re.compile(r"\[(?:[^\]]*,)?\d+[,\]]")


def inherited(
    above: Sequence[Statement], own: Sequence[Statement]
) -> tuple[list[Statement], set[str]]:
    """The statements from above that go on to hold, and the names that are replaced as a whole."""
    anew = [one for one in own if left_name(one) and is_new(one)]
    entries = {_left(one) for one in anew if _ENTRY.search(_left(one))}
    replaced = {left_name(one) for one in anew if _left(one) not in entries}
    replaced &= {left_name(one) for one in above}
    kept = [one for one in above if left_name(one) not in replaced and _left(one) not in entries]
    return kept, replaced


def _left(statement: Statement) -> str:
    readings = statement.sides[0].readings
    return readings[0] if readings else ""
