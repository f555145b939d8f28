"""Facts: what statements declare of names that nothing defines, and are no claims.

A case ("for $x = 0$") is kept for the formulas around it; what words take back is dropped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation._nodes import Expr, Ref
from gory.notation._paper import Fact
from gory.notation.manuscript._chains import in_case_beside, is_other_value
from gory.notation.manuscript._declared import (
    NUMERAL,
    declares,
    is_posed,
    left_name,
    plain_relation,
)
from gory.notation.manuscript._special import is_for_once, known_at
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript.words._cues import is_case, is_denied
from gory.notation.manuscript.words._hedges import ONE_HOT

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section


def is_fact(section: Section, number: int, statement: Statement) -> bool:
    """Whether a statement declares a fact about undefined names; then it is filed."""
    sides = statement.sides
    if len(sides) != 2 or number in section.defining or not all(side.readings for side in sides):
        return False
    if statement.cue == "under a brace" or any(side.conditions for side in sides):
        return False
    is_entry = NUMERAL.fullmatch(sides[1].readings[0]) and left_name(statement)
    is_entry = is_entry and re.search(r"\[(?:.*,)?[^0]\w*\]", sides[0].readings[0])
    if is_entry and ONE_HOT.search(section.manuscript.text):
        return not statement.is_display
    keep = section.builder.mark()
    try:
        left, right, stray = section.sides(sides[0].readings[0], sides[1].readings[0], number)
    except NotationError:
        section.builder.back_to(keep)
        return False
    relation = plain_relation(sides[1].relation)
    if not declares(statement, left, relation, right, known_at(section, number)) or (
        stray and relation == "="
    ):
        section.builder.back_to(keep)
        return False
    shown = f"{left} {relation} {right}"
    is_point = _is_point(section, statement, left, str(right))
    if is_case(statement.cue) or (relation == "=" and is_point):
        case = Fact(left, relation, right, shown)
        in_case_beside(section, number, case)
        section.case = (*(one for one in section.case if not is_other_value(one, case)), case)
        section.case_at = statement.at
        return True
    if is_posed(statement) or is_denied(statement.before):
        section.builder.back_to(keep)
        return is_denied(statement.before)
    if all(shown != fact[3] for fact in section.builder.facts):
        section.builder.facts.append((left, relation, right, shown))
    return True


def _is_point(section: Section, statement: Statement, left: Expr, right: str) -> bool:
    """Whether a variable has a value for once; ``x_0 = 1`` and what is given hold throughout."""
    if not isinstance(left, Ref) or left.name not in section.varied or statement.is_fact:
        return False
    if any(index.is_literal for index in left.indices):
        return False
    return not left.indices or is_for_once(section, statement, right)
