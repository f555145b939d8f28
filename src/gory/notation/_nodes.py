"""Expressions: Num Size Ref Delta Bracket Add Mul Div Pow Fn Sum D, and nothing else.

The set is closed. Nodes are frozen values, so that a step of a derivation is a pair of trees, and
a tree keeps the order, the brackets and the names its author chose: `Add` and `Mul` hold their
parts as written, `Div` stays a fraction. Every index carries the range it runs over, so a
Kronecker delta contracts without a case distinction. Sums bind their indices; nothing is summed
silently.

Equality of nodes is equality of what is written. Whether two expressions have equal values is
decided in the room `algebra`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

FUNCTIONS = (
    "exp", "log", "sqrt", "tanh", "sigmoid", "softplus", "relu", "abs", "sign", "sin", "cos",
)  # fmt: skip


def of_matrix(name: str) -> tuple[str, str] | None:
    """The function and the array of a name such as ``inv(A)``; None for any other name."""
    function, opening, rest = name.partition("(")
    return (function, rest[:-1]) if opening else None


@dataclass(frozen=True, slots=True)
class Index:
    """An index: a letter, or a literal such as ``1``, and the range it runs over."""

    name: str
    range: str

    @property
    def is_literal(self) -> bool:
        return self.name.isdigit()


class Written:
    """What every node can do: print itself in the paper language, and typeset itself in a
    notebook.
    """

    __slots__ = ("_hash",)

    def __str__(self) -> str:
        from gory.notation._plain import to_plain

        return to_plain(self)  # pyright: ignore[reportArgumentType]  # the mixin of the closed set

    def _repr_latex_(self) -> str:
        from gory.notation._latex import to_latex

        return f"$\\displaystyle {to_latex(self)}$"  # pyright: ignore[reportArgumentType]


@dataclass_transform(frozen_default=True)
def node(cls: type[T]) -> type[T]:
    """A frozen value that computes its hash once: trees are looked up again and again.

    Trees that were found equal share their parts from then on, so that comparing them once more
    takes no time; a deep tree would be compared as a whole at each of its levels otherwise.
    """
    cls = dataclass(frozen=True, slots=True)(cls)
    compute = cls.__hash__
    names = [field.name for field in fields(cls)]  # pyright: ignore[reportArgumentType]

    def equal(self: Any, other: Any) -> bool:
        if self is other:
            return True
        if other.__class__ is not cls or hash(self) != hash(other):
            return False
        for name in names:
            mine, others = getattr(self, name), getattr(other, name)
            if mine is not others:
                if mine != others:
                    return False
                object.__setattr__(self, name, others)
        return True

    def remembered(self: Any) -> int:
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", compute(self))
            return self._hash

    cls.__eq__ = equal
    cls.__hash__ = remembered
    return cls


@node
class Num(Written):
    """A rational number."""

    value: Fraction


@node
class Size(Written):
    """The number of elements of a range, written as the name of the range."""

    range: str


@node
class Ref(Written):
    """An entry of an array, a scalar, or an entry of something defined."""

    name: str
    indices: tuple[Index, ...] = ()


@node
class Delta(Written):
    """The Kronecker delta: 1 where both indices are equal, else 0."""

    left: Index
    right: Index


@node
class Bracket(Written):
    """The Iverson bracket: 1 where the relation holds, else 0."""

    left: Expr | Index
    relation: str
    right: Expr | Index


@node
class Add(Written):
    terms: tuple[Expr, ...]


@node
class Mul(Written):
    factors: tuple[Expr, ...]


@node
class Div(Written):
    numerator: Expr
    denominator: Expr


@node
class Pow(Written):
    base: Expr
    exponent: Expr


@node
class Fn(Written):
    """An elementary function of one argument, one of `FUNCTIONS`."""

    name: str
    argument: Expr


@node
class Sum(Written):
    """A sum that binds its indices in its body."""

    indices: tuple[Index, ...]
    body: Expr


@node
class D(Written):
    """A partial derivative that has not been carried out."""

    body: Expr
    wrt: Ref


Expr = Num | Size | Ref | Delta | Bracket | Add | Mul | Div | Pow | Fn | Sum | D

ZERO = Num(Fraction(0))
ONE = Num(Fraction(1))
MINUS_ONE = Num(Fraction(-1))


def num(value: int | Fraction) -> Num:
    return Num(Fraction(value))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly below a node, from left to right."""
    below = _BELOW.get(type(expr))
    return below(expr) if below else ()


_BELOW: dict[type, Callable[[Any], tuple[Expr, ...]]] = {  # a table: trees are walked all the time
    Add: lambda node: node.terms,
    Mul: lambda node: node.factors,
    Div: lambda node: (node.numerator, node.denominator),
    Pow: lambda node: (node.base, node.exponent),
    Fn: lambda node: (node.argument,),
    Sum: lambda node: (node.body,),
    D: lambda node: (node.body, node.wrt),
    Bracket: lambda node: tuple(s for s in (node.left, node.right) if not isinstance(s, Index)),
}


def rebuild(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
    """The same node over other children, in the order of `children`."""
    match expr:
        case Add():
            return Add(parts)
        case Mul():
            return Mul(parts)
        case Div():
            return Div(*parts)
        case Pow():
            return Pow(*parts)
        case Fn(name, _):
            return Fn(name, parts[0])
        case Sum(indices, _):
            return Sum(indices, parts[0])
        case D():
            body, wrt = parts
            if not isinstance(wrt, Ref):
                raise TypeError("a derivative is taken with respect to an entry of an array")
            return D(body, wrt)
        case Bracket(left, relation, right):
            rest = iter(parts)
            a = left if isinstance(left, Index) else next(rest)
            b = right if isinstance(right, Index) else next(rest)
            return Bracket(a, relation, b)
    return expr


def transform(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Apply ``change`` to every node, children first."""
    parts = children(expr)
    if parts:
        new = tuple(transform(part, change) for part in parts)
        if new != parts:
            expr = rebuild(expr, new)
    return change(expr)


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node of a tree, parents first."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def own_indices(expr: Expr) -> tuple[Index, ...]:
    """Indices written in the node itself, bound ones of a sum excepted."""
    match expr:
        case Ref(_, indices):
            return indices
        case Delta(a, b):
            return (a, b)
        case Bracket(a, _, b):
            return tuple(side for side in (a, b) if isinstance(side, Index))
    return ()
