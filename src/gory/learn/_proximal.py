"""Training with an L1 penalty: proximal Newton for few coefficients, FISTA for many.

Proximal Newton minimizes the quadratic model of the loss plus the exact penalty by coordinate
descent on the exact coupled Hessian, then searches along the step; like Newton's method it does not
care how columns are scaled. Beyond `NEWTON_SIZE` coefficients the Hessian is replaced by its
diagonal times a factor found by backtracking, and momentum makes up for the loss, restarted
wherever it points uphill.

Source: Lee, Sun and Saunders, *Proximal Newton-type methods for minimizing composite functions*;
Beck and Teboulle, *A fast iterative shrinkage-thresholding algorithm for linear inverse problems*;
O'Donoghue and Candes, *Adaptive restart for accelerated gradient schemes*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._elastic import ElasticProblem, soft_threshold
from ._problem import relative_gap, with_intercept_solved
from ._progress import Recorder, Solution
from ._rows import kernels_for
from ._source import Point

Array = NDArray[Any]

NEWTON_SIZE = 3000
# A step is accepted when it brings this share of the decrease that the model promises.
_ARMIJO = 1e-3
_HALVINGS = 40
# Coordinate descent stops when the largest gain is below this share of the largest so far.
_INNER_SHARE = 1e-12
# A coordinate is worth so many entries of row work when it comes to compiled code.
_COMPILED_FACTOR = 3000
_INNER_SWEEPS = 500
# Steps without progress after which rounding has won.
_STALLED_STEPS = 10


def solve_elastic(
    problem: ElasticProblem,
    theta: Array,
    recorder: Recorder,
    /,
    *,
    tol: float,
    max_passes: float,
) -> Solution:
    """Minimize from ``theta`` until the relative gap is certified below ``tol``."""
    newton = theta.size <= NEWTON_SIZE
    step = _ProximalNewton(problem) if newton else _Fista(problem)
    point, iteration, stalled, best, reason = problem.source.at(theta), 0, 0, np.inf, ""
    gap = np.inf
    while True:
        try:
            point, gradient, gap = _measure(problem, point)
            value = problem.value(point)
            recorder.add(iteration, problem.source.passes, value, gap, point.theta)
            stalled, best = (0, gap) if gap < 0.9 * best else (stalled + 1, best)
            reason = _reason_to_stop(problem, gap, tol, max_passes, stalled if newton else 0)
            moved = None if reason else step(point, gradient)
        except KeyboardInterrupt:
            if not recorder.entries:
                raise
            moved, reason = None, "it was interrupted"
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
        solver=f"{'proximal-newton' if newton else 'fista'} ({theta.size} coefficients)",
        history=tuple(recorder.entries),
        passes=problem.source.passes,
    )


def _reason_to_stop(
    problem: ElasticProblem, gap: float, tol: float, max_passes: float, stalled: int
) -> str:
    if gap <= tol:
        return "the certified gap is at most the tolerance"
    if problem.source.passes >= max_passes:
        return f"the budget of {max_passes:g} passes is spent"
    if stalled >= _STALLED_STEPS:
        return "rounding errors are larger than what is left to gain"
    return ""


def _measure(problem: ElasticProblem, point: Point) -> tuple[Point, Array, float]:
    if problem.source.fit_intercept:
        point = with_intercept_solved(point)
    gradient = point.gradient()
    return point, gradient, relative_gap(problem.gap(point, gradient), problem.value(point))


class _ProximalNewton:
    """Steps to the minimum of the quadratic model plus the penalty."""

    def __init__(self, problem: ElasticProblem, /) -> None:
        self.problem = problem

    def __call__(self, point: Point, gradient: Array, /) -> Point | None:
        problem, theta = self.problem, point.theta
        n_classes = len(theta)
        hessian = point.hessian(np.eye(n_classes))
        ridge = np.tile(problem.ridge, n_classes)
        lasso = np.tile(problem.lasso, n_classes)
        target = coordinate_descent(hessian, gradient.ravel(), theta.ravel(), ridge, lasso)
        move = (target - theta.ravel()).reshape(theta.shape)
        start = problem.penalty_of(theta)
        promised = float(np.sum(gradient * move)) + problem.penalty_of(theta + move) - start
        # Close to the optimum gains drown in rounding while the gap, which is of first order in
        # the step, still falls: such steps are taken, and the loop stops when the gap stays.
        noise = 1e-14 * abs(point.loss + start)
        if promised > noise or not move.any():
            return None
        ray, t = point.ray(move), 1.0
        for _ in range(_HALVINGS):
            change = ray.slope(t)[0] - point.loss + problem.penalty_of(theta + t * move) - start
            if change <= _ARMIJO * t * promised + noise:
                return ray.point(t)
            t *= 0.5
        return None


def coordinate_descent(
    hessian: Array, gradient: Array, theta: Array, ridge: Array, lasso: Array, /
) -> Array:
    """Minimize ``<gradient, v - theta> + (v - theta)' hessian (v - theta) / 2 + penalty(v)``.

    Parameters
    ----------
    hessian : ndarray of shape (D, D)
    gradient, theta, ridge, lasso : ndarray of shape (D,)

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
    for _ in range(_INNER_SWEEPS):
        change = sweep(hessian, slope, v, ridge, lasso, curvature, active)
        largest = max(largest, change)
        if change <= _INNER_SHARE * largest:
            if len(active) == len(free):
                break
            active = free  # what was left out may want to enter
        else:
            active = free[(v[free] != 0) | (lasso[free] == 0)]
    return v


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


class _Fista:
    """Proximal gradient steps in the metric of the diagonal, with momentum and restarts."""

    def __init__(self, problem: ElasticProblem, /) -> None:
        self.problem = problem
        self.metric: Array | None = None
        self.factor, self.momentum = 1.0, 1.0
        self.previous: Array | None = None

    def __call__(self, point: Point, gradient: Array, /) -> Point | None:
        problem = self.problem
        if self.metric is None:
            self.metric = np.maximum(point.hessian_diagonal(), 1e-12)
        ahead = point if self.previous is None else self._ahead(point)
        slope = gradient if ahead is point else ahead.gradient()
        while True:
            weight = self.factor * self.metric
            scaled = (weight * ahead.theta - slope) / (weight + problem.ridge)
            theta = soft_threshold(scaled, problem.lasso / (weight + problem.ridge))
            move = theta - ahead.theta
            moved = ahead.ray(move).point(1.0)
            bound = ahead.loss + np.sum(slope * move) + 0.5 * np.sum(weight * move**2)
            if moved.loss <= bound + 1e-14 * abs(ahead.loss):
                break
            self.factor *= 2.0
        if np.sum((ahead.theta - theta) * (theta - point.theta)) > 0:  # momentum points uphill
            self.momentum = 1.0
        self.previous = point.theta
        return moved

    def _ahead(self, point: Point) -> Point:
        before = self.momentum
        self.momentum = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * before**2))
        push = (before - 1.0) / self.momentum
        if push == 0.0 or self.previous is None:
            return point
        return point.ray(point.theta - self.previous).point(push)
