"""Kernels for thinned-out residuals; `_sparse_residual` says what they compute."""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lanes import (
    count_equal,
    fill,
    halves_sum,
    load,
    load_first,
    store,
    store_first,
    where_less,
    widen,
)
from gory.ops._long_kernels import long_rest
from gory.ops._range_sharing import join, next_range, own_share
from gory.ops._row_kernels import label_gap, label_gradient
from gory.ops._row_sums import row_maximum


@part
def magnitude(x: Any) -> Any:
    """abs of every lane."""
    return where_less(x, 0.0, 0.0 - x, x)


@part
def size_below(r: Any, at: int, k: int, cut: Any) -> float:
    """Total size of the entries smaller than `cut`."""
    none = fill(r.dtype.type(0))
    total = other = widen(none)
    i = 0
    while i + 32 <= k:
        x, y = magnitude(load(r, at + i)), magnitude(load(r, at + i + 16))
        total = total + widen(where_less(x, cut, x, 0.0))
        other = other + widen(where_less(y, cut, y, 0.0))
        i += 32
    while i < k:
        x = magnitude(load_first(r, at + i, min(16, k - i), 0.0))
        total = total + widen(where_less(x, cut, x, 0.0))
        i += 16
    return halves_sum(total + other)


@part
def cut_at(r: Any, k: int, step: float, tolerance: float, size: float, tiny: float) -> Any:
    """A threshold in the dtype of the entries."""
    return r.dtype.type(max(step * tolerance / k * size, tiny))


@part
def largest_cut(
    r: Any, at: int, k: int, steps: Any, guess: int, tolerance: float, size: float, tiny: float
) -> Any:
    """The largest threshold below which there is no more than the tolerance, and how much.

    The lower the threshold the less there is below it. The search begins at a guess and moves
    from there, up or down; rows of one layer are alike. The last threshold always serves.
    """
    place, last = guess, len(steps) - 1
    cut = cut_at(r, k, steps[place], tolerance, size, tiny)
    lost = size_below(r, at, k, cut)
    if lost <= tolerance * size:
        while place > 0:
            higher = cut_at(r, k, steps[place - 1], tolerance, size, tiny)
            below = size_below(r, at, k, higher)
            if not below <= tolerance * size:
                break
            place, cut, lost = place - 1, higher, below
        return cut, lost, place
    while place < last and not lost <= tolerance * size:
        place += 1
        cut = cut_at(r, k, steps[place], tolerance, size, tiny)
        lost = size_below(r, at, k, cut)
    return cut, lost, place


@part
def thin_row(
    r: Any,
    at: int,
    k: int,
    row: int,
    size: float,
    tolerance: float,
    begin: float,
    room: int,
    counts: Any,
    columns: Any,
    entries: Any,
    dropped: Any,
    steps: Any,
    guess: int,
    tiny: float,
) -> int:
    """Kept entries of a row that begins at `at`; which threshold to try first for the next one.

    A row with more than `room` of them is marked as dense.
    """
    if begin < 0.0:
        cut, lost, guess = largest_cut(r, at, k, steps, guess, tolerance, size, tiny)
        counts[row] = keep_large(r, at, k, cut, room, columns, entries, row * room)
    else:
        cut, lost = r.dtype.type(max(tolerance * size, tiny)), 0.0
        counts[row] = keep_sample(r, at, k, cut, begin, room, columns, entries, row * room)
    dropped[row] = lost if counts[row] >= 0 else 0.0
    return guess


@kernel
def thin_rows(
    ranges: Any,
    r: Any,
    sizes: Any,
    tolerance: float,
    starts: Any,
    room: int,
    counts: Any,
    columns: Any,
    entries: Any,
    dropped: Any,
    steps: Any,
    tiny: float,
    k: int,
) -> None:
    """Kept entries of the rows of a residual."""
    joined = join(ranges)
    start, stop = next_range(ranges, joined)
    guess = len(steps) // 2
    while start < stop:
        for row in range(start, stop):
            guess = thin_row(
                r,
                row * k,
                k,
                row,
                sizes[row],
                tolerance,
                starts[row],
                room,
                counts,
                columns,
                entries,
                dropped,
                steps,
                guess,
                tiny,
            )
        start, stop = next_range(ranges, joined)


@kernel
def thin_label_rows(
    ranges: Any,
    z: Any,
    labels: Any,
    upstream: Any,
    values: Any,
    sizes: Any,
    tolerance: float,
    starts: Any,
    room: int,
    counts: Any,
    columns: Any,
    entries: Any,
    dropped: Any,
    steps: Any,
    tiny: float,
    k: int,
    e: Any,
) -> None:
    """-log p of the labels, and kept entries of upstream times the gradients.

    A gradient stays in `e`, scratch for a row; only those that are dense are written, to `z`.
    """
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    start, stop = next_range(ranges, joined)
    guess, none = len(steps) // 2, z.dtype.type(0)
    while start < stop:
        maximum = row_maximum(z, start * k, k)
        for row in range(start, stop):
            at, following = row * k, min(row + 1, stop - 1) * k
            gap = label_gap(z, at, labels[row], maximum)
            rest, top, maximum = long_rest(
                z, at, k, maximum, following, e, True, None, -1, none, none, none, False
            )
            values[row] = log1p_nonnegative(rest) - gap
            label_gradient(e, 0, e, 0, k, labels[row], rest, top, upstream[row], tiny)
            guess = thin_row(
                e,
                0,
                k,
                row,
                sizes[row],
                tolerance,
                starts[row],
                room,
                counts,
                columns,
                entries,
                dropped,
                steps,
                guess,
                tiny,
            )
            if counts[row] < 0:
                for i in range(k):
                    z[at + i] = e[i]
        start, stop = next_range(ranges, joined)


