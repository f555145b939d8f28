"""Memory for large results, used again once nobody holds the result any more.

Memory that is new costs a page fault for every page, and the system zeroes every byte of it: for a
result that does not fit into the cache half of the time of a softmax. Allocators keep what is
small; what is large they give back at once. Here it is kept for the next result of about its
size, and the system is told that it may take it back whenever it is short of memory (`MADV_FREE`).

What a caller gets is an ordinary array whose memory belongs to a lease; when the last view of it
is gone, so is the lease, and the memory is free. Where the system knows no such advice, and for
what is small, it is NumPy's memory.
"""

from __future__ import annotations

import mmap
import weakref
from collections import deque
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Bytes from which on the C library's allocator gives memory back; size of a huge page; bytes kept.
LEAST, HUGE, KEPT = 2**25, 2**21, 2**30


@dataclass(frozen=True, slots=True)
class _Region:
    """Memory of whole huge pages, from `start` on in a mapping."""

    mapping: mmap.mmap
    start: int
    size: int
    address: int

    def advise(self, advice: int) -> None:
        """Tell the system what to do with it; what it does not know it need not do."""
        try:
            self.mapping.madvise(advice, self.start, self.size)
        except OSError:
            return


class _Lease:
    """What an array holds on to as long as it uses a region."""

    def __init__(self, region: _Region) -> None:
        self.__array_interface__: dict[str, Any] = {
            "data": (region.address, False),
            "shape": (region.size,),
            "typestr": "|u1",
            "version": 3,
        }


_free: deque[_Region] = deque()


def result_memory(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """An uninitialized C-ordered array."""
    kind = np.dtype(dtype)
    size = prod(shape) * kind.itemsize
    if size < LEAST or not hasattr(mmap, "MADV_FREE"):
        return np.empty(shape, kind)
    region = _fitting(-(-size // HUGE) * HUGE)
    lease = _Lease(region)
    weakref.finalize(lease, _give_back, region).atexit = False
    return np.asarray(lease)[:size].view(kind).reshape(shape)


def _fitting(size: int) -> _Region:
    """A free region, hardly larger than needed; a new one if there is none."""
    # Regions are freed whenever arrays are, in any thread: nothing here may be interrupted.
    for _ in range(len(_free)):
        try:
            region = _free.popleft()
        except IndexError:
            break
        if size <= region.size <= size + size // 4:
            return region
        _free.append(region)
    mapping = mmap.mmap(-1, size + HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    address = np.frombuffer(mapping, np.uint8).ctypes.data
    start = -address % HUGE
    region = _Region(mapping, start, size, address + start)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        region.advise(mmap.MADV_HUGEPAGE)
    return region


def _give_back(region: _Region) -> None:
    region.advise(mmap.MADV_FREE)
    _free.append(region)
    while sum(kept.size for kept in tuple(_free)) > KEPT:
        try:
            _free.popleft()
        except IndexError:
            return
