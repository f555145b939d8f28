"""Kernels for rows of float32 that are too long for three of them to stay in the cache.

Each entry is read once from memory (see `_streamed_rows`), in the step in which a result of the
row before is written past the cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lanes import written_past_cache
from gory.ops._range_sharing import join, next_range, own_share
from gory.ops._row_kernels import (
    label_gap,
    logsumexp_of,
    row_excess,
    row_label_scales,
    row_scales,
    set_label,
)
from gory.ops._row_results import write_row
from gory.ops._streamed_rows import (
    FACTOR,
    NOTES,
    REACH,
    RUN,
    finish_row,
    settled_row,
    stream_row,
)

# The shortest row: here a core has no room for three, and it counts little that one run of each is
# computed twice.
SHORTEST = 2**16
# Upstream factors from which on a gradient's factor stays a normal number at any reach.
SMALLEST_UPSTREAM = 2.0**-30


@kernel
def softmax_streamed(
    ranges: Any, z: Any, out: Any, k: int, tiny: float, e: Any, notes: Any
) -> None:
    """Probabilities of rows; `e` and `notes` are scratch for a row."""
    joined = join(ranges)
    e, notes = own_share(e, ranges, joined), own_share(notes, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        done = -1
        scale = floor = peak = z.dtype.type(0)
        for row in range(start, stop):
            at = row * k
            maximum = stream_row(z, at, k, e, True, notes, out, done, scale, floor, peak)
            rest, top = settled_row(z, at, k, maximum, e, True, notes, REACH)
            scale, floor, peak = row_scales(z, 1.0 + rest, top, tiny)
            done = at
        finish_row(e, notes, out, done, k, scale, floor, peak)
        written_past_cache()
        start, stop = next_range(ranges, joined)


@kernel
def log_softmax_streamed(ranges: Any, z: Any, out: Any, k: int, notes: Any) -> None:
    """Logarithms of probabilities of rows."""
    joined = join(ranges)
    notes = own_share(notes, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        done, none = -1, z.dtype.type(0)
        before = excess = none
        for row in range(start, stop):
            at = row * k
            maximum = stream_row(z, at, k, z, False, notes, out, done, before, excess, none)
            rest, _ = settled_row(z, at, k, maximum, z, False, notes, REACH)
            before, excess = maximum, row_excess(z, rest)
            done = at
        write_row(z, done, out, done, k, False, before, excess, none, True)
        written_past_cache()
        start, stop = next_range(ranges, joined)


@kernel
def logsumexp_streamed(ranges: Any, z: Any, values: Any, k: int, notes: Any) -> None:
    """Log-sum-exp of rows, in float64."""
    joined = join(ranges)
    notes = own_share(notes, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        none = z.dtype.type(0)
        for row in range(start, stop):
            at = row * k
            maximum = stream_row(z, at, k, z, False, notes, None, -1, none, none, none)
            rest, _ = settled_row(z, at, k, maximum, z, False, notes, REACH)
            values[row] = logsumexp_of(z, at, k, maximum, rest)
        start, stop = next_range(ranges, joined)


@kernel
def label_value_streamed(ranges: Any, z: Any, labels: Any, values: Any, k: int, notes: Any) -> None:
    """-log p of the labels in float64."""
    joined = join(ranges)
    notes = own_share(notes, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        none = z.dtype.type(0)
        for row in range(start, stop):
            at = row * k
            maximum = stream_row(z, at, k, z, False, notes, None, -1, none, none, none)
            rest, _ = settled_row(z, at, k, maximum, z, False, notes, REACH)
            values[row] = log1p_nonnegative(rest) - label_gap(z, at, labels[row], maximum)
        start, stop = next_range(ranges, joined)


@kernel
def label_streamed(
    ranges: Any,
    z: Any,
    labels: Any,
    upstream: Any,
    values: Any,
    out: Any,
    k: int,
    tiny: float,
    e: Any,
    notes: Any,
) -> None:
    """-log p of the labels in float64, and upstream times the gradients.

    `e` and `notes` are scratch for a row; `out` may be `z`, whose rows are not read any more when
    they are written.
    """
    joined = join(ranges)
    e, notes = own_share(e, ranges, joined), own_share(notes, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        done, own = -1, 0.0
        factor = floor = z.dtype.type(0)
        unbounded = z.dtype.type(np.inf)
        for row in range(start, stop):
            at, label = row * k, labels[row]
            maximum = stream_row(z, at, k, e, True, notes, out, done, factor, floor, unbounded)
            if done >= 0:
                set_label(out, done, k, labels[row - 1], own, upstream[row - 1])
            reach = REACH if abs(upstream[row]) >= SMALLEST_UPSTREAM else 0.0
            rest, top = settled_row(z, at, k, maximum, e, True, notes, reach)
            values[row] = log1p_nonnegative(rest) - label_gap(z, at, label, maximum)
            e_label = e[label] * notes[label // RUN * NOTES + FACTOR]
            factor, floor, own = row_label_scales(z, e_label, rest, top, upstream[row], tiny)
            done = at
        finish_row(e, notes, out, done, k, factor, floor, unbounded)
        set_label(out, done, k, labels[stop - 1], own, upstream[stop - 1])
        written_past_cache()
        start, stop = next_range(ranges, joined)
