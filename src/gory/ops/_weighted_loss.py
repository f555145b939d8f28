"""Loss and gradient of rows with options.

With smoothing, probability targets, z-loss, a cap or a temperature rows are computed in
float64, with a weight for every class. A kernel does what it can: not the cap, of which NumPy makes
float64 logits, and a temperature only where the quotient may be rounded. Without it `LossRows`,
its oracle, sees blocks of rows that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops import _layout
from gory.ops._kernels import compiled
from gory.ops._loss_options import LossSettings
from gory.ops._loss_rows import loss_rows, scaled_rows
from gory.ops._scores import COLDEST, open_scores
from gory.ops._targets import Target, part_of, some_of
from gory.ops._threads import share_rows

# Entries of a block, of which there are some half a dozen float64 arrays.
BLOCK = 2**15


def weighted_loss_rows(
    matrix: NDArray[Any],
    target: Target,
    settings: LossSettings,
    factors: NDArray[np.float64],
    out: NDArray[Any] | None,
) -> NDArray[np.float64]:
    """The loss of every row of logits and, in `out`, factors ⊙ its gradient.

    `out` may be the matrix itself. A target of labels is still without smoothing.
    """
    n, k = matrix.shape
    values = np.empty(n)
    run = compiled("weighted_loss", matrix) if _quotient_may_be_rounded(matrix, settings) else None
    if run is not None and settings.softcap is None:
        run(matrix, target, settings, float(settings.temperature), values, factors, out)
        return values
    step = max(1, BLOCK // max(1, k))

    def work(start: int, stop: int) -> None:
        for first in range(start, stop, step):
            rows = slice(first, min(first + step, stop))
            block = None if out is None else out[rows]
            values[rows] = _block(matrix[rows], target, rows, settings, factors[rows], block, run)

    share_rows(work, n, matrix.size)
    return values


def _quotient_may_be_rounded(matrix: NDArray[Any], settings: LossSettings) -> bool:
    """Whether logits / temperature in float64 are exact enough, and all that is needed.

    z-loss is of the logits before the temperature.
    """
    if settings.temperature == 1:
        return True
    return not settings.z_loss and matrix.dtype != np.float64 and settings.temperature >= COLDEST


def _block(
    matrix: NDArray[Any],
    target: Target,
    rows: slice,
    settings: LossSettings,
    factors: NDArray[np.float64],
    out: NDArray[Any] | None,
    run: Callable[..., None] | None,
) -> NDArray[np.float64]:
    """The loss of some rows and their gradients, by the kernel after the cap if there is one."""
    common: dict[str, Any] = {"temperature": settings.temperature, "softcap": settings.softcap}
    scores = open_scores(matrix, **common, precise=True)
    cooled = scores.plain() if _quotient_may_be_rounded(matrix, settings) else scores
    cooling = scores.temperature / cooled.temperature
    if run is None:
        part = part_of(target, rows, matrix.shape[1], settings)
        # As kernels do it, which see the logits before they are widened, but not capped ones.
        plain = cooled.is_plain and cooled.cap is None
        rounded = plain and matrix.dtype != np.float64
        found = loss_rows(cooled, part, settings.z_loss, rounded=rounded)
        values, gradients = found.values(), None if out is None else found.gradients()
    else:
        values, x = np.empty(len(matrix)), cooled.matrix
        gradients = None if out is None else np.empty_like(x)
        run(x, some_of(target, rows), settings, 1.0, values, np.ones(len(x)), gradients)
        gradients = None if gradients is None else scores.outward(gradients)
    if out is not None and gradients is not None:
        _layout.rounded(scaled_rows(gradients / cooling, factors), out.dtype, out)
    return values
