r"""The reader of LaTeX mathematics: one side of an equation becomes text of the paper language.

It knows the notation of articles and homework: juxtaposed subscripts, an instance as a
superscript in brackets, derivatives as fractions, cases, indicators, functions with and without
brackets, whole vectors and matrices. What is a number is text at once, what has axes that are
not written an `Array`, which is text as soon as its letters are known. The paper language is the
only way on from here, so there is one grammar of meaning and one reader of indices. What is
not understood is an error with its place; nothing is skipped and nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gory.notation._errors import NotationError
from gory.notation.latex._arrays import Array, applied, called
from gory.notation.latex._constants import ones_or_identity
from gory.notation.latex._extrema import extremum
from gory.notation.latex._forms import cases, indicator
from gory.notation.latex._functions import FUNCTIONS, primes, sloped
from gory.notation.latex._inner_products import angled, dot, norm
from gory.notation.latex._names import Names
from gory.notation.latex._scripts import ACCENTS, FONTS, GREEK, TRANSPOSED, index_list
from gory.notation.latex._shapes import absolute, braced, fraction, root
from gory.notation.latex._slopes import slashed, slope_operator
from gory.notation.latex._sums import series, summation
from gory.notation.latex._symbols import symbol
from gory.notation.latex._tokens import OPENING, Tex, closing
from gory.notation.latex._wholes import (
    Bare,
    Value,
    added,
    hadamard,
    in_brackets,
    multiplied,
    picked,
    powered,
    starred,
    turned,
)

VECTORS = re.compile(r"(?i)\bvectors?\b|cross product|\\mathbb\s*\{?R\}?\^\{?3")
_SIGNS = {"+": "+", "-": "-"}
_TIMES = (r"\cdot", r"\times", "*", r"\ast")
_ENTRYWISE = {r"\odot": "", r"\circ": "", r"\oslash": "/"}
_OVER = ("/", r"\div")
_DOTS = (r"\ldots", r"\cdots", r"\dots", r"\vdots", r"\dotsb", r"\dotsc")
_DECORATIONS = {  # and how many arguments stand before what they decorate
    r"\cancel": 0, r"\bcancel": 0, r"\xcancel": 0, r"\boxed": 0, r"\cancelto": 1, r"\textcolor": 1,
    r"\underset": 1, r"\overset": 1,
}  # fmt: skip
_FRACTIONS = (r"\frac", r"\dfrac", r"\tfrac", r"\cfrac")


MANNERS = (
    "far",  # sums and functions reach on
    "both",  # i != j below a sum binds both
    "under",  # a/bc by its spaces the other way round, derivatives up to a sign of a product
    "apart",  # f(1 - u) as a product, where f is a name of the text
)


def is_plain(token: Tex) -> bool:
    """Whether a name or a number begins here."""
    return token.is_letter or token.is_number or token.text in (*GREEK, *FONTS, *ACCENTS)


@dataclass
class LatexReader:
    """A cursor over the tokens of one side; every method returns text of the paper language."""

    text: str
    tokens: list[Tex]
    names: Names
    manner: str = ""  # one of `MANNERS`, or the plain one
    prime: str = ""  # the derivative that a prime stands for, as "a[j]"
    claims: list[tuple[list[Tex], list[Tex]]] = field(default_factory=list)  # written under braces
    facts: set[str] = field(default_factory=set)  # what a construct declares by itself
    bound: list[str] = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)  # what was guessed
    place: int = 0
    depth: int = 0

    @property
    def wide(self) -> bool:
        """Whether sums and functions take all that follows."""
        return self.manner == "far"

    # -- cursor ---------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].text if place < len(self.tokens) else ""

    def take(self) -> Tex:
        if self.place >= len(self.tokens):
            raise self.error("the formula ends where something has to follow")
        self.place += 1
        return self.tokens[self.place - 1]

    def error(self, reason: str, token: Tex | None = None) -> NotationError:
        place = min(self.place, len(self.tokens) - 1)
        at = token.at if token else self.tokens[place].at if self.tokens else 0
        return NotationError(reason, self.text, at)

    def inside(self, tokens: list[Tex]) -> Value:
        """An expression in brackets or braces of its own."""
        if self.depth >= 40:
            raise self.error("brackets are nested deeper than 40 levels")
        inner = LatexReader(
            self.text, tokens, self.names, self.manner, self.prime, self.claims, self.facts,
            self.bound, self.doubts, depth=self.depth + 1,
        )  # fmt: skip
        if not tokens:
            raise self.error("an empty group stands where an expression has to be")
        found = inner.expression()
        if inner.place < len(tokens):
            raise inner.error(f"{inner.peek()!r} is not understood here")
        return found

    def number(self, tokens: list[Tex]) -> str:
        """An expression of its own that has no axes."""
        found = self.inside(tokens)
        if isinstance(found, Array):
            raise self.error(f"{found.shown} stands where a number is needed", tokens[0])
        return str(found)

    def group(self) -> list[Tex]:
        """The tokens of a bracket or group at the cursor, which moves behind it."""
        end = closing(self.tokens, self.place)
        if end < 0:
            raise self.error(f"{self.peek()!r} is never closed")
        found = self.tokens[self.place + 1 : end]
        self.place = end + 1
        return found

    def argument(self) -> list[Tex]:
        """A group in braces, or the one token that stands without."""
        if self.peek() == "{":
            return self.group()
        token = self.take()
        if token.is_number and len(token.text) > 1:
            self.place -= 1
            rest = Tex(token.text[1:], token.at + 1)
            self.tokens = [*self.tokens[: self.place], rest, *self.tokens[self.place + 1 :]]
            return [Tex(token.text[0], token.at)]
        if token.is_command and self.peek() == "{" and token.text not in GREEK:
            return [token, Tex("{", token.at), *self.group(), Tex("}", token.at)]
        return [token]

    # -- sums, products ---------------------------------------------------------------------

    def expression(self) -> Value:
        parts: list[tuple[str, Value]] = []
        minus = self.peek() in _SIGNS and self.take().text == "-"
        parts.append(("-" if minus else "", self.product()))
        while self.peek() in _SIGNS:
            if self.peek() == "+" and self.peek(1) in _DOTS and self.peek(2) == "+":
                parts = [("", series(self, parts))]
                continue
            sign = self.take().text
            if self.peek() == "-":
                self.take()
                sign = "+" if sign == "-" else "-"
            parts.append((f" {sign} ", self.product()))
        if len(parts) == 1 and not minus:
            return parts[0][1]
        return added(self.names, parts)

    def ends_product(self) -> bool:
        return not self.peek() or self.peek() in _SIGNS

    def product(self) -> Value:
        """Products of matrices, combined entry by entry where a sign between them says so."""
        found = self.plain_product()
        while self.peek() in _ENTRYWISE:
            sign = _ENTRYWISE[self.take().text]
            found = hadamard(self.names, found, self.plain_product(), sign)
        return found

    def plain_product(self) -> Value:
        parts, stars = [self.factor()], [0]
        while not self.ends_product() and self.peek() not in _ENTRYWISE:
            if self.peek() in _TIMES:
                sign = self.take().text
                stars += [len(parts)] if sign == "*" else []
                if sign == r"\times" and isinstance(parts[-1], Bare) and VECTORS.search(self.text):
                    self.doubts.add("\\times may be the cross product of vectors")
                minus = self.peek() == "-"
                if minus:
                    self.take()
                factor = self.factor()
                inner = dot(self.names, parts[-1], factor) if sign == r"\cdot" else None
                if inner is not None:
                    parts[-1] = f"(-{inner})" if minus else inner
                else:
                    parts.append(added(self.names, [("-", factor)]) if minus else factor)
                    if minus and isinstance(parts[-1], str):
                        parts[-1] = f"({parts[-1]})"
            elif self.peek() == "{" and self.peek(1) == "}":  # an empty group sets type only
                self.place += 2
            elif self.peek() in _OVER:
                self.take()
                self.divide(parts, self.run() or self.factor())
            else:
                parts.append(self.factor())
        return parts[0] if len(parts) == 1 else starred(self.names, parts, stars)

    def run(self) -> Value:
        r"""``2\sigma^2`` behind a slash or a function, without a space: most often one product.

        The other manner takes what is spaced as one, and what is not spaced apart.
        """
        start = self.place
        parts: list[Value] = []
        while self.place < len(self.tokens) and is_plain(self.tokens[self.place]):
            token, before = self.tokens[self.place], self.tokens[self.place - 1]
            needs_space = before.is_command and token.is_letter
            is_spaced = self.text[token.at - 1].isspace() and not needs_space
            if parts and is_spaced != (self.manner == "under"):
                break
            parts.append(self.factor())
        if len(parts) > 1:
            return in_brackets(multiplied(self.names, parts))
        self.place = start
        return ""

    def divide(self, parts: list[Value], below: Value) -> None:
        """``a / b``, in place; of arrays entry by entry."""
        if isinstance(below, Array):
            parts[-1] = hadamard(self.names, parts[-1], below, "/")
        elif any(isinstance(part, Array) for part in parts):
            parts.append(f"(1 / ({below}))")
        else:
            parts.append(f"/ {below}")

    # -- factors ------------------------------------------------------------------------------

    def factor(self) -> Value:
        piece = self.peek()
        if not piece:
            raise self.error("the formula ends where something has to follow")
        if piece in _FRACTIONS:
            return self.powered(fraction(self))
        if piece in (r"\sum", r"\prod"):
            return summation(self)
        if piece == r"\sqrt":
            return self.powered(root(self))
        if piece in (r"\underbrace", r"\overbrace"):
            return braced(self)
        if piece == r"\nabla" or (piece == r"\partial" and self.peek(1) == "_"):
            return slope_operator(self)
        if piece in (r"\partial", "d") and (found := slashed(self)) is not None:
            return found
        if piece.startswith(r"\begin{"):
            return cases(self)
        if piece in (r"\max", r"\min"):
            return self.powered(extremum(self))
        if (function := self.function_name()) is not None:
            return self.function(function)
        if piece in (r"\|", r"\lVert", r"\Vert"):
            return norm(self)
        if piece == r"\langle":
            return self.powered(angled(self))
        if (ones := ones_or_identity(self)) is not None:
            return self.powered(ones)
        if piece in ("|", r"\lvert", r"\vert"):
            return self.powered(absolute(self))
        if (found := indicator(self)) is not None:
            return self.powered(found)
        return self.bracketed() or symbol(self)

    def bracketed(self) -> Value:
        """Brackets, numbers, and commands that only decorate; "" where none stands."""
        piece = self.peek()
        if piece == "{" and self.unwraps_group():
            return self.factor()
        if piece in OPENING and piece not in (r"\lVert", r"\langle"):
            return self.powered(self.entry_of(in_brackets(self.inside(self.group()))))
        if self.tokens[self.place].is_number:
            return self.powered(self.take().text)
        if piece in _DECORATIONS:
            self.take()
            for _ in range(_DECORATIONS[piece]):
                self.argument()
            return self.powered(in_brackets(self.inside(self.argument())))
        if piece in _DOTS:
            raise self.error(
                "dots leave out terms that cannot be checked; write the sum with \\sum"
            )
        return ""

    def unwraps_group(self) -> bool:
        r"""``{\theta}_{kj}``: braces around a name that has scripts are dropped."""
        end = closing(self.tokens, self.place)
        follows = self.tokens[end + 1].text if 0 < end < len(self.tokens) - 1 else ""
        if end < 0 or (follows != "_" and not (follows == "^" and end == self.place + 2)):
            return False
        inner = self.tokens[self.place + 1 : end]
        self.tokens = [*self.tokens[: self.place], *inner, *self.tokens[end + 1 :]]
        return bool(inner)

    def powered(self, base: Value) -> Value:
        """A base with the power or the sign of transposition that follows it."""
        while self.peek() == "^":
            self.take()
            script = self.argument()
            signs = "".join(t.text for t in script if t.text not in ("{", "}"))
            if signs in TRANSPOSED:
                base = turned(self.names, base)
                continue
            for mark in _ENTRYWISE:
                if signs.startswith(mark) and isinstance(base, Array):
                    exponent = self.number(script[1:])
                    base = applied(base, lambda entry, n=exponent: f"({entry})^({n})")
                    break
            else:
                base = powered(self.names, base, self.number(script))
        return base

    def entry_of(self, base: Value) -> Value:
        """``(W x)_k``: the entry of what stands in brackets."""
        if self.peek() != "_" or not isinstance(base, Array):
            return base
        self.take()
        return picked(self, base, index_list(self, self.argument()))

    # -- functions and sums ---------------------------------------------------------------------

    def function_name(self) -> str | None:
        """The function whose name stands at the cursor, which stays where it is."""
        piece = self.peek()
        if piece in FUNCTIONS and piece.startswith("\\"):
            return FUNCTIONS[piece]
        word = self.word_ahead()
        if word in FUNCTIONS:
            return FUNCTIONS[word]
        if piece == r"\sigma" and self.names.has_logistic:
            start = self.place
            self.take()
            primes(self)
            applied = self.peek() in ("(", r"\{", "[")
            self.place = start
            self.names.is_logistic |= applied
            return "sigmoid" if applied else None
        return None

    def word_ahead(self) -> str:
        r"""The word of ``\operatorname{...}``, ``\mathrm{...}`` or ``\text{...}`` at the cursor."""
        words = (
            r"\operatorname",
            r"\mathrm",
            r"\text",
            r"\mathop",
            r"\textrm",
            r"\mathsf",
            r"\textbf",
        )
        if self.peek() not in words or self.peek(1) != "{":
            return ""
        end = closing(self.tokens, self.place + 1)
        return "".join(t.text for t in self.tokens[self.place + 2 : end]) if end > 0 else ""

    def skip_word(self) -> None:
        token = self.take()
        if self.peek() == "{" and token.text != r"\sigma" and token.text not in FUNCTIONS:
            self.group()

    def function(self, name: str) -> Value:
        start = self.tokens[self.place]
        if name == "exp" and start.text == r"\exp" and self.peek(1) == "{":
            self.take()
            return self.powered(called("exp", self.inside(self.group())))
        self.skip_word()
        order, power = primes(self), ""
        if self.peek() == "^":
            self.take()
            power = self.number(self.argument())
            if power.replace(" ", "").startswith("-"):
                raise self.error(f"{name}^-1 may be an inverse function or a reciprocal", start)
        if self.ends_product():
            raise self.error(f"{name} needs an argument", start)
        if self.peek() in ("(", "[", r"\{", "{") and not self.wide:
            end = closing(self.tokens, self.place)
            if start.text == r"\sigma" and [t.text for t in self.tokens[end + 1 : end + 2]] == [
                "_"
            ]:
                self.doubts.add("sigma of a vector with an index behind it may be the softmax")
            value = self.entry_of(sloped(self, name, order, self.inside(self.group())))
            return powered(self.names, value, power) if power else self.powered(value)
        is_number = self.tokens[self.place].is_number
        run = self.run() if is_number and not self.wide else ""
        argument = self.rest_of_product() if self.wide else run or self.factor()
        value = sloped(self, name, order, argument)
        return powered(self.names, value, power) if power else value

    def rest_of_product(self) -> Value:
        return self.product()
