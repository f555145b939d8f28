"""Plain text as people type it: ``s_i`` for ``s[i]``, ``e^x``, ``∂L/∂z[k]``, ``sum_{k=1}^K``.

Each spelling has one meaning in the paper language and is replaced by it. What a text defines
itself (a name e, a name dx) is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gory.notation._tokens import greek
from gory.notation.latex import LABELS

_NAME = r"[^\W\d_]+\d*"
_ENTRY = rf"{_NAME}(?:\[[^\[\]]*\])?"
_SUBSCRIPT = re.compile(
    rf"(?<![\w\]])({_NAME})_(\{{[^{{}}]*\}}|\([^()]*\)|[^\W_]+)(\^\{{?\([in]\)\}}?)?"
)
_SUM = re.compile(
    r"(?<!\w)(sum|Σ|∑)_(?:\{|\()\s*(\w)\s*=\s*\w+\s*(?:\.\.+\s*\w+\s*)?(?:\}|\))(\^(?:\{\w+\}|\w+))?"
)
_LETTER = re.compile(r"([A-Za-z0-9]?)(?!δ)([\u03b1-\u03c9])(?![A-Za-z])")
_SUMS = frozenset(("sum", "Σ", "∑", "prod", "max", "min", "argmax"))
_EXPONENTIAL = re.compile(rf"(?<![\w\]])e\^(?:\{{([^{{}}]*)\}}|(-?(?:{_ENTRY}|\d+))|(?=\())")
_SLOPE = re.compile(rf"∂[²2]?\s*({_ENTRY})\s*/\s*((?:∂\s*{_ENTRY}\s*)+)")
_OPERATOR = re.compile(rf"∂\s*/\s*∂\s*({_ENTRY})\s*({_ENTRY}|(?=\())")
_DIFFERENTIAL = re.compile(rf"(?<![\w\]])d({_ENTRY})\s*/\s*d({_ENTRY})(?![\w(\[])")
LONGEST_RUN = 3  # letters below a name that are indices one by one
NUMBER = re.compile(r"^\s*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)|\d{1,2}\.)\s+(?=\S)")


@dataclass
class Spelling:
    """What a whole text says about its names, for the reading of its parts."""

    wide: set[str] = field(default_factory=set)  # names with two indices somewhere
    own: set[str] = field(default_factory=set)  # names that it defines

    @staticmethod
    def of(text: str) -> Spelling:
        wide = set(re.findall(rf"({_NAME})_\{{?[^\W\d_][,\s]*[^\W\d_]", text))
        wide |= set(re.findall(rf"({_NAME})\[[^\[\],]*,", text))
        own = set(re.findall(rf"(?<![\w/])({_NAME})(?:_\w+|\[[^\[\]]*\])?\s*:?=", text))
        return Spelling(wide, own)

    def read(self, side: str) -> str:
        """One side of an equation in the paper language."""
        side = _LETTER.sub(_latin, side)
        side = _SUM.sub(lambda m: f"sum_{m[2]}", side)
        side = _SUBSCRIPT.sub(self.entry, side)
        if "e" not in self.own:
            side = _EXPONENTIAL.sub(_exponential, side)
        side = _SLOPE.sub(_slope, side)
        side = _with_operators(side)
        return _DIFFERENTIAL.sub(self.differential, side)

    def entry(self, match: re.Match[str]) -> str:
        name, below, instance = match.groups()
        if name in _SUMS:
            return match.group()
        below = below.strip("{}()").strip()
        if below in LABELS or (below.isalpha() and len(below) > LONGEST_RUN):
            return f"{name}{below}"
        if "," in below:
            indices = [part.strip() for part in below.split(",")]
        elif below.isdigit():
            indices = list(below) if name in self.wide else [below]
        else:
            indices = re.findall(r"\d+|[^\W\d_]", below)
        if not all(re.fullmatch(r"\w+", index) for index in indices):
            return match.group()
        own = [instance.strip("^{}()")] if instance else []
        return f"{name}[{','.join([*own, *indices])}]"

    def differential(self, match: re.Match[str]) -> str:
        names = [re.split(r"\[", part)[0] for part in match.groups()]
        if any(f"d{name}" in self.own or f"d{name}" == "delta" for name in names):
            return match.group()
        return f"d({match[1]}, {match[2]})"


def _latin(match: re.Match[str]) -> str:
    """``σ_k`` as ``sigma_k``, apart from a letter in front of it."""
    word = greek(match[2])
    return match.group() if word is None else f"{match[1]}{' ' if match[1] else ''}{word}"


def _exponential(match: re.Match[str]) -> str:
    return "exp" if match[1] is None and match[2] is None else f"exp({match[1] or match[2]})"


def _slope(match: re.Match[str]) -> str:
    variables = [part.strip() for part in match[2].split("∂") if part.strip()]
    return f"d({match[1]}, {', '.join(variables)})"


def _with_operators(side: str) -> str:
    """``∂/∂z[k] (...)`` and ``∂/∂z[k] L``."""
    while (match := _OPERATOR.search(side)) is not None:
        if match[2]:
            side = f"{side[: match.start()]}d({match[2]}, {match[1]}){side[match.end() :]}"
            continue
        depth = 0
        for place in range(match.end(), len(side)):
            depth += (side[place] == "(") - (side[place] == ")")
            if depth == 0:
                inner = side[match.end() + 1 : place]
                whole = f"d({inner}, {match[1]})"
                side = f"{side[: match.start()]}{whole}{side[place + 1 :]}"
                break
        else:
            return side
    return side
