"""Loss and gradient of rows with options, a few rows at a time.

With smoothing, probability targets, z-loss, a cap or a temperature rows are computed in
float64, with a weight for every class. Blocks of rows, which threads share, keep these arrays
in the cache. A temperature acts on float64 logits, and together with a z-loss, in `LossRows`;
everything else goes to a kernel with the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._kernels import compiled
from gory.ops._layout import rounded
from gory.ops._loss_options import LossSettings
from gory.ops._loss_rows import loss_rows, scaled_rows
from gory.ops._scores import Scores, open_scores
from gory.ops._targets import Target, part_of
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
    values, step = np.empty(n), max(1, BLOCK // max(1, k))
    run = compiled("weighted_loss", matrix)

    def block(rows: slice) -> None:
        part = part_of(target, rows, k, settings)
        scores = open_scores(
            matrix[rows],
            temperature=settings.temperature,
            softcap=settings.softcap,
            precise=True,
        )
        cooled = scores if settings.z_loss or matrix.dtype == np.float64 else scores.plain()
        chosen = run if cooled.is_plain else None
        if out is None and chosen is None:
            values[rows] = loss_rows(cooled, part, settings.z_loss).values()
            return
        cooling = scores.temperature / cooled.temperature
        if chosen is not None and out is not None and cooling == 1.0 and scores.cap is None:
            values[rows] = _by_kernel(
                cooled, part, settings.z_loss, chosen, factors[rows], out[rows]
            )
            return
        values[rows], gradients = loss_and_gradients(cooled, part, settings.z_loss, chosen)
        if out is not None:
            rounded(scaled_rows(gradients / cooling, factors[rows]), out.dtype, out[rows])

    def work(start: int, stop: int) -> None:
        for first in range(start, stop, step):
            block(slice(first, min(first + step, stop)))

    share_rows(work, n, matrix.size)
    return values


def loss_and_gradients(
    scores: Scores, target: Target, z_loss: float, run: Callable[..., None] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Loss and derivative of each row, by the kernel if there is one."""
    if run is None:
        rows = loss_rows(scores, target, z_loss)
        return rows.values(), rows.gradients()
    gradients = np.empty_like(scores.matrix)
    values = _by_kernel(scores, target, z_loss, run, np.ones(len(gradients)), gradients)
    return values, scores.outward(gradients)


def _by_kernel(
    scores: Scores,
    target: Target,
    z_loss: float,
    run: Callable[..., None],
    factors: NDArray[np.float64],
    out: NDArray[Any],
) -> NDArray[np.float64]:
    """Loss of each row, and factors ⊙ its derivative in the effective logits in `out`."""
    x, n = scores.matrix, len(scores.matrix)
    labels = np.full(n, -1, np.intp) if target.labels is None else target.labels
    shares = target.shares
    if shares is None:
        shares = np.zeros_like(x)
        shares[np.arange(n), labels] = target.total
    values, weights = np.empty(n), np.ascontiguousarray(target.total)
    labels, shares = np.ascontiguousarray(labels), np.ascontiguousarray(shares)
    run(x, shares, labels, weights, z_loss, values, np.ascontiguousarray(factors), out)
    return values
