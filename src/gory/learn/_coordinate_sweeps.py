"""Coordinate descent on a quadratic with blocks and a low-rank part, plus the elastic net.

The quadratic of v is ``<slope, v - v0> + (v - v0)' (B - Q T') (v - v0) / 2`` with B made of square
blocks along the diagonal and Q, T two thin matrices. Exact minimization over one coordinate at a
time keeps zeros exactly zero. One function serves both ways: compiled where the work is worth the
compiler, and as plain Python where it is not.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from numpy.typing import NDArray

from ._rows import kernels_for

Array = NDArray[Any]

# Coordinates from which compiled code pays, in the entries of row work that `kernels_for` counts.
_COORDINATE_ENTRIES = 3000


def sweep_for(n_coordinates: int, /) -> Any:
    """`sweep`, compiled if there are enough coordinates."""
    if kernels_for(_COORDINATE_ENTRIES * n_coordinates) is None:
        return sweep
    return _compiled()


@cache
def _compiled() -> Any:
    from numba import njit

    return njit(nogil=True, cache=True)(sweep)


def sweep(
    v: Array,
    slope: Array,
    low_rank: Array,
    curvature: Array,
    ridge: Array,
    lasso: Array,
    blocks: Array,
    first: Array,
    width: Array,
    place: Array,
    Q: Array,
    T: Array,
) -> float:
    """One round over all coordinates, in place; how far the quadratic plus penalty fell.

    Parameters
    ----------
    v, slope : ndarray of shape (m,)
        Coordinates, and the slope of the part with B at them.
    low_rank : ndarray of shape (r,)
        ``T' (v - v0)``.
    curvature, ridge, lasso : ndarray of shape (m,)
        Diagonal of B - Q T' plus ridge; the penalties.
    blocks : ndarray
        Rows of all blocks, one after the other.
    first, width, place : ndarray of int, shape (m,)
        For every coordinate the first coordinate of its block, the width of the block, and where
        its row begins in ``blocks``.
    Q, T : ndarray of shape (m, r)
    """
    fallen = 0.0
    rank = len(low_rank)
    for j in range(len(v)):
        if curvature[j] <= 0.0:
            continue
        old, h = v[j], curvature[j]
        s = slope[j] + ridge[j] * old
        for r in range(rank):
            s -= Q[j, r] * low_rank[r]
        center = h * old - s
        size = abs(center) - lasso[j]
        new = math.copysign(size, center) / h if size > 0.0 else 0.0
        if new == old:
            continue
        d = new - old
        v[j] = new
        fallen -= s * d + 0.5 * h * d * d + lasso[j] * (abs(new) - abs(old))
        start, row = first[j], place[j]
        for e in range(width[j]):
            slope[start + e] += d * blocks[row + e]
        for r in range(rank):
            low_rank[r] += d * T[j, r]
    return fallen
