"""Plain text as people type it: ``s_i`` for ``s[i]``, ``e^x``, ``∂L/∂z[k]``, ``sum_{k=1}^K``.

Each spelling has one meaning in the paper language and is replaced by it. What a text defines
itself (a name e, a name dx) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from gory.notation._nodes import FUNCTIONS
from gory.notation._tokens import greek
from gory.notation.latex import LABELS

_NAME = r"[^\W\d_]+\d*"
_START = r"(?<![^\W\d_])"  # a name is not looked for from its middle, which would take ages
_ENTRY = rf"{_NAME}(?:\[[^\[\]]*\])?"
_SUBSCRIPT = re.compile(
    rf"(?<![\w\]])({_NAME})_(\{{[^{{}}]*\}}|\([^()]*\)|[^\W_]+)(\^\{{?\([in]\)\}}?)?"
)
_SUM = re.compile(
    r"(?<!\w)(sum|Σ|∑)_(?:\{|\()\s*(\w)\s*=\s*\w+\s*(?:\.\.+\s*\w+\s*)?(?:\}|\))(\^(?:\{\w+\}|\w+))?"
)
_LIMITS = re.compile(r"(?<![\w\\])(?:sum|Σ|∑)_[{(]\s*(\w)\s*=\s*(1)\s*[})]\^\{?([A-Za-z])\}?(?!\w)")
_LETTER = re.compile(r"([A-Za-z0-9]?)(?!δ)([\u03b1-\u03c9ℓ])(?![A-Za-z])")
_ROOT = re.compile(rf"√\s*(?:(?=\()|({_ENTRY}|\d+))")
_SUMS = frozenset(("sum", "Σ", "∑", "prod", "max", "min", "argmax"))
_EXPONENTIAL = re.compile(rf"(?<![\w\]])e\^(?:\{{([^{{}}]*)\}}|(-?(?:{_ENTRY}|\d+))|(?=\())")
_FUNCTION = r"(?:log|ln|exp|sqrt|tanh|sigmoid|softplus|relu)"
_GROUP = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_VARIED = rf"(?:{_FUNCTION}\s*{_GROUP}|{_FUNCTION}\s+{_ENTRY}|{_ENTRY}|{_GROUP})"
MOST_ORDERS = 4  # of a derivative; what runs on is no derivative
_SLOPE = re.compile(
    rf"(?<![\w\]])([∂d])(?:\^?2|²)?\s*({_VARIED})\s*/\s*"
    rf"((?<!\w)\1\s*{_ENTRY}(?:\^2|²)?\s*"
    # dL/dp dp/dz: what a slash follows begins a fraction of its own
    rf"(?:(?<!\w)\1\s*{_ENTRY}(?:\^2|²)?(?![\w\[\],]*\s*/)\s*){{0,{MOST_ORDERS - 1}}})(?![\w(\[])"
)
_DEFINED = re.compile(rf"(?<![\w\])])({_NAME})\(({_NAME})\)\s*:?=(?!=)")
_BODY = re.compile(
    rf"(?<![\w\])])({_NAME})\(({_NAME})\)\s*:?=(?!=)([^=\n#,;:?]{{1,200}}?)\.?\s*$", re.MULTILINE
)
_AT = "`"  # a sign that has no meaning: what stands behind it is no factor
_BY = re.compile(rf"[∂d]\s*({_ENTRY})(\^2|²)?")
_SLOPE_AS_TYPED = re.compile(  # with indices as they are typed
    r"[∂d](?:\^2|²)?\s*[^\s/=]{1,40}(?:\s[^\s/=]{1,40})?\s*/\s*[∂d][^=/\n]{1,80}(?==)"
)
_EQUAL = re.compile(  # as a number: one or zero
    r"\(\s*([a-z])\s*==\s*([a-z])\s*\)|(?<![\w\]])\[\s*([a-z])\s*==?\s*([a-z])\s*\]"
)
_SLOPE_AT = re.compile(rf"(?<![\w\]])({_FUNCTION})'\(\s*({_NAME})\s*\)")  # tanh'(x)
_CASES = re.compile(r"^\s*([^=\n]{1,200}?)\s+if\s+([^=\n]{1,100}?)\s+else\s+([^=\n]{1,200}?)\s*$")
_DIGITS = {"²": "2", "³": "3", "⁴": "4"}
_SMALL = re.compile(r"(?<=\w)(?<![∂d²³⁴])[²³⁴](?![²³⁴])")
_INDICATOR = re.compile(
    r"(?<!\w)(?:1\s?[{\[]|[1I𝟙𝟏]\s?\()\s*([a-z])\s*(==?|!=|≠)\s*([a-z]|\d)\s*[}\])]"
)
_SUM_OF_MINUS = re.compile(r"^(\s*\(*\s*)((?:sum|Σ|∑)_(?:\w|\{[^{}]*\}))\s*-\s*")
_ARROW = re.compile(r"(?<=\s)-{1,2}>(?=\s)")
_OPERATOR = re.compile(rf"∂\s*/\s*∂\s*({_ENTRY})\s*({_ENTRY}|(?=\())")
LONGEST_RUN = 3  # letters below a name that are indices one by one
NUMBER = re.compile(r"^\s*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)|(?:\d{1,2}|[a-h])\.)\s+(?=\S)")


@dataclass
class Spelling:
    """What a whole text says about its names, for the reading of its parts."""

    wide: set[str] = field(default_factory=set)  # names with two indices somewhere
    own: set[str] = field(default_factory=set)  # names that it defines
    functions: dict[str, str] = field(default_factory=dict)  # f of f(x) = ..., with its argument
    bodies: dict[str, str] = field(default_factory=dict)  # and what it is

    @staticmethod
    def of(text: str) -> Spelling:
        wide = set(re.findall(rf"{_START}({_NAME})_\{{?[^\W\d_][,\s]*[^\W\d_]", text))
        wide |= set(re.findall(rf"{_START}({_NAME})\[[^\[\],]*,", text))
        said = _SLOPE_AS_TYPED.sub(" / ", text)
        own = set(re.findall(rf"(?<![\w/])({_NAME})(?:_\w+|\[[^\[\]]*\])?\s*:?=", said))
        found = {name: by for name, by in _DEFINED.findall(text) if name not in FUNCTIONS}
        bodies = {name: body for name, _, body in reversed(_BODY.findall(text))}
        return Spelling(wide, own, found, bodies)

    def read(self, side: str) -> str:
        """One side of an equation in the paper language."""
        side = _ROOT.sub(lambda m: f"sqrt({m[1]})" if m[1] else "sqrt", side)
        side = _LETTER.sub(_latin, side)
        side = _CASES.sub(_cases, side)
        side = _SLOPE_AT.sub(r"d(\1(\2), \2)", side)
        side = _SMALL.sub(lambda m: f"^{_DIGITS[m[0]]}", side)
        side = _SUM.sub(lambda m: f"sum_{m[2]}", side)
        side = _EQUAL.sub(lambda m: f"delta[{m[1] or m[3]},{m[2] or m[4]}]", side)
        side = _INDICATOR.sub(_indicator, side)
        side = _SUBSCRIPT.sub(self.entry, side)
        if "e" not in self.own:
            side = _EXPONENTIAL.sub(_exponential, side)
        for name, by in self.functions.items():
            side = re.sub(
                rf"(?<![\w\]]){name}('*)\(\s*{by}\s*\)", partial(_applied, name, by), side
            )
            side = re.sub(
                rf"(?<![\w\]]){name}('*)({_GROUP})", partial(self.elsewhere, name, by), side
            )
        side = _SUM_OF_MINUS.sub(r"\1- \2 ", side)
        return _with_operators(_SLOPE.sub(self.slope, side))

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

    def elsewhere(self, name: str, by: str, match: re.Match[str]) -> str:
        """``s(-t)`` after ``s(t) = ...``; but ``s (1 - s)`` is a product."""
        order, inner = match.groups()
        if re.search(rf"(?<!\w){name}(?!\w)", inner) or re.search(r"[,=]", inner):
            return match.group()
        body = self.bodies.get(name, "")
        if order or not body:
            return f"{name}{order}{_AT}{inner}"
        return f"({re.sub(rf'(?<![{chr(92)}w.]){by}(?!{chr(92)}w)', lambda _: inner, body)})"

    def slope(self, match: re.Match[str]) -> str:
        """``∂L/∂z[k]``, ``dL/dz[k]``, ``d^2 L / dx^2``, unless dL is a name of the text."""
        sign, body, below = match.groups()
        by = [(name, 2 if squared else 1) for name, squared in _BY.findall(below)]
        if match.group()[1:2] == "2" and len(by) == 1 and by[0][0].endswith("2"):  # d2L/dz2
            by = [(by[0][0][:-1], 2)]
        if sign == "d":
            head = f"d{body.split('[')[0]}"
            if {head, "d"} & (self.own | {"delta"}):
                return match.group()
        variables = [name for name, times in by for _ in range(times)]
        return f"d({body}, {', '.join(variables)}){' ' if below.endswith(' ') else ''}"


def _applied(name: str, by: str, match: re.Match[str]) -> str:
    """``f(x)`` is the value f, ``f'(x)`` its derivative."""
    order = len(match[1])
    return f"d({name}{f', {by}' * order})" if order else name


