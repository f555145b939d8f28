"""The residual of a peaked layer, without what hardly matters.

Row i of the residual R has entries f[i] p[i,k]; most of a trained layer's are tiny. Dropping
entries of total size f[i] δ[i] changes row i of dX = R W by at most f[i] δ[i] max_k |W[k]|, and
dW = Rᵀ X by at most Σ_i f[i] δ[i] |X[i]| in the Frobenius norm. A row is cut at the largest
threshold tried for which δ[i] stays within the tolerance; at the lowest, tolerance / K,
it always does. What was dropped is added up, so the bound is of this very call.

The stochastic twin drops in expectation nothing: entries below τ are visited with a running
sum that starts at a random place, and one of value τ is left behind whenever the sum passes a
multiple of τ (systematic sampling; W. G. Madow, 1949). An entry p is then kept with chance p / τ.

Rows of which too much would be kept stay dense.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._arguments import positive
from gory.ops._errors import RangeError
from gory.ops._kernels import compiled, label_loss_rows

# Thresholds tried, as multiples of tolerance / K: each catches rows whose tail is thinner.
STEPS = tuple(4.0**power for power in range(8, -1, -1))
# A row that keeps more than this share is dense: sparse products run at a tenth of the speed.
DENSE_SHARE = 0.0625
# Memory that a chunk takes, in units of its logits: those themselves, kept entries, their places.
THINNED_HELD = 1 + 2 * DENSE_SHARE


@dataclass(frozen=True, slots=True)
class Filter:
    """How residuals are thinned out."""

    tolerance: float
    """Largest dropped share of probability per row; τ itself if `seed` is given."""
    seed: int | None
    """For the stochastic twin; None: drop, with a bound."""


def filter_of(grad_tol: float | None, unbiased: bool, seed: int | None) -> Filter | None:
    """The filter that was asked for, checked."""
    if grad_tol is None:
        if unbiased or seed is not None:
            raise RangeError(
                "unbiased and seed belong to grad_tol, which is None; pass grad_tol, for "
                "example 1e-6, or leave them out."
            )
        return None
    tolerance = positive("grad_tol", grad_tol)
    if unbiased and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        raise RangeError(
            f"seed is {seed!r}; unbiased=True needs an integer from 0 on, so that the same "
            f"call gives the same gradient again."
        )
    if not unbiased and seed is not None:
        raise RangeError(f"seed is {seed!r} but nothing is drawn; pass unbiased=True as well.")
    return Filter(tolerance, seed)


@dataclass(frozen=True, slots=True)
class SparseResidual:
    """Kept entries of some rows; row i has its entries from i * room on."""

    room: int
    counts: NDArray[np.intp]
    """Kept entries per row; -1 where the row stays dense."""
    columns: NDArray[np.int32]
    entries: NDArray[Any]
    dropped: NDArray[np.float64]
    """Total size of what was dropped from each row."""

    @property
    def dense(self) -> NDArray[np.intp]:
        """The rows that stay dense."""
        return np.flatnonzero(self.counts < 0)


def starts(seed: int | None, first: int, n: int) -> NDArray[np.float64]:
    """Where the running sum of each row starts, from 0 to 1; -1 without sampling.

    A row's number depends on the seed and on its place among all rows alone (splitmix64;
    G. L. Steele, D. Lea, C. H. Flood, *Fast splittable pseudorandom number generators*).
    """
    if seed is None:
        return np.full(n, -1.0)
    with np.errstate(over="ignore"):
        state = np.arange(first + 1, first + n + 1, dtype=np.uint64)
        state = state * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53


def thinned(
    residual: NDArray[Any], factors: NDArray[np.float64], chosen: Filter, first: int
) -> SparseResidual:
    """What is kept of the residual of some rows, the first of which is row `first` of all."""
    kept, size = _room_for(residual), np.abs(factors)
    start = starts(chosen.seed, first, len(residual))
    run = compiled("thin_out", residual)
    if run is not None:
        run(residual, size, chosen.tolerance, start, kept)
        return kept
    for i, row in enumerate(residual):
        values, where, lost = _thin_row(row, size[i], chosen.tolerance, start[i])
        kept.counts[i] = len(where) if len(where) <= kept.room else -1
        if kept.counts[i] >= 0:
            place = slice(i * kept.room, i * kept.room + len(where))
            kept.columns[place], kept.entries[place], kept.dropped[i] = where, values, lost
    return kept


def thinned_label_loss(
    z: NDArray[Any],
    labels: NDArray[np.intp],
    factors: NDArray[np.float64],
    chosen: Filter,
    first: int,
) -> tuple[NDArray[np.float64], SparseResidual]:
    """-log p of the labels, and what is kept of factors ⊙ the gradients.

    Gradients of rows that stay dense take the place of their logits.
    """
    run = compiled("thin_label_loss", z)
    if run is None:
        values = label_loss_rows(z, labels, factors, z)
        return values, thinned(z, factors, chosen, first)
    values, kept = np.empty(len(z)), _room_for(z)
    run(z, labels, factors, values, chosen.tolerance, starts(chosen.seed, first, len(z)), kept)
    return values, kept


def _room_for(residual: NDArray[Any]) -> SparseResidual:
    """Memory for what is kept of the rows of a residual, of which nothing is dropped yet."""
    n, k = residual.shape
    room = max(16, int(k * DENSE_SHARE))
    places = np.empty(n * room, np.int32), np.empty(n * room, residual.dtype)
    return SparseResidual(room, np.empty(n, np.intp), *places, np.zeros(n))


def _thin_row(
    row: NDArray[Any], size: float, tolerance: float, start: float
) -> tuple[NDArray[Any], NDArray[np.intp], float]:
    """Kept values, their places, and the size of what was dropped."""
    magnitude = np.abs(row)
    tiny = float(np.finfo(row.dtype).tiny)
    if start < 0:
        cut, lost = row.dtype.type(0), 0.0
        for step in STEPS:
            cut = row.dtype.type(max(step * tolerance / len(row) * size, tiny))
            lost = float(magnitude[magnitude < cut].sum(dtype=np.float64))
            if lost <= tolerance * size:
                break
        where = np.flatnonzero(~(magnitude < cut))
        return row[where], where, lost
    cut = row.dtype.type(max(tolerance * size, tiny))
    small = magnitude < cut
    running = start * float(cut) + np.cumsum(np.where(small, magnitude, 0.0), dtype=np.float64)
    passed = np.floor(running / float(cut))
    drawn = small & (np.diff(passed, prepend=np.floor(start)) > 0)
    where = np.flatnonzero(~small | drawn)
    return np.where(drawn, np.copysign(cut, row), row)[where], where, 0.0


def add_products(
    sparse: SparseResidual,
    x: NDArray[Any],
    w: NDArray[Any],
    dx: NDArray[Any] | None,
    dw: NDArray[Any] | None,
    db: NDArray[np.float64] | None,
    *,
    first: bool,
) -> None:
    """dx = R w for the rows, dw += Rᵀ x, db += Σ R, for the rows that are not dense.

    The first time, dw is Rᵀ x.
    """
    run = compiled("sparse_products", x) if x.dtype == w.dtype else None
    if run is not None:
        run(sparse, x, w, dx, dw, first)
        if db is None:
            return
    elif first and dw is not None:
        dw[...] = 0
    for i in np.flatnonzero(sparse.counts >= 0):
        part = slice(i * sparse.room, i * sparse.room + sparse.counts[i])
        where, values = sparse.columns[part], sparse.entries[part]
        if run is None and dx is not None:
            dx[i] = values @ w[where]
        if run is None and dw is not None:
            dw[where] += values[:, None] * x[i]
        if db is not None:
            db[where] += values
