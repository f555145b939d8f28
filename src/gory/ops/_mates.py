"""Threads that help out: each does one task at a time, and looks out for the next for a while.

Between the tasks of a busy moment a thread does not fall asleep (`_spinning`), for up to a
millisecond; after that it costs nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from queue import SimpleQueue
from typing import Any

import numpy as np

# Places in the flags of a thread, 64 bytes apart: number of the last task called out, begun and
# ended, and whether the thread is looking out for one.
CALLED, BEGUN, ENDED, LOOKING, PLACES = 0, 8, 16, 24, 32
# Looks of 10 to 40 ns each: how long a thread looks out for a task, how long for another thread
# to begin one, and how long for the end of one.
IDLE_LOOKS, BEGIN_LOOKS, END_LOOKS = 40_000, 2_000, 40_000


def _spinning() -> Any:
    """The compiled functions for waiting, if kernels are in use anyway."""
    if "gory.ops._compiled" not in sys.modules:
        return None
    return import_module("gory.ops._spinning")


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
    """A thread that waits for tasks."""

    def __init__(self, name: str) -> None:
        self.flags = np.zeros(PLACES, np.int64)
        self.tasks: SimpleQueue[Task] = SimpleQueue()
        self.number = 0
        threading.Thread(target=self._serve, name=name, daemon=True).start()

    def give(self, run: Callable[[], None]) -> Task:
        """Ask the thread to do something; it may be busy, then the caller may claim the task."""
        self.number += 1
        task = Task(run, self.number)
        self.tasks.put(task)
        spinning = _spinning()
        if spinning is not None:
            spinning.call_out(self.flags, task.number, BEGIN_LOOKS)
        return task

    def finish(self, task: Task) -> None:
        """Wait for the end of a task that has been claimed, or claim and forget it."""
        if task.claim():
            return
        spinning = _spinning()
        if spinning is not None:
            spinning.look_until(self.flags, ENDED, task.number, END_LOOKS)
        task.ended.acquire()
        if task.error is not None:
            raise task.error

    def _serve(self) -> None:
        seen = 0
        while True:
            spinning = _spinning()
            if spinning is not None:
                spinning.look_while(self.flags, CALLED, seen, IDLE_LOOKS)
            task = self.tasks.get()
            seen = task.number
            if task.claim():
                self._do(task)
            del task

    def _do(self, task: Task) -> None:
        self.flags[BEGUN] = task.number
        try:
            task.run()
        except BaseException as error:
            task.error = error
        self.flags[ENDED] = task.number
        task.ended.release()
