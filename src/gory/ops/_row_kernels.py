"""Kernels for rows of any length: three sweeps over a row that stays in the cache.

Maximum; exponentials and their sum; scaling. Sums follow the order laid down in `_rows`,
whose functions are the oracle: both give the same bits. All arrays are flat; a kernel works
on the rows from `start` to `stop`, each `k` long.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lane_math import exp_below, shift_of
from gory.ops._lanes import (
    fill,
    first_lane,
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
def add_terms(
    z: Any,
    at: int,
    i: int,
    m: Any,
    shift: Any,
    e: Any,
    e_at: int,
    keep: bool,
    total: Any,
    ties: Any,
) -> Any:
    """Sum of exponentials and number of maxima, with the next sixteen entries."""
    x = load(z, at + i)
    y = exp_below(x, shift)
    if keep:
        store(e, e_at + i, y)
    return where_equal(x, m, total, total + y), where_equal(x, m, ties + 1.0, ties)


@part
def add_last(
    z: Any,
    at: int,
    i: int,
    end: int,
    m: Any,
    shift: Any,
    e: Any,
    e_at: int,
    keep: bool,
    total: Any,
    ties: Any,
) -> Any:
    """As `add_terms`, up to the end of a row; lanes beyond it count as maxima."""
    count = min(16, end - i)
    x = load_first(z, at + i, count, first_lane(m))
    y = exp_below(x, shift)
    if keep:
        store_first(e, e_at + i, count, y)
    return where_equal(x, m, total, total + y), where_equal(x, m, ties + 1.0, ties)


@part
def row_rest(z: Any, at: int, k: int, maximum: Any, e: Any, e_at: int, keep: bool) -> float:
    """Sum of exp(z - maximum) without one maximal term; the terms go to `e` if kept.

    NaN if the row has no softmax.
    """
    m = fill(maximum)
    shift = shift_of(m)
    none = fill(z.dtype.type(0))
    ties, total, lost = none, widen(none), widen(none)
    i = 0
    while i < k:
        end = min(i + 1024, k)
        a = b = c = d = none
        while i + 64 <= end:
            a, ties = add_terms(z, at, i, m, shift, e, e_at, keep, a, ties)
            b, ties = add_terms(z, at, i + 16, m, shift, e, e_at, keep, b, ties)
            c, ties = add_terms(z, at, i + 32, m, shift, e, e_at, keep, c, ties)
            d, ties = add_terms(z, at, i + 48, m, shift, e, e_at, keep, d, ties)
            i += 64
        if i < end:
            a, ties = add_last(z, at, i, end, m, shift, e, e_at, keep, a, ties)
        if i + 16 < end:
            b, ties = add_last(z, at, i + 16, end, m, shift, e, e_at, keep, b, ties)
        if i + 32 < end:
            c, ties = add_last(z, at, i + 32, end, m, shift, e, e_at, keep, c, ties)
        if i + 48 < end:
            d, ties = add_last(z, at, i + 48, end, m, shift, e, e_at, keep, d, ties)
        i = end
        added = widen((a + b) + (c + d))
        previous = total
        total = previous + added
        portion = total - previous
        lost = lost + ((previous - (total - portion)) + (added - portion))
    if not np.isfinite(maximum):
        return np.nan
    return halves_sum(total + lost) + (halves_sum(widen(ties)) - (-k % 16) - 1.0)


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


# Up to this length the exponentials of a row are kept in an aligned buffer that stays in the
# first-level cache: rows of NumPy's arrays mostly begin inside a cache line, and their stores
# cost a sixth of the time. The maximum of the next row is taken while the sum of this one is
# on its way through additions and divisions, each of which waits for the one before.
BUFFER = 8192


@part
def softmax_row(z: Any, out: Any, at: int, k: int, tiny: float) -> None:
    """Probabilities of one row."""
    rest = row_rest(z, at, k, row_maximum(z, at, k), out, at, True)
    scale_to_one(out, at, out, at, k, 1.0 + rest, tiny)


@part
def scale_to_one(e: Any, e_at: int, out: Any, at: int, k: int, total: float, tiny: float) -> None:
    """Exponentials with this sum to probabilities."""
    scale, floor = out.dtype.type(1.0 / total), out.dtype.type(tiny * total)
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
def logsumexp_row(z: Any, at: int, k: int, maximum: Any) -> float:
    """Log-sum-exp of one row, whose maximum is given."""
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
def label_gap(z: Any, at: int, label: int, maximum: Any) -> float:
    """How far the logit of the label lies above the maximum."""
    return np.float64(z[at + label]) - np.float64(maximum)


@part
def label_value_row(z: Any, at: int, k: int, label: int, maximum: Any) -> float:
    """-log p of the label of one row, whose maximum is given."""
    rest = row_rest(z, at, k, maximum, z, at, False)
    return log1p_nonnegative(rest) - label_gap(z, at, label, maximum)


@part
def label_row(z: Any, out: Any, at: int, k: int, label: int, upstream: float, tiny: float) -> float:
    """-log p of the label, and upstream times its gradient in `out`."""
    maximum = row_maximum(z, at, k)
    gap = label_gap(z, at, label, maximum)
    rest = row_rest(z, at, k, maximum, out, at, True)
    label_gradient(out, at, out, at, k, label, rest, upstream, tiny)
    return log1p_nonnegative(rest) - gap


@part
def label_gradient(
    e: Any,
    e_at: int,
    out: Any,
    at: int,
    k: int,
    label: int,
    rest: float,
    upstream: float,
    tiny: float,
) -> None:
    """Exponentials of a row to upstream times the gradient of its loss."""
    total = 1.0 + rest
    factor = upstream / total
    floor = out.dtype.type(abs(tiny / factor))
    others = rest + (1.0 - np.float64(e[e_at + label]))
    scale_row(e, e_at, out, at, k, out.dtype.type(factor), floor)
    out[at + label] = 0.0 - upstream * (others / total)
    if upstream == 0.0:
        out[at : at + k] = 0


@kernel
def softmax_rows(z: Any, out: Any, k: int, start: int, stop: int, tiny: float, buffer: Any) -> None:
    """Probabilities of rows; `buffer` is scratch for BUFFER numbers."""
    prefer_wide_registers()
    if k > BUFFER:
        for row in range(start, stop):
            softmax_row(z, out, row * k, k, tiny)
        return
    maximum = row_maximum(z, start * k, k)
    for row in range(start, stop):
        rest = row_rest(z, row * k, k, maximum, buffer, 0, True)
        maximum = row_maximum(z, min(row + 1, stop - 1) * k, k)
        scale_to_one(buffer, 0, out, row * k, k, 1.0 + rest, tiny)


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
    if k > BUFFER:
        for last in range(row, stop):
            log_softmax_row(z, out, last * k, k)
        return
    maximum = row_maximum(z, min(row, stop - 1) * k, k)
    for last in range(row, stop):
        at, current = last * k, maximum
        rest = row_rest(z, at, k, current, z, at, False)
        maximum = row_maximum(z, min(last + 1, stop - 1) * k, k)
        subtract_row(z, out, at, k, current, z.dtype.type(log1p_nonnegative(rest)))


@kernel
def logsumexp_rows(z: Any, values: Any, k: int, start: int, stop: int) -> None:
    """Log-sum-exp of rows, in float64."""
    prefer_wide_registers()
    if k > BUFFER:
        for row in range(start, stop):
            values[row] = logsumexp_row(z, row * k, k, row_maximum(z, row * k, k))
        return
    following = row_maximum(z, start * k, k)
    for row in range(start, stop):
        maximum = following
        following = row_maximum(z, min(row + 1, stop - 1) * k, k)
        values[row] = logsumexp_row(z, row * k, k, maximum)


@kernel
def label_value_rows(z: Any, labels: Any, values: Any, k: int, start: int, stop: int) -> None:
    """-log p of the labels in float64."""
    prefer_wide_registers()
    if k > BUFFER:
        for row in range(start, stop):
            maximum = row_maximum(z, row * k, k)
            values[row] = label_value_row(z, row * k, k, labels[row], maximum)
        return
    following = row_maximum(z, start * k, k)
    for row in range(start, stop):
        maximum = following
        following = row_maximum(z, min(row + 1, stop - 1) * k, k)
        values[row] = label_value_row(z, row * k, k, labels[row], maximum)


@kernel
def label_rows(
    z: Any,
    labels: Any,
    upstream: Any,
    values: Any,
    out: Any,
    k: int,
    start: int,
    stop: int,
    tiny: float,
    buffer: Any,
) -> None:
    """-log p of the labels in float64, and upstream times the gradients."""
    prefer_wide_registers()
    if k > BUFFER:
        for row in range(start, stop):
            values[row] = label_row(z, out, row * k, k, labels[row], upstream[row], tiny)
        return
    following = row_maximum(z, start * k, k)
    for row in range(start, stop):
        at, label, maximum = row * k, labels[row], following
        gap = label_gap(z, at, label, maximum)
        rest = row_rest(z, at, k, maximum, buffer, 0, True)
        following = row_maximum(z, min(row + 1, stop - 1) * k, k)
        values[row] = log1p_nonnegative(rest) - gap
        label_gradient(buffer, 0, out, at, k, label, rest, upstream[row], tiny)
