"""Values and derivatives of a fused label loss, with its classes in blocks (`_class_blocks`).

Where sums over the classes are all that is wanted, a block is forgotten once it has been taken
in, so that a chunk has its full number of samples however many classes there are. Gradients
and products need the exponentials once more when the sums are known; the second way through the
blocks makes them results, and a block goes into the matrix products while it is in the cache.

The weights are read once per chunk, so chunks of few samples are slow. Where the workspace has
no room for many, the memory that the gradient of the weights will fill holds the exponentials
of as many samples as there are features: row k of the gradient depends on class k alone, and a
block is finished in memory of its own. Along a direction a second matrix would have to be held;
its blocks are then computed twice.

Only label losses without options are computed so, and only compiled; others see whole rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._block_products import (
    LATER,
    Operand,
    Product,
    Room,
    classes_of,
    matrix,
    product_numbers,
)
from gory.ops._class_blocks import Blocks, Samples, lanes
from gory.ops._linear_call import LinearCall
from gory.ops._linear_layer import CHUNK_ROWS, LOGITS_SHARE
from gory.ops._linear_products import Direction, GradientSums

# Samples in a chunk below which the memory of the gradient is worth borrowing; along a
# direction that costs a fourth product for three.
FEW, FEW_MOVED = 256, 80
# Share of the workspace for a chunk; threads hold a block or two, and BLAS packs some of it.
BLOCKS_SHARE = 0.85
# Rows of what is settled about samples: the value of the loss, and its slope.
RESULTS = slice(6, 8)
# Products are fastest if the samples are a multiple of this.
ROUND = 64


def values_by_blocks(blocks: Blocks) -> NDArray[np.float64]:
    """The loss of each row."""
    return _sums(blocks, None)[0]


def slopes_by_blocks(blocks: Blocks, move: Direction) -> NDArray[np.float64]:
    """The derivative of each row's loss along a direction."""
    return _sums(blocks, move)[1]


def _sums(blocks: Blocks, move: Direction | None) -> NDArray[np.float64]:
    """Values and slopes of all rows."""
    n = blocks.call.layer.n
    found = np.empty((2, n))
    with blocks.products():
        for start in range(0, n, CHUNK_ROWS):
            rows = slice(start, min(start + CHUNK_ROWS, n))
            samples = blocks.samples(rows, 1 if move is None else 2)
            found[:, rows] = samples.see(None, None, move)[RESULTS, : samples.size]
    return found * blocks.total


