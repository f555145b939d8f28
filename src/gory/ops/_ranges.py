"""What threads know about a piece of work of which they take ranges of rows.

The numbers are in one array of int64, which compiled code of all threads reads and writes
(`_range_sharing`).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Places: the next row; how many have joined; what does not change meanwhile; the arguments of the
# kernel; addresses of the flags of threads that may join.
NEXT, JOINED, ROWS, LEAST, PARTS, THREADS, ENTRY, MATES = 0, 8, 16, 17, 18, 19, 20, 21
ARGUMENTS = 24
ROOM = 160
"""For the arguments of a kernel, arrays taking seven."""
MATES_FROM = ARGUMENTS + ROOM

# Entries of the smallest range: taking one costs as much as some dozen entries. Kernels for long
# rows work on three at once, so that a range of four costs less than four of one.
PIECE, FEW = 2**13, 4
# Kernels for short rows take so many at a time.
TOGETHER = 16


def ranges_of(
    rows: int, entries: int, mates: tuple[int, ...], *, one_by_one: bool = False
) -> NDArray[np.int64]:
    """All rows, of which each range is one thread's share of what is left, or a single one.

    Mates are given by the addresses of their flags.
    """
    ranges = _untouched(rows, entries, mates, PIECE, FEW).copy()
    if one_by_one:
        ranges[LEAST], ranges[PARTS] = 1, rows
    return ranges


@lru_cache(maxsize=64)
def _untouched(
    rows: int, entries: int, mates: tuple[int, ...], piece: int, few: int
) -> NDArray[np.int64]:
    threads = len(mates) + 1
    ranges = np.zeros(MATES_FROM + len(mates), np.int64)
    ranges[ROWS] = rows
    least = max(1, piece * rows // max(1, entries), min(few, rows // (4 * threads)))
    ranges[LEAST] = least if mates else rows
    ranges[PARTS] = threads
    ranges[THREADS] = threads
    ranges[MATES] = len(mates)
    ranges[MATES_FROM:] = mates
    return ranges
