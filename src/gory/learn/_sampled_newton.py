"""Newton's method on all rows, preconditioned with the exact Hessian of a few.

Rows are drawn once, with probability in proportion to their leverage, because rows that stand alone
(the three rows of a rare category) carry directions that a uniform sample would miss. Products with
the Hessian of all rows cost one pass each; conjugate gradients needs a handful of them when the
factored Hessian of the sample is its preconditioner, whatever the number of rows and the scale of
the columns. The sample alone would be an unsafe Newton matrix, as a preconditioner it only steers.

The same sample gives the start: the optimum of its own weighted problem costs no pass at all.

Source: Wang, Huang and Lin, *Preconditioned conjugate gradient methods in truncated Newton
frameworks for large-scale linear classification*; Nash and Sofer, *Assessing a search direction
within a truncated-Newton method*.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._descent import take_step
from ._gauge import contrast_basis
from ._newton import Newton, factor_definite
from ._problem import Problem
from ._sampling import sampling_rates
from ._source import Point

Array = NDArray[Any]

# Rows drawn per coefficient.
SAMPLE_PER_COEFFICIENT = 16
# Truncation of conjugate gradients: the last step must promise at least this share of the average.
_PROGRESS_SHARE = 0.5
_MAX_INNER = 60
# The start stops where a step gains less than this share of the sample's value.
_SAMPLE_GAIN = 1e-3
_SAMPLE_STEPS = 15


class SampledNewton:
    """Truncated Newton directions, preconditioned by a sample of rows.

    Parameters
    ----------
    problem : Problem
    rng : numpy.random.Generator
        Draws the sample.
    """

    def __init__(self, problem: Problem, rng: np.random.Generator, /) -> None:
        source = problem.source
        self.problem = problem
        self.basis = contrast_basis(source.n_classes)
        self.ridge = np.tile(problem.penalty, source.n_classes - 1)
        leverages = source.leverages(problem.penalty)
        size = min(source.n_rows, SAMPLE_PER_COEFFICIENT * len(self.ridge))
        self.sample = source.sample(sampling_rates(leverages, size), rng)

    def with_penalty(self, problem: Problem, /) -> SampledNewton:
        """The same sample for another penalty on the same rows."""
        other = copy.copy(self)
        other.problem = problem
        other.ridge = np.tile(problem.penalty, problem.source.n_classes - 1)
        return other

    def start(self, theta: Array, /) -> Array:
        """A few Newton steps on the sample, from ``theta``; no pass over the rows.

        The sample is penalized with the same C as all rows, which keeps directions that few of its
        rows determine from running away.
        """
        source = self.problem.source
        penalty = self.problem.penalty * (source.n_rows / self.sample.n_rows)
        problem = Problem(self.sample, penalty)
        point, direction = self.sample.at(theta), Newton(problem)
        for _ in range(_SAMPLE_STEPS):
            before = problem.value(point)
            moved = take_step(problem, point, problem.gradient(point), direction)
            self._charge(1)
            if moved is None:
                break
            point = moved
            if before - problem.value(point) < _SAMPLE_GAIN * before:
                break
        return point.theta

    def __call__(self, point: Point, gradient: Array, /) -> Array:
        """The direction at ``point``."""
        hessian = self.sample.at(point.theta).hessian(self.basis)
        hessian[np.diag_indices_from(hessian)] += self.ridge
        self._charge(1)
        shape = (self.basis.shape[1], gradient.shape[1])

        def product(v: Array) -> Array:
            full = self.basis.T @ point.curvature(self.basis @ v.reshape(shape))
            return full.ravel() + self.ridge * v

        rhs = -(self.basis.T @ gradient).ravel()
        return self.basis @ truncated_cg(product, factor_definite(hessian), rhs).reshape(shape)

    def _charge(self, builds: int) -> None:
        """Price of the builds in passes: products of pairs, and a Cholesky factorization."""
        source = self.problem.source
        size = len(self.ridge)
        source.charge(builds * (self.sample.n_rows * size / 8 + size**2 / 12) / source.n_rows)


def truncated_cg(
    product: Callable[[Array], Array], solve: Callable[[Array], Array], rhs: Array, /
) -> Array:
    """Preconditioned conjugate gradients until a step adds little to the quadratic model.

    Parameters
    ----------
    product, solve : callable
        The matrix, and the inverse of its preconditioner, applied to a vector.
    rhs : ndarray of shape (D,)

    Returns
    -------
    ndarray of shape (D,)
    """
    x = np.zeros_like(rhs)
    residual = rhs.copy()
    z = solve(residual)
    direction = z.copy()
    rho, gained = float(residual @ z), 0.0
    for count in range(1, _MAX_INNER + 1):
        image = product(direction)
        curvature = float(direction @ image)
        if not curvature > 0.0:
            break
        alpha = rho / curvature
        x += alpha * direction
        residual -= alpha * image
        gain = 0.5 * alpha * rho
        gained += gain
        if count > 1 and count * gain <= _PROGRESS_SHARE * gained:
            break
        z = solve(residual)
        rho, last = float(residual @ z), rho
        direction = z + (rho / last) * direction
    return x if np.any(x) else z
