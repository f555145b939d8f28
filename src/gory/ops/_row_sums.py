"""Maximum and sum of exponentials of a row, the parts that kernels for rows share.

Sums follow the order laid down in `_rows`, whose functions are the oracle: both give the same
bits. All arrays are flat. While exponentials are computed, which is all arithmetic, the memory
that is needed next is fetched.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import (
    part,
)
from gory.ops._lane_columns import (
    prefetch_read,
    prefetch_write,
)
from gory.ops._lane_math import (
    exp_below,
    shift_of,
)
from gory.ops._lanes import (
    count_unequal,
    fill,
    first_lane,
    halves_sum,
    largest,
    load,
    load_first,
    store,
    where_greater,
    where_unequal,
    widen,
)


@part
def lane_maxima(z: Any, at: int, k: int) -> Any:
    """Maxima of sixteen parts of z[at : at + k]; NaN may be passed over."""
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
    while i + 16 <= k:
        x = load(z, at + i)
        a = where_greater(a, x, a, x)
        i += 16
    if i < k:
        x = load_first(z, at + i, k - i, first)
        b = where_greater(b, x, b, x)
    a = where_greater(a, b, a, b)
    c = where_greater(c, d, c, d)
    return where_greater(a, c, a, c)


@part
def row_maximum(z: Any, at: int, k: int) -> Any:
    """Largest of z[at : at + k]; NaN may be passed over, its exponential will show it."""
    return largest(lane_maxima(z, at, k))


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
    below: int,
) -> Any:
    """Sum and number of exponentials below the maximum, with the next sixteen entries."""
    x = load(z, at + i)
    y = exp_below(x, shift)
    if keep:
        store(e, e_at + i, y)
    return where_unequal(x, m, total + y, total), below + count_unequal(x, m)


@part
def last_terms(
    z: Any, at: int, i: int, end: int, m: Any, shift: Any, e: Any, e_at: int, keep: bool, below: int
) -> Any:
    """Exponentials below the maximum in what is left of a row, and their number with the others'.

    Lanes beyond the end count as maxima, whose exponentials are left out.
    """
    x = load_first(z, at + i, end - i, first_lane(m))
    y = exp_below(x, shift)
    if keep:
        store(e, e_at + i, y)
    return where_unequal(x, m, y, 0.0), below + count_unequal(x, m)


@part
def prefetch_lines(z: Any, z_at: int, out: Any, out_at: int) -> None:
    """Ask for 64 entries that will be read, and for those that will be written if any will."""
    for i in range(0, 64, 16):
        prefetch_read(z, z_at + i)
    if out is not None:
        for i in range(0, 64, 16):
            prefetch_write(out, out_at + i)


@part
def run_terms(
    z: Any,
    at: int,
    i: int,
    end: int,
    m: Any,
    shift: Any,
    e: Any,
    e_at: int,
    keep: bool,
    below: int,
    ahead: int,
    out: Any,
    out_at: int,
) -> Any:
    """Sums of one run in sixteen lanes, and how many entries lie below the maximum.

    What will be read next, `ahead` of these entries, and written next is fetched meanwhile.
    """
    a = b = c = d = fill(z.dtype.type(0))
    while i + 64 <= end:
        prefetch_lines(z, at + i + ahead, out, out_at + i)
        a, below = add_terms(z, at, i, m, shift, e, e_at, keep, a, below)
        b, below = add_terms(z, at, i + 16, m, shift, e, e_at, keep, b, below)
        c, below = add_terms(z, at, i + 32, m, shift, e, e_at, keep, c, below)
        d, below = add_terms(z, at, i + 48, m, shift, e, e_at, keep, d, below)
        i += 64
    if i < end:
        prefetch_lines(z, at + i + ahead, out, out_at + i)
    whole = (end - i) // 16
    if whole > 0:
        a, below = add_terms(z, at, i, m, shift, e, e_at, keep, a, below)
    if whole > 1:
        b, below = add_terms(z, at, i + 16, m, shift, e, e_at, keep, b, below)
    if whole > 2:
        c, below = add_terms(z, at, i + 32, m, shift, e, e_at, keep, c, below)
    i += 16 * whole
    last = fill(z.dtype.type(0))
    if i < end:
        last, below = last_terms(z, at, i, end, m, shift, e, e_at, keep, below)
    return quarters(whole, last, a, b, c, d), below


@part
def quarters(place: int, last: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """Sum of four, the last terms having been added to the one whose turn it is."""
    if place == 0:
        a = a + last
    elif place == 1:
        b = b + last
    elif place == 2:
        c = c + last
    else:
        d = d + last
    return (a + b) + (c + d)


@part
def row_rest(
    z: Any,
    at: int,
    k: int,
    maximum: Any,
    e: Any,
    e_at: int,
    keep: bool,
    ahead: int,
    out: Any,
    results: Any,
) -> Any:
    """Sum of exp(z - maximum) without one maximal term, and the `top` (see `exp_below`).

    The terms, times the top, go to `e` if kept, where there must be room up to a multiple of
    sixteen. The sum is NaN if the row has no softmax.
    """
    m = fill(maximum)
    shift = shift_of(m, results)
    total = lost = widen(fill(z.dtype.type(0)))
    i = below = 0
    while i < k:
        end = min(i + 1024, k)
        added, below = run_terms(z, at, i, end, m, shift, e, e_at, keep, below, ahead, out, at)
        total, lost = fold(total, lost, added)
        i = end
    return rest_of(total + lost, below, k, maximum, m, shift)


@part
def fold(total: Any, lost: Any, added: Any) -> Any:
    """Totals with the sums of a run, and what was lost by rounding so far."""
    added = widen(added)
    result = total + added
    portion = result - total
    return result, lost + ((total - (result - portion)) + (added - portion))


@part
def rest_of(total: Any, below: int, k: int, maximum: Any, m: Any, shift: Any) -> Any:
    """What `row_rest` gives, from the lanes of the row."""
    top = first_lane(exp_below(m, shift))
    if not np.isfinite(maximum):
        return np.nan, top
    return halves_sum(total) / top + (k - below - 1.0), top
