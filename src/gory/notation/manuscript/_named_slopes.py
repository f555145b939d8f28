r"""Names of derivatives that stand on the right: ``\frac{\partial L}{\partial y_i} = u_i``.

Of a loss that nothing defines this says what u is, as ``u_i = \frac{\partial L}{\partial y_i}``
does, if u has not been spoken of before and is spoken of later. It is turned round, since a
definition has its name on the left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gory.notation.manuscript._declared import NAME, left_name
from gory.notation.manuscript._stated import Manuscript, Statement

_SLOPE = re.compile(r"d\(([A-Za-z]\w*), ([A-Za-z]\w*)(?:\[([\w,]*)\])?\)")
_WORD = re.compile(r"[A-Za-z]\w*")


def with_names_first(manuscript: Manuscript) -> Manuscript:
    """A manuscript with every such equation turned round."""
    statements = manuscript.statements
    found = list(statements)
    open_ = {m[1] for one in statements if (m := _slope(one)) is not None}
    open_ -= {left_name(one) for one in statements}
    if not open_:
        return manuscript
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for place, one in enumerate(statements):
        for word in _words(one):
            first.setdefault(word, place)
            last[word] = place
    for place, one in enumerate(statements):
        slope = _slope(one)
        name = _new_name(one) if slope is not None and slope[1] in open_ else ""
        if name and first[name] == place < last[name]:
            left, right = one.sides
            sides = replace(right, relation=""), replace(left, relation=right.relation)
            found[place] = replace(one, sides=sides)
    return replace(manuscript, statements=found)


def _slope(one: Statement) -> re.Match[str] | None:
    """The derivative that is equal to something."""
    if len(one.sides) != 2 or one.sides[1].relation != "=" or one.sides[1].conditions:
        return None
    first = one.sides[0].readings[:1]
    return _SLOPE.fullmatch(first[0]) if first else None


def _new_name(one: Statement) -> str:
    """The name on the right, if it has the indices of the variable."""
    slope, right = _slope(one), one.sides[1].readings[:1]
    name = NAME.fullmatch(right[0]) if right else None
    if slope is None or name is None or (slope[3] or "") != (name[2] or ""):
        return ""
    return name[1] if not {name[1]} & {slope[1], slope[2]} else ""


def _words(one: Statement) -> Iterator[str]:
    for side in one.sides:
        for reading in side.readings:
            yield from _WORD.findall(reading)
