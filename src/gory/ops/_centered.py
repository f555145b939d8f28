"""Products of a direction with the softmax, free of cancellation.

v - p·v subtracts two nearly equal numbers when one p is close to 1. Measuring v from its
entry at the largest p first, w = v - v[peak], leaves w - p·w, in which the large p is
multiplied by an exact 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gory.ops._rows import Rows, lane_sum

# NaN and infinite rows are data and propagate as documented, without a warning.
quiet = np.errstate(invalid="ignore", over="ignore", under="ignore")


@quiet
def row_dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Dot product of corresponding rows; an entry whose first factor is 0 counts as 0."""
    return lane_sum(np.where(a == 0, 0.0, a * b))


@quiet
def deviations(rows: Rows, p: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """v - p·v per row, shape (N, K)."""
    w = v - v[np.arange(len(v)), rows.peak][:, None] if v.size else v
    return w - row_dot(p, w)[:, None]


@quiet
def covariance_product(
    rows: Rows, p: NDArray[np.float64], v: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(diag(p) - p pᵀ) v per row, shape (N, K)."""
    return p * deviations(rows, p, v)
