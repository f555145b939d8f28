"""The intercepts alone, at their own optimum while the weights of the features stay.

The certificate of `gory.learn._problem` holds there. The gradient by the intercepts is what the
mean probabilities miss of the class shares; the Hessian is the covariance of the probabilities,

    H = diag(m) - sum_i s_i p_i p_i^T,    m = sum_i s_i p_i,

which takes the vector of ones to zero. For hundreds of classes it is a matrix with eigenvalues. For
more, those would cost more than all passes of a fit (and a hundred thousand classes a matrix of 80
gigabytes), so the system is solved by conjugate gradients, for which products with the rows are
enough; divided by m its eigenvalues lie between zero and one, so they are few.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._source import Point

Array = NDArray[Any]

# Classes up to which the Hessian is a matrix.
_MATRIX_CLASSES = 400
# The intercepts are solved to this many units in the last place of a gradient entry (at most 1).
_ULPS = 8
_STEPS = 50
# Conjugate gradients end where the residual is this share of what it was; the steps of Newton's
# method do the rest.
_SHARE = 1e-4
_MOST_PRODUCTS = 100


@dataclass(frozen=True)
class InterceptSystem:
    """Newton's system for the intercepts.

    Attributes
    ----------
    loss : float
    slope : ndarray of shape (K,)
    mean : ndarray of shape (K,)
        Mean probabilities.
    hessian : callable
        ``hessian()`` is the matrix (K, K).
    product : callable
        ``product(v)`` is the matrix times a vector, without the matrix.
    """

    loss: float
    slope: Array
    mean: Array
    hessian: Callable[[], Array]
    product: Callable[[Array], Array]

    def step(self) -> Array:
        """The smallest shift that Newton's method takes."""
        if len(self.mean) > _MATRIX_CLASSES:
            return _conjugate_gradients(self)
        return _least_squares(self.hessian(), -self.slope)


def with_intercept_solved(point: Point, /) -> Point:
    """The same weights with the intercepts at their own optimum."""
    limit = _ULPS * np.finfo(float).eps
    shift = np.zeros(len(point.theta))
    system = point.intercept_system(shift)
    for _ in range(_STEPS):
        if np.abs(system.slope).max() <= limit:
            break
        step = system.step()
        step /= max(1.0, np.abs(step).max())  # far away the quadratic model is not to be trusted
        trial = point.intercept_system(shift + step)
        if trial.loss > system.loss + 1e-15 * abs(system.loss):
            break
        shift, system = shift + step, trial
    return point.shifted(shift) if shift.any() else point


def _least_squares(curvature: Array, rhs: Array) -> Array:
    """The smallest solution of a system with a covariance of class probabilities."""
    values, vectors = np.linalg.eigh(curvature)
    kept = values > max(1e-13 * values[-1], np.finfo(float).eps)
    vectors = vectors[:, kept]
    step = vectors @ ((vectors.T @ rhs) / values[kept])
    return step - step.mean()  # of the vector of ones the covariance knows nothing but rounding


def _conjugate_gradients(system: InterceptSystem) -> Array:
    """An approximate solution, from products."""
    mean = np.maximum(system.mean, np.finfo(float).tiny)
    step, left = np.zeros_like(mean), -system.slope
    scaled = left / mean
    square = start = float(left @ scaled)
    way = scaled
    for _ in range(_MOST_PRODUCTS):
        if not square > _SHARE**2 * start:
            break
        moved = system.product(way)
        curvature = float(way @ moved)
        if not curvature > np.finfo(float).eps * float(way @ (mean * way)):
            break  # a direction in which all rows are certain
        length = square / curvature
        step, left = step + length * way, left - length * moved
        scaled = left / mean
        before, square = square, float(left @ scaled)
        way = scaled + (square / before) * way
    return step - step.mean()
