"""Names that a text restricts first and says more of later: ``p_i`` with ``sum_i p_i = 1``, and
further down ``p_i = (1 - a) t_i + a / K`` as a special case.

What was declared of such a name holds for the special case, too; it is no claim about it. A name
whose entries are computed through functions or sums is no special case of a given one: what is
said of it follows from what it is, or does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gory.notation._nodes import Add, Div, Expr, Mul, Num, Pow, Ref, Size, walk
from gory.notation.manuscript._declared import NAME, NUMERAL, left_name
from gory.notation.manuscript._stated import Manuscript, Statement
from gory.notation.manuscript.words._cues import is_case, last_sentence

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

_NOW = re.compile(
    r"(?:^\W*|\}\s*)(?:With|Now|If|Let|Set|Setting|Take|Taking|Put|Putting|Suppose|For)\W*$"
)
_ARITHMETIC = (Add, Mul, Div, Pow, Num, Ref, Size)


def known_at(section: Section, number: int) -> set[str]:
    """The defined names of a section, without those that are a given name at some statement."""
    defined = section.builder.defined
    below = (left_name(section.statements[n]) for n in section.defining if n > number >= 0)
    special = {n for n in below if n in defined and is_combination(section, defined[n].body)}
    return defined.keys() - special


def is_combination(section: Section, body: Expr) -> bool:
    """Whether an expression combines given numbers and entries, and nothing else."""
    nodes = list(walk(body))
    given = {node.name for node in nodes if isinstance(node, Ref)} - section.builder.defined.keys()
    return bool(given) and all(
        isinstance(node, _ARITHMETIC) and (not isinstance(node, Ref) or node.name in given)
        for node in nodes
    )


def is_for_once(section: Section, statement: Statement, reading: str) -> bool:
    """Whether a name has a value for once, as in "at equal inputs $z_k = c$ it is ...".

    What a text differentiates by, and has used in a definition, is a variable; a number or another
    name for it is a case.
    """
    left = statement.sides[0].readings[0]
    match = NAME.fullmatch(left)
    is_number = NUMERAL.fullmatch(reading) is not None
    if match is None or not (is_number or NAME.fullmatch(reading)):
        return False
    if is_case(statement.cue):
        return True
    is_entry = re.search(r"\d", match[2] or "") is not None
    if match[1] not in section.varied or statement.is_fact or is_entry:
        return False
    known = section.builder.defined.values()
    return (is_number and not match[2]) or any(
        section.builder.reaches(one.body, match[1]) for one in known
    )


def late_values(manuscript: Manuscript, wrong: Mapping[int, str]) -> list[int]:
    """Statements that give a name a value behind lines that use it, as "With $f_k = z_k$ ...".

    ``wrong`` are these lines, by row, as they are read.
    """
    found = []
    for place, statement in enumerate(manuscript.statements):
        name, row = left_name(statement), statement.sides[0].row
        if not name or not _NOW.search(last_sentence(statement.cue)):
            continue
        above = [text for at, text in wrong.items() if at < row]
        if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for text in above):
            found.append(place)
    return found
