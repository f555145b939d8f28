"""Rows that are in memory: dense or sparse features with their logits kept.

The logits of the current point are kept (n K numbers), so moving along a ray is an update of the
logits and an iteration costs two products whatever the line search tries.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._hessian import coupled_hessian
from ._objective import picked, residual, row_softmax
from ._products import dense_rows, forward, is_sparse, pull, row_blocks

Array = NDArray[Any]


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

    def forward(self, theta: Array, /) -> Array:
        """Logits without offset, counted as half a pass."""
        self.passes += 0.5
        return forward(self.X, theta)

    def pull(self, slope: Array, /) -> Array:
        """``slope.T @ [X, 1]``, counted as half a pass."""
        self.passes += 0.5
        return pull(self.X, slope, intercept=self.fit_intercept)

    def at(self, theta: Array, /) -> MemoryPoint:
        """The point at weights ``theta`` of shape (K, p)."""
        logits = self.forward(theta)
        if self.offset is not None:
            logits += self.offset
        return MemoryPoint(self, theta, logits)

    def class_shares(self) -> Array:
        """Weighted mean of the targets."""
        if self.target.ndim == 1:
            return np.bincount(self.target, self.row_weights, minlength=self.n_classes)
        return self.row_weights @ self.target

    def second_moments(self) -> Array:
        """``sum_i s_i x_i x_i^T`` including the column of ones."""
        d = self.n_features
        p = d + self.fit_intercept
        out = np.zeros((p, p))
        for rows in row_blocks(self.n_rows, d):
            block = dense_rows(self.X, rows)
            scaled = block * self.row_weights[rows, None]
            out[:d, :d] += block.T @ scaled
            if self.fit_intercept:
                out[d, :d] += scaled.sum(axis=0)
        if self.fit_intercept:
            out[:d, d] = out[d, :d]
            out[d, d] = self.row_weights.sum()
        return out

    def squared_column_means(self) -> Array:
        """``sum_i s_i x_ij**2``, the diagonal of `second_moments`, also cheap for sparse X."""
        if is_sparse(self.X):
            squares = self.X.multiply(self.X).T @ self.row_weights
            squares = np.asarray(squares, dtype=float).ravel()
            return np.append(squares, 1.0) if self.fit_intercept else squares
        return np.diagonal(self.second_moments()).copy()


class MemoryPoint:
    """The loss at one setting of the weights, with logits and probabilities kept."""

    def __init__(self, source: MemorySource, theta: Array, logits: Array, /) -> None:
        self.source = source
        self.theta = theta
        self.logits = logits
        self.probabilities, lse = row_softmax(logits)
        self.loss = float(source.row_weights @ (lse - picked(logits, source.target)))

    def gradient(self) -> Array:
        """Derivative of the loss by the weights, shape (K, p)."""
        source = self.source
        return source.pull(residual(self.probabilities, source.target, source.row_weights))

    def curvature(self, direction: Array, /) -> Array:
        """Product of the Hessian of the loss with ``direction``."""
        slope = self.source.forward(direction)
        slope -= np.einsum("ik,ik->i", self.probabilities, slope)[:, None]
        slope *= self.probabilities
        slope *= self.source.row_weights[:, None]
        return self.source.pull(slope)

    def hessian(self, basis: Array, /) -> Array:
        """The Hessian in the class basis ``basis``."""
        source = self.source
        return coupled_hessian(
            source.X,
            self.probabilities,
            source.row_weights,
            basis,
            intercept=source.fit_intercept,
        )

    def ray(self, direction: Array, /) -> MemoryRay:
        """The ray that leaves this point in ``direction``."""
        return MemoryRay(self, direction, self.source.forward(direction))

    def class_covariance(self) -> Array:
        """``sum_i s_i (diag p_i - p_i p_i^T)``, shape (K, K)."""
        weighted = self.probabilities * self.source.row_weights[:, None]
        return np.diag(weighted.sum(axis=0)) - self.probabilities.T @ weighted

    def intercept_system(self) -> tuple[Array, Array]:
        """Gradient and Hessian of the loss by one shift per class."""
        source = self.source
        slope = residual(self.probabilities, source.target, source.row_weights)
        return slope.sum(axis=0), self.class_covariance()

    def shifted(self, shift: Array, /) -> MemoryPoint:
        """The point with ``shift`` added to the intercepts."""
        theta = self.theta.copy()
        theta[:, -1] += shift
        return MemoryPoint(self.source, theta, self.logits + shift)


class MemoryRay:
    """The loss along a direction, from kept logits: no product with the data."""

    def __init__(self, origin: MemoryPoint, direction: Array, change: Array, /) -> None:
        self.origin = origin
        self.direction = direction
        self.change = change
        self._last: tuple[float, MemoryPoint] = (0.0, origin)

    def slope(self, t: float, /) -> tuple[float, float, float]:
        """Loss, first and second derivative by ``t``."""
        point = self.point(t)
        source = self.origin.source
        mean = np.einsum("ik,ik->i", point.probabilities, self.change)
        square = np.einsum("ik,ik,ik->i", point.probabilities, self.change, self.change)
        first = source.row_weights @ (mean - picked(self.change, source.target))
        second = source.row_weights @ (square - mean**2)
        return point.loss, float(first), float(second)

    def point(self, t: float, /) -> MemoryPoint:
        """The point at ``t``."""
        if self._last[0] != t:
            origin = self.origin
            point = MemoryPoint(
                origin.source,
                origin.theta + t * self.direction,
                origin.logits + t * self.change,
            )
            self._last = (t, point)
        return self._last[1]
