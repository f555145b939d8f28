"""A limit on the work of one question, so that no input runs for ever.

Every atom of every term that is simplified or written counts, those inside brackets and
exponents included. Within `limited_work` the count is limited, and what would exceed it is
refused like any other polynomial that is too large: a line then stays as it stands, and is tested
where it cannot be proved. What is remembered from an earlier question is paid for as if it were
done again, so that an answer never depends on what was asked before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, wraps
from math import inf
from typing import TypeVar

from gory.algebra._terms import TooLargeError

Result = TypeVar("Result")

MOST_ATOMS = 60_000  # a fraction of a second; no derivation of a textbook was seen to take 5,000

REMEMBERED = 1 << 15  # results of one function


@dataclass
class _Work:
    most: float = inf
    spent: int = 0


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
        work.spent += atoms
        if work.spent > work.most:
            raise TooLargeError("the question takes more work than one is given")


def remembered(function: Callable[..., Result]) -> Callable[..., Result]:
    """A function whose results are kept, with what they cost. Nobody may change them."""

    @lru_cache(maxsize=REMEMBERED)
    def once(*given: object) -> tuple[Result, int]:
        outer = _work.get()
        inner = _Work() if outer is None else _Work(outer.most - outer.spent)
        token = _work.set(inner)
        try:
            return function(*given), inner.spent
        finally:
            _work.reset(token)

    @wraps(function)
    def paid(*given: object) -> Result:
        result, cost = once(*given)
        spend(cost)
        return result

    return paid
