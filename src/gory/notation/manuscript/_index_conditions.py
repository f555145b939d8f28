r"""Conditions on indices beside a formula: ``i = j``, and ``i = 1, \ldots, m``, which is none."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from gory.notation.latex import GREEK, RELATIONS, LatexStatement, Names, Tex
from gory.notation.latex.conventions import whole_name
from gory.notation.manuscript._stated import Statement

_CASE = re.compile(
    r"(?:^|[\s$({*])([a-z])\s*(=|==|\\neq?|!=|≠)\s*([a-z])(?=\s*[$)}.:*]*\s*(?:$|\W*(?:and|,)))"
)


def heading_case(words: str) -> tuple[str, str, str] | None:
    """``i = j`` of the heading "Case i = j", if that is its only formula."""
    found = _CASE.findall(re.sub(r"\\(?=[()\[\]])", "", words))
    if len(found) != 1:
        return None
    left, relation, right = found[0]
    return left, "=" if relation in ("=", "==") else r"\neq", right


BOUNDS = {"<": "<", ">": ">", r"\le": "<=", r"\leq": "<=", r"\ge": ">=", r"\geq": ">="}


def within_bounds(statement: Statement, place: int) -> Statement | None:
    """A definition whose side at a place holds within bounds, such as ``j <= t``.

    Entries beyond are zero, as a mask leaves them. None where it holds in one case only.
    """
    side = statement.sides[place]
    readings = side.readings
    for one, relation, other in (c for s in statement.sides[: place + 1] for c in s.conditions):
        if relation not in BOUNDS:
            return None
        guard = f"[{one} {BOUNDS[relation]} {other}]"
        readings = tuple(f"{guard} ({reading})" for reading in readings)
    held = replace(side, readings=readings, conditions=())
    return replace(statement, sides=(*statement.sides[:place], held, *statement.sides[place + 1 :]))


def index_condition(
    statement: LatexStatement, letters: Collection[str]
) -> tuple[str, str, str] | None:
    """``i = j`` between two indices."""
    sides = [[t for t in side if t.text not in ("(", ")")] for side in statement.sides]
    is_compared = statement.relations[1:2] and statement.relations[1] in RELATIONS
    if len(sides) == 2 and is_compared and (label := _label(sides, letters)):
        return sides[0][0].text, statement.relations[1], label
    if len(sides) != 2 or any(len(side) != 1 for side in sides):
        return None
    relation = statement.relations[1]
    left, right = (GREEK.get(side[0].text, side[0].text) for side in sides)
    known = {*letters, "i", "j"}
    if relation not in RELATIONS or left not in known or not (right in known or right.isdigit()):
        return None
    says_when = re.search(r"(?i)\b(?:if|for|when|case)\W*$", statement.cue)
    if right.isdigit() and relation == "=" and not (statement.is_remark or says_when):
        return None
    return left, relation, right


def class_condition(
    text: str, statement: LatexStatement, names: Names
) -> tuple[str, str, str] | None:
    """``y_j = 0``, where y is one-hot and its true class has a letter: j is another class."""
    values = ["".join(t.text for t in side) for side in statement.sides[1:]]
    if statement.relations != ["", "="] or values[0] not in ("0", "1") or statement.is_display:
        return None
    found = whole_name(text, statement.sides[0], names)
    if found is None or len(found.subscripts) != 1 or found.name not in names.true_classes:
        return None
    letter, true = found.subscripts[0], names.true_classes[found.name]
    if not letter.isalpha() or letter == true:
        return None
    return letter, "=" if values[0] == "1" else r"\neq", true


def _label(sides: list[list[Tex]], letters: Collection[str]) -> str:
    r"""The label of ``j \neq y_i``."""
    left, right = ([t.text for t in side] for side in sides)
    right = [piece for piece in right if piece not in ("{", "}")]
    is_label = len(right) == 3 and right[1] == "_" and sides[1][0].is_letter
    if len(left) != 1 or not is_label or not {left[0], right[2]} <= {*letters}:
        return ""
    return f"{right[0]}[{right[2]}]"


def is_counting(statement: LatexStatement, letters: Collection[str]) -> bool:
    """``i = 1`` of "i = 1, ..., m" in prose."""
    if statement.is_display or len(statement.sides) != 2:
        return False
    left, right = ("".join(t.text for t in side) for side in statement.sides)
    return left in letters and right.isdigit() and index_condition(statement, letters) is None
