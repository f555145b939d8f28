"""Kernels for losses with any weights of the logarithms: smoothing, probabilities, z-loss.

Everything is float64, in the order of `LossRows`, which is the oracle: both give the same
bits. A row's weights q come as a row of their own, so that one kernel serves all options.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lane_math import narrow_to
from gory.ops._lanes import (
    fill,
    halves_sum,
    load,
    load_first,
    store,
    store_first,
    where_equal,
    where_less,
)
from gory.ops._range_sharing import join, next_range, own_share
from gory.ops._row_sums import (
    row_maximum,
    row_rest,
)


@part
def weighted_term(x: Any, q: Any, maximum: float, excess: float) -> Any:
    """-q log p, 0 where q is 0."""
    return where_equal(q, 0.0, 0.0, q * (excess - (x - maximum)))


@part
def weighted_loss(x: Any, q: Any, at: int, k: int, maximum: float, excess: float) -> float:
    """-Σ q log p, in the order of `lane_sum`."""
    none = fill(0.0)
    total = lost = none
    for first in range(0, k, 1024):
        a = b = c = d = none
        for i in range(first, min(first + 1024, k), 64):
            n = k - i
            y = load_first(x, at + i, min(16, n), maximum)
            a = a + weighted_term(y, load_first(q, at + i, min(16, n), 0.0), maximum, excess)
            if n > 16:
                y = load_first(x, at + i + 16, min(16, n - 16), maximum)
                w = load_first(q, at + i + 16, min(16, n - 16), 0.0)
                b = b + weighted_term(y, w, maximum, excess)
            if n > 32:
                y = load_first(x, at + i + 32, min(16, n - 32), maximum)
                w = load_first(q, at + i + 32, min(16, n - 32), 0.0)
                c = c + weighted_term(y, w, maximum, excess)
            if n > 48:
                y = load_first(x, at + i + 48, min(16, n - 48), maximum)
                w = load_first(q, at + i + 48, min(16, n - 48), 0.0)
                d = d + weighted_term(y, w, maximum, excess)
        added = (a + b) + (c + d)
        previous = total
        total = previous + added
        portion = total - previous
        lost = lost + ((previous - (total - portion)) + (added - portion))
    return halves_sum(total + lost)


@part
def slope(e: Any, q: Any, weight: float, scale: float, floor: float, level: float) -> Any:
    """p (weight - q) - q (1 - p) + level p."""
    p = where_less(e, floor, 0.0, e * scale)
    return (p * (weight - q) - q * (1.0 - p)) + level * p


@part
def weighted_gradient(
    e: Any,
    q: Any,
    out: Any,
    at: int,
    k: int,
    weight: float,
    scale: float,
    floor: float,
    level: float,
    factor: float,
) -> None:
    """Factor times the derivative of the loss in every logit, from the exponentials of the row."""
    i = 0
    while i + 16 <= k:
        x = slope(load(e, i), load(q, at + i), weight, scale, floor, level)
        store(out, at + i, narrow_to(out, x * factor))
        i += 16
    if i < k:
        y, w = load_first(e, i, k - i, 0.0), load_first(q, at + i, k - i, 0.0)
        x = slope(y, w, weight, scale, floor, level)
        store_first(out, at + i, k - i, narrow_to(out, x * factor))


@kernel
def weighted_rows(
    ranges: Any,
    x: Any,
    q: Any,
    labels: Any,
    weights: Any,
    z_loss: float,
    values: Any,
    factors: Any,
    out: Any,
    k: int,
    tiny: float,
    e: Any,
) -> None:
    """The loss of every row and factor times its derivative; `e` is scratch for a row.

    The label of a row is -1 where the weights are not those of a label alone.
    """
    joined = join(ranges)
    e = own_share(e, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        for row in range(start, stop):
            at, weight = row * k, weights[row]
            maximum = row_maximum(x, at, k)
            rest, _ = row_rest(x, at, k, maximum, e, 0, True, k, None)
            excess, total = log1p_nonnegative(rest), 1.0 + rest
            label = labels[row]
            if label >= 0:
                value = (excess - (x[at + label] - maximum)) * weight
            else:
                value = weighted_loss(x, q, at, k, maximum, excess)
            level = 0.0
            if z_loss > 0.0:
                lse = maximum if np.isinf(maximum) else maximum + excess
                value = value + z_loss * (lse * lse)
                level = 2.0 * z_loss * lse
            values[row] = value
            scale, floor = 1.0 / total, tiny * total
            peak = 0
            while peak < k - 1 and x[at + peak] != maximum:
                peak += 1
            factor = factors[row]
            weighted_gradient(e, q, out, at, k, weight, scale, floor, level, factor)
            # 1 - p is known with all its digits where p is largest.
            p = 0.0 if e[peak] < floor else e[peak] * scale
            others = q[at + peak] * (rest / total)
            out[at + peak] = ((p * (weight - q[at + peak]) - others) + level * p) * factor
            if factor == 0.0:
                out[at : at + k] = 0
        start, stop = next_range(ranges, joined)
