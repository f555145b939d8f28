"""The loss at one setting of the weights, for rows in memory, and along the rays that leave it.

A point keeps logits and probabilities (n K numbers each). A ray writes the probabilities of its
last trial where those of the next point will be, so a step that is accepted costs no exponential of
its own, and beside two points nothing of that size is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ._hessian import coupled_hessian
from ._intercepts import InterceptSystem
from ._moments import second_moments
from ._objective import picked
from ._products import dense_blocks, transposed_product
from ._rows import ray_slopes, row_probabilities, weighted_curvature
from ._tilt import class_covariance, class_means, covariance_product, tilted

if TYPE_CHECKING:
    from ._memory import MemorySource

Array = NDArray[Any]


# Where there are at most so many times the rows that would be drawn for a class, and the products
# of all pairs of columns in all rows are at most so many numbers (16 MB), classes take all rows.
_ALL_ROWS = 8
_PAIR_ENTRIES = 1 << 21


class MemoryPoint:
    """The loss at one setting of the weights, with logits and probabilities kept."""

    def __init__(
        self,
        source: MemorySource,
        theta: Array,
        logits: Array,
        /,
        known: tuple[Array, Array] | None = None,
    ) -> None:
        self.source = source
        self.theta = theta
        self.logits = logits
        self.probabilities, self.lse = row_probabilities(logits) if known is None else known
        own = picked(logits, source.target)
        self.loss = float(source.row_weights @ (self.lse - own))
        self.own_logits = float(source.row_weights @ own)

    def gradient(self) -> Array:
        """Derivative of the loss by the weights, shape (K, p), in float64."""
        return self.source.pull_residual(self.probabilities)

    def curvature(self, direction: Array, /) -> Array:
        """Product of the Hessian of the loss with ``direction``, in the type of the features."""
        moved = self.source.forward(direction.astype(self.source.X.dtype, copy=False))
        slope = weighted_curvature(self.probabilities, self.source.row_weights, moved)
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
        rows, intercept = source.few_rows, False
        if rows is None:
            rows, intercept = source.X, source.fit_intercept
        return coupled_hessian(
            rows, self.probabilities, source.row_weights, basis, intercept=intercept
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
        weights = self.source.row_weights
        mean = class_means(self.probabilities, weights)
        return class_covariance(self.probabilities, weights, mean)

    def doubtful_moments(self) -> Array:
        """Second moments of the rows weighted by their uncertainty (mean 1), shape (p, p)."""
        doubt = self.doubt()
        total = float(doubt.sum())
        return self.moments_of(doubt / total if total > 0 else self.source.row_weights)

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
        self, norms: Array, size: int, rng: np.random.Generator, /
    ) -> Iterator[tuple[Array, int]]:
        """``sum_i s_i p_ik (1 - p_ik) x_i x_i^T`` of every class from about ``size`` rows each.

        Rows are drawn in proportion to their weight in the sum times ``norms``; their number is
        given, too.
        """
        source = self.source
        pairs = source.n_rows * (source.n_features + source.fit_intercept) ** 2
        if source.n_rows <= _ALL_ROWS * size and pairs <= _PAIR_ENTRIES:
            yield from ((block, source.n_rows) for block in self._class_moments_of_all_rows())
            return
        for k in range(source.n_classes):
            share = self.probabilities[:, k].astype(np.float64)
            weights = source.row_weights * share * (1.0 - share)
            yield source.drawn_moments(weights, norms, size, rng)

    def _class_moments_of_all_rows(self) -> Iterator[Array]:
        """The moments of every class, from the products of all pairs of columns in every row."""
        source = self.source
        rows = np.ones((source.n_rows, source.n_features + source.fit_intercept))
        for some, block in dense_blocks(source.X):
            rows[some, : source.n_features] = block
        pairs = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)
        step = max(1, _PAIR_ENTRIES // (len(rows) + pairs.shape[1]))
        for first in range(0, source.n_classes, step):
            shares = self.probabilities[:, first : first + step].astype(np.float64)
            weights = source.row_weights[:, None] * shares * (1.0 - shares)
            yield from transposed_product(weights, pairs).reshape(-1, *(rows.shape[1],) * 2)

    def intercept_system(self, shift: Array, /) -> InterceptSystem:
        """Newton's system for the intercepts, after a shift of them."""
        source, probabilities, loss = self.source, self.probabilities, self.loss
        shares = source.class_shares()
        if np.any(shift):
            probabilities, added = tilted(probabilities, shift)
            loss += float(source.row_weights @ added - shares @ shift)
        mean = class_means(probabilities, source.row_weights)
        return InterceptSystem(
            loss,
            mean - shares,
            mean,
            hessian=lambda: class_covariance(probabilities, source.row_weights, mean),
            product=lambda v: covariance_product(probabilities, source.row_weights, mean, v),
        )

    def shifted(self, shift: Array, /) -> MemoryPoint:
        """The point with ``shift`` added to the intercepts."""
        theta = self.theta.copy()
        theta[:, -1] += shift
        probabilities, added = tilted(self.probabilities, shift)
        logits = self.logits + shift.astype(self.logits.dtype)
        return MemoryPoint(self.source, theta, logits, (probabilities, self.lse + added))


class MemoryRay:
    """The loss along a direction, from kept logits: no product with the data."""

    def __init__(self, origin: MemoryPoint, direction: Array, change: Array, /) -> None:
        self.origin = origin
        self.direction = direction
        self.change = change
        source = origin.source
        # The part of loss and slope that is linear in the logits never changes along the ray.
        self._own_change = float(source.row_weights @ picked(change, source.target))
        self._tried: tuple[Array, Array] | None = None
        self._trial = 0.0

    def slope(self, t: float, /) -> tuple[float, float, float]:
        """Loss, first and second derivative by ``t``."""
        origin = self.origin
        if self._tried is None:
            self._tried = np.empty_like(origin.logits), np.empty(len(origin.logits))
        self._trial = t
        lse, mean, variance = ray_slopes(
            origin.logits, self.change, t, origin.source.row_weights, out=self._tried
        )
        loss = lse - origin.own_logits - t * self._own_change
        return loss, mean - self._own_change, variance

    def point(self, t: float, /) -> MemoryPoint:
        """The point at ``t``; it takes the arrays of the ray, which is of no use after that."""
        origin, logits = self.origin, self.change
        logits *= logits.dtype.type(t)
        logits += origin.logits
        known = self._tried if self._trial == t else None
        return MemoryPoint(origin.source, origin.theta + t * self.direction, logits, known)
