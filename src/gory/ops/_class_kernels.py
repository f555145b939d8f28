"""Kernels for logits that come in blocks of classes: one row per class, one lane per sample.

A fused layer makes its logits block by block. What a sample needs of them, the maximum, Σ e
and, along a direction v, Σ e (v - c), is added up over the blocks, the maximum growing on the
way (M. Milakov, N. Gimelshein, *Online normalizer calculation for softmax*). A block is taken
in while it is still in the cache: its logits become exponentials relative to the maxima of the
block, which are kept, so that later a product with one factor per sample is all that is left
to do.

The label stays out of all sums, which keeps the digits of p - 1 where p is close to 1; c is the
entry of v at the maximum, which does the same for v - Σ p v.

`z` and `v` hold `m` samples of each of `k` classes, of which `first` is the first; m is a
multiple of sixteen, and rows of z may lie `apart`. `state` has
rows of m float64 numbers: maximum, Σ e, Σ e (v - c), c, z and v of the label, and two rows
of scratch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import kernel, part
from gory.ops._lane_math import exp_below, shift_of
from gory.ops._lanes import (
    fill,
    load,
    prefer_wide_registers,
    store,
    where_equal,
    where_greater,
    where_less,
    widen,
)

# Rows of the state.
MAXIMUM, TOTAL, MOVED, CENTER, LABEL, LABEL_MOVED, SUMS, MOVED_SUMS = range(8)
# Classes whose sums are taken in the dtype of the logits.
RUN = 64


@part
def set_labels_apart(
    z: Any,
    v: Any,
    bias: Any,
    labels: Any,
    first: int,
    state: Any,
    k: int,
    m: int,
    apart: int,
    i: int,
) -> None:
    """Keep the logit of a sample's label, if it is in this block, and leave it out of the sums."""
    c = labels[i] - first
    if 0 <= c < k:
        state[LABEL * m + i] = z[c * apart + i] + bias[c]
        z[c * apart + i] = -np.inf
        if v is not None:
            state[LABEL_MOVED * m + i] = v[c * m + i]


@part
def larger(z: Any, v: Any, at: int, v_at: int, b: Any, highest: Any, center: Any) -> Any:
    """The larger of these logits and the highest so far, and v there."""
    x = load(z, at) + b
    if v is not None:
        center = where_greater(x, highest, load(v, v_at), center)
    return where_greater(x, highest, x, highest), center


@part
def block_maxima(
    z: Any, v: Any, bias: Any, maxima: Any, centers: Any, k: int, m: int, apart: int
) -> None:
    """Maxima of the samples over the classes, and v there; rows are read one after another."""
    low = z.dtype.type(-np.inf)
    maxima[:m] = low
    centers[:m] = 0.0
    whole = k - k % 4
    for c in range(0, whole, 4):
        for i in range(0, m, 16):
            at, v_at = c * apart + i, c * m + i
            x, y = load(maxima, i), load(centers, i)
            x, y = larger(z, v, at, v_at, bias[c], x, y)
            x, y = larger(z, v, at + apart, v_at + m, bias[c + 1], x, y)
            x, y = larger(z, v, at + 2 * apart, v_at + 2 * m, bias[c + 2], x, y)
            x, y = larger(z, v, at + 3 * apart, v_at + 3 * m, bias[c + 3], x, y)
            store(maxima, i, x)
            store(centers, i, y)
    for c in range(whole, k):
        for i in range(0, m, 16):
            x, y = load(maxima, i), load(centers, i)
            x, y = larger(z, v, c * apart + i, c * m + i, bias[c], x, y)
            store(maxima, i, x)
            store(centers, i, y)
    for i in range(m):
        # Where all classes are impossible, any finite number serves.
        if maxima[i] == low:
            maxima[i] = 0.0


@part
def run_sums(
    z: Any,
    v: Any,
    bias: Any,
    shift: Any,
    center: Any,
    begin: int,
    end: int,
    m: int,
    apart: int,
    i: int,
    keep: bool,
) -> Any:
    """Σ e and Σ e (v - center) over some classes of sixteen samples."""
    a = b = p = q = fill(z.dtype.type(0))
    for c in range(begin, end):
        e = exp_below(load(z, c * apart + i) + bias[c], shift)
        if keep:
            store(z, c * apart + i, e)
        a, b = b + e, a
        if v is not None:
            p, q = q + e * (load(v, c * m + i) - center), p
    return a + b, p + q


