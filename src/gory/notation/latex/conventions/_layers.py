"""Letters that number the layers of a network: ``a_j^L``, ``\\delta^l``.

A letter l or L that stands above names, and nowhere else in a text, is a part of these names. An
exponent would be a number of its own somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_LETTERS = ("l", "L")


def layer_letters(statements: Sequence[LatexStatement]) -> set[str]:
    """The letters that stand above several names, or one name twice, and nowhere else."""
    above: dict[str, int] = dict.fromkeys(_LETTERS, 0)
    elsewhere: set[str] = set()
    for side in (side for one in statements for side in one.sides):
        for token, is_above in _uses(side):
            if is_above:
                above[token] += 1
            else:
                elsewhere.add(token)
    return {letter for letter, times in above.items() if times > 1} - elsewhere


def _uses(side: list[Tex]) -> Iterator[tuple[str, bool]]:
    """Every l and L, and whether it stands above a name, alone or beside a number."""
    for place, token in enumerate(side):
        if token.text not in _LETTERS:
            continue
        caret = place - 1
        if caret > 0 and side[caret].text == "{":
            end = closing(side, caret)
            inner = [t.text for t in side[place:end]]
            caret = caret - 1 if inner[1:2] in ([], ["+"], ["-"]) and len(inner) < 4 else -1
        is_above = caret > 0 and side[caret].text == "^" and _is_named(side, caret - 1)
        yield token.text, is_above


def _is_named(side: list[Tex], place: int) -> bool:
    """Whether a name or its subscript ends here; e has exponents."""
    token = side[place]
    return (token.is_name and token.text != "e") or token.text in (*GREEK, "}", "'")
