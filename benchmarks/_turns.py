"""Turns of several implementations of one piece of work, and what came out of them."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

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


def strangers() -> float:
    """Seconds that cores have worked for other processes, up to a constant; 0 if unknown."""
    counts = Path("/proc/stat")
    if not counts.exists():
        return 0.0
    user, nice, system, _, _, interrupts, soft, stolen = map(
        int, counts.read_text().split("\n", 1)[0].split()[1:9]
    )
    ticks = user + nice + system + interrupts + soft + stolen
    own = resource.getrusage(resource.RUSAGE_SELF)
    return ticks / os.sysconf("SC_CLK_TCK") - own.ru_utime - own.ru_stime


# Seconds of a turn: threads of whoever came before look out for more work for some ten
# milliseconds (OpenMP, BLAS, ours), and keep a core busy that the next one needs.
TURN = 0.04
# Seconds until those threads sleep; work of which a turn has one call waits for that.
REST = 0.05
# Share of a turn that other processes may have, and how often at most a disturbed one is had again.
DISTURBED, AGAIN = 0.25, 4


def fastest(work: Work, calls: int) -> float:
    """Seconds of the fastest of some calls."""
    if calls == 1:
        time.sleep(REST)
    return min(timed(work) for _ in range(calls))


def race(competitors: dict[str, Work], seconds: float) -> dict[str, float]:
    """The fastest call of each, taking turns for about the given time.

    A turn is at least three calls, so that nobody has to fetch what the one before him pushed
    out of the cache; one call, after a rest, where that does not matter any more. A round in
    which another process took part is had again, up to four times as many as there would be; if
    all were disturbed, what was measured in them counts.
    """
    first = {name: timed(work) for name, work in competitors.items()}
    quick = {name: work for name, work in competitors.items() if first[name] < 1}
    first |= {name: timed(work) for name, work in quick.items()}
    if sum(first.values()) >= 0.3:
        calls = dict.fromkeys(first, 1)
    else:
        calls = {name: int(np.clip(TURN / first[name], 3, 200)) for name in first}
    rounds = int(np.clip(seconds / sum(calls[name] * first[name] for name in first), 3, 100))
    best: dict[bool, dict[str, float]] = {True: {}, False: {}}
    quiet = tried = 0
    while quiet < rounds and tried < AGAIN * rounds:
        begun, others = time.perf_counter(), strangers()
        times = {name: fastest(work, calls[name]) for name, work in competitors.items()}
        share = (strangers() - others) / (time.perf_counter() - begun)
        found = best[share < DISTURBED]
        for name, value in times.items():
            found[name] = min(value, found.get(name, value))
        tried += 1
        quiet += share < DISTURBED
    return best[True] or {name: min(first[name], best[False][name]) for name in first}
