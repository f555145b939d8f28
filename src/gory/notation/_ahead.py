"""Looking ahead: what a bracket will turn out to hold, before it is read.

Two spellings share their first sign: ``x[k]`` and ``x [k > 0]``, ``d(J, w)`` and ``d (a + b)``.
What decides stands inside the bracket, at its own depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation._ranges import suggested
from gory.notation._tokens import Token


def holds_condition(tokens: Sequence[Token], place: int, relations: Sequence[str]) -> bool:
    """Whether the square bracket at ``place`` holds a condition and not indices."""
    depth = 0
    for at in range(place, len(tokens)):  # a slice would copy the rest for every bracket
        token = tokens[at]
        if token.kind == "end":
            return False
        depth += token.text in ("[", "(")
        depth -= token.text in ("]", ")")
        if token.text in relations:
            return True
        if depth == 0:
            return False
    return False


def holds_variable(tokens: Sequence[Token], place: int) -> bool:
    """Whether ``d`` at ``place`` is followed by a bracket with a comma of its own."""
    if tokens[place + 1].text != "(":
        return False
    depth = 0
    for at in range(place + 1, len(tokens)):
        token = tokens[at]
        depth += token.text in ("[", "(", "{")
        depth -= token.text in ("]", ")", "}")
        if token.kind == "end" or depth == 0:
            return False
        if token.text == "," and depth == 1:
            return True
    return False


def behind_index(tokens: Sequence[Token], place: int) -> int:
    """The place behind an index at ``place``: behind a letter, or a label such as ``t[i]``."""
    place = min(place + 1, len(tokens) - 1)
    if tokens[place].text != "[":
        return place
    depth = 0
    while tokens[place].kind != "end":
        depth += (tokens[place].text == "[") - (tokens[place].text == "]")
        place += 1
        if depth == 0:
            break
    return place


def sizes_without_index_line(statements: Sequence[Sequence[Token]]) -> frozenset[str]:
    """Names that are given a whole number, or a span, and that a letter of an index suggests."""
    found = set()
    for statement in statements:
        texts = [token.text for token in statement]
        span = len(texts) > 3 and texts[3] == ".."
        number = len(texts) > 3 and statement[3].kind == "end"
        if texts[1] == "=" and texts[2].isdigit() and (span or number):
            found.add(texts[0])
    letters = {letter for statement in statements for letter in _letters_of_indices(statement)}
    return frozenset(found & {suggested(letter) for letter in letters})


def _letters_of_indices(statement: Sequence[Token]) -> Iterator[str]:
    depth = 0
    for token in statement:
        depth += (token.text == "[") - (token.text == "]")
        if depth and token.kind == "name":
            yield token.text
