"""Rows of float32 that are read from memory once, for their maximum and their sum.

A run of a row is taken up with the largest entry known by then in place of the maximum. In float32
exponentials are 2^-N exp(z), where N belongs to the maximum: what was computed for another N is
made right by a power of two, which rounds nothing. When the row ends its runs are looked through,
and those are computed once more that hold the maximum, which the sum leaves out, or entries so
small or large that one N has them and the other one has not. The bits are those of `_row_sums`.

Meanwhile the row before is finished, from its exponentials if these are kept. One row of them is
all that stays in the cache: where one has become a result, the next row's is put.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import part
from gory.ops._elementary import EXP_FLOAT32, exp_float32, power_of_two, shifter_float32
from gory.ops._lane_columns import prefetch_read
from gory.ops._lane_math import shift_of
from gory.ops._lanes import (
    fill,
    first_lane,
    largest,
    load,
    load_first,
    store,
    store_past_cache,
    where_greater,
    where_less,
    widen,
)
from gory.ops._row_kernels import finished
from gory.ops._row_results import write_head, write_rest
from gory.ops._row_sums import fold, rest_of, row_maximum, run_terms

# Entries of a run, which `_rows` adds up in float32, and of the notes on it.
RUN = 1024
NOTES = 32
# Notes are sixteen sums, the entry they were computed for, the run's own bounds, and what its
# exponentials must be multiplied by.
SEEN, HIGHEST, LOWEST, FACTOR = 16, 17, 18, 19
# Entries are asked for from two pages by turns, which memory answers faster than one after the
# other, and exponentials so many ahead.
PAGES = 2 * RUN
NEAR = 512
# Within these bounds exponentials for either of two N are normal numbers: gaps to the maximum,
# entries above the one they were computed for, and the distance of the two.
LOWEST_GAP, HIGHEST_GAP, REACH = -80.0, 40.0, 60.0


@part
def stream_row(
    z: Any,
    at: int,
    k: int,
    e: Any,
    keep: bool,
    notes: Any,
    out: Any,
    done: int,
    first: Any,
    second: Any,
    third: Any,
) -> Any:
    """The maximum of a row, whose runs are noted; `settled_row` has to follow.

    Meanwhile the row that begins at `done`, if that is not negative, is finished. Its exponentials
    are in `e` if `keep`, with the factors of its notes, and make room for those of this row.
    """
    source, source_at = e if keep else z, 0 if keep else done
    i = note = head = 0
    if out is not None and done >= 0:
        own = notes[FACTOR] if keep else z.dtype.type(1)
        head = write_head(
            source, source_at, out, done, k, keep, first * own, second / own, third, True
        )
    seen = maximum = row_maximum(z, at, min(RUN, k))
    while i < k:
        shifter = shifter_float32(fill(seen))
        added, high, low = stream_run(
            z, at, i, k, shifter, e, keep, notes, note, out, done, head, (first, second, third)
        )
        highest = largest(high)
        store(notes, note, added)
        notes[note + SEEN], notes[note + HIGHEST] = seen, highest
        notes[note + LOWEST] = -largest(0.0 - low)
        # A run behind, so that the next run need not wait for this maximum.
        seen = maximum
        if highest > maximum:
            maximum = highest
        i, note = i + RUN, note + NOTES
    return maximum


@part
def stream_run(
    z: Any,
    at: int,
    i: int,
    k: int,
    shifter: Any,
    e: Any,
    keep: bool,
    notes: Any,
    note: int,
    out: Any,
    done: int,
    head: int,
    scales: Any,
) -> Any:
    """Sums of a run in sixteen lanes, and its bounds.

    Results run ahead by the `head`; where exponentials take their places, they have been read.
    """
    end, j = min(i + RUN, k), i
    a = b = c = d = fill(z.dtype.type(0))
    high = low = fill(z[at + i])
    if out is not None and done >= 0:
        j, a, b, c, d, high, low = finishing_run(
            z, at, i, k, shifter, e, keep, notes, note, out, done, head, scales
        )
    while j + 16 <= end:
        ask_ahead(z, at, j, z, at)
        added, high, low = take_lanes(load(z, at + j), j, shifter, e, keep, a, high, low)
        a, b, c, d = b, c, d, added
        j += 16
    if j < end:
        # What is below everything adds nothing.
        x = load_first(z, at + j, end - j, z.dtype.type(-np.inf))
        added, high, _ = take_lanes(x, j, shifter, e, keep, a, high, low)
        x = load_first(z, at + j, end - j, z[at + i])
        a, b, c, d, low = b, c, d, added, where_less(low, x, low, x)
    # The quarters have changed places with every vector.
    added = (a + b) + (c + d) if (end - i + 15) // 16 % 2 == 0 else (a + d) + (b + c)
    return added, high, low


@part
def finishing_run(
    z: Any,
    at: int,
    i: int,
    k: int,
    shifter: Any,
    e: Any,
    keep: bool,
    notes: Any,
    note: int,
    out: Any,
    done: int,
    head: int,
    scales: Any,
) -> Any:
    """How far a run has come when as many results are written, its sums by quarters and bounds."""
    source, source_at = e if keep else z, 0 if keep else done
    own, third = notes[note + FACTOR] if keep else z.dtype.type(1), scales[2]
    scale, floor, end, j = scales[0] * own, scales[1] / own, min(i + RUN, k), i
    last = end - 16 if end < k else end - 31
    a = b = c = d = fill(z.dtype.type(0))
    high = low = fill(z[at + i])
    x = load(z, at + j) if j < last else a
    while j + 16 < last:
        ask_ahead(z, at, j, source, source_at)
        # Before results are written: to a core they seem to overlap if their addresses do in the
        # last twelve bits, and it would wait.
        y, following = load(z, at + j + 16), load(z, at + j + 32)
        write_lanes(source, source_at, out, done, head + j, keep, scale, floor, third)
        added, high, low = take_lanes(x, j, shifter, e, keep, a, high, low)
        write_lanes(source, source_at, out, done, head + j + 16, keep, scale, floor, third)
        another, high, low = take_lanes(y, j + 16, shifter, e, keep, b, high, low)
        a, b, c, d, x = c, d, added, another, following
        j += 32
    if j < last:
        write_lanes(source, source_at, out, done, head + j, keep, scale, floor, third)
        added, high, low = take_lanes(x, j, shifter, e, keep, a, high, low)
        a, b, c, d = b, c, d, added
        j += 16
    write_border(source, source_at, out, done, j, k, head, keep, notes, note, scales)
    return j, a, b, c, d, high, low


@part
def ask_ahead(z: Any, at: int, j: int, source: Any, source_at: int) -> None:
    """Ask for two lines of the next two pages, and for what the next results are made of."""
    place = at + (j & -PAGES) + PAGES + ((j & (PAGES - 1)) >> 1)
    prefetch_read(z, place)
    prefetch_read(z, place + RUN)
    prefetch_read(source, source_at + j + NEAR)
    prefetch_read(source, source_at + j + NEAR + 16)


@part
def take_lanes(
    x: Any, j: int, shifter: Any, e: Any, keep: bool, total: Any, high: Any, low: Any
) -> Any:
    """The sum of exponentials and the bounds, with sixteen entries more."""
    y = exp_float32(x, shifter)
    if keep:
        store(e, j, y)
    return total + y, where_greater(high, x, high, x), where_less(low, x, low, x)


@part
def write_lanes(
    source: Any,
    source_at: int,
    out: Any,
    at: int,
    i: int,
    keep: bool,
    scale: Any,
    floor: Any,
    third: Any,
) -> None:
    """Write sixteen results, at a multiple of 64 bytes."""
    x = load(source, source_at + i)
    store_past_cache(out, at + i, finished(x, keep, scale, floor, third))


@part
def write_border(
    source: Any,
    source_at: int,
    out: Any,
    done: int,
    j: int,
    k: int,
    head: int,
    keep: bool,
    notes: Any,
    note: int,
    scales: Any,
) -> None:
    """The last results of a run from j on, and so many of the next one as the head is long."""
    own = notes[note + FACTOR] if keep else notes.dtype.type(1)
    first, second, third = scales
    scale, floor, end = first * own, second / own, min((j & -RUN) + RUN, k)
    if end < k and end + head <= k:
        own_scales, own_floors = border_lanes(notes, note, k, head, keep, first, second)
        write_lanes(source, source_at, out, done, head + j, keep, own_scales, own_floors, third)
        return
    write_rest(source, source_at, out, done, head + j, end, keep, scale, floor, third)
    if end < k:  # the last run is shorter than the head
        own = notes[note + NOTES + FACTOR] if keep else own
        scale, floor = first * own, second / own
        write_rest(source, source_at, out, done, end, k, keep, scale, floor, third)


@part
def border_lanes(
    notes: Any, note: int, k: int, head: int, keep: bool, first: Any, second: Any
) -> Any:
    """Scale and floor of sixteen results, the last `head` of which belong to the next run."""
    if not keep:
        return fill(first), fill(second)
    own, following = notes[note + FACTOR], notes[note + NOTES + FACTOR]
    factors = fill(own)
    # What is put together in memory has to wait for all that was written before.
    if head > 0 and own != following:
        spare = notes_of(k) - NOTES
        store(notes, spare, factors)
        store(notes, spare + 16, fill(following))
        factors = load(notes, spare + head)
    return first * factors, second / factors


@part
def finish_row(
    e: Any, notes: Any, out: Any, at: int, k: int, scale: Any, floor: Any, third: Any
) -> None:
    """All results of a row from its exponentials."""
    i = note = 0
    while i < k:
        end, own = min(i + RUN, k), notes[note + FACTOR]
        write_rest(e, 0, out, at, i, end, True, scale * own, floor / own, third)
        i, note = end, note + NOTES


@part
def settled_row(
    z: Any, at: int, k: int, maximum: Any, e: Any, keep: bool, notes: Any, reach: float
) -> Any:
    """`row_rest` of a row whose runs are noted, and their factors, none below 2^-reach."""
    m = fill(maximum)
    shift = shift_of(m, z)
    total = lost = widen(fill(z.dtype.type(0)))
    i = note = below = 0
    while i < k:
        end = min(i + RUN, k)
        seen, highest = notes[note + SEEN], notes[note + HIGHEST]
        gap = notes[note + LOWEST] - maximum
        before = shift_of(fill(seen), z)
        distance = first_lane(before[1] - shift[1])
        is_near = first_lane(before[0]) == 0 and first_lane(shift[0]) == 0
        is_exact = gap > LOWEST_GAP and highest - seen < HIGHEST_GAP and distance <= reach
        factor = z.dtype.type(1)
        if is_near and highest < maximum and (distance == 0 or is_exact):
            power = EXP_FLOAT32.shifter - distance
            factor = first_lane(power_of_two(fill(z.dtype.type(power))))
            added = load(notes, note) * factor
            below += end - i
        else:
            added, below = run_terms(z, at, i, end, m, shift, e, 0, keep, below, 0, None, 0)
        notes[note + FACTOR] = factor
        total, lost = fold(total, lost, added)
        i, note = end, note + NOTES
    return rest_of(total + lost, below, k, maximum, m, shift)


@part
def notes_of(k: int) -> int:
    """How many entries the notes on a row take, with some to spare."""
    return (k + RUN - 1) // RUN * NOTES + NOTES
