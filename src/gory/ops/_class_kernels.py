"""What is done with logits that come in blocks of classes: one row per class, one lane per sample.

A fused layer makes its logits block by block. What a sample needs of them, the maximum, Σ e
and, along a direction v, Σ e (v - c), is found for every block while it is in the cache; its logits
become exponentials relative to the maxima of the block. When all blocks have been seen, `settle`
puts them together (as in M. Milakov, N. Gimelshein, *Online normalizer calculation for
softmax*, but once), and a product with one factor per sample is all that is left to do.

The label stays out of all sums, which keeps the digits of p - 1 where p is close to 1; c is the
entry of v at the maximum, which does the same for v - Σ p v.

`z` and `v` hold `m` samples of each of `k` classes, of which `first` is the first; m is a
multiple of sixteen, and rows of z may lie `apart`. All that is known of samples are rows of m
numbers: of a block, `sums` has Σ e and Σ e (v - c) in float64, `maxima` the maximum, what
`exp_below` gives for it, and c; `own` has z and v of the labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gory.ops._compiling import part
from gory.ops._elementary import log1p_nonnegative
from gory.ops._lane_math import exp_below, shift_of
from gory.ops._lanes import (
    fill,
    halves_sum,
    load,
    store,
    where_equal,
    where_greater,
    where_less,
    widen,
)

# Classes whose sums are taken in the dtype of the logits.
RUN = 64


@part
def set_labels_apart(
    z: Any,
    v: Any,
    bias: Any,
    labels: Any,
    first: int,
    own: Any,
    k: int,
    m: int,
    apart: int,
    i: int,
) -> None:
    """Keep the logit of a sample's label, if it is in this block, and leave it out of the sums."""
    c = labels[i] - first
    if 0 <= c < k:
        own[i] = z[c * apart + i] + bias[c]
        z[c * apart + i] = -np.inf
        if v is not None:
            own[m + i] = v[c * m + i]


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
def absorb_classes(
    z: Any,
    v: Any,
    bias: Any,
    labels: Any,
    first: int,
    own: Any,
    sums: Any,
    maxima: Any,
    centers: Any,
    k: int,
    m: int,
    apart: int,
    keep: bool,
) -> None:
    """What a block of classes says about the samples; `centers` is the third row of `maxima`.

    If kept, the logits become exponentials, 0 for the labels.
    """
    for i in range(m):
        set_labels_apart(z, v, bias, labels, first, own, k, m, apart, i)
        sums[i] = sums[m + i] = 0.0
    block_maxima(z, v, bias, maxima, centers, k, m, apart)
    for begin in range(0, k, RUN):
        end = min(begin + RUN, k)
        for i in range(0, m, 16):
            shift, center = shift_of(load(maxima, i), z), load(centers, i)
            total, moved = run_sums(z, v, bias, shift, center, begin, end, m, apart, i, keep)
            store(sums, i, load(sums, i) + widen(total))
            if v is not None:
                store(sums, m + i, load(sums, m + i) + widen(moved))
    for i in range(0, m, 16):
        highest = load(maxima, i)
        store(maxima, m + i, exp_below(highest, shift_of(highest, z)))


@part
def highest_of(sums: Any, maxima: Any, blocks: int, m: int, i: int) -> Any:
    """The largest logit of sixteen samples but for the label, and c of its block."""
    highest, center = fill(-np.inf), fill(0.0)
    for b in range(blocks):
        x, c = widen(load(maxima, 3 * m * b + i)), widen(load(maxima, 3 * m * b + 2 * m + i))
        # The maximum of classes that are all impossible stands for nothing.
        x = where_equal(load(sums, 2 * m * b + i), 0.0, -np.inf, x)
        center = where_greater(x, highest, c, center)
        highest = where_greater(x, highest, x, highest)
    return highest, center


