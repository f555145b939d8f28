"""From rows and a penalty to the optimum: the choice of solver and the start.

The start is the intercept-only model, which is known in closed form. The solver is the exact
coupled Newton method while its matrix is small, and preconditioned L-BFGS beyond.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._descent import descend
from ._lbfgs import PreconditionedLBFGS, diagonal_preconditioner, kronecker_preconditioner
from ._newton import newton_direction
from ._problem import Problem
from ._products import is_sparse
from ._progress import Listener, Recorder, Solution

Array = NDArray[Any]

SOLVERS = ("auto", "newton", "lbfgs")

# Above this size the exact Hessian costs more than the passes that it saves.
_NEWTON_SIZE = 1200
# A dense p x p factorization is refused above this many columns.
_DENSE_COLUMNS = 4000


def choose_solver(problem: Problem, solver: str, /) -> tuple[str, str]:
    """The name of the solver and the reason for it."""
    source: Any = problem.source
    size = (source.n_classes - 1) * len(problem.penalty)
    if solver != "auto":
        return solver, "as asked"
    if size <= _NEWTON_SIZE:
        return "newton", f"{size} coefficients: the exact Hessian is cheap"
    return "lbfgs", f"{size} coefficients: too many to factor their Hessian in every step"


def start(problem: Problem, /) -> Array:
    """The intercept-only model; zeros without an intercept."""
    source = problem.source
    theta = np.zeros((source.n_classes, len(problem.penalty)))
    if source.fit_intercept:
        # A class without rows starts at half a row, not at minus infinity.
        shares = np.maximum(source.class_shares(), 0.5 / source.n_rows)
        logs = np.log(shares)
        theta[:, -1] = logs - logs.mean()
    return theta


def solve(
    problem: Problem,
    /,
    *,
    tol: float,
    max_passes: float,
    solver: str = "auto",
    theta: Array | None = None,
    listener: Listener | None = None,
) -> Solution:
    """Minimize ``problem`` to the relative gap ``tol``; see `SoftmaxRegression`."""
    name, why = choose_solver(problem, solver)
    if name == "newton":
        direction = newton_direction(problem)
    elif is_sparse(getattr(problem.source, "X", None)) or len(problem.penalty) > _DENSE_COLUMNS:
        direction = PreconditionedLBFGS(diagonal_preconditioner(problem))
    else:
        direction = PreconditionedLBFGS(kronecker_preconditioner(problem))
    point = problem.source.at(start(problem) if theta is None else theta)
    return descend(
        problem,
        point,
        direction,
        Recorder(listener, []),
        tol=tol,
        max_passes=max_passes,
        solver=f"{name} ({why})",
    )
