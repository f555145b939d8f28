"""Rows shared out among threads.

Kernels release the interpreter lock, so plain Python threads (`_mates`) run them side by side.
They take ranges of the rows, large ones first, until none is left: a thread that wakes up late,
because its core was asleep or busy with something else, finds the less to do. Kernels take them
in compiled code, other work (matrix products, blocks with options) in Python. Rows do not
interact and every row is computed in its own fixed order, so neither the number of threads nor
who took which piece can be seen in a result. BLAS has threads of its own; the two never run at
the same time.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._errors import RangeError
from gory.ops._mates import Mate
from gory.ops._ranges import ranges_of

Work = Callable[[int, int], None]

# Calling threads costs 20 to 50 µs, which is what 10⁵ entries take on one core.
SERIAL_BELOW = 2**17
# Entries of the smallest range that is taken in Python: handing over the interpreter between
# threads costs as much as several thousand entries.
PIECE = 2**16

_state: dict[str, Any] = {"threads": None, "mates": []}
_starting = threading.Lock()


def set_threads(number: int | None) -> None:
    """Use this many threads for large arrays; None: as many as there are cores.

    The environment variable ``OMP_NUM_THREADS`` bounds the default.

    Examples
    --------
    >>> from gory.ops import get_threads, set_threads
    >>> set_threads(1)
    >>> get_threads()
    1
    >>> set_threads(None)
    """
    if number is not None and (not isinstance(number, int) or number < 1):
        raise RangeError(f"number of threads is {number!r}; it must be an integer from 1 on.")
    _state["threads"] = number


def get_threads() -> int:
    """How many threads large arrays are shared out among."""
    chosen = _state["threads"]
    if isinstance(chosen, int):
        return chosen
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    allowed = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    return min(cores or 1, int(allowed) if allowed.isdigit() and int(allowed) else cores or 1)


def share_kernel(
    run: Callable[[NDArray[np.int64]], None],
    rows: int,
    entries: int,
    *,
    blocks_for: int | None = None,
) -> None:
    """Call a kernel that takes its rows from the ranges that it is given.

    If `blocks_for` is given, they are large blocks for at most so many threads, taken one by one.
    """
    number = min(blocks_for or get_threads(), rows) if entries >= SERIAL_BELOW else 1
    if number < 2:
        run(ranges_of(rows, entries, ()))
        return
    mates = [mate for mate in _mates(number - 1) if mate.reserve()]
    try:
        addresses = tuple([mate.address for mate in mates])
        run(ranges_of(rows, entries, addresses, one_by_one=blocks_for is not None))
    finally:
        for mate in mates:
            mate.release()


def share_rows(work: Work, rows: int, entries: int) -> None:
    """Call work(start, stop) for ranges that together are all the rows."""
    number = min(get_threads(), rows)
    if number < 2 or entries < SERIAL_BELOW:
        work(0, rows)
        return
    pieces = _pieces(rows, entries, number)

    def take() -> None:
        while True:
            try:
                start, stop = pieces.popleft()
            except IndexError:
                return
            work(start, stop)

    given = [(mate, mate.give(take)) for mate in _mates(number - 1)]
    try:
        take()
    finally:
        for mate, task in given:
            mate.finish(task)


def share_slices(work: Callable[[slice], None], number: int, entries: int) -> None:
    """Call work for slices of range(number), as many as there are threads, of nearly equal size."""
    threads = min(get_threads(), number) if entries >= SERIAL_BELOW else 1
    if threads < 2:
        work(slice(0, number))
        return

    def several(start: int, stop: int) -> None:
        for i in range(start, stop):
            work(slice(number * i // threads, number * (i + 1) // threads))

    share_rows(several, threads, max(entries, PIECE * threads))


def _pieces(rows: int, entries: int, number: int) -> deque[tuple[int, int]]:
    """Ranges of rows, each a share of what is left."""
    least = max(1, PIECE * rows // entries)
    start, pieces = 0, deque()
    while start < rows:
        size = max(least, (rows - start) // (2 * number))
        pieces.append((start, min(start + size, rows)))
        start += size
    return pieces


def _mates(number: int) -> list[Mate]:
    mates: list[Mate] = _state["mates"]
    if len(mates) < number:
        with _starting:
            while len(mates) < number:
                mates.append(Mate(f"gory-rows-{len(mates) + 1}"))
    return mates[:number]


def _forget_mates() -> None:
    """A forked child has none of the parent's threads."""
    _state["mates"] = []


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_mates)