@part
def joined_sums(
    sums: Any, maxima: Any, blocks: int, m: int, i: int, highest: Any, center: Any
) -> Any:
    """Σ e and Σ e (v - c) of sixteen samples over all blocks, relative to the highest logit."""
    none = fill(0.0)
    total = moved = none
    shift = shift_of(highest, sums)
    for b in range(blocks):
        at = 3 * m * b + i
        own, along = load(sums, 2 * m * b + i), load(sums, 2 * m * b + m + i)
        factor = exp_below(widen(load(maxima, at)), shift) / widen(load(maxima, at + m))
        along = along + (widen(load(maxima, at + 2 * m)) - center) * own
        total = total + where_equal(own, 0.0, none, own * factor)
        moved = moved + where_equal(own, 0.0, none, along * factor)
    return total, moved


# Rows of what is settled once all blocks have been taken in.
SCALE, HIGHEST, OWN, MIDDLE, MEAN, OWN_MOVED, VALUE, SLOPE = range(8)


@part
def settle(
    sums: Any, maxima: Any, own: Any, upstream: Any, settled: Any, blocks: int, m: int, i: int
) -> None:
    """What all blocks together, and the label, say about sixteen samples.

    The scale of e relative to the largest logit, that logit, the gradient of the label, c,
    Σ p (v - c), and the label's part of the Hessian's product; for samples that do not count, 0.
    Then the value of the loss, and its derivative along the direction.
    """
    maximum, center = highest_of(sums, maxima, blocks, m, i)
    total, moved = joined_sums(sums, maxima, blocks, m, i, maximum, center)
    label, label_moved, factor = load(own, i), load(own, m + i), load(upstream, i)
    largest = where_greater(maximum, label, maximum, label)
    shift = shift_of(largest, sums)
    shrunk = where_equal(total, 0.0, 0.0, exp_below(maximum, shift))
    e, others = exp_below(label, shift), total * shrunk
    excess = where_less(label, maximum, (total - 1.0) + e, others)
    whole = others + e
    beside = (moved + (center - label_moved) * total) * shrunk
    mean = where_less(label, maximum, moved * shrunk + (label_moved - center) * e, beside) / whole
    center = where_less(label, maximum, center, label_moved)
    scale = factor / whole
    store(settled, VALUE * m + i, (largest - label) + log1p_nonnegative(excess))
    store(settled, SLOPE * m + i, beside / whole)
    keep_if(factor, scale, settled, SCALE * m + i)
    keep_if(factor, largest, settled, HIGHEST * m + i)
    keep_if(factor, 0.0 - scale * others, settled, OWN * m + i)
    keep_if(factor, center, settled, MIDDLE * m + i)
    keep_if(factor, mean, settled, MEAN * m + i)
    own_moved = scale * e * ((label_moved - center) - mean)
    keep_if(factor, own_moved, settled, OWN_MOVED * m + i)


@part
def keep_if(factor: Any, value: Any, settled: Any, at: int) -> None:
    """0 where the factor is."""
    store(settled, at, where_equal(factor, 0.0, 0.0, value))


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


@part
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
    `settled` is what `settle` gives, `numbers` scratch for four rows.
    """
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


@part
def add_moves(v: Any, moves: Any, resting: bool, first: int, k: int, m: int) -> None:
    """Add those of the bias to the motions of a block, which hold nothing yet if all else rests."""
    if v is not None:
        for c in range(k):
            by = moves[first + c] if moves.size > 0 else v.dtype.type(0)
            if resting:
                v[c * m : c * m + m] = by
            elif moves.size > 0:
                for i in range(0, m, 16):
                    store(v, c * m + i, load(v, c * m + i) + by)


@part
def add_row_sums(r: Any, sums: Any, first: int, k: int, m: int) -> None:
    """Add the sums over the samples, which are few enough for their dtype, if they are wanted."""
    if sums.size > 0:
        for c in range(k):
            total = load(r, c * m)
            for i in range(16, m, 16):
                total = total + load(r, c * m + i)
            sums[first + c] += halves_sum(total)
