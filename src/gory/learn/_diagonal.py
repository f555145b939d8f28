"""The diagonal preconditioner, for sparse features: the curvature of every weight by itself.

The diagonal of the Hessian is sum_i s_i p_ik (1 - p_ik) x_ij**2 + penalty_j. It costs half a pass
at any point, so it is taken again while the point moves. For sparse rows the columns are nearly
uncorrelated and the diagonal is most of the Hessian.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._problem import Problem
from ._source import Point

Array = NDArray[Any]


class DiagonalPreconditioner:
    """Division by the diagonal of the Hessian at the point of the last `rebuild`."""

    def __init__(self, problem: Problem, /) -> None:
        self.problem = problem

    def rebuild(self, point: Point, /) -> None:
        """Take the curvature at ``point``."""
        diagonal = point.hessian_diagonal() + self.problem.penalty
        # A weight without curvature and without penalty has no gradient either.
        self.inverse = np.divide(1.0, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0.0)
        total = self.inverse.sum(axis=0)
        self.total = np.where(total > 0.0, total, 1.0)

    def __call__(self, gradient: Array, /) -> Array:
        """The preconditioned gradient, summing to zero over the classes.

        This is the exact inverse of the diagonal on the weights that sum to zero.
        """
        moved = gradient * self.inverse
        return moved - self.inverse * (moved.sum(axis=0) / self.total)
