"""Newton's method with a Hessian that is kept from one value of C to the next.

The Hessian of the loss changes little from one optimum to its neighbor, and another penalty only
adds to its diagonal. So along a path it is built for some values of C and factored for each; a step
with an old one costs a pass instead of a build, and its error is a share of what is left, not its
square. It is built anew by the rule of whoever rents skis: when the steps that were spent because
it is old have cost as much as a build, or when those to come would.

What a step with the factor adds to the last point costs no pass at all. It is not certified, so it
is no solution, but a better point for the curve through the optima than the solution itself.

Source: Shamanskii, *On a modification of the Newton method*; Karlin, Manasse, Rudolph and Sleator,
*Competitive snoopy caching*, for the rule.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._gauge import contrast_basis
from ._newton import factor_definite
from ._problem import Problem, duality_gap
from ._source import Point

Array = NDArray[Any]

# A factor serves penalties up to this many times larger and smaller than its own; where they fall
# slowly along the path it is made for one that is so many times smaller than the present.
_NEAR = 1.3
_AHEAD = 1.25


class KeptNewton:
    """Newton directions from a Hessian that may be old.

    Parameters
    ----------
    problem : Problem
        With a penalty on every feature.
    price : float
        Of building and factoring the Hessian, in passes.
    tol : float
        Relative gap at which the fit will end.
    """

    def __init__(self, problem: Problem, /, *, price: float, tol: float) -> None:
        self.basis = contrast_basis(problem.source.n_classes)
        self.price = price
        self.tol = max(tol, np.finfo(float).eps)
        self.hessian: Array | None = None
        self.rented = 0
        self.problem = problem
        self.solver: Callable[[Array], Array] | None = None
        self.share = 1.0
        self.last_gap: float | None = None

    def with_penalty(self, problem: Problem, /) -> KeptNewton:
        """The same Hessian of the loss for another penalty on the same rows."""
        other = copy.copy(self)
        other.problem, other.last_gap = problem, None
        before, now = float(self.problem.penalty.max()), float(problem.penalty.max())
        if not 1.0 / _NEAR <= self.share * before / now <= _NEAR:
            other.solver = None
            other.share = 1.0 / _AHEAD if 1.0 < before / now <= _AHEAD * _NEAR else 1.0
        else:
            other.share = self.share * before / now
        return other

    def __call__(self, point: Point, gradient: Array, /) -> Array:
        """The direction at ``point``."""
        gap = duality_gap(gradient, self.problem.penalty) / self.problem.value(point)
        self.rented += self.last_gap is not None
        if self.hessian is None or self.rented >= self.price or self._steps_left(gap) > self.price:
            self.hessian = point.hessian(self.basis)
            self.solver, self.rented, gap = None, 0, None
        self.last_gap = gap
        return -self._solved(gradient)

    def _steps_left(self, gap: float) -> float:
        """How many more the last one lets expect."""
        if self.last_gap is None or gap <= self.tol:
            return 0.0
        share = gap / self.last_gap
        return math.log(gap / self.tol) / -math.log(share) if share < 1.0 else math.inf

    def _solved(self, gradient: Array) -> Array:
        if self.solver is None:
            matrix = np.array(self.hessian)
            ridge = np.tile(self.share * self.problem.penalty, self.basis.shape[1])
            matrix.ravel()[:: len(matrix) + 1] += ridge
            self.solver = factor_definite(matrix)
        step = self.solver((self.basis.T @ gradient).ravel())
        return self.basis @ step.reshape(self.basis.shape[1], -1)

    def improved(self, theta: Array, gradient: Array, /) -> Array:
        """The weights one more step away, without a pass; they may be better or not."""
        return theta if self.hessian is None else theta - self._solved(gradient)
