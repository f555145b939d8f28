"""Names in the tokens of a formula, with the plain letters below them.

A font belongs to the name: ``\\mathbf{w}_k`` is w with the letter k.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gory.notation.latex._scripts import FONTS, GREEK
from gory.notation.latex._tokens import Tex, closing


@dataclass(frozen=True)
class Use:
    """A name at a place of a formula."""

    name: str
    start: int  # of the name, its font included
    name_end: int
    end: int  # of its subscript, or of the name
    letters: list[str]  # below it; none where it stands alone


def name_uses(side: Sequence[Tex]) -> Iterator[Use]:
    """Names of one letter in their order; not those below others."""
    tokens = list(side)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.text == "_" or (token.text in FONTS and not _name(tokens, place)[0]):
            place = _group_end(tokens, place + 1) + 1
            continue
        name, end = _name(tokens, place)
        if not name:
            place += 1
            continue
        letters: list[str] = []
        stop = end
        if end + 1 < len(tokens) and tokens[end + 1].text == "_":
            stop = _group_end(tokens, end + 2)
            inner = [t.text for t in tokens[end + 2 : stop + 1] if t.text not in ("{", "}", ",")]
            letters = inner or [""]
        yield Use(name, place, end, stop, letters)
        place = stop + 1


def _name(tokens: list[Tex], place: int) -> tuple[str, int]:
    """The name that starts at a place, and where it ends."""
    token = tokens[place]
    if token.text in FONTS and place + 1 < len(tokens):
        braced = tokens[place + 1].text == "{"
        end = _group_end(tokens, place + 1)
        inner = tokens[place + 2 : end] if braced else tokens[place + 1 : end + 1]
        return (_letter(inner[0]), end) if len(inner) == 1 else ("", place)
    return _letter(token), place


def _letter(token: Tex) -> str:
    return GREEK.get(token.text, token.text if token.is_letter else "")


def _group_end(tokens: list[Tex], place: int) -> int:
    if place >= len(tokens):
        return len(tokens) - 1
    end = closing(tokens, place) if tokens[place].text == "{" else place
    return end if end >= 0 else len(tokens) - 1
