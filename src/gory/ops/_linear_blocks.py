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

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._class_blocks import Blocks, Samples, Settled, lanes
from gory.ops._linear_call import LinearCall
from gory.ops._linear_layer import CHUNK_ROWS, LOGITS_SHARE
from gory.ops._linear_products import Direction, GradientSums
from gory.ops._products import add_outer, add_product, column_sums, times_weights

# Samples in a chunk below which the memory of the gradient is worth borrowing; along a
# direction that costs a fourth product for three.
FEW, FEW_MOVED = 256, 80
# Share of the workspace for a chunk; threads hold a block or two, and BLAS packs some of it.
BLOCKS_SHARE = 0.85
# Products are fastest if the samples are a multiple of this.
ROUND = 64


@dataclass(slots=True)
class Share:
    """One thread's part of the gradients of a chunk: dW and db of its classes, and a dX."""

    sums: GradientSums
    rows: slice
    inputs: NDArray[Any]
    x: NDArray[Any] | None
    """Where dX goes; it holds nothing until a block has been added."""
    empty: bool = True

    def add(self, classes: slice, residual: NDArray[Any]) -> None:
        """Add what a block of the residual, with a row for each class, gives."""
        sums = self.sums
        if self.x is not None:
            add_outer(residual, sums.call.layer.w[classes], self.x, first=self.empty)
        self.empty = False
        if sums.w is not None and sums.first:
            times_weights(residual, self.inputs, sums.w[classes])
        elif sums.w is not None:
            add_product(residual, self.inputs.T, sums.w[classes])
        if sums.bias is not None:
            sums.bias[classes] += column_sums(residual.T)

    def add_curvature(self, classes: slice, residual: NDArray[Any], move: Direction) -> None:
        """dX += R Ẇ and dW += Rᵀ Ẋ, after `add` for the same classes."""
        if self.x is not None and move.w is not None:
            add_outer(residual, move.w[classes], self.x, first=False)
        if self.sums.w is not None and move.x is not None:
            add_product(residual, move.x[self.rows].T, self.sums.w[classes])


def _shares(sums: GradientSums, rows: slice, number: int) -> list[Share]:
    """The parts of so many threads; the first has its dX in place."""
    inputs, place = sums.inputs(rows), None if sums.x is None else sums.x[rows]
    others = [None if place is None else np.empty_like(place) for _ in range(1, number)]
    return [Share(sums, rows, inputs, x) for x in (place, *others)]


def _put_together(sums: GradientSums, shares: list[Share]) -> None:
    first, *others = shares
    for other in others:
        if first.x is not None and not other.empty:
            first.x += other.x
    sums.first = False


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
            _see_all(samples, None, None, move, keep=False)
            settled = Settled.of(samples.state[..., : samples.size])
            found[:, rows] = settled.values, settled.slopes
    return found * blocks.total


def _see_all(samples: Samples, z: Any, v: Any, move: Direction | None, *, keep: bool) -> None:
    """Take in all blocks; their logits and motions are left in z and v where these are given."""

    def begin(share: int) -> Callable[[int], None]:
        block = samples.memory() if z is None else None
        moved = samples.memory() if v is None and move is not None else None

        def step(number: int) -> None:
            part = samples.parts[number]
            size = part.stop - part.start
            own, along = z[part] if block is None else block[:size], None
            if move is not None:
                along = v[part] if moved is None else moved[:size]
                samples.move(move, number, along)
            samples.see(share, number, own, along, keep)

        return step

    samples.for_every_block(begin)


def gradients_by_blocks(
    blocks: Blocks, sums: GradientSums, factors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Add factors ⊙ the gradients to the sums; the loss of each row."""
    values = np.empty(blocks.call.layer.n)
    with blocks.products():
        for rows, z, _ in _chunks(blocks.call, sums, 1):
            samples = blocks.samples(rows, 1, LOGITS_SHARE if z is sums.w else 1 - BLOCKS_SHARE)
            _see_all(samples, z, None, None, keep=True)
            settled = Settled.of(samples.state[..., : samples.size])
            values[rows] = settled.values
            scales = samples.scales(settled, factors[rows] * blocks.total[rows])
            _add_all(samples, sums, z, None, None, scales, residual=False)
    return values * blocks.total


def products_by_blocks(blocks: Blocks, sums: GradientSums, move: Direction, residual: bool) -> None:
    """Add the Hessian's product with a direction to the sums.

    With `residual` the curvature of the layer, R Ẇ and Rᵀ Ẋ, goes in as well.
    """
    with blocks.products():
        for rows, z, v in _chunks(blocks.call, sums, 2):
            share = LOGITS_SHARE if z is sums.w else 1 - BLOCKS_SHARE
            samples = blocks.samples(rows, 3 if v is None else 1 + residual, share)
            _see_all(samples, z, v, move, keep=True)
            settled = Settled.of(samples.state[..., : samples.size])
            scales = samples.scales(settled, blocks.call.factors[rows] * blocks.total[rows])
            _add_all(samples, sums, z, v, move, scales, residual=residual)


def _add_all(
    samples: Samples,
    sums: GradientSums,
    z: NDArray[Any],
    v: NDArray[Any] | None,
    move: Direction | None,
    scales: NDArray[np.float64],
    *,
    residual: bool,
) -> None:
    """Finish all blocks and add them to the sums, to whose memory z may belong."""
    shares = _shares(sums, samples.rows, samples.blocks.shares)

    def begin(share: int) -> Callable[[int], None]:
        out, gradient = samples.memory(), samples.memory() if residual else None
        again = samples.memory() if v is None and move is not None else None

        def step(number: int) -> None:
            part, own = samples.parts[number], None
            size = part.stop - part.start
            along = None if v is None else v[part]
            if move is not None and again is not None:
                along = again[:size]
                samples.move(move, number, along)
            if gradient is not None:
                own = gradient[:size]
            samples.finish(number, z[part], scales, along, out[:size], own)
            shares[share].add(part, out[:size, : samples.size])
            if move is not None and own is not None:
                shares[share].add_curvature(part, own[:, : samples.size], move)

        return step

    samples.for_every_block(begin)
    _put_together(sums, shares)


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
