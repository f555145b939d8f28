"""Networks as arrows in plain text: "x -> z = Wx + b -> h = sigmoid(z)" defines z and h."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gory.notation.latex import ARROWS, steps_of
from gory.notation.manuscript.typed._statements import PlainStatement, plain_statements

_PART = re.compile(r"(?:^|→+)\s*([^→]*?)\s*(?=→|$)", re.DOTALL)


def plain_steps(
    text: str, start: int, end: int, *, as_typed: bool = False
) -> Iterator[PlainStatement]:
    """The statements of a stretch of plain text, and in the place of a flow its steps."""
    for one in plain_statements(text, start, end, as_typed=as_typed):
        relations: list[str] = []
        parts: list[str] = []
        places: list[int] = []
        for relation, text, at in one.sides:
            found = list(_PART.finditer(text))
            relations += [relation, *ARROWS[:1] * (len(found) - 1)]
            parts += [part[1] for part in found]
            places += [at + part.start(1) for part in found]
        at_parts = dict(zip(parts, places, strict=True))
        told = steps_of(relations, parts)
        for name, body in told:
            yield replace(one, sides=[("", name, at_parts[name]), ("=", body, at_parts[body])])
        if not told:
            yield one
