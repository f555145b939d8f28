"""L-BFGS with a preconditioner and an exact line search, for problems too large to factor.

The two-loop recursion starts from a preconditioner instead of a multiple of the identity. Dense
features get the Kronecker preconditioner: the Hessian at the class shares is exactly
(diag pi - pi pi^T) (x) X^T X / n, and its inverse costs one factorization of a p x p matrix, which
removes the scale of the columns. Sparse features get the diagonal of the same matrix.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._gauge import contrast_basis
from ._problem import Problem
from ._source import Point

Array = NDArray[Any]

PAIRS = 20
# A class covariance is trusted down to this share of its mean; rarer classes are not pushed harder.
_SHARE_FLOOR = 1e-3


class PreconditionedLBFGS:
    """Directions from the last `PAIRS` changes of weights and gradient.

    Parameters
    ----------
    precondition : callable
        Takes a gradient (K, p), returns an approximate Newton decrease of the same shape.
    """

    def __init__(self, precondition: Any, /) -> None:
        self.precondition = precondition
        self.pairs: deque[tuple[Array, Array, float]] = deque(maxlen=PAIRS)
        self.last: tuple[Array, Array] | None = None

    def __call__(self, point: Point, gradient: Array, /) -> Array:
        """The direction at ``point``."""
        self._remember(point.theta, gradient)
        q = gradient.copy()
        shares = []
        for step, change, product in reversed(self.pairs):
            share = float(np.sum(step * q)) / product
            q -= share * change
            shares.append(share)
        q = self.precondition(q)
        if self.pairs:
            step, change, product = self.pairs[-1]
            q *= product / float(np.sum(change * self.precondition(change)))
        for (step, change, product), share in zip(self.pairs, reversed(shares), strict=True):
            q += (share - float(np.sum(change * q)) / product) * step
        return -q

    def _remember(self, theta: Array, gradient: Array) -> None:
        if self.last is not None:
            step, change = theta - self.last[0], gradient - self.last[1]
            product = float(np.sum(step * change))
            if product > 0.0:
                self.pairs.append((step, change, product))
        self.last = (theta.copy(), gradient.copy())


def kronecker_preconditioner(problem: Problem, /) -> Any:
    """The inverse of (diag pi - pi pi^T) (x) (X^T X / n) + penalty, in eigenvectors of both."""
    from scipy.linalg import eigh

    source = problem.source
    shares = source.class_shares()
    basis = contrast_basis(source.n_classes)
    covariance = basis.T @ (np.diag(shares) - np.outer(shares, shares)) @ basis
    class_values, class_vectors = eigh(covariance)
    class_values = np.maximum(class_values, _SHARE_FLOOR * class_values.mean())
    turn = basis @ class_vectors
    moments = source.second_moments()
    scale = np.sqrt(np.maximum(np.diagonal(moments), np.finfo(float).tiny))
    values, vectors = eigh(moments / np.outer(scale, scale))
    values = np.maximum(values, 1e-10 * values[-1])
    # The penalty in the balanced eigenbasis, taken on its diagonal.
    ridge = np.einsum("ja,j,ja->a", vectors, problem.penalty / scale**2, vectors)
    denominator = class_values[:, None] * values[None, :] + ridge[None, :]

    def precondition(gradient: Array) -> Array:
        inner = turn.T @ (gradient / scale) @ vectors
        return turn @ ((inner / denominator) @ vectors.T) / scale

    return precondition


def diagonal_preconditioner(problem: Problem, /) -> Any:
    """The inverse diagonal of the Hessian at the class shares."""
    source: Any = problem.source
    shares = source.class_shares()
    variance = np.maximum(shares * (1.0 - shares), _SHARE_FLOOR / source.n_classes)
    diagonal = variance[:, None] * source.squared_column_means() + problem.penalty
    diagonal[diagonal <= 0.0] = 1.0

    def precondition(gradient: Array) -> Array:
        moved = gradient / diagonal
        return moved - moved.mean(axis=0)

    return precondition
