"""Kernels for derivatives along a direction, row by row in the cache.

With e = exp(z - max) and s = Σ e, the derivative of a label loss along v is
Σ e (v - v[label]) / s. Its sums, over the classes that are not the label, may be added up over
blocks of classes. The Hessian times v is (e / s) (w - Σ e w / s), where w is v measured from
its entry at the largest logit. Both keep the digits where one probability is close to 1. The
logits are overwritten.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._lane_math import exp_below, shift_of
from gory.ops._lanes import (
    fill,
    first_lane,
    halves_sum,
    largest,
    load,
    load_first,
    prefer_wide_registers,
    store,
    store_first,
    where_equal,
    where_greater,
    widen,
)
from gory.ops._row_sums import (
    row_maximum,
    row_rest,
)


@part
def entry_at_maximum(z: Any, v: Any, at: int, k: int, maximum: Any) -> Any:
    """The entry of v where z is largest (the largest such entry on ties)."""
    low = z.dtype.type(-np.inf)
    found = fill(low)
    i = 0
    while i + 16 <= k:
        y = where_equal(load(z, at + i), maximum, load(v, at + i), low)
        found = where_greater(found, y, found, y)
        i += 16
    if i < k:
        y = load_first(v, at + i, k - i, low)
        y = where_equal(load_first(z, at + i, k - i, low), maximum, y, low)
        found = where_greater(found, y, found, y)
    return largest(found)


@part
def weighted_sum(e: Any, v: Any, at: int, k: int, center: Any) -> float:
    """Σ e (v - center), folded to float64 every 1024 entries."""
    none = fill(e.dtype.type(0))
    total = widen(none)
    for start in range(0, k, 1024):
        a = b = none
        end = min(start + 1024, k)
        i = start
        while i + 32 <= end:
            a = a + load(e, i) * (load(v, at + i) - center)
            b = b + load(e, i + 16) * (load(v, at + i + 16) - center)
            i += 32
        while i < end:
            count = min(16, end - i)
            x = load_first(e, i, count, 0.0)
            b = b + x * (load_first(v, at + i, count, center) - center)
            i += 16
        total = total + (widen(a) + widen(b))
    return halves_sum(total)


@part
def block_sums(z: Any, v: Any, at: int, k: int, maximum: Any, center: Any) -> Any:
    """Σ e and Σ e (v - center) for e = exp(z - maximum), in float64 every 1024 entries."""
    shift, none = shift_of(fill(maximum)), fill(z.dtype.type(0))
    top = first_lane(exp_below(fill(maximum), shift))
    total = moved = widen(none)
    for start in range(0, k, 1024):
        a = b = c = d = none
        end = min(start + 1024, k)
        i = start
        while i + 32 <= end:
            e = exp_below(load(z, at + i), shift)
            a = a + e
            b = b + e * (load(v, at + i) - center)
            e = exp_below(load(z, at + i + 16), shift)
            c = c + e
            d = d + e * (load(v, at + i + 16) - center)
            i += 32
        while i < end:
            count = min(16, end - i)
            e = exp_below(load_first(z, at + i, count, -np.inf), shift)
            a = a + e
            b = b + e * (load_first(v, at + i, count, center) - center)
            i += 16
        total, moved = total + widen(a + c), moved + widen(b + d)
    return halves_sum(total) / top, halves_sum(moved) / top


@kernel
def jvp_block(
    z: Any, v: Any, labels: Any, first: int, state: Any, k: int, start: int, stop: int
) -> None:
    """Take a block of classes into the sums of each row; `first` is the class it begins with.

    `state` has six numbers per row, in float64: the maximum over the classes that are not the
    label, Σ e and Σ e (v - c) over them, z and v of the label, and c, which is close to v of
    the label, so that little is left to be taken off the sum.
    """
    prefer_wide_registers()
    low = z.dtype.type(-np.inf)
    for row in range(start, stop):
        at, own, label = row * k, row * 6, labels[row] - first
        if 0 <= label < k:
            state[own + 3] = z[at + label]
            state[own + 4] = v[at + label]
            z[at + label] = low
        maximum = row_maximum(z, at, k)
        if maximum > state[own]:
            factor = np.exp(state[own] - maximum)
            state[own] = maximum
            state[own + 1] *= factor
            state[own + 2] *= factor
        if state[own] > low or maximum != low:
            center = z.dtype.type(state[own + 5])
            total, moved = block_sums(z, v, at, k, z.dtype.type(state[own]), center)
            state[own + 1] += total
            state[own + 2] += moved


@kernel
def hvp_rows(
    z: Any, v: Any, labels: Any, factors: Any, residual: bool, k: int, start: int, stop: int, e: Any
) -> None:
    """v becomes factor times its Hessian product; with `residual` z becomes the gradient.

    `e` is scratch for a row.
    """
    prefer_wide_registers()
    for row in range(start, stop):
        at = row * k
        maximum = row_maximum(z, at, k)
        center = entry_at_maximum(z, v, at, k, maximum)
        rest, top = row_rest(z, at, k, maximum, e, 0, True, k, v)
        total = (1.0 + rest) * top
        mean = z.dtype.type(weighted_sum(e, v, at, k, center) / total)
        others = top * (rest + (1.0 - np.float64(e[labels[row]]) / top))
        scale = z.dtype.type(factors[row] / total)
        i = 0
        while i + 16 <= k:
            p = load(e, i) * scale
            store(v, at + i, p * ((load(v, at + i) - center) - mean))
            if residual:
                store(z, at + i, p)
            i += 16
        if i < k:
            p = load_first(e, i, k - i, 0.0) * scale
            x = load_first(v, at + i, k - i, center)
            store_first(v, at + i, k - i, p * ((x - center) - mean))
            if residual:
                store_first(z, at + i, k - i, p)
        if residual:
            z[at + labels[row]] = 0.0 - factors[row] * (others / total)
        if factors[row] == 0.0:
            v[at : at + k] = 0
            if residual:
                z[at : at + k] = 0
