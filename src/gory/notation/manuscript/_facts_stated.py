"""Facts: what statements declare of names that nothing defines, and are no claims.

A case ("for $x = 0$") is kept for the formulas around it; what words take back is dropped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation._nodes import Expr, Ref, walk
from gory.notation._paper import Fact
from gory.notation.manuscript._chains import INEQUALITIES, in_case_beside, is_other_value
from gory.notation.manuscript._declared import (
    NUMERAL,
    declares,
    is_posed,
    left_name,
    plain_relation,
)
from gory.notation.manuscript._special import is_for_once, is_in_passing, known_at
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript.words._cues import is_case, is_denied, says_often
from gory.notation.manuscript.words._hedges import CHOSEN, ONE_HOT

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section


def is_fact(section: Section, number: int, statement: Statement) -> bool:
    """Whether a statement declares a fact about undefined names; then it is filed."""
    sides = statement.sides
    if number not in section.defining and (parts := _each_of(statement)):
        return all([is_fact(section, number, one) for one in parts])
    if len(sides) != 2 or number in section.defining or not all(side.readings for side in sides):
        return False
    if statement.cue == "under a brace" or any(side.conditions for side in sides):
        return False
    is_entry = NUMERAL.fullmatch(sides[1].readings[0]) and left_name(statement)
    is_entry = is_entry and re.search(r"\[(?:.*,)?[^0]\w*\]", sides[0].readings[0])
    is_choice = ONE_HOT.search(section.manuscript.text) or CHOSEN.match(statement.after)
    if is_entry and is_choice:
        return not statement.is_display
    keep = section.builder.mark()
    try:
        left, right, stray = section.sides(sides[0].readings[0], sides[1].readings[0], number)
    except NotationError:
        section.builder.back_to(keep)
        return False
    relation = plain_relation(sides[1].relation)
    shown = f"{left} {relation} {right}"
    is_kink = is_side_of_a_kink(statement, relation, left, right) and not stray
    is_said = declares(statement, left, relation, right, known_at(section, number))
    if not is_kink and (not is_said or (stray and relation == "=")):
        section.builder.back_to(keep)
        return False
    if is_kink or _is_case(section, statement, relation, left, str(right)):
        _in_case(section, number, statement, Fact(left, relation, right, shown))
        return True
    if is_posed(statement) or is_denied(statement.before):
        section.builder.back_to(keep)
        return is_denied(statement.before)
    if all(shown != fact[3] for fact in section.builder.facts):
        section.builder.facts.append((left, relation, right, shown))
    return True


def _each_of(statement: Statement) -> list[Statement]:
    r"""``\sum_j z_j = \sum_j v_j = 0``, said of both sums."""
    *others, last = statement.sides
    is_number = bool(last.readings) and NUMERAL.fullmatch(last.readings[0]) is not None
    if statement.is_display or not is_number or len(others) < 2:
        return []
    if any(not side.readings or NUMERAL.fullmatch(side.readings[0]) for side in others):
        return []
    if any(side.relation != "=" for side in statement.sides[1:]):
        return []
    return [replace(statement, sides=(replace(one, relation=""), last)) for one in others]


def _in_case(section: Section, number: int, statement: Statement, case: Fact) -> None:
    """Keep a case for the formulas around it, in the place of another one of the same kind."""
    in_case_beside(section, number, case)
    is_led = any(is_other_value(one, case) for one in section.case) and not section.case_trails
    section.case_trails = statement.follows_if and not is_led
    section.case = (*(one for one in section.case if not is_other_value(one, case)), case)
    section.case_at = statement.at


def is_side_of_a_kink(statement: Statement, relation: str, left: Expr, right: Expr) -> bool:
    """``z > 0`` of "If $z > 0$ we have", whatever defines z."""
    is_open = any(isinstance(node, Ref) for node in (*walk(left), *walk(right)))
    return is_open and relation in INEQUALITIES and is_case(statement.cue)


def _is_case(section: Section, statement: Statement, relation: str, left: Expr, right: str) -> bool:
    """Whether words say that something holds there only, or a variable has a value for once."""
    is_said = is_case(statement.cue) or says_often(statement.cue)
    is_said = is_said or is_in_passing(section, statement)
    return is_said or (relation == "=" and _is_point(section, statement, left, right))


def _is_point(section: Section, statement: Statement, left: Expr, right: str) -> bool:
    """Whether a variable has a value for once; ``x_0 = 1`` and what is given hold throughout."""
    if not isinstance(left, Ref) or left.name not in section.varied or statement.is_fact:
        return False
    if any(index.is_literal for index in left.indices):
        return False
    return not left.indices or is_for_once(section, statement, right)
