"""Kernels for rows of middle length: sixteen rows after one another, their sums side by side.

A row of a hundred entries spends as much time in what happens once per row (sums across lanes,
quotients, a logarithm, each waiting for the one before) as in its exponentials. Here sixteen
rows are computed after one another, and what happens once per row is done for the sixteen in the
lanes of one vector. The bits are those of the other kernels.

`_group_rows` has the sixteen rows and says what the scratch is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._group_rows import (
    FIRST,
    OWN,
    ROWS,
    SECOND,
    THIRD,
    begin_group,
    first_maxima,
    group_rest,
    group_rows,
    padded,
)
from gory.ops._lane_columns import largest_across
from gory.ops._lane_math import rounded_excess
from gory.ops._lanes import count_equal, fill, load, store, widen
from gory.ops._range_sharing import join, next_range, own_shares
from gory.ops._row_kernels import (
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
from gory.ops._row_sums import row_maximum
from gory.ops._tile_kernels import label_scales, scales_to_one, undefined_rows

# Up to this length it pays: longest where nothing is written, shorter where the exponentials of
# sixteen rows have to stay in the first-level cache.
LONGEST_READ, LONGEST_WRITTEN, LONGEST_LABELLED, LONGEST_KEPT = 1024, 512, 256, 192


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
    e, group, wide = own_shares(e, group, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, done, m = start, -1, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            begin_group(m, group)
            group_rows(z, row, k, stop, e, group, wide, True, out, done)
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
    e, group, wide = own_shares(e, group, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, done, m = start, -1, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            begin_group(m, group)
            group_rows(z, row, k, stop, e, group, wide, False, out, done)
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
    e, group, wide = own_shares(e, group, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, m = start, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            begin_group(m, group)
            group_rows(z, row, k, stop, e, group, wide, False, None, -1)
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
    e, group, wide = own_shares(e, group, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, m = start, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            gap = group_gaps(z, labels, row, k, m, values)
            begin_group(m, group)
            group_rows(z, row, k, stop, e, group, wide, False, None, -1)
            rest, _ = group_rest(k, m, group, wide)
            store(values, row, log1p_nonnegative(rest) - gap)
            m = largest_across(group, ROWS)
            row += 16
        for last in range(row, stop):
            maximum = row_maximum(z, last * k, k)
            values[last] = label_value_row(z, last * k, k, labels[last], maximum)
        start, stop = next_range(ranges, joined)


@part
def set_labels(labels: Any, upstream: Any, out: Any, k: int, row: int, wide: Any) -> None:
    """The gradients of the labels of sixteen rows in their places."""
    for i in range(16):
        set_label(out, (row + i) * k, k, labels[row + i], wide[OWN + i], upstream[row + i])


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
    e, group, wide = own_shares(e, group, wide, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        row, done, m = start, -1, first_maxima(z, start, stop, k, group)
        while row + 16 <= stop:
            gap = group_gaps(z, labels, row, k, m, values)
            begin_group(m, group)
            group_rows(z, row, k, stop, e, group, wide, True, out, done)
            if done >= 0:
                set_labels(labels, upstream, out, k, done, wide)
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
                factor, floor = group[FIRST + i], group[SECOND + i]
                scale_row(e, i * padded(k), out, (done + i) * k, k, factor, floor)
            set_labels(labels, upstream, out, k, done, wide)
        for last in range(row, stop):
            label, factor = labels[last], upstream[last]
            values[last] = label_row(z, out, last * k, k, label, factor, tiny, e)
        start, stop = next_range(ranges, joined)
