r"""Losses that only their derivative tells: ``\frac{\partial L}{\partial w_j} =
\frac{\partial}{\partial w_j} [...]``.

Where nothing else says what L is, this does, but for a constant: L is put before it as what is
differentiated on the right. Two that tell different things are of two losses with one letter.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate

from gory.notation.manuscript._declared import left_name
from gory.notation.manuscript._stated import Manuscript, Statement

_SLOPE = re.compile(r"d\(([A-Za-z]\w*), ([A-Za-z]\w*(?:\[[\w,]*\])?)\)")
_BOUND = re.compile(r"\b(?:sum|prod|max|min)_\{?([\w,]+)")
_INDICES = re.compile(r"\[([\w,]+)\]")


def with_losses_told(manuscript: Manuscript) -> Manuscript:
    """A manuscript with an equation for every such loss, before the first one that tells it."""
    known = {left_name(one) for one in manuscript.statements}
    bodies: dict[str, set[str]] = {}
    for one in manuscript.statements:
        name, body = _told(one)
        bodies.setdefault(name, set()).add(body)
    found: list[Statement] = []
    for one in manuscript.statements:
        name, body = _told(one)
        if body and name not in known and len(bodies[name]) == 1:
            known.add(name)
            left, right = one.sides[:2]
            sides = replace(left, readings=(name,)), replace(right, readings=(body,))
            found.append(replace(one, sides=sides, is_definition=True, only_declares=False))
        found.append(one)
    return (
        replace(manuscript, statements=found)
        if len(found) > len(manuscript.statements)
        else (manuscript)
    )


def _told(one: Statement) -> tuple[str, str]:
    """The name that is differentiated on the left, and what is on the right, by the same."""
    if len(one.sides) < 2 or one.sides[1].relation != "=" or one.sides[1].conditions:
        return "", ""
    left, right = (side.readings[:1] for side in one.sides[:2])
    slope = _SLOPE.fullmatch(left[0]) if left else None
    if slope is None or not right:
        return "", ""
    sign, text, behind = "-" * right[0].startswith("-"), right[0].lstrip("-"), f", {slope[2]})"
    body = text.removeprefix("d(").removesuffix(behind)
    is_whole = len(text) == len(body) + 2 + len(behind)
    depths = accumulate((piece == "(") - (piece == ")") for piece in body)
    if not is_whole or min(depths, default=-1) < 0 or _has_free_index(body):
        return "", ""
    return slope[1], f"-({body})" if sign else body


def _has_free_index(body: str) -> bool:
    bound = {letter for match in _BOUND.finditer(body) for letter in match[1].split(",")}
    used = {letter for match in _INDICES.finditer(body) for letter in match[1].split(",")}
    return any(letter.isalpha() for letter in used - bound)
