r"""Second equations of a name that say it by something named: ``a = f(W x + b)``, ``a = f(z)``.

Both say the same, and what is differentiated by z is meant through the second. Which equation of
a name defines it is then for the checker to find out: the one by which more of the text holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from gory.notation.manuscript._declared import left_name
from gory.notation.manuscript._stated import Manuscript, Statement, variables

_WORD = re.compile(r"(?<![\w.])[A-Za-z]\w*")
_SLOPE = re.compile(r"(?<!\w)d\(")


def in_order(
    manuscript: Manuscript, statements: Sequence[Statement]
) -> list[tuple[int, Statement]]:
    """Statements with their numbers, those first that are preferred as definitions."""
    return sorted(enumerate(statements), key=lambda one: one[1].at not in manuscript.preferred)


def through_names(manuscript: Manuscript) -> frozenset[int]:
    """Places of later equations of a name that speak of a variable of derivatives, where the first
    one does not.
    """
    texts = [_text(s) for s in manuscript.statements]
    varied = variables(manuscript.statements)
    first: dict[str, Set[str]] = {}
    found: set[int] = set()
    for statement, text in zip(manuscript.statements, texts, strict=True):
        name = left_name(statement)
        if not name or len(statement.sides) < 2:
            continue
        used = {*_WORD.findall(text)} & varied - {name}
        if name not in first:
            first[name] = varied if _SLOPE.search(text) else used
        elif used - first[name] and not _SLOPE.search(text):
            found.add(statement.at)
    return frozenset(found)


def _text(statement: Statement) -> str:
    return " ".join(reading for side in statement.sides for reading in side.readings[:1])
