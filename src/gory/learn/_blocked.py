"""Rows in memory whose logits are not: everything is computed again, block by block.

With n rows and K classes the logits take n K numbers, which for thousands of classes is more than
the data. Here no array of that size exists. A point is one sweep over blocks of rows that gives
loss and gradient together; every other quantity is a sum over blocks, too, and each block is the
rows of `gory.learn._memory` for a moment. What is lost is the free line search: a trial step is a
sweep, so the first one is nearly always taken.

Products work in the type of the features, sums over blocks in float64. Near the optimum, where the
rounding of float32 would show in the certificate, `refine` turns products to float64.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._class_draw import ClassDraw
from ._intercepts import InterceptSystem
from ._memory import MemorySource
from ._memory_point import MemoryPoint
from ._products import dense_blocks, is_sparse, transposed_product
from ._sweep import sweep
from ._tilt import covariance_product

Array = NDArray[Any]

# Entries of the logits of one block (4 MB in float32), and rows of a block at least: with fewer the
# weights of the classes, which every block reads, would be the work.
_BLOCK_ENTRIES = 1 << 20
_BLOCK_ROWS = 256
# Classes whose covariances are added up together.
_PANEL = 256
# A trial step costs a pass, so a step is taken where the slope has fallen to this share.
_SLOPE_SHARE = 0.5


class BlockedSource(MemorySource):
    """Features, targets and row weights in memory, logits in blocks; see `MemorySource`."""

    keeps_logits = False
    slope_share = _SLOPE_SHARE
    precise = False

    def __init__(self, X: Any, target: Array, /, **options: Any) -> None:
        # Blocks of rows are cut out of CSR features quickly, out of CSC ones not at all.
        super().__init__(X.tocsr() if is_sparse(X) else X, target, **options)

    def refine(self) -> bool:
        """Work in float64 from now on; whether that is a change."""
        change = not self.precise and self.X.dtype != np.float64
        self.precise = True
        return change

    def at(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, theta: Array, /, *, is_last: bool = False
    ) -> BlockedPoint:
        """The point at weights ``theta`` of shape (K, p); its gradient at once, or when asked."""
        return BlockedPoint(self, theta, is_last=is_last)

    @cached_property
    def target_moments(self) -> Array:
        """``sum_i s_i y_i x_i^T``, shape (K, d)."""
        from scipy.sparse import csr_array

        out = np.zeros((self.n_classes, self.n_features))
        if self.target.ndim > 1:
            for rows, part in self.parts():
                out += part.X.T.dot(self.target[rows] * part.row_weights[:, None]).T
            return out
        # A product of sparse and dense copies the dense one to float64, so it goes by blocks.
        blocks = [(slice(None), self.X)] if is_sparse(self.X) else dense_blocks(self.X)
        for rows, X in blocks:
            target, weights = self.target[rows], self.row_weights[rows]
            places = target, np.arange(len(target))
            out = out + csr_array((weights, places), (len(out), len(target))) @ X
        return out

    @cached_property
    def column_means(self) -> Array:
        """``sum_i s_i x_i``, shape (d,)."""
        return self.target_moments.sum(axis=0)

    def row_slices(self) -> Iterator[slice]:
        """Blocks of rows that cover all."""
        size = max(_BLOCK_ROWS, _BLOCK_ENTRIES // self.n_classes)
        for start in range(0, self.n_rows, size):
            yield slice(start, min(start + size, self.n_rows))

    def parts(self) -> Iterator[tuple[slice, MemorySource]]:
        """Blocks of rows as sources of their own, with the weights they have among all rows."""
        return ((rows, self._part(rows)) for rows in self.row_slices())

    def _part(self, rows: slice) -> MemorySource:
        """Some rows as a source of their own."""
        part = object.__new__(MemorySource)
        vars(part).update(vars(self))
        part.X, part.target = self.X[rows], self.target[rows]
        part.row_weights = self.row_weights[rows]
        part.offset = None if self.offset is None else self.offset[rows]
        part.n_rows, part.passes, part._pulled = rows.stop - rows.start, 0.0, None
        part.few_rows = None
        return part


class BlockedPoint:
    """Loss and gradient at one setting of the weights; all else is computed when asked for."""

    def __init__(self, source: BlockedSource, theta: Array, /, *, is_last: bool = False) -> None:
        self.source = source
        self.theta = theta
        # At the start the gradient is not always asked for, nor where a bound is the certificate.
        moved = bool(np.any(theta[:, : source.n_features]))
        self.sums = sweep(source, theta, gradient=moved and not is_last)
        self.loss, self.mean_lse = self.sums.loss, self.sums.mean_lse
        self.mean_probabilities = self.sums.probabilities

    @cached_property
    def mean_logits(self) -> Array:
        """``sum_i s_i z_i``, shape (K,)."""
        source, d = self.source, self.source.n_features
        mean = self.theta[:, :d] @ source.column_means
        if source.fit_intercept:
            mean += self.theta[:, d]
        return mean if source.offset is None else mean + source.row_weights @ source.offset

    def _blocks(self) -> Iterator[MemoryPoint]:
        """The points of the blocks; what they charge is charged in proportion to their rows."""
        source = self.source
        dtype = np.float64 if source.precise else source.X.dtype
        # Products with sparse rows want the classes of a feature together, for all blocks at once.
        order = "F" if is_sparse(source.X) else "C"
        theta = np.asarray(self.theta, dtype=dtype, order=order)
        for _, part in source.parts():
            yield part.at(theta)
            source.charge(part.passes * part.n_rows / source.n_rows)

    def _sum(self, what: Callable[[MemoryPoint], Any]) -> Any:
        total: Any = None
        for point in self._blocks():
            value = what(point)
            total = value if total is None else total + value
        return total

    def gradient(self) -> Array:
        """Derivative of the loss by the weights, shape (K, p)."""
        if self.sums.gradient is None:
            self.sums = sweep(self.source, self.theta, gradient=True)
        return self.sums.gradient  # pyright: ignore[reportReturnType]

    def curvature(self, direction: Array, /) -> Array:
        """Product of the Hessian of the loss with ``direction``."""
        return self._sum(lambda point: point.curvature(direction))

    def hessian_diagonal(self) -> Array:
        """Diagonal of the Hessian of the loss, shape (K, p)."""
        return self._sum(lambda point: point.hessian_diagonal())

    def hessian(self, basis: Array, /) -> Array:
        """The Hessian in the class basis ``basis``."""
        return self._sum(lambda point: point.hessian(basis))

    def class_variances(self) -> Array:
        """``sum_i s_i p_ik (1 - p_ik)``, shape (K,)."""
        return np.maximum(self.sums.probabilities - self.sums.squares, 0.0)

    def class_covariance(self) -> Array:
        """``sum_i s_i (diag p_i - p_i p_i^T)``, shape (K, K), in the type of the work."""
        n_classes, source = len(self.theta), self.source
        kind = np.float64 if source.precise else source.X.dtype
        covariance = np.zeros((n_classes, n_classes), dtype=kind)
        for point in self._blocks():
            shares = point.probabilities
            weighted = shares * point.source.row_weights.astype(shares.dtype)[:, None]
            for first in range(0, n_classes, _PANEL):
                panel = slice(first, first + _PANEL)
                covariance[panel] -= transposed_product(weighted[:, panel], shares)
        covariance[np.diag_indices_from(covariance)] += self.mean_probabilities
        return covariance

    def doubtful_moments(self) -> Array:
        """Second moments of the rows weighted by their uncertainty (mean 1), shape (p, p)."""
        moments, total = np.zeros((self.theta.shape[1],) * 2), 0.0
        for point in self._blocks():
            doubt = point.doubt()
            moments += point.moments_of(doubt)
            total += float(doubt.sum())
        return moments / total if total > 0.0 else self.source.second_moments()

    def intercept_system(self, shift: Array, /) -> InterceptSystem:
        """See `MemoryPoint.intercept_system`; a pass for a shift that is not zero."""
        point = self.shifted(shift) if shift.any() else self
        mean = point.mean_probabilities
        return InterceptSystem(
            point.loss,
            mean - self.source.class_shares(),
            mean,
            hessian=point.class_covariance,
            product=point.covariance_product,
        )

    def covariance_product(self, v: Array, /) -> Array:
        """`class_covariance` times a vector (K,), without the matrix; half a pass."""
        empty = np.zeros(len(v))
        return self.mean_probabilities * v + self._sum(
            lambda one: covariance_product(one.probabilities, one.source.row_weights, empty, v)
        )

    def shifted(self, shift: Array, /) -> BlockedPoint:
        """The point with ``shift`` added to the intercepts; a pass."""
        theta = self.theta.copy()
        theta[:, -1] += shift
        return BlockedPoint(self.source, theta)

    def shrunk_entropy(self, share: float, /) -> float:
        """See `MemoryPoint.shrunk_entropy`."""
        return self._sum(lambda point: point.shrunk_entropy(share))

    def constant_probabilities(self) -> Array | None:
        """The probabilities of every row where they are all the same, as at the start."""
        same = not np.any(self.theta[:, : self.source.n_features]) and self.source.offset is None
        return self.mean_probabilities if same else None

    def log_probabilities(self) -> Array:
        """Logarithms of the probabilities in float32, shape (n, K)."""
        return np.concatenate([point.log_probabilities() for point in self._blocks()])

    def class_moments(
        self, norms: Array, size: int, rng: np.random.Generator, /
    ) -> Iterator[tuple[Array, int]]:
        """See `MemoryPoint.class_moments`; the rows of all classes are drawn in one sweep."""
        draw = ClassDraw(self.class_variances(), norms, size, rng)
        for (rows, _), point in zip(self.source.parts(), self._blocks(), strict=True):
            draw.add(rows.start, point.probabilities, point.source.row_weights)
        for rows, weights in draw.samples():
            yield self.source.moments_of_rows(rows, weights), len(rows)

    def ray(self, direction: Array, /) -> BlockedRay:
        """The ray that leaves this point in ``direction``."""
        return BlockedRay(self, direction)


class BlockedRay:
    """The loss along a direction; every new step is a sweep over the rows."""

    def __init__(self, origin: BlockedPoint, direction: Array, /) -> None:
        self.origin = origin
        self.direction = direction
        self.points = {0.0: origin}

    def slope(self, t: float, /) -> tuple[float, float, float]:
        """Loss, first derivative by ``t``, and the mean second derivative between 0 and ``t``."""
        point = self.point(t)
        first = float(np.sum(point.gradient() * self.direction))
        before = float(np.sum(self.origin.gradient() * self.direction))
        return point.loss, first, (first - before) / t

    def point(self, t: float, /) -> BlockedPoint:
        """The point at ``t``, kept from when it was tried."""
        if t not in self.points:
            theta = self.origin.theta + t * self.direction
            self.points[t] = BlockedPoint(self.origin.source, theta)
        return self.points[t]
