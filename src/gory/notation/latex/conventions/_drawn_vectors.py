r"""Vectors of words: ``v_c`` for the word c, and ``v_{c_1}, ..., v_{c_k}`` for others, drawn.

Where the same letter stands below a name alone and with an index of its own, it is no index of the
name: words are meant. Then ``v_{c_i}`` is vector i of a family that has nothing to do with the
others; that a word may be drawn twice is not meant either.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex
from gory.notation.latex.conventions._name_uses import Use, name_uses

_LABELS = {"y", "t"}


def name_drawn(statements: Sequence[LatexStatement]) -> None:
    """Call such a family by a name of its own, in place."""
    sides = [side for one in statements for side in one.sides]
    uses = [use for side in sides for use in name_uses(side)]
    alone = {(use.name, *use.letters) for use in uses if len(use.letters) == 1}
    bound = {letter for side in sides for letter in binders(side)}
    drawn = {(use.name, use.letters[0]) for use in uses if _is_drawn(use)} & alone
    summed = {name for name, letter in alone if letter in bound}  # entries: s_{y_i} beside s_j
    drawn = {(name, letter) for name, letter in drawn if letter not in bound | _LABELS}
    drawn = {(name, letter) for name, letter in drawn if name not in summed}
    for one in statements if drawn else ():
        one.sides = [_named(side, drawn) for side in one.sides]


def _is_drawn(use: Use) -> bool:
    return len(use.letters) == 3 and use.letters[1] == "_" and use.letters[0].isalpha()


def _named(side: list[Tex], drawn: set[tuple[str, str]]) -> list[Tex]:
    out, past = list[Tex](), 0
    for use in name_uses(side):
        if not _is_drawn(use) or (use.name, use.letters[0]) not in drawn:
            continue
        at = side[use.start].at
        family = f"{use.name}drawn{use.letters[0]}"
        out += [*side[past : use.start], Tex(family, at), Tex("_", at), Tex(use.letters[2], at)]
        past = use.end + 1
    return [*out, *side[past:]]
