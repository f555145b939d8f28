"""A chunk of samples whose logits come in blocks of classes.

The logits are made a block of classes at a time, with one row per class, and a block is taken in
while it is still in the cache (`_class_kernels`). Threads share out the blocks: each multiplies,
takes in and finishes its own, so that products and kernels never wait for each other. Which
thread has which block is fixed, and sums are put together in a fixed order.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._kernels import compiled
from gory.ops._linear_call import LinearCall
from gory.ops._linear_layer import LOGITS_SHARE
from gory.ops._linear_products import Direction
from gory.ops._products import logits_into, one_thread_each
from gory.ops._threads import get_threads, share_rows

# Entries of a block of logits, few enough for the cache; and classes from which on products of
# blocks are as fast as those of whole matrices, fewer where two blocks share the cache.
BLOCK, LEAST, LEAST_OF_TWO = 2**18, 768, 640


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
        return Blocks(call, target.labels, target.total, absorb, finish, get_threads())

    def products(self) -> AbstractContextManager[Any]:
        """BLAS leaves the threads to those who share out the blocks."""
        return one_thread_each() if self.shares > 1 else nullcontext()

    def samples(self, rows: slice, copies: int, share: float = LOGITS_SHARE) -> Samples:
        """A chunk of which nothing has been seen.

        Every thread may hold so many `copies` of a block, all together a share of the workspace.
        """
        layer, m = self.call.layer, lanes(rows.stop - rows.start)
        room = layer.block_classes(m, share * self.call.max_workspace, copies * self.shares)
        least = LEAST_OF_TWO if copies == 2 else LEAST
        parts = _parts(layer.k, max(1, min(max(BLOCK // m, least), room)), self.shares)
        labels = np.full(m, -1, np.intp)
        labels[: rows.stop - rows.start] = self.labels[rows]
        state = np.zeros((self.shares, 8, m))
        state[:, [0, 4]] = -np.inf
        maxima = np.empty((len(parts), 2, m), layer.x.dtype)
        return Samples(self, rows, labels, parts, state, maxima)


def _parts(classes: int, most: int, shares: int) -> list[slice]:
    """Blocks of at most so many classes, of nearly equal size, as many for each of the threads."""
    number = -(-classes // most)
    number = min(classes, -(-number // shares) * shares)
    size = -(-classes // max(1, number))
    if -(-size // 16) * 16 <= most:
        size = -(-size // 16) * 16
    return [slice(c, min(c + size, classes)) for c in range(0, classes, max(1, size))]


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

        share_rows(work, shares, self.size * self.blocks.call.layer.k)

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
