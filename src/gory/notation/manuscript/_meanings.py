"""What else the names of a section may mean, as far as its text gives reason to ask.

A name has one definition, by the first equation that is taken for one. Its other equations may be
claims or new definitions; a definition that is introduced as a model or an example may say nothing
about the name; and an equation that cannot be read may say what a name is of which nothing else is
known. Whoever calls a line wrong has to have looked here.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation._nodes import Ref
from gory.notation._paper import Definition
from gory.notation.latex import GREEK, single_name, tex_tokens
from gory.notation.manuscript._declared import NAME, left_name, rooted
from gory.notation.manuscript._script import Meaning
from gory.notation.manuscript._sides import Side
from gory.notation.manuscript._stated import Statement
from gory.notation.manuscript.words._cues import is_supposed

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

_WORD = re.compile(r"[A-Za-z]+")
_FUNCTIONS = frozenset((*GREEK.values(), "exp", "log", "ln", "sum", "int", "frac", "max", "min"))
_NAMED = re.compile(  # \hat\mu_i, f(w): one name with what belongs to it
    r"[\\{}A-Za-z\s]{1,60}(?:[_^]\s?(?:\{[^{}]{0,30}\}|\w)){0,3}(?:\([^()=+]{0,40}\))?"
)
MOST_MEANINGS = 6  # of one name


def other_meanings(
    section: Section, statements: Sequence[Statement]
) -> dict[str, tuple[Meaning, ...]]:
    """By name, what the statements say about it beside its definition."""
    found: dict[str, list[Meaning]] = {}
    for statement in statements:
        name = left_name(statement)
        if name not in section.builder.defined:
            continue
        own = found.setdefault(name, [])
        if section.definer.get(name) is statement:
            if is_supposed(statement.cue):
                own.append(Meaning(statement.sides[0].row, None))
            own += _meanings(section, statement, others=True)
        elif len(own) < MOST_MEANINGS and not _says_the_same(section, name):
            own += _meanings(section, statement)
    for name, (row, left, reading) in section.manuscript.composed.items():
        if name in section.builder.defined:  # S alone may be meant as S(g(W))
            found.setdefault(name, []).extend(_meaning(section, row, left, reading))
    return {name: tuple(own) for name, own in found.items() if own}


def _says_the_same(section: Section, name: str) -> bool:
    """Whether the equation that defines a name was preferred, since it agrees with the first."""
    definer = section.definer.get(name)
    return definer is not None and definer.at in section.manuscript.preferred


def _meanings(section: Section, statement: Statement, *, others: bool = False) -> Iterator[Meaning]:
    """The equation as a definition, if it can be one; of what defines a name its other readings."""
    statement = rooted(statement)
    side = next((side for side in statement.sides[1:] if side.readings), None)
    if side is None:
        return
    left = statement.sides[0].readings[0]
    for reading in side.readings[1:] if others else side.readings[:1]:
        yield from _meaning(section, side.row, left, reading)


def _meaning(section: Section, row: int, name: str, reading: str) -> Iterator[Meaning]:
    keep = section.builder.mark()
    try:
        left, body, stray = section.sides(name, reading, -1)
    except NotationError:
        section.builder.back_to(keep)
        return
    if not isinstance(left, Ref) or stray or any(i.is_literal for i in left.indices):
        section.builder.back_to(keep)
        return
    if not section.builder.reaches(body, left.name):
        yield Meaning(row, Definition(left.name, left.indices, body))


def unread_names(statements: Sequence[Statement], defined: Container[str]) -> dict[str, str]:
    """Names that only an equation defines which cannot be read."""
    found: dict[str, str] = {}
    for statement in statements:
        first = statement.sides[0]
        others = statement.sides[1:2]
        problem = first.problem or (others[0].problem if others else "")
        name = _name_of(first) if problem and others else ""
        if not name or name in defined or _is_step(first.source, others[0].source):
            continue
        if re.fullmatch(r"=|\\approx|\\simeq|\\propto", others[0].relation or "="):
            found.setdefault(name, f"what row {first.row} says of {name} is not read ({problem})")
    return found


def _is_step(left: str, right: str) -> bool:
    r"""``\theta := \theta - H^{-1} \nabla \ell``: what comes next says nothing of what is now."""
    return re.match(rf"\s*{re.escape(left.strip())}\s*[-+]", right) is not None


def unread_words(
    statements: Sequence[Statement], names: Container[str]
) -> dict[str, frozenset[str]]:
    """The words and letters of what is not read of some names: these may depend on them."""
    found: dict[str, frozenset[str]] = {}
    for statement in statements:
        name = _name_of(statement.sides[0])
        if name in names and name not in found:
            sources = [side.source for side in statement.sides[1:]]
            words: set[str] = {match[0] for text in sources for match in _WORD.finditer(text)}
            letters = {letter for word in words - _FUNCTIONS for letter in word}
            greek = {GREEK.get(f"\\{word}", word) for word in words}
            found[name] = frozenset(words | letters | greek)
    return found


def _name_of(side: Side) -> str:
    """The name that a side is, as it is read or, where its shape does not fit, as it is written."""
    if side.readings:
        match = NAME.fullmatch(side.readings[0])
        return match[1] if match else ""
    if not side.problem.startswith("one side is") or _NAMED.fullmatch(side.source) is None:
        return ""
    tokens = tex_tokens(side.source)
    end = next((n for n, token in enumerate(tokens) if token.text in ("_", "^", "(")), len(tokens))
    return single_name(tokens[:end])
