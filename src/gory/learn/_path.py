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
    step = last_place - done[-2][0] if len(done) > 1 else np.inf
    if len(done) == 1 or not np.isfinite(place) or place - last_place > _FARTHEST * step:
        return last
    recent = done[-(_MOST_DEGREE + 2) :]
    optima = np.array([theta.ravel() for _, theta in recent])
    places = [there for there, _ in recent]
    degree = 1
    if len(recent) > 2:
        rows = [_weights(places[:-1], last_place, k) for k in range(len(recent) - 1)]
        missed = np.array(rows) @ optima[:-1] - optima[-1]
        degree = int(np.einsum("ij,ij->i", missed, missed).argmin())
    return (np.array(_weights(places, place, degree)) @ optima).reshape(last.shape)


def _weights(places: list[float], place: float, degree: int) -> list[float]:
    """What each of the values counts in the polynomial through the last ``degree + 1``."""
    known = places[-(degree + 1) :]
    weights = [0.0] * (len(places) - len(known))
    for k, here in enumerate(known):
        weight = 1.0
        for j, there in enumerate(known):
            if j != k:
                weight *= (place - there) / (here - there)
        weights.append(weight)
    return weights