@part
def take_in(state: Any, m: int, i: int, maximum: float, center: float, top: float) -> None:
    """Add a block's sums for a sample to those of the blocks before."""
    previous = state[MAXIMUM * m + i]
    total, moved = state[SUMS * m + i] / top, state[MOVED_SUMS * m + i] / top
    if total == 0.0:
        return
    if previous == -np.inf:
        state[MAXIMUM * m + i], state[CENTER * m + i] = maximum, center
        state[TOTAL * m + i], state[MOVED * m + i] = total, moved
        return
    before, own = state[TOTAL * m + i], state[MOVED * m + i]
    if maximum > previous:
        factor = np.exp(previous - maximum)
        own = (own + (state[CENTER * m + i] - center) * before) * factor
        before *= factor
        state[MAXIMUM * m + i], state[CENTER * m + i] = maximum, center
    else:
        factor = np.exp(maximum - previous)
        moved = (moved + (center - state[CENTER * m + i]) * total) * factor
        total *= factor
    state[TOTAL * m + i], state[MOVED * m + i] = before + total, own + moved


@kernel
def absorb_classes(
    z: Any,
    v: Any,
    bias: Any,
    labels: Any,
    first: int,
    state: Any,
    maxima: Any,
    centers: Any,
    k: int,
    m: int,
    apart: int,
    keep: bool,
) -> None:
    """Take a block of classes into the sums of the samples.

    If kept, the logits become exponentials, 0 for the labels; `maxima` says of what.
    """
    prefer_wide_registers()
    for i in range(m):
        set_labels_apart(z, v, bias, labels, first, state, k, m, apart, i)
        state[SUMS * m + i] = state[MOVED_SUMS * m + i] = 0.0
    block_maxima(z, v, bias, maxima, centers, k, m, apart)
    for begin in range(0, k, RUN):
        end = min(begin + RUN, k)
        for i in range(0, m, 16):
            shift, center = shift_of(load(maxima, i)), load(centers, i)
            total, moved = run_sums(z, v, bias, shift, center, begin, end, m, apart, i, keep)
            store(state, SUMS * m + i, load(state, SUMS * m + i) + widen(total))
            if v is not None:
                at = MOVED_SUMS * m + i
                store(state, at, load(state, at) + widen(moved))
    for i in range(0, m, 16):
        highest = load(maxima, i)
        store(maxima, m + i, exp_below(highest, shift_of(highest)))
    for i in range(m):
        take_in(state, m, i, maxima[i], np.float64(centers[i]), np.float64(maxima[m + i]))


# Rows of what is settled once all blocks have been taken in.
SCALE, HIGHEST, OWN, MIDDLE, MEAN, OWN_MOVED = range(6)


@part
def sample_numbers(z: Any, settled: Any, maxima: Any, numbers: Any, m: int, tiny: float) -> None:
    """Factor, smallest exponential that counts, c and Σ p (v - c) of the samples."""
    for i in range(m):
        scale = settled[SCALE * m + i]
        if scale != 0.0:
            scale *= np.exp(maxima[i] - settled[HIGHEST * m + i]) / maxima[m + i]
        numbers[i] = scale
        numbers[m + i] = abs(tiny / scale)
        numbers[2 * m + i] = settled[MIDDLE * m + i]
        numbers[3 * m + i] = settled[MEAN * m + i]


@kernel
def finish_classes(
    z: Any,
    v: Any,
    out: Any,
    gradient: Any,
    labels: Any,
    first: int,
    settled: Any,
    maxima: Any,
    numbers: Any,
    k: int,
    m: int,
    apart: int,
    tiny: float,
) -> None:
    """From exponentials that `absorb_classes` has left the gradients of a block of classes.

    With `v` the Hessian's product goes to `out`, and the gradient to `gradient` if that is given.
    `settled` has rows of m float64 numbers: the scale of e relative to the maximum, that
    maximum, the gradient of the label, c, Σ p (v - c), the label's product. `numbers` is scratch
    for four rows.
    """
    prefer_wide_registers()
    sample_numbers(z, settled, maxima, numbers, m, tiny)
    for c in range(k):
        for i in range(0, m, 16):
            at, factor, e = c * m + i, load(numbers, i), load(z, c * apart + i)
            p = where_less(e, load(numbers, m + i), 0.0, e * factor)
            p = where_equal(factor, 0.0, 0.0, p)
            if gradient is not None:
                store(gradient, at, p)
            if v is None:
                store(out, at, p)
            else:
                moved = (load(v, at) - load(numbers, 2 * m + i)) - load(numbers, 3 * m + i)
                store(out, at, where_equal(factor, 0.0, 0.0, p * moved))
    for i in range(m):
        at = (labels[i] - first) * m + i
        if 0 <= labels[i] - first < k:
            if gradient is not None:
                gradient[at] = settled[OWN * m + i]
            out[at] = settled[OWN * m + i] if v is None else settled[OWN_MOVED * m + i]
