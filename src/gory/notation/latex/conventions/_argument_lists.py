r"""Lists of arguments with dots: ``E(\mathbf w_1, \dots, \mathbf w_K)`` is ``E(\mathbf w)``."""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_DOTS = frozenset((r"\dots", r"\ldots", r"\cdots", r"\dotsc"))
LONGEST_LIST = 60  # tokens


def shorten_lists(statements: Sequence[LatexStatement]) -> None:
    """Replace a list of all the parts of an array by its name, in brackets behind a name."""
    for one in statements:
        if any(token.text in _DOTS for side in one.sides for token in side):
            one.sides = [_shortened(side) for side in one.sides]


def _shortened(side: list[Tex]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        out.append(side[place])
        place += 1
        if side[place - 1].text != "(":
            continue
        end = closing(side[: place + LONGEST_LIST], place - 1)
        name = _listed(side[place:end]) if end > 0 else []
        if name:
            out += name
            place = end
    return out


def _listed(inner: list[Tex]) -> list[Tex]:
    r"""The name of ``w_1, \dots, w_K``, or nothing."""
    pieces: list[list[Tex]] = [[]]
    for token in inner:
        if token.text == ",":
            pieces.append([])
        else:
            pieces[-1].append(token)
    names = {" ".join(t.text for t in _base(piece)) for piece in pieces if not _is_dots(piece)}
    has_dots = any(_is_dots(piece) for piece in pieces[1:-1])
    return _base(pieces[0]) if has_dots and len(names) == 1 and "" not in names else []


def _is_dots(piece: list[Tex]) -> bool:
    return len(piece) == 1 and piece[0].text in _DOTS


def _base(piece: list[Tex]) -> list[Tex]:
    """The tokens of a name before its index; nothing where it has none."""
    marks = [n for n, token in enumerate(piece) if token.text == "_"]
    return piece[: marks[0]] if marks else []
