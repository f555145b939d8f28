"""The inverse of a Cholesky factor, by the matrix products of NumPy alone.

SciPy has triangular solvers, but a linear algebra library of its own, whose waiting threads keep
those of NumPy from the processors: on two cores a factorization of a millisecond then takes a
hundred. The inverse factor costs as much as the factorization, and is applied by one product.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Rows up to which a triangular matrix is inverted by the general routine.
_LEAF = 64


def inverse_factor(matrix: Array, /) -> Array | None:
    """The inverse of L for ``matrix = L L^T``; None where the matrix is not definite.

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
    size = len(lower)
    if size <= _LEAF:
        return np.linalg.inv(lower)
    half = size // 2
    out = np.zeros_like(lower)
    out[:half, :half] = _lower_inverse(lower[:half, :half])
    out[half:, half:] = _lower_inverse(lower[half:, half:])
    out[half:, :half] = -out[half:, half:] @ (lower[half:, :half] @ out[:half, :half])
    return out
