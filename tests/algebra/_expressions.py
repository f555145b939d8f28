"""Random expressions over two ranges, rewritings that keep their value, and small mistakes.

A tame expression has a value wherever its arrays are given; a wild one may take roots and
logarithms of anything, so that a simplification which forgets a sign is met.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from gory.notation import (
    Add,
    Bracket,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Pow,
    Ref,
    Size,
    Sum,
    children,
    fresh,
    letters,
    num,
    read_paper,
    rebuild,
    substitute,
)

N, K = "N", "K"
FREE = (Index("i", N), Index("k", K), Index("m", K))

SCALARS = ("a", "b", "p")
AXES = {
    **dict.fromkeys(SCALARS, ()),
    "x": (K,),
    "y": (K,),
    "q": (K,),
    "u": (N,),
    "X": (N, K),
    "A": (K, K),
}
SETTING = read_paper("""
index i,j,n:N k,m,c,l:K
given p > 0
given q[k] > 0
""")
PAPER = replace(SETTING, axes=AXES)
SMOOTH = ("exp", "tanh", "sigmoid", "softplus", "sin", "cos")
KINKED = ("relu", "abs")
EXPONENTS = [num(-1), num(-2), num(Fraction(1, 2)), num(Fraction(-3, 2))]


def budget(examples: int) -> settings:
    """Few examples, the same in every run, so that a failure is everybody's."""
    return settings(max_examples=examples, deadline=None, derandomize=True)


@dataclass(frozen=True)
class Scope:
    """What may be written at a place: indices in reach, and whether it may fail to have a value."""

    indices: tuple[Index, ...] = FREE
    wild: bool = False
    kinks: bool = True

    def of(self, range_: str) -> tuple[Index, ...]:
        return tuple(index for index in self.indices if index.range == range_)


@st.composite
def expressions(
    draw: DrawFn,
    depth: int = 3,
    wild: bool = False,
    kinks: bool = True,
    free: tuple[Index, ...] = FREE,
) -> Expr:
    """An expression whose free indices are among ``free``."""
    return draw(_expression(depth, Scope(free, wild, kinks)))


def _expression(depth: int, scope: Scope) -> SearchStrategy[Expr]:
    if depth == 0:
        return _leaf(scope)
    inner = st.deferred(lambda: _expression(depth - 1, scope))
    positive = st.deferred(lambda: _positive(depth - 1, scope))
    rooted = inner if scope.wild else positive
    functions = (*SMOOTH, *KINKED) if scope.kinks else SMOOTH
    return st.one_of(
        _leaf(scope),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Add(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Mul(tuple(parts))),
        _sum(depth, scope),
        st.builds(Div, inner, rooted),
        st.builds(Pow, inner, st.sampled_from([num(2), num(3)])),
        st.builds(
            Pow,
            rooted,
            st.sampled_from(EXPONENTS),
        ),
        st.builds(Fn, st.sampled_from(functions), inner),
        st.builds(Fn, st.sampled_from(["log", "sqrt"]), rooted),
    )


def _positive(depth: int, scope: Scope) -> SearchStrategy[Expr]:
    """An expression that is positive at every point."""
    leaves = [st.just(Ref("p")), st.just(num(2))]
    if scope.of(K):
        leaves.append(st.sampled_from(scope.of(K)).map(lambda k: Ref("q", (k,))))
    if depth <= 0:
        return st.one_of(*leaves)
    inner = st.deferred(lambda: _expression(depth - 1, scope))
    positive = st.deferred(lambda: _positive(depth - 1, scope))
    return st.one_of(
        *leaves,
        st.builds(Fn, st.sampled_from(["exp", "sigmoid", "softplus"]), inner),
        inner.map(lambda e: Add((num(1), Pow(e, num(2))))),
        st.lists(positive, min_size=2, max_size=2).map(lambda parts: Add(tuple(parts))),
        st.lists(positive, min_size=2, max_size=2).map(lambda parts: Mul(tuple(parts))),
        _sum(depth, scope, positive=True),
    )


@st.composite
def _sum(draw: DrawFn, depth: int, scope: Scope, positive: bool = False) -> Expr:
    range_ = draw(st.sampled_from([K, K, N]))
    letter = draw(st.sampled_from(["c", "l"] if range_ == K else ["j", "n"]))
    index = Index(letter, range_)
    around = (i for i in scope.indices if i.name != letter)
    inner = replace(scope, indices=(*around, index, index))  # twice, so that it is often used
    body = draw((_positive if positive else _expression)(depth - 1, inner))
    return Sum((index,), body)


@st.composite
def _leaf(draw: DrawFn, scope: Scope) -> Expr:
    kind = draw(st.sampled_from(["array", "array", "array", "number", "size", "pair"]))
    if kind == "number":
        return num(draw(st.sampled_from([1, 2, 3, -1, Fraction(1, 2)])))
    if kind == "size":
        return Size(draw(st.sampled_from([K, N])))
    classes = scope.of(K)
    if kind == "pair" and len(classes) > 1:
        left, right = draw(st.sampled_from(classes)), draw(st.sampled_from(classes))
        relation = draw(st.sampled_from(["delta", "delta", "<", ">="]))
        return Delta(left, right) if relation == "delta" else Bracket(left, relation, right)
    names = [name for name, axes in AXES.items() if all(scope.of(axis) for axis in axes)]
    name = draw(st.sampled_from(names))
    return Ref(name, tuple(draw(st.sampled_from(scope.of(axis))) for axis in AXES[name]))


# -- the same value, written otherwise ------------------------------------------------------------


@st.composite
def rewritten(draw: DrawFn, expr: Expr) -> Expr:
    """An expression with the same value: orders changed, brackets opened, letters renamed."""
    parts = children(expr)
    if parts:
        expr = rebuild(expr, tuple(draw(rewritten(part)) for part in parts))
    options = [expr, *_otherwise(expr)]
    return draw(st.sampled_from(options))


def _otherwise(expr: Expr) -> list[Expr]:
    match expr:
        case Add(terms):
            return [Add(terms[::-1])]
        case Mul((first, *rest)) if isinstance(first, Add):
            return [Add(tuple(Mul((term, *rest)) for term in first.terms)), Mul(expr.factors[::-1])]
        case Mul(factors):
            return [Mul(factors[::-1])]
        case Div(above, below):
            return [Mul((above, Pow(below, num(-1)))), Mul((Pow(below, num(-1)), above))]
        case Pow(base, Num(value)) if value == 2:
            return [Mul((base, base))]
        case Sum(indices, Add(terms)):
            return [Add(tuple(Sum(indices, term) for term in terms)), _renamed(expr)]
        case Sum():
            return [_renamed(expr)]
        case Fn("exp", Add(terms)):
            return [Mul(tuple(Fn("exp", term) for term in terms))]
        case Fn("sqrt", argument):
            return [Pow(argument, num(Fraction(1, 2)))]
        case Delta(left, right):
            return [Delta(right, left), Bracket(left, "=", right)]
    return []


def _renamed(expr: Sum) -> Expr:
    (index,) = expr.indices
    new = fresh(index, letters(expr) | {i.name for i in FREE} | {index.name})
    return Sum((new,), substitute(expr.body, {index: new}))
