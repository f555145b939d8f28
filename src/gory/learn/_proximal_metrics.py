"""Curvature for proximal steps: exact where few coefficients are active, by blocks before that.

A metric is a symmetric matrix over all K p coefficients, diagonal but for blocks. Three sources of
rows and sizes call for three of them:

- *coupled*: the Hessian of all classes together among the coefficients that are active, from all
  rows or from a sample of them, for up to `_MOST_COUPLED`;
- *class blocks*: one feature matrix per class, for dense features while many are active;
- *diagonal*: whatever is too large for both.

The price of each is known beforehand, in passes, so a metric is renewed when the passes spent since
it was made exceed the price of the next one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._choice import FEWEST_BYTES, MEMORY_BUDGET
from ._objective import row_softmax
from ._products import is_sparse
from ._sampling import sampling_rates
from ._source import Point, Source

Array = NDArray[Any]

# More active coefficients than these are not given a matrix of their products (50 MB), nor more
# than have so many bytes each in the memory that is left for it.
_MOST_COUPLED = 2500
_COUPLED_BYTES = 32
# Sampled rows per active coefficient, and per column of a class block.
_ROWS_PER_COEFFICIENT = 4
_ROWS_PER_COLUMN = 4
# Class blocks are for so many columns, and may take this share of the memory, at most.
_BLOCK_COLUMNS = 4000
_BLOCK_SHARE = 0.375
# Added to the diagonal of a matrix from sampled rows, relative to the diagonal.
_SHIFT = 1e-9


@dataclass(frozen=True, eq=False)
class Metric:
    """A symmetric matrix over the flat coefficients.

    Attributes
    ----------
    name : str
    diagonal : ndarray of shape (K p,)
    groups : tuple of ndarray of int
        Coefficients of every block, ascending; the others are on the diagonal alone.
    blocks : tuple of ndarray
        The matrices of the groups.
    is_exact : bool
        Whether all rows are in it, and all coefficients that were active.
    """

    name: str
    diagonal: Array
    groups: tuple[Array, ...] = ()
    blocks: tuple[Array, ...] = ()
    is_exact: bool = False

    def times(self, move: Array, /) -> Array:
        """The product with a flat vector."""
        out = self.diagonal * move
        for group, block in zip(self.groups, self.blocks, strict=True):
            out[group] = block @ move[group]
        return out

    def among(self, coefficients: Array, /) -> Array:
        """The matrix among some coefficients, ascending, in full."""
        out = np.diag(self.diagonal[coefficients])
        for group, block in zip(self.groups, self.blocks, strict=True):
            inside = np.isin(group, coefficients)
            places = np.searchsorted(coefficients, group[inside])
            out[np.ix_(places, places)] = block[np.ix_(inside, inside)]
        return out

    def part(self, active: Array, /) -> Part:
        """The matrix among some coefficients, given as a flat mask."""
        rest = active.copy()
        chosen, flat, sizes = [], [], []
        for group, block in zip(self.groups, self.blocks, strict=True):
            inside = np.flatnonzero(active[group])
            rest[group] = False
            chosen.append(group[inside])
            flat.append(block[np.ix_(inside, inside)].ravel())
            sizes.append(np.full(int(len(inside) > 0), len(inside)))
        alone = np.flatnonzero(rest)
        sizes = np.concatenate([*sizes, np.ones(len(alone), dtype=np.intp)]).astype(np.intp)
        blocks = np.concatenate([*flat, self.diagonal[alone]])
        width = np.repeat(sizes, sizes)
        first = np.repeat(np.cumsum(sizes) - sizes, sizes)
        return Part(
            coefficients=np.concatenate([*chosen, alone]).astype(np.intp),
            blocks=blocks,
            first=first,
            width=width,
            place=np.cumsum(width) - width,
        )


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of a metric among some coefficients, as `gory.learn._coordinate_sweeps` takes them."""

    coefficients: Array
    blocks: Array
    first: Array
    width: Array
    place: Array


