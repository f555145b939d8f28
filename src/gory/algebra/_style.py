"""How a normal form is written down: letters for bound indices, order of factors and of terms.

The order follows roles, not names: numbers, sizes, scalars, deltas, what the author defined,
brackets, given arrays, sums. Between equals the place of first use in the source decides, so that
renaming changes names only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from gory.algebra._extrema import with_extrema
from gory.algebra._terms import Rational
from gory.notation import (
    ONE,
    Add,
    Bracket,
    D,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Paper,
    Pow,
    Ref,
    Size,
    Sum,
    children,
    transform,
    walk,
)  # fmt: skip
from gory.notation._build import as_extremum, plus, sum_of, times, to_power
from gory.notation._largest import Largest, as_argmax, as_largest
from gory.notation._plain import sign_split

HALF = Num(Fraction(1, 2))


@dataclass
class Style:
    """Preferences for writing, taken from a paper and from the free indices of a question."""

    paper: Paper
    free: tuple[Index, ...] = ()
    letters: dict[str, list[str]] = field(default_factory=dict)  # range -> author's letters
    place: dict[str, int] = field(default_factory=dict)  # name -> first use
    roots: dict[str, None] = field(default_factory=dict)  # how the author writes them, first first
    differences: set[tuple[str, str]] = field(default_factory=set)  # names: x, mu for x - mu
    _keys: dict[tuple[Expr, tuple[Index, ...]], tuple[object, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for definition in self.paper.definitions.values():
            for index in definition.indices:
                self._see_letter(index)
            self.see(definition.body)
        for fact in self.paper.facts:
            self.see(fact.left)
        for name in self.paper.definitions:
            self.place.setdefault(name, len(self.place))

    def see(self, expr: Expr) -> None:
        """Take note of the letters and names of an expression."""
        for node in walk(expr):
            if isinstance(node, Ref):
                self.place.setdefault(node.name, len(self.place))
                for index in node.indices:
                    self._see_letter(index)
            if isinstance(node, Sum):
                for index in node.indices:
                    self._see_letter(index)
            if (difference := _names_of_difference(node)) is not None:
                self.differences.add(difference)
            if isinstance(node, Fn) and node.name == "sqrt":
                self.roots.setdefault("sqrt")
            if isinstance(node, Pow) and node.exponent == HALF:
                self.roots.setdefault("power")

    def is_reversed(self, expr: Expr) -> bool:
        """Whether a difference of two names stands the other way round than the author's."""
        names = _names_of_difference(expr)
        return (
            names is not None
            and names not in self.differences
            and (names[::-1] in self.differences)
        )

    def raised(self, base: Expr, exponent: Rational) -> Expr:
        """A power; a square root as the author writes square roots."""
        if exponent == HALF.value and next(iter(self.roots), "sqrt") == "sqrt":
            return Fn("sqrt", base)
        return to_power(base, Num(Fraction(exponent)))

    def _see_letter(self, index: Index) -> None:
        pool = self.letters.setdefault(index.range, [])
        if index.name not in pool and not index.is_literal:
            pool.append(index.name)

    def letter(self, range_: str, taken: Iterable[str]) -> Index:
        """A letter for a bound index: one that the author uses for this range, or the next free
        one.
        """
        used = set(taken)
        own = [x for x in self.letters.get(range_, ()) if x not in {i.name for i in self.free}]
        for name in own:
            if name not in used:
                return Index(name, range_)
        foreign = {x for r, pool in self.letters.items() if r != range_ for x in pool}
        start = "ijk".find(own[0]) if own else -1
        alphabet = "ijklmnopqrstuvwabcdefghxyz"[max(start, 0) :] + "abcdefghijklmnopqrstuvwxyz"
        for name in (*alphabet, *(f"i{n}" for n in range(1, 1000))):
            if name not in used and name not in foreign and name not in {i.name for i in self.free}:
                return Index(name, range_)
        raise AssertionError("a thousand letters are in use")

    # -- order ----------------------------------------------------------------------------

    def letter_order(self, index: Index) -> tuple[int, str]:
        """Bound letters of one sum stand in the order in which the author introduced them."""
        known = [name for pool in self.letters.values() for name in pool]
        return (known.index(index.name) if index.name in known else len(known), index.name)

    def sum_around(self, index: Index, body: Expr) -> Expr:
        """A sum, its letters in the author's order where it joins a sum inside."""
        whole = sum_of((index,), body)
        if isinstance(whole, Sum) and len(whole.indices) > 1:
            return Sum(tuple(sorted(whole.indices, key=self.letter_order)), whole.body)
        return whole

    def role(self, index: Index) -> tuple[int, int]:
        if index.is_literal:
            return (0, int(index.name))
        if index in self.free:
            return (1, self.free.index(index))
        return (2, 0)

    def factor_key(self, expr: Expr) -> tuple[object, ...]:
        key = (expr, self.free)
        if key not in self._keys:
            kind = 1 if isinstance(expr, Fn) else 2 if isinstance(expr, Add) else 0
            self._keys[key] = (self._rank(expr), self._signature(expr), kind, glyphs(expr))
        return self._keys[key]

    def _rank(self, expr: Expr) -> int:
        match expr:
            case Num():
                return 0
            case Size():
                return 1
            case Ref(name, ()) if name not in self.paper.definitions:
                return 2
            case Delta() | Bracket():
                return 3
            case Ref(name, _):
                return 4 if name in self.paper.definitions else 6
            case Pow(base, _):
                return max(4, self._rank(base)) if self._rank(base) > 2 else self._rank(base)
            case Fn(name, _):
                return 7 if name == "log" else 4  # a^x log a
            case Add():
                return 2 if self._is_scalar(expr) else 5
            case D():
                return 7
            case Sum():
                return 8
        return max((self._rank(part) for part in children(expr)), default=5)

    def _is_scalar(self, expr: Expr) -> bool:
        return all(
            not isinstance(n, Delta | Bracket | Fn)
            and not (isinstance(n, Ref) and (n.indices or n.name in self.paper.definitions))
            for n in walk(expr)
        )

    def _signature(self, expr: Expr) -> tuple[object, ...]:
        names = []
        for node in walk(expr):
            match node:
                case Ref(name, indices):
                    names.append((*(self.role(i) for i in indices), (9, self.place.get(name, 999))))
                case Delta(a, b):
                    names.append((self.role(a), self.role(b)))
        return (len(names), *names)

    def term_key(self, expr: Expr) -> tuple[object, ...]:
        """Positive before negative, numbers first, deltas next, sums before single terms."""
        minus, rest = sign_split(expr)
        factors = rest.factors if isinstance(rest, Mul) else (rest,)
        shape = 0 if isinstance(rest, Num) else 1 if self._has_delta(factors) else 2
        rank = max(self._rank(f) for f in factors)
        return (minus, shape, -int(rank == 8), rank, self.factor_key(rest)[1])

    def arranged(self, expr: Expr) -> Expr:
        """The same products with their factors in the usual order, nothing multiplied out."""

        def change(node: Expr) -> Expr:
            return (
                times(*sorted(node.factors, key=self.factor_key)) if isinstance(node, Mul) else node
            )

        return transform(expr, change)

    @staticmethod
    def _has_delta(factors: Iterable[Expr]) -> bool:
        return any(isinstance(f, Delta) for f in factors)

    def ordered_sum(self, terms: Iterable[Expr]) -> Expr:
        merged = sorted(_merged(terms), key=self.term_key)
        grouped = with_extrema(merged, self.ordered_sum)
        if len(grouped) < len(merged):
            merged = sorted(grouped, key=self.term_key)
        return plus(*merged)


