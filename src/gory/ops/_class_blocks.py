"""A chunk of samples whose logits come in blocks of classes.

The logits are made a block of classes at a time, with one row per class, and a block is taken in
while it is still in the cache (`_class_kernels`). Threads share out the blocks: each multiplies,
takes in and finishes its own, so that products and kernels never wait for each other
(`_block_kernels`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._block_products import Product, Room, classes_of, matrix, product_numbers
from gory.ops._kernels import compiled
from gory.ops._linear_call import LinearCall
from gory.ops._linear_layer import LOGITS_SHARE
from gory.ops._linear_products import Direction
from gory.ops._products import one_thread_each
from gory.ops._threads import get_threads

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
    see: Callable[..., NDArray[np.float64]]
    finish: Callable[..., None]
    shares: int
    """Among how many threads the blocks are shared out."""
    kept: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Memory that the next chunk uses again: new memory costs page faults."""

    @staticmethod
    def of(call: LinearCall) -> Blocks | None:
        """None if whole rows are needed: for options, without labels, without kernels."""
        target, layer = call.labels(), call.layer
        logits = np.broadcast_to(layer.x.dtype.type(0), (layer.n, layer.k))
        see, finish = compiled("see_blocks", logits), compiled("finish_blocks", logits)
        if target is None or target.labels is None or see is None or finish is None:
            return None
        return Blocks(call, target.labels, target.total, see, finish, get_threads())

    def memory(self, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
        """Uninitialized memory of this name, of which there is one piece at a time."""
        size, found = prod(shape), self.kept.get(name)
        if found is None or found.size < size:
            found = self.kept[name] = np.empty(size, self.call.layer.x.dtype)
        return found[:size].reshape(shape)

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
        maxima = np.empty((len(parts) - 1, 3, m), layer.x.dtype)
        return Samples(self, rows, labels, parts, maxima)


def _parts(classes: int, most: int, shares: int) -> NDArray[np.intp]:
    """Blocks of at most so many classes, of nearly equal size, as many for each of the threads.

    What is returned are their first classes, and the number of all classes.
    """
    number = -(-classes // most)
    number = min(classes, -(-number // shares) * shares)
    size = -(-classes // max(1, number))
    if -(-size // 16) * 16 <= most:
        size = -(-size // 16) * 16
    return np.append(np.arange(0, classes, max(1, size)), classes)


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
    parts: NDArray[np.intp]
    """The first class of each block, and the number of classes."""
    maxima: NDArray[Any]
    """What `absorb_classes` finds for each block."""

    @property
    def size(self) -> int:
        """How many samples there are."""
        return self.rows.stop - self.rows.start

    @property
    def threads(self) -> int:
        """How many may have blocks."""
        return min(self.blocks.shares, len(self.maxima))

    def memory(self, name: str) -> NDArray[Any]:
        """Room for a block of every thread."""
        shape = self.threads, int(self.parts[1]), len(self.labels)
        return self.blocks.memory(name, shape)

    def see(
        self,
        z: Room | None,
        v: Room | None,
        move: Direction | None,
        upstream: NDArray[np.float64] | float = 0.0,
    ) -> NDArray[np.float64]:
        """Compute the logits of all blocks, moved if there is a direction, and what they say.

        They are left in z and v where these are given, the logits as exponentials. What comes out
        is what `settle` says, for gradients that are multiplied with `upstream`.
        """
        keep, factors = z is not None, np.zeros(len(self.labels))
        factors[: self.size] = upstream
        layer = self.blocks.call.layer
        z = Room(self.memory("logits")) if z is None else z
        if v is None and move is not None:
            v = Room(self.memory("motions"))
        x, w = matrix(layer.x[self.rows]), classes_of(layer.w)
        products = [Product(w, x.T, z.block(self.size), 0)]
        if move is not None and v is not None:
            products += move.products(self.rows, v.block(self.size))
        bias = np.zeros(layer.k, z.memory.dtype) if layer.bias is None else layer.bias
        moved = self.moved_bias(move, products[1:])
        common = (self.labels, self.parts, self.maxima, factors, keep, self.entries)
        threads = self.threads
        return self.blocks.see(product_numbers(products), z, v, *moved, bias, *common, threads)

    def moved_bias(
        self, move: Direction | None, products: list[Product]
    ) -> tuple[bool, NDArray[Any]]:
        """Whether nothing but the bias moves the logits, and its motion."""
        bias = None if move is None else move.bias
        return not products, np.empty(0, self.maxima.dtype) if bias is None else bias

    @property
    def entries(self) -> int:
        """How many logits there are."""
        return self.size * self.blocks.call.layer.k
