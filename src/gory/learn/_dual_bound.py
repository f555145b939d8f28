"""The lower bound of the optimum that a dual point gives.

Distributions v_i with ``sum_i s_i (y_i - v_i) = 0`` bound the optimum from below by their entropy
minus the penalty of their weights,

    D(v) = sum_i s_i [H(v_i) - <y_i - v_i, o_i>] - 1/2 sum_jk penalty_j W_jk**2,
    W_jk = sum_i s_i (y_ik - v_ik) x_ij / penalty_j,

with the offsets o_i where there are any.

An ascent ends at q_i that miss the constraint by a little. First the classes are weighted, a shift
of their logarithms that is nearly Newton's step for the constraint. What a class then has too much
is taken from all rows in proportion and given, in the same rows, to the classes that have too
little, which meets the constraint exactly.

The bound holds for every point from then on: it certifies a start that came from the dual far
better than the gradient there, which sees the last rounding of every row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._products import add_sparse_pull, row_blocks

Array = NDArray[Any]

# Times that classes are weighted, at most, and what they may miss of their share after it.
_WEIGHTINGS = 3
_SMALL_MISS = 1e-8


def settle(source: Any, X: Any, logarithms: Array, inverse_penalty: Array, out: Array, /) -> float:
    """The bound that distributions with these ``logarithms`` give.

    Parameters
    ----------
    source : MemorySource
    X : sparse matrix of shape (n, d)
        Its features in CSR form.
    logarithms : ndarray of shape (n, K)
        Of the distributions; changed in place.
    inverse_penalty : ndarray of shape (d,)
    out : ndarray of shape (d, K)
        Zeros; receives the weights.
    """
    left = weight_classes(source, logarithms) if source.fit_intercept else None
    entropy = 0.0
    for rows, block in feasible(source, logarithms, left):
        scale = source.row_weights[rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(block > 0.0, block * np.log(block), 0.0)
        entropy -= float(scale @ logs.sum(axis=1))
        missing = lacking(source, rows, block)
        if source.offset is not None:
            entropy -= float(np.sum(missing * source.offset[rows]))
        add_sparse_pull(X[rows], missing, out)
    source.charge(0.5)
    squares = float(inverse_penalty @ np.einsum("jk,jk->j", out, out))
    out *= inverse_penalty[:, None]
    return entropy - 0.5 * squares


def lacking(source: Any, rows: slice, block: Array, /) -> Array:
    """``s_i (y_i - v_i)`` for the distributions of some rows, in their place."""
    if source.target.ndim == 1:
        block[np.arange(len(block)), source.target[rows]] -= 1.0
    else:
        block -= source.target[rows]
    block *= -source.row_weights[rows, None]
    return block


def feasible(
    source: Any, logarithms: Array, left: tuple[Array, Array] | None, /
) -> Iterator[tuple[slice, Array]]:
    """The distributions of all rows in blocks, without what is ``left`` to meet the constraint."""
    for rows in row_blocks(source.n_rows, source.n_classes):
        block = np.exp(logarithms[rows], dtype=np.float64)
        block /= block.sum(axis=1)[:, None]
        if left is not None:
            surplus, wanted = left
            taken = block @ surplus
            block *= 1.0 - surplus
            block += taken[:, None] * wanted
        yield rows, block


def weight_classes(source: Any, logarithms: Array, /) -> tuple[Array, Array]:
    """Shift the logarithms so that the classes nearly get their shares.

    What is left is given as the part of a class that is too much, and as the distribution of what
    others lack. A step would be Newton's if the classes did not compete with each other; since they
    do, that of two classes is halved.
    """
    shares, n_classes = source.class_shares(), source.n_classes
    damping, shift = (n_classes - 1) / n_classes, np.zeros(n_classes)
    mean, miss = shares, np.zeros(n_classes)
    for step in range(_WEIGHTINGS + 1):
        logarithms += shift.astype(logarithms.dtype)
        mean, squares = np.zeros(n_classes), np.zeros(n_classes)
        for rows, block in feasible(source, logarithms, None):
            mean += source.row_weights[rows] @ block
            squares += source.row_weights[rows] @ np.square(block, out=block)
        miss = shares - mean
        if step == _WEIGHTINGS or np.all(np.abs(miss) <= _SMALL_MISS * shares):
            break
        variances = np.maximum(mean - squares, np.finfo(float).tiny)
        shift = np.clip(damping * miss / variances, -1.0, 1.0)
    wanted, tiny = np.maximum(miss, 0.0), np.finfo(float).tiny
    return np.maximum(-miss, 0.0) / np.maximum(mean, tiny), wanted / (wanted.sum() or 1.0)
