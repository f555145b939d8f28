r"""Steps of an iteration: ``\beta^{(t)}`` beside ``\beta^{(t+1)} = \beta^{(t)} + \dots``.

The ``(t)`` of an update says which iterate is meant and is no instance: the text has one ``\beta``
and one log-likelihood, and not one for every t. So the iterates are the new and the old one.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, closing

_BRACKETS = {"(": ")", "[": "]"}


def name_iterates(statements: Sequence[LatexStatement]) -> None:
    """Write the steps of updates as the labels new and old."""
    found = {letter for one in statements if len(one.sides) > 1 for letter in _updated(one)}
    found -= {x for one in statements for side in one.sides for x in binders(side)}
    if not found:
        return
    for one in statements:
        one.sides = [_named(side, found) for side in one.sides]


def _updated(statement: LatexStatement) -> Iterator[str]:
    """The letter of a left side that is one name at the next step."""
    side = statement.sides[0]
    for place, end, letter, is_next in _steps(side):
        names = [t for t in side[:place] if t.is_name or t.text in GREEK]
        if is_next and names and names[0].at == min(t.at for t in side) and end == len(side):
            yield letter


def _steps(side: list[Tex]) -> Iterator[tuple[int, int, str, bool]]:
    """Powers that are a letter in brackets, or one more: where, the letter, whether it is more."""
    for place in range(len(side) - 2):
        if side[place].text != "^":
            continue
        end = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
        pieces = [t.text for t in side[place + 1 : end + 1] if t.text not in ("{", "}")]
        if len(pieces) < 3 or _BRACKETS.get(pieces[0]) != pieces[-1]:
            continue
        inner = pieces[1:-1]
        is_letter = len(inner[0]) == 1 and inner[0].isalpha()
        if is_letter and inner[1:] in ([], ["+", "1"]):
            yield place, end + 1, inner[0], len(inner) > 1


def _named(side: list[Tex], letters: Container[str]) -> list[Tex]:
    out: list[Tex] = []
    past = 0
    for place, end, letter, is_next in _steps(side):
        if letter in letters:
            at = side[place].at
            label = "new" if is_next else "old"
            out += [*side[past : place + 1], Tex("{", at), Tex(label, at)]
            out.append(Tex("}", side[end - 1].at))
            past = end
    return [*out, *side[past:]]
