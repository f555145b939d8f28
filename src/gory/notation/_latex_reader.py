r"""The reader of LaTeX mathematics: one side of an equation becomes text of the paper language.

It knows the notation of articles and homework: juxtaposed subscripts, an instance as a
superscript in brackets, derivatives as fractions, cases, indicators, functions with and without
brackets. The paper language is the only way on from here, so there is one grammar of meaning and
one reader of indices. What is not understood is an error with its place; nothing is skipped and
nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gory.notation._errors import NotationError
from gory.notation._latex_forms import (
    bracket,
    cases,
    derivative,
    indicator,
    norm,
    slope_operator,
    special,
)  # fmt: skip
from gory.notation._latex_names import Names
from gory.notation._latex_scripts import GREEK, index_list
from gory.notation._latex_symbols import symbol
from gory.notation._latex_tokens import OPENING, Tex, closing

FUNCTIONS = {
    r"\exp": "exp", r"\log": "log", r"\ln": "log", r"\tanh": "tanh", r"\sin": "sin", r"\cos": "cos",
    "softplus": "softplus", "relu": "relu", "ReLU": "relu", "sigmoid": "sigmoid", "log": "log",
    "ln": "log", "exp": "exp", "tanh": "tanh", "sqrt": "sqrt", "logistic": "sigmoid", "abs": "abs",
}  # fmt: skip
_SIGNS = {"+": "+", "-": "-"}
_TIMES = (r"\cdot", r"\times", "*", r"\ast", r"\odot", r"\circ")
_OVER = ("/", r"\div")
_DOTS = (r"\ldots", r"\cdots", r"\dots", r"\vdots", r"\dotsb", r"\dotsc")
_DECORATIONS = {  # and how many arguments stand before what they decorate
    r"\cancel": 0, r"\bcancel": 0, r"\xcancel": 0, r"\boxed": 0, r"\cancelto": 1, r"\textcolor": 1,
}  # fmt: skip
_FRACTIONS = (r"\frac", r"\dfrac", r"\tfrac", r"\cfrac")


@dataclass
class LatexReader:
    """A cursor over the tokens of one side; every method returns text of the paper language."""

    text: str
    tokens: list[Tex]
    names: Names
    manner: str = ""  # "far": sums and functions reach on; "both": i != j below a sum binds both
    prime: str = ""  # the derivative that a prime stands for, as "a[j]"
    claims: list[tuple[list[Tex], list[Tex]]] = field(default_factory=list)  # written under braces
    facts: set[str] = field(default_factory=set)  # what a construct declares by itself
    bound: list[str] = field(default_factory=list)
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

    def inside(self, tokens: list[Tex]) -> str:
        """An expression in brackets or braces of its own."""
        if self.depth >= 40:
            raise self.error("brackets are nested deeper than 40 levels")
        inner = LatexReader(
            self.text, tokens, self.names, self.manner, self.prime, self.claims, self.facts,
            self.bound, depth=self.depth + 1,
        )  # fmt: skip
        if not tokens:
            raise self.error("an empty group stands where an expression has to be")
        found = inner.expression()
        if inner.place < len(tokens):
            raise inner.error(f"{inner.peek()!r} is not understood here")
        return found

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

    def expression(self) -> str:
        parts: list[str] = []
        if self.peek() in _SIGNS:
            parts.append("-" if self.take().text == "-" else "")
        parts.append(self.product())
        while self.peek() in _SIGNS:
            if self.peek() == "+" and self.peek(1) in _DOTS and self.peek(2) == "+":
                parts = self.series(parts)
                continue
            parts.append(f" {self.take().text} ")
            if self.peek() == "-":
                self.take()
                parts.append(f"(-{self.product()})")
            else:
                parts.append(self.product())
        return "".join(parts)

    def series(self, parts: list[str]) -> list[str]:
        r"""``a_1 + a_2 + \dots + a_K`` as a sum over all entries."""
        dots = self.tokens[self.place + 1]
        self.place += 3
        self.names.reads_ends = True
        try:
            last = self.product()
        finally:
            self.names.reads_ends = False
        terms = "".join(parts).split(" + ")
        for end in sorted(set(re.findall(r"[\[,]([A-Za-z])(?=[\],])", last))):
            place = re.compile(rf"(?<=[\[,]){end}(?=[\],])")
            named = [place.sub(str(n), last) for n in range(1, len(terms) + 1)]
            if terms == named:
                letter = self.names.spare_letter()
                body = place.sub(letter, last)
                return [f"(sum_{{{letter}}} ({body}))"]
        raise self.error(
            "dots are read only in a sum of all entries, a_1 + a_2 + \\dots + a_K", dots
        )

    def ends_product(self) -> bool:
        return not self.peek() or self.peek() in _SIGNS

    def product(self) -> str:
        parts = [self.factor()]
        while not self.ends_product():
            if self.peek() in _TIMES:
                self.take()
                minus = self.peek() == "-"
                if minus:
                    self.take()
                parts.append(f"(-{self.factor()})" if minus else self.factor())
            elif self.peek() in _OVER:
                self.take()
                parts.append(f"/ {self.factor()}")
            else:
                parts.append(self.factor())
        return " ".join(parts)

    def rest_of_product(self) -> str:
        return self.product()

    # -- factors ------------------------------------------------------------------------------

    def factor(self) -> str:
        piece = self.peek()
        if not piece:
            raise self.error("the formula ends where something has to follow")
        if piece in _FRACTIONS:
            return self.powered(self.fraction())
        if piece in (r"\sum", r"\prod"):
            return self.summation()
        if piece == r"\sqrt":
            return self.powered(self.root())
        if piece in (r"\underbrace", r"\overbrace"):
            return self.braced()
        if piece == r"\nabla" or (piece == r"\partial" and self.peek(1) == "_"):
            return slope_operator(self)
        if piece.startswith(r"\begin{"):
            return cases(self)
        if piece in (r"\max", r"\sigma") and (found := special(self)):
            return self.powered(found)
        if (function := self.function_name()) is not None:
            return self.function(function)
        if piece in (r"\|", r"\lVert", r"\Vert"):
            return norm(self)
        if piece in ("|", r"\lvert", r"\vert"):
            return self.powered(self.absolute())
        if (found := indicator(self)) is not None:
            return self.powered(found)
        return self.bracketed() or symbol(self)

    def bracketed(self) -> str:
        """Brackets, numbers, and commands that only decorate; "" where none stands."""
        piece = self.peek()
        if piece == "{" and self.unwraps_group():
            return self.factor()
        if piece in OPENING and piece not in (r"\lVert", r"\langle"):
            return self.powered(f"({self.inside(self.group())})")
        if self.tokens[self.place].is_number:
            return self.powered(self.take().text)
        if piece in _DECORATIONS:
            self.take()
            for _ in range(_DECORATIONS[piece]):
                self.argument()
            return self.powered(f"({self.inside(self.argument())})")
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

    def powered(self, base: str) -> str:
        """A base with the power that follows it."""
        while self.peek() == "^":
            self.take()
            exponent = self.inside(self.argument())
            base = f"({base})^({exponent})"
        return base

    def fraction(self) -> str:
        start = self.take()
        above, below = self.argument(), self.argument()
        if below and (
            below[0].text == r"\partial" or (is_differential(below) and is_differential(above))
        ):
            return derivative(self, above, below, start)
        return f"(({self.inside(above)}) / ({self.inside(below)}))"

    def root(self) -> str:
        self.take()
        if self.peek() == "[":
            order = self.inside(self.group())
            return f"({self.inside(self.argument())})^(1 / ({order}))"
        return f"sqrt({self.inside(self.argument())})"

    def braced(self) -> str:
        """An underbrace: what it holds, and the claim under it where that is an equation."""
        self.take()
        tokens = self.argument()
        inner = self.inside(tokens)
        if self.peek() in ("_", "^"):
            self.take()
            note = self.argument()
            if note and note[0].text == "=":
                self.claims.append((tokens, note[1:]))
        return self.powered(f"({inner})")

    def absolute(self) -> str:
        opening = self.take()
        close = {"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}[opening.text]
        for end in range(self.place, len(self.tokens)):
            if self.tokens[end].text == close:
                inner = self.tokens[self.place : end]
                self.place = end + 1
                return f"abs({self.inside(inner)})"
        raise self.error("this bar is never closed", opening)

    # -- functions and sums ---------------------------------------------------------------------

    def function_name(self) -> str | None:
        """The function whose name stands at the cursor, which stays where it is."""
        piece = self.peek()
        if piece in FUNCTIONS and piece.startswith("\\"):
            return FUNCTIONS[piece]
        word = self.word_ahead()
        if word in FUNCTIONS:
            return FUNCTIONS[word]
        applied = self.peek(1) in ("(", r"\{", "[") and "sigma" not in self.names.defined
        if piece == r"\sigma" and applied:
            return "sigmoid"
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

    def function(self, name: str) -> str:
        start = self.tokens[self.place]
        if name == "exp" and start.text == r"\exp" and self.peek(1) == "{":
            self.take()
            return self.powered(f"exp({self.inside(self.group())})")
        self.skip_word()
        power = ""
        if self.peek() == "^":
            self.take()
            power = self.inside(self.argument())
            if power.replace(" ", "").startswith("-"):
                raise self.error(f"{name}^-1 may be an inverse function or a reciprocal", start)
        if self.ends_product():
            raise self.error(f"{name} needs an argument", start)
        if self.peek() in ("(", "[", r"\{", "{") and not self.wide:
            value = f"{name}({self.inside(self.group())})"
            return f"({value})^({power})" if power else self.powered(value)
        argument = self.rest_of_product() if self.wide else self.factor()
        value = f"{name}({argument})"
        return f"({value})^({power})" if power else value

    def summation(self) -> str:
        sign = self.take()
        letters: list[str] = []
        guard = low = high = ""
        while self.peek() in ("_", "^"):
            mark = self.take().text
            script = self.argument()
            if mark == "_":
                letters, guard = self.binders(script)
                low = script[-1].text if len(script) == 3 and script[1].text == "=" else ""
            elif len(script) == 1:
                high = script[0].text.lstrip("\\")
        if not letters:
            raise self.error("a sum names its index, as in \\sum_k", sign)
        if self.ends_product():
            raise self.error("nothing follows the sum", sign)
        if low and high and len(letters) == 1:
            self.names.limits.setdefault(letters[0], set()).add((low, high))
        self.bound += letters
        body = self.expression() if self.wide else self.product()
        del self.bound[-len(letters) :]
        if sign.text == r"\prod":
            return f"exp(sum_{{{','.join(letters)}}} {guard}log({body}))"
        return f"(sum_{{{','.join(letters)}}} {guard}({body}))"

    def binders(self, script: list[Tex]) -> tuple[list[str], str]:
        r"""The letters of ``k=1``, ``i,k``, ``c \neq k`` or ``k``, and what restricts them."""
        pieces = [token.text for token in script]
        for relation in (r"\neq", r"\ne", "<", ">", r"\le", r"\ge", r"\leq", r"\geq"):
            if relation in pieces:
                place = pieces.index(relation)
                left, right = (
                    index_list(self, script[:place]),
                    index_list(self, script[place + 1 :]),
                )
                if len(left) != 1 or len(right) != 1:
                    break
                guard = f"{bracket(left[0], relation, right[0])} "
                return (left + right if self.manner == "both" else left), guard
        if "=" in pieces:
            script = script[: pieces.index("=")]
        if r"\in" in pieces:
            script = script[: pieces.index(r"\in")]
        return index_list(self, script), ""


def is_differential(tokens: list[Tex]) -> bool:
    """Whether a numerator or denominator starts with an upright or italic d."""
    return bool(tokens) and tokens[0].text == "d" and (len(tokens) == 1 or tokens[1].text != "_")
