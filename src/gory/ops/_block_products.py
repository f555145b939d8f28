"""Matrix products in which one size is the number of classes of a block, for compiled code.

A thread that goes through blocks of classes multiplies the same matrices for each of them: what
changes is where the rows of a class begin, and how many classes there are. A product is
therefore described once, as a row of integers that `_block_kernels` reads, for all blocks and
threads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Columns of a row of numbers, in the order in which BLAS asks for them, which counts by columns: to
# it cᵀ = bᵀ aᵀ is what is computed. A size of -1 stands for the number of classes. An operand is an
# address, and what is added to it for every class and for every thread; a result has an
# address of its own for the first thread. Whether to add is 0, 1, or LATER.
B_KIND, A_KIND, WIDE, HIGH, INNER, B_APART, A_APART, C_APART = range(8)
A, B, C, C_FIRST, ADD, FIELDS = 8, 11, 14, 17, 18, 19
CLASSES = -1
LATER = 2
"""Add to what is there, but not at the first block of a thread."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A matrix, or that part of one that belongs to a block of classes or to a thread."""

    memory: NDArray[Any]
    """What must not be freed as long as the operand is in use."""
    address: int
    rows: int
    columns: int
    apart: int
    """How far rows lie apart, in entries; columns if it is transposed."""
    per_class: int = 0
    per_thread: int = 0
    """In bytes."""
    turned: bool = False

    @property
    def T(self) -> Operand:
        """The transpose."""
        return replace(self, rows=self.columns, columns=self.rows, turned=not self.turned)


def matrix(array: NDArray[Any]) -> Operand:
    """The same for all blocks."""
    if array.strides[1] != array.itemsize or array.strides[0] < array.shape[1] * array.itemsize:
        array = np.ascontiguousarray(array)
    rows, columns = array.shape
    apart = max(array.strides[0] // array.itemsize, columns, 1)
    return Operand(array, array.ctypes.data, rows, columns, apart)


def classes_of(array: NDArray[Any]) -> Operand:
    """The rows of a block's classes, of a matrix with a row for every class."""
    whole = matrix(array)
    return replace(whole, rows=CLASSES, per_class=whole.apart * array.itemsize)


@dataclass(frozen=True, slots=True)
class Room:
    """Memory for blocks with a row for each class."""

    memory: NDArray[Any]
    """For all classes, (K, M); or of each thread, (threads, classes, M), a block at a time."""

    @property
    def apart(self) -> int:
        """How far rows lie apart, in entries."""
        return self.memory.shape[-1]

    @property
    def step(self) -> int:
        """How much further a block begins for every class before it, in entries."""
        return self.apart if self.memory.ndim == 2 else 0

    @property
    def share(self) -> int:
        """The same for every thread before the own one."""
        return 0 if self.memory.ndim == 2 else self.memory[0].size

    def block(self, columns: int) -> Operand:
        """The first columns of a block."""
        memory, size = self.memory, self.memory.itemsize
        apart, steps = max(self.apart, 1), (self.step * size, self.share * size)
        return Operand(memory, memory.ctypes.data, CLASSES, columns, apart, *steps)


@dataclass(frozen=True, slots=True)
class Product:
    """c = a b, or c += a b."""

    a: Operand
    b: Operand
    c: Operand
    add: int
    first: int | None = None
    """Where the first thread's result goes, if not beside those of the others."""

    def numbers(self) -> list[int]:
        """What compiled code reads."""
        a, b, c = self.a, self.b, self.c
        sizes = (c.columns, c.rows, a.columns)
        places = [
            number
            for part in (a, b, c)
            for number in (part.address, part.per_class, part.per_thread)
        ]
        first = c.address if self.first is None else self.first
        return [_kind(b), _kind(a), *sizes, b.apart, a.apart, c.apart, *places, first, self.add]


def _kind(operand: Operand) -> int:
    return ord("T" if operand.turned else "N")


def product_numbers(products: list[Product]) -> NDArray[np.int64]:
    """One row of numbers after another."""
    rows = [number for product in products for number in product.numbers()]
    return np.array(rows, np.int64)
