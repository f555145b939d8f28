"""One row: three sweeps over it while it stays in the cache, and what they are made of.

Maximum; exponentials and their sum (see `_row_sums`); scaling. All arrays are flat; a row begins
at `at` and is `k` long. Kernels for many rows do the same in other orders.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import part
from gory.ops._elementary import (
    NEXT_FLOAT32,
    log1p_nonnegative,
)
from gory.ops._lane_math import rounded_excess
from gory.ops._lanes import (
    fill,
    first_lane,
    load,
    load_first,
    store,
    store_first,
    where_less,
)
from gory.ops._row_sums import (
    row_maximum,
    row_rest,
)


@part
def scale_row(e: Any, e_at: int, out: Any, at: int, k: int, scale: Any, floor: Any) -> None:
    """out = e * scale, 0 where e < floor."""
    i = 0
    while i + 16 <= k:
        x = load(e, e_at + i)
        store(out, at + i, where_less(x, floor, 0.0, x * scale))
        i += 16
    if i < k:
        x = load(e, e_at + i)
        store_first(out, at + i, k - i, where_less(x, floor, 0.0, x * scale))


@part
def softmax_row(z: Any, out: Any, at: int, k: int, tiny: float, e: Any) -> None:
    """Probabilities of one row."""
    rest, top = row_rest(z, at, k, row_maximum(z, at, k), e, 0, True, k, out, z)
    scale_to_one(e, 0, out, at, k, 1.0 + rest, top, tiny)


@part
def scale_to_one(
    e: Any, e_at: int, out: Any, at: int, k: int, total: float, top: Any, tiny: float
) -> None:
    """Exponentials with this sum, in units of the top, to probabilities, none above the peak."""
    scale, floor, peak = row_scales(out, total, top, tiny)
    scale_probabilities(e, e_at, out, at, k, scale, floor, peak)


@part
def row_scales(z: Any, total: float, top: Any, tiny: float) -> Any:
    """Factor of the exponentials, the smallest one that counts, and the largest probability."""
    peak, scale = z.dtype.type(1.0 / total), z.dtype.type(1.0 / (total * top))
    # The product with the top must not be rounded to less than the peak: p = 1 stays 1.
    if top * scale < peak:
        scale = scale + scale * z.dtype.type(NEXT_FLOAT32)
    return scale, z.dtype.type(tiny * (total * top)), peak


@part
def scale_probabilities(
    e: Any, e_at: int, out: Any, at: int, k: int, scale: Any, floor: Any, peak: Any
) -> None:
    """out = e * scale, at most the peak, 0 where e < floor."""
    i = 0
    while i + 16 <= k:
        store(out, at + i, probability(load(e, e_at + i), scale, floor, peak))
        i += 16
    if i < k:
        store_first(out, at + i, k - i, probability(load(e, e_at + i), scale, floor, peak))


@part
def probability(x: Any, scale: Any, floor: Any, peak: Any) -> Any:
    """x * scale, at most the peak, 0 where x < floor."""
    p = x * scale
    return where_less(x, floor, 0.0, where_less(peak, p, peak, p))


@part
def finished(x: Any, scaled: bool, first: Any, second: Any, third: Any) -> Any:
    """Results from exponentials if scaled, else logarithms of probabilities from logits."""
    if scaled:
        return probability(x, first, second, third)
    return (x - first) - second


@part
def subtract_row(z: Any, out: Any, at: int, k: int, maximum: Any, excess: Any) -> None:
    """(z - maximum) - excess."""
    i = 0
    while i + 16 <= k:
        store(out, at + i, (load(z, at + i) - maximum) - excess)
        i += 16
    if i < k:
        x = load_first(z, at + i, k - i, maximum)
        store_first(out, at + i, k - i, (x - maximum) - excess)


@part
def row_excess(z: Any, rest: float) -> Any:
    """How far the log-sum-exp lies above the maximum, in the dtype of z."""
    return first_lane(rounded_excess(z, fill(rest)))


@part
def log_softmax_row(z: Any, out: Any, at: int, k: int) -> None:
    """Logarithms of the probabilities of one row."""
    maximum = row_maximum(z, at, k)
    rest, _ = row_rest(z, at, k, maximum, z, at, False, k, None, z)
    subtract_row(z, out, at, k, maximum, row_excess(z, rest))


@part
def logsumexp_row(z: Any, at: int, k: int, maximum: Any) -> float:
    """Log-sum-exp of one row, whose maximum is given."""
    rest, _ = row_rest(z, at, k, maximum, z, at, False, k, None, z)
    return logsumexp_of(z, at, k, maximum, rest)


@part
def logsumexp_of(z: Any, at: int, k: int, maximum: Any, rest: float) -> float:
    """Log-sum-exp of a row from its maximum and the rest of its sum."""
    if np.isinf(maximum):
        # NaN among the entries is passed over by the maximum but not by a plain sum.
        return _infinite_or_nan(z, at, k, maximum)
    return np.float64(maximum) + log1p_nonnegative(rest)


@part
def _infinite_or_nan(z: Any, at: int, k: int, maximum: Any) -> float:
    for i in range(at, at + k):
        if np.isnan(z[i]):
            return np.nan
    return np.float64(maximum)


@part
def label_gap(z: Any, at: int, label: int, maximum: Any) -> float:
    """How far the logit of the label lies above the maximum."""
    return np.float64(z[at + label]) - np.float64(maximum)


@part
def label_value_row(z: Any, at: int, k: int, label: int, maximum: Any) -> float:
    """-log p of the label of one row, whose maximum is given."""
    rest, _ = row_rest(z, at, k, maximum, z, at, False, k, None, z)
    return log1p_nonnegative(rest) - label_gap(z, at, label, maximum)


@part
def label_row(
    z: Any, out: Any, at: int, k: int, label: int, upstream: float, tiny: float, e: Any
) -> float:
    """-log p of the label, and upstream times its gradient in `out`."""
    maximum = row_maximum(z, at, k)
    gap = label_gap(z, at, label, maximum)
    rest, top = row_rest(z, at, k, maximum, e, 0, True, k, out, z)
    label_gradient(e, 0, out, at, k, label, rest, top, upstream, tiny)
    return log1p_nonnegative(rest) - gap


@part
def label_gradient(
    e: Any,
    e_at: int,
    out: Any,
    at: int,
    k: int,
    label: int,
    rest: float,
    top: Any,
    upstream: float,
    tiny: float,
) -> None:
    """Exponentials of a row to upstream times the gradient of its loss."""
    factor, floor, own = row_label_scales(out, e[e_at + label], rest, top, upstream, tiny)
    scale_row(e, e_at, out, at, k, factor, floor)
    set_label(out, at, k, label, own, upstream)


@part
def row_label_scales(
    z: Any, e_label: Any, rest: float, top: Any, upstream: float, tiny: float
) -> Any:
    """Factor of the exponentials, the smallest one that counts, the gradient of the label."""
    total = 1.0 + rest
    factor = upstream / (total * top)
    others = rest + (1.0 - np.float64(e_label) / top)
    own = 0.0 - upstream * (others / total)
    return z.dtype.type(factor), z.dtype.type(abs(tiny / factor)), own


@part
def set_label(out: Any, at: int, k: int, label: int, own: float, upstream: float) -> None:
    """The gradient of the label in its place, or 0 everywhere if the row does not count."""
    out[at + label] = own
    if upstream == 0.0:
        out[at : at + k] = 0
