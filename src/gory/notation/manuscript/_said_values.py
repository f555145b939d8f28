r"""Names for values of functions: ``\pi_w = \pi_\theta(y_w \mid x)``, ``r_w = r(x, y_w)``.

A function of several arguments that the text works with nowhere says what a name is short for, and
nothing that a line could rest on: the name stays given, and the function none of the text's names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation.latex import GREEK, LatexStatement, Tex, closing

_BETWEEN = (",", ";", "|", r"\mid", r"\vert")  # arguments
_SIGNS = ("_", "^", "{", "}")
_MENTIONED = r"\$\s*$|=\s*$"  # what a function that is never worked with stands behind
_ENDS = re.compile(r"\s*(?:[.,;]\s*)?(?:\$|\\\))")


def without_said_values(statements: Sequence[LatexStatement], text: str) -> list[LatexStatement]:
    """The statements of a formula that do more than name a value."""
    return [one for one in statements if not _names_a_value(one, text)]


def _names_a_value(statement: LatexStatement, text: str) -> bool:
    """Whether it is ``name = f(..., ...)`` in a sentence, of an f that stands in such ones only."""
    if statement.is_display or statement.relations != ["", "="]:
        return False
    left, right = statement.sides
    start = next((n for n, token in enumerate(right) if token.text == "("), 0)
    if not start or closing(right, start) != len(right) - 1 or not _is_name(left):
        return False
    depths = _depths(right[start:])
    between = any(t.text in _BETWEEN and d == 1 for t, d in zip(right[start:], depths, strict=True))
    if not between or not (_is_name(right[:start]) and _is_letter(right[0])):
        return False
    head = re.escape(text[right[0].at : right[start].at].strip())
    return all(_is_mention(text, match) for match in re.finditer(head + r"\s*\(", text))


def _is_name(tokens: list[Tex]) -> bool:
    """Whether tokens are one letter or word with scripts."""
    if not tokens:
        return False
    first, *others = tokens
    is_scripted = not others or others[0].text in ("_", "^")
    is_plain = all(t.is_name or t.text.startswith("\\") or t.text in _SIGNS for t in others)
    return (first.is_name or first.text.startswith("\\")) and is_scripted and is_plain


def _is_letter(token: Tex) -> bool:
    r"""Whether a function is called by a letter; ``\max`` has a meaning of its own."""
    return token.text in GREEK or (token.is_letter and len(token.text) == 1)


def _depths(tokens: list[Tex]) -> list[int]:
    found, depth = [], 0
    for token in tokens:
        depth += (token.text in ("(", "{")) - (token.text in (")", "}"))
        found.append(depth)
    return found


def _is_mention(text: str, match: re.Match[str]) -> bool:
    """Whether a function at its arguments is all that a formula holds, or its right side."""
    if re.search(_MENTIONED, text[: match.start()]) is None:
        return False
    depth, place = 1, match.end()
    while place < len(text) and depth:
        depth += (text[place] == "(") - (text[place] == ")")
        place += 1
    return _ENDS.match(text, place) is not None
