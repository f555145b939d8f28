"""Kernels for rows of middle length: sixteen rows after one another, their sums side by side.

A row of a hundred entries spends as much time in what happens once per row (sums across lanes,
quotients, a logarithm, each waiting for the one before) as in its exponentials. Here sixteen
rows take turns with the sweeps, and what happens once per row is done for the sixteen in the
lanes of one vector. Sums follow the order laid down in `_rows`, so that the bits are those of
the other kernels.

`e` is scratch for sixteen rows, each starting at a multiple of sixteen; `group` for 1024
numbers of the dtype of z, `wide` for 256 of float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lane_columns import read_columns
from gory.ops._lane_math import exp_below, rounded_excess, shift_of
from gory.ops._lanes import (
    count_equal,
    fill,
    load,
    store,
    where_equal,
    where_greater,
    widen,
)
from gory.ops._range_sharing import join, next_range, own_share
from gory.ops._row_kernels import (
    label_row,
    label_value_row,
    log_softmax_row,
    logsumexp_row,
    scale_probabilities,
    scale_row,
    softmax_row,
    subtract_row,
)
from gory.ops._row_sums import (
    lane_maxima,
    row_maximum,
    run_terms,
)
from gory.ops._tile_kernels import label_scales, scales_to_one, tree_of_halves, undefined_rows

# Up to this length sixteen rows and their exponentials stay in the first-level cache. Where the
# exponentials are not kept it pays up to the end of a run.
LONGEST_READ = 1024
LONGEST = 256
# Places in `group`: sixteen vectors of one row each, the same by columns, one number per row.
ROWS, COLUMNS, COUNTS = 0, 256, 512
MAXIMA, FIRST, SECOND, THIRD = 768, 784, 800, 816


@part
def padded(k: int) -> int:
    """The length of a row of the scratch."""
    return (k + 15) // 16 * 16


@part
def group_maxima(z: Any, row: int, k: int, group: Any) -> Any:
    """The maxima of sixteen rows, which are left in the group."""
    for i in range(16):
        store(group, ROWS + i * 16, lane_maxima(z, (row + i) * k, k))
    read_columns(group, ROWS, 16, 16, group, COLUMNS)
    m = load(group, COLUMNS)
    for lane in range(1, 16):
        x = load(group, COLUMNS + lane * 16)
        m = where_greater(m, x, m, x)
    store(group, MAXIMA, m)
    return m


@part
def first_maxima(z: Any, start: int, stop: int, k: int, group: Any) -> Any:
    """The maxima of the first sixteen rows, if there are so many."""
    if start + 16 <= stop:
        return group_maxima(z, start, k, group)
    return fill(z.dtype.type(0))


@part
def following(row: int, stop: int) -> int:
    """Where the next sixteen rows start.

    Their maxima are taken while the sums of these, each waiting for the one before, are made
    into what is needed per row.
    """
    return min(row + 16, stop - 16)


@part
def group_rest(
    z: Any, row: int, k: int, m: Any, e: Any, group: Any, wide: Any, keep: bool, out: Any
) -> Any:
    """Sums of exponentials without one maximal term, and tops; the terms go to `e` if kept."""
    shift, none = shift_of(m), fill(z.dtype.type(0))
    store(group, FIRST, shift[0])
    store(group, SECOND, shift[1])
    ahead, below, counts = 16 * k, none, none
    for i in range(16):
        own = fill(group[FIRST + i]), fill(group[SECOND + i])
        maximum, at, e_at = fill(group[MAXIMA + i]), (row + i) * k, i * padded(k)
        added, counts = run_terms(z, at, 0, k, maximum, own, e, e_at, keep, none, ahead, out, at)
        store(group, ROWS + i * 16, added)
        store(group, COUNTS + i * 16, counts)
    read_columns(group, COUNTS, 16, 16, group, COLUMNS)
    for lane in range(16):
        below = below + load(group, COLUMNS + lane * 16)
    read_columns(group, ROWS, 16, 16, group, COLUMNS)
    for lane in range(16):
        store(wide, lane * 16, widen(load(group, COLUMNS + lane * 16)))
    top = exp_below(m, shift)
    rest = tree_of_halves(wide, 16) / widen(top) + ((k - widen(below)) - 1.0)
    # inf - inf and NaN are not 0: such rows have no softmax.
    finite = widen(m) - widen(m)
    return where_equal(finite, 0.0, rest, np.nan), top


@kernel
def softmax_groups(
    ranges: Any,
    z: Any,
    out: Any,
    k: int,
    tiny: float,
    e: Any,
    group: Any,
    wide: Any,
) -> None:
    """Probabilities of rows."""
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    group = own_share(group, ranges, joined)
    wide = own_share(wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, m = start, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            rest, top = group_rest(z, row, k, m, e, group, wide, True, out)
            scale, floor, peak = scales_to_one(z, 1.0 + rest, top, tiny)
            store(group, FIRST, scale)
            store(group, SECOND, floor)
            store(group, THIRD, peak)
            m = group_maxima(z, following(row, stop), k, group)
            for i in range(16):
                scale, floor, peak = group[FIRST + i], group[SECOND + i], group[THIRD + i]
                scale_probabilities(e, i * padded(k), out, (row + i) * k, k, scale, floor, peak)
            row += 16
        for last in range(row, stop):
            softmax_row(z, out, last * k, k, tiny, e)
        start, stop = next_range(ranges, joined)


@kernel
def log_softmax_groups(
    ranges: Any, z: Any, out: Any, k: int, e: Any, group: Any, wide: Any
) -> None:
    """Logarithms of probabilities of rows."""
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    group = own_share(group, ranges, joined)
    wide = own_share(wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, m = start, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            rest, _ = group_rest(z, row, k, m, e, group, wide, False, out)
            store(group, FIRST, rounded_excess(z, rest))
            store(group, SECOND, m)
            m = group_maxima(z, following(row, stop), k, group)
            for i in range(16):
                subtract_row(z, out, (row + i) * k, k, group[SECOND + i], group[FIRST + i])
            row += 16
        for last in range(row, stop):
            log_softmax_row(z, out, last * k, k)
        start, stop = next_range(ranges, joined)


@kernel
def logsumexp_groups(
    ranges: Any, z: Any, values: Any, k: int, e: Any, group: Any, wide: Any
) -> None:
    """Log-sum-exp of rows, in float64."""
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    group = own_share(group, ranges, joined)
    wide = own_share(wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, m = start, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            rest, _ = group_rest(z, row, k, m, e, group, wide, False, None)
            lse = widen(m) + log1p_nonnegative(rest)
            store(values, row, lse)
            if count_equal(lse, lse) < 16:
                undefined_rows(z, values, k, row)
            m = group_maxima(z, following(row, stop), k, group)
            row += 16
        for last in range(row, stop):
            values[last] = logsumexp_row(z, last * k, k, row_maximum(z, last * k, k))
        start, stop = next_range(ranges, joined)


@part
def group_gaps(z: Any, labels: Any, row: int, k: int, m: Any, values: Any) -> Any:
    """How far the logits of the labels lie above the maxima; `values` of the rows is scratch."""
    for i in range(row, row + 16):
        values[i] = np.float64(z[i * k + labels[i]])
    return load(values, row) - widen(m)


@kernel
def label_value_groups(
    ranges: Any,
    z: Any,
    labels: Any,
    values: Any,
    k: int,
    e: Any,
    group: Any,
    wide: Any,
) -> None:
    """-log p of the labels in float64."""
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    group = own_share(group, ranges, joined)
    wide = own_share(wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, m = start, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            gap = group_gaps(z, labels, row, k, m, values)
            rest, _ = group_rest(z, row, k, m, e, group, wide, False, None)
            store(values, row, log1p_nonnegative(rest) - gap)
            m = group_maxima(z, following(row, stop), k, group)
            row += 16
        for last in range(row, stop):
            maximum = row_maximum(z, last * k, k)
            values[last] = label_value_row(z, last * k, k, labels[last], maximum)
        start, stop = next_range(ranges, joined)


@kernel
def label_groups(
    ranges: Any,
    z: Any,
    labels: Any,
    upstream: Any,
    values: Any,
    out: Any,
    k: int,
    tiny: float,
    e: Any,
    group: Any,
    wide: Any,
) -> None:
    """-log p of the labels in float64, and upstream times the gradients."""
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    group = own_share(group, ranges, joined)
    wide = own_share(wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, m = start, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            gap = group_gaps(z, labels, row, k, m, values)
            rest, top = group_rest(z, row, k, m, e, group, wide, True, out)
            store(values, row, log1p_nonnegative(rest) - gap)
            for i in range(16):
                wide[i] = np.float64(e[i * padded(k) + labels[row + i]])
            own = label_scales(z, upstream, row, rest, top, tiny, load(wide, 0))
            store(group, FIRST, own[0])
            store(group, SECOND, own[1])
            store(wide, 0, own[2])
            m = group_maxima(z, following(row, stop), k, group)
            for i in range(16):
                at = (row + i) * k
                scale_row(e, i * padded(k), out, at, k, group[FIRST + i], group[SECOND + i])
                out[at + labels[row + i]] = wide[i]
                if upstream[row + i] == 0.0:
                    out[at : at + k] = 0
            row += 16
        for last in range(row, stop):
            label, factor = labels[last], upstream[last]
            values[last] = label_row(z, out, last * k, k, label, factor, tiny, e)
        start, stop = next_range(ranges, joined)
