r"""Diagonal matrices by their diagonals: "$R$ is diagonal with $R_{nn} = y_n (1 - y_n)$".

The words say that all other entries are zero; the equation is written for every entry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex
from gory.notation.latex.conventions._name_uses import name_uses

_DIAGONAL = re.compile(  # and not "the diagonal entries"
    r"(?i)\bdiagonal\s+(?:[a-z]+\s+)?matrix\b[^.;]*$|\bis\s+diagonal\b[^.;]*$"
)
_LETTERS = ("m", "l", "k", "j", "r")


def write_diagonals(statements: Sequence[LatexStatement]) -> None:
    """Write such equations with a delta, in place."""
    others = {
        use.name
        for one in statements
        for side in one.sides
        for use in name_uses(side)
        if len(use.letters) == 2 and len({*use.letters}) == 2
    }
    for one in statements:
        use = next(name_uses(one.sides[0]), None)
        if (
            use is None
            or use.name in others
            or one.relations != ["", "="]
            or not _DIAGONAL.search(one.cue)
        ):
            continue
        is_whole = not use.start and use.end == len(one.sides[0]) - 1
        if not is_whole or len(use.letters) != 2 or len({*use.letters}) != 1:
            continue
        used = {t.text for side in one.sides for t in side}
        row, column = use.letters[0], next((x for x in _LETTERS if x not in used), "")
        if not row.isalpha() or not column:
            continue
        at, (left, right) = one.sides[0][-1].at, one.sides
        below = [Tex(sign, at) for sign in ("_", "{", row, column, "}")]
        delta = [Tex(r"\delta", right[0].at), *(Tex(t.text, right[0].at) for t in below)]
        opens, closes = Tex("(", right[0].at), Tex(")", right[-1].at)
        one.sides = [[*left[: use.name_end + 1], *below], [*delta, opens, *right, closes]]
