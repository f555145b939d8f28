"""Statements as chains of lines: every side with its readings, and what restricts the claim.

A side that cannot be read keeps the reason. Conditions beside a line hold for it and what follows;
conditions in the prose around a chain are kept as settings that may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation._indices import free_indices
from gory.notation._nodes import Expr, Index, Ref
from gory.notation._paper import Fact
from gory.notation.latex import bracket
from gory.notation.manuscript._declared import NAME, is_fault, is_posed, left_name, plain_relation
from gory.notation.manuscript._einstein import contracted
from gory.notation.manuscript._one_example import for_one_example, says_one_example
from gory.notation.manuscript._script import Chain, Line
from gory.notation.manuscript._sides import Side
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript.words._cues import (
    is_general,
    is_otherwise,
    is_to_solve,
    leads_with_condition,
    restates,
    says_all_cases,
    says_anew,
)
from gory.notation.manuscript.words._hedges import OTHERWISE, Hedge, hedges

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

INEQUALITIES = ("<", ">", "<=", ">=")
CONDITIONS = ("=", "!=", *INEQUALITIES)
_ITEM = re.compile(  # of a list, whose mark may have been taken for that of a comment
    r"\n[ \t]{0,20}(?:(?:[-*•]|\(?\w{1,2}[.)])\s|[A-Za-z][\w ]{0,30}:\s)|\\item\b"
)
LIKE = 0.75  # two right sides that are more alike are one definition, and a slip in it


def chain_of(section: Section, number: int, statement: Statement) -> Chain:
    """The lines of a statement, with the conditions that may be meant."""
    scope: dict[str, Index] = {}
    lines = []
    own = case_behind(section, number)
    case = own or (() if is_general(statement.cue) else section.case)
    is_inside = any(fact.relation in INEQUALITIES for fact in case)  # of a region, and no point
    is_inside = is_inside and not is_to_solve(statement.cue)
    defines = section.defining.get(number, 0)
    for place, side in enumerate(statement.sides):
        line = line_of(section, side, scope, number, is_left=defines > 0 and place == 0)
        if 0 < place <= defines and line.exprs:
            line = replace(line, is_definition=True)
        if number in section.strays and place == section.strays[number][0]:
            stray = section.strays[number][1]
            line = replace(line, stray=stray, is_fault=_is_fault(section, statement, place, stray))
        lines.append(line)
    if section.is_einstein:
        lines = _contracted(lines)
    of_one = for_one_example(section, statement.before, lines)
    lines = of_one or lines
    told = _hedges(section, statement)
    return Chain(
        tuple(lines),
        settings_of(section, number, scope),
        *restated_by(section, number, statement),
        number in section.solved or (is_posed(statement) and not own and not is_inside),
        case,
        not (
            own or (leads_with_condition(statement.before) and is_beside_case(section, statement))
        ),
        tuple(h for h in told if not (of_one and says_one_example(f"{h.words} example"))),
        statement.is_display,
        statement.before,
    )


def _hedges(section: Section, statement: Statement) -> tuple[Hedge, ...]:
    """Words that may restrict a claim; "otherwise" does not where the other case is known."""
    found = hedges(statement.before, statement.after)
    if other_case(section, statement) is None:
        return found
    return tuple(one for one in found if one.words.lower() not in OTHERWISE)


def _contracted(lines: list[Line]) -> list[Line]:
    """Lines with sums over the repeated indices that the first one does not have."""
    first = next((line.exprs[0] for line in lines if line.exprs), None)
    own = free_indices(first) if first is not None else frozenset()
    return [
        replace(line, exprs=tuple(contracted(e, free_indices(e) - own) for e in line.exprs))
        for line in lines
    ]


def _is_fault(section: Section, statement: Statement, place: int, stray: tuple[str, ...]) -> bool:
    """Whether no reading of stray indices makes sense; a total may still be meant for one case."""
    has_indices = "[" in statement.sides[0].readings[0]
    if has_indices:
        return is_fault(statement, place, stray, section.running)
    right = statement.sides[place].readings[0]
    return any(re.search(rf"sum_\{{?(?:\w+,)*{letter}\b", right) for letter in stray)


def case_behind(section: Section, number: int) -> tuple[Fact, ...]:
    """``x > 0`` of "... if $x > 0$", which speaks of the formula before it.

    In "for $t = 1$ it is ..., for $t = 0$ it is ..." the second speaks of what follows.
    """
    after = section.statements[number + 1 : number + 2] if number >= 0 else ()
    if not after or not after[0].follows_if or after[0].condition is not None:
        return ()
    sides = after[0].sides
    if len(sides) != 2 or not all(side.readings for side in sides):
        return ()
    keep = section.builder.mark()
    try:
        left, right, _ = section.sides(sides[0].readings[0], sides[1].readings[0], -1)
    except NotationError:
        section.builder.back_to(keep)
        return ()
    relation = plain_relation(sides[1].relation)
    is_plain = isinstance(left, Ref) or relation in INEQUALITIES
    if relation not in CONDITIONS or not is_plain:
        section.builder.back_to(keep)
        return ()
    case = Fact(left, relation, right, f"{left} {relation} {right}")
    led = () if section.case_trails else section.case
    return () if any(is_other_value(one, case) for one in led) else (case,)


def is_other_value(one: Fact, other: Fact) -> bool:
    """``t = 1`` and ``t = 0``, ``z > 0`` and ``z < 0``: the second takes the place of the first."""
    if str(one.left) != str(other.left):  # their indices are not the same objects
        return False
    if one.relation == other.relation == "=":
        return True
    signs = one.relation[0], other.relation[0]
    return str(one.right) == str(other.right) and signs[0] != signs[1] and "!" not in signs


def is_beside_case(section: Section, statement: Statement) -> bool:
    """Whether no item of a list begins between a case and a formula."""
    start = section.case_at
    if not 0 <= start < statement.at:
        return True
    return _ITEM.search(section.manuscript.text, start, statement.at) is None


def in_case_beside(section: Section, number: int, fact: Fact) -> None:
    """Give a case that is named beside a line of the last chain to that chain.

    It replaces another value of the same name from an earlier sentence; two values beside one chain
    are two cases, and what holds in one of them does so from afar.
    """
    beside = section.statements[number].beside if number >= 0 else 0
    owner = next((one for one in reversed(section.statements[:number]) if not one.beside), None)
    chain = section.chains[-1] if section.chains else None
    if not beside or owner is None or chain is None or chain.lines[0].row != owner.sides[0].row:
        return
    same = [one for one in chain.case if is_other_value(one, fact)]
    case = tuple(one for one in chain.case if not (chain.is_remote and one in same))
    is_remote = bool(case) and (chain.is_remote or bool(same))
    start = min(beside, chain.case_from) if case else beside
    chain = replace(chain, case=(*case, fact), is_remote=is_remote, case_from=start)
    section.chains[-1] = chain


def settings_of(
    section: Section, number: int, scope: dict[str, Index]
) -> tuple[tuple[Expr, ...], ...]:
    """Conditions that the text around a chain may mean, the likeliest first."""
    after = section.statements[number + 1] if 0 <= number < len(section.statements) - 1 else None
    following = after.condition if after is not None and after.follows_if else None
    own = section.statements[number] if number >= 0 else None
    general = own is not None and (is_general(own.cue) or is_for_all(section, number))
    pending = None if general else section.pending
    other = other_case(section, own)
    if other:
        pending = other
    elif pending and section.trails and not (own and leads_with_condition(own.before)):
        pending = None
    heading = own.heading if own is not None and not general else None
    beside = {one for side in own.sides for one in side.conditions} if own is not None else set()
    beside |= {following} if following else set()
    pending, following, heading, recent = (
        None if one and any(excludes(one, other) for other in beside - {one}) else one
        for one in (pending, following, heading, None if general or other else section.recent)
    )
    found = [factors_of(section, (one,), scope) if (one := pending or heading) else ()]
    for condition in (following, recent):
        if condition is not None and (factors := factors_of(section, (condition,), scope)):
            found.append(factors)
    if own is not None and (beyond := letters_from_one(section, own) & scope.keys()):
        conditions = [(letter, "!=", "0") for letter in sorted(beyond)]
        found += [(*one, *factors_of(section, conditions, scope)) for one in found]
    return tuple(dict.fromkeys(found))


def is_for_all(section: Section, number: int) -> bool:
    """Whether "Both cases in one line:" stands between the last case and a statement."""
    before, own = section.statements[: max(number, 0)], section.statements[number]
    last = next((one for one in reversed(before) if one.condition is not None), None)
    if last is None or not 0 <= last.at < own.at:
        return False
    return says_all_cases(section.manuscript.text[last.at : own.at])


def is_of_terms(condition: tuple[str, str, str] | None, statement: Statement) -> bool:
    """Whether ``j = i`` is no case but tells terms of a sum over j apart, "the term j = i"."""
    if condition is None or not statement.sides[0].readings:
        return False
    texts = [reading for side in statement.sides for reading in side.readings]
    of_terms = [letter for letter in (condition[0], condition[2]) if letter.isalpha()]
    return any(
        re.search(rf"\bsum_\{{?(?:\w+,)*{letter}\b", text) for letter in of_terms for text in texts
    ) and not {*of_terms} <= {*re.findall(r"\w+", statement.sides[0].readings[0])}


def other_case(section: Section, statement: Statement | None) -> tuple[str, str, str] | None:
    """``i != j``, where "otherwise" stands behind what holds for ``i = j``."""
    said = section.pending or section.recent
    if said is None or statement is None or not is_otherwise(statement.cue):
        return None
    left, relation, right = said
    return left, r"\neq" if relation == "=" else "=", right


def letters_from_one(section: Section, statement: Statement) -> set[str]:
    """Letters of axes whose entry 0 is a thing of its own, such as a bias: they may not be 0."""
    axes = section.manuscript.from_one
    texts = [text for side in statement.sides for text in side.readings] if axes else []
    return {
        letter
        for name, axis in axes
        for text in texts
        for indices in re.findall(rf"(?<!\w){name}\[([\w,]+)\]", text)
        for letter in indices.split(",")[axis : axis + 1]
        if letter.isalpha()
    }


def excludes(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """``i = j`` and ``i != j``."""
    return {one[0], one[2]} == {other[0], other[2]} and one[1] != other[1]


def restated_by(section: Section, number: int, statement: Statement) -> tuple[str, int]:
    """The name that a chain defines once more in other words, and the statement; or nothing."""
    name = left_name(statement)
    if number in section.defining or name not in section.bodies or number < 0:
        return "", -1
    side = next((side for side in statement.sides[1:] if side.readings), None)
    match = NAME.fullmatch(statement.sides[0].readings[0])
    if side is None or match is None or re.search(r"\d", match[2] or ""):
        return "", -1
    likeness = SequenceMatcher(None, section.bodies[name], side.readings[0]).ratio()
    if restates(statement.cue):
        return "", -1
    is_anew = says_anew(statement.cue)
    statements = section.manuscript.statements
    place = next((n for n, one in enumerate(statements) if one is statement), -1)
    return (name, place) if place >= 0 and (is_anew or likeness < LIKE) else ("", -1)


def line_of(
    section: Section, side: Side, scope: dict[str, Index], number: int, *, is_left: bool
) -> Line:
    if not side.readings:
        return replace(unread_line(side), fits=fits_of(section, side, scope, number))
    relation = side.relation or "="
    if relation in (r"\approx", r"\simeq"):
        relation = "~"
    elif relation != "=":
        return Line(side.row, side.source, (), relation, "only equations are checked")
    exprs, remarks, problem = [], [], ""
    for reading, remark in zip_longest(side.readings, side.remarks, fillvalue=""):
        keep, names = section.builder.mark(), dict(scope)
        try:
            exprs.append(section.read(reading, scope, number, is_left=is_left))
            remarks.append(remark)
        except NotationError as error:
            problem = problem or error.reason
            section.builder.back_to(keep)
            scope.clear()
            scope.update(names)
    factors = factors_of(section, side.conditions, scope)
    why = "" if exprs else problem
    fits = fits_of(section, side, scope, number)
    return Line(
        side.row, side.source, tuple(exprs), relation, why, factors,
        remarks=tuple(remarks), doubts=side.doubts, misfit=side.misfit, fits=fits,
    )  # fmt: skip


def fits_of(
    section: Section, side: Side, scope: dict[str, Index], number: int
) -> tuple[tuple[Expr, str], ...]:
    """A side whose shapes do not fit, with the transposes with which they would."""
    found = []
    for fit in side.fits:
        keep, names = section.builder.mark(), dict(scope)
        try:
            found.append((section.read(fit.text, scope, number), fit.source))
        except NotationError:
            section.builder.back_to(keep)
            scope.clear()
            scope.update(names)
    return tuple(found)


def factors_of(
    section: Section, conditions: Sequence[tuple[str, str, str]], scope: dict[str, Index]
) -> tuple[Expr, ...]:
    found = []
    for condition in conditions:
        keep = section.builder.mark()
        try:
            own = {condition[0], *re.sub(r"^\w+\[(\w+)\]$", r"\1", condition[2]).split()}
            if not own - {"0"} <= {*scope, *"0123456789"}:
                continue
            found.append(section.read(bracket(*condition), scope, is_left=True))
        except NotationError:
            section.builder.back_to(keep)
    return tuple(found)


def unread_line(side: Side) -> Line:
    return Line(side.row, side.source, (), side.relation or "=", side.problem, misfit=side.misfit)
