"""From rows and a penalty to the optimum: the start, the solver, and the precision of the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._checkpoint import Checkpoint, fingerprint
from ._choice import (
    FEWEST_BYTES,
    MEMORY_BUDGET,
    choose_solver,
    hessian_price,
    keeps_hessian,
    patience,
)
from ._class_blocks import ClassBlockPreconditioner
from ._descent import Direction, descend
from ._diagonal import DiagonalPreconditioner
from ._dual_ascent import dual_start
from ._elastic import ElasticProblem
from ._firth import solve_firth
from ._kept_newton import KeptNewton
from ._kronecker import KroneckerPreconditioner
from ._lbfgs import PAIR_BYTES, PreconditionedLBFGS
from ._newton import Newton
from ._problem import Problem
from ._progress import Listener, Recorder, Solution
from ._proximal import solve_elastic
from ._sampled_newton import SampledNewton
from ._small_newton import counted, is_small, newton_start, path_start
from ._source import Source

Array = NDArray[Any]

# Steps at which a preconditioner takes the present curvature: often while the point moves fast.
# A build of the diagonal costs half a pass; class blocks know what theirs cost.
_REBUILDS = {
    "kronecker": (0, 3, 8, 16, 32, 64, 128),
    "diagonal": (0, 1, 2, 4, 8, 16, 32, 64),
    "dual-ascent": (0, 16, 64),
}
# Share of the memory that the pairs of L-BFGS may take, and their most bytes where the logits are
# too large to be kept, unless that is room for fewer than so many pairs.
_PAIR_SHARE = 0.25
_FRUGAL_PAIR_BYTES = 32e6
_FEWEST_PAIRS = 6


@dataclass
class Shared:
    """What fits to the same rows hand on to each other.

    It is the sample of rows and its leverages, or the Hessian, for which ``leader`` is what is
    shared by fits to all rows where these are some of them.
    """

    sampled_newton: SampledNewton | None = None
    kept_newton: KeptNewton | None = None
    leader: Shared | None = None

    def improved(self, solution: Solution, /) -> Array:
        """Weights that are nearer to the optimum than those of a solution, if they may be had."""
        if self.kept_newton is None or solution.gradient is None:
            return solution.theta
        return self.kept_newton.improved(solution.theta, solution.gradient)


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
    seed: int = 0,
    listener: Listener | None = None,
    shared: Shared | None = None,
    keep: Callable[[Array, float], None] | None = None,
    budget: float = MEMORY_BUDGET,
) -> Solution:
    """Minimize ``problem`` to the relative gap ``tol``; see `SoftmaxRegression`."""
    name, why = choose_solver(problem.source, solver, penalty=problem.penalty, budget=budget)
    cold, recorder, label = theta is None, Recorder(listener, [], keep), f"{name} ({why})"
    theta = start(problem) if theta is None else theta
    limits: dict[str, Any] = {"tol": tol, "max_passes": max_passes}
    if name == "newton" and is_small(problem):
        return _solve_small(problem, theta, recorder, solver=label, **limits)
    rng = np.random.default_rng(seed)
    name, label, direction = _way(problem, name, why, solver, theta.size, rng, shared, tol, budget)
    if cold and isinstance(direction, SampledNewton):
        theta = direction.start(theta)
    first: list[Any] = [*_first_point(problem, theta, name, rng, recorder, **limits)]
    return _descended(problem, first, direction, recorder, label, **limits)


def _descended(
    problem: Problem,
    first: list[Any],
    direction: Direction,
    recorder: Recorder,
    solver: str,
    tol: float,
    max_passes: float,
) -> Solution:
    """The descent from what `_first_point` gives.

    The point is large: a variable or the tuple of unpacked arguments would keep it to the end.
    """
    bound = first.pop()
    return descend(
        problem,
        first.pop(),
        bound,
        direction,
        recorder,
        solver=solver,
        tol=tol,
        max_passes=max_passes,
    )


def _way(
    problem: Problem,
    name: str,
    why: str,
    solver: str,
    size: int,
    rng: np.random.Generator,
    shared: Shared | None,
    tol: float,
    budget: float,
) -> tuple[str, str, Direction]:
    """Name and label of the solver that goes on from a choice, and its directions."""
    if shared is not None and _follows(problem, name, solver, budget):
        label = "newton (the Hessian is kept from one C to the next)"
        return "newton", label, _kept_newton(problem, shared, tol)
    direction = _direction(problem, name, size, rng, shared or Shared(), budget)
    limit = patience(problem.source, budget=budget)
    if solver == "auto" and name == "class-blocks" and np.isfinite(limit):
        label = f"{name} ({why}; newton after {limit:.0f} passes)"
        return name, label, _Relay(direction, problem, limit)
    return name, f"{name} ({why})", direction


def _follows(problem: Problem, name: str, solver: str, budget: float) -> bool:
    """Whether a fit that has neighbors should keep the Hessian of all rows."""
    free = solver == "auto" and problem.is_certifiable()
    return free and keeps_hessian(problem.source, name, budget=budget)


def _kept_newton(problem: Problem, shared: Shared, tol: float) -> KeptNewton:
    """The Hessian that the fits share, for the penalty of this one."""
    if shared.kept_newton is None:
        leader = None if shared.leader is None else shared.leader.kept_newton
        price = hessian_price(problem.source)
        shared.kept_newton = KeptNewton(problem, price=price, tol=tol, leader=leader)
    else:
        shared.kept_newton.move_to(problem)
    return shared.kept_newton


def _solve_small(problem: Problem, theta: Array, recorder: Recorder, /, **limits: Any) -> Solution:
    """Newton's method for few rows: the compiled loop where it is worth it, else by NumPy."""
    solution = None
    if recorder.listener is None and recorder.keep is None:  # else every step is to be seen
        theta, solution = newton_start(problem, theta, recorder, **limits)
    if solution is None:
        with counted():
            first = problem.source.at(theta)
            solution = descend(problem, first, -np.inf, Newton(problem), recorder, **limits)
    return solution


