"""The reader of one expression: operator precedence, written by hand.

Juxtaposition multiplies; ``/`` divides from the left; ``sum_i`` takes the whole product that
follows, quotients included; a function takes the next factor, or a bracket; a leading minus belongs
to the whole product. Nothing is guessed: what is not in the grammar is an error with a caret.
The reader knows names only, not values, and never evaluates anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction

from gory.notation._ahead import behind_index, holds_condition, holds_variable
from gory.notation._binders import RELATIONS, bound_product
from gory.notation._build import negated, quotient
from gory.notation._calls import CALLS, argmax_condition, derivative, over_range
from gory.notation._errors import NotationError
from gory.notation._foreign import no_number, no_underscore
from gory.notation._labels import Label, delta, is_label, joined, label_index, with_rows
from gory.notation._nodes import (
    FUNCTIONS,
    Add,
    Bracket,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Pow,
    Ref,
    Size,
)  # fmt: skip
from gory.notation._ranges import Ranges
from gory.notation._tokens import Token

DEEPEST = 60  # nested brackets and functions; a page of mathematics has fewer than ten

WORDS = frozenset({"sum", "delta", "given", "index", *FUNCTIONS})


@dataclass
class Reader:
    """A cursor over tokens, with the scopes of indices that are open at it."""

    text: str
    tokens: list[Token]
    ranges: Ranges
    sizes: Collection[str]  # names of ranges, which are sizes where no bracket follows
    letters: dict[str, str]  # declared ranges of letters
    axes: dict[str, int] = field(default_factory=dict)  # number of axes of each array seen
    scopes: list[dict[str, Index]] = field(default_factory=lambda: [{}])
    rows: dict[str, Ref] = field(default_factory=dict)  # one-hot rows of labels, as first seen
    labels: list[list[Label]] = field(default_factory=list)  # of the products that are open
    arguments: int = 0  # of functions that are open in the product
    place: int = 0
    depth: int = 0

    # -- cursor ---------------------------------------------------------------------------

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def at_sign(self, *signs: str) -> bool:
        return self.next.kind == "sign" and self.next.text in signs

    def expect(self, sign: str, why: str) -> Token:
        if not self.at_sign(sign):
            raise self.error(f"expected {sign!r} {why}, found {self.next.shown}")
        return self.take()

    def error(self, reason: str, token: Token | None = None) -> NotationError:
        return NotationError(reason, self.text, (token or self.next).at)

    def go_deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"brackets, functions and sums nest deeper than {DEEPEST} levels")

    # -- sums, products, powers -------------------------------------------------------------

    def expression(self) -> Expr:
        """A sum of products; a minus may stand in front."""
        self.go_deeper()
        negative = self.at_sign("-")
        if negative:
            self.take()
        terms = [negated(self.product()) if negative else self.product()]
        while self.at_sign("+", "-"):
            minus = self.take().text == "-"
            if self.at_sign("-", "+"):
                raise self.error("two signs in a row; put the second one in brackets")
            term = self.product()
            terms.append(negated(term) if minus else term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def product(self) -> Expr:
        """A product; one with labels outside of arguments is a sum over their classes."""
        if self.arguments:
            return self.plain_product()
        self.labels.append([])
        found = self.plain_product()
        return with_rows(self, found, self.labels.pop())

    def plain_product(self) -> Expr:
        """Factors side by side, with ``*`` and ``/`` taken from the left."""
        factors = [self.factor()]
        quotients = 0
        while True:
            if self.at_sign("*"):
                self.take()
                factors.append(self.factor())
            elif self.at_sign("/"):
                quotients += 1
                if quotients > DEEPEST:
                    raise self.error(f"more than {DEEPEST} quotients in a row; use brackets")
                self.take()
                above = factors[0] if len(factors) == 1 else Mul(tuple(factors))
                factors = [quotient(above, self.factor())]
            elif self.starts_factor():
                factors.append(self.factor())
            else:
                return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def starts_factor(self) -> bool:
        return self.next.kind in ("name", "number") or self.at_sign("(", "[")

    def factor(self) -> Expr:
        token = self.next
        if token.kind == "name" and token.text == "sum":
            return self.summation()
        if token.kind == "name" and token.text in FUNCTIONS:
            return self.function()
        if token.text in ("max", "min") and self.tokens[self.place + 1].text == "_":
            return over_range(self)
        return self.power(self.primary())

    def power(self, base: Expr) -> Expr:
        if not self.at_sign("^"):
            return base
        bare_e = self.tokens[self.place - 1].text == "e"
        self.take()
        negative = self.at_sign("-")
        if negative:
            self.take()
        if not (self.next.kind in ("name", "number") or self.at_sign("(")):
            raise self.error("an exponent is a number, a name or a bracket")
        if self.next.text in FUNCTIONS or self.next.text == "sum":
            raise self.error("put this exponent in brackets")
        if bare_e and self.next.kind != "number":
            raise self.error("the exponential function is exp(...); for a name write (e)^...")
        if self.next.text == "T" and self.tokens[self.place + 1].text == "[":
            raise self.error("a transpose is written by the order of its indices: A[j,i]")
        exponent = self.primary()
        if self.at_sign("^"):
            raise self.error("a power of a power is ambiguous; use brackets")
        return Pow(base, negated(exponent) if negative else exponent)

    def function(self) -> Expr:
        name = self.take()
        if self.at_sign("("):
            self.arguments += 1
            argument = self.bracket()
            self.arguments -= 1
            return self.power(Fn(name.text, argument))
        if self.at_sign("^"):
            raise self.error(f"write {name.text}(...)^2 for the power of a value of {name.text}")
        if not self.starts_factor():
            raise self.error(f"{name.text} needs an argument, found {self.next.shown}")
        self.go_deeper()
        argument = self.factor()
        self.depth -= 1
        return Fn(name.text, argument)

    def bracket(self) -> Expr:
        opening = self.expect("(", "before an argument")
        inner = self.expression()
        if not self.at_sign(")"):
            if self.next.kind == "end":
                raise self.error("this bracket is never closed", opening)
            raise self.error(f"expected ')' or an operator, found {self.next.shown}")
        self.take()
        return inner

    # -- the smallest parts ---------------------------------------------------------------

    def primary(self) -> Expr:
        token = self.next
        if token.kind == "number":
            return Num(Fraction(self.take().text))
        if self.at_sign("("):
            return self.bracket()
        if self.at_sign("["):
            return self.iverson()
        if token.text == "*":
            raise self.error("a power is written with ^, as in x^2")
        if token.kind != "name":
            raise self.error(f"expected a number, a name or a bracket, found {token.shown}")
        if token.text == "delta":
            return delta(self)
        if token.text == "d" and holds_variable(self.tokens, self.place):
            return derivative(self)
        return self.reference()

    def reference(self) -> Expr:
        name = self.take()
        if name.text in WORDS:
            raise self.error(f"{name.text!r} is a word of the language, not a name", name)
        if self.at_sign("_"):
            raise self.error(no_underscore(name.text))
        if self.at_sign("[") and not holds_condition(self.tokens, self.place, RELATIONS):
            return Ref(name.text, self.index_list(name))
        if name.text in CALLS and self.at_sign("("):
            return CALLS[name.text](self, name)
        if name.text in ("max", "min"):
            raise self.error(f"{name.text} takes two arguments, as in {name.text}(0, u)", name)
        bound = {letter for scope in self.scopes[1:] for letter in scope}
        if name.text not in {*self.axes, *self.sizes} and (why := no_number(name.text, bound)):
            raise self.error(why, name)
        if self.at_sign("(") and not self.next.spaced and name.text not in self.sizes:
            self.refuse_call(name)
        if name.text in self.sizes:
            return Size(name.text)
        self.count_axes(name, 0)
        return Ref(name.text)

    def refuse_call(self, name: Token) -> None:
        """``softmax(z)`` would read as a product of ``softmax`` and ``z``; nobody means that."""
        if self.axes.get(name.text) == 0:
            return
        raise self.error(
            f"{name.text!r} is not a function known here (known: {', '.join(FUNCTIONS)}); "
            f"for a product write {name.text} * (...), for an entry {name.text}[...]",
            name,
        )

    def index_list(self, name: Token) -> tuple[Index, ...]:
        self.expect("[", "before indices")
        indices: list[Index] = []
        while True:
            at = self.next
            index = self.index()
            key = f"{name.text}[{len(indices)}]"
            what = f"index {index.name!r} on axis {len(indices) + 1} of {name.text!r}"
            self.ranges.merge(index.range, key, at.at, what)
            indices.append(index)
            if not self.at_sign(","):
                break
            self.take()
        self.expect("]", f"after the indices of {name.text!r}")
        self.count_axes(name, len(indices))
        return tuple(indices)

    def count_axes(self, name: Token, count: int) -> None:
        known = self.axes.setdefault(name.text, count)
        if known != count:
            such = f"{name.text}[{','.join('ijklmnpq'[:known])}]" if known else name.text
            here = f"{name.text!r} has {_plural(count, 'index', 'indices')} here"
            raise self.error(f"{here} and {known} elsewhere; write it as {such}", name)

    def index(self) -> Index:
        if is_label(self):
            return label_index(self)
        token = self.take()
        if token.kind == "number" and "." not in token.text:
            index = self.ranges.new(token.text)
            self.ranges.literals.append((index, token.at))
            return index
        if token.kind != "name" or token.text in WORDS - {"delta"}:
            raise self.error(f"an index is a letter or a number, found {token.shown}", token)
        for scope in reversed(self.scopes):
            if token.text in scope:
                return scope[token.text]
        index = self.bind(token.text)
        self.scopes[0][token.text] = index
        return index

    def bind(self, letter: str) -> Index:
        index = self.ranges.new(letter)
        if letter in self.letters:
            self.ranges.declare(index.range, self.letters[letter])
        return index

    def summation(self) -> Expr:
        self.labels.append([])  # one in the condition may have an index that the sum binds
        indices, guard, body = bound_product(self, self.take())
        if guard is not None:
            body = Mul((guard, *(body.factors if isinstance(body, Mul) else (body,))))
        return joined(indices, with_rows(self, body, self.labels.pop()))

    def binder(self) -> Token:
        token = self.take()
        if token.kind != "name" or token.text in WORDS:
            raise self.error(f"a sum binds a letter, found {token.shown}", token)
        return token

    def iverson(self) -> Expr:
        self.take()
        at = self.next
        if self.tokens[behind_index(self.tokens, self.place) + 1].text == "argmax":
            return argmax_condition(self)
        left, relation, right = self.relation()
        if relation in ("=", "==", "!=") and not isinstance(left, Index):
            raise self.error(
                "only indices are compared for equality; declare them in an index line, as in "
                "index k,m:K, or write delta[k,m]",
                at,
            )
        self.expect("]", "after a condition")
        return self.power(Bracket(left, relation, right))

    def relation(self) -> tuple[Expr | Index, str, Expr | Index]:
        if self.compares_indices():
            left, relation, at = self.index(), self.take().text, self.next
            right = self.index()
            self.ranges.merge(left.range, right.range, at.at, "a comparison of indices")
            return left, relation, right
        left = self.expression()
        if not self.at_sign(*RELATIONS):
            raise self.error("a condition in brackets compares two sides, as in [x > 0]")
        relation = self.take().text
        return left, relation, self.expression()

    def compares_indices(self) -> bool:
        """Whether a condition compares a letter that is known as an index, or a label with one."""
        between = behind_index(self.tokens, self.place)
        behind = behind_index(self.tokens, between + 1)
        if self.tokens[behind].text != "]":
            return False
        relation, right = self.tokens[between].text, self.tokens[between + 1]
        if relation not in RELATIONS or right.kind not in ("name", "number"):
            return False
        if between == self.place + 1:
            return self.next.kind == "name" and self.is_known_index(self.next.text)
        return relation in ("=", "==", "!=") and self.is_known_index(right.text)

    def is_known_index(self, word: str) -> bool:
        known = any(word in scope for scope in self.scopes)
        return known or (word in self.letters and word not in self.axes)


def _plural(count: int, one: str, many: str) -> str:
    return f"{count or 'no'} {one if count == 1 else many}"
