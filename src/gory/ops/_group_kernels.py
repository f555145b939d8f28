"""Kernels for rows of middle length: sixteen rows after one another, their sums side by side.

A row of a hundred entries spends as much time in what happens once per row (sums across lanes,
quotients, a logarithm, each waiting for the one before) as in its exponentials. Here sixteen
rows are computed after one another, and what happens once per row is done for the sixteen in the
lanes of one vector. While the exponentials of a row are computed, the maximum of the row sixteen
further on is found and the row sixteen before is finished, so that one sweep does the work of
three. Sums follow the order laid down in `_rows`, so that the bits are those of the other kernels.

`e` is scratch for sixteen rows, each starting at a multiple of sixteen; `group` for 1024
numbers of the dtype of z, `wide` for 256 of float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lane_columns import (
    largest_across,
    prefetch_read,
    store_half_sums,
    sum_across,
    sums_of_halves,
)
from gory.ops._lane_math import exp_below, rounded_excess, shift_of
from gory.ops._lanes import (
    count_equal,
    fill,
    load,
    load_first,
    store,
    store_first,
    where_equal,
    where_greater,
    widen,
)
from gory.ops._range_sharing import join, next_range, own_share
from gory.ops._row_kernels import (
    finished,
    label_row,
    label_value_row,
    log_softmax_row,
    logsumexp_row,
    scale_probabilities,
    scale_row,
    set_label,
    softmax_row,
    subtract_row,
)
from gory.ops._row_sums import (
    add_terms,
    lane_maxima,
    last_terms,
    row_maximum,
)
from gory.ops._tile_kernels import label_scales, scales_to_one, undefined_rows

# Up to this length sixteen rows and their exponentials stay in the first-level cache. Where the
# exponentials are not kept it pays up to the end of a run.
LONGEST_READ = 1024
LONGEST = 256
# Places in `group`: sixteen vectors of one row each, and one number per row; in `wide` the sums
# of sixteen rows by eight lanes, and one number per row.
ROWS, COUNTS, SHIFTS, MAXIMA, FIRST, SECOND, THIRD = 0, 256, 512, 544, 560, 576, 592
SUMS, OWN = 0, 128


@part
def padded(k: int) -> int:
    """The length of a row of the scratch."""
    return (k + 15) // 16 * 16


@part
def group_maxima(z: Any, row: int, k: int, group: Any) -> Any:
    """The maxima of sixteen rows."""
    for i in range(16):
        store(group, ROWS + i * 16, lane_maxima(z, (row + i) * k, k))
    return largest_across(group, ROWS)


@part
def first_maxima(z: Any, start: int, stop: int, k: int, group: Any) -> Any:
    """The maxima of the first sixteen rows, if there are so many."""
    if start + 16 <= stop:
        return group_maxima(z, start, k, group)
    return fill(z.dtype.type(0))


@part
def following(row: int, stop: int) -> int:
    """Where the next sixteen rows start.

    At the end there are none; then it is those before the last row once more.
    """
    return min(row + 16, stop - 16)


@part
def begin_group(m: Any, group: Any) -> None:
    """Maxima, and what exponentials need to know about them, one number per row."""
    shift = shift_of(m)
    store(group, SHIFTS, shift[0])
    store(group, SHIFTS + 16, shift[1])
    store(group, MAXIMA, m)


@part
def group_row(
    z: Any,
    row: int,
    i: int,
    k: int,
    stop: int,
    e: Any,
    group: Any,
    wide: Any,
    keep: bool,
    out: Any,
    done: int,
) -> None:
    """Exponentials of row i of sixteen, whose sum and number are left in `wide` and `group`.

    Meanwhile the maxima of that row of the following sixteen are found, and that of the sixteen
    before is finished (if `done` is not negative): the three have little to do with each other.
    """
    none, at, e_at = fill(z.dtype.type(0)), (row + i) * k, i * padded(k)
    ahead, to = (following(row, stop) + i) * k, (done + i) * k
    own = fill(group[SHIFTS + i]), fill(group[SHIFTS + 16 + i])
    m, low = fill(group[MAXIMA + i]), fill(z[ahead])
    source, place = (e, e_at) if keep else (z, to)
    first, second, third = group[FIRST + i], group[SECOND + i], group[THIRD + i]
    a = b = c = d = below = none
    highest, j = low, 0
    while j + 16 <= k:
        prefetch_read(z, ahead + 16 * k + j)
        if out is not None and done >= 0:
            x = load(source, place + j)
            store(out, to + j, finished(x, keep, first, second, third))
        x = load(z, ahead + j)
        highest = where_greater(highest, x, highest, x)
        e_sum, below = add_terms(z, at, j, m, own, e, e_at, keep, a, below)
        a, b, c, d = b, c, d, e_sum
        j += 16
    if j < k:
        if out is not None and done >= 0:
            x = load_first(source, place + j, k - j, 0.0)
            store_first(out, to + j, k - j, finished(x, keep, first, second, third))
        x = load_first(z, ahead + j, k - j, z[ahead])
        highest = where_greater(highest, x, highest, x)
        last, below = last_terms(z, at, j, k, m, own, e, e_at, keep, below)
        a, b, c, d = b, c, d, a + last
    # The quarters have changed places with every vector.
    added = (a + b) + (c + d) if padded(k) // 16 % 2 == 0 else (a + d) + (b + c)
    store_half_sums(wide, SUMS + i * 8, added)
    store(group, COUNTS + i * 16, below)
    store(group, ROWS + i * 16, highest)


@part
def group_rest(k: int, m: Any, group: Any, wide: Any) -> Any:
    """Sums of exponentials without one maximal term, and tops, of sixteen rows."""
    below, top = sum_across(group, COUNTS), exp_below(m, shift_of(m))
    rest = sums_of_halves(wide, SUMS) / widen(top) + ((k - widen(below)) - 1.0)
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
        row, done, m = start, -1, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            begin_group(m, group)
            for i in range(16):
                group_row(z, row, i, k, stop, e, group, wide, True, out, done)
            rest, top = group_rest(k, m, group, wide)
            scale, floor, peak = scales_to_one(z, 1.0 + rest, top, tiny)
            store(group, FIRST, scale)
            store(group, SECOND, floor)
            store(group, THIRD, peak)
            m = largest_across(group, ROWS)
            done, row = row, row + 16
        if done >= 0:
            for i in range(16):
                scale, floor, peak = group[FIRST + i], group[SECOND + i], group[THIRD + i]
                scale_probabilities(e, i * padded(k), out, (done + i) * k, k, scale, floor, peak)
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
        row, done, m = start, -1, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            begin_group(m, group)
            for i in range(16):
                group_row(z, row, i, k, stop, e, group, wide, False, out, done)
            rest, _ = group_rest(k, m, group, wide)
            store(group, FIRST, m)
            store(group, SECOND, rounded_excess(z, rest))
            m = largest_across(group, ROWS)
            done, row = row, row + 16
        if done >= 0:
            for i in range(16):
                subtract_row(z, out, (done + i) * k, k, group[FIRST + i], group[SECOND + i])
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
            begin_group(m, group)
            for i in range(16):
                group_row(z, row, i, k, stop, e, group, wide, False, None, -1)
            rest, _ = group_rest(k, m, group, wide)
            lse = widen(m) + log1p_nonnegative(rest)
            store(values, row, lse)
            if count_equal(lse, lse) < 16:
                undefined_rows(z, values, k, row)
            m = largest_across(group, ROWS)
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
            begin_group(m, group)
            for i in range(16):
                group_row(z, row, i, k, stop, e, group, wide, False, None, -1)
            rest, _ = group_rest(k, m, group, wide)
            store(values, row, log1p_nonnegative(rest) - gap)
            m = largest_across(group, ROWS)
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
        row, done, m = start, -1, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            gap = group_gaps(z, labels, row, k, m, values)
            begin_group(m, group)
            for i in range(16):
                group_row(z, row, i, k, stop, e, group, wide, True, out, done)
                if done >= 0:
                    at, own = (done + i) * k, wide[OWN + i]
                    set_label(out, at, k, labels[done + i], own, upstream[done + i])
            rest, top = group_rest(k, m, group, wide)
            store(values, row, log1p_nonnegative(rest) - gap)
            for i in range(16):
                wide[OWN + i] = np.float64(e[i * padded(k) + labels[row + i]])
            own = label_scales(z, upstream, row, rest, top, tiny, load(wide, OWN))
            store(group, FIRST, own[0])
            store(group, SECOND, own[1])
            store(group, THIRD, fill(z.dtype.type(np.inf)))
            store(wide, OWN, own[2])
            m = largest_across(group, ROWS)
            done, row = row, row + 16
        if done >= 0:
            for i in range(16):
                at, own = (done + i) * k, wide[OWN + i]
                scale_row(e, i * padded(k), out, at, k, group[FIRST + i], group[SECOND + i])
                set_label(out, at, k, labels[done + i], own, upstream[done + i])
        for last in range(row, stop):
            label, factor = labels[last], upstream[last]
            values[last] = label_row(z, out, last * k, k, label, factor, tiny, e)
        start, stop = next_range(ranges, joined)
