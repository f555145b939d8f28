"""Inverse and determinant of a small matrix in any arithmetic: by cofactors, without a choice
of pivots.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

SMALLEST_SHARE = 1e-9  # of the product of row sums, below which a determinant is taken for zero

Rows = Sequence[Sequence[Any]]


def determinant(rows: Rows) -> Any:
    """Expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    total = None
    for column, entry in enumerate(rows[0]):
        term = entry * determinant(_minor(rows, 0, column))
        term = -term if column % 2 else term
        total = term if total is None else total + term
    return total


def inverse_entry(rows: Rows, row: int, column: int) -> Any:
    """An entry of the inverse: the cofactor at the transposed place over the determinant."""
    if len(rows) == 1:
        return (rows[0][0] / rows[0][0]) / rows[0][0]
    cofactor = determinant(_minor(rows, column, row))
    cofactor = -cofactor if (row + column) % 2 else cofactor
    return cofactor / determinant(rows)


def is_singular(rows: Rows) -> bool:
    """Whether the determinant is zero, in floating point also if it is lost in rounding."""
    value = determinant(rows)
    if not isinstance(value, float | Decimal):
        return bool(value == 0)
    size = 1.0
    for row in rows:
        size *= float(sum(abs(entry) for entry in row))
    return abs(float(value)) <= SMALLEST_SHARE * size


def _minor(rows: Rows, row: int, column: int) -> list[list[Any]]:
    return [
        [entry for n, entry in enumerate(line) if n != column]
        for m, line in enumerate(rows)
        if m != row
    ]
