"""Threads that help out: each does one thing at a time, and looks out for the next for a while.

A thread that sleeps takes 20 to 100 µs to wake up on a machine whose other cores are idle. Between
the tasks of a busy moment it therefore does not fall asleep, for up to a millisecond; after that
it costs nothing. While it is looking out it is in compiled code (`_range_sharing`) and can
join a kernel there. Tasks in Python are put into its queue, and it is called out to them.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

# Places in the flags of a thread, 64 bytes apart if they change at different times: whether it was
# offered a kernel to join, and which; whether it is looking out; number of the last task in Python
# called out, begun and ended.
STATE, FUNCTION, PACKET, LOOKING, CALLED, BEGUN, ENDED, PLACES = 0, 8, 9, 16, 24, 32, 40, 48
IDLE, OFFERED, RUNNING = 0, 1, 2
# Looks of about a nanosecond each: how long a thread looks out for something to do, how long for
# another thread to begin a task, and how long for the end of one.
IDLE_LOOKS, BEGIN_LOOKS, END_LOOKS = 1_000_000, 60_000, 1_000_000


def _sharing() -> Any:
    """The compiled functions for waiting, if kernels are in use anyway."""
    if "gory.ops._compiled" not in sys.modules:
        return None
    return import_module("gory.ops._range_sharing")


@dataclass(slots=True)
class Task:
    """Something to do, for whoever claims it first."""

    run: Callable[[], None]
    number: int
    claimed: threading.Lock = field(default_factory=threading.Lock)
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    error: BaseException | None = None

    def claim(self) -> bool:
        """Whether nobody has claimed it before."""
        return self.claimed.acquire(blocking=False)


class Mate:
    """A thread that waits for tasks, and for kernels that it can join."""

    def __init__(self, name: str) -> None:
        self.flags = np.zeros(PLACES, np.int64)
        self.address = self.flags.ctypes.data
        self.tasks: SimpleQueue[Task | None] = SimpleQueue()
        self.numbers = itertools.count(1)
        # Held by whoever may offer a kernel.
        self.reserved = threading.Lock()
        threading.Thread(target=self._serve, name=name, daemon=True).start()

    def give(self, run: Callable[[], None]) -> Task:
        """Ask the thread to do something; it may be busy, then the caller may claim the task."""
        task = Task(run, next(self.numbers))
        self.tasks.put(task)
        sharing = _sharing()
        if sharing is not None:
            sharing.call_out(self.flags, task.number, BEGUN, BEGIN_LOOKS)
        return task

    def finish(self, task: Task) -> None:
        """Wait for the end of a task that has been claimed, or claim and forget it."""
        if task.claim():
            return
        sharing = _sharing()
        if sharing is not None:
            sharing.look_until(self.flags, ENDED, task.number, END_LOOKS)
        task.ended.acquire()
        if task.error is not None:
            raise task.error

    def reserve(self) -> bool:
        """Whether the caller may offer a kernel; the thread is woken up if it sleeps."""
        if not self.reserved.acquire(blocking=False):
            return False
        if not self.flags[LOOKING]:
            self.tasks.put(None)
        return True

    def release(self) -> None:
        """The caller's kernel is done; the thread may still be in it, if it was interrupted."""
        while self.flags[STATE] == RUNNING:
            time.sleep(1e-5)
        self.reserved.release()

    def _serve(self) -> None:
        seen = ended = 0
        while True:
            sharing = _sharing()
            if sharing is not None:
                sharing.serve(self.flags, ended, seen, IDLE_LOOKS)
            task = self.tasks.get()
            while task is not None:
                seen = task.number
                if task.claim():
                    self._do(task)
                    ended = seen
                task = self._following()

    def _following(self) -> Task | None:
        try:
            return self.tasks.get_nowait()
        except Empty:
            return None

    def _do(self, task: Task) -> None:
        self.flags[BEGUN] = task.number
        try:
            task.run()
        except BaseException as error:
            task.error = error
        task.ended.release()
