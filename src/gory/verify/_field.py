"""Residues modulo two primes, with an exponential that turns sums into products exactly.

Take primes q and p = 2 q + 1 and g = 4, which has order q modulo p. Every number is a pair: one
residue modulo q, used inside exponents, and one modulo p, used outside. Then ``exp(u) = g**u``
maps the first to the second and ``exp(a + b) = exp(a) exp(b)`` holds without rounding, so an
identity of sums, products, quotients and exponentials that holds for random residues holds (W.
Li, M. Wu, identity testing with exponentiation gates; the idea of testing kernels this way is
from Mirage).

Squares modulo p play the part of positive numbers: powers of g are squares, products and roots
of squares are squares. The primes are chosen with q = -1 modulo 8 * 3 * 5 * 7 * 11 * 13, which
makes every size up to 16 a square, so that ``D^(1/2)`` exists. Logarithms, sines and an
exponential inside an exponent are unknowns that depend on the value of their argument only:
enough to say "equal", too little to say "unequal". There is no order, so no ``relu`` and no
``abs``.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from gory.verify._numbers import Undecidable, Undefined

Q = 1152921504610075199
P = 2 * Q + 1
G = 4


class Residues:
    """A number modulo `Q` (inside exponents) and modulo `P`; ``None`` where it has no value."""

    __slots__ = ("inside", "outside")

    def __init__(self, inside: int | None, outside: int | None) -> None:
        self.inside, self.outside = inside, outside

    def __add__(self, other: Any) -> Residues:
        if type(other) is not Residues:
            return NotImplemented
        a, b, x, y = self.inside, other.inside, self.outside, other.outside
        return Residues(
            None if a is None or b is None else (a + b) % Q,
            None if x is None or y is None else (x + y) % P,
        )

    def __neg__(self) -> Residues:
        a, x = self.inside, self.outside
        return Residues(None if a is None else -a % Q, None if x is None else -x % P)

    def __sub__(self, other: Any) -> Residues:
        return NotImplemented if type(other) is not Residues else self + (-other)

    def __mul__(self, other: Any) -> Residues:
        if type(other) is not Residues:
            return NotImplemented
        a, b, x, y = self.inside, other.inside, self.outside, other.outside
        return Residues(
            None if a is None or b is None else a * b % Q,
            None if x is None or y is None else x * y % P,
        )

    def __truediv__(self, other: Any) -> Residues:
        if type(other) is not Residues:
            return NotImplemented
        return self * Residues(_inverse(other.inside, Q), _inverse(other.outside, P))


class Field:
    """The arithmetic of `Residues`; ``rng`` chooses the values of unknowns.

    Attributes
    ----------
    cautious : bool
        True once a root or a power with a variable exponent was taken: "equal" then rests on
        squares as positive numbers and needs a second arithmetic beside it.
    """

    name = "finite field"
    zero = Residues(0, 0)
    one = Residues(1, 1)

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.unknowns: dict[tuple[Any, ...], Residues] = {}
        self.exponentials: dict[
            int, Residues
        ] = {}  # the dearest operation, asked again for every slope
        self.cautious = False

    def draw(self, *, positive: bool) -> Residues:
        """Two independent random residues, squares where a positive number is meant."""
        u, v = self.rng.randrange(1, Q), self.rng.randrange(1, P)
        return Residues(u * u % Q, v * v % P) if positive else Residues(u, v)

    def rational(self, value: Fraction) -> Residues:
        a, b = value.numerator, value.denominator
        return Residues(a * pow(b, -1, Q) % Q, a * pow(b, -1, P) % P)

    def power(self, base: Residues, exponent: Fraction) -> Residues:
        n, d = exponent.numerator, exponent.denominator
        if n < 0:
            return self.one / self.power(base, -exponent)
        if d == 1:
            a, x = base.inside, base.outside
            return Residues(
                None if a is None else pow(a, n, Q), None if x is None else pow(x, n, P)
            )
        self.cautious = True
        return Residues(_root(base.inside, n, d, Q), _root(base.outside, n, d, P))

    def raised(self, base: Residues, exponent: Residues) -> Residues:
        """A power with a value as its exponent: squares modulo P have order Q."""
        self.cautious = True
        x, e = base.outside, exponent.inside
        unknown = self._unknown("power", base, exponent).inside
        if x is None or e is None or not _is_square(x, P):
            return Residues(unknown, None)
        return Residues(unknown, pow(x, e, P))

    def function(self, name: str, argument: Residues) -> Residues:
        match name:
            case "exp":
                return self._exp(argument)
            case "sqrt":
                return self.power(argument, Fraction(1, 2))
            case "sigmoid":
                return self.one / (self.one + self._exp(-argument))
            case "tanh":
                e = self._exp(argument + argument)
                return (e - self.one) / (e + self.one)
            case "softplus":
                return self._log(self.one + self._exp(argument))
            case "log":
                return self._log(argument)
            case "sin" | "cos":
                return self._circle(name, argument)
        raise Undecidable(f"{name} asks which of two numbers is larger")

    def compare(self, left: Residues, relation: str, right: Residues) -> bool:
        if relation in ("=", "=="):
            return self.negligible(left - right)
        if relation == "!=":
            return not self.negligible(left - right)
        raise Undecidable("residues have no order")

    def negligible(self, value: Residues) -> bool:
        return value.outside == 0 and value.inside in (0, None)

    def is_square(self, value: Residues) -> bool:
        """Whether a value can stand for a positive number."""
        u, v = value.inside, value.outside
        return (not u or _is_square(u, Q)) and (not v or _is_square(v, P))

    def finished(self, value: Residues) -> Residues:
        if value.outside is None:
            raise Undefined("a quotient or a root without a value", edge=True)
        return value

    def _exp(self, x: Residues) -> Residues:
        u = x.inside
        if u is None:
            return Residues(None, None)
        if u not in self.exponentials:
            self.exponentials[u] = Residues(self._nested_exp(u), pow(G, u, P))
        return self.exponentials[u]

    def _nested_exp(self, u: int) -> int | None:
        """An exponential inside an exponent: an unknown with exp(u) exp(-u) = 1."""
        if u == 0:
            return 1
        if u > Q // 2:
            return _inverse(self._unknown("exp", Q - u).inside, Q)
        return self._unknown("exp", u).inside

    def _log(self, x: Residues) -> Residues:
        if x.outside is None or x.outside == 0:
            return Residues(None, None)
        if x.outside == 1 and x.inside in (1, None):
            return self.zero
        return self._unknown("log", x)

    def _circle(self, name: str, x: Residues) -> Residues:
        """Sine and cosine as a point of the unit circle that belongs to the angle."""
        if x.outside is None:
            return Residues(None, None)
        if x.outside == 0:
            return self.zero if name == "sin" else self.one
        flipped = x.outside > P // 2
        t = self._unknown("angle", -x if flipped else x)
        square = t * t
        if name == "cos":
            return (self.one - square) / (self.one + square)
        value = (t + t) / (self.one + square)
        return -value if flipped else value

    def _unknown(self, *key: Any) -> Residues:
        name = tuple((k.inside, k.outside) if type(k) is Residues else k for k in key)
        if name not in self.unknowns:
            self.unknowns[name] = self.draw(positive=key[0] in ("exp", "power"))
        return self.unknowns[name]


def _inverse(value: int | None, prime: int) -> int | None:
    return None if not value else pow(value, -1, prime)


def _is_square(value: int, prime: int) -> bool:
    return pow(value, (prime - 1) // 2, prime) == 1


def _root(value: int | None, n: int, d: int, prime: int) -> int | None:
    """The power n / d of a square, which is a square again."""
    order = (prime - 1) // 2
    if value is None or not _is_square(value, prime) or order % d == 0:
        return 0 if value == 0 else None
    try:
        return pow(value, n * pow(d, -1, order), prime)
    except ValueError:  # d and the order have a common factor: the root is not unique
        return None
