"""The value functions of rows: which implementation computes them.

Each function takes opened scores and writes or returns a result in the caller's layout.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._loss_rows import label_gradients, label_values
from gory.ops._rows import log_probabilities, log_sum_exp, probabilities, rows_of
from gory.ops._scores import Scores


def softmax_rows(scores: Scores, out: NDArray[Any] | None) -> NDArray[Any]:
    """Probabilities of every row."""
    return scores.layout.restore(probabilities(scores.rows()), out)


def log_softmax_rows(scores: Scores, out: NDArray[Any] | None) -> NDArray[Any]:
    """Logarithms of the probabilities of every row."""
    return scores.layout.restore(log_probabilities(scores.rows()), out)


def logsumexp_rows(scores: Scores, out: NDArray[Any] | None) -> NDArray[Any]:
    """Log-sum-exp, one number per row."""
    return scores.layout.restore_outer(log_sum_exp(scores.rows()), out)


def label_loss_rows(
    matrix: NDArray[Any],
    labels: NDArray[np.intp],
    upstream: NDArray[np.float64] | None,
    out: NDArray[Any] | None,
) -> tuple[NDArray[np.float64], NDArray[Any] | None]:
    """-log p of the label of every row and, given an upstream factor per row, the gradient.

    ``matrix`` is C-ordered; ``out`` may be ``matrix`` itself. Rows of upstream 0 get the
    gradient 0 whatever they hold.
    """
    rows = rows_of(matrix)
    values = label_values(rows, matrix, labels, 1.0)
    if upstream is None:
        return values, None
    gradient = label_gradients(rows, labels, upstream)
    gradient[upstream == 0] = 0
    if out is None:
        return values, gradient
    np.copyto(out, gradient)
    return values, out
