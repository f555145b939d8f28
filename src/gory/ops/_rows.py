"""Rows of logits and what all the operators need to know about them.

For each row of a matrix: the maximum m, the exponentials e_k = exp(z_k - m), and their
sum as ``1 + rest``, where ``rest`` leaves out one maximal term. Keeping ``rest`` and never
``s - 1`` is what keeps log p = -log1p(rest) and 1 - p = rest / (1 + rest) right when p is
within rounding of 1 (P. Blanchard, D. J. Higham, N. J. Higham, *Accurately computing the
log-sum-exp and softmax functions*).

Sums run over 64 lanes in runs of 16 steps, whose four quarters are added up, widened to
float64 and added to those of other runs with the rounding errors kept. The order is fixed by
the length of the row alone, and a row of a million classes loses no more than a row of ten.

A row with a NaN, a +inf, or nothing but -inf has no softmax: its probabilities are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._elementary import (
    NEXT_FLOAT32,
    difference,
    exp_below,
    exp_float64,
    exp_rounded,
    log1p_float32,
    log1p_nonnegative,
)

LANES = 64
RUN = 16


@dataclass(frozen=True, slots=True)
class Rows:
    """A matrix of logits after its maximum was taken out; N rows, K columns."""

    gap: NDArray[Any]
    """z - m, rounded; shape (N, K), in the dtype of the computation."""
    exps: NDArray[Any]
    """top * exp(z - m), shape (N, K)."""
    top: NDArray[Any]
    """What `exps` holds for the maximum, shape (N,)."""
    peak: NDArray[np.intp]
    """Index of the first maximal entry, shape (N,)."""
    maximum: NDArray[Any]
    """m, shape (N,)."""
    rest: NDArray[np.float64]
    """Sum of the exponentials without one maximal term, shape (N,); NaN if undefined."""

    @property
    def total(self) -> NDArray[np.float64]:
        """Sum of all the exponentials in units of the top, shape (N,)."""
        return 1.0 + self.rest


def rows_of(z: NDArray[Any], temperature: float = 1.0, *, rounded: bool = False) -> Rows:
    """Maximum, exponentials and their sum, for logits z / temperature.

    For results that are `rounded` to float32 exponentials in float64 may be a little wrong.
    """
    n, k = z.shape
    peak = z.argmax(axis=1) if k else np.zeros(n, np.intp)
    maximum = largest = z[np.arange(n), peak] if k else np.full(n, -np.inf, z.dtype)
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        if temperature == 1.0:
            gap = z - largest[:, None]
            exps, top = (exp_rounded(gap), np.ones(n)) if rounded else exp_below(z, largest)
        else:
            high, low = difference(z, largest[:, None])
            gap, tail = _quotient(high, low, temperature)
            exps, top = exp_float64(gap, tail), np.ones(n)
            maximum = largest / temperature
        at_peak = z == largest[:, None]
        below = lane_sum(np.where(at_peak, z.dtype.type(0), exps))
        rest = below / top + (at_peak.sum(axis=1) - 1.0)
    rest = np.where(np.isfinite(largest), rest, np.nan)
    return Rows(gap, exps, top, peak, maximum, rest)


def _quotient(
    high: NDArray[Any], low: NDArray[Any], divisor: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """(high + low) / divisor as a rounded value and what is left over."""
    quotient = high / divisor
    product = quotient * divisor
    # Product error by splitting both factors into halves (T. J. Dekker, 1971).
    qh, ql = _halves(quotient)
    dh, dl = _halves(np.asarray(divisor, high.dtype))
    error = ((qh * dh - product) + qh * dl + ql * dh) + ql * dl
    return quotient, ((high - product) - error + low) / divisor


def _halves(x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    splitter = 134217729.0 if x.dtype == np.float64 else 4097.0
    high = x * splitter
    high = high - (high - x)
    return high, x - high


def lane_sum(terms: NDArray[Any]) -> NDArray[np.float64]:
    """Sum of each row in the fixed order described above, in float64."""
    width = LANES * RUN
    lanes = total = _run(terms[:, :width])
    lost = np.zeros_like(total)
    for start in range(width, terms.shape[1], width):
        added = _run(terms[:, start : start + width])
        previous = total
        total = previous + added
        part = total - previous
        lost = lost + ((previous - (total - part)) + (added - part))
        # Nothing is lost beside an infinite sum; inf - inf is no number.
        lanes = np.where(np.isnan(lost), total, total + lost)
    for half in (8, 4, 2, 1):
        lanes = lanes[:, :half] + lanes[:, half : 2 * half]
    return lanes[:, 0]


def _run(terms: NDArray[Any]) -> NDArray[np.float64]:
    """Sums of up to RUN steps in sixteen lanes, taken in the dtype of the terms."""
    n, k = terms.shape
    if k <= 16:
        lanes = np.zeros((n, 16))
        lanes[:, :k] += terms  # no sum is -0
        return lanes
    lanes = np.zeros((n, LANES), terms.dtype)
    for start in range(0, k, LANES):
        step = terms[:, start : start + LANES]
        lanes[:, : step.shape[1]] += step
    quarters = lanes.reshape(n, 4, 16)
    added = (quarters[:, 0] + quarters[:, 1]) + (quarters[:, 2] + quarters[:, 3])
    return added.astype(np.float64)


def probabilities(rows: Rows) -> NDArray[Any]:
    """p = e / s; a probability below the smallest normal number is 0.

    None is above that of the maximum, and the factor is chosen so that this one is rounded right.
    """
    e, top, kind = rows.exps, rows.top, rows.exps.dtype.type
    if not e.size:
        return e.copy()
    with np.errstate(invalid="ignore", under="ignore"):
        total = rows.total * top
        floor = (np.finfo(e.dtype).tiny * total).astype(e.dtype)
        peak, scale = (1.0 / rows.total).astype(e.dtype), (1.0 / total).astype(e.dtype)
        scale = np.where(top * scale < peak, scale + scale * kind(NEXT_FLOAT32), scale)
        scaled = np.minimum(e * scale[:, None], peak[:, None])
        return np.where(e < floor[:, None], kind(0), scaled)


def complements(rows: Rows, p: NDArray[Any]) -> NDArray[Any]:
    """1 - p, with full relative accuracy where p is close to 1."""
    with np.errstate(invalid="ignore"):
        at_peak = rows.rest / (1.0 + rows.rest)
    return np.where(rows.gap == 0, at_peak[:, None], 1 - p)


def excess(rows: Rows) -> NDArray[np.float64]:
    """log of the sum of exponentials: how far the log-sum-exp lies above the maximum."""
    return log1p_nonnegative(rows.rest)


def log_probabilities(rows: Rows) -> NDArray[Any]:
    """log p = -((m - z) + log1p(rest)): two terms of one sign, so nothing cancels."""
    with np.errstate(invalid="ignore"):
        if rows.gap.dtype == np.float32:
            return rows.gap - log1p_float32(rows.rest.astype(np.float32))[:, None]
        return rows.gap - excess(rows)[:, None]


def log_sum_exp(rows: Rows) -> NDArray[np.float64]:
    """log sum exp z; the maximum itself where that is infinite."""
    with np.errstate(invalid="ignore"):
        total = rows.maximum.astype(np.float64) + excess(rows)
    return np.where(np.isinf(rows.maximum), rows.maximum, total)
