"""Indices that are held fixed while others make rows and columns: x_i is row i of X.

An array whose first indices are fixed carries them in its name; where one is fixed behind a free
one, ``W[k,i]`` is column ``W e_i``, and a delta with it is the unit vector ``e_i``.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from gory.notation import Expr, Index, Ref, of_matrix, substitute, transform


class Fixed(Index):
    """An index that stands for one member of its range, as a literal does."""

    __slots__ = ()

    @property
    def is_literal(self) -> bool:
        return True


def at_fixed(expr: Expr, fixed: Iterable[Index], /) -> Expr:
    """An expression with some of its free indices held fixed."""
    by = {index: Fixed(index.name, index.range) for index in fixed}
    return transform(substitute(expr, by), _with_subscript) if by else expr


def _with_subscript(node: Expr) -> Expr:
    if not isinstance(node, Ref) or of_matrix(node.name):
        return node
    own = list(takewhile(lambda index: isinstance(index, Fixed), node.indices))
    if not own:
        return node
    return Ref(f"{node.name}_{''.join(i.name for i in own)}", node.indices[len(own) :])
