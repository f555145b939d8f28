"""A fused label loss with its classes in blocks.

The logits of a chunk of samples are made a block of classes at a time, with one row per class,
and a block is taken in while it is still in the cache (`_class_kernels`). Where sums over the
classes are all that is wanted, a block is then forgotten, so that a chunk has its full number of
samples however many classes there are. Gradients and products need the exponentials once more
when the sums are known; the second way through the blocks makes them results, and a block
goes into the matrix products while it is in the cache again.

Threads share out the blocks: each multiplies, takes in and finishes its own, so that products
and kernels never wait for each other. Which thread has which block is fixed, and sums are put
together in a fixed order.

The weights are read once per chunk, so chunks of few samples are slow. Where the workspace has
no room for many, the memory that the gradient of the weights will fill holds the exponentials
of as many samples as there are features: row k of the gradient depends on class k alone, and a
block is finished in a copy. Along a direction a second matrix would have to be held; its blocks
are then computed twice.

Only label losses without options are computed so, and only compiled; others see whole rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._kernels import compiled
from gory.ops._linear_call import LinearCall
from gory.ops._linear_layer import CHUNK_ROWS, LOGITS_SHARE
from gory.ops._linear_products import Direction, GradientSums
from gory.ops._products import (
    add_outer,
    add_product,
    blas_can_be_told,
    column_sums,
    logits_into,
    one_thread_each,
    times_weights,
)
from gory.ops._threads import get_threads, share_rows

# Entries of a block of logits, few enough for the cache; and classes from which on products of
# blocks are as fast as those of whole matrices.
BLOCK, LEAST = 2**18, 1024
# Samples in a chunk below which the memory of the gradient is worth borrowing; along a
# direction that costs a fourth product for three.
FEW, FEW_MOVED = 256, 80
# Share of the workspace for a chunk; threads hold a block or two, and BLAS packs some of it.
BLOCKS_SHARE = 0.9
# Products are fastest if the samples are a multiple of this.
ROUND = 64


@dataclass(frozen=True, slots=True)
class Blocks:
    """A call whose loss can be computed in blocks of classes."""

    call: LinearCall
    labels: NDArray[np.intp]
    total: NDArray[np.float64]
    """The class weight of each sample's label."""
    absorb: Callable[..., None]
    finish: Callable[..., None]
    shares: int
    """Among how many threads the blocks are shared out."""

    @staticmethod
    def of(call: LinearCall) -> Blocks | None:
        """None if whole rows are needed: for options, without labels, without kernels."""
        target, layer = call.labels(), call.layer
        logits = np.broadcast_to(layer.x.dtype.type(0), (layer.n, layer.k))
        absorb, finish = compiled("absorb_classes", logits), compiled("finish_classes", logits)
        if target is None or target.labels is None or absorb is None or finish is None:
            return None
        shares = get_threads() if blas_can_be_told() else 1
        return Blocks(call, target.labels, target.total, absorb, finish, shares)

    def products(self) -> AbstractContextManager[Any]:
        """BLAS leaves the threads to those who share out the blocks."""
        return one_thread_each() if self.shares > 1 else nullcontext()

    def samples(self, rows: slice, copies: int, share: float = LOGITS_SHARE) -> Samples:
        """A chunk of which nothing has been seen.

        Every thread may hold so many `copies` of a block, all together a share of the workspace.
        """
        layer, m = self.call.layer, lanes(rows.stop - rows.start)
        room = layer.block_classes(m, share * self.call.max_workspace, copies * self.shares)
        size = max(1, min(max(BLOCK // m, LEAST), room))
        parts = [slice(c, min(c + size, layer.k)) for c in range(0, layer.k, size)]
        labels = np.full(m, -1, np.intp)
        labels[: rows.stop - rows.start] = self.labels[rows]
        state = np.zeros((self.shares, 8, m))
        state[:, [0, 4]] = -np.inf
        maxima = np.empty((len(parts), 2, m), layer.x.dtype)
        return Samples(self, rows, labels, parts, state, maxima)


def lanes(samples: int) -> int:
    """How many entries a row for so many samples has: whole vectors."""
    return -(-samples // 16) * 16


@dataclass(frozen=True, slots=True)
class Samples:
    """A chunk of samples, and what the blocks of classes seen so far say about them."""

    blocks: Blocks
    rows: slice
    labels: NDArray[np.intp]
    """Of every lane; -1 where there is no sample."""
    parts: list[slice]
    """Blocks of classes."""
    state: NDArray[np.float64]
    """For every thread what `absorb_classes` adds up."""
    maxima: NDArray[Any]
    """Of each block, and what `exp_below` gives for them."""

    @property
    def size(self) -> int:
        """How many samples there are."""
        return self.rows.stop - self.rows.start

    def memory(self) -> NDArray[Any]:
        """Room for a block."""
        return np.empty((self.parts[0].stop, len(self.labels)), self.maxima.dtype)

    def for_every_block(self, begin: Callable[[int], Callable[[int], None]]) -> None:
        """Threads prepare by begin(share), and call what they get for each of their blocks.

        The block that was seen last comes first: it is still in the cache.
        """
        shares = self.blocks.shares

        def work(start: int, stop: int) -> None:
            for share in range(start, stop):
                step = begin(share)
                for number in reversed(range(share, len(self.parts), shares)):
                    step(number)

        share_rows(lambda: work, shares, self.size * self.blocks.call.layer.k)

    def see(self, share: int, number: int, z: NDArray[Any], v: Any, keep: bool) -> None:
        """Compute a block of logits into z and take it in, moved along v if there is one."""
        layer, part = self.blocks.call.layer, self.parts[number]
        logits_into(layer.w[part], layer.x[self.rows], None, z[:, : self.size])
        bias = np.zeros(len(z), z.dtype) if layer.bias is None else layer.bias[part]
        state, maxima = self.state[share], self.maxima[number]
        self.blocks.absorb(z, v, bias, self.labels, part.start, state, maxima, keep)

    def move(self, direction: Direction, number: int, v: NDArray[Any]) -> None:
        """Compute the motion of a block of logits into v."""
        direction.by_classes(self.rows, self.parts[number], v[:, : self.size])

    def finish(self, number: int, z: NDArray[Any], scales: Any, v: Any, out: Any, own: Any) -> None:
        """Results from the exponentials of a block."""
        first, maxima = self.parts[number].start, self.maxima[number]
        self.blocks.finish(z, v, out, own, self.labels, first, scales, maxima)

    def scales(self, settled: Settled, upstream: NDArray[np.float64]) -> NDArray[np.float64]:
        """What `finish_classes` needs for every lane."""
        rows = np.zeros((6, len(self.labels)))
        rows[:, : self.size] = settled.scales(upstream)
        return rows


@dataclass(frozen=True, slots=True)
class Settled:
    """The sums of a chunk over all classes, the label's included; one number per sample."""

    values: NDArray[np.float64]
    """-log p of the label."""
    slopes: NDArray[np.float64]
    """Derivative of that along the direction."""
    largest: NDArray[np.float64]
    total: NDArray[np.float64]
    """Σ e relative to the largest logit, and the label's share of it."""
    own: NDArray[np.float64]
    others: NDArray[np.float64]
    """Σ e without the label."""
    center: NDArray[np.float64]
    mean: NDArray[np.float64]
    """Σ p (v - center)."""
    label_moved: NDArray[np.float64]

    @staticmethod
    def of(state: NDArray[np.float64]) -> Settled:
        """Put the threads' sums together, and the label, which stayed out of them, in its place."""
        with np.errstate(all="ignore"):
            maximum, total, moved, center, label, label_moved = _joined(state)
            largest = np.maximum(maximum, label)
            shrunk = np.where(total == 0, 0.0, np.exp(maximum - largest))
            own, others = np.exp(label - largest), total * shrunk
            first = label >= maximum
            excess = np.where(first, others, (total - 1.0) + own)
            whole = others + own
            beside = (moved + (center - label_moved) * total) * shrunk
            mean = np.where(first, beside, moved * shrunk + (label_moved - center) * own) / whole
            return Settled(
                (largest - label) + np.log1p(excess),
                beside / whole,
                largest,
                whole,
                own,
                others,
                np.where(first, label_moved, center),
                mean,
                label_moved,
            )

    def scales(self, upstream: NDArray[np.float64]) -> NDArray[np.float64]:
        """What `finish_classes` needs; samples of upstream 0 get 0."""
        with np.errstate(all="ignore"):
            scale = upstream / self.total
            gradient = 0.0 - scale * self.others
            product = scale * self.own * ((self.label_moved - self.center) - self.mean)
        rows = np.stack([scale, self.largest, gradient, self.center, self.mean, product])
        rows[:, upstream == 0] = 0.0
        return rows


def _joined(state: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Maximum, Σ e, Σ e (v - center), center, and z and v of the label, over all threads."""
    maxima, totals, moves, centers, labels, labels_moved = state[:, :6].swapaxes(0, 1)
    maximum, last = maxima.max(0), maxima.argmax(0)
    center = np.take_along_axis(centers, last[None], 0)[0]
    shrunk = np.where(totals == 0, 0.0, np.exp(maxima - maximum))
    moved = ((moves + (centers - center) * totals) * shrunk).sum(0)
    total = (totals * shrunk).sum(0)
    return maximum, total, moved, center, labels.max(0), labels_moved.sum(0)


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
