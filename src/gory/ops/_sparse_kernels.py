"""Kernels for thinned-out residuals; `_sparse_residual` says what they compute."""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
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
from gory.ops._range_sharing import join, next_range


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
    """Kept entries of rows; rows with more than `room` of them are marked as dense."""
    joined = join(ranges)
    start, stop = next_range(ranges, joined)
    guess = len(steps) // 2
    while start < stop:
        for row in range(start, stop):
            at, size = row * k, sizes[row]
            if starts[row] < 0.0:
                cut, lost, guess = largest_cut(r, at, k, steps, guess, tolerance, size, tiny)
                count = keep_large(r, at, k, cut, room, columns, entries, row * room)
                dropped[row] = lost if count >= 0 else 0.0
            else:
                cut = r.dtype.type(max(tolerance * size, tiny))
                count = keep_sample(r, at, k, cut, starts[row], room, columns, entries, row * room)
                dropped[row] = 0.0
            counts[row] = count
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
    counts: Any,
    columns: Any,
    entries: Any,
    room: int,
    w: Any,
    dx: Any,
    d: int,
) -> None:
    """dx = R w for rows."""
    joined = join(ranges)
    start, stop = next_range(ranges, joined)
    while start < stop:
        for row in range(start, stop):
            if counts[row] < 0:
                continue
            dx[row * d : row * d + d] = 0
            for j in range(row * room, row * room + counts[row]):
                add_scaled(dx, row * d, w, columns[j] * d, d, entries[j])
        start, stop = next_range(ranges, joined)


@kernel
def sparse_add_outer(
    ranges: Any,
    counts: Any,
    columns: Any,
    entries: Any,
    room: int,
    x: Any,
    dw: Any,
    d: int,
) -> None:
    """dw += Rᵀ x for the classes from start to stop, in the order of the rows."""
    joined = join(ranges)
    start, stop = next_range(ranges, joined)
    while start < stop:
        for row in range(len(counts)):
            for j in range(row * room, row * room + max(counts[row], 0)):
                if start <= columns[j] < stop:
                    add_scaled(dw, columns[j] * d, x, row * d, d, entries[j])
        start, stop = next_range(ranges, joined)
