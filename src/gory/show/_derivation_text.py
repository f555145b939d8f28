"""A derivation as text: lines under each other, rule and verdict in a column at the right.

A line that is too long for its column takes the full width and is broken where its brackets are
shallowest. Without colour the lines are in the paper language and can be read back; with colour
they are meant for a terminal and use the signs of mathematics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gory.calculus import Derivation, Section, Step
from gory.notation import Expr, to_plain, to_terminal
from gory.show._derivation_detail import at_detail

NARROWEST = 40  # columns; below that nothing readable can be set

_MARGIN = 36  # columns of rule and verdict
_MARGIN_LINES = 2  # what needs more lines goes below the line of the derivation
_INDENT = 2
_RELATION = "= "
_COLORS = {
    "title": "\x1b[1m", "proved": "\x1b[32m", "tested": "\x1b[33m", "refuted": "\x1b[31m",
    "rule": "\x1b[36m", "note": "\x1b[2m", "value": "\x1b[33m",
}  # fmt: skip
_RESET = "\x1b[0m"


@dataclass(frozen=True)
class _Style:
    width: int
    write: Callable[[Expr], str]
    color: bool

    def paint(self, text: str, kind: str) -> str:
        return f"{_COLORS[kind]}{text}{_RESET}" if self.color and text else text


def to_text(
    derivation: Derivation, /, *, detail: str = "steps", color: bool = False, width: int = 100
) -> str:
    """Write a derivation as lines of text.

    Parameters
    ----------
    derivation : Derivation
        From ``paper.derive``.
    detail : str
        "brief", "steps" or "gory".
    color : bool
        Colours and mathematical signs, for a terminal.
    width : int
        Columns, at least 40.

    Returns
    -------
    str
        Sections with title, left side and lines; the result stands last.

    Raises
    ------
    ValueError
        If the level of detail is unknown or the width too small.

    Examples
    --------
    >>> import gory
    >>> d = gory.read("L = sum_i w[i]^2").derive("L", "w[m]")
    >>> print(to_text(d, detail="brief", width=80).splitlines()[-1])
      d(L, w[m]) = 2 w[m]
    """
    if width < NARROWEST:
        raise ValueError(f"width={width} is too narrow; give at least {NARROWEST} columns")
    style = _Style(width, to_terminal if color else to_plain, color)
    shown = at_detail(derivation, detail)
    lines = [*_given(derivation, style)]
    for section in shown.sections:
        lines += [*_section(section, style), ""]
    return "\n".join([*lines, *_result(derivation, style)])


def _given(derivation: Derivation, style: _Style) -> Iterator[str]:
    """What the author wrote down, as far as the question rests on it."""
    if not (derivation.premises or derivation.facts):
        return
    yield style.paint("Given", "title")
    for premise in derivation.premises:
        line = f"{style.write(premise.left)} = {style.write(premise.right)}"
        first, *others = broken(line, style.width - _INDENT, style.width - 3 * _INDENT)
        yield from [" " * _INDENT + first, *(" " * 3 * _INDENT + line for line in others)]
        if premise.value:
            yield " " * 3 * _INDENT + style.paint(f"value {premise.value}", "value")
    yield from (" " * _INDENT + fact.text for fact in derivation.facts)
    yield ""


def _section(section: Section, style: _Style) -> Iterator[str]:
    for line in broken(section.title, style.width, style.width):
        yield style.paint(line, "title")
    for line in broken(style.write(section.left), style.width - _INDENT, style.width - 2 * _INDENT):
        yield " " * _INDENT + line
    if section.value:
        yield " " * 3 * _INDENT + style.paint(f"value {section.value}", "value")
    for step in section.steps:
        yield from _step(step, style)


def _step(step: Step, style: _Style) -> Iterator[str]:
    """The line and, in the column at the right, how it follows from the one before."""
    indent = " " * 2 * _INDENT
    text = style.write(step.after)
    column = style.width - _MARGIN
    margin, below = _reasons(step, style)
    if len(text) <= column - len(indent) - len(_RELATION) - 2:
        yield f"{indent}{_RELATION}{text}".ljust(column) + margin.pop(0)
    else:
        room = style.width - len(indent) - len(_RELATION)
        first, *others = broken(text, room, room - _INDENT)
        yield f"{indent}{_RELATION}{first}"
        for line in others:
            yield f"{indent}{' ' * len(_RELATION)}{' ' * _INDENT}{line}"
    for line in margin:
        yield " " * column + line
    for line in below:
        yield f"{indent}{' ' * 2 * len(_RELATION)}{line}"


def _reasons(step: Step, style: _Style) -> tuple[list[str], list[str]]:
    """What stands in the column at the right, and what is too long for it."""
    word = f"{style.paint(step.verdict.ljust(len('refuted')), step.verdict)} "
    room = _MARGIN - len("refuted ")
    narrow = [*broken(step.rule, room, room)]
    narrow += [line for use in step.besides for line in broken(f"uses {use}", room, room)]
    wide = style.width - 2 * _INDENT - 2 * len(_RELATION)
    notes = [style.paint(f"value {step.value}", "value")] if step.value else []
    notes += [style.paint(line, "note") for line in broken(step.note, wide, wide) if line]
    if len(narrow) <= _MARGIN_LINES and max(map(len, narrow)) <= room:
        first, *others = [style.paint(line, "rule") for line in narrow]
        return [word + first, *(" " * len("refuted ") + line for line in others)], notes
    reason = "; ".join([step.rule, *(f"uses {use}" for use in step.besides)])
    return [style.paint(step.verdict, step.verdict)], [
        *(style.paint(line, "rule") for line in broken(reason, wide, wide)),
        *notes,
    ]


def _result(derivation: Derivation, style: _Style) -> Iterator[str]:
    verdict = style.paint(derivation.verdict, derivation.verdict)
    facts = facts_used(derivation)
    given = f", given {'; '.join(facts)}" if facts else ""
    yield f"{style.paint('Result', 'title')}, {verdict}{given}"
    yield from (f"{' ' * _INDENT}{remark}" for remark in remarks(derivation))
    if derivation.matrix_form:
        form = derivation.matrix_form + derivation.matrix_remark
        yield f"{' ' * _INDENT}in matrix form: {form}"
    equation = f"{style.write(derivation.asked)} = {style.write(derivation.result)}"
    room = style.width - _INDENT
    first, *others = broken(equation, room, room - 2 * _INDENT)
    yield " " * _INDENT + first
    for line in others:
        yield " " * 3 * _INDENT + line


def remarks(derivation: Derivation, /) -> list[str]:
    """The shape of a result, and what was varied although it is defined."""
    freed = f"{', '.join(derivation.freed)} varied on its own, its definition set aside"
    return [*filter(None, [derivation.shape]), *([freed] if derivation.freed else [])]


def facts_used(derivation: Derivation, /) -> list[str]:
    """The declared facts that a derivation rests on, in the words of their author."""
    uses = [use for step in derivation.steps for use in step.uses if f"fact: {use}" in step.rule]
    return list(dict.fromkeys(uses))


def broken(text: str, first: int, others: int) -> list[str]:
    """Break a text at spaces into lines of at most the given widths.

    Of the spaces in the last two thirds of a line the one with the fewest open brackets is
    taken, before a sign or after a comma if possible. A word longer than a line is left whole.

    Examples
    --------
    >>> broken("a b + c (d - e f)", 10, 10)
    ['a b', '+ c', '(d - e f)']
    """
    lines: list[str] = []
    room = first
    while len(text) > room:
        place = _best_break(text, room)
        if place is None:
            break
        lines.append(text[:place])
        text = text[place + 1 :]
        room = others
    return [*lines, text]


def _best_break(text: str, room: int) -> int | None:
    depth = 0
    found: list[tuple[bool, int, bool, int]] = []
    for place, sign in enumerate(text):
        depth += sign in "([{"
        depth -= sign in ")]}"
        if sign != " ":
            continue
        if place > room:
            if not found:
                return place
            break
        starts_term = text[place + 1 : place + 3] in ("+ ", "- ") or text[place - 1] in ",;"
        ends_sign = text[place - 1 : place] in "+-=/" and text[place - 2 : place - 1] == " "
        if not ends_sign:
            found.append((place < room // 3, depth, not starts_term, -place))
    return -min(found)[3] if found else None
