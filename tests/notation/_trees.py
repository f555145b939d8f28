"""Random expressions as an author could write them.

Trees are put together the way the reader does it: a minus joins the number in front of a
product, a quotient of numbers is a number. A letter decides the range of its index, so that a
tree is known by what is written.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from gory.notation import (
    FUNCTIONS,
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
)
from gory.notation._reader import negated

RANGES = {"i": "N", "n": "N", "j": "D", "q": "D", "k": "K", "m": "K", "c": "K"}
ARRAYS = {"x": ("N", "D"), "theta": ("K", "D"), "z": ("K",), "Km": ("K", "K"), "w1": ("D",)}
SCALARS = ("a", "lam", "J", "tau", "sigma", "e")
PAPER = Paper(
    axes={**ARRAYS, **{name: () for name in SCALARS}}, letters=RANGES, sizes={"K": (1, 3)}
)
RELATIONS = ("=", "!=", ">", ">=", "<", "<=")


def index(name: str) -> Index:
    return Index(name, RANGES[name])


def indices(range_: str) -> st.SearchStrategy[Index]:
    letters = [index(name) for name, known in RANGES.items() if known == range_]
    literals = [Index(str(value), range_) for value in (1, 2)]
    return st.sampled_from(letters + literals)


def _letter(one: Index) -> Index:
    """A literal says nothing about its range; a letter of the range beside it does."""
    return next(index(n) for n, r in RANGES.items() if r == one.range) if one.is_literal else one


def _ref(name: str) -> st.SearchStrategy[Ref]:
    axes = st.tuples(*[indices(axis) for axis in ARRAYS[name]])
    return axes.map(lambda chosen: Ref(name, chosen))


matrices = st.one_of(
    st.just(Ref("det(Km)")),
    st.just(Ref("logdet(Km)")),
    st.tuples(indices("K"), indices("K")).map(lambda two: Ref("inv(Km)", two)),
)
refs = st.one_of(st.sampled_from(SCALARS).map(Ref), st.sampled_from(sorted(ARRAYS)).flatmap(_ref))
pairs = st.sampled_from(("N", "K")).flatmap(
    lambda name: st.tuples(indices(name).map(_letter), indices(name))
)
numbers = st.one_of(
    st.integers(0, 12).map(lambda n: Num(Fraction(n))),
    st.fractions(0, 3, max_denominator=8).map(Num),
    st.integers(-9, -1).map(lambda n: Num(Fraction(n))),
)
leaves = st.one_of(
    numbers,
    refs,
    refs,
    matrices,
    st.sampled_from(("N", "K")).map(Size),
    pairs.map(lambda two: Delta(*two)),
    st.tuples(pairs, st.sampled_from(RELATIONS)).map(
        lambda got: Bracket(got[0][0], got[1], got[0][1])
    ),
)


def quotient(above: Expr, below: Expr) -> Expr:
    if isinstance(above, Num) and isinstance(below, Num) and below.value != 0:
        return Num(above.value / below.value)
    return Div(above, below)


def _grow(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    binders = st.lists(st.sampled_from(sorted(RANGES)), min_size=1, max_size=3, unique=True)
    return st.one_of(
        several.map(Add),
        several.map(Mul),
        parts.map(negated),
        st.builds(quotient, parts, parts),
        st.builds(Pow, parts, parts),
        st.builds(Fn, st.sampled_from(FUNCTIONS), parts),
        st.builds(lambda names, body: Sum(tuple(map(index, names)), body), binders, parts),
        st.builds(D, parts, refs),
        st.builds(Bracket, parts, st.sampled_from((">", ">=", "<", "<=")), parts),
    )


trees: st.SearchStrategy[Expr] = st.recursive(leaves, _grow, max_leaves=14)
