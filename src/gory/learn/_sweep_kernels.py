"""The row work of a sweep over blocks, in Numba: logits turn into slopes where they stand.

Arithmetic is in the type of the logits, sums over many rows are in float64. A sweep in float32 only
steers, and is half the work of one in float64: twice as many numbers to an instruction and a
polynomial of degree 7, whose remainder is a tenth of a unit in the last place. `_kernels.py` says
how the exponential is written out.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ._kernels import _BLOCK_ENTRIES, _EXACT, _exp_in_place

_ROUNDER = np.float32(12582912.0)
_LOG2E = np.float32(1.4426950408889634)
# ln 2 in two parts; q * _LN2_HIGH is exact for |q| < 2**9.
_LN2_HIGH = np.float32(0.693359375)
_LN2_LOW = np.float32(-2.12194440e-4)
# Below this exp is taken as exp(_SMALLEST), about 1e-14: beside a sum of at least 1 that is nothing
# in float32, and its square is a normal number even among a billion rows.
_SMALLEST = np.float32(-32.0)
_TERMS = tuple(np.float32(1.0 / math.factorial(k)) for k in range(8))
# Maxima and sums in any order, so that they vectorize.
_FREE = {"contract", "reassoc", "nsz", "nnan"}


@njit(nogil=True, cache=True, fastmath=_EXACT)
def _single_exp_in_place(x, size, rounded, bits, result):
    """Replace the float32 numbers ``x[:size]``, all at most 0, by their exponential."""
    for e in range(size):
        rounded[e] = max(x[e], _SMALLEST) * _LOG2E + _ROUNDER
    for e in range(size):
        q = rounded[e] - _ROUNDER
        v = max(x[e], _SMALLEST)
        r = (v - q * _LN2_HIGH) - q * _LN2_LOW
        s = _TERMS[7] * r + _TERMS[6]
        s = s * r + _TERMS[5]
        s = s * r + _TERMS[4]
        s = s * r + _TERMS[3]
        s = s * r + _TERMS[2]
        s = s * r + _TERMS[1]
        x[e] = s * r + _TERMS[0]
    for e in range(size):
        result[e] += bits[e] << 23


@njit(nogil=True, cache=True, fastmath=_FREE)
def _load_shifted(logits, shift, x):
    """Write ``logits + shift`` minus its maximum to ``x``; return the maximum."""
    top = logits[0] + shift[0]
    for k in range(len(x)):
        v = logits[k] + shift[k]
        x[k] = v
        top = max(top, v)
    for k in range(len(x)):
        x[k] -= top
    return top


@njit(nogil=True, cache=True, fastmath=_FREE)
def _total(x):
    total = x[0]
    for k in range(1, len(x)):
        total += x[k]
    return total


@njit(nogil=True, cache=True, fastmath=_FREE)
def _spread(x, share, weight, slopes, first, second):
    """Write ``weight p`` for ``p = share x``, and add ``weight p`` and ``weight p**2``."""
    for k in range(len(x)):
        p = share * x[k]
        slope = weight * p
        slopes[k] = slope
        first[k] += slope
        second[k] += slope * p


@njit(nogil=True, cache=True, fastmath=_EXACT)
def settle_rows(logits, shift, target, row_weights, start, stop, sums):
    """Replace ``z`` by ``s (p - y)`` for ``p = softmax(z + shift)`` and class indices y.

    Adds the sums of ``s p`` and ``s p**2`` to ``sums`` of shape (2, K), which is of the type of the
    logits; returns those of the loss and of ``s lse``.
    """
    n_classes = logits.shape[1]
    block = max(1, _BLOCK_ENTRIES // n_classes)
    size = block * n_classes
    flat = np.empty(size + size % 2, logits.dtype)  # of whole integers of either width
    x = flat[:size].reshape(block, n_classes)
    rounded = np.empty(len(flat), logits.dtype)
    top, own = np.empty(block), np.empty(block)
    loss, mean_lse = 0.0, 0.0
    for first in range(start, stop, block):
        rows = min(block, stop - first)
        for i in range(rows):
            top[i] = _load_shifted(logits[first + i], shift, x[i])
            own[i] = x[i, target[first + i]]
        if logits.itemsize == 4:
            bits, result = rounded.view(np.int32), flat.view(np.int32)
            _single_exp_in_place(flat, rows * n_classes, rounded, bits, result)
        else:
            wide, result_wide = rounded.view(np.int64), flat.view(np.int64)
            _exp_in_place(flat, rows * n_classes, rounded, wide, result_wide)
        for i in range(rows):
            weight, row = row_weights[first + i], logits[first + i]
            total = _total(x[i])
            share = logits.dtype.type(1.0) / total
            _spread(x[i], share, logits.dtype.type(weight), row, sums[0], sums[1])
            row[target[first + i]] -= weight
            loss += weight * (math.log(total) - own[i])
            mean_lse += weight * (math.log(total) + top[i])
    return loss, mean_lse


@njit(nogil=True, cache=True)
def _advance(shares, weight, rate, phase, passed):
    """Move the phase of every class on by one row, and mark the classes that pass an integer."""
    for k in range(len(shares)):
        p = np.float64(shares[k])
        phase[k] += min(p * (1.0 - p) * weight * rate[k], 1.0)
        passed[k] = phase[k] >= 1.0
        phase[k] -= passed[k]


@njit(nogil=True, cache=True)
def draw_rows(probabilities, row_weights, preference, rate, phase):
    """Rows and classes drawn by systematic sampling, with the weight that each stands for.

    A row counts for class k with ``min(1, s p (1 - p) preference rate)``; where the sum of that
    passes an integer the row is drawn. ``phase`` is its fraction, and moves on.
    """
    n_rows, n_classes = probabilities.shape
    passed, counts = np.zeros(n_classes, np.int8), np.zeros(n_classes, np.int64)
    trial = phase.copy()
    for i in range(n_rows):
        _advance(probabilities[i], row_weights[i] * preference[i], rate, trial, passed)
        counts += passed
    rows, classes = np.empty(counts.sum(), np.int32), np.empty(counts.sum(), np.int32)
    weights = np.empty(len(rows), np.float32)
    found = 0
    for i in range(n_rows):
        _advance(probabilities[i], row_weights[i] * preference[i], rate, phase, passed)
        for k in range(n_classes):
            if passed[k]:
                p = np.float64(probabilities[i, k])
                least = 1.0 / (preference[i] * rate[k])
                rows[found], classes[found] = i, k
                weights[found] = max(row_weights[i] * p * (1.0 - p), least)
                found += 1
    return rows, classes, weights
