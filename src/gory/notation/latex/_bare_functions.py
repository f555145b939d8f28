r"""``\operatorname{LSE}`` without its argument, in a text that says once what it is of.

After ``\operatorname{LSE}(x) = \log \sum_j e^{x_j}`` the name alone is the same number.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex._wholes import is_whole_function

_UPRIGHT = (r"\operatorname", r"\mathrm", r"\text", r"\textrm", r"\mathsf", r"\textsf")


def give_arguments(statements: Sequence[LatexStatement]) -> None:
    """Put the argument behind every such name that stands without."""
    known: dict[str, list[Tex]] = {}
    for one in statements:
        left = one.sides[0]
        word, end = _word(left, 0)
        is_called = one.relations[1:2] == ["="] and [t.text for t in left[end : end + 1]] == ["("]
        if word and is_called and closing(left, end) == len(left) - 1:
            known.setdefault(word, left[end:])
    for one in statements if known else ():
        one.sides = [_filled(side, known) for side in one.sides]


def _filled(side: list[Tex], known: dict[str, list[Tex]]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        word, end = _word(side, place)
        follows = side[end].text if end < len(side) else ""
        out += side[place:end]
        if word in known and follows not in ("(", "[", "_", r"\{"):
            out += [Tex(t.text, side[place].at) for t in known[word]]
        place = end
    return out


def _word(side: list[Tex], place: int) -> tuple[str, int]:
    """The function that is spelled at a place, and where its name ends."""
    token = side[place] if place < len(side) else Tex(" ", -1)
    if token.is_word:
        return (token.text if is_whole_function(token.text) else ""), place + 1
    opens = [t.text for t in side[place + 1 : place + 2]]
    if token.text not in _UPRIGHT or opens != ["{"]:
        return "", place + 1
    end = closing(side, place + 1)
    word = "".join(t.text for t in side[place + 2 : end]) if end > 0 else ""
    return (word, end + 1) if word and is_whole_function(word) else ("", place + 1)
