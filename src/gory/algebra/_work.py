"""A limit on the work of one question, so that no input runs for ever.

Every simplified term counts. Within `limited_work` the count is limited, and what would
exceed it is refused like any other polynomial that is too large.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from gory.algebra._terms import TooLargeError

MOST_TERMS = 6_000  # simplified terms; no derivation of a textbook was seen to take 2,000


@dataclass
class _Work:
    left: int


_work: ContextVar[_Work | None] = ContextVar("work", default=None)


@contextmanager
def limited_work(terms: int = MOST_TERMS) -> Iterator[None]:
    """Limit the number of terms that are simplified inside."""
    token = _work.set(_Work(terms))
    try:
        yield
    finally:
        _work.reset(token)


def spend() -> None:
    """Count one term."""
    work = _work.get()
    if work is not None:
        work.left -= 1
        if work.left < 0:
            raise TooLargeError("the question takes more work than one is given")
