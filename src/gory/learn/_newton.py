"""Newton's method with the exact Hessian of all classes together.

For (K - 1) p up to about a thousand the Hessian is built and factored in every iteration. The
direction does not change when columns are scaled or mixed, so neither does the number of steps:
features never need scaling. Columns are equilibrated before the factorization, and a matrix that
is singular in floating point (a column of zeros, two equal columns, no penalty) is solved by its
pseudoinverse instead, which leaves undetermined directions alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._cholesky import definite_solver
from ._gauge import contrast_basis
from ._problem import Problem
from ._source import Point

Array = NDArray[Any]

# Directions whose curvature is below this share of the largest one are noise after equilibration.
_RANK_TOLERANCE = 1e-13


class Newton:
    """Exact Newton directions.

    Parameters
    ----------
    problem : Problem
    """

    def __init__(self, problem: Problem, /) -> None:
        self.basis = contrast_basis(problem.source.n_classes)
        self.ridge = np.tile(problem.penalty, problem.source.n_classes - 1)

    def __call__(self, point: Point, gradient: Array, /) -> Array:
        """The direction at ``point``."""
        hessian = point.hessian(self.basis)
        hessian.ravel()[:: len(hessian) + 1] += self.ridge
        step = solve_definite(hessian, -(self.basis.T @ gradient).ravel())
        return self.basis @ step.reshape(self.basis.shape[1], -1)


def solve_definite(matrix: Array, rhs: Array, /) -> Array:
    """Solve with a symmetric matrix that is positive definite, or nearly so.

    Examples
    --------
    >>> import numpy as np
    >>> solve_definite(np.diag([4.0, 0.0]), np.array([8.0, 0.0])).tolist()
    [2.0, 0.0]
    """
    return factor_definite(matrix)(rhs)


def factor_definite(matrix: Array, /) -> Callable[[Array], Array]:
    """The solver of a symmetric matrix, by Cholesky where it is definite in floating point.

    It takes one vector.
    """
    scale = np.sqrt(np.maximum(np.diagonal(matrix), 0.0))
    scale[scale == 0.0] = 1.0
    balanced = matrix / scale[:, None]
    balanced /= scale
    solve = definite_solver(balanced, tolerance=_RANK_TOLERANCE * len(scale))
    if solve is not None:
        return lambda rhs: solve(rhs / scale) / scale
    values, vectors = np.linalg.eigh(balanced)
    kept = values > _RANK_TOLERANCE * len(values) * values[-1]
    turned = vectors[:, kept]
    inverse = 1.0 / values[kept]
    return lambda rhs: (turned @ (inverse * (turned.T @ (rhs / scale)))) / scale