@part
def keep_large(
    r: Any, at: int, k: int, cut: Any, room: int, columns: Any, entries: Any, to: int
) -> int:
    """Copy the entries that are not smaller than `cut`; -1 if there is no room for them."""
    one = fill(r.dtype.type(1))
    count = 0
    for i in range(0, k, 16):
        n = min(16, k - i)
        x = magnitude(load_first(r, at + i, n, 0.0))
        small = where_less(x, cut, 1.0, 0.0)
        if count_equal(small, one) == 16:
            continue
        for j in range(i, i + n):
            if not abs(r[at + j]) < cut:
                if count == room:
                    return -1
                columns[to + count] = j
                entries[to + count] = r[at + j]
                count += 1
    return count


@part
def keep_sample(
    r: Any, at: int, k: int, cut: Any, begin: float, room: int, columns: Any, entries: Any, to: int
) -> int:
    """Copy the large entries, and `cut` for those at which the running sum passes it."""
    width = np.float64(cut)
    count, running = 0, begin * width
    passed = np.floor(begin)
    one = fill(r.dtype.type(1))
    for i in range(0, k, 16):
        n = min(16, k - i)
        x = magnitude(load_first(r, at + i, n, 0.0))
        small = where_less(x, cut, 1.0, 0.0)
        block = halves_sum(widen(where_less(x, cut, x, 0.0)))
        if count_equal(small, one) == 16 and np.floor((running + block) / width) == passed:
            running += block
            continue
        for j in range(i, i + n):
            value, size = r[at + j], abs(r[at + j])
            if size < cut:
                running += np.float64(size)
                if np.floor(running / width) == passed:
                    continue
                passed = np.floor(running / width)
                value = cut if value > 0 else -cut
            if count == room:
                return -1
            columns[to + count] = j
            entries[to + count] = value
            count += 1
    return count


@part
def add_scaled(target: Any, to: int, source: Any, at: int, d: int, factor: Any) -> None:
    """target += factor source, over d entries."""
    i = 0
    while i + 16 <= d:
        store(target, to + i, load(target, to + i) + load(source, at + i) * factor)
        i += 16
    if i < d:
        x = load_first(source, at + i, d - i, 0.0)
        y = load_first(target, to + i, d - i, 0.0)
        store_first(target, to + i, d - i, y + x * factor)


@kernel
def sparse_times_weights(
    ranges: Any,
    parts: int,
    counts: Any,
    columns: Any,
    entries: Any,
    room: int,
    places: Any,
    w: Any,
    dx: Any,
    d: int,
    k: int,
    block: int,
) -> None:
    """dx = R w for parts of the rows, by blocks of classes whose weights stay in the cache."""
    joined = join(ranges)
    n = len(counts)
    start, stop = next_range(ranges, joined)
    while start < stop:
        first, last = n * start // parts, n * stop // parts
        for row in range(first, last):
            places[row] = row * room
            if counts[row] >= 0:
                dx[row * d : row * d + d] = 0
        for end in range(block, k + block, block):
            for row in range(first, last):
                j, above = places[row], row * room + counts[row]
                while j < above and columns[j] < end:
                    add_scaled(dx, row * d, w, columns[j] * d, d, entries[j])
                    j += 1
                places[row] = j
        start, stop = next_range(ranges, joined)


@kernel
def sparse_add_outer(
    ranges: Any,
    counts: Any,
    columns: Any,
    entries: Any,
    room: int,
    places: Any,
    x: Any,
    dw: Any,
    d: int,
    k: int,
    block: int,
    first: bool,
) -> None:
    """dw += Rᵀ x for blocks of classes, in the order of the rows; dw = Rᵀ x the first time.

    `places` is scratch for each thread: the entry of every row that it comes to next. A thread
    takes blocks in their order.
    """
    joined = join(ranges)
    places = own_share(places, ranges, joined)
    n = len(counts)
    for row in range(n):
        places[row] = row * room
    start, stop = next_range(ranges, joined)
    while start < stop:
        for number in range(start, stop):
            begin, end = number * block, min((number + 1) * block, k)
            if first:
                dw[begin * d : end * d] = 0
            for row in range(n):
                j, above = places[row], row * room + counts[row]
                while j < above and columns[j] < begin:
                    j += 1
                while j < above and columns[j] < end:
                    add_scaled(dw, columns[j] * d, x, row * d, d, entries[j])
                    j += 1
                places[row] = j
        start, stop = next_range(ranges, joined)


@kernel
def squared_lengths(ranges: Any, x: Any, found: Any, d: int) -> None:
    """Σ x² of rows, in float64."""
    joined = join(ranges)
    start, stop = next_range(ranges, joined)
    while start < stop:
        for row in range(start, stop):
            total = other = widen(fill(x.dtype.type(0)))
            i = row * d
            while i + 16 <= (row + 1) * d:
                y = widen(load(x, i))
                total, other = other, total + y * y
                i += 16
            if i < (row + 1) * d:
                y = widen(load_first(x, i, (row + 1) * d - i, 0.0))
                total = total + y * y
            found[row] = halves_sum(total + other)
        start, stop = next_range(ranges, joined)
