r"""Signs below a name that tell it from others: the ``s_+`` and ``s_-`` of a pair, ``q_*``.

A sign is no index. Together with it the letter is a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex

_SIGNS = {"+": "plus", "-": "minus", "*": "star", r"\ast": "star", r"\star": "star"}


def name_signed(statements: Sequence[LatexStatement]) -> None:
    """Call such names by one word, in place."""
    for one in statements:
        one.sides = [_named(side) for side in one.sides]


def _named(side: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        token = side[place]
        pieces = [t.text for t in side[place + 1 : place + 5]]
        name = GREEK.get(token.text, token.text if token.is_letter else "")
        is_braced = pieces[1:2] == ["{"] and pieces[3:4] == ["}"]
        sign = "".join(pieces[2:3] if is_braced else pieces[1:2])
        if name and pieces[:1] == ["_"] and sign in _SIGNS:
            out.append(Tex(f"{name}{_SIGNS[sign]}", token.at))
            place += 5 if is_braced else 3
        else:
            out.append(token)
            place += 1
    return out
