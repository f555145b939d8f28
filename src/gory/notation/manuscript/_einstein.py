"""Summation over repeated indices, where words declare it.

An index that stands on the right of an equation and not on the left, and twice in a product, is
summed over there: in the smallest product that holds all of it.
"""

from __future__ import annotations

import re

from gory.notation._indices import free_indices
from gory.notation._nodes import (
    Add,
    D,
    Delta,
    Div,
    Expr,
    Index,
    Mul,
    Pow,
    Ref,
    Sum,
    children,
    rebuild,
)

_SAID = re.compile(
    r"(?i)\beinstein\b|\bsummation convention|\b(?:sum\w*|summation) (?:is |are )?(?:\w+ )?over "
    r"(?:all )?repeated ind|\brepeated ind\w+ (?:are|is) (?:\w+ )?summed"
)
_DENIED = re.compile(r"(?i)\b(?:no|not|without|never)\b[^.]{0,40}$|n't[^.]{0,40}$")


def says_einstein(text: str) -> bool:
    """Whether a text declares the convention."""
    return any(not _DENIED.search(text[: one.start()][-60:]) for one in _SAID.finditer(text))


def contracted(expr: Expr, stray: frozenset[Index]) -> Expr:
    """An expression with sums over its repeated indices, as far as they are stray."""
    for index in sorted(stray, key=lambda one: one.name):
        expr = _summed(expr, index)
    return expr


def _summed(expr: Expr, index: Index) -> Expr:
    if index not in free_indices(expr):
        return expr
    parts = children(expr)
    holding = [part for part in parts if index in free_indices(part)]
    if isinstance(expr, Add) or (len(holding) == 1 and not isinstance(expr, Ref | D)):
        return rebuild(expr, tuple(_summed(part, index) for part in parts))
    is_product = isinstance(expr, Mul | Div | Pow) or (
        isinstance(expr, D) and _times(expr, index) > 1
    )
    repeats = len(holding) > 1 or _times(expr, index) > 1
    return Sum((index,), expr) if (is_product or isinstance(expr, Ref)) and repeats else expr


def _times(expr: Expr, index: Index) -> int:
    """How often an index stands in an expression."""
    own = 0
    if isinstance(expr, Ref):
        own = expr.indices.count(index)
    elif isinstance(expr, Delta):
        own = (expr.left, expr.right).count(index)
    return own + sum(_times(part, index) for part in children(expr))
