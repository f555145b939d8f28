r"""Names that words give: "writing $\Sigma$ for $\sum_k e^{a_k}$", "abbreviate $...$ by $v$".

Two formulas without any sign of equality and the words around them make an equation. Which of the
two is the name is said by the words, and it has to look like one.
"""

from __future__ import annotations

import re

from gory.notation.latex import GREEK, LatexStatement, Tex

_WHAT = r"(?: the (?:\w+ ){0,2}(?:sum|denominator|product|quantity|expression|number|function))?"
_NAME_FIRST = re.compile(
    rf"(?i)^\W*(?:(?:is\s+)?(?:stands?|standing|short) for|denotes?){_WHAT}\W*$"
)
_FOR = re.compile(rf"(?i)^\W*for{_WHAT}\W*$")
_LET_DENOTE = re.compile(rf"(?i)^\W*(?:denote|stand for|be short for){_WHAT}\W*$")
_BY = re.compile(r"(?i)^\W*(?:by|as|with)(?: the (?:letter|symbol|name))?\W*$")
_SUM_BY = re.compile(r"(?i)\b(?:denote|abbreviate) by\W*$")
_THING = re.compile(rf"(?i)^\W*{_WHAT.replace('(?: the', '(?:the')}\W*$")
_WRITES = re.compile(
    r"(?i)\b(?:writ(?:e|ing)|us(?:e|ing)|shorthand|abbreviation|notation|set|put|let)\W*$"
)
_NAMES = re.compile(rf"(?i)\b(?:denot(?:e|ing)|abbreviat(?:e|ing)|call(?:ing)?){_WHAT}\W*$")
_COUNTS = re.compile(r"(?:^|[.:]\s+|\n\s*)For $")
LONGEST_WORDS = 60  # characters before or between formulas
LONGEST_NAME = 8  # tokens of a name with its scripts
_INSIDE = ("_", "^", "{", "}", "(", ")", ",")


Mention = tuple[str, LatexStatement]  # a formula without any relation, and the words before it


def mention_of(before: str, found: list[LatexStatement]) -> Mention | None:
    """What stands alone in a sentence."""
    is_alone = len(found) == 1 and len(found[0].sides) == 1 and not found[0].is_display
    return (before[-LONGEST_WORDS:], found[0]) if is_alone else None


def counted(before: str, tokens: list[Tex]) -> str:
    """What stands in the words for a formula among them: its letter in "For $n$ coin flips", which
    is no case, and a blank for every other.
    """
    is_count = len(tokens) == 1 and tokens[0].is_letter and _COUNTS.search(before) is not None
    return f"{tokens[0].text} " if is_count else " "


def said_name(first: Mention | None, second: Mention | None) -> list[LatexStatement]:
    """The equation that two formulas make with the words before and between them."""
    if first is None or second is None:
        return []
    (before, one), (between, other) = first, second
    name, value = one.sides[0], other.sides[0]
    if _BY.match(between) and _NAMES.search(before):
        name, value = value, name
    elif not (
        _NAME_FIRST.match(between)
        or (_FOR.match(between) and _WRITES.search(before))
        or (_LET_DENOTE.match(between) and _WRITES.search(before))
        or (_THING.match(between) and _SUM_BY.search(before))
    ):
        return []
    if not _is_name(name) or _is_slope(value) or _is_name(value):
        return []
    made = LatexStatement("let ", is_display=False, is_definition=True)
    made.sides, made.relations = [name, value], ["", "="]
    return [made]


def _is_name(tokens: list[Tex]) -> bool:
    """A letter with scripts and arguments."""
    is_short = 0 < len(tokens) <= LONGEST_NAME
    is_plain = all(t.is_name or t.is_number or t.text in (*GREEK, *_INSIDE) for t in tokens)
    return is_short and is_plain and (tokens[0].is_name or tokens[0].text in GREEK)


def _is_slope(tokens: list[Tex]) -> bool:
    r"""A derivative, as in "write $dy_i$ for $\partial L / \partial y_i$"."""
    return any(t.text in (r"\partial", r"\nabla", "d") for t in tokens[:3])
