"""Kernels for derivatives of rows along a direction.

Everything is float64, in the order of `_centered`, which is the oracle: both give the same bits.
"""

from __future__ import annotations

from typing import Any

from gory.ops._compiling import kernel, part
from gory.ops._lanes import load, load_first, store, store_first
from gory.ops._option_kernels import place_of, weighted_loss
from gory.ops._range_sharing import join, next_range, own_share
from gory.ops._row_kernels import row_scales, scale_probabilities
from gory.ops._row_sums import row_maximum, row_rest


@part
def deviation(v: Any, p: Any, center: float, mean: float, scaled: bool) -> Any:
    """(v - center) - mean, times p if scaled."""
    moved = (v - center) - mean
    return p * moved if scaled else moved


@kernel
def directed_rows(
    ranges: Any, z: Any, v: Any, out: Any, scaled: bool, k: int, tiny: float, e: Any
) -> None:
    """v - p·v of rows with p = softmax(z), times p if scaled; `e` is scratch for a row.

    v is measured from its entry at the largest p, and the mean of what is left is added up like
    a loss: Σ p (center - v).
    """
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        for row in range(start, stop):
            at = row * k
            maximum = row_maximum(z, at, k)
            rest, top = row_rest(z, at, k, maximum, e, 0, True, k, out, z)
            scale, floor, peak = row_scales(z, 1.0 + rest, top, tiny)
            scale_probabilities(e, 0, e, 0, k, scale, floor, peak)
            center = v[at + place_of(z, at, k, maximum)]
            mean = 0.0 - weighted_loss(v, at, e, 0, k, center, 0.0)
            i = 0
            while i + 16 <= k:
                x = deviation(load(v, at + i), load(e, i), center, mean, scaled)
                store(out, at + i, x)
                i += 16
            if i < k:
                x = load_first(v, at + i, k - i, center)
                x = deviation(x, load_first(e, i, k - i, 0.0), center, mean, scaled)
                store_first(out, at + i, k - i, x)
        start, stop = next_range(ranges, joined)
