r"""Derivatives of a total that are taken for one example: "for one training example $(x, y)$ ...".

``\partial \ell / \partial \theta_j = (y - h) x_j`` is then said of the term of that example, not of
the sum over all; a factor ``1 / m`` in front is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from gory.notation._build import rebuild_tidy
from gory.notation._indices import free_indices, substitute
from gory.notation._nodes import (
    ONE,
    Add,
    D,
    Div,
    Expr,
    Index,
    Mul,
    Ref,
    Size,
    Sum,
    children,
    walk,
)
from gory.notation.manuscript._script import Line

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

_ONE = re.compile(
    r"(?i)\b(?:one|single|i-?th|§-?\s?th)(?:\s(?:training|data|given|input))?[\s-]+"
    r"(?:example|sample|instance|observation|datum|data\s?point|point|pair|row)\b"
)


_COUNTS = {*"mnNMB"}  # of examples, where no sum says how many there are


def says_one_example(words: str) -> bool:
    """Whether a sentence speaks of a single example."""
    return _ONE.search(words) is not None


def for_one_example(section: Section, words: str, lines: Sequence[Line]) -> list[Line]:
    """The lines of a chain with the term of one example in the place of a total."""
    if not says_one_example(words) or len(lines[0].exprs) != 1:
        return []
    asked = lines[0].exprs[0]
    body = asked
    while isinstance(body, D):
        body = body.body
    definition = section.builder.defined.get(body.name) if isinstance(body, Ref) else None
    if definition is None or definition.indices or not isinstance(asked, D):
        return []
    limits = section.manuscript.limits
    term = _term(definition.body, _strays(asked, lines), {x: end for x, (_, end) in limits.items()})
    if term is None:
        return []
    return [replace(lines[0], exprs=(_with_body(asked, term),)), *lines[1:]]


def _strays(asked: Expr, lines: Sequence[Line]) -> dict[str, Index]:
    """Free indices of the lines below that the first one does not have."""
    own = {index.name for index in free_indices(asked)}
    below = (index for line in lines[1:] for e in line.exprs for index in free_indices(e))
    return {index.name: index for index in below if index.name not in own}


def _term(total: Expr, strays: dict[str, Index], ends: Mapping[str, str]) -> Expr | None:
    """The term of a total for one of the stray indices; None where something is added to it.

    The sum may stand beside the number of its terms, which is one for one of them.
    """
    sums = [node for node in walk(total) if isinstance(node, Sum)]
    outer = next(iter(sums), None)
    above = _above(total, outer) if outer is not None else None
    if outer is None or above is None or any(isinstance(node, Add | D) for node in above):
        return None
    bound = next((index for index in outer.indices if index.name in strays), None)
    if bound is None:
        return None
    rest = tuple(index for index in outer.indices if index is not bound)
    inner = substitute(outer.body, {bound: strays[bound.name]})
    counts = {bound.range, ends.get(bound.name, bound.range)}
    counts |= _COUNTS if bound.name not in ends else set()
    if any(below not in counts for node in above for below in _below(node)):
        return None
    return _put(total, outer, Sum(rest, inner) if rest else inner, counts)


def _below(expr: Expr) -> Iterator[str]:
    """Names that a sum is divided by."""
    parts = [f for f in children(expr) if isinstance(f, Div)] if isinstance(expr, Mul) else [expr]
    for part in parts:
        if isinstance(part, Div):
            yield from (node.name for node in walk(part.denominator) if isinstance(node, Ref))
            yield from (node.range for node in walk(part.denominator) if isinstance(node, Size))


def _above(total: Expr, inner: Expr) -> list[Expr] | None:
    """The expressions that hold another one."""
    if total is inner:
        return []
    for part in children(total):
        if (found := _above(part, inner)) is not None:
            return [total, *found]
    return None


def _put(expr: Expr, old: Expr, new: Expr, counts: Set[str]) -> Expr:
    """An expression with another part, and with one for the number of examples."""
    if expr is old:
        return new
    if (isinstance(expr, Size) and expr.range in counts) or (
        isinstance(expr, Ref) and not expr.indices and expr.name in counts
    ):
        return ONE
    parts = tuple(_put(part, old, new, counts) for part in children(expr))
    return rebuild_tidy(expr, parts) if parts else expr


def _with_body(asked: Expr, term: Expr) -> Expr:
    if isinstance(asked, D):
        return D(_with_body(asked.body, term), asked.wrt)
    return term
