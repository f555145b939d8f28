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
    count_equal,
    fill,
    halves_sum,
    load,
    load_first,
    store,
    store_first,
    where_equal,
    where_less,
    widen,
)
from gory.ops._range_sharing import join, next_range, own_share
from gory.ops._row_sums import (
    fold,
    row_maximum,
    row_rest,
)


@part
def weighted_term(x: Any, q: Any, maximum: float, excess: float) -> Any:
    """-q log p, 0 where q is 0."""
    return where_equal(q, 0.0, 0.0, q * (excess - (x - maximum)))


@part
def next_terms(
    x: Any, at: int, q: Any, q_at: int, i: int, maximum: float, excess: float, total: Any
) -> Any:
    """The sum with the next sixteen terms."""
    return total + weighted_term(load(x, at + i), load(q, q_at + i), maximum, excess)


@part
def last_terms(
    x: Any, at: int, q: Any, q_at: int, i: int, k: int, maximum: float, excess: float, total: Any
) -> Any:
    """The sum with what is left of a row."""
    y, w = load_first(x, at + i, k - i, maximum), load_first(q, q_at + i, k - i, 0.0)
    return total + weighted_term(y, w, maximum, excess)


@part
def weighted_loss(
    x: Any, at: int, q: Any, q_at: int, k: int, maximum: float, excess: float
) -> float:
    """-Σ q log p, in the order of `lane_sum`."""
    none = fill(0.0)
    total = lost = none
    for first in range(0, k, 1024):
        a = b = c = d = none
        i, end = first, min(first + 1024, k)
        while i + 64 <= end:
            a = next_terms(x, at, q, q_at, i, maximum, excess, a)
            b = next_terms(x, at, q, q_at, i + 16, maximum, excess, b)
            c = next_terms(x, at, q, q_at, i + 32, maximum, excess, c)
            d = next_terms(x, at, q, q_at, i + 48, maximum, excess, d)
            i += 64
        whole = (end - i) // 16
        if whole > 0:
            a = next_terms(x, at, q, q_at, i, maximum, excess, a)
        if whole > 1:
            b = next_terms(x, at, q, q_at, i + 16, maximum, excess, b)
        if whole > 2:
            c = next_terms(x, at, q, q_at, i + 32, maximum, excess, c)
        i += 16 * whole
        if i < end:
            if whole == 0:
                a = last_terms(x, at, q, q_at, i, end, maximum, excess, a)
            elif whole == 1:
                b = last_terms(x, at, q, q_at, i, end, maximum, excess, b)
            elif whole == 2:
                c = last_terms(x, at, q, q_at, i, end, maximum, excess, c)
            else:
                d = last_terms(x, at, q, q_at, i, end, maximum, excess, d)
        total, lost = fold(total, lost, (a + b) + (c + d))
    # Nothing is lost beside an infinite sum; inf - inf is no number.
    return halves_sum(where_equal(lost, lost, total + lost, total))


@part
def slope(
    x: Any,
    maximum: Any,
    e: Any,
    q: Any,
    weight: Any,
    scale: Any,
    floor: Any,
    level: Any,
    others: Any,
) -> Any:
    """p (weight - q) - q (1 - p) + level p.

    Where p is largest all digits of 1 - p are known: it is what the `others` have.
    """
    p = where_less(e, floor, 0.0, e * scale)
    beside = where_equal(x, maximum, others, 1.0 - p)
    return (p * (weight - q) - q * beside) + level * p


@part
def cooled_by(x: Any, cooling: float, factor: float) -> Any:
    """x / cooling * factor."""
    if cooling != 1.0:
        x = x / cooling
    return x * factor


@part
def weighted_gradient(
    x: Any,
    maximum: float,
    e: Any,
    q: Any,
    q_at: int,
    out: Any,
    at: int,
    k: int,
    weight: float,
    scale: float,
    floor: float,
    level: float,
    others: float,
    cooling: float,
    factor: float,
) -> None:
    """Factor times the derivative of the loss in every logit, from the exponentials of the row."""
    common, i = (weight, scale, floor, level, others), 0
    while i + 16 <= k:
        y = slope(load(x, i), maximum, load(e, i), load(q, q_at + i), *common)
        store(out, at + i, narrow_to(out, cooled_by(y, cooling, factor)))
        i += 16
    if i < k:
        y = slope(load(x, i), maximum, load(e, i), load_first(q, q_at + i, k - i, 0.0), *common)
        store_first(out, at + i, k - i, narrow_to(out, cooled_by(y, cooling, factor)))


