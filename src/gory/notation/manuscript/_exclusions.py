"""Indices that words before a formula exclude: "for a $j$ that is neither $a$ nor $b$"."""

from __future__ import annotations

import re

from gory.notation.manuscript._stated import Statement, with_condition

_LETTER = r"(?:\$\s?([a-z])\s?\$|\\\(\s?([a-z])\s?\\\))"
_OTHER = re.compile(
    rf"{_LETTER}[^.$\\]{{0,30}}\b(?:(?:is|are|be) (?:not|neither)|other than|different from|"
    rf"distinct from|differs from|unequal to)\s+(?:the [a-z]+ )?{_LETTER}"
    rf"(?:,?\s+(?:nor|and|or)\s+(?:the [a-z]+ )?{_LETTER})?"
)
_OPENS = re.compile(r"(?:\s|\$\$|\\\[|\\begin\{[a-z]{1,12}\*?\})*$")
_SENTENCE = 160  # characters before a formula


def with_exclusions(statement: Statement, text: str) -> Statement:
    """A statement whose sides are claimed for the indices only that its sentence leaves."""
    if statement.at < 0 or len(statement.sides) < 2:
        return statement
    ahead = _OPENS.sub("", text[max(statement.at - _SENTENCE, 0) : statement.at])
    sentence = re.split(r"[.;?!]\s|\n\s*\n|\$\$|\\[\[\]]", ahead)[-1]
    for match in _OTHER.finditer(sentence):
        one, *others = [group for group in match.groups() if group]
        for other in others:
            if other != one:
                statement = with_condition(statement, 1, (one, r"\neq", other))
    return statement
