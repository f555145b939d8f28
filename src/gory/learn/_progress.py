"""What a solver tells while it works, and what it hands back."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Characters between the brackets of a progress bar.
_BAR_WIDTH = 24
_PASSES_SPENT = "the budget"
INTERRUPTED = "it was interrupted"


@dataclass(frozen=True)
class Progress:
    """The state of training after one iteration.

    Attributes
    ----------
    iteration : int
        Steps taken so far, 0 for the start.
    passes : float
        Passes over the data so far; a pass is one product X W^T and one product R^T X.
    loss : float
        The objective per unit of row weight, penalty included, in nats.
    rel_gap : float
        Duality gap relative to the optimum. It is certified at the last entry, where the
        intercepts are solved exactly; before that it neglects their gradient.
    """

    iteration: int
    passes: float
    loss: float
    rel_gap: float


Listener = Callable[[Progress], None]


@dataclass(frozen=True)
class Solution:
    """Where a solver stopped.

    Attributes
    ----------
    theta : ndarray of shape (K, p)
        Weights of every class, the intercept in the last column where there is one.
    loss, rel_gap : float
        See `Progress`; ``rel_gap`` is certified where ``certified`` says so.
    certified : bool
        Whether every feature column is penalized, without which no duality gap exists.
    converged : bool
        Whether ``rel_gap`` is at most the tolerance asked for.
    reason : str
        Why the solver stopped, in words.
    solver : str
        Which solver ran and why it was chosen.
    history : tuple of Progress
    passes : float
    gradient : ndarray of shape (K, p), optional
        Of the objective at ``theta``.
    """

    theta: NDArray[Any]
    loss: float
    rel_gap: float
    certified: bool
    converged: bool
    reason: str
    solver: str
    history: tuple[Progress, ...]
    passes: float
    gradient: NDArray[Any] | None = None

    @property
    def remedy(self) -> str:
        """What lets training come further."""
        if self.reason.startswith(_PASSES_SPENT):
            return "raise max_passes, raise tol, or lower C"
        if self.reason == INTERRUPTED:
            return "with warm_start=True the next fit goes on from here"
        return "raise tol, or lower C"

    @property
    def n_iterations(self) -> int:
        """Steps taken."""
        return max(entry.iteration for entry in self.history)


def passes_spent(max_passes: float, /) -> str:
    """The reason to stop where no more passes are allowed."""
    return f"{_PASSES_SPENT} of {max_passes:g} passes is spent"


@dataclass
class Recorder:
    """Collects `Progress`, passes it on to a listener, and offers the weights to a checkpoint.

    What leads to the first entry may have been ``interrupted``: then the gap there is all that the
    user wants.
    """

    listener: Listener | None
    entries: list[Progress]
    keep: Callable[[NDArray[Any], float], None] | None = None
    interrupted: bool = False

    def add(
        self, iteration: int, passes: float, loss: float, rel_gap: float, theta: NDArray[Any]
    ) -> None:
        """Append one entry, keep the weights, and tell the listener."""
        self.entries.append(Progress(iteration, passes, loss, float(np.float64(rel_gap))))
        if self.keep is not None:
            self.keep(theta, loss)
        if self.listener is not None:
            self.listener(self.entries[-1])

    def tell(self, iteration: int, passes: float, loss: float, rel_gap: float) -> None:
        """Tell the listener of estimates on the way to the first entry."""
        if self.listener is not None:
            self.listener(Progress(iteration, passes, loss, float(rel_gap)))


def listener_of(verbose: bool | Listener, tol: float, /) -> Listener | None:
    """The listener that an estimator's ``verbose`` asks for: its own, one that writes, or none."""
    if callable(verbose):
        return verbose
    if not verbose:
        return None
    return ProgressBar(tol) if sys.stderr.isatty() else _write_line


class ProgressBar:
    """One line in a terminal that is written again after every step.

    The bar is full when the gap, in the logarithm, has come from its first value to the tolerance.

    Parameters
    ----------
    tol : float
        Relative gap at which training stops.
    stream : text stream, optional
        Standard error by default.
    """

    def __init__(self, tol: float, stream: Any = None) -> None:
        self.tol = max(tol, np.finfo(float).eps)
        self.stream = sys.stderr if stream is None else stream
        self.share = 0.0
        self.began = time.monotonic()
        self.is_open = False

    def __call__(self, entry: Progress) -> None:
        # What is above one says nothing yet: at the start the bound may be of any size.
        way = np.log(min(max(entry.rel_gap, self.tol), 1.0)) / np.log(min(self.tol, 0.5))
        self.share = max(self.share, float(np.clip(way, 0.0, 1.0)))
        done = int(_BAR_WIDTH * self.share)
        gap = f"{entry.rel_gap:.1e}" if entry.rel_gap < 1.0 else "above 1"
        self.stream.write(
            f"\r[{'#' * done}{'.' * (_BAR_WIDTH - done)}] {self.share:4.0%}  "
            f"{time.monotonic() - self.began:6.1f} s  passes {entry.passes:7.1f}  "
            f"loss {entry.loss:.6f}  gap {gap:7s}"
        )
        self.stream.flush()
        self.is_open = True

    def close(self) -> None:
        """End the line, whatever ended training."""
        if self.is_open:
            self.stream.write("\n")
            self.stream.flush()
        self.is_open = False


def _write_line(entry: Progress) -> None:
    sys.stderr.write(
        f"step {entry.iteration:4d}  passes {entry.passes:8.1f}  "
        f"loss {entry.loss:.6f}  gap {entry.rel_gap:.1e}\n"
    )
