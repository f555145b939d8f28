"""LaTeX that nothing sets off from its text: every line is a row, words in front of it apart."""

from __future__ import annotations

import re

from gory.notation.latex import Tex, tex_tokens

_WORDS = re.compile(r"\s*[A-Za-z]{2,}(?:[ ,]+[A-Za-z]+)*[ :,]+(?=\S)")


def raw_rows(text: str, start: int, end: int) -> list[Tex]:
    """The tokens of a stretch, the end of a line as the end of a row."""
    tokens: list[Tex] = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        words = _WORDS.match(line)
        skip = len(words.group()) if words and "\\" not in words.group() else 0
        if re.search(r"[=\\_^]", line[skip:]):
            row = tex_tokens(text, at + skip, at + len(line))
            tokens += [*row, Tex("\\\\", at + len(line) - 1)]
        at += len(line)
    return tokens