class MetricMaker:
    """Makes the metric that suits the number of active coefficients, and knows its price."""

    def __init__(
        self, source: Any, rng: np.random.Generator, /, *, budget: float = MEMORY_BUDGET
    ) -> None:
        self.source: Source = source
        self.rng = rng
        room = max(budget / 2, FEWEST_BYTES)
        self.most_coupled = min(_MOST_COUPLED, int((room / _COUPLED_BYTES) ** 0.5))
        self._norms: Array | None = None
        features = source.X
        self.entries = features.nnz if is_sparse(features) else features.size
        p = source.n_features + source.fit_intercept
        self.takes_blocks = (
            source.keeps_logits
            and not is_sparse(features)
            and p <= _BLOCK_COLUMNS
            and 8.0 * source.n_classes * p**2 <= _BLOCK_SHARE * budget
        )

    @property
    def norms(self) -> Array:
        """How far every row stands out."""
        if self._norms is None:
            self._norms = self.source.balanced_norms()
        return self._norms

    def price(self, n_active: int, /) -> float:
        """Passes that the next metric costs."""
        source = self.source
        if n_active <= self.most_coupled:
            rows = min(source.n_rows, _ROWS_PER_COEFFICIENT * n_active)
            return rows * float(n_active) ** 2 / (4.0 * self.entries * source.n_classes)
        if self.takes_blocks:
            p = source.n_features + source.fit_intercept
            return min(source.n_rows, _ROWS_PER_COLUMN * p) * p / (4.0 * source.n_rows)
        return 0.5

    def make(self, point: Point, active: Array, /) -> Metric:
        """The metric at ``point`` for the active coefficients, a flat mask."""
        coefficients = np.flatnonzero(active)
        if len(coefficients) <= self.most_coupled:
            return self._coupled(point, coefficients)
        if self.takes_blocks:
            return self._class_blocks(point)
        diagonal = point.hessian_diagonal().ravel()
        return Metric("diagonal", diagonal + 1e-9 * diagonal.mean())

    def _class_blocks(self, point: Point) -> Metric:
        source = self.source
        p = source.n_features + source.fit_intercept
        blocks = []
        for block, rows in point.class_moments(self.norms, _ROWS_PER_COLUMN * p, self.rng):
            source.charge(p * rows / (4.0 * source.n_rows * source.n_classes))
            block[np.diag_indices_from(block)] += 1e-6 * np.trace(block) / p
            blocks.append(block)
        groups = tuple(np.arange(k * p, (k + 1) * p) for k in range(source.n_classes))
        diagonal = np.concatenate([np.diagonal(block) for block in blocks])
        return Metric("class blocks", diagonal, groups, tuple(blocks))

    def _coupled(self, point: Point, coefficients: Array) -> Metric:
        source: Any = self.source
        self.source.charge(self.price(len(coefficients)))
        size = _ROWS_PER_COEFFICIENT * len(coefficients)
        rates = np.ones(source.n_rows)
        if size < source.n_rows:
            rates = sampling_rates(source.row_weights * self.norms, size)
        rows = np.flatnonzero(self.rng.random(source.n_rows) < rates)
        weights = source.row_weights[rows] / rates[rows]
        block = active_hessian(source, point.theta, coefficients, rows, weights)
        own = np.diagonal(block)
        block[np.diag_indices_from(block)] += _SHIFT * own + 1e-300
        diagonal = point.hessian_diagonal().ravel()
        diagonal[coefficients] = own
        return Metric(
            f"coupled, {len(rows)} rows",
            diagonal,
            (coefficients,),
            (block,),
            is_exact=len(rows) == source.n_rows,
        )


def active_hessian(
    source: Any, theta: Array, coefficients: Array, rows: Array, weights: Array, /
) -> Array:
    """``sum_i s_i (diag p_i - p_i p_i') (x) x_i x_i'`` among some flat coefficients.

    Parameters
    ----------
    source : MemorySource
    theta : ndarray of shape (K, p)
    coefficients : ndarray of int, shape (m,)
        Ascending positions in ``theta.ravel()``.
    rows, weights : ndarray
        The rows that are in the sum, and how they count.
    """
    n_classes, p = theta.shape
    columns, place = np.unique(coefficients % p, return_inverse=True)
    features = _columns_of(source, rows, columns)
    X = source.X[rows]
    logits = np.asarray(X @ theta[:, : source.n_features].T)
    if source.fit_intercept:
        logits = logits + theta[:, -1]
    if source.offset is not None:
        logits = logits + source.offset[rows]
    shares = row_softmax(logits)[0]
    bounds = np.searchsorted(coefficients // p, np.arange(n_classes + 1))
    parts = [features[:, place[a:b]] for a, b in itertools.pairwise(bounds)]
    out = np.empty((len(coefficients), len(coefficients)))
    for k in range(n_classes):
        for c in range(k, n_classes):
            mixed = weights * shares[:, k] * (float(k == c) - shares[:, c])
            block = (parts[k] * mixed[:, None]).T @ parts[c]
            out[bounds[k] : bounds[k + 1], bounds[c] : bounds[c + 1]] = block
            out[bounds[c] : bounds[c + 1], bounds[k] : bounds[k + 1]] = block.T
    return out


def _columns_of(source: Any, rows: Array, columns: Array) -> Array:
    """Some rows and columns, dense in float64; the column of ones is the last one."""
    kept = columns[columns < source.n_features]
    part = source.X[rows][:, kept]
    dense = np.asarray(part.toarray() if is_sparse(part) else part, dtype=np.float64)
    return dense if len(kept) == len(columns) else np.column_stack([dense, np.ones(len(rows))])
