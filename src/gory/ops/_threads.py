"""Rows shared out among threads.

Kernels release the interpreter lock, so plain Python threads run them side by side. Rows do
not interact and every row is computed in its own fixed order: the number of threads cannot
be seen in a result. BLAS has threads of its own; the two never run at the same time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from gory.ops._errors import RangeError

# Starting threads costs about 20 µs, which is what 10⁵ entries take on one core.
SERIAL_BELOW = 2**17

_state: dict[str, object] = {"threads": None, "pool": None}


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


def share_rows(work: Callable[[int, int], None], rows: int, entries: int) -> None:
    """Call work(start, stop) for ranges that together are all the rows."""
    number = min(get_threads(), -(-rows // 16))
    if number < 2 or entries < SERIAL_BELOW:
        work(0, rows)
        return
    # Ranges begin at multiples of 16 rows, which the kernels for short rows take at a time.
    step = -(-rows // (16 * number)) * 16 if rows >= 16 * number else -(-rows // number)
    starts = range(0, rows, step)
    parts = [_pool().submit(work, start, min(start + step, rows)) for start in starts[1:]]
    work(0, min(step, rows))
    for part in parts:
        part.result()


def _pool() -> ThreadPoolExecutor:
    pool = _state["pool"]
    if not isinstance(pool, ThreadPoolExecutor):
        pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="gory-rows")
        _state["pool"] = pool
    return pool


def _forget_pool() -> None:
    """A forked child has none of the parent's threads."""
    _state["pool"] = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
