"""Models for many values of C from one set of rows.

The values are fitted from the strongest penalty to the weakest. Each fit starts where a polynomial
through the last optima, drawn over log C, meets the next value, so it takes a step or two instead
of ten; the rows, the sample that preconditions Newton's method and its leverages are shared
by all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._curve import MOST_OPTIMA, predicted
from ._decisions import coefficients
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


def path_of(values: Array, solutions: list[Solution], n_features: int, /) -> Path:
    """Solutions with ``n_features`` columns and perhaps an intercept, as arrays."""
    models = [coefficients(solution.theta, n_features) for solution in solutions]
    return Path(
        Cs=values,
        coefs=np.array([coef for coef, _ in models]),
        intercepts=np.array([intercept for _, intercept in models]),
        losses=np.array([solution.loss for solution in solutions]),
        rel_gaps=np.array([solution.rel_gap for solution in solutions]),
        passes=max(solution.passes for solution in solutions),
    )


def follow(
    values: Array,
    known: list[Solution],
    optimum: Callable[[float, Array | None], Solution],
    improved: Callable[[Solution], Array],
    /,
) -> list[Solution]:
    """Solutions for all values of C, which rise.

    Parameters
    ----------
    values : ndarray of shape (m,)
    known : list of Solution
        Those of the first values, where they are known.
    optimum : callable
        Takes C and weights to start from (None for the default start).
    improved : callable
        Weights nearer to the optimum than a solution, for the curve; or those of the solution.
    """
    solutions = list(known)
    places = np.log(np.minimum(values, np.finfo(float).max))
    optima = [solution.theta for solution in known]
    for k in range(len(known), len(values)):
        solution = optimum(float(values[k]), _next(places[:k], optima, places[k]))
        optima.append(improved(solution))
        solutions.append(replace(solution, gradient=None))
    return solutions


def _next(places: Array, optima: list[Array], place: float) -> Array | None:
    """Where the curve through the last optima meets the next value; None without any."""
    if not optima:
        return None
    recent = np.array([theta.ravel() for theta in optima[-MOST_OPTIMA:]])
    return predicted(places[-MOST_OPTIMA:], recent, place).reshape(optima[-1].shape)
