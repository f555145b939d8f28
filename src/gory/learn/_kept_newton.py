"""Newton's method with a Hessian that is kept from one value of C to the next.

The Hessian of the loss changes little from one optimum to its neighbor, and another penalty only
adds to its diagonal. So along a path it is built for some values of C and factored for each; a step
with an old one costs a pass instead of a build, and its error is a share of what is left, not its
square. It is built anew by the rule of whoever rents skis: when the steps that were spent because
it is old have cost as much as a build, or when those to come would.

The points that are visited tell how the gradient of the loss changes between them, also from the
optimum of one C to the next. As in L-BFGS these pairs correct the old Hessian, mostly along the
path, where it matters. A fold takes the Hessian and the factor of all rows, corrected by pairs of
its own, and builds one where that does not do; when all rows have a new one, it takes that.

What a step with the factor adds to the last point costs no pass at all. It is not certified, so it
is no solution, but a better point for the curve through the optima than the solution itself.

Source: Shamanskii, *On a modification of the Newton method*; Nocedal and Wright, *Numerical
Optimization*, algorithm 7.4, for the pairs; Karlin, Manasse, Rudolph and Sleator,
*Competitive snoopy caching*, for the rule.
"""

from __future__ import annotations

import math
from collections import deque
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
_NEAR = 2.4
_AHEAD = 1.6
# Pairs of a change of the weights and one of the gradient; six or twenty do as well.
_PAIRS = 12


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
    leader : KeptNewton, optional
        Of all rows, where these are most of them, for the same values of C.
    """

    def __init__(
        self, problem: Problem, /, *, price: float, tol: float, leader: KeptNewton | None = None
    ) -> None:
        self.basis = contrast_basis(problem.source.n_classes)
        self.price = price
        self.tol = max(tol, np.finfo(float).eps)
        self.problem = problem
        self.leader = leader
        self.lent: Array | None = None
        self.hessian: Array | None = None
        self.solver: Callable[[Array], Array] | None = None
        self.share = 1.0
        self.rented = 0
        self.last_gap: float | None = None
        self.pairs: deque[tuple[Array, Array]] = deque(maxlen=_PAIRS)
        self.last: tuple[Array, Array] | None = None

    def move_to(self, problem: Problem, /) -> None:
        """Go over to another penalty on the same rows, with the same Hessian of the loss."""
        before, now = float(self.problem.penalty.max()), float(problem.penalty.max())
        self.problem, self.last_gap = problem, None
        if not 1.0 / _NEAR <= self.share * before / now <= _NEAR:
            self.solver = None
            self.share = 1.0 / _AHEAD if 1.0 < before / now <= _AHEAD * _NEAR else 1.0
        else:
            self.share *= before / now

    def __call__(self, point: Point, gradient: Array, /) -> Array:
        """The direction at ``point``."""
        gap = duality_gap(gradient, self.problem.penalty) / self.problem.value(point)
        self.rented += self.last_gap is not None
        self._remember(point.theta, gradient)
        self._borrow()
        if self.hessian is None or self.rented >= self.price or self._steps_left(gap) > self.price:
            self.hessian = point.hessian(self.basis)
            self.solver, self.rented, gap = None, 0, None
            self.pairs.clear()
        self.last_gap = gap
        return -self._solved(gradient)

    def improved(self, theta: Array, gradient: Array, /) -> Array:
        """The weights one more step away, without a pass; they may be better or not."""
        if self.hessian is None:
            return theta
        self._remember(theta, gradient)
        return theta - self._solved(gradient)

    def _borrow(self) -> None:
        """Take the Hessian of the leader where it is new, and its factor as long as it serves."""
        if self.leader is None:
            return
        if self.leader.hessian is not self.lent:
            self.hessian = self.lent = self.leader.hessian
            self.rented = 0
        if self.hessian is self.lent:
            self.solver = self.leader.solver

    def _steps_left(self, gap: float) -> float:
        """How many more the last one lets expect."""
        if self.last_gap is None or gap <= self.tol:
            return 0.0
        share = gap / self.last_gap
        return math.log(gap / self.tol) / -math.log(share) if share < 1.0 else math.inf

    def _remember(self, theta: Array, gradient: Array) -> None:
        """Keep how the gradient of the loss changed since the last point."""
        slope = gradient - self.problem.penalty * theta
        if self.last is not None:
            step, change = theta - self.last[0], slope - self.last[1]
            if float(np.sum(step * change)) > 0.0:
                self.pairs.append((step, change))
        self.last = theta, slope

    def _solved(self, gradient: Array) -> Array:
        """The inverse of the corrected Hessian, times ``gradient``."""
        x, taken = gradient, []
        for step, of_loss in reversed(self.pairs):
            change = of_loss + self.problem.penalty * step
            product = float(np.sum(step * change))
            share = float(np.sum(step * x)) / product
            x = x - share * change
            taken.append((step, change, product, share))
        x = self._solved_by_factor(x)
        for step, change, product, share in reversed(taken):
            x += (share - float(np.sum(change * x)) / product) * step
        return x

    def _solved_by_factor(self, gradient: Array) -> Array:
        if self.solver is None:
            matrix = np.array(self.hessian)
            ridge = np.tile(self.share * self.problem.penalty, self.basis.shape[1])
            matrix.ravel()[:: len(matrix) + 1] += ridge
            self.solver = factor_definite(matrix)
        step = self.solver((self.basis.T @ gradient).ravel())
        return self.basis @ step.reshape(self.basis.shape[1], -1)
