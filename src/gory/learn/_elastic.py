"""The elastic net: an L1 penalty beside the squared one, and its certificate.

    F(theta) = loss(theta) + sum_kj [ lasso_j |theta_kj| + ridge_j theta_kj**2 / 2 ]

The dual point of row i is c u_i with u_i = p_i - y_i and 0 < c <= 1. Where every penalized column
has a ridge, c = 1 is allowed and the gap is

    <g, theta> + Omega(theta) + sum (|g| - lasso)_+**2 / (2 ridge),        g = gradient of the loss.

Without a ridge the conjugate of Omega is finite only for |g| <= lasso, so the dual point is shrunk
by c = min(1, lasso / |g|), and its loss term is the negative entropy of (1 - c) y + c p. Columns
without a penalty (the intercept) need gradient zero in both cases.

Source: Ndiaye, Fercoq, Gramfort and Salmon, *Gap safe screening rules for sparsity enforcing
penalties*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._source import Point, Source

Array = NDArray[Any]


@dataclass(frozen=True)
class ElasticProblem:
    """Rows with both penalties of each column, shape (p,); zero for the intercept."""

    source: Source
    ridge: Array
    lasso: Array

    def penalty_of(self, theta: Array, /) -> float:
        """Omega at some weights."""
        squares = 0.5 * np.sum(theta**2 @ self.ridge)
        return float(np.sum(np.abs(theta) @ self.lasso) + squares)

    def value(self, point: Point, /) -> float:
        """Loss plus penalty."""
        return point.loss + self.penalty_of(point.theta)

    def gap(self, point: Point, gradient: Array, /) -> float:
        """Upper bound of ``F - min F``, where the intercepts have gradient zero.

        Parameters
        ----------
        point : Point
        gradient : ndarray of shape (K, p)
            Of the loss at ``point``.
        """
        kept = (self.ridge > 0) | (self.lasso > 0)
        theta, g = point.theta[:, kept], gradient[:, kept]
        ridge, lasso = self.ridge[kept], self.lasso[kept]
        linear = float(np.sum(g * theta))
        if ridge.min() > 0:
            excess = np.maximum(np.abs(g) - lasso, 0.0)
            return linear + self.penalty_of(point.theta) + float(np.sum(excess**2 / (2 * ridge)))
        share = min(1.0, float((lasso / np.maximum(np.abs(g).max(axis=0), 1e-300)).min()))
        return point.loss + self.penalty_of(point.theta) + point.shrunk_entropy(share)


def smallest(theta: Array, ridge: Array, lasso: Array, /) -> Array:
    """The same model with the smallest penalty: every column shifted by one number for all classes.

    Parameters
    ----------
    theta : ndarray of shape (K, p)
    ridge, lasso : ndarray of shape (p,)

    Examples
    --------
    >>> smallest(np.array([[-3.0], [1.0], [2.0]]), np.zeros(1), np.ones(1)).ravel().tolist()
    [-4.0, 0.0, 1.0]
    """
    # Without a ridge the best shift makes a weight zero; with one it may also be where the slope
    # vanishes between two of them, which depends on how many weights are below it.
    n_classes = len(theta)
    balance = np.arange(-n_classes, n_classes + 1, 2)[:, None] / n_classes
    ratio = np.zeros_like(lasso)
    np.divide(lasso, ridge, out=ratio, where=ridge > 0)
    between = theta.mean(axis=0) + balance * ratio
    shifts = np.concatenate([theta, np.where(ridge > 0, between, theta[:1]), 0.0 * theta[:1]])
    moved = theta - shifts[:, None]
    prices = np.sum(lasso * np.abs(moved) + 0.5 * ridge * moved**2, axis=1)
    best = prices.argmin(axis=0)
    kept = (ridge == 0) & (lasso == 0)
    return theta - np.where(kept, 0.0, np.take_along_axis(shifts, best[None], axis=0))