def gradients_by_blocks(
    blocks: Blocks, sums: GradientSums, factors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Add factors ⊙ the gradients to the sums; the loss of each row."""
    values = np.empty(blocks.call.layer.n)
    with blocks.products():
        for rows, z, _ in _chunks(blocks.call, sums, 1):
            samples = blocks.samples(rows, 1, LOGITS_SHARE if z is sums.w else 1 - BLOCKS_SHARE)
            settled = samples.see(Room(z), None, None, factors[rows] * blocks.total[rows])
            values[rows] = settled[RESULTS, : samples.size][0]
            _add_all(samples, sums, Room(z), None, None, settled, residual=False)
    return values * blocks.total


def products_by_blocks(blocks: Blocks, sums: GradientSums, move: Direction, residual: bool) -> None:
    """Add the Hessian's product with a direction to the sums.

    With `residual` the curvature of the layer, R Ẇ and Rᵀ Ẋ, goes in as well.
    """
    factors = blocks.call.factors * blocks.total
    with blocks.products():
        for rows, z, v in _chunks(blocks.call, sums, 2):
            share = LOGITS_SHARE if z is sums.w else 1 - BLOCKS_SHARE
            samples = blocks.samples(rows, 3 if v is None else 1 + residual, share)
            moved = None if v is None else Room(v)
            settled = samples.see(Room(z), moved, move, factors[rows])
            _add_all(samples, sums, Room(z), moved, move, settled, residual=residual)


def _add_all(
    samples: Samples,
    sums: GradientSums,
    z: Room,
    v: Room | None,
    move: Direction | None,
    settled: NDArray[np.float64],
    *,
    residual: bool,
) -> None:
    """Finish all blocks and add them to the sums, to whose memory z may belong."""
    out, gradient = samples.memory("results"), samples.memory("slopes") if residual else None
    again, before = v is None and move is not None, []
    if move is not None and v is None:
        v = Room(samples.memory("motions"))
        before = move.products(samples.rows, v.block(samples.size))
    width = 0 if sums.x is None else sums.x.shape[1]
    others = samples.blocks.memory("dX", (samples.threads - 1, samples.size, width))
    after = _to_gradients(samples, sums, move, out, gradient, others)
    samples.blocks.finish(
        product_numbers(before + after),
        len(before),
        sums.x is not None,
        z,
        v,
        again,
        *samples.moved_bias(move, before),
        out,
        gradient,
        samples.labels,
        samples.parts,
        settled,
        samples.maxima,
        np.empty(0) if sums.bias is None else sums.bias,
        samples.entries,
    )
    if sums.x is not None:
        for other in others:
            sums.x[samples.rows] += other
    sums.first = False


def _to_gradients(
    samples: Samples,
    sums: GradientSums,
    move: Direction | None,
    out: NDArray[Any],
    gradient: NDArray[Any] | None,
    others: NDArray[Any],
) -> list[Product]:
    """What a finished block is multiplied with."""
    product = Room(out).block(samples.size)
    own = None if gradient is None else Room(gradient).block(samples.size)
    found, rows = [], samples.rows
    if sums.x is not None:
        found += _to_inputs(product, own, sums.call.layer.w, move, sums.x[rows], others)
    if sums.w is not None:
        found += _to_weights(product, own, sums.inputs(rows), rows, move, sums)
    return found


def _to_inputs(
    product: Operand,
    own: Operand | None,
    w: NDArray[Any],
    move: Direction | None,
    place: NDArray[Any],
    others: NDArray[Any],
) -> list[Product]:
    """dX = R W + R' Ẇ; the first thread adds it up in its place, others in memory of their own."""
    target = matrix(place)
    first, step = target.address, others.strides[0]
    # The first of the others is the second thread.
    target = replace(target, address=others.ctypes.data - step, per_thread=step)
    found = [Product(product.T, classes_of(w), target, LATER, first)]
    if own is not None and move is not None and move.w is not None:
        found.append(Product(own.T, classes_of(move.w), target, 1, first))
    return found


def _to_weights(
    product: Operand,
    own: Operand | None,
    inputs: NDArray[Any],
    rows: slice,
    move: Direction | None,
    sums: GradientSums,
) -> list[Product]:
    """dW += Rᵀ X + R'ᵀ Ẋ."""
    target = classes_of(np.asarray(sums.w))
    found = [Product(product, matrix(inputs), target, 0 if sums.first else 1)]
    if own is not None and move is not None and move.x is not None:
        found.append(Product(own, matrix(move.x[rows]), target, 1))
    return found


def _chunks(
    call: LinearCall, sums: GradientSums, copies: int
) -> Iterator[tuple[slice, NDArray[Any], NDArray[Any] | None]]:
    """Rows, and memory for their logits and perhaps their motions, by classes."""
    layer = call.layer
    most = layer.chunk_rows(call.max_workspace, copies, BLOCKS_SHARE)
    first, d = 0, layer.w.shape[1]
    few = FEW if copies == 1 else FEW_MOVED
    if sums.w is not None and most < min(few, layer.n, d):
        first = min(layer.n, d - d % 16)
        if first:
            yield slice(0, first), sums.w, None
    size = _even(layer.n - first, most)
    memory = [np.empty(layer.k * lanes(size), layer.x.dtype) for _ in range(copies if size else 0)]
    while first < layer.n:
        stop = min(first + size, layer.n)
        shape = layer.k, lanes(stop - first)
        z, *v = (array[: shape[0] * shape[1]].reshape(shape) for array in memory)
        yield slice(first, stop), z, v[0] if v else None
        first = stop


def _even(rows: int, most: int) -> int:
    """The size of chunks with at most so many rows, the last being hardly smaller."""
    size = -(-rows // max(1, -(-rows // most)))
    for step in (ROUND, 16):
        if -(-size // step) * step <= most:
            return min(rows, -(-size // step) * step)
    return size
