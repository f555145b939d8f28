"""What threads know about a piece of work of which they take ranges of rows.

The numbers are in one array of int64, which compiled code of all threads reads and writes
(`_range_sharing`).
"""

from __future__ import annotations

from collections.abc import Sequence

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


def ranges_of(rows: int, entries: int, mates: Sequence[int]) -> NDArray[np.int64]:
    """All rows, of which each range is one thread's share of what is left.

    Mates are given by the addresses of their flags.
    """
    threads = len(mates) + 1
    ranges = np.zeros(MATES_FROM + len(mates), np.int64)
    ranges[ROWS] = rows
    least = max(1, PIECE * rows // max(1, entries), min(FEW, rows // (4 * threads)))
    ranges[LEAST] = least if mates else rows
    ranges[PARTS] = threads
    ranges[THREADS] = threads
    ranges[MATES] = len(mates)
    ranges[MATES_FROM:] = mates
    return ranges
