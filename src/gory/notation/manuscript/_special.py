"""Names that a text restricts first and says more of later: ``p_i`` with ``sum_i p_i = 1``, and
further down ``p_i = (1 - a) t_i + a / K`` as a special case.

What was declared of such a name holds for the special case, too; it is no claim about it. A name
whose entries are computed through functions or sums is no special case of a given one: what is
said of it follows from what it is, or does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gory.notation._nodes import Add, Div, Expr, Mul, Num, Pow, Ref, Size, walk
from gory.notation.manuscript._declared import NAME, NUMERAL, left_name
from gory.notation.manuscript._stated import Manuscript, Statement
from gory.notation.manuscript.words._cues import is_case, is_example, is_general, last_sentence

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

_NOW = re.compile(
    r"(?:^\W*|\}\s*)(?:With|Now|If|Let|Set|Setting|Take|Taking|Put|Putting|Suppose|For)\W*$"
)
_WITH = re.compile(r"(?i)^\W*(?:and\s+)?(?:with|setting|taking|choosing|using|under)\W*$")
_WORD = re.compile(r"[A-Za-z]\w*")
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
    if is_case(statement.cue) or is_in_passing(section, statement):
        return True
    if is_number and is_example(statement.cue):
        return True
    is_entry = re.search(r"\d", match[2] or "") is not None
    if match[1] not in section.varied or statement.is_fact or is_entry:
        return False
    known = section.builder.defined.values()
    return (is_number and not match[2]) or any(
        section.builder.reaches(one.body, match[1]) for one in known
    )


def is_in_passing(section: Section, statement: Statement) -> bool:
    """Whether a number is one of the values that a text gives a name, sentence by sentence."""
    return left_name(statement) in section.passing and _says_with(statement)


def passing_names(statements: Sequence[Statement]) -> frozenset[str]:
    """Names with more than one value in passing, or one before what is said in general."""
    values: dict[str, set[str]] = {}
    general: set[str] = set()
    for one in statements:
        if _says_with(one):
            values.setdefault(left_name(one), set()).add(one.sides[1].readings[0])
        elif is_general(one.cue):
            words = {w for side in one.sides for r in side.readings for w in _WORD.findall(r)}
            general |= words & values.keys()
    return frozenset(n for n, own in values.items() if len(own) > 1 or n in general) - {""}


def _says_with(statement: Statement) -> bool:
    """``T = 2`` of "With $T = 2$ we get", which begins a sentence."""
    readings = [side.readings[0] for side in statement.sides if side.readings]
    is_number = len(readings) == len(statement.sides) == 2 and NUMERAL.fullmatch(readings[1])
    is_inline = bool(is_number) and not statement.is_display and readings[0].isalpha()
    return is_inline and (
        _WITH.search(last_sentence(statement.cue)) is not None or is_case(statement.cue)
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
