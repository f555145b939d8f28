"""Cholesky factors solved with and inverted, by the matrix products of NumPy alone.

SciPy has triangular solvers, but a linear algebra library of its own, whose waiting threads keep
those of NumPy from the processors: on two cores a factorization of a millisecond then takes a
hundred. `definite_solver` inverts the blocks on the diagonal only, which costs a tenth of the
factorization, and is what a few vectors need; the whole inverse costs as much as the factorization
and is applied by one product. `invert_definite` needs no memory beside the matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Rows up to which a triangular matrix is inverted by the general routine.
_LEAF = 64
# Rows of a block on the diagonal.
_BLOCK = 48
# Rows that are swept at a time where a matrix is inverted in place, and of a panel of its updates.
_SWEPT = 64
_PANEL = 256


def definite_solver(matrix: Array, /, *, tolerance: float) -> Callable[[Array], Array] | None:
    """What solves with a symmetric matrix for one vector; None where it is not definite.

    Parameters
    ----------
    matrix : ndarray of shape (n, n)
    tolerance : float
        A pivot whose square is not larger than this counts as zero.

    Examples
    --------
    >>> import numpy as np
    >>> solve = definite_solver(np.diag([4.0, 0.25]), tolerance=0.0)
    >>> solve(np.array([1.0, 1.0])).tolist()
    [0.25, 4.0]
    """
    try:
        lower = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    size = len(lower)
    if not (size and np.diagonal(lower).min() ** 2 > tolerance):
        return None
    blocks = [slice(start, min(start + _BLOCK, size)) for start in range(0, size, _BLOCK)]
    whole = size // _BLOCK
    corners = np.array([lower[rows, rows] for rows in blocks[:whole]])
    inverses = [*np.linalg.inv(corners)] if whole else []
    inverses += [np.linalg.inv(lower[rows, rows]) for rows in blocks[whole:]]

    def solve(rhs: Array) -> Array:
        x = np.array(rhs)
        for rows, inverse in zip(blocks, inverses, strict=True):
            x[rows] = inverse @ (x[rows] - lower[rows, : rows.start] @ x[: rows.start])
        for rows, inverse in zip(reversed(blocks), reversed(inverses), strict=True):
            x[rows] = (x[rows] - x[rows.stop :] @ lower[rows.stop :, rows]) @ inverse
        return x

    return solve


def inverse_factor(matrix: Array, /) -> Array | None:
    """The inverse of L for ``matrix = L L^T``, or for every matrix of a stack of them.

    None where a matrix is not definite.

    Examples
    --------
    >>> import numpy as np
    >>> inverse_factor(np.diag([4.0, 0.25])).tolist()
    [[0.5, 0.0], [0.0, 2.0]]
    """
    try:
        return _lower_inverse(np.linalg.cholesky(matrix))
    except np.linalg.LinAlgError:
        return None


def _lower_inverse(lower: Array) -> Array:
    """The inverse of a lower triangular matrix, from those of its halves."""
    size = lower.shape[-1]
    if size <= _LEAF:
        return np.linalg.inv(lower)
    half = size // 2
    out = np.zeros_like(lower)
    first = out[..., :half, :half] = _lower_inverse(lower[..., :half, :half])
    last = out[..., half:, half:] = _lower_inverse(lower[..., half:, half:])
    out[..., half:, :half] = -last @ (lower[..., half:, :half] @ first)
    return out


def invert_definite(matrix: Array, /) -> None:
    """Put the inverse of a symmetric and definite matrix in its place.

    Blocks of variables are swept one after the other. Nothing is exchanged, so the matrix should
    be well conditioned in its type.

    Source: Goodnight, *A tutorial on the sweep operator*.

    Examples
    --------
    >>> import numpy as np
    >>> matrix = np.array([[2.0, 0.0], [0.0, 0.5]])
    >>> invert_definite(matrix)
    >>> matrix.tolist()
    [[0.5, 0.0], [0.0, 2.0]]
    """
    size = len(matrix)
    for start in range(0, size, _SWEPT):
        block = slice(start, min(start + _SWEPT, size))
        corner = np.linalg.inv(matrix[block, block])
        columns = matrix[:, block].copy()
        swept = columns @ corner
        for first in range(0, size, _PANEL):
            panel = slice(first, first + _PANEL)
            matrix[panel] -= swept[panel] @ columns.T
        matrix[:, block] = swept
        matrix[block] = swept.T
        matrix[block, block] = -corner
    np.negative(matrix, out=matrix)
