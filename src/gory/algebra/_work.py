"""A limit on the work of one question, so that no input runs for ever.

Every atom of every term that is simplified or written counts, those inside brackets and
exponents included. Within `limited_work` the count is limited, and what would exceed it is
refused like any other polynomial that is too large: a line then stays as it stands, and is tested
where it cannot be proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from gory.algebra._terms import TooLargeError

MOST_ATOMS = 60_000  # a fraction of a second; no derivation of a textbook was seen to take 5,000


@dataclass
class _Work:
    left: int


_work: ContextVar[_Work | None] = ContextVar("work", default=None)


@contextmanager
def limited_work(atoms: int = MOST_ATOMS) -> Iterator[None]:
    """Limit the number of atoms that are looked at inside."""
    token = _work.set(_Work(atoms))
    try:
        yield
    finally:
        _work.reset(token)


def spend(atoms: int) -> None:
    """Count what is looked at."""
    work = _work.get()
    if work is not None:
        work.left -= atoms
        if work.left < 0:
            raise TooLargeError("the question takes more work than one is given")
