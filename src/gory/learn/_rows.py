"""Row work on threads: softmax, residuals, slopes along rays, and curvature, for all rows.

Large work goes to the compiled kernels in chunks of rows on a pool of threads; small work takes the
NumPy functions of `_objective`, so that nobody waits for a compiler to fit a hundred rows. Where
Numba is missing everything takes the NumPy functions.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._objective import picked, residual, row_softmax

Array = NDArray[Any]

# Entries (rows times classes) from which compiled code pays, its compilation at first use included.
COMPILED_FROM = 300_000
# Entries per chunk; fixed, so that sums are added in the same order whatever the threads.
_CHUNK_ENTRIES = 1 << 16
# Rows of a chunk that brings sums for every class, at least: else adding those would be the work.
_CHUNK_ROWS = 128


@cache
def sweep_kernels() -> Any:
    """The module of the kernels of a sweep, where Numba is there."""
    from . import _sweep_kernels

    return _sweep_kernels


@cache
def _kernels() -> Any:
    """The module of compiled kernels, or None where Numba cannot be imported."""
    try:
        from . import _kernels
    except ImportError:
        return None
    return _kernels


def kernels_for(n_entries: int, /) -> Any:
    """The compiled kernels if the work is worth them, else None."""
    return _kernels() if n_entries >= COMPILED_FROM else None


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """One pool per process; threads do not survive a fork, so the process is part of the key."""
    del process
    return ThreadPoolExecutor(max_workers=n_threads(), thread_name_prefix="gory")


@cache
def n_threads() -> int:
    """Processors this process may use, or fewer where OMP_NUM_THREADS says so."""
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:
        available = os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(available, int(asked)) if asked.isdigit() and int(asked) > 0 else available


def over_chunks(
    work: Callable[[int, int], Any], n_rows: int, n_columns: int, /, *, least: int = 1
) -> list[Any]:
    """``work(start, stop)`` for chunks of rows that cover all; results in the order of the rows.

    A chunk has ``least`` rows or more.
    """
    size = max(least, _CHUNK_ENTRIES // max(1, n_columns))
    bounds = [(start, min(start + size, n_rows)) for start in range(0, n_rows, size)]
    if n_threads() == 1 or len(bounds) == 1:
        return [work(*pair) for pair in bounds]
    return list(_pool(os.getpid()).map(lambda pair: work(*pair), bounds))


def over_parts(work: Callable[[int, int], Any], size: int, /) -> None:
    """``work(start, stop)`` for one part of ``range(size)`` per thread."""
    step = -(-size // n_threads())
    bounds = [(start, min(start + step, size)) for start in range(0, size, step)]
    if len(bounds) == 1:
        work(*bounds[0])
    else:
        list(_pool(os.getpid()).map(lambda pair: work(*pair), bounds))


def over_items(work: Callable[[Any], Any], items: list[Any], /) -> list[Any]:
    """``work(item)`` for all items, which must not use the threads themselves."""
    if n_threads() == 1 or len(items) == 1:
        return [work(item) for item in items]
    return list(_pool(os.getpid()).map(work, items))


def row_probabilities(logits: Array, /) -> tuple[Array, Array]:
    """Probabilities, in the type of the logits, and log-sum-exp of every row."""
    kernels = kernels_for(logits.size)
    if kernels is None:
        return row_softmax(logits)
    probabilities, lse = np.empty_like(logits), np.empty(len(logits))
    over_chunks(
        lambda start, stop: kernels.softmax_rows(logits, start, stop, probabilities, lse),
        *logits.shape,
    )
    return probabilities, lse


def weighted_residual(probabilities: Array, target: Array, row_weights: Array, /) -> Array:
    """``s (p - y)`` in the type of the probabilities."""
    kernels = kernels_for(probabilities.size) if target.ndim == 1 else None
    if kernels is None:
        return residual(probabilities, target, row_weights)
    out = np.empty_like(probabilities)
    over_chunks(
        lambda start, stop: kernels.residual_rows(
            probabilities, target, row_weights, start, stop, out
        ),
        *out.shape,
    )
    return out


def weighted_curvature(probabilities: Array, row_weights: Array, moved: Array, /) -> Array:
    """``s (diag p - p p^T) moved`` for every row, in place of ``moved``."""
    kernels = kernels_for(moved.size)
    if kernels is None:
        moved -= np.einsum("ik,ik->i", probabilities, moved)[:, None]
        moved *= probabilities
        moved *= row_weights[:, None]
        return moved
    over_chunks(
        lambda start, stop: kernels.curvature_rows(probabilities, row_weights, start, stop, moved),
        *moved.shape,
    )
    return moved


def ray_slopes(
    logits: Array, change: Array, t: float, row_weights: Array, /, *, out: tuple[Array, Array]
) -> tuple[float, float, float]:
    """``sum s lse``, ``sum s E[change]`` and ``sum s Var[change]`` at ``logits + t * change``.

    Probabilities (n, K) and log-sum-exp (n,) there are written to ``out``.
    """
    probabilities, lse = out
    kernels = kernels_for(logits.size)
    if kernels is None:
        np.multiply(change, t, out=probabilities)
        probabilities += logits
        lse[:] = row_softmax(probabilities, out=probabilities)[1]
        moved = probabilities * change
        mean = np.einsum("ik->i", moved)
        square = np.einsum("ik,ik->i", moved, change)
        square -= mean**2
        return float(row_weights @ lse), float(row_weights @ mean), float(row_weights @ square)
    parts = over_chunks(
        lambda start, stop: kernels.ray_rows(
            logits, change, t, row_weights, start, stop, probabilities, lse
        ),
        *logits.shape,
    )
    loss, slope, curvature = np.sum(parts, axis=0)
    return float(loss), float(slope), float(curvature)


def settle(
    logits: Array, shift: Array, target: Array, row_weights: Array, sums: Array, /
) -> tuple[float, float]:
    """Replace ``z`` by ``s (p - y)`` for ``p = softmax(z + shift)``.

    Adds the sums of ``s p`` and ``s p**2`` over the rows to ``sums`` (2, K), and gives those of the
    loss and of ``s lse``.
    """
    n_classes = logits.shape[1]
    if target.ndim > 1 or kernels_for(logits.size) is None:
        logits += shift
        own = picked(logits, target)
        probabilities, lse = row_softmax(logits, out=logits)
        sums[0] += row_weights @ probabilities
        sums[1] += row_weights @ np.square(probabilities)
        slopes = residual(probabilities, target, row_weights)
        logits[:] = slopes
        return float(row_weights @ (lse - own)), float(row_weights @ lse)
    kernels = sweep_kernels()

    def part(start: int, stop: int) -> tuple[Array, tuple[float, float]]:
        own_sums = np.zeros((2, n_classes), dtype=logits.dtype)
        return own_sums, kernels.settle_rows(
            logits, shift, target, row_weights, start, stop, own_sums
        )

    parts = over_chunks(part, *logits.shape, least=_CHUNK_ROWS)
    for own_sums, _ in parts:
        sums += own_sums
    loss, mean_lse = np.sum([values for _, values in parts], axis=0)
    return float(loss), float(mean_lse)
