"""The value functions of rows: which implementation computes them.

NumPy and the compiled kernels give the same bits, so the choice is one of time alone. A
kernel costs a second or two to compile the first time on a machine; work that NumPy does in
a few milliseconds at most is therefore left to NumPy, until the kernel has been needed for
something larger or NumPy has taken as long as compiling would. Without Numba, NumPy does
everything, in blocks of rows that stay in the cache.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._centered import deviations
from gory.ops._loss_rows import label_gradients, label_values
from gory.ops._rows import log_probabilities, log_sum_exp, probabilities, rows_of
from gory.ops._scores import Scores

# Entries from which on a kernel is worth compiling at once: NumPy takes 40 to 130 ns for each.
COMPILE_FROM = 2**15
# What small work may take in all, in entries, and what every call takes beside its own: about a
# second, as compiling does, so that no more than twice the time is spent that had to be.
COMPILE_AFTER = 2**24
CALL = 2**11
# Entries that NumPy works on at a time, so that its temporaries stay in the cache.
BLOCK = 2**15

_ready: dict[tuple[str, str], Callable[..., Any]] = {}
_left: dict[tuple[str, str], int] = {}


def compiled(name: str, z: NDArray[Any]) -> Callable[..., Any] | None:
    """The compiled function of this name, if it should be used for this matrix."""
    key = (name, z.dtype.char)
    found = _ready.get(key)
    if z.size == 0 or (found is None and is_small(key, z.size)) or not numba_exists():
        return None
    if found is None:
        found = _ready[key] = getattr(import_module("gory.ops._compiled"), name)
    return found


def is_small(key: tuple[str, str], size: int) -> bool:
    """Whether this work, with all that was small before, is not worth a kernel yet."""
    if size >= COMPILE_FROM:
        return False
    left = _left[key] = _left.get(key, COMPILE_AFTER) - size - CALL
    return left > 0


def numba_exists() -> bool:
    """Whether Numba is installed (or hidden on purpose, as the tests do)."""
    if "numba" in sys.modules:
        return sys.modules["numba"] is not None
    return find_spec("numba") is not None


def softmax_rows(scores: Scores, out: NDArray[Any] | None) -> NDArray[Any]:
    """Probabilities of every row."""
    return _matrix(scores, out, "softmax", probabilities)


def log_softmax_rows(scores: Scores, out: NDArray[Any] | None) -> NDArray[Any]:
    """Logarithms of the probabilities of every row."""
    return _matrix(scores, out, "log_softmax", log_probabilities)


def _matrix(
    scores: Scores, out: NDArray[Any] | None, name: str, reference: Callable[..., NDArray[Any]]
) -> NDArray[Any]:
    scores = scores.plain()
    z, layout = scores.matrix, scores.layout
    run = compiled(name, z) if scores.is_plain else None
    target, result = scores.target(out)
    if run is not None:
        run(z, target)
    else:
        for rows in _blocks(z):
            target[rows] = reference(rows_of(z[rows], scores.temperature))
    return result if result is not None else layout.restore(target, out)


def logsumexp_rows(scores: Scores, out: NDArray[Any] | None) -> NDArray[Any]:
    """Log-sum-exp, one number per row."""
    scores = scores.plain()
    z = scores.matrix
    values = np.empty(len(z))
    run = compiled("logsumexp", z) if scores.is_plain else None
    if run is not None:
        run(z, values)
    else:
        for rows in _blocks(z):
            values[rows] = log_sum_exp(rows_of(z[rows], scores.temperature))
    return scores.layout.restore_outer(values, out)


def probability_rows(scores: Scores) -> NDArray[np.float64]:
    """Probabilities of every row, for scores opened in float64."""
    scores = scores.plain()
    z = scores.matrix
    out = np.empty_like(z)
    run = compiled("softmax", z) if scores.is_plain else None
    if run is not None:
        run(z, out)
        return out
    for part in _blocks(z):
        out[part] = probabilities(rows_of(z[part], scores.temperature))
    return out


def directed_rows(scores: Scores, v: NDArray[np.float64], *, scaled: bool) -> NDArray[np.float64]:
    """v - p·v of every row, times p if scaled, for scores opened in float64."""
    scores = scores.plain()
    z = scores.matrix
    out = np.empty_like(z)
    run = compiled("directed", z) if scores.is_plain else None
    if run is not None:
        run(z, v, out, scaled)
        return out
    for part in _blocks(z):
        rows = rows_of(z[part], scores.temperature)
        p = probabilities(rows)
        moved = deviations(rows, p, v[part])
        with np.errstate(invalid="ignore", under="ignore"):
            out[part] = p * moved if scaled else moved
    return out


def label_value_rows(matrix: NDArray[Any], labels: NDArray[np.intp]) -> NDArray[np.float64]:
    """-log p of the label of every row of a C-ordered matrix."""
    values = np.empty(len(matrix))
    run = compiled("label_values", matrix)
    if run is not None:
        run(matrix, labels, values)
        return values
    for part in _blocks(matrix):
        values[part] = label_values(rows_of(matrix[part]), matrix[part], labels[part], 1.0)
    return values


def label_loss_rows(
    matrix: NDArray[Any],
    labels: NDArray[np.intp],
    upstream: NDArray[np.float64],
    out: NDArray[Any],
) -> NDArray[np.float64]:
    """-log p of the label of every row and, in `out`, its gradient times upstream.

    ``matrix`` is C-ordered; ``out`` may be ``matrix`` itself. Rows of upstream 0 get the
    gradient 0 whatever they hold.
    """
    values = np.empty(len(matrix))
    run = compiled("label_loss", matrix)
    if run is not None:
        run(matrix, labels, upstream, values, out)
        return values
    for part in _blocks(matrix):
        rows = rows_of(matrix[part])
        values[part] = label_values(rows, matrix[part], labels[part], 1.0)
        block = label_gradients(rows, labels[part], upstream[part])
        block[upstream[part] == 0] = 0
        out[part] = block
    return values


def _blocks(z: NDArray[Any]) -> list[slice]:
    step = max(1, BLOCK // max(1, z.shape[1]))
    return [slice(start, start + step) for start in range(0, len(z), step)]
