"""Models for many values of C from one set of rows.

The values are fitted from the strongest penalty to the weakest. Each fit starts where the line
through the last two optima, drawn over log C, meets the next value, so it takes a step or two
instead of ten; the rows, the sample that preconditions Newton's method and its leverages are shared
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
    """The line through the last two optima; the last one where there is no second."""
    if not done:
        return None
    last_place, last = done[-1]
    if len(done) == 1:
        return last
    before_place, before = done[-2]
    share = (place - last_place) / (last_place - before_place)
    # Beyond two steps ahead the line says nothing.
    return last + min(share, 2.0) * (last - before) if np.isfinite(share) else last
