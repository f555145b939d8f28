"""Statements of plain text as those of LaTeX, and back with what their author said around them."""

from __future__ import annotations

from dataclasses import replace

from gory.notation.latex import LatexStatement
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript.typed._statements import PlainStatement
from gory.notation.manuscript.typed._typed import Spelt, typed_tokens

NEAR = 80  # characters within which a side stands from where its line was cut


def typed_statement(document: str, said: PlainStatement, spelt: Spelt) -> LatexStatement:
    """The sides of a statement as tokens of LaTeX."""
    sides = []
    for _, text, at in said.sides:
        sides.append(typed_tokens(text.strip(), _place(document, text.strip(), at), spelt))
    return LatexStatement(
        said.cue,
        is_display=not said.before.strip() and not said.is_example,
        sides=sides,
        relations=[relation for relation, _, _ in said.sides],
    )


def _place(document: str, text: str, at: int) -> int:
    """Where a side stands: at its place, or behind it where lines were joined, or else near it."""
    for start, end in ((at, at + NEAR + len(text)), (max(at - NEAR, 0), at + len(text))):
        if (found := document.find(text, start, end)) >= 0:
            return found
    return at


def as_said(found: Statement, said: PlainStatement) -> Statement:
    """What was read of a statement, in the words of its author."""
    sides = tuple(
        replace(
            side,
            source=" ".join(text.split()),
            conditions=(*side.conditions, *said.conditions),
        )
        for side, (_, text, _) in zip(found.sides, said.sides, strict=False)
    )
    return replace(
        found,
        sides=(*sides, *found.sides[len(sides) :]),
        is_fact=said.is_fact,
        before=said.before,
        after=said.after,
        is_example=said.is_example,
    )
