"""When few rows are fitted by compiled code: once a process has fitted many such problems.

A fit to a hundred rows takes a millisecond or two, nearly all of it calls. A compiled loop takes a
fifth of that, but compiling it takes ten seconds, or half a second where it is on disk. So the
first fits go by NumPy, and when all of them together have taken about as long, the loop is loaded
for those that follow: ten times sooner where an earlier process left its compilation on disk.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._gauge import contrast_basis
from ._problem import Problem
from ._progress import Progress, Recorder, Solution

Array = NDArray[Any]

# Seconds of small fits by NumPy after which the compiled loop is loaded, and the share of them
# where it is on disk: half of what compiling it takes, or what loading it and Numba takes.
PATIENCE = 5.0
_SHARE_ON_DISK = 0.1
# Most coefficients, and most multiplications of a Hessian, that count as small.
_MOST_COEFFICIENTS = 64
_SMALL_WORK = 1_000_000
# Entries of the history of the loop.
_MOST_STEPS = 60


@dataclass
class Spent:
    """Seconds that small fits took by NumPy in this process."""

    seconds: float = 0.0


spent = Spent()


@cache
def _kernels() -> Any:
    """The module of compiled kernels, or None where Numba cannot be imported."""
    try:
        from . import _small_kernels
    except ImportError:
        return None
    return _small_kernels


@cache
def _is_on_disk() -> bool:
    """Whether the loop was compiled before, by this Python and since it was last changed.

    Only the usual place is looked at; Numba may be told another one, and then patience is longer.
    """
    source = Path(__file__).with_name("_small_kernels.py")
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    found = source.parent.glob(f"__pycache__/{source.stem}.newton_loop-*.{version}.nbi")
    changed = source.stat().st_mtime
    return any(index.stat().st_mtime >= changed for index in found)


def _loop() -> Any:
    """The compiled loop where it has come to pay, else None."""
    if spent.seconds < PATIENCE * _SHARE_ON_DISK:
        return None
    return _kernels() if spent.seconds >= PATIENCE or _is_on_disk() else None


_basis = cache(contrast_basis)


def is_small(problem: Problem, /) -> bool:
    """Whether the loop can take it: few dense rows with labels, a penalty on every feature."""
    source: Any = problem.source
    size = (source.n_classes - 1) * len(problem.penalty)
    return (
        getattr(source, "few_rows", None) is not None
        and source.target.ndim == 1
        and size <= _MOST_COEFFICIENTS
        and source.n_rows * size**2 <= _SMALL_WORK
        and problem.is_certifiable()
    )


@contextmanager
def counted() -> Iterator[None]:
    """Adds the time of the block to what small fits by NumPy took."""
    start = time.perf_counter()
    yield
    spent.seconds += time.perf_counter() - start


def newton_start(
    problem: Problem,
    theta: Array,
    recorder: Recorder,
    /,
    *,
    tol: float,
    max_passes: float,
    solver: str,
) -> tuple[Array, Solution | None]:
    """Where the compiled loop comes from ``theta``, and the solution if that is the optimum.

    Nothing happens while the loop is not worth its compilation.
    """
    source: Any = problem.source
    kernels = _loop()
    steps = min(_MOST_STEPS, int(max_passes - source.passes))
    if kernels is None or steps < 1:
        return theta, None
    is_free = not np.any(theta[:, : source.n_features])
    theta = np.array(theta, dtype=np.float64, order="C")
    history = np.empty((steps, 2))
    ended, count = kernels.newton_loop(
        *_rows(source),
        problem.penalty,
        _basis(source.n_classes),
        tol,
        theta,
        history,
        source.fit_intercept,
    )
    _record(source, recorder, history[:count], is_free)
    solution = _solution(recorder, theta, solver) if ended == kernels.CONVERGED else None
    return theta, solution


def path_start(
    problem: Problem,
    strengths: Array,
    theta: Array,
    /,
    *,
    tol: float,
    max_passes: float,
    solver: str,
) -> list[Solution]:
    """Optima for penalties ``strengths`` times that of ``problem``, for the first ones at least.

    Parameters
    ----------
    problem : Problem
        See `is_small`.
    strengths : ndarray of shape (m,)
        Falling, larger than 0.
    theta : ndarray of shape (K, p)
        Where to start.
    """
    source: Any = problem.source
    kernels = _loop()
    steps = min(_MOST_STEPS, int(max_passes))
    if kernels is None or steps < 1:
        return []
    m = len(strengths)
    thetas, ends = np.empty((m, *theta.shape)), np.zeros(m, dtype=np.intp)
    thetas[0] = theta
    history = np.empty((m * steps, 2))
    done = kernels.newton_path(
        *_rows(source),
        np.outer(strengths, problem.penalty),
        -np.log(strengths),
        _basis(source.n_classes),
        tol,
        thetas,
        history,
        ends,
        steps,
        source.fit_intercept,
    )
    solutions, first = [], 0
    for v in range(done):
        recorder = Recorder(None, [])
        _record(source, recorder, history[first : ends[v]], v == 0)
        solutions.append(_solution(recorder, thetas[v], solver))
        first = ends[v]
    return solutions


def _rows(source: Any) -> tuple[Array, Array, Array, Array]:
    offset = np.empty((0, source.n_classes)) if source.offset is None else source.offset
    return source.few_rows, source.target, source.row_weights, offset


def _record(source: Any, recorder: Recorder, history: Array, is_free: bool) -> None:
    """Value and gap after every step of the loop; whether logits of the first point were free."""
    if not len(history):
        return
    first = source.passes + (0.5 if is_free else 1.0)
    recorder.entries += [
        Progress(k, first + k, value, gap) for k, (value, gap) in enumerate(history.tolist())
    ]
    # At the end there is another gradient, at the intercepts that are settled.
    source.charge(len(history) - 0.5 * is_free + 0.5 * source.fit_intercept)
    last = recorder.entries[-1]
    recorder.entries[-1] = Progress(last.iteration, source.passes, last.loss, last.rel_gap)


def _solution(recorder: Recorder, theta: Array, solver: str) -> Solution:
    last = recorder.entries[-1]
    return Solution(
        theta=theta,
        loss=last.loss,
        rel_gap=last.rel_gap,
        certified=True,
        converged=True,
        reason="the certified gap is at most the tolerance",
        solver=solver,
        history=tuple(recorder.entries),
        passes=last.passes,
    )
