"""Products of the feature matrix with class arrays, without ever copying the matrix.

`forward` is X V^T and `pull` is R^T X, where the last column of V (and of the result of `pull`)
belongs to the intercept when V is one column wider than X. Dense X may be in either memory order
and in float32 or float64. Many rows with few classes go to compiled kernels on all threads, which
convert types on the way; other dense X goes to BLAS, in converted blocks of rows where its type
differs from that of the work. Sparse X is multiplied as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._rows import kernels_for, over_chunks, over_parts, weighted_residual

Array = NDArray[Any]

# Bytes of converted rows per block. Measured on two cores with 54 and 784 columns: 2 to 6 MB is
# as fast as if the matrix had had the type of the work from the start.
BLOCK_BYTES = 1 << 22
# Up to this many classes the kernels beat BLAS, which packs X anew in every product.
_KERNEL_CLASSES = 16
# Multiplications up to which OpenBLAS works in the calling thread, and up to which a product is cut
# into pieces of that size; on a busy machine the barrier of a thread costs a hundred such pieces.
_THREADLESS = 1 << 18
_SMALL_PRODUCT = 1 << 23


def is_sparse(X: Any, /) -> bool:
    """Whether ``X`` is a SciPy sparse matrix or array, without importing SciPy for a dense one."""
    return type(X).__module__.startswith("scipy.sparse")


def row_blocks(n_rows: int, n_columns: int, /) -> Iterator[slice]:
    """Slices that cover the rows in blocks of about `BLOCK_BYTES` as float64."""
    size = max(64, BLOCK_BYTES // (8 * max(1, n_columns)))
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))


def dense_blocks(X: Any, /, dtype: Any = np.float64) -> Iterator[tuple[slice, Array]]:
    """The rows of X in dense blocks of the given type; a block is overwritten by the next."""
    n, d = X.shape
    workspace: Array | None = None
    for rows in row_blocks(n, d):
        block = X[rows]
        if is_sparse(block):
            yield rows, block.toarray().astype(dtype, copy=False)
        elif block.dtype == dtype:
            yield rows, block
        else:
            if workspace is None:
                workspace = np.empty((rows.stop - rows.start, d), dtype=dtype)
            converted = workspace[: len(block)]
            np.copyto(converted, block)
            yield rows, converted


def forward(X: Any, V: Array, /) -> Array:
    """``X @ V[:, :d].T + V[:, d]``, shape (n, K), in the type of ``V``."""
    n, d = X.shape
    if is_sparse(X):
        out = sparse_forward(X, np.ascontiguousarray(V[:, :d].T))
    else:
        out = np.empty((n, len(V)), dtype=V.dtype)
        kernels = dense_kernels(X, len(V))
        if kernels is not None:
            weights = np.ascontiguousarray(V)
            over_chunks(
                lambda start, stop: kernels.forward_rows(X, weights, start, stop, out), *out.shape
            )
            return out
        _blas_forward(X, V[:, :d].T, out)
    if V.shape[1] > d:
        out += V[:, d]
    return out


def pull(X: Any, R: Array, /, *, intercept: bool) -> Array:
    """``R.T @ X``, shape (K, d), and with ``intercept`` the column sums of R as a last column."""
    d = X.shape[1]
    if is_sparse(X):
        main = sparse_forward(X.T, R).T
    else:
        kernels = dense_kernels(X, R.shape[1])
        main = _blas_pull(X, R) if kernels is None else _chunked_pull(kernels, X, R)
    if not intercept:
        return main
    out = np.empty((R.shape[1], d + 1), dtype=main.dtype)
    out[:, :d] = main
    out[:, d] = R.sum(axis=0, dtype=main.dtype)
    return out


def pull_residual(
    X: Any, probabilities: Array, target: Array, row_weights: Array, /, *, intercept: bool
) -> Array:
    """``R.T @ [X, 1]`` in float64 for ``R_ik = s_i (p_ik - y_ik)``.

    Where the compiled kernels do it, R exists for a chunk of rows at a time.
    """
    kernels = None
    if target.ndim == 1 and not is_sparse(X):
        kernels = dense_kernels(X, probabilities.shape[1])
    if kernels is None:
        slope = weighted_residual(probabilities, target, row_weights)
        return pull(X, slope, intercept=intercept).astype(np.float64, copy=False)
    n_classes, d = probabilities.shape[1], X.shape[1]

    def part(start: int, stop: int) -> Array:
        rows, size = slice(start, stop), stop - start
        slope = np.empty((size, n_classes), dtype=probabilities.dtype)
        kernels.residual_rows(probabilities[rows], target[rows], row_weights[rows], 0, size, slope)
        out = np.zeros((n_classes, d + intercept))
        kernels.pull_rows(X[rows], slope, 0, size, out)
        if intercept:
            out[:, d] = slope.sum(axis=0)
        return out

    return np.sum(over_chunks(part, len(X), n_classes), axis=0)


def dense_kernels(X: Any, n_classes: int, /) -> Any:
    """The compiled kernels where they are faster than BLAS for a dense X, else None."""
    if n_classes > _KERNEL_CLASSES or not X.flags.c_contiguous:
        return None
    return kernels_for(X.shape[0] * n_classes)


def _calm_blocks(n_rows: int, per_row: int) -> Iterator[slice]:
    """Blocks of rows for which BLAS starts no threads: for small work they cost more than it."""
    size = max(1, _THREADLESS // per_row)
    return (slice(start, min(start + size, n_rows)) for start in range(0, n_rows, size))


def transposed_product(R: Array, X: Array, /) -> Array:
    """``R.T @ X``, without threads where the work is small."""
    if R.size * X.shape[1] > _SMALL_PRODUCT:
        return R.T @ X
    blocks = _calm_blocks(len(X), R.shape[1] * X.shape[1])
    return np.sum([R[rows].T @ X[rows] for rows in blocks], axis=0)


def _blas_forward(X: Array, main: Array, out: Array) -> None:
    if X.dtype == out.dtype:
        if len(X) * main.size <= _SMALL_PRODUCT:
            for rows in _calm_blocks(len(X), main.size):
                np.matmul(X[rows], main, out=out[rows])
            return
        np.matmul(X, main, out=out)
        return
    for rows, block in dense_blocks(X, out.dtype):
        np.matmul(block, main, out=out[rows])


def _blas_pull(X: Array, R: Array) -> Array:
    if X.dtype == R.dtype:
        return transposed_product(R, X)
    out = np.zeros((R.shape[1], X.shape[1]))
    for rows, block in dense_blocks(X, R.dtype):
        out += R[rows].T @ block
    return out


def _chunked_pull(kernels: Any, X: Array, R: Array) -> Array:
    def part(start: int, stop: int) -> Array:
        out = np.zeros((R.shape[1], X.shape[1]))
        kernels.pull_rows(X, R, start, stop, out)
        return out

    return np.sum(over_chunks(part, *R.shape), axis=0)


def sparse_forward(X: Any, weights: Array, /) -> Array:
    """``X @ weights`` for sparse X and weights of shape (d, K), on all threads where X is CSR."""
    kernels = kernels_for(X.nnz * weights.shape[1]) if X.format == "csr" else None
    if kernels is None:
        return np.asarray(X @ weights).astype(weights.dtype, copy=False)
    out = np.empty((X.shape[0], weights.shape[1]), dtype=weights.dtype)
    over_chunks(
        lambda start, stop: kernels.sparse_forward_rows(
            X.data, X.indices, X.indptr, weights, start, stop, out
        ),
        *out.shape,
    )
    return out


def add_sparse_pull(X: Any, R: Array, out: Array, /) -> None:
    """Add ``X.T @ R`` to ``out`` (d, K) for a few rows of CSR features, on all threads."""
    kernels = kernels_for(out.size)
    if kernels is None:
        out += X.T @ R
        return
    over_parts(
        lambda first, last: kernels.sparse_pull_rows(
            X.data, X.indices, X.indptr, R, first, last, out
        ),
        R.shape[1],
    )
