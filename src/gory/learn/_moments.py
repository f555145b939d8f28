"""Second moments of the features, and how far each row stands out in their metric."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._products import dense_blocks, dense_kernels, is_sparse, transposed_product
from ._rows import over_chunks

Array = NDArray[Any]

# Eigenvalues of the equilibrated moments below this share of the largest are rounding.
_RANK_TOLERANCE = 1e-12


def second_moments(X: Any, row_weights: Array, /, *, intercept: bool) -> Array:
    """``sum_i s_i x_i x_i^T``, with a column of ones behind X where there is an intercept."""
    d = X.shape[1]
    p = d + intercept
    # Many columns are worth BLAS, which uses the cache for all pairs of them.
    kernels = None if is_sparse(X) else dense_kernels(X, d)

    def part(rows: slice, block: Array) -> Array:
        out = np.zeros((p, d))
        scaled = block * row_weights[rows, None]
        if kernels is None:
            out[:d] = transposed_product(scaled, block)
        else:
            kernels.pull_rows(block, scaled, 0, len(block), out[:d])
        if intercept:
            out[d] = scaled.sum(axis=0)
        return out

    if kernels is None:
        main = np.zeros((p, d))
        for rows, block in dense_blocks(X):
            main += part(rows, block)
    else:
        main = np.sum(
            over_chunks(
                lambda start, stop: part(slice(start, stop), X[start:stop].astype(np.float64)),
                *X.shape,
            ),
            axis=0,
        )
    if not intercept:
        return main
    last = np.append(main[d], row_weights.sum())
    return np.column_stack([main, last])


def whitening(moments: Array, /) -> Array:
    """A matrix V of shape (r, p) with ``V moments V^T = I`` on the span of ``moments``."""
    scale = np.sqrt(np.maximum(np.diagonal(moments), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(moments / np.outer(scale, scale))
    kept = values > _RANK_TOLERANCE * values[-1]
    return (vectors[:, kept] / np.sqrt(values[kept]) / scale[:, None]).T


def row_norms(X: Any, basis: Array, /) -> Array:
    """``|basis [x_i, 1]|**2`` for every row; no column of ones where ``basis`` has d columns."""
    n, d = X.shape
    out = np.empty(n)
    kernels = None if is_sparse(X) else dense_kernels(X, len(basis))
    if kernels is None:
        for rows, block in dense_blocks(X):
            turned = block @ basis[:, :d].T
            if basis.shape[1] > d:
                turned += basis[:, d]
            out[rows] = np.einsum("ij,ij->i", turned, turned)
        return out
    basis = np.ascontiguousarray(basis)

    def part(start: int, stop: int) -> None:
        turned = np.empty((stop - start, len(basis)))
        kernels.forward_rows(X[start:stop], basis, 0, stop - start, turned)
        out[start:stop] = np.einsum("ij,ij->i", turned, turned)

    over_chunks(part, n, len(basis))
    return out
