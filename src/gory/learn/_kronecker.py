"""The Kronecker preconditioner: one class matrix times one feature matrix, inverted exactly.

The Hessian is a mean of (diag p - p p^T) (x) x x^T. Replacing the mean of products by the product
of means gives S (x) A, with S = mean of diag p - p p^T and A = mean of x x^T, where each row counts
with its uncertainty 1 - |p|^2: confident rows have no curvature. At the start, where all rows have
the same probabilities, this is no approximation at all. With the eigenvectors of S, and of A in the
metric of the penalty, (S (x) A + penalty) is diagonal and its inverse costs two small products.

A comes from a sample of rows, drawn once with probability in proportion to their squared norm in
equilibrated columns, because all rows would cost more than the passes that are saved.

Source: Martens and Grosse, *Optimizing neural networks with Kronecker-factored approximate
curvature*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._covariance import SAMPLE_ROWS, with_diagonal
from ._problem import Problem
from ._sampling import sampling_rates
from ._source import Point

Array = NDArray[Any]

# Sampled rows per column, at least.
_ROWS_PER_COLUMN = 8
# A class direction is trusted down to this share of the mean curvature; rarer classes are not
# pushed harder than that.
_CLASS_FLOOR = 1e-3
# With more classes than these their matrix is factored in float32, which takes half the memory.
_MANY_CLASSES = 512
# Eigenvalues of the feature matrix below this share of the largest are rounding.
_FEATURE_FLOOR = 1e-12


class KroneckerPreconditioner:
    """``(S (x) A + penalty)^-1``, rebuilt at any point from a fixed sample of rows.

    Parameters
    ----------
    problem : Problem
    rng : numpy.random.Generator
    """

    def __init__(self, problem: Problem, rng: np.random.Generator, /) -> None:
        source = problem.source
        self.problem = problem
        size = max(SAMPLE_ROWS, _ROWS_PER_COLUMN * len(problem.penalty))
        norms = source.balanced_norms()
        self.sample = source.sample(sampling_rates(norms, min(size, source.n_rows)), rng)
        self.price = (
            self.sample.n_rows * len(problem.penalty) / (4 * source.n_rows * source.n_classes)
        )

    def rebuild(self, point: Point, /) -> None:
        """Take the curvature at ``point``."""
        source = self.problem.source
        source.charge(self.price)
        drawn = self.sample.at(point.theta)
        self.class_vectors = np.empty((0, 0))  # the old ones may go before the new ones come
        covariance, moments = drawn.kronecker_factors()
        with_diagonal(covariance, point.class_variances())
        self.class_values, self.class_vectors = _class_directions(covariance)
        self.scale = _feature_scale(self.problem.penalty, moments)
        values, vectors = np.linalg.eigh(moments / np.outer(self.scale, self.scale))
        self.feature_vectors = vectors
        values = np.maximum(values, _FEATURE_FLOOR * values[-1])
        ridge = self.problem.penalty.max() / self.scale.min() ** 2
        ridge = ridge if self.problem.penalty.max() > 0 else 0.0
        self.denominator = self.class_values[:, None] * values + ridge

    def __call__(self, gradient: Array, /) -> Array:
        """The preconditioned gradient, shape (K, p)."""
        kind = self.class_vectors.dtype  # of float32 only where float64 would be a large copy
        size = np.abs(gradient).max() or 1.0
        scaled = (gradient / (size * self.scale)).astype(kind, copy=False)
        inner = (self.class_vectors.T @ scaled) @ self.feature_vectors
        inner /= self.denominator
        outer = (inner @ self.feature_vectors.T).astype(kind, copy=False)
        return (self.class_vectors @ outer) * (size / self.scale)


def _class_directions(covariance: Array) -> tuple[Array, Array]:
    """Eigenvalues, and vectors without what is the same in all classes."""
    if len(covariance) > _MANY_CLASSES:
        covariance = covariance.astype(np.float32)
    values, vectors = np.linalg.eigh(covariance)
    values = np.maximum(values.astype(np.float64), _CLASS_FLOOR * values.mean())
    vectors -= vectors.mean(axis=0)
    return values, vectors


def _feature_scale(penalty: Array, moments: Array) -> Array:
    """Units of the columns in which the penalty is a multiple of the identity.

    The intercept has no penalty; giving it the one of the features changes its curvature by a
    negligible share. Without any penalty the columns are equilibrated.
    """
    if penalty.max() > 0:
        return np.ones(len(penalty))
    return np.sqrt(np.maximum(np.diagonal(moments), np.finfo(float).tiny))
