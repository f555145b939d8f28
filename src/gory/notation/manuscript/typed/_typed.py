r"""Mathematics as people type it without LaTeX, as the tokens of LaTeX: ``dL/dz_j = p_j - y_j``.

Mails, code comments and plain notes write vectors, functions and derivatives in the manner of
LaTeX, only without its commands. Token by token they have one translation, and then the reader of
LaTeX knows what to make of them. Every token keeps the place of what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gory.notation._tokens import greek
from gory.notation.latex import FUNCTIONS, GREEK, LABELS, Tex, is_whole_function, tex_tokens

_BELOW = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓₐₑₕ₊₋", "0123456789ijklmnoprstuvxaeh+-", strict=True))
_ABOVE = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁱⁿˣʸᵏᵗ⁺⁻", "0123456789inxykt+-", strict=True)) | {
    "ᵀ": r"\top",
    "⊤": r"\top",
}
_PARTS = {"½": "12", "⅓": "13", "⅔": "23", "¼": "14", "¾": "34"}
_SMALL = "".join((*_BELOW, *_ABOVE))
_LETTER = rf"[^\W\d_{_SMALL}]"
_BESIDE = rf"[^\W{_SMALL}]{{1,12}}"
_SUB = rf"(?:_(?:\{{[^{{}}\n]{{1,30}}\}}|\([^()\n]{{1,30}}\)|{_BESIDE})|\[[^\[\]\n]{{1,30}}\])?"
_SCRIPTED = re.compile(r"[^\W\d_]_(?:\w{1,3}|\{[^{}]{1,8}\})$")
_INSTANCE = r"(?:\^\{?\([nitmsr]\)\}?)?"
_NAME = rf"{_LETTER}{{1,20}}'?(?:[{''.join(_BELOW)}]{{1,4}}|\d{{0,2}}{_SUB}{_INSTANCE})'?"
_ORDER = r"(?:\^?[23]|[²³])?"
_SLOPE = re.compile(
    rf"(?P<sign>[d∂])(?P<order>{_ORDER})\s?"
    rf"(?P<body>(?:log|ln|exp|sqrt|tanh)\s?(?:\([^()\n]{{1,40}}\)|{_NAME})|{_NAME}(?:\([^()\n]{{1,40}}\))?|\([^()\n]{{1,80}}\))?"
    rf"\s?/\s?\(?(?P<below>(?P=sign)\s?{_NAME}{_ORDER}\s?"
    # dL/dp dp/dz: what a slash follows begins a fraction of its own
    rf"(?:(?P=sign)\s?{_NAME}{_ORDER}(?![\w\[\],{{}}]*\s?/)\s?){{0,3}})"
)
_BY = re.compile(rf"[d∂]\s?(?P<name>{_NAME})(?P<order>{_ORDER})")
_SUBSCRIPT = re.compile(rf"\{{[^{{}}\n]{{1,60}}\}}|\([^()\n]{{1,60}}\)|[^\W_{_SMALL}]+|-?[0-9]+")
_BRACKETED = re.compile(r"\[(\w[\w\s,+-]{0,30})\]")
_POWER = re.compile(r"\{|\(|-?\d+(?:\.\d+)?|-?[^\W\d_]+|\*|-")
_WORD = re.compile(rf"{_LETTER}{{1,40}}")
_RUN_BELOW = re.compile(f"[{''.join(_BELOW)}]+")
_RUN_ABOVE = re.compile(f"[{''.join(_ABOVE)}]+")
_DIGITS = re.compile(r"\d{1,2}(?![\d.]*\.\d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_GROUP = {"(": ")", "[": "]", "{": "}"}
LONGEST_RUN = 3  # letters below a name that are indices one by one
DEEPEST = 40
_COMMANDS = {"log", "ln", "exp", "tanh", "sin", "cos", "sinh", "cosh", "max", "min"}
_SUMS = {"sum": r"\sum", "prod": r"\prod", "Σ": r"\sum", "∑": r"\sum", "∏": r"\prod"}
_SIGNS = {
    "||": r"\|", "‖": r"\|", "**": "^", "==": "=", "!=": r"\neq", "<=": r"\le", ">=": r"\ge",
    ".*": r"\odot", "⊙": r"\odot", "∘": r"\odot", "@": "", "→": r"\to", "->": r"\to",
    "∞": r"\infty", "×": r"\times", "·": r"\cdot",
}  # fmt: skip
_SHORT_WORDS = """
a i is as it in an at so to of on or by if we be no do up us my me he am go and the for are not but
all any can has had was its our out one two let set put get now how new via use yes you may per due
"""
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True)))


@dataclass(frozen=True)
class Spelt:
    """What a whole text says of its words: which are names, which are letters side by side."""

    own: frozenset[str]  # names that it defines
    single: frozenset[str]  # letters that stand alone somewhere

    @staticmethod
    def of(text: str) -> Spelt:
        said = _SLOPE.sub(" / ", text)
        own = re.findall(
            rf"(?<![\w/])({_WORD.pattern}\d{{0,2}})(?:_\w+|\[[^\[\]\n]*\])?\s*:?=(?!=)", said
        )
        single = re.findall(r"(?<![^\W\d_])([^\W\d_])(?![^\W\d_])", text)
        below = [
            by["name"][0] for slope in _SLOPE.finditer(text) for by in _BY.finditer(slope["below"])
        ]
        return Spelt(frozenset(own), frozenset((*single, *below)))

    def products(self, text: str) -> set[str]:
        """The words of a text that are letters side by side."""
        return {word for word in _WORD.findall(text) if len(word) > 1 and self.is_product(word)}

    def is_product(self, word: str) -> bool:
        """``Xw``: letters side by side, each of which the text has by itself."""
        is_word = word in self.own or word.lower() in _SHORT_WORDS.split()
        return not is_word and len(word) <= LONGEST_RUN and set(word) <= self.single


def typed_tokens(text: str, at: int, spelt: Spelt) -> list[Tex]:
    """The tokens of one side of an equation that begins at a place of its document."""
    return list(_Typed(text, at, spelt).run(0, len(text)))


@dataclass
class _Typed:
    text: str
    at: int
    spelt: Spelt
    depth: int = 0
    closes: dict[int, int] = field(default_factory=dict)  # where the bracket at a place is closed

    def run(self, place: int, end: int) -> Iterator[Tex]:
        if self.depth > DEEPEST:
            return
        while place < end:
            place, found = self.step(place, end)
            yield from found

    def step(self, place: int, end: int) -> tuple[int, list[Tex]]:
        """The tokens of what stands at a place, and the place behind it."""
        sign = self.text[place]
        if sign.isspace():
            return place + 1, []
        if sign in "d∂" and (found := self.slope(place, end)) is not None:
            return found
        if sign in _PARTS:
            above, below = ([self.token(t, place) for t in ("{", n, "}")] for n in _PARTS[sign])
            return place + 1, [self.token(r"\frac", place), *above, *below]
        if sign == "*" and not self.text[place + 1 : end].strip():  # w*, the solution
            return place + 1, [self.token(t, place) for t in ("^", "{", "*", "}")]
        if sign == "√" and self.text[place + 1 : min(place + 2, end)] not in ("", "√"):
            return self.root(place, end)
        if sign in _SUMS:
            return self.scripts(place + 1, end, [self.token(_SUMS[sign], place)])
        if (match := _WORD.match(self.text, place, end)) is not None:
            return self.word(match, end)
        if (match := _NUMBER.match(self.text, place, end)) is not None:
            return match.end(), [self.token(match.group(), place)]
        if sign in _ABOVE or sign in _BELOW:
            return self.small(place, end)
        if sign == "^" or self.text.startswith("**", place):
            return self.power(place + (1 if sign == "^" else 2), end)
        if (match := _SIGN.match(self.text, place, end)) is not None:
            spelled = _SIGNS[match.group()]
            return match.end(), [self.token(spelled, place)] if spelled else []
        return place + 1, [self.token(t.text, place) for t in tex_tokens(sign)]

    def root(self, place: int, end: int) -> tuple[int, list[Tex]]:
        """``√(v + ε)`` and ``√d``."""
        close = self.closing(place + 1, end) if self.text[place + 1] == "(" else -1
        if close > 0:
            return close + 1, [self.token(r"\sqrt", place), *self.braced(place + 2, close)]
        stop, inner = self.step(place + 1, end)
        opening, ending = self.token("{", place), self.token("}", stop - 1)
        return stop, [self.token(r"\sqrt", place), opening, *inner, ending]

    def token(self, text: str, place: int) -> Tex:
        return Tex(text, self.at + place)

    def inner(self, start: int, end: int) -> list[Tex]:
        self.depth += 1
        found = list(self.run(start, end))
        self.depth -= 1
        return found

    def braced(self, start: int, end: int) -> list[Tex]:
        """A stretch in braces."""
        return [self.token("{", start), *self.inner(start, end), self.token("}", end - 1)]

    # -- words --------------------------------------------------------------------------------

    def word(self, match: re.Match[str], end: int) -> tuple[int, list[Tex]]:
        word, place = match.group(), match.start()
        if word in _SUMS:
            return self.scripts(match.end(), end, [self.token(_SUMS[word], place)])
        if word == "sqrt" and self.text[match.end() : match.end() + 1] == "(":
            close = self.closing(match.end(), end)
            if close > 0:
                inside = self.braced(match.end() + 1, close)
                return close + 1, [self.token(r"\sqrt", place), *inside]
        if word in _COMMANDS and word not in self.spelt.own:
            return self.scripts(match.end(), end, [self.token(f"\\{word}", place)])
        if len(word) > 1 and f"\\{word}" in GREEK:
            return self.scripts(match.end(), end, [self.token(f"\\{word}", place)])
        if len(word) == 1:
            return self.scripts(match.end(), end, [self.token(_letter(word), place)])
        if word not in self.spelt.own and (word in FUNCTIONS or is_whole_function(word)):
            return self.scripts(match.end(), end, self.upright(r"\operatorname", word, place))
        if self.spelt.is_product(word):
            return place + 1, [self.token(word[0], place)]
        if not word.isascii():  # a Greek letter beside others
            return place + 1, [self.token(_letter(word[0]), place)]
        return self.scripts(match.end(), end, self.upright(r"\mathrm", word, place))

    def upright(self, font: str, word: str, place: int) -> list[Tex]:
        letters = [self.token(letter, place + n) for n, letter in enumerate(word)]
        last = self.token("}", place + len(word) - 1)
        return [self.token(font, place), self.token("{", place), *letters, last]

    def small(self, place: int, end: int) -> tuple[int, list[Tex]]:
        """Small letters and digits, above or below: ``xᵢ²``."""
        table, mark, run = (
            (_BELOW, "_", _RUN_BELOW) if self.text[place] in _BELOW else (_ABOVE, "^", _RUN_ABOVE)
        )
        match = run.match(self.text, place, end)
        stop = match.end() if match else place + 1
        signs = [self.token(table[self.text[at]], at) for at in range(place, stop)]
        last = self.token("}", stop - 1)
        return stop, [self.token(mark, place), self.token("{", place), *signs, last]

    # -- scripts ------------------------------------------------------------------------------

    def scripts(self, place: int, end: int, head: list[Tex]) -> tuple[int, list[Tex]]:
        """A name with what stands right below it: ``z_k``, ``z[k]``, ``x1``, ``W_hh``."""
        found = head
        is_name = head[0].text not in (*_SUMS.values(), *(f"\\{word}" for word in _COMMANDS))
        if is_name and (match := _DIGITS.match(self.text, place, end)) is not None:
            found = [*found, self.token("_", place), *self.braced(place, match.end())]
            place = match.end()
        if self.text.startswith("_", place) and place + 1 < end:
            match = _SUBSCRIPT.match(self.text, place + 1, end)
            if match is not None:
                below = self.below(match.group(), match.start())
                found = [*found, self.token("_", place), *below]
                place = match.end()
        elif is_name and (match := _BRACKETED.match(self.text, place, end)) is not None:
            below = self.braced(match.start(1), match.end(1))
            found = [*found, self.token("_", place), *below]
            place = match.end()
        return place, found

    def below(self, piece: str, place: int) -> list[Tex]:
        if piece[0] in _GROUP:
            inside = piece[1:-1]
            if inside.isalpha() and len(inside) > LONGEST_RUN:
                return self.label(inside, place + 1)
            return self.braced(place + 1, place + len(piece) - 1)
        if piece in LABELS or (piece.isalpha() and len(piece) > LONGEST_RUN):
            return self.label(piece, place)
        letters = [self.token(_letter(sign), place + n) for n, sign in enumerate(piece)]
        if piece.isdigit():
            letters = [self.token(piece, place)]
        return [self.token("{", place), *letters, self.token("}", place + len(piece) - 1)]

    def label(self, word: str, place: int) -> list[Tex]:
        inner = self.upright(r"\text", word, place)
        return [self.token("{", place), *inner, self.token("}", place + len(word) - 1)]

    def power(self, place: int, end: int) -> tuple[int, list[Tex]]:
        """``^2``, ``^T``, ``^(i)``, ``^-x``, ``^(a + b)``."""
        while place < end and self.text[place] == " ":
            place += 1
        caret = self.token("^", place - 1)
        match = _POWER.match(self.text, place, end)
        if match is None:
            return place, [caret]
        piece = match.group()
        if piece in _GROUP:
            close = self.closing(place, end)
            if close < 0:
                return place, [caret]
            inner = self.inner(place + 1, close)
            if piece == "(" and len(inner) == 1 and self.is_instance(inner[0].text, caret.at):
                inner = [self.token("(", place), *inner, self.token(")", close)]
            return close + 1, [caret, self.token("{", place), *inner, self.token("}", close)]
        if piece == "T":
            return match.end(), [caret, *(self.token(t, place) for t in ("{", r"\top", "}"))]
        if piece.lstrip("-").isalpha() or piece == "-":  # with its own subscript: e^z_k
            start = place + piece.startswith("-")
            minus = [self.token("-", place)] if piece.startswith("-") else []
            stop, inner = self.step(start, end) if start < end else (start, [])
            return stop, [caret, self.token("{", place), *minus, *inner, self.token("}", stop - 1)]
        return match.end(), [caret, *self.braced(place, match.end())]

    def is_instance(self, letter: str, at: int) -> bool:
        """``x^(i)``, and ``x_j^(m)`` whose letter stands behind a subscript; but ``e^(m)``."""
        place = at - self.at
        before = self.text[max(place - 20, 0) : place].rstrip()
        return letter in "nit" or (letter in "msr" and _SCRIPTED.search(before) is not None)

    def closing(self, place: int, end: int) -> int:
        """Where the bracket at a place is closed; -1 if nowhere."""
        if not self.closes:
            self.closes = _pairs(self.text)
        found = self.closes.get(place, -1)
        return found if found < end else -1

    # -- derivatives ----------------------------------------------------------------------------

    def slope(self, place: int, end: int) -> tuple[int, list[Tex]] | None:
        """``dL/dz_j``, ``d/dx``, ``∂²L/∂z_j∂z_k``; None where dL is a name of the text."""
        if place and (self.text[place - 1].isalnum() or self.text[place - 1] in "_'"):
            return None
        match = _SLOPE.match(self.text, place, end)
        if match is None:
            return None
        name = re.split(r"[_[(']", match["body"] or "")[0]
        if name and f"d{name}" in self.spelt.own:
            return None
        stop = match.end()
        if "(" in self.text[match.end("body" if match["body"] else "order") : match.start("below")]:
            if not self.text.startswith(")", stop):
                return None
            stop += 1
        sign = r"\partial" if match["sign"] == "∂" else "d"
        above = [self.token(sign, place), *self.order(match["order"], match.start("order"))]
        if match["body"]:
            above += self.inner(match.start("body"), match.end("body"))
        below: list[Tex] = []
        times = match["order"][-1:]
        for by in _BY.finditer(self.text, match.start("below"), match.end("below")):
            end_of_name, order = by.end("name"), by["order"]
            if times and not order and by["name"].endswith(times) and len(by["name"]) > 1:
                end_of_name, order = end_of_name - 1, times  # d2L/dw2
            below += [
                self.token(sign, by.start()),
                *self.inner(by.start("name"), end_of_name),
                *self.order(order, end_of_name),
            ]
        last = match.start("below") + len(match["below"].rstrip()) - 1
        return stop, [
            self.token(r"\frac", place), self.token("{", place), *above, self.token("}", place),
            self.token("{", place), *below, self.token("}", last),
        ]  # fmt: skip

    def order(self, digits: str, place: int) -> list[Tex]:
        if not digits:
            return []
        number = {"²": "2", "³": "3"}.get(digits[-1], digits[-1])
        return [self.token(t, place) for t in ("^", "{", number, "}")]


def _letter(sign: str) -> str:
    """A letter, a Greek one as its command."""
    word = greek(sign)
    return f"\\{'lambda' if word == 'lam' else word}" if word else sign


def _pairs(text: str) -> dict[int, int]:
    found = {-1: -1}
    open_places: list[int] = []
    for place, sign in enumerate(text):
        if sign in _GROUP:
            open_places.append(place)
        elif open_places and sign in _GROUP.values():
            found[open_places.pop()] = place
    return found
