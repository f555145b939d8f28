"""Kernels for long rows: three of them are on their way at once.

The exponentials of a row cost arithmetic and hardly any traffic; its maximum, taken when it is
first read, and its results, written at the end, cost traffic and hardly any arithmetic. So they
are done together: with every run of exponentials of one row goes a run of the maximum of the
next row and a run of the results of the row before. The bits are those of the other kernels.

Results of large arrays go to memory past the cache, which would have to read them first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lane_columns import prefetch_read, prefetch_write
from gory.ops._lane_math import shift_of
from gory.ops._lanes import (
    fill,
    largest,
    load,
    load_first,
    store,
    store_past_cache,
    where_greater,
    widen,
    written_past_cache,
)
from gory.ops._range_sharing import join, next_range, own_share
from gory.ops._row_kernels import (
    finished,
    label_gap,
    logsumexp_of,
    row_excess,
    row_label_scales,
    row_scales,
    set_label,
)
from gory.ops._row_results import write_head, write_rest, write_row
from gory.ops._row_sums import (
    add_terms,
    fold,
    lane_maxima,
    last_terms,
    rest_of,
    row_maximum,
    run_terms,
)

# Entries of a run: what `_rows` adds up in the dtype of the logits.
RUN = 1024
# So far ahead the entries of a row are asked for that is in the second cache already.
NEAR = 512


@part
def woven_run(
    z: Any,
    at: int,
    i: int,
    k: int,
    m: Any,
    shift: Any,
    e: Any,
    keep: bool,
    below: int,
    following: int,
    highest: Any,
    source: Any,
    source_at: int,
    out: Any,
    done: int,
    head: int,
    first: Any,
    second: Any,
    third: Any,
    past: bool,
) -> Any:
    """A run of a row, with a run of the next row's maximum and of finished results.

    They alternate vector by vector, so that the memory is never waited for and never idle.
    Results run ahead by the `head`; where exponentials take their places, they have been read.
    """
    end = min(i + RUN, k)
    results, last = min(end + head, k), min(end, k - head)
    a = b = c = d = fill(z.dtype.type(0))
    j = i
    while j + 16 <= last:
        prefetch_read(z, following + j + RUN)
        prefetch_read(z, at + j + NEAR)
        prefetch_read(source, source_at + j + NEAR)
        x = finished(load(source, source_at + head + j), keep, first, second, third)
        if past:
            store_past_cache(out, done + head + j, x)
        else:
            prefetch_write(out, done + j + RUN)
            store(out, done + j, x)
        x = load(z, following + j)
        highest = where_greater(highest, x, highest, x)
        added, below = add_terms(z, at, j, m, shift, e, 0, keep, a, below)
        a, b, c, d = b, c, d, added
        j += 16
    write_rest(source, source_at, out, done, head + j, results, keep, first, second, third)
    while j + 16 <= end:
        x = load(z, following + j)
        highest = where_greater(highest, x, highest, x)
        added, below = add_terms(z, at, j, m, shift, e, 0, keep, a, below)
        a, b, c, d = b, c, d, added
        j += 16
    if j < end:
        x = load_first(z, following + j, end - j, z[following])
        highest = where_greater(highest, x, highest, x)
        added, below = last_terms(z, at, j, end, m, shift, e, 0, keep, below)
        a, b, c, d = b, c, d, a + added
    # The quarters have changed places with every vector.
    added = (a + b) + (c + d) if (end - i + 15) // 16 % 2 == 0 else (a + d) + (b + c)
    return added, below, highest


@part
def long_rest(
    z: Any,
    at: int,
    k: int,
    maximum: Any,
    following: int,
    e: Any,
    keep: bool,
    out: Any,
    done: int,
    first: Any,
    second: Any,
    third: Any,
    past: bool,
) -> Any:
    """`row_rest` of a row, and the maximum of the one that starts at `following`.

    Meanwhile the row before, which begins at `done` (if that is not negative), is finished, from
    its exponentials if these are kept, else from its logits. A run of exponentials in `e` makes
    room for one of this row, so that no more than one row of them fills the cache.
    """
    m = fill(maximum)
    shift = shift_of(m, z)
    total = lost = widen(fill(z.dtype.type(0)))
    highest = fill(z[following])
    ahead, head, i, below = following - at, 0, 0, 0
    source, source_at = e if keep else z, 0 if keep else done
    if out is not None and done >= 0:
        head = write_head(source, source_at, out, done, k, keep, first, second, third, past)
    while i < k:
        if out is not None and done >= 0:
            added, below, highest = woven_run(
                z,
                at,
                i,
                k,
                m,
                shift,
                e,
                keep,
                below,
                following,
                highest,
                source,
                source_at,
                out,
                done,
                head,
                first,
                second,
                third,
                past,
            )
        else:
            end = min(i + RUN, k)
            added, below = run_terms(z, at, i, end, m, shift, e, 0, keep, below, ahead, None, 0)
            x = lane_maxima(z, following + i, end - i)
            highest = where_greater(highest, x, highest, x)
        total, lost = fold(total, lost, added)
        i += RUN
    rest, top = rest_of(total + lost, below, k, maximum, m, shift)
    return rest, top, largest(highest)


@kernel
def softmax_long(ranges: Any, z: Any, out: Any, k: int, tiny: float, e: Any, past: bool) -> None:
    """Probabilities of rows; `e` is scratch for a row."""
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        done = -1
        scale = floor = peak = z.dtype.type(0)
        maximum = row_maximum(z, start * k, k)
        for row in range(start, stop):
            at, following = row * k, min(row + 1, stop - 1) * k
            rest, top, maximum = long_rest(
                z,
                at,
                k,
                maximum,
                following,
                e,
                True,
                out,
                done,
                scale,
                floor,
                peak,
                past,
            )
            scale, floor, peak = row_scales(z, 1.0 + rest, top, tiny)
            done = at
        write_row(e, 0, out, done, k, True, scale, floor, peak, past)
        written_past_cache()
        start, stop = next_range(ranges, joined)


@kernel
def log_softmax_long(ranges: Any, z: Any, out: Any, k: int, past: bool) -> None:
    """Logarithms of probabilities of rows."""
    joined = join(ranges)
    start, stop = next_range(ranges, joined)
    while start < stop:
        done, none = -1, z.dtype.type(0)
        before = excess = none
        maximum = row_maximum(z, start * k, k)
        for row in range(start, stop):
            at, following, current = row * k, min(row + 1, stop - 1) * k, maximum
            rest, _, maximum = long_rest(
                z,
                at,
                k,
                current,
                following,
                z,
                False,
                out,
                done,
                before,
                excess,
                none,
                past,
            )
            before, excess = current, row_excess(z, rest)
            done = at
        write_row(z, done, out, done, k, False, before, excess, none, past)
        written_past_cache()
        start, stop = next_range(ranges, joined)


@kernel
def logsumexp_long(
    ranges: Any,
    z: Any,
    values: Any,
    k: int,
) -> None:
    """Log-sum-exp of rows, in float64."""
    joined = join(ranges)
    start, stop = next_range(ranges, joined)
    while start < stop:
        none = z.dtype.type(0)
        maximum = row_maximum(z, start * k, k)
        for row in range(start, stop):
            at, following, current = row * k, min(row + 1, stop - 1) * k, maximum
            rest, _, maximum = long_rest(
                z, at, k, current, following, z, False, None, -1, none, none, none, False
            )
            values[row] = logsumexp_of(z, at, k, current, rest)
        start, stop = next_range(ranges, joined)


@kernel
def label_value_long(
    ranges: Any,
    z: Any,
    labels: Any,
    values: Any,
    k: int,
) -> None:
    """-log p of the labels in float64."""
    joined = join(ranges)
    start, stop = next_range(ranges, joined)
    while start < stop:
        none = z.dtype.type(0)
        maximum = row_maximum(z, start * k, k)
        for row in range(start, stop):
            at, following, current = row * k, min(row + 1, stop - 1) * k, maximum
            rest, _, maximum = long_rest(
                z, at, k, current, following, z, False, None, -1, none, none, none, False
            )
            values[row] = log1p_nonnegative(rest) - label_gap(z, at, labels[row], current)
        start, stop = next_range(ranges, joined)


@kernel
def label_long(
    ranges: Any,
    z: Any,
    labels: Any,
    upstream: Any,
    values: Any,
    out: Any,
    k: int,
    tiny: float,
    e: Any,
    past: bool,
) -> None:
    """-log p of the labels in float64, and upstream times the gradients.

    `e` is scratch for a row; `out` may be `z`, whose rows are not read any more when they
    are written.
    """
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        done, own = -1, 0.0
        factor = floor = z.dtype.type(0)
        unbounded = z.dtype.type(np.inf)
        maximum = row_maximum(z, start * k, k)
        for row in range(start, stop):
            at, following = row * k, min(row + 1, stop - 1) * k
            gap = label_gap(z, at, labels[row], maximum)
            rest, top, maximum = long_rest(
                z,
                at,
                k,
                maximum,
                following,
                e,
                True,
                out,
                done,
                factor,
                floor,
                unbounded,
                past,
            )
            if done >= 0:
                set_label(out, done, k, labels[row - 1], own, upstream[row - 1])
            values[row] = log1p_nonnegative(rest) - gap
            e_label = e[labels[row]]
            factor, floor, own = row_label_scales(z, e_label, rest, top, upstream[row], tiny)
            done = at
        write_row(e, 0, out, done, k, True, factor, floor, unbounded, past)
        set_label(out, done, k, labels[stop - 1], own, upstream[stop - 1])
        written_past_cache()
        start, stop = next_range(ranges, joined)
