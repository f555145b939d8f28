r"""Indices in square brackets: ``p[k] = \exp(v[k]) / \sum_l \exp(v[l])``, as programmers write.

A name is an array where a sum runs over a letter in its brackets, or where different letters stand
there. An expectation ``E[x]`` is none, and what holds a sign is no index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._scripts import ACCENTS, FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, pairs

LONGEST_LIST = 6  # tokens between the brackets
_OPERATORS = ("E", "P", "V", r"\Pr")  # expectations and the like


def index_squares(statements: Sequence[LatexStatement]) -> None:
    """Write such brackets as subscripts, all over the text."""
    inside: dict[str, set[str]] = {}
    summed: set[str] = set()
    for side in (side for one in statements for side in one.sides):
        found = list(_lists(side))
        for opens, end, head in found:
            inside.setdefault(head, set()).add("".join(t.text for t in side[opens + 1 : end]))
        summed |= {*binders(side)} if found else set()
    arrays = {
        head
        for head, lists in inside.items()
        if len(lists) > 1 or any({*one.split(",")} & summed for one in lists)
    }
    for one in statements if arrays else ():
        one.sides = [_rewritten(side, arrays) for side in one.sides]


def _lists(side: list[Tex]) -> Iterator[tuple[int, int, str]]:
    """Brackets of indices behind a name: where they open and close, and the name."""
    if not any(token.text == "[" for token in side):
        return
    for opens, end in sorted(pairs(side).items()):
        if side[opens].text != "[" or not opens or not 1 < end - opens <= LONGEST_LIST:
            continue
        inner = side[opens + 1 : end]
        is_list = all((t.is_letter and t.text.islower()) or t.is_number for t in inner[::2])
        is_list = is_list and all(t.text == "," for t in inner[1::2]) and len(inner) % 2
        head = _head(side, opens - 1)
        if is_list and head and head not in _OPERATORS:
            yield opens, end, head


def _head(side: list[Tex], last: int) -> str:
    """The name that ends at a place, with its accent."""
    token = side[last]
    before = [t.text for t in side[max(last - 3, 0) : last]]
    if token.text == "}" and len(before) == 3 and before[1] == "{":
        is_dressed = before[0] in (*ACCENTS, *FONTS)
        return "".join(before[::2]) if is_dressed and before[2] not in _OPERATORS else ""
    is_name = token.is_name or token.text in GREEK
    if not is_name or before[-1:] in (["_"], ["^"]):
        return ""
    return "".join(
        [before[-1], token.text] if before[-1:] and before[-1] in ACCENTS else token.text
    )


def _rewritten(side: list[Tex], arrays: set[str]) -> list[Tex]:
    marks: dict[int, list[str]] = {}
    for opens, end, head in _lists(side):
        if head in arrays:
            marks[opens], marks[end] = ["_", "{"], ["}"]
    return [
        made
        for place, token in enumerate(side)
        for made in ([Tex(m, token.at) for m in marks[place]] if place in marks else [token])
    ]
