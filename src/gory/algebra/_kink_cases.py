"""One kink, two cases: what a line with relu, abs, sign or a bracket of u is on either side of 0.

Where both cases are the same expression, the kink was only a way of writing it, as it is in stable
forms: max(s, 0) + log(1 + exp(-abs(s))) has the slope sigmoid(s) on either side of 0.
"""

from __future__ import annotations

from fractions import Fraction

from gory.algebra._kink_atoms import KINKS
from gory.algebra._normal import Setting
from gory.algebra._products import add, scale
from gory.algebra._terms import Poly, freeze
from gory.notation import ONE, ZERO, Bracket, Expr, Fn, Index, free_indices, num, transform, walk
from gory.notation._build import negative, plus, times


def kink_argument(exprs: tuple[Expr, ...], setting: Setting) -> Expr | None:
    """The one argument, up to its sign and a number, of all kinks in some expressions.

    None if there are no kinks or several, or one in a sum over an index of its argument, where
    every entry has a sign of its own.
    """
    found: Expr | None = None
    free = frozenset().union(*map(free_indices, exprs))
    for node in (node for expr in exprs for node in walk(expr)):
        argument = kink_of(node)
        if argument is None:
            continue
        if not free_indices(argument) <= free:
            return None
        if found is None:
            found = argument
        elif not sign_of(argument, found, setting):
            return None
    return found


def kink_of(node: Expr) -> Expr | None:
    """The argument of a function with a kink, or what a bracket compares with 0."""
    match node:
        case Fn(name, argument) if name in KINKS:
            return argument
        case Bracket(left, relation, right) if relation in ("<", "<=", ">", ">="):
            if not isinstance(left, Index) and not isinstance(right, Index):
                return plus(left, negative(right))
    return None


def _unit(poly: Poly) -> Poly:
    return scale(poly, Fraction(1) / abs(poly[min(poly)])) if poly else poly


def sign_of(argument: Expr, other: Expr, setting: Setting) -> int:
    """1 if one argument is a positive multiple of the other, -1 if a negative one, else 0."""
    one, two = _unit(setting.normal(argument)), _unit(setting.normal(other))
    if freeze(one) == freeze(two):
        return 1
    return 0 if add(one, two) else -1


def on_one_side(expr: Expr, argument: Expr, side: int, setting: Setting) -> Expr:
    """An expression where the argument is above 0 (side 1) or below it (side -1)."""

    def settled(node: Expr) -> Expr:
        own = kink_of(node)
        return settled_kink(node, side * sign_of(own, argument, setting)) if own else node

    return transform(expr, settled)


def settled_kink(node: Expr, side: int, *, strict: bool = True) -> Expr:
    """A kink whose argument is above 0 (side 1) or below it (-1), or also 0 if not ``strict``."""
    match node:
        case Fn("abs", argument) if side:
            return times(num(side), argument)
        case Fn("relu", argument) if side:
            return argument if side > 0 else ZERO
        case Fn("sign", _) if side and strict:
            return num(side)
        case Bracket(_, relation, _) if side:
            if not strict and relation in ((">", "<=") if side > 0 else (">=", "<")):
                return node
            return ONE if (side > 0) == (relation[0] == ">") else ZERO
    return node
