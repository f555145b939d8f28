"""Row kernels in Numba: what happens between the products, one sweep over the rows each.

All kernels release the interpreter lock, work on the rows ``start`` to ``stop``, and return partial
sums in float64; `gory.learn._rows` runs them on several threads and adds the parts in a fixed
order, so results do not depend on the number of threads. Logits may be float32 or float64,
arithmetic is float64. `gory.learn._objective` is their oracle.

The exponential is written out because a call per element would cost more than the rest together:
exp(x) = 2^q exp(r), with r = x - q ln 2 in [-ln 2 / 2, ln 2 / 2] and a Taylor polynomial of degree
12, whose remainder there is below 2e-16. Adding `_ROUNDER` rounds x / ln 2 to an integer and leaves
it in the low bits, from where it goes to the exponent by a shift; all of it vectorizes.

The two dense products are here as well: they keep several threads busy without the barriers of a
threaded BLAS, which cost more than the work itself when another process wants the same cores.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

# 1.5 * 2**52: the unit in the last place of a sum with it is 1.
_ROUNDER = 6755399441055744.0
_LOG2E = 1.4426950408889634
# ln 2 in two parts; q * _LN2_HIGH is exact for |q| < 2**20.
_LN2_HIGH = 0.6931471803691238
_LN2_LOW = 1.9082149292705877e-10
# Below this exp is taken as exp(_SMALLEST), about 1e-304: with it 2^q stays a normal number.
_SMALLEST = -700.0
# Rows handled together, so that their buffers stay in the first-level cache for few classes.
_BLOCK_ENTRIES = 2048

# Only contraction (fused multiply-add): reordering would undo the rounding trick.
_EXACT = {"contract"}


@njit(nogil=True, cache=True, fastmath=_EXACT, inline="always")
def _exp_in_place(x, size, rounded, bits, result):
    """Replace ``x[:size]``, all at most 0, by its exponential."""
    for e in range(size):
        rounded[e] = max(x[e], _SMALLEST) * _LOG2E + _ROUNDER
    for e in range(size):
        q = rounded[e] - _ROUNDER
        v = max(x[e], _SMALLEST)
        r = (v - q * _LN2_HIGH) - q * _LN2_LOW
        s = 1.0 / 479001600.0
        s = s * r + 1.0 / 39916800.0
        s = s * r + 1.0 / 3628800.0
        s = s * r + 1.0 / 362880.0
        s = s * r + 1.0 / 40320.0
        s = s * r + 1.0 / 5040.0
        s = s * r + 1.0 / 720.0
        s = s * r + 1.0 / 120.0
        s = s * r + 1.0 / 24.0
        s = s * r + 1.0 / 6.0
        s = s * r + 0.5
        s = s * r + 1.0
        x[e] = s * r + 1.0
    for e in range(size):
        result[e] += bits[e] << 52


@njit(nogil=True, cache=True, fastmath=True, inline="always")
def _row_sum(x, start, stop):
    total = 0.0
    for e in range(start, stop):
        total += x[e]
    return total


@njit(nogil=True, cache=True, fastmath=_EXACT, inline="always")
def _load_shifted(logits, change, t, moves, row, x, base):
    """Write ``logits[row] + t * change[row]`` minus its maximum to ``x``; return the maximum."""
    n_classes = logits.shape[1]
    top = -math.inf
    if moves:
        for k in range(n_classes):
            v = logits[row, k] + t * change[row, k]
            x[base + k] = v
            top = max(top, v)
    else:
        for k in range(n_classes):
            v = np.float64(logits[row, k])
            x[base + k] = v
            top = max(top, v)
    for k in range(n_classes):
        x[base + k] -= top
    return top


@njit(nogil=True, cache=True, fastmath=_EXACT)
def softmax_rows(logits, start, stop, probabilities, lse):
    """Probabilities and log-sum-exp of some rows."""
    n_classes = logits.shape[1]
    block = max(1, _BLOCK_ENTRIES // n_classes)
    x = np.empty(block * n_classes)
    rounded = np.empty(block * n_classes)
    bits, result = rounded.view(np.int64), x.view(np.int64)
    for first in range(start, stop, block):
        rows = min(block, stop - first)
        for i in range(rows):
            lse[first + i] = _load_shifted(logits, logits, 0.0, False, first + i, x, i * n_classes)
        _exp_in_place(x, rows * n_classes, rounded, bits, result)
        for i in range(rows):
            base = i * n_classes
            total = _row_sum(x, base, base + n_classes)
            lse[first + i] += math.log(total)
            share = 1.0 / total
            for k in range(n_classes):
                probabilities[first + i, k] = x[base + k] * share


@njit(nogil=True, cache=True, fastmath=_EXACT)
def ray_rows(logits, change, t, row_weights, start, stop, probabilities, lse):
    """Probabilities and log-sum-exp at ``logits + t * change``, and three sums over these rows.

    The sums are those of s lse, s E[change] and s Var[change].
    """
    n_classes = logits.shape[1]
    block = max(1, _BLOCK_ENTRIES // n_classes)
    x = np.empty(block * n_classes)
    rounded = np.empty(block * n_classes)
    bits, result = rounded.view(np.int64), x.view(np.int64)
    top = np.empty(block)
    loss, slope, curvature = 0.0, 0.0, 0.0
    for first in range(start, stop, block):
        rows = min(block, stop - first)
        for i in range(rows):
            top[i] = _load_shifted(logits, change, t, True, first + i, x, i * n_classes)
        _exp_in_place(x, rows * n_classes, rounded, bits, result)
        for i in range(rows):
            base = i * n_classes
            total, mean, square = 0.0, 0.0, 0.0
            for k in range(n_classes):
                v = np.float64(change[first + i, k])
                e = x[base + k]
                total += e
                mean += e * v
                square += e * v * v
            share = 1.0 / total
            for k in range(n_classes):
                probabilities[first + i, k] = x[base + k] * share
            mean /= total
            weight = row_weights[first + i]
            lse[first + i] = top[i] + math.log(total)
            loss += weight * lse[first + i]
            slope += weight * mean
            curvature += weight * (square / total - mean * mean)
    return loss, slope, curvature


@njit(nogil=True, cache=True)
def residual_rows(probabilities, target, row_weights, start, stop, out):
    """``s (p - y)`` for class indices."""
    n_classes = probabilities.shape[1]
    for i in range(start, stop):
        weight = row_weights[i]
        for k in range(n_classes):
            out[i, k] = weight * probabilities[i, k]
        out[i, target[i]] = weight * (probabilities[i, target[i]] - 1.0)


@njit(nogil=True, cache=True, fastmath=True)
def tilt_rows(probabilities, factors, start, stop, out, total):
    """Rows of ``probabilities * factors`` over their sums; the sums go to ``total``."""
    n_classes = probabilities.shape[1]
    for i in range(start, stop):
        whole = 0.0
        for k in range(n_classes):
            v = probabilities[i, k] * factors[k]
            out[i, k] = v
            whole += v
        share = 1.0 / whole
        for k in range(n_classes):
            out[i, k] *= share
        total[i] = whole


@njit(nogil=True, cache=True, fastmath=True)
def curvature_rows(probabilities, row_weights, start, stop, moved):
    """Replace ``moved`` by ``s (diag p - p p^T) moved``, row by row."""
    n_classes = probabilities.shape[1]
    for i in range(start, stop):
        mean = 0.0
        for k in range(n_classes):
            mean += probabilities[i, k] * moved[i, k]
        weight = row_weights[i]
        for k in range(n_classes):
            moved[i, k] = weight * probabilities[i, k] * (moved[i, k] - mean)


@njit(nogil=True, cache=True, fastmath=True)
def forward_rows(X, weights, start, stop, out):
    """Rows of ``X @ weights[:, :d].T + weights[:, d]``, four rows at a time.

    Four rows share every load of a weight, and are converted to the type of the weights once for
    all classes. For few classes this is faster than a matrix product that first packs X.
    """
    d, n_classes = X.shape[1], weights.shape[0]
    has_bias = weights.shape[1] > d
    rows = np.empty((4, d), weights.dtype)
    zero = np.zeros(1, weights.dtype)[0]
    for i in range(start, stop, 4):
        count = min(4, stop - i)
        for q in range(4):
            row = min(i + q, stop - 1)
            for j in range(d):
                rows[q, j] = X[row, j]
        x0, x1, x2, x3 = rows[0], rows[1], rows[2], rows[3]
        for k in range(n_classes):
            w = weights[k]
            z0, z1, z2, z3 = zero, zero, zero, zero
            for j in range(d):
                z0 += w[j] * x0[j]
                z1 += w[j] * x1[j]
                z2 += w[j] * x2[j]
                z3 += w[j] * x3[j]
            bias = w[d] if has_bias else zero
            out[i, k] = z0 + bias
            if count > 1:
                out[i + 1, k] = z1 + bias
            if count > 2:
                out[i + 2, k] = z2 + bias
            if count > 3:
                out[i + 3, k] = z3 + bias


@njit(nogil=True, cache=True, fastmath=True)
def pull_rows(X, R, start, stop, out):
    """Add ``R[start:stop].T @ X[start:stop]`` to ``out`` (K, d), four columns at a time.

    Blocks of rows are turned so that a column is contiguous; sums over a block are in the type of
    R, sums over blocks in the type of ``out``.
    """
    d, n_classes = X.shape[1], R.shape[1]
    block = 256
    columns = np.empty((4, block), R.dtype)
    turned = np.empty((n_classes, block), R.dtype)
    zero = np.zeros(1, R.dtype)[0]
    for first in range(start, stop, block):
        size = min(block, stop - first)
        for i in range(size):
            for k in range(n_classes):
                turned[k, i] = R[first + i, k]
        for j in range(0, d, 4):
            count = min(4, d - j)
            last = j + count - 1  # columns behind the last one repeat it and are not added
            j1, j2, j3 = min(j + 1, last), min(j + 2, last), min(j + 3, last)
            x0, x1, x2, x3 = columns[0], columns[1], columns[2], columns[3]
            for i in range(size):
                x0[i] = X[first + i, j]
                x1[i] = X[first + i, j1]
                x2[i] = X[first + i, j2]
                x3[i] = X[first + i, j3]
            for k in range(n_classes):
                r = turned[k]
                g0, g1, g2, g3 = zero, zero, zero, zero
                for i in range(size):
                    g0 += r[i] * x0[i]
                    g1 += r[i] * x1[i]
                    g2 += r[i] * x2[i]
                    g3 += r[i] * x3[i]
                out[k, j] += g0
                if count > 1:
                    out[k, j + 1] += g1
                if count > 2:
                    out[k, j + 2] += g2
                if count > 3:
                    out[k, j + 3] += g3


@njit(nogil=True, cache=True, fastmath=True)
def sparse_forward_rows(data, indices, indptr, weights, start, stop, out):
    """Rows of ``X @ weights`` for X in CSR form and weights of shape (d, K)."""
    n_classes = weights.shape[1]
    for i in range(start, stop):
        for k in range(n_classes):
            out[i, k] = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            value, j = data[e], indices[e]
            for k in range(n_classes):
                out[i, k] += value * weights[j, k]


@njit(nogil=True, cache=True, fastmath=True)
def sparse_pull_rows(data, indices, indptr, R, first, last, out):
    """Add ``X.T @ R[:, first:last]`` to ``out[:, first:last]`` (d, K) for X in CSR form."""
    for i in range(len(indptr) - 1):
        for e in range(indptr[i], indptr[i + 1]):
            value, row = data[e], out[indices[e]]
            for k in range(first, last):
                row[k] += value * R[i, k]


@njit(nogil=True, cache=True, fastmath=_EXACT)
def coordinate_sweep(hessian, slope, v, ridge, lasso, curvature, active):
    """One round of coordinate descent on a quadratic with elastic net; the largest gain."""
    largest = 0.0
    for j in active:
        old = v[j]
        center = curvature[j] * old - (slope[j] + ridge[j] * old)
        size = abs(center) - lasso[j]
        new = math.copysign(size, center) / curvature[j] if size > 0.0 else 0.0
        if new != old:
            v[j] = new
            row = hessian[j]
            for e in range(len(slope)):
                slope[e] += (new - old) * row[e]
            largest = max(largest, curvature[j] * (new - old) ** 2)
    return largest
