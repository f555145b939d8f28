"""Products of the feature matrix with class arrays, without ever copying the matrix.

`forward` is X V^T and `pull` is R^T X, where the last column of V (and of the result of `pull`)
belongs to the intercept when V is one column wider than X. Dense X may be in either memory order
and in float32 or float64; where its type differs from the type of the work it is converted in
blocks of rows that stay in cache. Sparse X is multiplied as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Rows per block: with 64 float64 columns a block is 1 MB, the L2 cache of a current core.
BLOCK_BYTES = 1 << 20


def is_sparse(X: Any, /) -> bool:
    """Whether ``X`` is a SciPy sparse matrix or array, without importing SciPy for a dense one."""
    return type(X).__module__.startswith("scipy.sparse")


def row_blocks(n_rows: int, n_columns: int, /) -> Iterator[slice]:
    """Slices that cover the rows in blocks of about `BLOCK_BYTES` as float64."""
    size = max(64, BLOCK_BYTES // (8 * max(1, n_columns)))
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))


def dense_rows(X: Any, rows: slice, /, dtype: Any = np.float64) -> Array:
    """Some rows as a dense array of the given type."""
    block = X[rows]
    if is_sparse(block):
        block = block.toarray()
    return np.asarray(block, dtype=dtype)


def forward(X: Any, V: Array, /) -> Array:
    """``X @ V[:, :d].T + V[:, d]``, shape (n, K), in the type of ``V``."""
    n, d = X.shape
    main = V[:, :d]
    if is_sparse(X):
        out = np.asarray(X @ np.ascontiguousarray(main.T))
        out = out.astype(V.dtype, copy=False)
    elif X.dtype == V.dtype:
        out = X @ main.T
    else:
        out = np.empty((n, len(V)), dtype=V.dtype)
        for rows in row_blocks(n, d):
            np.matmul(dense_rows(X, rows, V.dtype), main.T, out=out[rows])
    if V.shape[1] > d:
        out += V[:, d]
    return out


def pull(X: Any, R: Array, /, *, intercept: bool) -> Array:
    """``R.T @ X``, shape (K, d), and with ``intercept`` the column sums of R as a last column."""
    n, d = X.shape
    out = np.zeros((R.shape[1], d + intercept), dtype=R.dtype)
    if is_sparse(X):
        out[:, :d] = np.asarray(X.T @ R).T
    elif X.dtype == R.dtype:
        out[:, :d] = R.T @ X
    else:
        for rows in row_blocks(n, d):
            out[:, :d] += R[rows].T @ dense_rows(X, rows, R.dtype)
    if intercept:
        out[:, d] = R.sum(axis=0)
    return out
