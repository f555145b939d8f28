"""Models for many values of C from one set of rows.

The values are fitted from the strongest penalty to the weakest. Each fit starts where a polynomial
through the last optima, drawn over log C, meets the next value, so it takes a step or two instead
of ten; the rows, the Hessian or the sample that preconditions Newton's method are shared by all.
The folds of cross-validation go along value by value with all rows, from which they differ little.
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
    thetas = np.array([solution.theta for solution in solutions])
    coefs, intercepts = coefficients(thetas, n_features)
    return Path(
        Cs=values,
        coefs=coefs,
        intercepts=intercepts,
        losses=np.array([solution.loss for solution in solutions]),
        rel_gaps=np.array([solution.rel_gap for solution in solutions]),
        passes=max(solution.passes for solution in solutions),
    )


def follow(
    values: Array,
    known: list[list[Solution]],
    optimum: Callable[[int, float, Array | None], Solution],
    improved: Callable[[int, Solution], Array],
    /,
) -> list[list[Solution]]:
    """Solutions for all values of C, which rise, for one set of rows or several that are alike.

    The first set leads. The others keep near it, so what is followed along their paths is how far
    they are from it.

    Parameters
    ----------
    values : ndarray of shape (m,)
    known : list of list of Solution
        For every set, solutions of the first values as far as they are known.
    optimum : callable
        Takes the number of the set, C, and weights to start from (None for the default start).
    improved : callable
        Takes the number of the set and a solution, and gives weights nearer to the optimum, for
        the curve; or those of the solution.
    """
    solutions = [list(one) for one in known]
    places = np.log(np.minimum(values, np.finfo(float).max))
    optima = [[solution.theta for solution in one] for one in known]
    leader = optima[0]
    for k, place in enumerate(places):
        for which, own in enumerate(optima):
            if k < len(own):
                continue
            if which == 0:
                theta = _next(places[:k], own, place)
            else:
                apart = [a - b for a, b in zip(own, leader, strict=False)]
                away = _next(places[:k], apart, place)
                theta = leader[k] if away is None else leader[k] + away
            solution = optimum(which, float(values[k]), theta)
            own.append(improved(which, solution))
            solutions[which].append(replace(solution, gradient=None))
    return solutions


def _next(places: Array, optima: list[Array], place: float) -> Array | None:
    """Where the curve through the last optima meets the next value; None without any."""
    if not optima:
        return None
    recent = np.array([theta.ravel() for theta in optima[-MOST_OPTIMA:]])
    return predicted(places[-MOST_OPTIMA:], recent, place).reshape(optima[-1].shape)
