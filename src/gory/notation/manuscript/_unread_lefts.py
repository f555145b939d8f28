r"""Equations whose left side is not read, and which define what stands behind it.

``\Pr(Y = k) = \pi_k = e^{\eta_k} / \sum_l e^{\eta_l}`` says what ``\pi_k`` is, whatever stands
before it. The left side stays unread, and the rest is an equation of its own.
"""

from __future__ import annotations

from dataclasses import replace

from gory.notation.manuscript._declared import NAME
from gory.notation.manuscript._stated import Statement


def from_names(statement: Statement) -> list[Statement]:
    """The statement, or its left side and the equation that begins with a name behind it."""
    first, *others = statement.sides
    if len(others) < 2 or any(one.relation != "=" for one in others):
        return [statement]
    match = NAME.fullmatch(others[0].readings[0]) if others[0].readings else None
    is_total = bool(first.readings) and "[" not in first.readings[0] and first.source[-1:] == ")"
    if match is None or not match[2] or not (first.problem or is_total):
        return [statement]
    left = replace(statement, sides=statement.sides[:2])
    rest = replace(statement, sides=(replace(others[0], relation=""), *others[1:]))
    return [left, rest]
