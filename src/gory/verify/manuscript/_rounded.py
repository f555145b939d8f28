"""Lines of numbers: decimals stand for everything that rounds to them.

``1 - 0.88 = 0.12`` and ``sigmoid(2) = 0.88`` hold although 0.88 is not the value: each decimal may
be off by half of its last digit, and a line of numbers by what that amounts to. A product or a
quotient of decimals is one number as soon as it is read; it is off by as large a part of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from gory.notation import ZERO, Expr, Num, Paper, transform, walk
from gory.notation.manuscript._script import Line
from gory.verify.manuscript._claim import Ground, reached_names, seen
from gory.verify.manuscript._proofreading import CheckedLine

_PLACES = re.compile(r"\d\.(\d+)")
_DECIMAL = re.compile(r"(?<![\w.])\d+\.(\d+)")
ROUNDING = 1e-9  # of the arithmetic itself
MOST_EXACT = 20  # half units that a decimal of one digit has less than
CARRIED = 3.0  # half units of a result whose names have rounded values themselves


def decimals(line: Line) -> Iterator[tuple[Fraction, Fraction]]:
    """The decimals of a line, each with half a unit of its last digit."""
    for match in _DECIMAL.finditer(line.source):
        yield Fraction(match.group()), Fraction(1, 2 * 10 ** len(match[1]))


def is_number(ground: Ground, expr: Expr) -> bool:
    """Whether the text gives everything in an expression a value."""
    return reached_names(ground.paper, expr) <= ground.paper.definitions.keys()


def value(paper: Paper, expr: Expr) -> float | None:
    found = seen(paper, expr, ZERO)
    return 0.0 if found.equal else found.left


def slack(ground: Ground, expr: Expr, line: Line, *, exact: bool = False) -> float:
    """By how much the value of a line of numbers may be off, since its decimals are rounded.

    Those of one digit, as in ``-log 0.1``, are usually exact, if they are not the whole line.
    """
    whole = value(ground.paper, expr)
    if whole is None:
        return 0.0
    found = list(decimals(line))
    if exact and not isinstance(expr, Num):
        found = [(number, half) for number, half in found if number >= MOST_EXACT * half]
    standing = {abs(node.value) for node in walk(expr) if isinstance(node, Num)}
    others = standing - {number for number, _ in found}
    total = 0.0
    for number, half in found:
        moved = (
            [_moved(expr, number, half)]
            if number in standing
            else [_moved(expr, one, one * half / number) for one in others]
            if number
            else []
        )
        values = [value(ground.paper, one) for one in moved]
        total += max((abs(one - whole) for one in values if one is not None), default=0.0)
    is_carried = bool(reached_names(ground.paper, expr))
    return total * (CARRIED if is_carried else 1.0)


def rounded(ground: Ground, before: Line, start: Expr, line: Line, shown: str) -> CheckedLine:
    """A line that says what a number is in decimals, ``start`` being what stands before it."""
    expr = ground.prepare(line.exprs[0])
    left, right = value(ground.paper, start), value(ground.paper, expr)
    if left is None or right is None:
        reason = "the sides have no values that can be compared"
        return CheckedLine(line.row, line.source, "unread", reason, read_as=shown)
    sides, why = ((start, before), (expr, line)), f"the value is {left:.6g}"
    loose, off = (
        max(sum(slack(ground, *side, exact=exact) for side in sides), ROUNDING * max(1, abs(left)))
        for exact in (False, True)
    )
    if off * (1 + ROUNDING) < abs(left - right) <= loose * (1 + ROUNDING):
        reason = f"{why}, if no decimal in it is rounded"
        return CheckedLine(line.row, line.source, "unread", reason, read_as=shown)
    if abs(left - right) <= off * (1 + ROUNDING):
        return CheckedLine(line.row, line.source, "tested", why, whole="tested", read_as=shown)
    point = {"sizes": {}, "indices": {}, "values": {}, "left": left, "right": right}
    places = max((len(one) for one in _PLACES.findall(line.source)), default=0)
    repair = f"{before.source} = {left:.{places}f}" if places else f"{before.source} = {left:.6g}"
    return CheckedLine(
        line.row, line.source, "refuted", why, point, repair, "refuted", shown, why, f"${repair}$"
    )


def _moved(expr: Expr, number: Fraction, half: Fraction) -> Expr:
    """The expression where a number is at the end of what rounds to it."""
    return transform(
        expr,
        lambda node: (
            Num(node.value + (half if node.value >= 0 else -half))
            if isinstance(node, Num) and abs(node.value) == number
            else node
        ),
    )
