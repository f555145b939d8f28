r"""Names that are defined on the way: ``\operatorname{logit}(p_i) = \eta_i = \beta_0 + \beta x_i``.

What such a chain begins with is no name; but the name in it, which has not been spoken of before
and of which no equation says what it is, is what stands right behind it. A statement of its own
says so, before the chain. A name at the end of a chain, ``\frac{\partial B}{\partial \eta_i} =
\frac{e^{\eta_i}}{\sum_k e^{\eta_k}} = \pi_i``, is what the chain begins with, if it is spoken of
later: a slip on the way is then a slip of the chain, and of nothing that uses the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gory.notation.manuscript._declared import NAME, NUMERAL, left_name
from gory.notation.manuscript._sides import Side
from gory.notation.manuscript._stated import Manuscript, Statement
from gory.notation.manuscript.words._cues import is_to_solve

_WORKED_OUT = re.compile(r"\bd\(|\b(?:exp|log)\(")  # something that is named for short
_BOUND = re.compile(r"\b(?:sum|prod)_\{?([\w,]+)")
_INDICES = re.compile(r"\[([\w,]+)\]")
_WORD = re.compile(r"[A-Za-z]\w*")


def with_inner_names(manuscript: Manuscript) -> Manuscript:
    """A manuscript in which such names are defined."""
    known = {left_name(one) for one in manuscript.statements}  # and those that were spoken of
    found: list[Statement] = []
    statements = manuscript.statements
    ends = _last_places(statements)
    for place, one in enumerate(statements):
        if inner := _place(one, known):
            name, body = one.sides[inner : inner + 2]
            sides = replace(name, relation=""), body
            found.append(replace(one, sides=sides, follows_if=False, beside=0))
        elif (name := _end(one, known)) and ends[name] > place:
            first, *between, last = one.sides
            if between:
                found.append(replace(one, sides=(first, *between)))
            one = replace(one, sides=(replace(last, relation=""), replace(first, relation="=")))
        found.append(one)
        known.update(word for side in statements[place].sides for word in _words(side))
    return replace(manuscript, statements=found)


def _last_places(statements: Sequence[Statement]) -> dict[str, int]:
    """Where names are spoken of for the last time."""
    return {
        word: place
        for place, one in enumerate(statements)
        for side in one.sides
        for word in _words(side)
    }


def _end(one: Statement, known: set[str]) -> str:
    """A name that stands at the end of a chain for the first time, with the indices of what the
    chain begins with, or "".
    """
    if _defines_nothing(one) or is_to_solve(one.cue) or any(side.problem for side in one.sides):
        return ""
    first, last = one.sides[0].readings[0], one.sides[-1].readings[0]
    match = NAME.fullmatch(last)
    spoken = {word for side in one.sides[:-1] for word in _words(side)}
    if match is None or match[1] in known | spoken or not _WORKED_OUT.search(first):
        return ""
    bound = {letter for m in _BOUND.finditer(first) for letter in m[1].split(",")}
    letters = {letter for m in _INDICES.finditer(first) for letter in m[1].split(",")}
    own = (match[2] or "").split(",") if match[2] else []
    is_same = {*own} == letters and not letters & bound and len({*own}) == len(own)
    return match[1] if is_same and all(letter.isalpha() for letter in own) else ""


def _words(side: Side) -> set[str]:
    return {word for text in side.readings for word in _WORD.findall(text)}


def _defines_nothing(one: Statement) -> bool:
    """Whether a statement is no chain of equations that begins with something else than a name."""
    if left_name(one) or one.condition or one.is_fact or one.is_model or one.only_declares:
        return True
    joined = one.sides[1:]
    return (
        not joined
        or not one.sides[0].readings
        or any(s.relation != "=" or s.conditions for s in joined)
    )


def _place(one: Statement, known: set[str]) -> int:
    """Where a name stands in a chain that no equation begins with; 0 if nowhere."""
    if _defines_nothing(one):
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
