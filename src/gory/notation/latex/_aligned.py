r"""Environments that only align, and relations with something above them, as plain tokens."""

from __future__ import annotations

import re

from gory.notation.latex._tokens import Tex, closing

EQUALS = ("=", ":=", "=:", r"\equiv", r"\triangleq", r"\coloneqq", r"\doteq", r"\eqqcolon")
_STACKED = (r"\stackrel", r"\overset", r"\underset")
_UNWRAPPED = re.compile(
    r"\\(begin|end)\{(aligned|alignedat|split|gathered|align|alignat|gather|multlined|equation|array)\}"
)


def aligned(tokens: list[Tex]) -> list[Tex]:
    r"""Tokens without environments that only align, and with ``\overset{(a)}{=}`` as ``=``."""
    kept: list[Tex] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        match = _UNWRAPPED.fullmatch(token.text)
        if token.text in _STACKED and (relation := _stacked(tokens, place)) is not None:
            kept.append(relation[0])
            place = relation[1]
        elif match is None:
            kept.append(token)
        elif match[1] == "begin" and match[2] in ("array", "alignedat", "alignat"):
            opens = place + 1 < len(tokens) and tokens[place + 1].text == "{"
            end = closing(tokens, place + 1) if opens else -1
            place = end if end > 0 else place
        place += 1
    return kept


def _stacked(tokens: list[Tex], place: int) -> tuple[Tex, int] | None:
    r"""The relation of ``\stackrel{(a)}{=}``, and where it ends."""
    first = closing(tokens, place + 1) if tokens[place + 1 : place + 2] else -1
    if first < 0 or tokens[place + 1].text != "{":
        return None
    second = tokens[first + 1 : first + 2]
    if second and second[0].text in EQUALS:
        return second[0], first + 1
    end = closing(tokens, first + 1) if second and second[0].text == "{" else -1
    inner = tokens[first + 2 : end] if end > 0 else []
    return (inner[0], end) if len(inner) == 1 and inner[0].text in EQUALS else None
