"""Models for many values of C from one set of rows.

The values are fitted from the strongest penalty to the weakest. Each fit starts where a polynomial
through the last optima, drawn over log C, meets the next value, so it takes a step or two instead
of ten; the rows, the sample that preconditions Newton's method and its leverages are shared
by all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._progress import Solution

Array = NDArray[Any]

# Degree of the polynomial over log C through the last optima, at most.
_MOST_DEGREE = 4
# So many steps of the grid ahead the polynomial says nothing.
_FARTHEST = 2.0


@dataclass(frozen=True, eq=False)
class Path:
    """Fits for several C, in the order of ``Cs``.

    Attributes
    ----------
    Cs : ndarray of shape (m,)
    coefs : ndarray of shape (m, K, d), or (m, 1, d) for two classes
    intercepts : ndarray of shape (m, K), or (m, 1) for two classes
    losses, rel_gaps : ndarray of shape (m,)
        As ``loss_`` and ``rel_gap_`` of `SoftmaxRegression`.
    passes : float
        Passes over the rows for all of them.
    """

    Cs: Array
    coefs: Array
    intercepts: Array
    losses: Array
    rel_gaps: Array
    passes: float


def follow(values: Array, optimum: Callable[[float, Array | None], Solution], /) -> list[Solution]:
    """Solutions for all values of C, which are given from the smallest to the largest.

    Parameters
    ----------
    values : ndarray of shape (m,)
    optimum : callable
        Takes C and weights to start from (None for the default start).
    """
    done: list[tuple[float, Array]] = []
    solutions = []
    for C in values:
        place = float(np.log(min(C, np.finfo(float).max)))
        solution = optimum(float(C), _predicted(done, place))
        done.append((place, solution.theta))
        solutions.append(solution)
    return solutions


def _predicted(done: list[tuple[float, Array]], place: float) -> Array | None:
    """Where the curve through the last optima meets the next value; None without any.

    The degree is the one that would have predicted the last optimum best.
    """
    if not done:
        return None
    last_place, last = done[-1]
    degrees = range(min(len(done) - 1, _MOST_DEGREE + 1))
    misses = [np.linalg.norm(_extrapolated(done[:-1], last_place, k) - last) for k in degrees]
    degree = int(np.argmin(misses)) if misses else 0
    step = last_place - done[-2][0] if len(done) > 1 else np.inf
    if not np.isfinite(place) or place - last_place > _FARTHEST * step:
        return last
    if degree == 0 and len(done) == 2:
        degree = 1
    return _extrapolated(done, place, degree)


def _extrapolated(done: list[tuple[float, Array]], place: float, degree: int) -> Array:
    """The polynomial of a degree through the last ``degree + 1`` optima, at ``place``."""
    known = done[-(degree + 1) :]
    out = np.zeros_like(known[0][1])
    for k, (here, theta) in enumerate(known):
        others = [there for j, (there, _) in enumerate(known) if j != k]
        out += float(np.prod([(place - there) / (here - there) for there in others])) * theta
    return out
