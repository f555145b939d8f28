r"""Names that are defined on the way: ``\operatorname{logit}(p_i) = \eta_i = \beta_0 + \beta x_i``.

What such a chain begins with is no name; but the name in it, which has not been spoken of before
and of which no equation says what it is, is what stands right behind it. A statement of its own
says so, before the chain.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gory.notation.manuscript._declared import NAME, NUMERAL, left_name
from gory.notation.manuscript._sides import Side
from gory.notation.manuscript._stated import Manuscript, Statement

_WORD = re.compile(r"[A-Za-z]\w*")


def with_inner_names(manuscript: Manuscript) -> Manuscript:
    """A manuscript in which such names are defined."""
    known = {left_name(one) for one in manuscript.statements}  # and those that were spoken of
    found: list[Statement] = []
    for one in manuscript.statements:
        if place := _place(one, known):
            name, body = one.sides[place : place + 2]
            sides = replace(name, relation=""), body
            found.append(replace(one, sides=sides, follows_if=False, beside=0))
        found.append(one)
        known.update(word for side in one.sides for word in _words(side))
    return replace(manuscript, statements=found)


def _words(side: Side) -> set[str]:
    return {word for text in side.readings for word in _WORD.findall(text)}


def _place(one: Statement, known: set[str]) -> int:
    """Where a name stands in a chain that no equation begins with; 0 if nowhere."""
    if left_name(one) or one.condition or one.is_fact or one.is_model or one.only_declares:
        return 0
    if not one.sides[0].readings or any(s.relation != "=" or s.conditions for s in one.sides[1:]):
        return 0
    before = _words(one.sides[0])
    for place, (side, behind) in enumerate(zip(one.sides[1:], one.sides[2:], strict=False), 1):
        match = NAME.fullmatch(side.readings[0]) if side.readings else None
        body = behind.readings[0] if behind.readings else ""
        name, letters = (match[1], match[2] or "") if match else ("", "")
        is_open = name and name not in known and name not in before
        if (
            is_open
            and not re.search(r"\d", letters)
            and body
            and not NUMERAL.fullmatch(body)
            and not NAME.fullmatch(body)
        ):
            return place
        before |= _words(side)
    return 0
