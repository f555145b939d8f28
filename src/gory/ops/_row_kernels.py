"""Kernels for rows of any length: three sweeps over a row that stays in the cache.

Maximum; exponentials and their sum; scaling. Sums follow the order laid down in `_rows`,
whose functions are the oracle: both give the same bits. All arrays are flat; a kernel works
on the rows from `start` to `stop`, each `k` long.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import gory.ops._lane_math  # noqa: F401 - registers exp and log1p for lanes
from gory.ops._compiling import kernel, part
from gory.ops._elementary import exp_of_gap, log1p_nonnegative
from gory.ops._lanes import (
    count_equal,
    fill,
    halves_sum,
    largest,
    load,
    load_first,
    prefer_wide_registers,
    store,
    store_first,
    where_equal,
    where_greater,
    where_less,
    widen,
)


@part
def row_maximum(z: Any, at: int, k: int) -> Any:
    """Largest of z[at : at + k]; NaN may be passed over, its exponential will show it."""
    first = z[at]
    a = b = c = d = fill(first)
    i = 0
    while i + 64 <= k:
        x = load(z, at + i)
        a = where_greater(a, x, a, x)
        x = load(z, at + i + 16)
        b = where_greater(b, x, b, x)
        x = load(z, at + i + 32)
        c = where_greater(c, x, c, x)
        x = load(z, at + i + 48)
        d = where_greater(d, x, d, x)
        i += 64
    while i < k:
        x = load_first(z, at + i, min(16, k - i), first)
        a = where_greater(a, x, a, x)
        i += 16
    a = where_greater(a, b, a, b)
    c = where_greater(c, d, c, d)
    return largest(where_greater(a, c, a, c))


@part
def exp_of_difference(x: Any, m: Any) -> Any:
    """exp(x - m) with the rounding error of the difference taken into account."""
    gap = x - m
    part_of_m = gap - x
    return exp_of_gap(gap, (x - (gap - part_of_m)) - (m + part_of_m))


@part
def row_rest(z: Any, at: int, k: int, maximum: Any, e: Any, e_at: int, keep: bool) -> float:
    """Sum of exp(z - maximum) without one maximal term; the terms go to `e` if kept.

    NaN if the row has no softmax.
    """
    m = fill(maximum)
    none = fill(z.dtype.type(0))
    ties = 0
    total = widen(none)
    lost = widen(none)
    dead = 0
    i = 0
    while i < k:
        end = min(i + 1024, k)
        a = b = c = d = none
        while i + 64 <= end:
            x = load(z, at + i)
            y = exp_of_difference(x, m)
            if keep:
                store(e, e_at + i, y)
            a = a + where_equal(x, m, none, y)
            ties += count_equal(x, m)
            x = load(z, at + i + 16)
            y = exp_of_difference(x, m)
            if keep:
                store(e, e_at + i + 16, y)
            b = b + where_equal(x, m, none, y)
            ties += count_equal(x, m)
            x = load(z, at + i + 32)
            y = exp_of_difference(x, m)
            if keep:
                store(e, e_at + i + 32, y)
            c = c + where_equal(x, m, none, y)
            ties += count_equal(x, m)
            x = load(z, at + i + 48)
            y = exp_of_difference(x, m)
            if keep:
                store(e, e_at + i + 48, y)
            d = d + where_equal(x, m, none, y)
            ties += count_equal(x, m)
            i += 64
        # Lanes beyond the row are filled with the maximum: no term, but a tie too many.
        if i < end:
            count = min(16, end - i)
            x = load_first(z, at + i, count, maximum)
            y = exp_of_difference(x, m)
            if keep:
                store_first(e, e_at + i, count, y)
            a = a + where_equal(x, m, none, y)
            ties += count_equal(x, m)
            dead += 16 - count
            i += 16
        if i < end:
            count = min(16, end - i)
            x = load_first(z, at + i, count, maximum)
            y = exp_of_difference(x, m)
            if keep:
                store_first(e, e_at + i, count, y)
            b = b + where_equal(x, m, none, y)
            ties += count_equal(x, m)
            dead += 16 - count
            i += 16
        if i < end:
            count = min(16, end - i)
            x = load_first(z, at + i, count, maximum)
            y = exp_of_difference(x, m)
            if keep:
                store_first(e, e_at + i, count, y)
            c = c + where_equal(x, m, none, y)
            ties += count_equal(x, m)
            dead += 16 - count
            i += 16
        if i < end:
            count = min(16, end - i)
            x = load_first(z, at + i, count, maximum)
            y = exp_of_difference(x, m)
            if keep:
                store_first(e, e_at + i, count, y)
            d = d + where_equal(x, m, none, y)
            ties += count_equal(x, m)
            dead += 16 - count
            i += 16
        added = (widen(a) + widen(b)) + (widen(c) + widen(d))
        previous = total
        total = previous + added
        portion = total - previous
        lost = lost + ((previous - (total - portion)) + (added - portion))
    if not np.isfinite(maximum):
        return np.nan
    return halves_sum(total + lost) + (ties - dead - 1.0)


@part
def scale_row(e: Any, e_at: int, out: Any, at: int, k: int, scale: Any, floor: Any) -> None:
    """out = e * scale, 0 where e < floor; `out` may be `e` itself."""
    i = 0
    while i + 16 <= k:
        x = load(e, e_at + i)
        store(out, at + i, where_less(x, floor, 0.0, x * scale))
        i += 16
    if i < k:
        x = load_first(e, e_at + i, k - i, floor)
        store_first(out, at + i, k - i, where_less(x, floor, 0.0, x * scale))


# Between these lengths the exponentials of a row are kept in an aligned buffer that stays in
# the first-level cache: rows of NumPy's arrays mostly begin inside a cache line, and their
# stores cost a sixth of the time. Shorter rows are over before that pays.
BUFFER_FROM = 257
BUFFER = 8192


@part
def softmax_row(z: Any, e: Any, e_at: int, out: Any, at: int, k: int, tiny: float) -> None:
    """Probabilities of one row; `e` is where its exponentials are kept."""
    total = 1.0 + row_rest(z, at, k, row_maximum(z, at, k), e, e_at, True)
    scale, floor = z.dtype.type(1.0 / total), z.dtype.type(tiny * total)
    scale_row(e, e_at, out, at, k, scale, floor)


@part
def subtract_row(z: Any, out: Any, at: int, k: int, maximum: Any, excess: Any) -> None:
    """(z - maximum) - excess."""
    i = 0
    while i + 16 <= k:
        store(out, at + i, (load(z, at + i) - maximum) - excess)
        i += 16
    if i < k:
        x = load_first(z, at + i, k - i, maximum)
        store_first(out, at + i, k - i, (x - maximum) - excess)


@part
def log_softmax_row(z: Any, out: Any, at: int, k: int) -> None:
    """Logarithms of the probabilities of one row."""
    maximum = row_maximum(z, at, k)
    rest = row_rest(z, at, k, maximum, z, at, False)
    subtract_row(z, out, at, k, maximum, z.dtype.type(log1p_nonnegative(rest)))


@part
def logsumexp_row(z: Any, at: int, k: int) -> float:
    """Log-sum-exp of one row."""
    maximum = row_maximum(z, at, k)
    rest = row_rest(z, at, k, maximum, z, at, False)
    if np.isinf(maximum):
        # NaN among the entries is passed over by the maximum but not by a plain sum.
        return _infinite_or_nan(z, at, k, maximum)
    return np.float64(maximum) + log1p_nonnegative(rest)


@part
def _infinite_or_nan(z: Any, at: int, k: int, maximum: Any) -> float:
    for i in range(at, at + k):
        if np.isnan(z[i]):
            return np.nan
    return np.float64(maximum)


@part
def label_row(
    z: Any,
    e: Any,
    e_at: int,
    out: Any,
    at: int,
    k: int,
    label: int,
    upstream: float,
    keep: bool,
    tiny: float,
) -> float:
    """-log p of the label, and with `keep` upstream times its gradient in `out`."""
    maximum = row_maximum(z, at, k)
    gap = np.float64(z[at + label]) - np.float64(maximum)
    rest = row_rest(z, at, k, maximum, e, e_at, keep)
    if keep:
        total = 1.0 + rest
        factor = upstream / total
        floor = z.dtype.type(abs(tiny / factor))
        others = rest + (1.0 - np.float64(e[e_at + label]))
        scale_row(e, e_at, out, at, k, z.dtype.type(factor), floor)
        out[at + label] = 0.0 - upstream * (others / total)
        if upstream == 0.0:
            out[at : at + k] = 0
    return log1p_nonnegative(rest) - gap


@kernel
def softmax_rows(z: Any, out: Any, k: int, start: int, stop: int, tiny: float, buffer: Any) -> None:
    """Probabilities of rows; `buffer` is scratch for BUFFER numbers."""
    prefer_wide_registers()
    if BUFFER_FROM <= k <= BUFFER:
        for row in range(start, stop):
            softmax_row(z, buffer, 0, out, row * k, k, tiny)
    else:
        for row in range(start, stop):
            softmax_row(z, out, row * k, out, row * k, k, tiny)


# Up to this length sixteen rows stay in the cache until their logarithms, which take long
# one by one, have been taken together.
TOGETHER = 256


@kernel
def log_softmax_rows(z: Any, out: Any, k: int, start: int, stop: int, wide: Any) -> None:
    """Logarithms of probabilities of rows; `wide` is scratch for 32 numbers."""
    prefer_wide_registers()
    row = start
    while k <= TOGETHER and row + 16 <= stop:
        for i in range(16):
            maximum = row_maximum(z, (row + i) * k, k)
            wide[i] = row_rest(z, (row + i) * k, k, maximum, z, 0, False)
            wide[16 + i] = maximum
        store(wide, 0, log1p_nonnegative(load(wide, 0)))
        for i in range(16):
            maximum, excess = z.dtype.type(wide[16 + i]), z.dtype.type(wide[i])
            subtract_row(z, out, (row + i) * k, k, maximum, excess)
        row += 16
    for last in range(row, stop):
        log_softmax_row(z, out, last * k, k)


@kernel
def logsumexp_rows(z: Any, values: Any, k: int, start: int, stop: int) -> None:
    """Log-sum-exp of rows, in float64."""
    prefer_wide_registers()
    for row in range(start, stop):
        values[row] = logsumexp_row(z, row * k, k)


@kernel
def label_rows(
    z: Any,
    labels: Any,
    upstream: Any,
    keep: bool,
    values: Any,
    out: Any,
    k: int,
    start: int,
    stop: int,
    tiny: float,
    buffer: Any,
) -> None:
    """-log p of the labels in float64 and, with `keep`, upstream times the gradients."""
    prefer_wide_registers()
    if BUFFER_FROM <= k <= BUFFER:
        for row in range(start, stop):
            weight, at = upstream[row] if keep else 0.0, row * k
            label = labels[row]
            values[row] = label_row(z, buffer, 0, out, at, k, label, weight, keep, tiny)
    else:
        for row in range(start, stop):
            weight, at = upstream[row] if keep else 0.0, row * k
            label = labels[row]
            values[row] = label_row(z, out, at, out, at, k, label, weight, keep, tiny)
