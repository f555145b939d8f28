r"""Where a derivative vanishes: ``\mu = \frac1N \sum_n x_n`` below ``\partial Q / \partial \mu``.

A name by which something was differentiated, and which is then said to be made of nothing but what
that something is made of, is a solution and no definition: with it every multiple of the derivative
would be zero. ``h = w x`` brings in names that the loss does not have, and defines h.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation._nodes import Expr, Ref, walk
from gory.notation.manuscript._declared import left_name
from gory.notation.manuscript._special import is_for_once
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript._worked_values import is_worked_out
from gory.notation.manuscript.words._cues import says_let

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

MOST_STEPS = 40  # from definition to definition


def no_definition(section: Section, number: int, statement: Statement) -> bool:
    """Whether an equation of a name is a value for once, or a solution."""
    reading = next(side.readings[0] for side in statement.sides[1:] if side.readings)
    if is_for_once(section, statement, reading) or is_worked_out(statement, section.manuscript):
        return True
    if _is_of_the_last(section, statement):
        return True
    if is_solution(section, statement, reading):
        section.solved.add(number)
    return number in section.solved


def _is_of_the_last(section: Section, statement: Statement) -> bool:
    """``\\eta_k = 0`` beside ``\\eta_i = ...`` with i up to k: of the last entry, not of all."""
    left = statement.sides[0].readings[0]
    name, _, letter = left.rstrip("]").partition("[")
    if letter not in {high for _, high in section.manuscript.limits.values()}:
        return False
    lefts = (one.sides[0].readings[:1] for one in section.manuscript.statements)
    others = {found[0] for found in lefts if found} - {left}
    return any(re.fullmatch(rf"{name}\[[a-z]\]", one) for one in others)


def is_solution(section: Section, statement: Statement, reading: str) -> bool:
    """Whether an equation of a name says where a derivative above it is zero."""
    name = left_name(statement)
    if name not in section.varied or says_let(statement.cue):
        return False
    defined = section.builder.defined
    for body in dict.fromkeys(_differentiated_above(section, statement, name)):
        if body in defined and section.builder.reaches(defined[body].body, name):
            return _names(section, reading) <= _given(section, defined[body].body)
    return False


def _differentiated_above(section: Section, statement: Statement, name: str) -> Iterator[str]:
    """What the text has differentiated by a name before a statement."""
    slope = re.compile(rf"(?<!\w)d\((\w+)(?:\[[\w,]*\])?, {re.escape(name)}(?!\w)")
    for one in section.statements:
        if one.sides[0] is statement.sides[0]:
            return
        for side in one.sides:
            for text in side.readings[:1]:
                yield from slope.findall(text)


def _names(section: Section, reading: str) -> set[str]:
    """The given names of a right side; what stands below it as a definition is written out."""
    keep = section.builder.mark()
    try:
        found = _given(section, section.read(reading, {}), ahead=True)
    except NotationError:
        return {""}
    finally:
        section.builder.back_to(keep)
    return found


def _given(section: Section, body: Expr, *, ahead: bool = False) -> set[str]:
    """Names without a definition that an expression rests on; those that are ahead count, too."""
    found, seen = set[str](), set[str]()
    todo = [body]
    while todo and len(seen) < MOST_STEPS:
        for node in walk(todo.pop()):
            if not isinstance(node, Ref) or node.name in seen:
                continue
            seen.add(node.name)
            one = section.builder.defined.get(node.name)
            inner = one.body if one is not None else None
            if inner is None and ahead:
                inner = _said_ahead(section, node.name)
            if inner is None:
                found.add(node.name)
            else:
                todo.append(inner)
    return found


def _said_ahead(section: Section, name: str) -> Expr | None:
    """The right side of a statement that defines a name and has not been come to yet."""
    one = next((s for s in section.statements if left_name(s) == name and len(s.sides) > 1), None)
    texts = one.sides[1].readings[:1] if one is not None else ()
    for text in texts:
        try:
            return section.read(text, {})
        except NotationError:
            return None
    return None