def _names_of_difference(expr: Expr) -> tuple[str, str] | None:
    """The two names of x[i] - mu, the positive one first."""
    if not isinstance(expr, Add) or len(expr.terms) != 2:
        return None
    names: dict[bool, str] = {}
    for term in expr.terms:
        minus, rest = sign_split(term)
        if isinstance(rest, Ref):
            names[minus] = rest.name
    return (names[False], names[True]) if len(names) == 2 else None


def _merged(terms: Iterable[Expr]) -> list[Expr]:
    """Terms with equal ones added up: s + s is 2 s."""
    counts: dict[Expr, Fraction] = {}
    whole = plus(*terms)
    for term in whole.terms if isinstance(whole, Add) else (whole,):
        value, rest = _number_and_rest(term)
        counts[rest] = counts.get(rest, Fraction(0)) + value
    return [times(Num(value), rest) for rest, value in counts.items() if value]


def _number_and_rest(term: Expr) -> tuple[Fraction, Expr]:
    match term:
        case Num(value):
            return value, ONE
        case Mul((Num(value), *rest)):
            return value, times(*rest)
    return Fraction(1), term


@lru_cache(maxsize=1 << 15)
def glyphs(expr: Expr) -> int:
    """Printed size: one for a name, an index, a sign, a bar or a bracket. Closed forms compete by
    it.

    A name counts as one glyph whatever its length, so that renaming never changes which form wins.
    """
    match expr:
        case Num(value):
            return len(str(abs(value.numerator))) + (value.denominator != 1) * (
                1 + len(str(value.denominator))
            )
        case Ref(_, indices):
            return 1 + len(indices)
        case Delta():
            return 3
        case Add() if (found := as_extremum(expr)) is not None:
            return 4 + glyphs(found[1]) + glyphs(found[2])
        case Add(terms):
            return sum(glyphs(sign_split(t)[1]) + 1 for t in terms) - (not sign_split(terms[0])[0])
        case Mul(factors):
            minus, rest = sign_split(expr)
            if minus:
                return 1 + glyphs(rest) + 2 * isinstance(rest, Add)
            return sum(glyphs(f) + 2 * isinstance(f, Add) for f in factors)
        case Div(above, below):
            return glyphs(above) + glyphs(below) + 1
        case Pow(base, exponent):
            simple = isinstance(base, Ref | Num | Size)
            return glyphs(base) + glyphs(exponent) + (0 if simple else 2)
        case Fn(_, argument):
            return 1 + glyphs(argument) + (0 if isinstance(argument, Ref | Sum) else 2)
        case Sum() if (largest := as_largest(expr)) is not None:
            return _glyphs_over_range(largest)
        case Sum(indices, body):
            return 1 + len(indices) + glyphs(body) + 2 * isinstance(body, Add)
        case Bracket() if (found := as_argmax(expr)) is not None:
            return 4 + _glyphs_over_range(found[1])
        case Bracket():
            return 3 + sum(glyphs(part) for part in children(expr))
    return 1 + sum(glyphs(part) for part in children(expr))


def _glyphs_over_range(found: Largest) -> int:
    guard = 2 if found.guard else 0
    return 2 + guard + glyphs(found.body) + 2 * isinstance(found.body, Add)
