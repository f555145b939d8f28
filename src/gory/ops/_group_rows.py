"""Sixteen rows of middle length after one another, and what is known of all of them in the end.

While the exponentials of a row are computed, the maximum of the row sixteen
further on is found and the row sixteen before is finished, so that one sweep does the work of
three. Sums follow the order laid down in `_rows`.

`e` is scratch for sixteen rows, each starting at a multiple of sixteen; `group` for 1024
numbers of the dtype of z, `wide` for 256 of float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import part
from gory.ops._lane_columns import (
    largest_across,
    prefetch_read,
    store_half_sums,
    sums_of_halves,
)
from gory.ops._lane_math import exp_below, shift_of
from gory.ops._lanes import (
    fill,
    load,
    load_first,
    store,
    store_first,
    where_equal,
    where_greater,
    widen,
)
from gory.ops._row_kernels import finished
from gory.ops._row_sums import add_terms, lane_maxima, last_terms

# Places in `group`: sixteen vectors of one row each, and one number per row; in `wide` the sums
# of sixteen rows by eight lanes, and one number per row.
ROWS, COUNTS, SHIFTS, MAXIMA, FIRST, SECOND, THIRD = 0, 256, 272, 304, 320, 336, 352
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
    shift = shift_of(m, group)
    store(group, SHIFTS, shift[0])
    store(group, SHIFTS + 16, shift[1])
    store(group, MAXIMA, m)


@part
def group_step(
    z: Any,
    at: int,
    ahead: int,
    j: int,
    k: int,
    m: Any,
    shift: Any,
    e: Any,
    e_at: int,
    keep: bool,
    out: Any,
    to: int,
    scales: Any,
    total: Any,
    below: int,
    highest: Any,
) -> Any:
    """Entries j to j + 16 of the three rows that `group_row` works on."""
    prefetch_read(z, ahead + 16 * k + j)
    if out is not None:
        x = load(e, e_at + j) if keep else load(z, to + j)
        store(out, to + j, finished(x, keep, scales[0], scales[1], scales[2]))
    x = load(z, ahead + j)
    total, below = add_terms(z, at, j, m, shift, e, e_at, keep, total, below)
    return total, below, where_greater(highest, x, highest, x)


@part
def group_tail(
    z: Any,
    at: int,
    ahead: int,
    j: int,
    k: int,
    m: Any,
    shift: Any,
    e: Any,
    e_at: int,
    keep: bool,
    out: Any,
    to: int,
    scales: Any,
    total: Any,
    below: int,
    highest: Any,
) -> Any:
    """The same for what is left of the rows from entry j on."""
    if out is not None:
        x = load(e, e_at + j) if keep else load_first(z, to + j, k - j, 0.0)
        store_first(out, to + j, k - j, finished(x, keep, scales[0], scales[1], scales[2]))
    x = load_first(z, ahead + j, k - j, z[ahead])
    last, below = last_terms(z, at, j, k, m, shift, e, e_at, keep, below)
    return total + last, below, where_greater(highest, x, highest, x)


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

    Meanwhile the maxima of that row of the following sixteen are found, and, if there is an `out`,
    that of the sixteen from `done` on is finished: the three have little to do with each other.
    """
    none, at, e_at = fill(z.dtype.type(0)), (row + i) * k, i * padded(k)
    ahead, to = (following(row, stop) + i) * k, (done + i) * k
    shift = fill(group[SHIFTS + i]), fill(group[SHIFTS + 16 + i])
    m, highest = fill(group[MAXIMA + i]), fill(z[ahead])
    scales = fill(group[FIRST + i]), fill(group[SECOND + i]), fill(group[THIRD + i])
    common = z, at, ahead
    row_of = k, m, shift, e, e_at, keep, out, to, scales
    a = b = c = d = none
    j = below = 0
    while j + 32 <= k:
        p, below, highest = group_step(*common, j, *row_of, a, below, highest)
        q, below, highest = group_step(*common, j + 16, *row_of, b, below, highest)
        a, b, c, d = c, d, p, q
        j += 32
    if j + 16 <= k:
        p, below, highest = group_step(*common, j, *row_of, a, below, highest)
        a, b, c, d = b, c, d, p
        j += 16
    if j < k:
        p, below, highest = group_tail(*common, j, *row_of, a, below, highest)
        a, b, c, d = b, c, d, p
    # The quarters have changed places with every vector.
    added = (a + b) + (c + d) if padded(k) // 16 % 2 == 0 else (a + d) + (b + c)
    store_half_sums(wide, SUMS + i * 8, added)
    group[COUNTS + i] = below
    store(group, ROWS + i * 16, highest)


@part
def group_rows(
    z: Any,
    row: int,
    k: int,
    stop: int,
    e: Any,
    group: Any,
    wide: Any,
    keep: bool,
    out: Any,
    done: int,
) -> None:
    """Sixteen rows; the first of all have none before them."""
    if out is not None and done >= 0:
        for i in range(16):
            group_row(z, row, i, k, stop, e, group, wide, keep, out, done)
    else:
        for i in range(16):
            group_row(z, row, i, k, stop, e, group, wide, keep, None, done)


@part
def group_rest(k: int, m: Any, group: Any, wide: Any) -> Any:
    """Sums of exponentials without one maximal term, and tops, of sixteen rows."""
    below, top = load(group, COUNTS), exp_below(m, shift_of(m, group))
    rest = sums_of_halves(wide, SUMS) / widen(top) + ((k - widen(below)) - 1.0)
    # inf - inf and NaN are not 0: such rows have no softmax.
    finite = widen(m) - widen(m)
    return where_equal(finite, 0.0, rest, np.nan), top
