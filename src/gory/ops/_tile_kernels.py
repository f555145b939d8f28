"""Kernels for short rows: sixteen rows side by side, one in each lane.

A short row spends its time in sums across lanes and in waiting for them. Sixteen rows are
therefore transposed in registers, so that a column of the tile is one vector and every sum
runs over vectors. Sums follow the order laid down in `_rows` (element c belongs to lane
c mod 64 of the row), so that the bits are those of the other kernels.

`scratch` holds 16 columns of the dtype of z per class, `sums` 64 vectors of it, `wide` 16
vectors of float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._elementary import NEXT_FLOAT32, log1p_nonnegative
from gory.ops._lane_columns import (
    SHORTEST,
    prefetch_read,
    prefetch_write,
    read_columns,
    read_short_rows,
    write_columns,
    write_short_rows,
)
from gory.ops._lane_math import exp_below, narrow_to, rounded_excess, shift_of
from gory.ops._lanes import (
    count_equal,
    fill,
    load,
    store,
    where_equal,
    where_greater,
    where_less,
    where_unequal,
    widen,
)
from gory.ops._range_sharing import join, next_range, own_shares
from gory.ops._row_kernels import (
    label_row,
    label_value_row,
    log_softmax_row,
    logsumexp_row,
    probability,
    softmax_row,
)
from gory.ops._row_sums import (
    row_maximum,
)

# The longest row that is worth transposing: beyond it groups of rows are as fast.
LONGEST = 64


@part
def read_tile(z: Any, row: int, k: int, scratch: Any) -> Any:
    """Sixteen rows as columns in the scratch; their maxima."""
    for ahead in range((row + 16) * k, (row + 32) * k, 16):
        prefetch_read(z, ahead)
    if k <= SHORTEST:
        read_short_rows(z, row * k, k, scratch)
    else:
        for c in range(0, k, 16):
            read_columns(z, row * k + c, k, min(16, k - c), scratch, c * 16)
    m = load(scratch, 0)
    for c in range(1, k):
        x = load(scratch, c * 16)
        m = where_greater(m, x, m, x)
    return m


@part
def tile_rest(scratch: Any, k: int, m: Any, sums: Any, wide: Any, keep: bool, results: Any) -> Any:
    """Sums of exponentials without one maximal term; the terms replace the scratch if kept."""
    shift = shift_of(m, results)
    none = fill(scratch.dtype.type(0))
    below = none
    for c in range(k):
        x = load(scratch, c * 16)
        e = exp_below(x, shift)
        below = where_unequal(x, m, below + 1.0, below)
        if keep:
            store(scratch, c * 16, e)
        e = where_unequal(x, m, e, none)
        if c < 64:
            store(sums, c * 16, e)
        else:
            lane = (c % 64) * 16
            store(sums, lane, load(sums, lane) + e)
    total = sum_of_columns(sums, k, wide)
    top = exp_below(m, shift)
    rest = total / widen(top) + ((k - widen(below)) - 1.0)
    # inf - inf and NaN are not 0: such rows have no softmax.
    finite = widen(m) - widen(m)
    return where_equal(finite, 0.0, rest, np.nan), top


@part
def sum_of_columns(sums: Any, k: int, wide: Any) -> Any:
    """Sums of rows of up to 64 terms, which are columns, in the order of `lane_sum`."""
    # Up to four lanes are too few to pass through memory.
    return _short_tree(sums, k) if k <= 4 else _tree(sums, min(k, 64), wide)


@part
def _short_tree(sums: Any, used: int) -> Any:
    """The sum of up to four lanes."""
    even = widen(load(sums, 0))
    if used > 2:
        even = even + widen(load(sums, 32))
    odd = widen(fill(sums.dtype.type(0)))
    if used > 1:
        odd = widen(load(sums, 16))
    if used > 3:
        odd = odd + widen(load(sums, 48))
    return even + odd


@part
def _tree(sums: Any, used: int, wide: Any) -> Any:
    """(q0 + q1) + (q2 + q3) of the four quarters, then halves in float64."""
    lanes = min(used, 16)
    for lane in range(lanes):
        value = load(sums, lane * 16)
        if lane + 16 < used:
            value = value + load(sums, (lane + 16) * 16)
        if lane + 32 < used:
            other = load(sums, (lane + 32) * 16)
            if lane + 48 < used:
                other = other + load(sums, (lane + 48) * 16)
            value = value + other
        store(wide, lane * 16, widen(value))
    return tree_of_halves(wide, lanes)


@part
def tree_of_halves(wide: Any, lanes: int) -> Any:
    """Sum of columns, the first half plus the second half and so on; `wide` is overwritten."""
    half = 8
    while half:
        for lane in range(lanes - half):
            store(wide, lane * 16, load(wide, lane * 16) + load(wide, (lane + half) * 16))
        lanes = min(lanes, half)
        half //= 2
    return load(wide, 0)


@part
def scales_to_one(z: Any, total: Any, top: Any, tiny: float) -> Any:
    """Factor, smallest exponential and largest probability, as `scale_to_one` has for a row."""
    whole = total * widen(top)
    peak, scale = narrow_to(z, 1.0 / total), narrow_to(z, 1.0 / whole)
    following = scale + scale * z.dtype.type(NEXT_FLOAT32)
    return where_less(top * scale, peak, following, scale), narrow_to(z, tiny * whole), peak


@part
def scale_tile(scratch: Any, k: int, scale: Any, floor: Any) -> None:
    """e * scale, 0 where e < floor; both differ from row to row."""
    for c in range(k):
        e = load(scratch, c * 16)
        store(scratch, c * 16, where_less(e, floor, 0.0, e * scale))


@part
def write_tile(scratch: Any, out: Any, row: int, k: int) -> None:
    """The columns back as sixteen rows."""
    for ahead in range((row + 16) * k, (row + 32) * k, 16):
        prefetch_write(out, ahead)
    if k <= SHORTEST:
        write_short_rows(scratch, out, row * k, k)
    else:
        for c in range(0, k, 16):
            write_columns(scratch, c * 16, out, row * k + c, k, min(16, k - c))


@kernel
def softmax_tiles(
    ranges: Any,
    z: Any,
    out: Any,
    k: int,
    tiny: float,
    scratch: Any,
    sums: Any,
    wide: Any,
) -> None:
    """Probabilities of rows."""
    joined = join(ranges)
    scratch, sums, wide = own_shares(scratch, sums, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row = start
        while row + 16 <= stop:
            m = read_tile(z, row, k, scratch)
            rest, top = tile_rest(scratch, k, m, sums, wide, True, z)
            scale, floor, peak = scales_to_one(z, 1.0 + rest, top, tiny)
            for c in range(k):
                store(scratch, c * 16, probability(load(scratch, c * 16), scale, floor, peak))
            write_tile(scratch, out, row, k)
            row += 16
        for last in range(row, stop):
            softmax_row(z, out, last * k, k, tiny, scratch)
        start, stop = next_range(ranges, joined)


@kernel
def log_softmax_tiles(
    ranges: Any, z: Any, out: Any, k: int, scratch: Any, sums: Any, wide: Any
) -> None:
    """Logarithms of probabilities of rows."""
    joined = join(ranges)
    scratch, sums, wide = own_shares(scratch, sums, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row = start
        while row + 16 <= stop:
            m = read_tile(z, row, k, scratch)
            rest, _ = tile_rest(scratch, k, m, sums, wide, False, z)
            excess = rounded_excess(z, rest)
            for c in range(k):
                store(scratch, c * 16, (load(scratch, c * 16) - m) - excess)
            write_tile(scratch, out, row, k)
            row += 16
        for last in range(row, stop):
            log_softmax_row(z, out, last * k, k)
        start, stop = next_range(ranges, joined)


@kernel
def logsumexp_tiles(
    ranges: Any,
    z: Any,
    values: Any,
    k: int,
    scratch: Any,
    sums: Any,
    wide: Any,
) -> None:
    """Log-sum-exp of rows, in float64."""
    joined = join(ranges)
    scratch, sums, wide = own_shares(scratch, sums, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row = start
        while row + 16 <= stop:
            m = read_tile(z, row, k, scratch)
            rest, _ = tile_rest(scratch, k, m, sums, wide, False, z)
            lse = widen(m) + log1p_nonnegative(rest)
            store(values, row, lse)
            if count_equal(lse, lse) < 16:
                undefined_rows(z, values, k, row)
            row += 16
        for last in range(row, stop):
            values[last] = logsumexp_row(z, last * k, k, row_maximum(z, last * k, k))
        start, stop = next_range(ranges, joined)


@kernel
def label_value_tiles(
    ranges: Any,
    z: Any,
    labels: Any,
    values: Any,
    k: int,
    scratch: Any,
    sums: Any,
    wide: Any,
) -> None:
    """-log p of the labels in float64."""
    joined = join(ranges)
    scratch, sums, wide = own_shares(scratch, sums, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row = start
        while row + 16 <= stop:
            m = read_tile(z, row, k, scratch)
            gap = label_gaps(scratch, labels, row, m, values)
            rest, _ = tile_rest(scratch, k, m, sums, wide, False, z)
            store(values, row, log1p_nonnegative(rest) - gap)
            row += 16
        for last in range(row, stop):
            maximum = row_maximum(z, last * k, k)
            values[last] = label_value_row(z, last * k, k, labels[last], maximum)
        start, stop = next_range(ranges, joined)


@part
def undefined_rows(z: Any, values: Any, k: int, row: int) -> None:
    """Once more the rows of sixteen that are NaN; those whose maximum is infinite may not be."""
    for i in range(row, row + 16):
        if np.isnan(values[i]):
            values[i] = logsumexp_row(z, i * k, k, row_maximum(z, i * k, k))


@part
def label_gaps(scratch: Any, labels: Any, row: int, m: Any, values: Any) -> Any:
    """How far the logits of the labels lie above the maxima; `values` of the rows is scratch."""
    for i in range(16):
        values[row + i] = np.float64(scratch[labels[row + i] * 16 + i])
    return load(values, row) - widen(m)


@kernel
def label_tiles(
    ranges: Any,
    z: Any,
    labels: Any,
    upstream: Any,
    values: Any,
    out: Any,
    k: int,
    tiny: float,
    scratch: Any,
    sums: Any,
    wide: Any,
) -> None:
    """-log p of the labels in float64, and upstream times the gradients."""
    joined = join(ranges)
    scratch, sums, wide = own_shares(scratch, sums, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row = start
        while row + 16 <= stop:
            m = read_tile(z, row, k, scratch)
            gap = label_gaps(scratch, labels, row, m, values)
            rest, top = tile_rest(scratch, k, m, sums, wide, True, z)
            store(values, row, log1p_nonnegative(rest) - gap)
            _label_gradients(labels, upstream, out, k, row, tiny, rest, top, scratch, wide)
            row += 16
        for last in range(row, stop):
            label, factor = labels[last], upstream[last]
            values[last] = label_row(z, out, last * k, k, label, factor, tiny, scratch)
        start, stop = next_range(ranges, joined)


@part
def _label_gradients(
    labels: Any,
    upstream: Any,
    out: Any,
    k: int,
    row: int,
    tiny: float,
    rest: Any,
    top: Any,
    scratch: Any,
    wide: Any,
) -> None:
    """Exponentials in the scratch to gradients in `out`."""
    for i in range(16):
        wide[i] = np.float64(scratch[labels[row + i] * 16 + i])
    factor, floor, own = label_scales(out, upstream, row, rest, top, tiny, load(wide, 0))
    store(wide, 0, own)
    scale_tile(scratch, k, factor, floor)
    for i in range(16):
        scratch[labels[row + i] * 16 + i] = wide[i]
    write_tile(scratch, out, row, k)
    for i in range(row, row + 16):
        if upstream[i] == 0.0:
            out[i * k : i * k + k] = 0


@part
def label_scales(
    z: Any, upstream: Any, row: int, rest: Any, top: Any, tiny: float, own: Any
) -> Any:
    """Factor and smallest exponential of each row, and the gradient of its label.

    `own` holds the exponentials of the labels.
    """
    total, top = 1.0 + rest, widen(top)
    factor = load(upstream, row) / (total * top)
    floor = tiny / factor
    floor = where_less(floor, 0.0, 0.0 - floor, floor)
    others = rest + (1.0 - own / top)
    gradient = 0.0 - load(upstream, row) * (others / total)
    return narrow_to(z, factor), narrow_to(z, floor), gradient
