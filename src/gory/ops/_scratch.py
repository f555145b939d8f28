"""Scratch memory of kernels, kept by each thread for its next call: new memory costs page faults.

Every thread that takes part in a kernel has a piece of its own (`_range_sharing.own_share`).
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Scratch memory up to this size stays with its thread.
KEPT = 2**22
# Entries between the scratch memory of one thread and the next: a core also fetches the lines after
# those it uses, and where another one writes to them each waits for the other.
APART = 528
_FLOAT64 = np.dtype(np.float64)


def scratch_of_sixteen(z: NDArray[Any], threads: int) -> tuple[NDArray[Any], ...]:
    """Memory for sixteen rows, as tiles and groups use it, for each of so many threads."""
    return _of_thread.sixteen(threads, -(-z.shape[1] // 16) * 16, z.dtype)


def row_scratch(z: NDArray[Any], entries: int, place: int, threads: int) -> NDArray[Any]:
    """Memory for a row of so many entries, in the dtype of z, for each of so many threads."""
    # Rows that begin at the same place of a page get into each other's way.
    size = -(-entries // 16) * 16 + APART
    return _of_thread.get(place, threads * size, z.dtype)


def _aligned(size: int, dtype: Any) -> NDArray[Any]:
    """An uninitialized array that starts at a multiple of 64 bytes."""
    itemsize = np.dtype(dtype).itemsize
    memory = np.empty(size + 64 // itemsize, dtype)
    skip = -memory.ctypes.data % 64 // itemsize
    return memory[skip : skip + size]


class _Scratch(threading.local):
    """Scratch memory of a thread, kept for its next call: new memory costs page faults."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, str], NDArray[Any]] = {}
        self.last: tuple[Any, tuple[NDArray[Any], ...]] = None, ()

    def sixteen(self, threads: int, columns: int, dtype: np.dtype[Any]) -> tuple[NDArray[Any], ...]:
        """What sixteen rows of so many columns need, found at once if it was the same before."""
        key = threads, columns, dtype.char
        if self.last[0] != key:
            sizes = ((16 * columns, dtype), (1024, dtype), (256, _FLOAT64))
            found = [
                self.get(i, threads * (size + APART), kind) for i, (size, kind) in enumerate(sizes)
            ]
            self.last = key, tuple(found)
        return self.last[1]

    def get(self, place: int, size: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        """At least so many numbers; nobody else uses what has this place during a call."""
        found = self.kept.get((place, dtype.char))
        if found is None or found.size < size:
            found = _aligned(size, dtype)
            if found.nbytes <= KEPT:
                self.kept[place, dtype.char] = found
        return found[:size]


_of_thread = _Scratch()
