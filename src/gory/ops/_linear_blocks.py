"""The derivative of a fused loss along a direction, with the classes in blocks.

It needs but sums over the classes, which can be added up over blocks of them, the maximum
growing on the way (M. Milakov, N. Gimelshein, *Online normalizer calculation for softmax*).
Blocks let chunks have many rows however many classes there are: the weights, which cost more
to read than the logits, are read once for every chunk.

Only label losses without options have it, and only compiled; the others see whole rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._kernels import compiled
from gory.ops._linear_call import LinearCall
from gory.ops._linear_layer import CHUNK_ROWS
from gory.ops._linear_products import Direction, row_slopes


def linear_slopes(call: LinearCall, move: Direction) -> NDArray[np.float64]:
    """The derivative of each row's loss along a direction."""
    slopes = _blocked_slopes(call, move)
    return row_slopes(call, move) if slopes is None else slopes


def _blocked_slopes(call: LinearCall, move: Direction) -> NDArray[np.float64] | None:
    """The same by blocks of classes; None if whole rows are needed."""
    layer = call.layer
    target = call.labels()
    rows = min(CHUNK_ROWS, layer.n)
    classes = layer.block_classes(rows, call.max_workspace, 2)
    z, v = (np.empty(rows * classes, layer.x.dtype) for _ in range(2))
    run = compiled("label_slopes", z.reshape(rows, classes)) if target is not None else None
    if run is None or target is None or target.labels is None:
        return None
    slopes = np.empty(layer.n)
    for start in range(0, layer.n, rows):
        chunk = slice(start, min(start + rows, layer.n))
        labels, count = target.labels[chunk], chunk.stop - start
        state = np.tile([-np.inf, 0.0, 0.0, -np.inf, 0.0, 0.0], (count, 1))
        state[:, 5] = move.label_logits(chunk, labels)
        for first in range(0, layer.k, classes):
            part = slice(first, min(first + classes, layer.k))
            shape = (count, part.stop - first)
            logits, moved = (memory[: shape[0] * shape[1]].reshape(shape) for memory in (z, v))
            layer.logits(chunk, logits, part)
            run(logits, move.logits(chunk, moved, part), labels, first, state)
        slopes[chunk] = _slopes(state)
    return slopes * target.total


def _slopes(state: NDArray[Any]) -> NDArray[np.float64]:
    """Σ e (v - v[label]) / Σ e from the sums without the label."""
    maximum, total, moved, label, label_moved, center = state.T
    largest = np.maximum(maximum, label)
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        others = np.where(total == 0, 0.0, np.exp(maximum - largest))
        own = np.exp(label - largest)
        return (moved + (center - label_moved) * total) * others / (total * others + own)