def _latin(match: re.Match[str]) -> str:
    """``σ_k`` as ``sigma_k``, apart from a letter in front of it."""
    word = greek(match[2])
    return match.group() if word is None else f"{match[1]}{' ' if match[1] else ''}{word}"


def _cases(match: re.Match[str]) -> str:
    """``x if x > 0 else 0``."""
    return f"(({match[1]}) [{match[2]}] + ({match[3]}) (1 - [{match[2]}]))"


def _indicator(match: re.Match[str]) -> str:
    """``1{i = j}`` and ``1{i != j}``."""
    found = f"delta[{match[1]},{match[3]}]"
    return found if "!" not in match[2] and match[2] != "≠" else f"(1 - {found})"


def _exponential(match: re.Match[str]) -> str:
    return "exp" if match[1] is None and match[2] is None else f"exp({match[1] or match[2]})"


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


def settled_limits(
    text: str, known: Mapping[str, Collection[tuple[str, str]]]
) -> dict[str, tuple[str, str]]:
    """Where the sums over a letter begin and end, if all of them agree, typed ones included."""
    found = {letter: {*ends} for letter, ends in known.items()}
    for letter, low, high in _LIMITS.findall(text):
        found.setdefault(letter, set()).add((low, high))
    return {letter: ends.pop() for letter, ends in found.items() if len(ends) == 1}


def with_arrows(line: str) -> str:
    """A line with the arrows between its formulas as signs, all places as they were."""
    if _ARROW.search(line) is None or "=" not in line:
        return line
    return _ARROW.sub(lambda match: "→" * len(match[0]), line)
