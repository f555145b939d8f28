"""The matrix form of entries with rows and columns of several indices: a Kronecker product.

Rows or columns with two indices (i, j) are laid out with j running fastest, so an entry
``A[t,i] b[j]`` in row t and column (i, j) is ``A ⊗ bᵀ``, and ``A[i,k] B[j,m]`` in row (i, j) and
column (k, m) is ``A ⊗ B``. Factors that share a letter make a block; blocks stand in the order in
which their letters stand in row and column, and where that is no order there is no such product.
Under a sum over i, the arrays with that index are written with it as a subscript:
``sum_i (diag(h_i) - h_i h_iᵀ) ⊗ x_i x_iᵀ``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gory.algebra._matrix_build import (
    Matrix,
    NoMatrixFormError,
    negative,
    product,
    summed,
    transposed,
)  # fmt: skip
from gory.algebra._matrix_fixed import at_fixed
from gory.algebra._matrix_form import expression_form, flattened, multiplied_out, reciprocal
from gory.notation import Add, Div, Expr, Index, Size, free_indices
from gory.notation._build import sum_of, times
from gory.notation._plain import sign_split

Group = tuple[Index, ...]

_MOST_OPENED = 6  # brackets one within the other; every one multiplies the terms


def kronecker_form(expr: Expr, rows: Group, columns: Group) -> Matrix | None:
    """The matrix form of entries in rows and columns of any number of indices, or None."""
    try:
        return _form(expr, rows, columns, _MOST_OPENED)
    except NoMatrixFormError:
        return None


def _form(expr: Expr, rows: Group, columns: Group, openings: int) -> Matrix:
    if len(rows) < 2 and len(columns) < 2:
        return _side(expr, rows, columns)
    if isinstance(expr, Add):
        pairs = [sign_split(term) for term in expr.terms]
        parts = [_form(term, rows, columns, openings) for _, term in pairs]
        return summed(parts, [-1 if minus else 1 for minus, _ in pairs])
    minus, body = sign_split(expr)
    if minus:
        return negative(_form(body, rows, columns, openings))
    bound, factors = flattened(body, {i.name for i in free_indices(body)})
    try:
        return _term(bound, factors, rows, columns)
    except NoMatrixFormError:
        wide = [f for f in factors if isinstance(f, Add) and len(free_indices(f)) > 1]
        if not wide or not openings:
            raise
        first = max(wide, key=lambda factor: len(free_indices(factor)))
        rest = [factor for factor in factors if factor is not first]
        return _form(multiplied_out(first, bound, rest), rows, columns, openings - 1)


def _term(bound: list[Index], factors: list[Expr], rows: Group, columns: Group) -> Matrix:
    divisors = [f.denominator for f in factors if isinstance(f, Div) and not free_indices(f)]
    factors = [f for f in factors if not (isinstance(f, Div) and not free_indices(f))]
    idle = [i for i in bound if not any(i in free_indices(f) for f in factors)]
    bound = [i for i in bound if i not in idle]
    blocks, shared = _blocks(bound, factors, {*rows}, {*columns})
    front = _Block(frozenset(), [Size(i.range) for i in idle])
    front = front.joined(block for block in blocks if not block.letters)
    ordered = _in_order([block for block in blocks if block.letters], rows, columns)
    ordered[0] = front.joined([ordered[0]])
    inner = frozenset(bound) - shared
    parts = []
    for block in ordered:
        own_rows = tuple(i for i in rows if i in block.letters)
        own_columns = tuple(i for i in columns if i in block.letters)
        parts.append(_side(at_fixed(block.summed(inner), shared), own_rows, own_columns))
    form = Matrix("kronecker", tuple(parts)) if len(parts) > 1 else parts[0]
    if shared:
        names = ",".join(i.name for i in bound if i in shared)
        form = Matrix("over", (form,), label=names)
    return product([form, *map(reciprocal, divisors)])


@dataclass(frozen=True)
class _Block:
    """Factors that belong to one matrix, and their letters of rows and columns."""

    letters: frozenset[Index]
    factors: list[Expr]

    def joined(self, others: Iterable[_Block]) -> _Block:
        blocks = [self, *others]
        letters = frozenset(letter for block in blocks for letter in block.letters)
        return _Block(letters, [factor for block in blocks for factor in block.factors])

    def has(self, index: Index) -> bool:
        return any(index in free_indices(factor) for factor in self.factors)

    def summed(self, bound: frozenset[Index]) -> Expr:
        """The product of the factors, those with bound indices under their sum."""
        inside = [factor for factor in self.factors if free_indices(factor) & bound]
        outside = [factor for factor in self.factors if factor not in inside]
        indices = free_indices(times(*inside)) & bound
        order = tuple(sorted(indices, key=lambda i: i.name))
        return times(*outside, sum_of(order, times(*inside)))


def _blocks(
    bound: list[Index], factors: list[Expr], rows: set[Index], columns: set[Index]
) -> tuple[list[_Block], frozenset[Index]]:
    """Factors by the letters they share, and the bound indices that are summed around them.

    A bound index is summed within a block if what it connects has one row and one column.
    """
    blocks: list[_Block] = []
    for factor in factors:
        found = _Block(free_indices(factor) & (rows | columns), [factor])
        same = [block for block in blocks if block.letters & found.letters]
        blocks = [block for block in blocks if block not in same]
        blocks.append(_EMPTY.joined([*same, found]))
    shared = set()
    for index in bound:
        meeting = [block for block in blocks if block.has(index)]
        whole = _EMPTY.joined(meeting)
        if max(len(whole.letters & rows), len(whole.letters & columns)) > 1:
            shared.add(index)
        else:
            first = blocks.index(meeting[0])
            blocks = [block for block in blocks if block not in meeting]
            blocks.insert(first, whole)
    return blocks, frozenset(shared)


_EMPTY = _Block(frozenset(), [])


def _in_order(blocks: list[_Block], rows: Group, columns: Group) -> list[_Block]:
    """Blocks as rows and columns have their letters; a row beside a column is one block."""
    above, beside = ([_of(i, blocks) for i in group] for group in (rows, columns))
    found = []
    while above or beside:
        one, other = above[:1], beside[:1]
        ends_row = bool(one) and one[0] not in beside
        ends_column = bool(other) and other[0] not in above
        if one == other:
            found.append(above.pop(0))
            beside.pop(0)
        elif ends_row and ends_column:
            found.append(above.pop(0).joined([beside.pop(0)]))
        elif ends_row:
            found.append(above.pop(0))
        elif ends_column:
            found.append(beside.pop(0))
        else:
            raise NoMatrixFormError
    return found


def _of(index: Index, blocks: list[_Block]) -> _Block:
    for block in blocks:
        if index in block.letters:
            return block
    raise NoMatrixFormError


def _side(expr: Expr, rows: Group, columns: Group) -> Matrix:
    """One factor as a matrix; a row is written as the transpose of a column."""
    axes = (*rows, *columns)
    if free_indices(expr) != set(axes) or len(rows) > 1 or len(columns) > 1:
        raise NoMatrixFormError
    form = expression_form(expr, axes)
    return transposed(form) if not rows else form