@part
def copy_cooled(z: Any, at: int, k: int, cooling: float, x: Any) -> float:
    """x = z / cooling in float64; its maximum."""
    i = 0
    while i + 16 <= k:
        y = widen(load(z, at + i))
        store(x, i, y / cooling if cooling != 1.0 else y)
        i += 16
    if i < k:
        y = widen(load_first(z, at + i, k - i, 0.0))
        store(x, i, y / cooling if cooling != 1.0 else y)
    return np.float64(row_maximum(z, at, k)) / cooling


@part
def place_of(x: Any, at: int, k: int, value: float) -> int:
    """The first place of a number in a row, or the last place of all."""
    i, wanted = 0, fill(value)
    while i + 16 < k and count_equal(load(x, at + i), wanted) == 0:
        i += 16
    while i < k - 1 and x[at + i] != value:
        i += 1
    return i


@part
def weighted_row(
    x: Any,
    maximum: float,
    q: Any,
    q_at: int,
    label: int,
    weight: float,
    z_loss: float,
    cooling: float,
    factor: float,
    out: Any,
    at: int,
    k: int,
    tiny: float,
    e: Any,
) -> float:
    """The loss of a row, and factor times its derivative unless `out` is empty."""
    rest, _ = row_rest(x, 0, k, maximum, e, 0, True, 0, None, out)
    excess, total = log1p_nonnegative(rest), 1.0 + rest
    if label >= 0:
        value = (excess - (x[label] - maximum)) * weight
    else:
        value = weighted_loss(x, 0, q, q_at, k, maximum, excess)
    level = 0.0
    if z_loss > 0.0:
        lse = maximum if np.isinf(maximum) else maximum + excess
        value = value + z_loss * (lse * lse)
        level = 2.0 * z_loss * lse
    if out.size == 0:
        return value
    common = (weight, 1.0 / total, tiny * total, level, rest / total)
    # Written twice, so that nothing is divided where nothing has to be.
    if cooling == 1.0:
        weighted_gradient(x, maximum, e, q, q_at, out, at, k, *common, 1.0, factor)
    else:
        weighted_gradient(x, maximum, e, q, q_at, out, at, k, *common, cooling, factor)
    if factor == 0.0:
        out[at : at + k] = 0
    return value


@part
def any_row(
    z: Any,
    shares: Any,
    base: Any,
    own: Any,
    labels: Any,
    smoothed: bool,
    weights: Any,
    z_loss: float,
    cooling: float,
    factors: Any,
    out: Any,
    row: int,
    k: int,
    tiny: float,
    e: Any,
    x: Any,
) -> float:
    """The loss of one of the rows of `weighted_rows`, whose gradient goes to `out`."""
    at, weight, factor = row * k, weights[row], factors[row]
    # Written twice, so that nothing is divided where nothing has to be.
    if cooling == 1.0:  # noqa: SIM108
        maximum = copy_cooled(z, at, k, 1.0, x)
    else:
        maximum = copy_cooled(z, at, k, cooling, x)
    if shares.size > 0:
        return weighted_row(
            x, maximum, shares, at, -1, weight, z_loss, cooling, factor, out, at, k, tiny, e
        )
    label = labels[row]
    others, base[label] = base[label], own[row]
    alone = -1 if smoothed else label
    value = weighted_row(
        x, maximum, base, 0, alone, weight, z_loss, cooling, factor, out, at, k, tiny, e
    )
    base[label] = others
    return value


@kernel
def weighted_rows(
    ranges: Any,
    z: Any,
    shares: Any,
    base: Any,
    own: Any,
    labels: Any,
    smoothed: bool,
    weights: Any,
    z_loss: float,
    cooling: float,
    values: Any,
    factors: Any,
    out: Any,
    k: int,
    tiny: float,
    e: Any,
    x: Any,
) -> None:
    """Losses of rows of z / cooling, and factors times their derivatives unless `out` is empty.

    The weights of the logarithms are the rows of `shares`; or if there are none, `base`, of which
    every thread has a copy, and `own` for the label. `e` and `x` are scratch for a row.
    """
    joined = join(ranges)
    e, x = own_share(e, ranges, joined), own_share(x, ranges, joined)
    base = own_share(base, ranges, joined)
    start, stop = next_range(ranges, joined)
    while start < stop:
        for row in range(start, stop):
            values[row] = any_row(
                z,
                shares,
                base,
                own,
                labels,
                smoothed,
                weights,
                z_loss,
                cooling,
                factors,
                out,
                row,
                k,
                tiny,
                e,
                x,
            )
        start, stop = next_range(ranges, joined)
