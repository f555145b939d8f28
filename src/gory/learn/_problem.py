"""A source of rows together with its penalty: the function that solvers minimize.

    f(theta) = loss(theta) + 1/2 sum_kj penalty_j theta_kj**2

**The certificate.** Take u_i = p_i - y_i as the dual point of the data term. Fenchel and Young's
inequality is an equality in every row, so the duality gap is what the penalty leaves:

    f(theta) - min f  <=  1/2 sum_kj (df/dtheta_kj)**2 / penalty_j .

It holds for columns with a positive penalty once the columns without one (the intercept) have
gradient zero; `_intercepts.py` brings them there, which costs no product with the data.
`certified_gap` divides by the lower bound ``f - gap`` of the optimum, so the relative gap it gives
is an upper bound too. No other stopping rule is used, and nothing depends on the scale of columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._source import Point, Source

Array = NDArray[Any]

# Nats per row that are as good as zero.
VALUE_FLOOR = 1e-12


@dataclass(frozen=True)
class Problem:
    """What is minimized: rows and the penalty of each column, shape (p,)."""

    source: Source
    penalty: Array

    def value(self, point: Point, /) -> float:
        """Loss plus penalty at a point."""
        squares = np.einsum("kj,kj->j", point.theta, point.theta)
        return point.loss + 0.5 * float(squares @ self.penalty)

    def gradient(self, point: Point, /) -> Array:
        """Derivative of `value` by the weights."""
        return point.gradient() + self.penalty * point.theta

    def is_certifiable(self) -> bool:
        """Whether every feature column is penalized, so that the gap is an upper bound."""
        return bool(np.all(self.penalty[: self.source.n_features] > 0))


def duality_gap(gradient: Array, penalty: Array, /) -> float:
    """``1/2 sum g**2 / penalty`` over the penalized columns.

    Examples
    --------
    >>> import numpy as np
    >>> duality_gap(np.array([[0.5, 0.0]]), np.array([0.5, 0.0]))
    0.25
    """
    kept = penalty > 0
    return 0.5 * float(np.sum(gradient[:, kept] ** 2 / penalty[kept]))


def relative_gap(gap: float, value: float, /) -> float:
    """The gap relative to the lower bound ``value - gap`` of the optimum.

    An optimum below `VALUE_FLOOR` (separable data with hardly any penalty, where it tends to zero
    and is not attained) counts as `VALUE_FLOOR`.

    Examples
    --------
    >>> relative_gap(0.1, 0.6)
    0.2
    """
    return gap / max(value - gap, VALUE_FLOOR)


def repaired_gap(problem: Problem, point: Any, gradient: Array, /) -> float:
    """A relative gap that holds also where the intercepts are not quite at their optimum.

    The dual point must have ``sum_i s_i u_i = 0`` for the free intercepts. Mixing a little of one
    distribution r into all rows, u_i = (1 - e) p_i + e r - y_i, gives just that for

        r = shares - (1 - e) / e * (mean p - shares),

    which is a distribution once e is large enough. The mixture costs at most e times the mean
    Kullback-Leibler divergence of r from the p_i, and turns the gradient a little.

    Parameters
    ----------
    problem : Problem
    point : Point
        With ``mean_logits`` and ``mean_probabilities``.
    gradient : ndarray of shape (K, p)
        Of loss and penalty; its last column belongs to the intercepts.
    """
    source: Any = problem.source
    shares, miss = source.class_shares(), gradient[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(miss > 0, miss / shares, 0.0).max()
    if not np.isfinite(ratio):  # a class without rows whose gradient is not zero
        return np.inf
    share = float(ratio / (1.0 + ratio)) * 1.01
    if not share < 0.5:
        return np.inf
    if share == 0.0:
        return relative_gap(duality_gap(gradient, problem.penalty), problem.value(point))
    mixed = np.maximum(shares - (1.0 - share) / share * miss, 0.0)
    mixed /= mixed.sum()
    d = source.n_features
    features = gradient[:, :d] - problem.penalty[:d] * point.theta[:, :d]
    model = features + source.target_moments
    turned = gradient.copy()
    turned[:, :d] += share * (np.outer(mixed, source.column_means) - model)
    surprise = point.mean_lse - mixed @ point.mean_logits
    entropy = float(np.sum(mixed * np.log(np.maximum(mixed, np.finfo(float).tiny))))
    gap = duality_gap(turned, problem.penalty) + share * (entropy + surprise)
    return relative_gap(gap, problem.value(point))
