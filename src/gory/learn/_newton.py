"""Newton's method with the exact Hessian of all classes together.

For (K - 1) p up to about a thousand the Hessian is built and factored in every iteration. The
direction does not change when columns are scaled or mixed, so neither does the number of steps:
features never need scaling. Columns are equilibrated before the factorization, and a matrix that
is singular in floating point (a column of zeros, two equal columns, no penalty) is solved by its
pseudoinverse instead, which leaves undetermined directions alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._gauge import contrast_basis
from ._problem import Problem
from ._source import Point

Array = NDArray[Any]

# Directions whose curvature is below this share of the largest one are noise after equilibration.
_RANK_TOLERANCE = 1e-13


def newton_direction(problem: Problem, /) -> Any:
    """A function ``(point, gradient) -> direction`` of exact Newton steps."""
    basis = contrast_basis(problem.source.n_classes)
    ridge = np.tile(problem.penalty, problem.source.n_classes - 1)

    def direction(point: Point, gradient: Array) -> Array:
        hessian = point.hessian(basis)
        hessian[np.diag_indices_from(hessian)] += ridge
        step = solve_definite(hessian, -(basis.T @ gradient).ravel())
        return basis @ step.reshape(basis.shape[1], -1)

    return direction


def solve_definite(matrix: Array, rhs: Array, /) -> Array:
    """Solve with a symmetric matrix that is positive definite, or nearly so.

    Examples
    --------
    >>> import numpy as np
    >>> solve_definite(np.diag([4.0, 0.0]), np.array([8.0, 0.0])).tolist()
    [2.0, 0.0]
    """
    from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

    scale = np.sqrt(np.maximum(np.diagonal(matrix), 0.0))
    scale[scale == 0.0] = 1.0
    balanced = matrix / np.outer(scale, scale)
    try:
        factor = cho_factor(balanced, lower=True, check_finite=False)
        pivots = np.diagonal(factor[0])
        if pivots.min() ** 2 > _RANK_TOLERANCE * len(pivots):
            return cho_solve(factor, rhs / scale, check_finite=False) / scale
    except LinAlgError:
        pass  # singular in floating point: decided by the eigenvalues below
    values, vectors = eigh(balanced, check_finite=False)
    kept = values > _RANK_TOLERANCE * len(values) * values[-1]
    turned = vectors[:, kept]
    return (turned @ ((turned.T @ (rhs / scale)) / values[kept])) / scale
