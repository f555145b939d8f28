"""Newton's method for a few rows as one compiled loop, where calls would cost more than their work.

It is the method of `_newton.py`, `_line_search.py` and `_descent.py`, which are its oracles, for
rows with a column of ones behind them. Where anything is out of the ordinary (a matrix that is not
definite, a search that does not end) it stops and says so; what it reached is then the start of the
method that it replaces.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from . import _curve
from ._kernels import _exp_in_place

CONVERGED, SPENT, ODD = 0, 1, 2
# As in `_line_search` and `_problem`.
_SLOPE_SHARE = 0.1
_MAX_TRIALS = 40
_INTERCEPT_LIMIT = 8 * 2.0**-52
_INTERCEPT_STEPS = 50
_VALUE_FLOOR = 1e-12
# Pivots below this share of the diagonal are rounding.
_SMALLEST_PIVOT = 1e-11


@njit(nogil=True, cache=True, fastmath=True)
def _products(rows, weights, out):
    """``rows @ weights.T``."""
    for i in range(rows.shape[0]):
        for k in range(weights.shape[0]):
            total = 0.0
            for j in range(rows.shape[1]):
                total += rows[i, j] * weights[k, j]
            out[i, k] = total


@njit(nogil=True, cache=True)
def _distributions(logits, change, t, own, row_weights, shares):
    """Softmax of ``logits + t * change`` into ``shares``; loss, slope and curvature by t."""
    loss, slope, curvature = 0.0, 0.0, 0.0
    n, n_classes = logits.shape
    top = np.empty(n)
    for i in range(n):
        top[i] = -math.inf
        for k in range(n_classes):
            shares[i, k] = logits[i, k] + t * change[i, k]
            top[i] = max(top[i], shares[i, k])
        loss += row_weights[i] * (top[i] - shares[i, own[i]])
        for k in range(n_classes):
            shares[i, k] -= top[i]
    flat, rounded = shares.reshape(n * n_classes), np.empty(n * n_classes)
    _exp_in_place(flat, len(flat), rounded, rounded.view(np.int64), flat.view(np.int64))
    for i in range(n):
        total, mean, square = 0.0, 0.0, 0.0
        for k in range(n_classes):
            e = shares[i, k]
            total += e
            mean += e * change[i, k]
            square += e * change[i, k] * change[i, k]
        share = 1.0 / total
        for k in range(n_classes):
            shares[i, k] *= share
        mean *= share
        loss += row_weights[i] * math.log(total)
        slope += row_weights[i] * (mean - change[i, own[i]])
        curvature += row_weights[i] * (square * share - mean * mean)
    return loss, slope, curvature


@njit(nogil=True, cache=True, fastmath=True)
def _gradient(rows, own, row_weights, shares, penalty, theta, out):
    """Derivative of loss and penalty; the bound of the gap that it gives."""
    n_classes, p = theta.shape
    out[:] = 0.0
    for i in range(rows.shape[0]):
        for k in range(n_classes):
            r = row_weights[i] * (shares[i, k] - (1.0 if own[i] == k else 0.0))
            for j in range(p):
                out[k, j] += r * rows[i, j]
    gap = 0.0
    for k in range(n_classes):
        for j in range(p):
            out[k, j] += penalty[j] * theta[k, j]
            if penalty[j] > 0.0:
                gap += 0.5 * out[k, j] * out[k, j] / penalty[j]
    return gap


@njit(nogil=True, cache=True, fastmath=True)
def _hessian(rows, row_weights, shares, basis, penalty, columns, out):
    """The Hessian in the class directions of ``basis``, lower triangle; ``columns`` is rows.T."""
    n, p = rows.shape
    n_classes, size = basis.shape
    weights, scaled = np.empty(n), np.empty(n)
    turned = np.empty((n, size))
    _products(shares, basis.T.copy(), turned)
    for a in range(size):
        for b in range(a + 1):
            for i in range(n):
                total = -turned[i, a] * turned[i, b]
                for k in range(n_classes):
                    total += shares[i, k] * basis[k, a] * basis[k, b]
                weights[i] = total * row_weights[i]
            for j in range(p):
                for i in range(n):
                    scaled[i] = weights[i] * columns[j, i]
                for m in range(j + 1):
                    total = 0.0
                    for i in range(n):
                        total += scaled[i] * columns[m, i]
                    out[a * p + j, b * p + m] = total
                    out[a * p + m, b * p + j] = total
        for j in range(p):
            out[a * p + j, a * p + j] += penalty[j]


@njit(nogil=True, cache=True, fastmath=True)
def _solve(matrix, x):
    """Solve with a positive definite matrix, both overwritten; whether it is one."""
    size = len(x)
    scale = np.empty(size)
    for a in range(size):
        if not matrix[a, a] > 0.0:
            return False
        scale[a] = 1.0 / math.sqrt(matrix[a, a])
    for a in range(size):
        for b in range(a + 1):
            matrix[a, b] *= scale[a] * scale[b]
        x[a] *= scale[a]
    for a in range(size):
        for b in range(a):
            total = matrix[a, b]
            for c in range(b):
                total -= matrix[a, c] * matrix[b, c]
            matrix[a, b] = total / matrix[b, b]
            x[a] -= matrix[a, b] * x[b]
        pivot = matrix[a, a]
        for c in range(a):
            pivot -= matrix[a, c] * matrix[a, c]
        if not pivot > _SMALLEST_PIVOT:
            return False
        matrix[a, a] = math.sqrt(pivot)
        x[a] /= matrix[a, a]
    for a in range(size - 1, -1, -1):
        x[a] /= matrix[a, a]
        for b in range(a):
            x[b] -= matrix[a, b] * x[a]
    for a in range(size):
        x[a] *= scale[a]
    return True


@njit(nogil=True, cache=True)
def _turned(direction, basis, p, out):
    """``basis @ direction`` for a flat direction."""
    for k in range(out.shape[0]):
        for j in range(p):
            total = 0.0
            for a in range(basis.shape[1]):
                total += basis[k, a] * direction[a * p + j]
            out[k, j] = total


@njit(nogil=True, cache=True)
def _steepest(basis, gradient, p, out):
    """Minus the gradient in the directions of ``basis``, flat."""
    for a in range(basis.shape[1]):
        for j in range(p):
            total = 0.0
            for k in range(basis.shape[0]):
                total -= basis[k, a] * gradient[k, j]
            out[a * p + j] = total


@njit(nogil=True, cache=True)
def _search(logits, change, own, row_weights, shares, linear, square, start):
    """The search of `_line_search`; the step (0 where there is none) and the loss there."""
    low, high, t = 0.0, math.inf, 1.0
    for _ in range(_MAX_TRIALS):
        loss, slope, curvature = _distributions(logits, change, t, own, row_weights, shares)
        slope += linear + t * square
        curvature += square
        if abs(slope) <= _SLOPE_SHARE * -start:
            return t, loss
        if slope < 0.0:
            low = t
        else:
            high = t
        guess = t - slope / curvature if curvature > 0.0 else math.inf
        if high == math.inf:
            t = min(max(guess, 1.5 * low), 10.0 * low)
        else:
            margin = 0.05 * (high - low)
            inside = low + margin < guess < high - margin
            t = guess if inside else 0.5 * (low + high)
    return 0.0, 0.0


@njit(nogil=True, cache=True)
def _tilt(shares, row_weights, shift):
    """`_tilt.tilted` in place; the weighted sum of what it adds to log-sum-exp."""
    added = 0.0
    factors = np.exp(shift)
    for i in range(shares.shape[0]):
        total = 0.0
        for k in range(shares.shape[1]):
            shares[i, k] *= factors[k]
            total += shares[i, k]
        share = 1.0 / total
        for k in range(shares.shape[1]):
            shares[i, k] *= share
        added += row_weights[i] * math.log(total)
    return added


@njit(nogil=True, cache=True)
def _settle_intercepts(logits, own, row_weights, basis, theta, shares, loss):
    """Bring the intercepts to their optimum, from ``loss``; the loss there, or a NaN."""
    n, n_classes = logits.shape
    size, last = basis.shape[1], theta.shape[1] - 1
    matrix, x = np.empty((size, size)), np.empty(size)
    target, miss = np.zeros(n_classes), np.empty(n_classes)
    shift, moved = np.empty((n_classes, 1)), np.zeros(n_classes)
    one, no_penalty = np.ones((n, 1)), np.zeros(1)
    columns = one.T.copy()
    for i in range(n):
        target[own[i]] += row_weights[i]
    for _ in range(_INTERCEPT_STEPS):
        miss[:] = -target
        for i in range(n):
            for k in range(n_classes):
                miss[k] += row_weights[i] * shares[i, k]
        if np.abs(miss).max() <= _INTERCEPT_LIMIT:
            break
        _hessian(one, row_weights, shares, basis, no_penalty, columns, matrix)
        _steepest(basis, miss.reshape(-1, 1), 1, x)
        if not _solve(matrix, x):
            return math.nan
        _turned(x, basis, 1, shift)
        size_of_step = np.abs(shift).max()
        shift /= max(1.0, size_of_step)
        loss += _tilt(shares, row_weights, shift[:, 0]) - np.sum(target * shift[:, 0])
        moved += shift[:, 0]
        if size_of_step <= _INTERCEPT_LIMIT:  # rounding keeps the slope from getting smaller
            break
    else:
        return math.nan
    theta[:, last] += moved
    logits += moved
    return loss


@njit(nogil=True, cache=True)
def newton_loop(rows, own, row_weights, offset, penalty, basis, tol, theta, history, intercept):
    """Move ``theta`` to the optimum; what ended it, and the number of entries of ``history``.

    ``history`` receives the value and the relative gap after every step, at most as many as it has
    rows.
    """
    (n, p), n_classes = rows.shape, theta.shape[0]
    columns = rows.T.copy()
    logits, change, shares = (
        np.empty((n, n_classes)),
        np.empty((n, n_classes)),
        np.empty((n, n_classes)),
    )
    gradient, move = np.empty_like(theta), np.empty_like(theta)
    size = basis.shape[1] * p
    matrix, x = np.empty((size, size)), np.empty(size)
    _products(rows, theta, logits)
    if len(offset):
        logits += offset
    change[:] = 0.0
    loss = _distributions(logits, change, 0.0, own, row_weights, shares)[0]
    for count in range(len(history)):
        settled = not intercept
        while True:
            value = loss
            for k in range(n_classes):
                for j in range(p):
                    value += 0.5 * penalty[j] * theta[k, j] * theta[k, j]
            gap = _gradient(rows, own, row_weights, shares, penalty, theta, gradient)
            gap /= max(value - gap, _VALUE_FLOOR)
            if gap > tol or settled:
                break
            settled = True
            loss = _settle_intercepts(logits, own, row_weights, basis, theta, shares, loss)
            if math.isnan(loss):
                return ODD, count
        history[count, 0], history[count, 1] = value, gap
        if gap <= tol:
            return CONVERGED, count + 1
        _hessian(rows, row_weights, shares, basis, penalty, columns, matrix)
        _steepest(basis, gradient, p, x)
        if not _solve(matrix, x):
            return ODD, count + 1
        _turned(x, basis, p, move)
        start, linear, square = 0.0, 0.0, 0.0
        for k in range(n_classes):
            for j in range(p):
                start += gradient[k, j] * move[k, j]
                linear += penalty[j] * theta[k, j] * move[k, j]
                square += penalty[j] * move[k, j] * move[k, j]
        if not start < 0.0:
            return ODD, count + 1
        _products(rows, move, change)
        t, loss = _search(logits, change, own, row_weights, shares, linear, square, start)
        if t == 0.0:
            return ODD, count + 1
        for k in range(n_classes):
            for i in range(n):
                logits[i, k] += t * change[i, k]
            for j in range(p):
                theta[k, j] += t * move[k, j]
    return SPENT, len(history)


_predicted = njit(nogil=True, cache=True)(_curve.predicted)


@njit(nogil=True, cache=True)
def newton_path(
    rows,
    own,
    row_weights,
    offset,
    penalties,
    places,
    basis,
    tol,
    thetas,
    history,
    ends,
    steps,
    intercept,
):
    """`newton_loop` for one penalty after another, each from where the curve meets it.

    ``thetas[0]`` is the start, and each fit may take so many ``steps``. The number of optima is
    given, and ``ends`` receives the entries of ``history`` up to each of them.
    """
    m, n_classes, p = thetas.shape
    flat, count = thetas.reshape(m, n_classes * p), 0
    for v in range(m):
        if v > 0:
            first = max(0, v - _curve.MOST_OPTIMA)
            flat[v] = _predicted(places[first:v], flat[first:v], places[v])
        ended, taken = newton_loop(
            rows,
            own,
            row_weights,
            offset,
            penalties[v],
            basis,
            tol,
            thetas[v],
            history[count : count + steps],
            intercept,
        )
        count += taken
        ends[v] = count
        if ended != CONVERGED:
            return v
    return m
