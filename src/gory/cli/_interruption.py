"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever the program happens to be. A library may catch it there, to
keep the best model so far or by mistake, and the command would go on as if nothing had been asked.
So the command remembers it, and ends with it once what was reached is told and kept.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_asked = threading.Event()


@contextmanager
def remembered() -> Iterator[None]:
    """Remember interruptions inside of the block, and raise them as ever."""
    _asked.clear()
    is_ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if is_ours:
        signal.signal(signal.SIGINT, _remember)
    try:
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def stop_if_asked() -> None:
    """Raise the interruption that was remembered, if there was one.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C was pressed since `remembered` began.
    """
    if _asked.is_set():
        raise KeyboardInterrupt


def _remember(number: int, frame: FrameType | None) -> None:
    _asked.set()
    signal.default_int_handler(number, frame)