def small_path(
    source: Any, values: Array, solver: str, /, *, budget: float, **limits: float
) -> list[Solution]:
    """Solutions for the first values of C, which rise, from the compiled loop for few rows.

    None of them where that is another solver's work, or the loop is not worth it.
    """
    strength_of(values[0], source.weight_sum)  # refuses what is larger than any number
    with np.errstate(over="ignore"):
        strengths = 1.0 / (values * source.weight_sum)
    usable = int(np.sum((values < np.inf) & (strengths > 0.0)))
    if not usable:
        return []
    problem = Problem(source, penalties(source, 1.0, 0.0)[0])
    name, why = choose_solver(source, solver, penalty=problem.penalty, budget=budget)
    if name != "newton" or not is_small(problem):
        return []
    first = start(problem)
    return path_start(problem, strengths[:usable], first, solver=f"{name} ({why})", **limits)


class _Relay:
    """L-BFGS until it has spent its passes, then Newton's method.

    Near separation L-BFGS may need thousands of passes where Newton's method needs its usual ten
    steps; this way the sum is at most about twice the cheaper of both.
    """

    def __init__(self, first: Direction, problem: Problem, passes: float, /) -> None:
        self.now, self.problem = first, problem
        self.last_pass = problem.source.passes + passes

    def __call__(self, point: Any, gradient: Array, /) -> Array:
        """The direction at ``point``."""
        if self.problem.source.passes > self.last_pass:
            self.now, self.last_pass = Newton(self.problem), np.inf
        return self.now(point, gradient)


def _first_point(
    problem: Problem,
    theta: Array,
    name: str,
    rng: np.random.Generator,
    recorder: Recorder,
    tol: float,
    max_passes: float,
) -> tuple[Any, float]:
    """The point at ``theta``, or where rounds over the rows come from there; a bound of values."""
    point = problem.source.at(theta)
    if name == "dual-ascent":
        return dual_start(problem, point, rng, recorder, tol=tol, max_passes=max_passes)
    return point, -np.inf


