"""Rows that are in memory: dense or sparse features with their logits kept.

The logits of the current point are kept (n K numbers), so moving along a ray is an update of the
logits and an iteration costs two products whatever the line search tries. Points work in float64
whatever the type of the features; products with the Hessian, which only steer, work in the type of
the features.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._line_search import SLOPE_SHARE
from ._memory_point import MemoryPoint
from ._moments import row_norms, second_moments, whitening
from ._objective import residual
from ._products import dense_blocks, forward, is_sparse, pull, pull_residual
from ._sampling import sampling_rates

Array = NDArray[Any]

# Entries times classes up to which the rows are kept with their column of ones, in float64: there
# the calls of a step cost more than its arithmetic.
_FEW_ENTRIES = 1 << 18


class MemorySource:
    """Features, targets and row weights held in memory.

    Parameters
    ----------
    X : ndarray or SciPy sparse matrix of shape (n, d)
        float32 or float64, any memory order; never copied as a whole.
    target : ndarray of shape (n,) or (n, K)
        Class indices, or one distribution over the classes per row.
    n_classes : int
    row_weights : ndarray of shape (n,), optional
        Non-negative, not all zero.
    offset : ndarray of shape (n, K), optional
        Added to the logits of every row.
    fit_intercept : bool
    """

    keeps_logits = True
    slope_share = SLOPE_SHARE

    def __init__(
        self,
        X: Any,
        target: Array,
        /,
        *,
        n_classes: int,
        row_weights: Array | None = None,
        offset: Array | None = None,
        fit_intercept: bool = True,
    ) -> None:
        self.X = X
        self.target = target
        self.offset = offset
        self.n_rows, self.n_features = X.shape
        self.n_classes = n_classes
        self.fit_intercept = fit_intercept
        weights = np.ones(self.n_rows) if row_weights is None else row_weights.astype(float)
        self.weight_sum = float(weights.sum())
        self.row_weights = weights / self.weight_sum
        self.passes = 0.0
        self._pulled: Any = None
        self.few_rows: Array | None = None
        if not is_sparse(X) and X.size * n_classes <= _FEW_ENTRIES:
            ones = np.ones((self.n_rows, int(fit_intercept)))
            self.few_rows = np.concatenate([X, ones], axis=1, dtype=np.float64)

    def charge(self, passes: float, /) -> None:
        """Count work that is not a product with class arrays, in passes."""
        self.passes += passes

    def refine(self) -> bool:
        """Whether there is a more precise way to work; points are in float64 already."""
        return False

    def forward(self, theta: Array, /) -> Array:
        """Logits without offset, in the type of ``theta``; half a pass."""
        self.charge(0.5)
        if self.few_rows is not None:
            return self.few_rows @ theta.T
        return forward(self.X, theta)

    def pull(self, slope: Array, /) -> Array:
        """``slope.T @ [X, 1]`` in the type of ``slope``; half a pass."""
        self.charge(0.5)
        if self.few_rows is not None:
            return slope.T @ self.few_rows
        return pull(self._for_pulling(), slope, intercept=self.fit_intercept)

    def pull_residual(self, probabilities: Array, /) -> Array:
        """``sum_i s_i (p_i - y_i) [x_i, 1]^T``, shape (K, p), in float64; half a pass."""
        if self.few_rows is not None:
            return self.pull(residual(probabilities, self.target, self.row_weights))
        self.charge(0.5)
        return pull_residual(
            self._for_pulling(),
            probabilities,
            self.target,
            self.row_weights,
            intercept=self.fit_intercept,
        )

    def pull_squared(self, slope: Array, /) -> Array:
        """``slope.T @ [X**2, 1]``; half a pass."""
        self.charge(0.5)
        if is_sparse(self.X):
            columns = self._for_pulling()
            squares = type(columns)(
                (columns.data**2, columns.indices, columns.indptr), shape=columns.shape
            )
            return pull(squares, slope, intercept=self.fit_intercept)
        out = np.zeros((slope.shape[1], self.n_features + self.fit_intercept))
        for rows, block in dense_blocks(self.X):
            out += pull(np.square(block), slope[rows], intercept=self.fit_intercept)
        return out

    def _for_pulling(self) -> Any:
        """Sparse features in CSC form, in which products with the transpose run on all threads."""
        if not is_sparse(self.X):
            return self.X
        if self._pulled is None:
            self._pulled = self.X.tocsc()
        return self._pulled

    def at(self, theta: Array, /, *, is_last: bool = False) -> MemoryPoint:
        """The point at weights ``theta`` of shape (K, p); free where they are intercepts alone."""
        del is_last  # the gradient is not computed before it is asked for in any case
        if np.any(theta[:, : self.n_features]):
            logits = self.forward(theta)
        else:
            shift = theta[:, -1] if self.fit_intercept else np.zeros(self.n_classes)
            logits = np.tile(shift, (self.n_rows, 1)).astype(theta.dtype, copy=False)
        if self.offset is not None:
            logits += self.offset
        return MemoryPoint(self, theta, logits)

    def class_shares(self) -> Array:
        """Weighted mean of the targets."""
        if self.target.ndim == 1:
            return np.bincount(self.target, self.row_weights, minlength=self.n_classes)
        return self.row_weights @ self.target

    def second_moments(self) -> Array:
        """``sum_i s_i x_i x_i^T`` including the column of ones, in float64."""
        self.charge((self.n_features + self.fit_intercept) / (4 * self.n_classes))
        return second_moments(self.X, self.row_weights, intercept=self.fit_intercept)

    def squared_column_means(self, row_weights: Array | None = None, /) -> Array:
        """``sum_i s_i x_ij**2``: the diagonal of `second_moments`, also for many columns."""
        weights = self.row_weights if row_weights is None else row_weights
        if is_sparse(self.X):
            squares = np.asarray(self.X.multiply(self.X).T @ weights, dtype=float).ravel()
        else:
            squares = np.zeros(self.n_features)
            for rows, block in dense_blocks(self.X):
                squares += weights[rows] @ block**2
        return np.append(squares, weights.sum()) if self.fit_intercept else squares

    def leverages(self, ridge: Array, /) -> Array:
        """``x_i^T (X^T S X + diag ridge)^-1 x_i`` for every row: how alone a row is.

        Source: Drineas and Mahoney, *RandNLA: randomized numerical linear algebra*.
        """
        moments = self.second_moments()
        moments[np.diag_indices_from(moments)] += ridge
        self.charge(len(ridge) / (4 * self.n_classes))
        return row_norms(self.X, whitening(moments))

    def balanced_norms(self) -> Array:
        """``sum_j x_ij**2 / mean_j`` per row: its leverage if columns were uncorrelated."""
        means = self.squared_column_means()[: self.n_features]
        scale = np.zeros_like(means)
        np.divide(1.0, means, out=scale, where=means > 0)
        out = np.empty(self.n_rows)
        for rows, block in dense_blocks(self.X):
            out[rows] = np.square(block) @ scale
        return out + self.fit_intercept

    def sampled_moments(
        self, norms: Array, size: int, rng: np.random.Generator, /
    ) -> tuple[Array, int]:
        """`second_moments` from about ``size`` rows, drawn in proportion to ``norms``."""
        return self.drawn_moments(self.row_weights, norms, size, rng)

    def drawn_moments(
        self, weights: Array, norms: Array, size: int, rng: np.random.Generator, /
    ) -> tuple[Array, int]:
        """``sum_i w_i x_i x_i^T`` from about ``size`` rows, and the number of rows drawn."""
        rates = sampling_rates(np.maximum(weights * norms, 1e-300), size)
        rows = np.flatnonzero(rng.random(self.n_rows) < rates)
        return self.moments_of_rows(rows, weights[rows] / rates[rows]), len(rows)

    def moments_of_rows(self, rows: Array, weights: Array, /) -> Array:
        """``sum w x x^T`` over some rows."""
        features = self.X[rows].toarray() if is_sparse(self.X) else self.X[rows]
        return second_moments(features, weights, intercept=self.fit_intercept)

    def sample(self, rates: Array, rng: np.random.Generator, /) -> MemorySource:
        """Rows drawn with probability ``rates`` each, weighted by its inverse, as a new source."""
        rows = np.flatnonzero(rng.random(self.n_rows) < rates)
        return type(self)(
            self.X[rows].toarray() if is_sparse(self.X) else np.ascontiguousarray(self.X[rows]),
            self.target[rows],
            n_classes=self.n_classes,
            row_weights=self.row_weights[rows] / rates[rows],
            offset=None if self.offset is None else self.offset[rows],
            fit_intercept=self.fit_intercept,
        )
