"""One sweep of dual ascent over sparse rows, in Numba.

Every row i owns a distribution q_i, kept as logarithms, and the weights follow from all of them:

    W_kj = (1 / penalty_j) sum_i s_i (y_ik - q_ik) x_ij .

A visit replaces q_i by the maximizer of the dual with all other rows fixed, which solves

    log q_k + h q_k = z_k + h q_old_k + mu,   sum_k q_k = 1,   h = s_i sum_j x_ij**2 / penalty_j,

for the logits z of the present weights. Newton's method on the logarithms and mu takes one to three
rounds, because the start is the better of the old distribution and the softmax of z in every class.
Rows are visited one after the other, since each sees what the last one changed; the work inside a
row runs over contiguous classes. Logarithms are written in float32: what they lose is far below
what the ascent is trusted with.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ._kernels import _exp_in_place

# Rounds of Newton's method for one row, and the change of probability that ends them.
_ROUNDS = 8
_SETTLED = 1e-3
# Longest steps of a logarithm: far from the solution the linear model is not to be trusted.
_DOWN, _UP = -3.0, 1.5
# Logarithm of the smallest probability that is kept.
SMALLEST_LOG = -34.0


@njit(nogil=True, cache=True, fastmath={"contract"}, inline="always")
def _solve_row(z, old, logs, h, x, rounded, bits, result):
    """Newton's method for one row; ``logs`` holds start and solution, x becomes exp(logs)."""
    n_classes = len(z)
    for _ in range(_ROUNDS):
        for k in range(n_classes):
            x[k] = logs[k]
        _exp_in_place(x, n_classes, rounded, bits, result)
        total, weight, pull = 0.0, 0.0, 0.0
        for k in range(n_classes):
            share = x[k] / (1.0 + h[k] * x[k])
            total += x[k]
            weight += share
            pull += share * (logs[k] + h[k] * (x[k] - old[k]) - z[k])
        mu = (1.0 - total + pull) / weight
        largest = 0.0
        for k in range(n_classes):
            miss = mu - (logs[k] + h[k] * (x[k] - old[k]) - z[k])
            step = min(max(miss / (1.0 + h[k] * x[k]), _DOWN), _UP)
            largest = max(largest, abs(step) * x[k])
            logs[k] = max(min(logs[k] + step, 0.0), SMALLEST_LOG)
        if largest < _SETTLED:
            break
    for k in range(n_classes):
        x[k] = logs[k]
    _exp_in_place(x, n_classes, rounded, bits, result)
    total = 0.0
    for k in range(n_classes):
        total += x[k]
    share, shift = 1.0 / total, math.log(total)
    for k in range(n_classes):
        x[k] *= share
        logs[k] -= shift


@njit(nogil=True, cache=True, fastmath={"contract"})
def ascend_rows(
    data,
    indices,
    indptr,
    order,
    row_weights,
    inverse_penalty,
    bias_scale,
    offset,
    weights,
    bias,
    logarithms,
    imbalance,
    moved,
    apart,
    value,
):
    """Visit the rows in ``order``; ``weights`` (d, K), ``bias`` and ``logarithms`` change in place.

    ``imbalance`` receives the change of ``sum_i s_i (y_i - q_i)``; ``moved`` and ``apart`` receive
    per row how far its distribution went, and how far it was from softmax(z) before (half of the
    symmetric divergence, in nats), both times s_i; ``value`` its entropy plus its mean offset.
    ``offset`` has no rows where there is none.
    """
    n_classes = weights.shape[1]
    z, x = np.empty(n_classes), np.empty(n_classes)
    old, logs, h = np.empty(n_classes), np.empty(n_classes), np.empty(n_classes)
    rounded, change = np.empty(n_classes), np.empty(n_classes, weights.dtype)
    bits, result, old_result = rounded.view(np.int64), x.view(np.int64), old.view(np.int64)
    logits = np.empty(n_classes, weights.dtype)
    has_offset = len(offset) > 0
    for i in order:
        square = 0.0
        for k in range(n_classes):
            logits[k] = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            v, row = weights.dtype.type(data[e]), weights[indices[e]]
            square += data[e] * data[e] * inverse_penalty[indices[e]]
            for k in range(n_classes):
                logits[k] += v * row[k]
        top = -math.inf
        for k in range(n_classes):
            h[k] = row_weights[i] * (square + bias_scale[k])
            z[k] = bias[k] + logits[k] + (offset[i, k] if has_offset else 0.0)
            top = max(top, z[k])
            old[k] = logarithms[i, k]
        for k in range(n_classes):
            x[k] = z[k] - top
        _exp_in_place(x, n_classes, rounded, bits, result)
        total = 0.0
        for k in range(n_classes):
            total += x[k]
        lse = top + math.log(total)
        # The start is log of (1 - t) q_old + t softmax(z) to within log 2.
        share = 1.0 / (1.0 + 0.5 * row_weights[i] * square)
        stay = math.log(1.0 - share) if share < 1.0 else SMALLEST_LOG
        go = math.log(share) - lse
        for k in range(n_classes):
            logs[k] = max(old[k] + stay, z[k] + go, SMALLEST_LOG)
        _exp_in_place(old, n_classes, rounded, bits, old_result)
        divergence, inverse = 0.0, 1.0 / total
        for k in range(n_classes):
            divergence += (inverse * x[k] - old[k]) * (z[k] - lse - logarithms[i, k])
        apart[i] = 0.5 * row_weights[i] * divergence
        _solve_row(z, old, logs, h, x, rounded, bits, result)
        length, entropy = 0.0, 0.0
        for k in range(n_classes):
            step = old[k] - x[k]
            logarithms[i, k] = logs[k]
            length += abs(step)
            entropy += x[k] * ((offset[i, k] if has_offset else 0.0) - logs[k])
            step *= row_weights[i]
            imbalance[k] += step
            bias[k] += bias_scale[k] * step
            change[k] = step
        moved[i] = row_weights[i] * length
        value[i] = entropy
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            v, row = weights.dtype.type(data[e] * inverse_penalty[j]), weights[j]
            for k in range(n_classes):
                row[k] += v * change[k]
