"""The exact Hessian of softmax regression, all classes coupled.

The Hessian of one row is (diag p - p p^T) (x) x x^T. Its blocks sum to zero over the classes, so
only the blocks of two different classes are accumulated, -sum_i s_i p_ik p_il x_i x_i^T, and the
diagonal blocks follow. All of them together are one matrix product per block of rows: products of
probabilities (one column per pair of classes) against products of features (one column per pair of
columns). In the contrast basis the matrix has ((K - 1) p)^2 entries and is definite where the
problem is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._products import is_sparse

Array = NDArray[Any]

# Entries of the temporaries for one block of rows (2 MB), and rows that make a product worth it.
_BLOCK_ENTRIES = 1 << 18
_FEWEST_ROWS = 128

# Multiplications up to which the number of steps decides, and not the arithmetic.
_SMALL_WORK = 1_000_000


def _transposed_rows(X: Any, rows: slice, intercept: bool) -> Array:
    """Some rows as a (p, b) array, so that a feature is contiguous."""
    block = X[rows].toarray() if is_sparse(X) else X[rows]
    out = np.ones((X.shape[1] + intercept, len(block)))
    out[: X.shape[1]] = block.T
    return out


def _products_of_pairs(features: Array, out: Array) -> None:
    """``out[(a, b)] = features[a] * features[b]`` for a <= b, b running fastest."""
    place = 0
    for a in range(len(features)):
        size = len(features) - a
        np.multiply(features[a], features[a:], out=out[place : place + size])
        place += size


def _pair_moments(X: Any, probabilities: Array, row_weights: Array, intercept: bool) -> Array:
    """``sum_i s_i p_ik p_il x_ia x_ib`` for all k < l (rows) and a <= b (columns)."""
    n, p = X.shape[0], X.shape[1] + intercept
    n_products = p * (p + 1) // 2
    first, second = np.triu_indices(probabilities.shape[1], k=1)
    moments = np.zeros((len(first), n_products))
    size = min(n, max(_FEWEST_ROWS, _BLOCK_ENTRIES // (n_products + 2 * len(first))))
    products = np.empty((n_products, size))
    pairs, others = np.empty((2, len(first), size))
    for start in range(0, n, size):
        rows = slice(start, min(start + size, n))
        features = _transposed_rows(X, rows, intercept)
        width = features.shape[1]
        block, shared, other = products[:, :width], pairs[:, :width], others[:, :width]
        _products_of_pairs(features, block)
        shares = probabilities[rows].T.astype(np.float64, order="C")
        np.take(shares, first, axis=0, out=shared, mode="clip")
        np.take(shares * row_weights[rows], second, axis=0, out=other, mode="clip")
        shared *= other
        moments += shared @ block.T
    return moments


def _in_basis(moments: Array, basis: Array, p: int) -> Array:
    """The Hessian from the moments of pairs of classes, in the directions of ``basis``."""
    n_classes, size = basis.shape
    first, second = np.triu_indices(n_classes, k=1)
    blocks = np.zeros((n_classes, n_classes, moments.shape[1]))
    np.negative(moments, out=moments)
    blocks[first, second] = moments
    blocks[second, first] = moments
    diagonal = np.arange(n_classes)
    blocks[diagonal, diagonal] = -blocks.sum(axis=1)
    turned = basis.T @ blocks.reshape(n_classes, -1)
    turned = np.matmul(basis.T, turned.reshape(size, n_classes, -1))
    upper = np.triu_indices(p)
    place = np.empty((p, p), dtype=np.intp)
    place[upper] = place[upper[::-1]] = np.arange(len(upper[0]))
    return turned[:, :, place].transpose(0, 2, 1, 3).reshape(size * p, size * p)


def _small_hessian(X: Any, probabilities: Array, row_weights: Array, basis: Array) -> Array:
    """The same by one product, without using symmetry: few steps, for little work.

    ``X`` has the column of ones where there is an intercept.
    """
    n, p = X.shape
    turned = probabilities @ basis
    inner = np.einsum("ik,kab->iab", probabilities, basis[:, :, None] * basis[:, None, :])
    inner -= turned[:, :, None] * turned[:, None, :]
    inner *= row_weights[:, None, None]
    size = basis.shape[1]
    products = (inner.reshape(n, -1, 1) * X[:, None, :]).reshape(n, -1)
    blocks = (X.T @ products).reshape(p, size, size, p)
    return np.ascontiguousarray(blocks.transpose(1, 0, 2, 3)).reshape(size * p, size * p)


def coupled_hessian(
    X: Any,
    probabilities: Array,
    row_weights: Array,
    basis: Array,
    /,
    *,
    intercept: bool,
) -> Array:
    """``sum_i s_i (B^T (diag p_i - p_i p_i^T) B) (x) x_i x_i^T``.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n, d)
    probabilities : ndarray of shape (n, K)
    row_weights : ndarray of shape (n,)
    basis : ndarray of shape (K, K - 1)
        Class directions, see `contrast_basis`.
    intercept : bool
        Whether a column of ones is thought behind the columns of X.

    Returns
    -------
    ndarray of shape ((K - 1) p, (K - 1) p)
        float64, the class index running slowest.
    """
    n, p = X.shape[0], X.shape[1] + intercept
    if n * (p * basis.shape[1]) ** 2 <= _SMALL_WORK and not is_sparse(X):
        rows = np.column_stack([X, np.ones(n)]) if intercept else X
        return _small_hessian(rows.astype(np.float64), probabilities, row_weights, basis)
    moments = _pair_moments(X, probabilities, row_weights, intercept)
    return _in_basis(moments, basis, p)
