"""Turns of several implementations of one piece of work, and what came out of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

Work = Callable[[], object]
Task = tuple[str, tuple[int, ...], dict[str, Work]]
Tasks = Iterator[Task]


@dataclass
class Result:
    """Seconds of each implementation for one piece of work."""

    work: str
    shape: tuple[int, ...]
    seconds: dict[str, float]
    ratios: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Like is held against like: what writes to given memory against ours that does."""
        ours, given = self.seconds["gory"], self.seconds.get("gory out=")
        for name, seconds in self.seconds.items():
            if name != "gory":
                same = given is not None and name in ("torch out=", "copy")
                self.ratios[name] = seconds / (given if same and given else ours)


def timed(work: Work) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# Seconds of a turn: threads of whoever came before look out for more work for some ten
# milliseconds (OpenMP, BLAS, ours), and keep a core busy that the next one needs.
TURN = 0.04


def race(competitors: dict[str, Work], seconds: float) -> dict[str, float]:
    """The fastest call of each, taking turns for about the given time.

    A turn is at least three calls, so that nobody has to fetch what the one before him pushed
    out of the cache; one call where that does not matter any more.
    """
    best = {name: timed(work) for name, work in competitors.items()}
    quick = {name: work for name, work in competitors.items() if best[name] < 1}
    best |= {name: timed(work) for name, work in quick.items()}
    if sum(best.values()) >= 0.3:
        calls = dict.fromkeys(best, 1)
    else:
        calls = {name: int(np.clip(TURN / best[name], 3, 200)) for name in best}
    turn = sum(calls[name] * best[name] for name in best)
    for _ in range(int(np.clip(seconds / turn, 1, 100))):
        for name, work in competitors.items():
            best[name] = min(best[name], *(timed(work) for _ in range(calls[name])))
    return best
