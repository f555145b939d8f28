"""Training with an L1 penalty: proximal Newton for few coefficients, quasi-Newton for many.

Proximal Newton minimizes the quadratic model of the loss plus the exact penalty by coordinate
descent on the exact coupled Hessian, then searches along the step; like Newton's method it does not
care how columns are scaled. Beyond `NEWTON_SIZE` coefficients the quadratic is that of
`gory.learn._proximal_quasi_newton`, and the rest is the same.

Source: Lee, Sun and Saunders, *Proximal Newton-type methods for minimizing composite functions*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._choice import FEWEST_BYTES, MEMORY_BUDGET
from ._elastic import ElasticProblem, smallest
from ._intercepts import with_intercept_solved
from ._newton import solve_definite
from ._problem import relative_gap
from ._progress import INTERRUPTED, Recorder, Solution, passes_spent
from ._proximal_quasi_newton import ProximalQuasiNewton
from ._rows import kernels_for
from ._source import Point

Array = NDArray[Any]

NEWTON_SIZE = 3000
# Bytes for every pair of coefficients: the Hessian, and what solves with a part of it.
_NEWTON_BYTES = 32
# A step is accepted when it brings this share of the decrease that the model promises.
_ARMIJO = 1e-3
_HALVINGS = 40
# A change of the objective below this share of it may be rounding, since logits may be large. Then
# a step is judged by the slope where it ends, which rounding spares: it may rise at most at this
# share of the rate at which the model promised to fall.
_DOUBTFUL = 1e-10
_FLATTER = 0.9
# Coordinate descent stops when the largest gain is below this share of the largest so far.
_INNER_SHARE = 1e-12
# A coordinate is worth so many entries of row work when it comes to compiled code.
_COMPILED_FACTOR = 3000
_INNER_SWEEPS = 500
# After so many, fewer for few coordinates, those that are not zero are solved for together.
_SWEEPS_TO_JUMP = (10, 50)
_COORDINATES_PER_SWEEP = 13
# Steps without progress after which rounding has won.
_STALLED_STEPS = 30


def solve_elastic(
    problem: ElasticProblem,
    theta: Array,
    recorder: Recorder,
    /,
    *,
    tol: float,
    max_passes: float,
    seed: int = 0,
    budget: float = MEMORY_BUDGET,
) -> Solution:
    """Minimize from ``theta`` until the relative gap is certified below ``tol``."""
    name, propose = _engine(problem, theta.size, seed, budget)
    point, iteration, stalled, best, reason = problem.source.at(theta), 0, 0, np.inf, ""
    gap = np.inf
    while True:
        try:
            point, gradient, gap = _measure(problem, point)
            value = problem.value(point)
            recorder.add(iteration, problem.source.passes, value, gap, point.theta)
            stalled, best = (0, gap) if gap < 0.9 * best else (stalled + 1, best)
            reason = _reason_to_stop(problem, gap, tol, max_passes, stalled)
            moved = None if reason else _moved(problem, point, gradient, propose)
        except KeyboardInterrupt:
            if not recorder.entries:
                raise
            moved, reason = None, INTERRUPTED
        if moved is None:
            break
        point, iteration = moved, iteration + 1
    return Solution(
        theta=np.asarray(point.theta),
        loss=problem.value(point),
        rel_gap=float(gap),
        certified=True,
        converged=bool(gap <= tol),
        reason=reason or "no step makes progress in floating point",
        solver=f"{name} ({theta.size} coefficients)",
        history=tuple(recorder.entries),
        passes=problem.source.passes,
    )


def _reason_to_stop(
    problem: ElasticProblem, gap: float, tol: float, max_passes: float, stalled: int
) -> str:
    if gap <= tol:
        return "the certified gap is at most the tolerance"
    if problem.source.passes >= max_passes:
        return passes_spent(max_passes)
    if stalled >= _STALLED_STEPS:
        return "rounding errors are larger than what is left to gain"
    return ""


def _measure(problem: ElasticProblem, point: Point) -> tuple[Point, Array, float]:
    if problem.source.fit_intercept:
        point = with_intercept_solved(point)
    gradient = point.gradient()
    return point, gradient, relative_gap(problem.gap(point, gradient), problem.value(point))


def _engine(problem: ElasticProblem, size: int, seed: int, budget: float) -> tuple[str, Any]:
    """Name and moves of the solver for so many coefficients and bytes of memory."""
    if size <= NEWTON_SIZE and _NEWTON_BYTES * size**2 <= max(budget / 2, FEWEST_BYTES):
        return "proximal-newton", _newton_move(problem)
    rng = np.random.default_rng(seed)
    return "proximal-quasi-newton", ProximalQuasiNewton(problem, rng, budget=budget)


def _newton_move(problem: ElasticProblem) -> Callable[[Point, Array], Array]:
    """Moves to the minimum of the quadratic with the exact Hessian, plus the penalty."""

    def move(point: Point, gradient: Array) -> Array:
        theta, n_classes = point.theta, len(point.theta)
        hessian = point.hessian(np.eye(n_classes))
        ridge = np.tile(problem.ridge, n_classes)
        lasso = np.tile(problem.lasso, n_classes)

        def shifted(v: Array) -> Array:
            return smallest(v.reshape(theta.shape), problem.ridge, problem.lasso).ravel()

        target = coordinate_descent(
            hessian, gradient.ravel(), theta.ravel(), ridge, lasso, shifted=shifted
        )
        return (target - theta.ravel()).reshape(theta.shape)

    return move


def _moved(
    problem: ElasticProblem,
    point: Point,
    gradient: Array,
    propose: Callable[[Point, Array], Array],
) -> Point | None:
    """The point after one line search, or None where no step goes down."""
    theta, move = point.theta, propose(point, gradient)
    start = problem.penalty_of(theta)
    promised = float(np.sum(gradient * move)) + problem.penalty_of(theta + move) - start
    # Close to the optimum gains drown in rounding while the gap, which is of first order in the
    # step, still falls: such steps are taken, and the loop stops when the gap stays.
    noise = 1e-14 * abs(point.loss + start)
    if promised > noise or not move.any():
        return None
    ray, t = point.ray(move), 1.0
    for _ in range(_HALVINGS):
        loss, slope, _ = ray.slope(t)
        change = loss - point.loss + problem.penalty_of(theta + t * move) - start
        enough = change <= _ARMIJO * t * promised + noise
        if not enough and abs(change) <= _DOUBTFUL * abs(point.loss + start):
            slope += _penalty_slope(problem, theta + t * move, move)
            enough = slope <= _FLATTER * max(-promised, noise)
        if enough:
            return ray.point(t)
        t *= 0.5
    return None


def _penalty_slope(problem: ElasticProblem, theta: Array, move: Array) -> float:
    """Derivative of the penalty along a move that ends in ``theta``."""
    rise = np.where(theta == 0.0, -np.abs(move), np.sign(theta) * move)
    return float(np.sum(rise @ problem.lasso + (theta * move) @ problem.ridge))


def coordinate_descent(
    hessian: Array,
    gradient: Array,
    theta: Array,
    ridge: Array,
    lasso: Array,
    /,
    *,
    shifted: Callable[[Array], Array] | None = None,
) -> Array:
    """Minimize ``<gradient, v - theta> + (v - theta)' hessian (v - theta) / 2 + penalty(v)``.

    Parameters
    ----------
    hessian : ndarray of shape (D, D)
    gradient, theta, ridge, lasso : ndarray of shape (D,)
    shifted : callable, optional
        Gives coordinates with a smaller penalty where the rest of the function is the same.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones(1)
    >>> coordinate_descent(np.eye(1), -3 * one, 0 * one, 0 * one, one).tolist()
    [2.0]
    """
    slope, v = gradient.copy(), theta.copy()
    curvature = np.diagonal(hessian) + ridge
    free = np.flatnonzero(curvature > 0)
    largest, active = 0.0, free
    kernels = kernels_for(_COMPILED_FACTOR * len(v))
    sweep = _sweep if kernels is None else kernels.coordinate_sweep
    pause = int(np.clip(len(v) // _COORDINATES_PER_SWEEP, *_SWEEPS_TO_JUMP))
    for count in range(1, _INNER_SWEEPS + 1):
        change = sweep(hessian, slope, v, ridge, lasso, curvature, active)
        if count % pause == 0:
            _jump(hessian, slope, v, ridge, lasso)
            v = v if shifted is None else shifted(v)
        largest = max(largest, change)
        if change <= _INNER_SHARE * largest:
            if len(active) == len(free):
                break
            active = free  # what was left out may want to enter
        else:
            active = free[(v[free] != 0) | (lasso[free] == 0)]
    return v


def _jump(hessian: Array, slope: Array, v: Array, ridge: Array, lasso: Array) -> None:
    """Newton's step among the coordinates that are not zero, up to where the first becomes so.

    Where columns are nearly dependent, sweeps alone take thousands of rounds.
    """
    on = np.flatnonzero((v != 0) | (lasso == 0))
    residual = slope[on] + ridge[on] * v[on] + lasso[on] * np.sign(v[on])
    matrix = hessian[np.ix_(on, on)]
    matrix[np.diag_indices_from(matrix)] += ridge[on]
    step = -solve_definite(matrix, residual)
    if not float(step @ residual) < 0.0:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        zero_at = np.where((lasso[on] > 0) & (v[on] * step < 0), -v[on] / step, np.inf)
    first = int(zero_at.argmin())
    t = min(1.0, float(zero_at[first]))
    v[on] += t * step
    if t == zero_at[first]:
        v[on[first]] = 0.0
    slope += hessian[:, on] @ (t * step)


def _sweep(
    hessian: Array,
    slope: Array,
    v: Array,
    ridge: Array,
    lasso: Array,
    curvature: Array,
    active: Array,
) -> float:
    """One round over some coordinates, in place; the largest gain of the model."""
    largest = 0.0
    for j in active:
        old = v[j]
        center = curvature[j] * old - (slope[j] + ridge[j] * old)
        new = np.sign(center) * max(abs(center) - lasso[j], 0.0) / curvature[j]
        if new != old:
            v[j] = new
            slope += (new - old) * hessian[j]
            largest = max(largest, float(curvature[j] * (new - old) ** 2))
    return largest
