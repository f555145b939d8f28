"""The class-block preconditioner: one feature matrix per class, coupled through the classes.

The diagonal blocks of the Hessian are A_k = sum_i s_i p_ik (1 - p_ik) x_i x_i^T + penalty. Twice
the block diagonal dominates the Hessian everywhere, but it ignores that raising one class lowers
the others. With the Cholesky factors A_k = L_k L_k^T and the correlations C of the class
probabilities,

    M = L (C (x) I) L^T,    L = diag(L_1, ..., L_K),

has the right blocks on the diagonal and the right sign and size beside it; it is the Kronecker
preconditioner where all A_k are proportional (`_coupling.py`).

Each A_k comes from its own sample of rows, drawn in proportion to p_ik (1 - p_ik) and to how far
the row stands out, so a build costs a few passes and not a hundred. With many classes C, too, comes
from a sample, since the products of all pairs of classes would cost more than a pass; with very
many it is not made of pairs at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._cholesky import inverse_factor
from ._class_factors import class_factors
from ._coupling import class_coupling
from ._problem import Problem
from ._source import Point

Array = NDArray[Any]

# Entries of the blocks that are factored together (2 MB): one by one, small ones would take longer
# to call for than to factor.
_TOGETHER = 1 << 18
# Sampled rows per column for each class.
ROWS_PER_COLUMN = 4
# Steps at which the blocks are built. Many classes begin far from where they end, and a build that
# costs up to so many passes is worth having while they move; else it is put off.
_FAR_CLASSES = 100
_CHEAP_BUILD = 4.0
_EAGER_REBUILDS = (0, 1, 4, 10, 20, 40, 80, 160)
_RARE_REBUILDS = (0, 5, 18, 60, 150)
# Added to a diagonal of ones where a block is not definite in floating point.
_SHIFT = 1e-7
# Correlations below this are none. Pixels at the border of images hardly ever occur together, and
# products of such numbers end below the normal range, where arithmetic is a hundred times slower.
_NO_CORRELATION = 1e-12
# The same for the entries of an inverse factor, which are applied in float32.
_NO_ENTRY = 1e-20
# Entries beyond this belong to directions without curvature; their products must stay finite.
_LARGEST = 1e15


class ClassBlockPreconditioner:
    """``M^-1`` for the blocks at the point of the last `rebuild`.

    Parameters
    ----------
    problem : Problem
    rng : numpy.random.Generator
        Draws the rows.
    """

    def __init__(self, problem: Problem, rng: np.random.Generator, /) -> None:
        source = problem.source
        self.problem = problem
        self.rng = rng
        self.norms = source.balanced_norms()
        self.size = min(source.n_rows, ROWS_PER_COLUMN * len(problem.penalty))
        price = self.size * len(problem.penalty) / (4 * source.n_rows)
        eager = source.n_classes > _FAR_CLASSES and price <= _CHEAP_BUILD
        self.rebuilds = _EAGER_REBUILDS if eager else _RARE_REBUILDS
        self.factors = class_factors(source.n_classes, len(problem.penalty))
        self.coupling = class_coupling(problem.source, rng)

    def rebuild(self, point: Point, /) -> None:
        """Take the curvature at ``point``."""
        self.coupling.forget()
        p = len(self.problem.penalty)
        blocks, first, least = self._blocks(point), 0, self._least_curvature(point)
        while some := [*islice(blocks, max(1, _TOGETHER // p**2))]:
            stack = np.array(some)
            diagonals, last = np.einsum("kjj->kj", stack), first + len(stack)
            diagonals += self.problem.penalty
            if least is not None:
                diagonals[:, -1] = np.maximum(diagonals[:, -1], least[first:last])
            self.factors.put(first, np.clip(_inverse_factors(stack), -_LARGEST, _LARGEST))
            first = last
        self.coupling.rebuild(point)

    def _least_curvature(self, point: Point) -> Array | None:
        """What the mean probability of every class misses of its share, if there are intercepts.

        A class whose probabilities have gone to nearly nothing has no curvature left; its intercept
        would be sent out of sight. With this curvature alone it moves by one, in nats.
        """
        source = self.problem.source
        if not source.fit_intercept:
            return None
        return np.abs(point.intercept_system(np.zeros(source.n_classes)).slope)

    def _blocks(self, point: Point) -> Iterator[Array]:
        """The blocks without penalty; one sample serves all where rows have equal probabilities."""
        source = self.problem.source
        price = len(self.problem.penalty) / (4 * source.n_rows * source.n_classes)
        shares = point.constant_probabilities()
        if shares is not None:
            moments, rows = source.sampled_moments(self.norms, self.size, self.rng)
            source.charge(price * rows)
            yield from ((share * (1 - share)) * moments for share in shares)
            return
        for moments, rows in point.class_moments(self.norms, self.size, self.rng):
            source.charge(price * rows)
            yield moments

    def __call__(self, gradient: Array, /) -> Array:
        """The preconditioned gradient, shape (K, p), summing to zero over the classes."""
        size = np.abs(gradient).max() or 1.0
        scaled = (gradient / size).astype(np.float32)
        inner = self.coupling.apply(self.factors.apply(scaled))
        outer = self.factors.apply_transposed(inner).astype(np.float64)
        return size * (outer - outer.mean(axis=0))


def _inverse_factors(blocks: Array) -> Array:
    """The inverses of the Cholesky factors of a stack of blocks, which are lost."""
    diagonals = np.einsum("kjj->kj", blocks)
    scale = 1.0 / np.sqrt(np.maximum(diagonals, np.finfo(float).tiny))
    blocks *= scale[:, :, None]
    blocks *= scale[:, None, :]
    blocks[np.abs(blocks) < _NO_CORRELATION] = 0.0
    factors = inverse_factor(blocks)
    if factors is None:
        factors = np.stack([_safe_inverse_factor(block) for block in blocks])
    factors[np.abs(factors) < _NO_ENTRY] = 0.0
    factors *= scale[:, None, :]
    return factors


def _safe_inverse_factor(block: Array) -> Array:
    """The same for one block with a diagonal of ones, that of its diagonal if all else fails."""
    factor = inverse_factor(block)
    if factor is None:
        block[np.diag_indices_from(block)] += _SHIFT
        factor = inverse_factor(block)
    return np.eye(len(block)) if factor is None else factor
