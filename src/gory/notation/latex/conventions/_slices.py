r"""Rows as programs write them: ``X_{n,:}`` and ``X_{n,\cdot}`` are the row ``X_n``.

Columns, ``X_{:,k}``, are not read: without a colon nothing would say that they are columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_ALL = (":", r"\cdot", r"\bullet", "*")


def write_rows(statements: Sequence[LatexStatement]) -> None:
    """Leave out the signs for all entries behind the index of a row, in place."""
    for one in statements:
        one.sides = [_with_rows(side) for side in one.sides]


def _with_rows(side: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    for place, token in enumerate(side):
        if token.text in _ALL and _ends_row(side, place):
            if out[-1].text == ",":
                out.pop()
            continue
        out.append(token)
    return out


def _ends_row(side: list[Tex], place: int) -> bool:
    """Whether a sign stands last in a subscript, and one index before it."""
    opens = max((n for n in range(place) if side[n].text == "{"), default=0)
    is_script = opens > 0 and side[opens - 1].text == "_" and closing(side, opens) == place + 1
    index = [t for t in side[opens + 1 : place] if t.text != ","]
    return is_script and len(index) == 1 and (index[0].is_letter or index[0].is_number)
