r"""Numbers put for single names: "Let $x = 3$, $w = 2$ and $b = 1$. Then $\hat y = 7$, $L = 9$".

Such numbers belong to an example. What is claimed behind them to be a number is judged with them,
if they say all that stands below it; the rest of the text is read as if the example were not there.
A name that gets another number begins another example with the other numbers kept, and where words
speak of an update nobody knows any more which numbers are meant.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gory.notation.manuscript._declared import NAME, is_one_value, left_name
from gory.notation.manuscript._known_values import (
    is_number,
    names_of,
    open_names,
    said_bodies,
)
from gory.notation.manuscript._points import (
    Point,
    aside,
    block_end,
    freed,
    gives_decimals,
    points_of,
    trails,
)
from gory.notation.manuscript._stated import Manuscript, Statement
from gory.notation.manuscript.words._cues import is_case, is_to_solve, says_when
from gory.notation.manuscript.words._hedges import hedges

_WIDE = re.compile(r"(?i)\b(?:throughout|always|everywhere|convention|bias|or|either|never|not)\b")
_CHANGES = re.compile(  # what a name stands for
    r"(?i)\\leftarrow|\\gets|:=|←|<-|\\(?:to|mapsto|rightarrow)\b|→|"
    r"\b(?:updat\w*|new|next|iterat\w*|steps?|epochs?|instead|minim\w*|maxim\w*|optim\w*)\b"
)
_SLOPE = re.compile(r"d\((\w+), (\w+)\)")
_SIZE = re.compile(r"\s*([A-Z]\w*)\s*=\s*(\d+)\s*")
_HEADING = re.compile(r"(?m)^[ \t]*#{1,6}[ \t]|\\(?:sub)*section\b")


@dataclass
class _Example:
    """The numbers of an example, by name, and what is said with them."""

    values: dict[str, Statement] = field(default_factory=dict)
    claims: list[Statement] = field(default_factory=list)
    ends: int = 0  # of the passage in which every number is one of the example
    is_void: bool = False

    def going_on(self, statement: Statement, name: str) -> _Example:
        """The example that begins where a name gets another number."""
        is_behind = trails(self.values[name]) or trails(statement)
        self.is_void |= is_behind
        others = {key: value for key, value in self.values.items() if key != name}
        return _Example(others, is_void=is_behind)


def examples_of(manuscript: Manuscript) -> list[Point]:
    """The points at which a text gives numbers, as tuples or name by name."""
    points = points_of(manuscript)
    return [*points, *_worked_points(manuscript, aside(points))]


def _worked_points(manuscript: Manuscript, taken: Container[int]) -> list[Point]:
    """The examples of a text, but for statements at some places, which belong to others."""
    bodies = {**said_bodies(manuscript.statements), **_sizes(manuscript.declarations)}
    found: list[_Example] = []
    last = 0
    for one in manuscript.statements:
        if one.at < 0 or one.at in taken:
            continue
        between = manuscript.text[last : one.at]
        last = one.at
        if not found or _HEADING.search(between) or _CHANGES.search(between):
            found.append(_Example())
        name = _valued(one)
        if not name and not _is_about_numbers(one):
            continue
        here = found[-1]
        if _is_claim(one, here, bodies):
            here.claims.append(one)
        elif name and _is_put(one, here, bodies) and not _is_said_wide(one):
            if name in here.values:
                found.append(here := here.going_on(one, name))
            here.values[name] = _with_last(one)
            here.ends = block_end(manuscript.text, one.at)
    return [
        Point(tuple(one.values.values()), tuple(map(freed, one.claims)))
        for one in found
        if one.claims and not one.is_void
    ]


def _sizes(declarations: Sequence[str]) -> dict[str, str]:
    """Names in capitals that have a number for the whole text, ``T = 2``."""
    matches = map(_SIZE.fullmatch, declarations)
    return {match[1]: match[2] for match in matches if match is not None}


def is_worked_out(statement: Statement, manuscript: Manuscript) -> bool:
    """``L = -log 0.24 = 1.43`` of an L that the text computes: no number that somebody puts."""
    numbers = statement.sides[1:]
    is_chain = len(numbers) > 1 or any(side.relation == r"\approx" for side in numbers)
    if not is_chain or not all(map(is_number, numbers)):
        return False
    return left_name(statement) in said_bodies(manuscript.statements)


def _valued(statement: Statement) -> str:
    """The name of ``x = 3``, or of ``w = 2 + 0.18 = 2.18``."""
    readings = [side.readings[0] for side in statement.sides if side.readings]
    if len(readings) < 2 or len(readings) < len(statement.sides) or statement.condition:
        return ""
    match = NAME.fullmatch(readings[0])
    is_equal = all(side.relation in ("=", r"\approx") for side in statement.sides[1:])
    is_valued = is_equal and all(map(is_number, statement.sides[1:])) and not statement.is_fact
    is_entry = match is not None and (match[2] or "0").replace(",", "").isdigit()
    return readings[0] if is_valued and is_entry else ""


def _is_put(statement: Statement, here: _Example, bodies: Mapping[str, str]) -> bool:
    """Whether a number is put for a name: of what the text computes, one that nothing determines,
    as in "say the network puts out $a = 0.8$".
    """
    first = statement.sides[0].readings[0]
    if first not in bodies:
        return True
    is_open = any(open_names(bodies[first], bodies, here.values))
    return is_open and len(statement.sides) == 2 and not statement.is_display


def _is_said_wide(statement: Statement) -> bool:
    """Whether a number is said of all of a text, or of a part of the cases."""
    is_feature = statement.sides[0].readings[0].endswith(("[0]", ",0]"))  # x_0 = 1
    words = f"{statement.before} {statement.after}"
    return is_feature or is_one_value(statement) or _WIDE.search(words) is not None


def _with_last(statement: Statement) -> Statement:
    """``w = 2.18`` of ``w = 2 + 0.18 = 2.18``."""
    last = replace(statement.sides[-1], relation="=")
    return replace(statement, sides=(statement.sides[0], last))


def _is_about_numbers(statement: Statement) -> bool:
    first, *others = statement.sides
    is_claim = bool(first.readings) and bool(others) and not is_number(first)
    return is_claim and all(map(is_number, others)) and not statement.condition


def _is_claim(statement: Statement, here: _Example, bodies: Mapping[str, str]) -> bool:
    """Whether a statement says which number something is that the numbers above determine."""
    first = statement.sides[0].readings[0]
    if not here.values or first in here.values:
        return False
    # Of a name that has only a value nobody knows the derivative: it is not that of a constant.
    slope = _SLOPE.fullmatch(first)
    if slope and slope[1] in here.values and slope[1] not in bodies and slope[1] != slope[2]:
        return False
    given = {*here.values}
    is_closed = {*names_of(first)} - given and not {*open_names(first, bodies, given)}
    is_whole = NAME.fullmatch(first) is None  # ``3 x`` of given numbers
    is_closed = is_closed or (is_whole and {*names_of(first)} <= given)
    cue = statement.cue
    is_posed = is_case(cue) or is_to_solve(cue) or says_when(cue)
    is_chain = len(statement.sides) > 2
    is_within = statement.at < here.ends or is_chain or gives_decimals(statement)
    is_sure = not hedges(statement.before, "") or statement.at < here.ends
    return bool(is_closed) and not is_posed and is_within and is_sure
