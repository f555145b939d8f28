"""The lower bound of the optimum that a dual point gives.

Distributions v_i with ``sum_i s_i (y_i - v_i) = 0`` bound the optimum from below by their entropy
minus the penalty of their weights,

    D(v) = sum_i s_i H(v_i) - 1/2 sum_jk penalty_j W_jk**2,
    W_jk = sum_i s_i (y_ik - v_ik) x_ij / penalty_j.

An ascent ends at q_i that miss the constraint by a little, ``miss = sum_i s_i (q_i - y_i)``. First
the classes are weighted so that most of it goes away; mixing a share e of one distribution r into
all rows removes the rest, as in `_problem.repaired_gap`. By concavity the entropy of the mixture is
at least the mixture of the entropies, and the weights are linear in v, so nothing has to be
computed again for it.

The bound holds for every point from then on: it certifies a start that came from the dual far
better than the gradient there, which sees the last rounding of every row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._products import add_sparse_pull, row_blocks

Array = NDArray[Any]

# Times that classes are weighted, at most, and what they may miss of their share after it.
_WEIGHTINGS = 3
_SMALL_MISS = 1e-8


def settle(
    source: Any, X: Any, logarithms: Array, inverse_penalty: Array, /
) -> tuple[Array, float]:
    """Weights (d, K) of the distributions with these ``logarithms``, and the bound they give.

    Parameters
    ----------
    source : MemorySource
        Rows with one label each and no offset.
    X : sparse matrix of shape (n, d)
        Their features in CSR form.
    logarithms : ndarray of shape (n, K)
        Of the distributions; changed in place.
    inverse_penalty : ndarray of shape (d,)
    """
    shares = source.class_shares()
    if source.fit_intercept:
        _weight_classes(source, logarithms, shares)
    weights = np.zeros((source.n_features, source.n_classes))
    entropy, mean, own = 0.0, np.zeros(source.n_classes), 0.0
    for rows in row_blocks(source.n_rows, source.n_classes):
        block = _distributions(logarithms[rows])
        scale = source.row_weights[rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(block > 0.0, block * np.log(block), 0.0)
        entropy -= float(scale @ logs.sum(axis=1))
        mean += scale @ block
        block[np.arange(len(block)), source.target[rows]] -= 1.0
        block *= -scale[:, None]
        add_sparse_pull(X[rows], block, weights)
    source.charge(0.5)
    squares = float(inverse_penalty @ np.einsum("jk,jk->j", weights, weights))
    weights *= inverse_penalty[:, None]
    if not source.fit_intercept:
        return weights, entropy - 0.5 * squares
    own = _own_logits(source, X, weights)
    bound = _repaired(source, X, inverse_penalty, weights, (entropy, squares, own), mean)
    return weights, bound


def _distributions(logarithms: Array) -> Array:
    block = np.exp(logarithms.astype(np.float64))
    block /= block.sum(axis=1)[:, None]
    return block


def _weight_classes(source: Any, logarithms: Array, shares: Array) -> None:
    """Add one number per class to the logarithms, so that the classes get their shares."""
    shift = np.zeros(len(shares))
    for _ in range(_WEIGHTINGS):
        mean = np.zeros(len(shares))
        for rows in row_blocks(source.n_rows, source.n_classes):
            mean += source.row_weights[rows] @ _distributions(logarithms[rows] + shift)
        if np.abs(mean / shares - 1.0).max() <= _SMALL_MISS:
            break
        shift += np.log(shares / mean)
    logarithms += shift.astype(logarithms.dtype)


def _own_logits(source: Any, X: Any, weights: Array) -> float:
    """``sum_i s_i`` times the logit of its label, without intercept."""
    total = 0.0
    for rows in row_blocks(source.n_rows, source.n_classes):
        logits = np.asarray(X[rows] @ weights)
        own = logits[np.arange(len(logits)), source.target[rows]]
        total += float(source.row_weights[rows] @ own)
    return total


def _repaired(
    source: Any,
    X: Any,
    inverse_penalty: Array,
    weights: Array,
    sums: tuple[float, float, float],
    mean: Array,
) -> float:
    """The bound of the mixture that meets the constraint.

    ``sums`` are the entropy, the penalty (twice) and the own logits of the distributions, whose
    mean is ``mean``.
    """
    from scipy.sparse import csr_array

    (entropy, squares, own), shares = sums, source.class_shares()
    miss = mean - shares
    ratio = float((miss / shares).max()) * 1.01
    share = max(ratio, 1e-15) / (1.0 + max(ratio, 1e-15))
    if not share < 0.5:
        return -np.inf
    mixed = np.maximum(shares - (1.0 - share) / share * miss, 0.0)
    mixed /= mixed.sum()
    chosen = csr_array(
        (source.row_weights, (source.target, np.arange(source.n_rows))),
        (source.n_classes, source.n_rows),
    )
    moments = chosen @ X
    means = np.asarray(X.T @ source.row_weights)
    turned = own - float(mixed @ (means @ weights))
    scaled = means * inverse_penalty
    second = float(np.asarray(moments.multiply(moments) @ inverse_penalty).sum())
    second += float(mixed @ mixed) * float(means @ scaled) - 2.0 * float(mixed @ (moments @ scaled))
    penalty = (1.0 - share) ** 2 * squares
    penalty += 2.0 * share * (1.0 - share) * turned + share**2 * second
    logs = np.log(np.maximum(mixed, np.finfo(float).tiny))
    return (1.0 - share) * entropy - share * float(mixed @ logs) - 0.5 * penalty
