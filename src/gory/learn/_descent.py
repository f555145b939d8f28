"""The outer loop that all solvers share: direction, free line search, certificate.

A solver is a function that proposes a direction from the present point and gradient. The loop
moves along it, keeps the history, and stops when the certified gap is at most the tolerance, when
the budget of passes is spent, or when no step makes progress in floating point any more. The
second case is not an error: the best point so far is returned with the gap it has, and so it is
when the user interrupts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._intercepts import with_intercept_solved
from ._line_search import search
from ._problem import Problem, duality_gap, relative_gap, repaired_gap
from ._progress import INTERRUPTED, Progress, Recorder, Solution, passes_spent
from ._source import Point

Array = NDArray[Any]

Direction = Callable[[Point, Array], Array]

# A gradient that did not fall below this share of the best one for so many steps is rounding.
_STALL_SHARE = 0.9
_STALL_STEPS = 15
# From this gap on products are as precise as they can be once so many steps in a row have stalled;
# before, the rounding of float32 does not show. Only a gap of precise products is final.
_PRECISE_GAP = 1e-5
_ROUNDING_STEPS = 3
# Sweeps that may be spent on the intercepts alone, for rows whose logits are not kept.
_INTERCEPT_SWEEPS = 4
# Above this gap it is not rounding.
_STALL_GAP = 1e-6


def descend(
    problem: Problem,
    point: Point,
    bound: float,
    direction: Direction,
    recorder: Recorder,
    /,
    *,
    tol: float,
    max_passes: float,
    solver: str,
) -> Solution:
    """Follow ``direction`` from ``point`` until the relative gap is certified below ``tol``.

    Parameters
    ----------
    problem : Problem
    point : Point
        Where to start.
    bound : float
        A value that no point is below, minus infinity where none is known; it certifies, too.
    direction : callable
        ``direction(point, gradient)`` gives a descent direction of shape (K, p).
    recorder : Recorder
    tol : float
        Relative duality gap to reach.
    max_passes : float
        Passes over the data that may be spent.
    solver : str
        Recorded in the solution.
    """
    best, stalled, iteration = np.inf, 0, 0
    gradient, gap, reason = point.theta, np.inf, ""
    while True:
        try:
            point, gradient, gap = _measure(problem, point, tol, bound, direction)
            if _shows_rounding(gap, tol, stalled) and problem.source.refine():
                point, stalled = problem.source.at(point.theta), 0
                point, gradient, gap = _measure(problem, point, tol, bound, direction)
            _record(recorder, iteration, problem, point, gap)
            reason = _reason_to_stop(problem, gap, tol, max_passes, stalled, recorder)
            step = None if reason else take_step(problem, point, gradient, direction)
            if step is None and not reason and problem.source.refine():
                point = problem.source.at(point.theta)
                continue
        except KeyboardInterrupt:
            if not recorder.entries:  # nothing has been measured yet that could be kept
                raise
            step, reason = None, INTERRUPTED
            if recorder.entries[-1].iteration < iteration:  # the gap is still that of the last one
                point, gradient, gap = _measure(problem, point, tol, bound, direction)
                _record(recorder, iteration, problem, point, gap)
        if step is None:
            reason = reason or "no step makes progress in floating point"
            return _solution(problem, point, gradient, gap, tol, reason, solver, recorder.entries)
        size = float(np.linalg.norm(gradient))
        stalled = 0 if size < _STALL_SHARE * best or gap >= _PRECISE_GAP else stalled + 1
        best, iteration = min(best, size), iteration + 1
        point, step = step, None  # one name only: `_measure` may put another point in its place


def _record(recorder: Recorder, iteration: int, problem: Problem, point: Point, gap: float) -> None:
    value = problem.value(point)
    recorder.add(iteration, problem.source.passes, value, gap, point.theta)


def _shows_rounding(gap: float, tol: float, stalled: int) -> bool:
    return gap <= tol or (gap <= _PRECISE_GAP and stalled >= _ROUNDING_STEPS)


def _reason_to_stop(
    problem: Problem, gap: float, tol: float, max_passes: float, stalled: int, recorder: Recorder
) -> str:
    if gap <= tol:
        return "the certified gap is at most the tolerance"
    if recorder.interrupted:
        return INTERRUPTED
    if problem.source.passes >= max_passes:
        return passes_spent(max_passes)
    if stalled >= _STALL_STEPS and gap < _STALL_GAP:
        return "rounding errors are larger than what is left to gain"
    return ""


def _measure(
    problem: Problem, point: Point, tol: float, bound: float, direction: Direction
) -> tuple[Point, Array, float]:
    """Gradient and relative gap; the intercepts are solved before the gap may pass as certified."""
    value = problem.value(point)
    known = relative_gap(value - bound, value)
    if known <= tol:
        return point, point.theta, known  # no gradient is asked for any more
    point, gradient, gap = _measured_by_gradient(problem, point, tol)
    # Separated classes have no optimum but zero, from where a value below the tolerance is not far.
    if gap <= tol < value and not problem.is_certifiable():
        gain = -0.5 * float(np.sum(gradient * direction(point, gradient)))
        gap = max(gap, gain / value)
    return point, gradient, min(gap, known)


def _measured_by_gradient(problem: Problem, point: Point, tol: float) -> tuple[Point, Array, float]:
    """The same without a bound."""
    gradient = problem.gradient(point)
    gap = relative_gap(duality_gap(gradient, problem.penalty), problem.value(point))
    if not problem.is_certifiable():
        gap = max(gap, _scale_free_size(problem, gradient, point))
    if gap <= tol and problem.source.fit_intercept and not problem.source.keeps_logits:
        return _repaired(problem, point, gradient, tol)
    if gap <= tol and problem.source.fit_intercept:
        moved = with_intercept_solved(point)
        if moved is not point:
            point = moved
            gradient = problem.gradient(point)
            gap = relative_gap(duality_gap(gradient, problem.penalty), problem.value(point))
            if not problem.is_certifiable():
                gap = max(gap, _scale_free_size(problem, gradient, point))
    return point, gradient, gap


def _repaired(
    problem: Problem, point: Any, gradient: Array, tol: float
) -> tuple[Point, Array, float]:
    """The certificate where logits are not kept, after precise sweeps that settle the intercepts.

    A sweep divides what the intercepts are off by the variances of the classes. For rare classes,
    on which the certificate depends, that is nearly Newton's step.
    """
    if problem.source.refine():
        point = problem.source.at(point.theta)
        gradient = problem.gradient(point)
    gap = repaired_gap(problem, point, gradient)
    for _ in range(_INTERCEPT_SWEEPS):
        if gap <= tol:
            break
        variances = np.maximum(point.class_variances(), np.finfo(float).tiny)
        shift = np.clip(-gradient[:, -1] / variances, -1.0, 1.0)
        moved = point.shifted(shift - shift.mean())
        slope = problem.gradient(moved)
        nearer = repaired_gap(problem, moved, slope)
        if not nearer < gap:
            break
        point, gradient, gap = moved, slope, nearer
    return point, gradient, gap


def _scale_free_size(problem: Problem, gradient: Array, point: Point) -> float:
    """Without a penalty: the gain that the curvature at the prior promises, relative to the value.

    This is the Newton decrement in the metric (1/K) X^T X, an estimate and not a bound. Where rows
    are nearly certain it says too little, and what the next step promises counts, too.
    """
    moments = problem.source.second_moments()
    scaled = np.linalg.lstsq(moments, gradient.T, rcond=1e-12)[0]
    gain = 0.5 * problem.source.n_classes * float(np.sum(scaled * gradient.T))
    return gain / max(problem.value(point), np.finfo(float).tiny)


def take_step(
    problem: Problem, point: Point, gradient: Array, direction: Direction, /
) -> Point | None:
    """The point after one line search, or None where no step goes down."""
    move = direction(point, gradient)
    slope_at_zero = float(np.sum(gradient * move))
    if not slope_at_zero < 0.0:
        return None
    ray = point.ray(move)
    linear = float(np.sum(problem.penalty * point.theta * move))
    square = float(np.sum(problem.penalty * move**2))

    def slope(t: float) -> tuple[float, float]:
        _, first, second = ray.slope(t)
        return first + linear + t * square, second + square

    t = search(slope, slope_at_zero, share=problem.source.slope_share)
    return ray.point(t) if t > 0.0 else None


def _solution(
    problem: Problem,
    point: Point,
    gradient: Array,
    gap: float,
    tol: float,
    reason: str,
    solver: str,
    entries: list[Progress],
) -> Solution:
    return Solution(
        theta=np.asarray(point.theta),
        loss=problem.value(point),
        rel_gap=float(gap),
        certified=problem.is_certifiable(),
        converged=bool(gap <= tol),
        reason=reason,
        solver=solver,
        history=tuple(entries),
        passes=problem.source.passes,
        gradient=gradient,
    )
