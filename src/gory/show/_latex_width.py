r"""How wide a formula will be on paper, estimated from its LaTeX.

The widths are those of Computer Modern, in em, rounded; a line is broken by them, so it is enough
that they are right within a tenth. Only what the writer of formulas produces is known: fractions,
scripts, roots, delimiters, names and signs.
"""

from __future__ import annotations

import re

SCRIPT = 0.78  # size of a script, and of a fraction within a fraction

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_&]|\s+|.")
_WORDS = (r"\text", r"\textbf", r"\operatorname", r"\mathit", r"\mathrm", r"\mathbf")
_NO_WIDTH = frozenset({r"\displaystyle", r"\bigl", r"\bigr", "&"})
_WIDTHS = {
    "+": 1.22, "-": 1.22, "=": 1.33, "<": 1.33, ">": 1.33, r"\ne": 1.33, r"\ge": 1.33,
    r"\le": 1.33, r"\cdot": 0.72, r"\times": 1.22, r"\odot": 1.22, r"\otimes": 1.22,
    ",": 0.45, "(": 0.4, ")": 0.4, "[": 0.3, "]": 0.3, "|": 0.3, "/": 0.5,
    r"\lvert": 0.3, r"\rvert": 0.3, r"\,": 0.17, r"\quad": 1.0, r"\qquad": 2.0,
    r"\left": 0.33, r"\right": 0.33, r"\Bigl": 0.3, r"\Bigr": 0.3, r"\exp": 1.7, r"\log": 1.45,
    r"\tanh": 2.3, r"\sin": 1.5,
    r"\cos": 1.6, r"\det": 1.5, r"\max": 2.0, r"\min": 1.9, r"\top": 0.8, "i": 0.35, "j": 0.42,
    "l": 0.32, "m": 0.88, "w": 0.73, "W": 1.05, "M": 1.05, "'": 0.28, ":": 0.5, ";": 0.45,
}  # fmt: skip
_SIGN = 0.56  # any other letter, digit or symbol
_LETTER = 0.5  # a letter within a word


def width(tex: str, /) -> float:
    r"""The width of a displayed formula in em.

    Examples
    --------
    >>> round(width(r"\frac{a + b}{2}"), 1), round(width("a + b"), 1)
    (2.6, 2.3)
    >>> width(r"\frac{x}{y_1 + y_2}") < width("x (y_1 + y_2)")
    True
    """
    return _Measure(_TOKEN.findall(tex)).group(fractions=0)


class _Measure:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def group(self, fractions: int) -> float:
        """Everything up to the brace that closes."""
        total = scripts = 0.0
        while self.place < len(self.tokens):
            token = self._next()
            if token == "}":
                break
            if token in "^_":  # one above the other
                new = SCRIPT * self._argument(fractions)
                total += max(new - scripts, 0.0)
                scripts = max(new, scripts)
                continue
            if not token.isspace():
                scripts = 0.0
                total += self._one(token, fractions)
        return total

    def _one(self, token: str, fractions: int) -> float:
        if token == "{":
            return self.group(fractions)
        if token == r"\frac":
            size = SCRIPT if fractions else 1.0
            sides = self._argument(fractions + 1), self._argument(fractions + 1)
            return size * max(sides) + 0.25
        if token == r"\sum":
            return self._sum(fractions)
        if token == r"\sqrt":
            return 0.85 + self._argument(fractions)
        if token in _WORDS:
            return self._word()
        return 0.0 if token in _NO_WIDTH or token.isspace() else _WIDTHS.get(token, _SIGN)

    def _sum(self, fractions: int) -> float:
        """What runs stands under the sign in a display, beside it within a fraction."""
        if self.place < len(self.tokens) and self.tokens[self.place] == "_":
            self.place += 1
            under = SCRIPT * self._argument(fractions)
            return 0.17 + (1.06 + under if fractions else max(1.44, under))
        return 1.6

    def _word(self) -> float:
        letters = depth = 0
        while self.place < len(self.tokens):
            token = self._next()
            depth += (token == "{") - (token == "}")
            letters += len(token) if token not in "{}" and not token.startswith("\\") else 0
            if depth == 0:
                break
        return _LETTER * letters

    def _argument(self, fractions: int) -> float:
        while self.place < len(self.tokens) and self.tokens[self.place].isspace():
            self.place += 1
        return self._one(self._next(), fractions) if self.place < len(self.tokens) else 0.0

    def _next(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]
