"""Rows that are in memory: dense or sparse features with their logits kept.

The logits of the current point are kept (n K numbers), so moving along a ray is an update of the
logits and an iteration costs two products whatever the line search tries. Points work in float64
whatever the type of the features; products with the Hessian, which only steer, work in the type of
the features.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._hessian import coupled_hessian
from ._line_search import SLOPE_SHARE
from ._moments import row_norms, second_moments, whitening
from ._objective import picked
from ._products import dense_blocks, forward, is_sparse, pull
from ._rows import ray_slopes, softmax_and_loss, weighted_curvature, weighted_residual
from ._sampling import sampling_rates

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

    def charge(self, passes: float, /) -> None:
        """Count work that is not a product with class arrays, in passes."""
        self.passes += passes

    def refine(self) -> bool:
        """Whether there is a more precise way to work; points are in float64 already."""
        return False

    def forward(self, theta: Array, /) -> Array:
        """Logits without offset, in the type of ``theta``; half a pass."""
        self.charge(0.5)
        return forward(self.X, theta)

    def pull(self, slope: Array, /) -> Array:
        """``slope.T @ [X, 1]`` in the type of ``slope``; half a pass."""
        self.charge(0.5)
        return pull(self._for_pulling(), slope, intercept=self.fit_intercept)

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

    def at(self, theta: Array, /) -> MemoryPoint:
        """The point at weights ``theta`` of shape (K, p); free where they are intercepts alone."""
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


class MemoryPoint:
    """The loss at one setting of the weights, with logits and probabilities kept."""

    def __init__(self, source: MemorySource, theta: Array, logits: Array, /) -> None:
        self.source = source
        self.theta = theta
        self.logits = logits
        self.probabilities, self.loss = softmax_and_loss(logits, source.target, source.row_weights)

    def slope(self) -> Array:
        """Derivative of the loss by the logits, shape (n, K)."""
        source = self.source
        return weighted_residual(self.probabilities, source.target, source.row_weights)

    def gradient(self) -> Array:
        """Derivative of the loss by the weights, shape (K, p), in float64."""
        return self.source.pull(self.slope()).astype(np.float64, copy=False)

    @cached_property
    def _steering(self) -> Array:
        """The probabilities in the type of the features."""
        return self.probabilities.astype(self.source.X.dtype, copy=False)

    def curvature(self, direction: Array, /) -> Array:
        """Product of the Hessian of the loss with ``direction``, in the type of the features."""
        shares = self._steering
        moved = self.source.forward(direction.astype(shares.dtype, copy=False))
        slope = weighted_curvature(shares, self.source.row_weights, moved)
        return self.source.pull(slope).astype(np.float64, copy=False)

    def hessian_diagonal(self) -> Array:
        """Diagonal of the Hessian of the loss, shape (K, p); half a pass."""
        source = self.source
        shares = self.probabilities
        spread = shares * (1.0 - shares)
        spread *= source.row_weights[:, None]
        return source.pull_squared(spread)

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
        change = self.source.forward(direction.astype(self.logits.dtype, copy=False))
        return MemoryRay(self, direction, change)

    def class_variances(self) -> Array:
        """``sum_i s_i p_ik (1 - p_ik)``, shape (K,)."""
        shares = self.probabilities
        return self.source.row_weights @ (shares * (1.0 - shares))

    def class_covariance(self) -> Array:
        """``sum_i s_i (diag p_i - p_i p_i^T)``, shape (K, K)."""
        shares = self.probabilities
        weighted = shares * self.source.row_weights.astype(shares.dtype)[:, None]
        covariance = shares.T @ weighted
        np.negative(covariance, out=covariance)
        covariance[np.diag_indices_from(covariance)] += weighted.sum(axis=0, dtype=np.float64)
        return covariance

    def kronecker_factors(self) -> tuple[Array, Array]:
        """Class covariance, and second moments of rows weighted by their uncertainty (mean 1)."""
        doubt = self.doubt()
        total = float(doubt.sum())
        weights = doubt / total if total > 0 else self.source.row_weights
        return self.class_covariance(), self.moments_of(weights)

    def doubt(self) -> Array:
        """``s_i (1 - |p_i|**2)``, shape (n,): how uncertain every row is."""
        doubt = 1.0 - np.einsum("ik,ik->i", self.probabilities, self.probabilities)
        return np.maximum(doubt, 0.0) * self.source.row_weights

    def moments_of(self, weights: Array, /) -> Array:
        """Second moments of the rows with other weights."""
        return second_moments(self.source.X, weights, intercept=self.source.fit_intercept)

    def log_probabilities(self) -> Array:
        """Logarithms of the probabilities in float32, shape (n, K)."""
        smallest = np.finfo(self.probabilities.dtype).tiny
        return np.log(np.maximum(self.probabilities, smallest), dtype=np.float32)

    def shrunk_entropy(self, share: float, /) -> float:
        """``sum_i s_i sum_k v log v`` with v = (1 - share) y + share p, in nats.

        This is the conjugate of the loss at ``share (p - y)``; an offset o adds ``-<v - y, o>``.
        """
        source = self.source
        mixed = share * self.probabilities
        if source.target.ndim == 1:
            mixed[np.arange(source.n_rows), source.target] += 1.0 - share
        else:
            mixed += (1.0 - share) * source.target
        logs = np.log(np.maximum(mixed, np.finfo(float).tiny))
        if source.offset is None:
            return float(source.row_weights @ np.einsum("ik,ik->i", mixed, logs))
        known = picked(source.offset, source.target)
        logs -= source.offset
        return float(source.row_weights @ (np.einsum("ik,ik->i", mixed, logs) + known))

    def constant_probabilities(self) -> Array | None:
        """The probabilities of every row where they are all the same, as at the start."""
        same = not np.any(self.theta[:, : self.source.n_features]) and self.source.offset is None
        return self.probabilities[0].astype(np.float64) if same else None

    def class_moments(
        self, k: int | None, norms: Array, size: int, rng: np.random.Generator, /
    ) -> tuple[Array, int]:
        """``sum_i s_i p_ik (1 - p_ik) x_i x_i^T`` from about ``size`` rows, and their number.

        Rows are drawn in proportion to their weight in the sum times ``norms``. Without a class
        the weights are ``s_i``.
        """
        source = self.source
        weights = source.row_weights
        if k is not None:
            share = self.probabilities[:, k].astype(np.float64)
            weights = weights * share * (1.0 - share)
        rates = sampling_rates(np.maximum(weights * norms, 1e-300), size)
        rows = np.flatnonzero(rng.random(source.n_rows) < rates)
        features = source.X[rows].toarray() if is_sparse(source.X) else source.X[rows]
        moments = second_moments(
            features, weights[rows] / rates[rows], intercept=source.fit_intercept
        )
        return moments, len(rows)

    def intercept_system(self) -> tuple[Array, Array]:
        """Gradient and Hessian of the loss by one shift per class."""
        source = self.source
        slope = weighted_residual(self.probabilities, source.target, source.row_weights)
        return slope.sum(axis=0, dtype=float), self.class_covariance()

    def shifted(self, shift: Array, /) -> MemoryPoint:
        """The point with ``shift`` added to the intercepts."""
        theta = self.theta.copy()
        theta[:, -1] += shift
        return MemoryPoint(self.source, theta, self.logits + shift.astype(self.logits.dtype))


class MemoryRay:
    """The loss along a direction, from kept logits: no product with the data."""

    def __init__(self, origin: MemoryPoint, direction: Array, change: Array, /) -> None:
        self.origin = origin
        self.direction = direction
        self.change = change
        source = origin.source
        weights = source.row_weights
        # The part of loss and slope that is linear in the logits never changes along the ray.
        self._picked = float(weights @ picked(origin.logits, source.target))
        self._picked_slope = float(weights @ picked(change, source.target))

    def slope(self, t: float, /) -> tuple[float, float, float]:
        """Loss, first and second derivative by ``t``."""
        lse, mean, variance = ray_slopes(
            self.origin.logits, self.change, t, self.origin.source.row_weights
        )
        loss = lse - self._picked - t * self._picked_slope
        return loss, mean - self._picked_slope, variance

    def point(self, t: float, /) -> MemoryPoint:
        """The point at ``t``."""
        origin = self.origin
        return MemoryPoint(
            origin.source,
            origin.theta + t * self.direction,
            origin.logits + self.change.dtype.type(t) * self.change,
        )
