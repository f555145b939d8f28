"""One sweep over blocks of rows: the loss, the gradient, and sums over rows for every class.

The logits of a block become its slopes where they stand, so that beside the sums there is one array
of the size of a block. The features are multiplied in the type of the work, float64 sums collect
the blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ._products import add_sparse_pull, forward, is_sparse, pull
from ._rows import settle

if TYPE_CHECKING:
    from ._blocked import BlockedSource

Array = NDArray[Any]


@dataclass(frozen=True)
class Sums:
    """What a sweep gives; all means count the rows with their weights.

    Attributes
    ----------
    loss : float
    mean_lse : float
        Mean of the log-sum-exp.
    probabilities, squares : ndarray of shape (K,)
        Means of ``p_ik`` and of its square.
    gradient : ndarray of shape (K, p) or None
    """

    loss: float
    mean_lse: float
    probabilities: Array
    squares: Array
    gradient: Array | None


def sweep(source: BlockedSource, theta: Array, /, *, gradient: bool) -> Sums:
    """The sums over all rows at weights ``theta`` of shape (K, p)."""
    d, n_classes = source.n_features, source.n_classes
    kind = np.float64 if source.precise else source.X.dtype
    sparse = is_sparse(source.X)
    # Products with sparse rows want the classes of a feature together, for all blocks at once.
    weights = np.asarray(theta[:, :d], dtype=kind, order="F" if sparse else "C")
    shift = (theta[:, d] if source.fit_intercept else np.zeros(n_classes)).astype(kind)
    moves = bool(weights.any())
    total = np.zeros((d, n_classes) if sparse else (n_classes, d))
    loss, mean_lse, sums = 0.0, 0.0, np.zeros((2, n_classes))
    for rows in source.row_slices():
        X, target, row_weights = source.X[rows], source.target[rows], source.row_weights[rows]
        logits = forward(X, weights) if moves else np.zeros((len(target), n_classes), dtype=kind)
        if source.offset is not None:
            logits += source.offset[rows]
        part = settle(logits, shift, target, row_weights, sums)
        loss, mean_lse = loss + part[0], mean_lse + part[1]
        if not gradient:
            continue
        if sparse:
            add_sparse_pull(X, logits, total)
        else:
            total += pull(X, logits, intercept=False)
    source.charge(0.5 * moves + 0.5 * gradient)
    slope = None
    if gradient:
        slope = np.ascontiguousarray(total.T) if sparse else total
        if source.fit_intercept:
            slope = np.column_stack([slope, sums[0] - source.class_shares()])
    return Sums(loss, mean_lse, sums[0], sums[1], slope)
