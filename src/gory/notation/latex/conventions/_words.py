r"""Names of several letters: ``CE(y, \hat y)``, ``NLL``, ``KL``, as one name instead of a product.

Capitals that stand together are one name where the text treats them so: they are a whole left side,
alone, with an index or before its arguments, or stand under the sign of a derivative, and one of
them at least never stands elsewhere. ``X W`` and ``A B``, whose letters stand apart, are products.
So are three small letters or more, ``xent(Y, P)``.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

LONGEST_WORD = 6  # letters of an abbreviation
SHORTEST = 3  # of one in small letters, two of which are rather a product
_BEFORE = (r"\partial", "d", r"\nabla", "}")  # what stands before a name that is differentiated
_FIXED = (r"\text", r"\mathrm", r"\operatorname", r"\mathbb", r"\textrm", r"\begin", r"\end")


def join_words(statements: Sequence[LatexStatement]) -> None:
    """Replace the letters of every such name by one token, in all sides of a text."""
    sides = [side for one in statements for side in one.sides]
    found = {word for side in sides for _, word in _runs(side)}
    if not found:
        return
    named = {word for one in statements for word in _named(one)}
    apart = {letter for side in sides for letter in _alone(side, named)}
    defined = {one.sides[0][0].text for one in statements if one.sides[0]}
    words = {word for word in named if set(word) - apart and not _is_jacobian(word, defined)}
    if not words:
        return
    for one in statements:
        one.sides = [_joined(side, words) for side in one.sides]


def _is_jacobian(word: str, defined: Container[str]) -> bool:
    """``DS`` is the derivative of an S that the text defines."""
    return len(word) == 2 and word[0] == "D" and word[1] in defined


def _runs(side: list[Tex]) -> Iterator[tuple[int, str]]:
    """Letters without a gap between them, with the place of the first."""
    place = 0
    while place < len(side):
        end = place + 1
        if not side[place].is_letter:
            place = end
            continue
        while end < len(side) and side[end].is_letter and side[end].at == side[end - 1].at + 1:
            end += 1
        word = "".join(token.text for token in side[place:end])
        starts = place
        if word[0] == "d" and word[1:].isupper():  # dCE / dz
            word, starts = word[1:], place + 1
        is_plain = not (place and side[place - 1].text in ("_", "^")) and not _is_fixed(side, place)
        is_long = len(word) >= (2 if word.isupper() else SHORTEST)
        if is_long and len(word) <= LONGEST_WORD and is_plain:
            yield starts, word
        place = end


def _is_fixed(side: list[Tex], place: int) -> bool:
    r"""Whether letters are the argument of ``\mathrm{...}``, which is a name already."""
    return place > 1 and side[place - 1].text == "{" and side[place - 2].text in _FIXED


def _named(statement: LatexStatement) -> Iterator[str]:
    """Runs that a statement treats as the name of something."""
    for number, side in enumerate(statement.sides):
        is_left = number == 0 and statement.relations[1:2] == ["="]
        for place, word in _runs(side):
            end = place + len(word)
            is_whole = place == 0 and (end == len(side) or _is_called(side, end))
            before = side[place - 1].text if place else ""
            behind = side[end].text if end < len(side) else ""
            is_varied = before in _BEFORE[:3] and behind in ("", "}", "(", "/", r"\partial")
            if (is_left and is_whole) or is_varied:
                yield word


def _is_called(side: list[Tex], at: int) -> bool:
    """Whether the rest of a side is one bracket, or one index."""
    if side[at].text == "_":
        at += 1
        if at == len(side) - 1:
            return side[at].is_letter
        return side[at].text == "{" and closing(side, at) == len(side) - 1
    return side[at].text == "(" and closing(side, at) == len(side) - 1


def _alone(side: list[Tex], words: Iterable[str]) -> Iterator[str]:
    """Letters that stand outside of the given names; the end of a range says nothing."""
    inside = {n for at, word in _runs(side) if word in words for n in range(at, at + len(word))}
    for place, token in enumerate(side):
        if place in inside or not token.is_letter:
            continue
        before = side[place - 1].text if place else ""
        in_script = before in ("^", "_") or (
            before == "{" and place > 1 and side[place - 2].text in "^_"
        )
        if not in_script and not _is_fixed(side, place):
            yield token.text


def _joined(side: list[Tex], words: Iterable[str]) -> list[Tex]:
    out: list[Tex] = []
    last = 0
    for place, word in _runs(side):
        if word in words:
            out += [*side[last:place], Tex(word, side[place].at)]
            last = place + len(word)
    return [*out, *side[last:]]