def _direction(
    problem: Problem,
    name: str,
    size: int,
    rng: np.random.Generator,
    shared: Shared,
    budget: float,
) -> Direction:
    if name == "newton":
        return Newton(problem)
    if name == "sampled-newton":
        before = shared.sampled_newton
        shared.sampled_newton = (
            SampledNewton(problem, rng) if before is None else before.with_penalty(problem)
        )
        return shared.sampled_newton
    if name == "class-blocks":
        preconditioner: Any = ClassBlockPreconditioner(problem, rng)
    elif name == "kronecker":
        preconditioner = KroneckerPreconditioner(problem, rng)
    else:
        preconditioner = DiagonalPreconditioner(problem)
    frugal = not problem.source.keeps_logits
    memory = max(_PAIR_SHARE * budget, FEWEST_BYTES)
    usual = max(_FRUGAL_PAIR_BYTES, _FEWEST_PAIRS * 8.0 * size) if frugal else PAIR_BYTES
    return PreconditionedLBFGS(
        preconditioner,
        size,
        rebuilds=_REBUILDS.get(name) or preconditioner.rebuilds,
        memory=min(usual, memory),
        dtype=np.float32 if frugal else np.float64,
    )


def strength_of(C: float, weight_sum: float, /) -> float:
    """What C means per unit of weight, ``1 / (C S)``; zero where C is infinite.

    Raises
    ------
    ValueError
        It is larger than any number.
    """
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        strength = float(1.0 / np.multiply(C, weight_sum, dtype=np.float64))
    if np.isinf(strength):
        raise ValueError(
            f"C = {C!r} with weights that sum to {weight_sum:g} is a penalty larger than any "
            "number; C = 1e-300 already leaves no weight that differs from zero"
        )
    return strength


def penalties(source: Source, strength: float, l1_ratio: float, /) -> tuple[Array, Array]:
    """Ridge and lasso of every column, shape (p,) each; zero for the intercept.

    Two classes in one row w are the softmax of -w/2 and w/2, for which ``|w|_1`` is the same, and
    ``|w|_2^2`` half as large: the ridge is doubled.
    """
    weight = np.ones(source.n_features + source.fit_intercept)
    weight[source.n_features :] = 0.0
    doubled = 2.0 if source.n_classes == 2 else 1.0
    return doubled * (1.0 - l1_ratio) * strength * weight, l1_ratio * strength * weight


def optimum(
    source: Any,
    /,
    *,
    strength: float,
    l1_ratio: float,
    theta: Array | None,
    listener: Listener | None,
    checkpoint: Any,
    firth: bool = False,
    **options: Any,
) -> Solution:
    """The optimum for a penalty of ``strength`` per unit of weight; see `SoftmaxRegression`.

    The further options are those of `solve`.
    """
    ridge, lasso = penalties(source, strength, l1_ratio)
    kept = None
    if checkpoint is not None:
        marks = np.concatenate([ridge, lasso, [float(firth)]])
        kept = Checkpoint(checkpoint, fingerprint(source, marks))
        found = kept.load()
        theta = theta if found is None else found
    keep = None if kept is None else kept.offer
    if firth or lasso.max() > 0:
        limits = {name: options[name] for name in ("tol", "max_passes")}
        theta = start(Problem(source, ridge)) if theta is None else theta
        recorder = Recorder(listener, [], keep)
        if firth:
            solution = solve_firth(source, theta, recorder, **limits)
        else:
            problem = ElasticProblem(source, ridge, lasso)
            limits |= {name: options[name] for name in ("seed", "budget") if name in options}
            solution = solve_elastic(problem, theta, recorder, **limits)
    else:
        problem = Problem(source, ridge)
        solution = solve(problem, theta=theta, listener=listener, keep=keep, **options)
    if kept is not None and solution.converged:
        kept.remove()
    return solution
