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

from ._gauge import contrast_basis
from ._problem import Problem
from ._sampling import sampling_rates
from ._source import Point

Array = NDArray[Any]

SAMPLE_ROWS = 10_000
# Sampled rows per column, at least.
_ROWS_PER_COLUMN = 8
# A class direction is trusted down to this share of the mean curvature; rarer classes are not
# pushed harder than that.
_CLASS_FLOOR = 1e-3
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
        self.basis = contrast_basis(source.n_classes)
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
        covariance, moments = drawn.kronecker_factors()
        values, vectors = np.linalg.eigh(self.basis.T @ covariance @ self.basis)
        self.class_values = np.maximum(values, _CLASS_FLOOR * values.mean())
        self.class_vectors = self.basis @ vectors
        self.scale = _feature_scale(self.problem.penalty, moments)
        values, vectors = np.linalg.eigh(moments / np.outer(self.scale, self.scale))
        self.feature_vectors = vectors
        values = np.maximum(values, _FEATURE_FLOOR * values[-1])
        ridge = self.problem.penalty.max() / self.scale.min() ** 2
        ridge = ridge if self.problem.penalty.max() > 0 else 0.0
        self.denominator = self.class_values[:, None] * values + ridge

    def __call__(self, gradient: Array, /) -> Array:
        """The preconditioned gradient, shape (K, p)."""
        inner = self.class_vectors.T @ (gradient / self.scale) @ self.feature_vectors
        inner /= self.denominator
        return self.class_vectors @ (inner @ self.feature_vectors.T) / self.scale


def _feature_scale(penalty: Array, moments: Array) -> Array:
    """Units of the columns in which the penalty is a multiple of the identity.

    The intercept has no penalty; giving it the one of the features changes its curvature by a
    negligible share. Without any penalty the columns are equilibrated.
    """
    if penalty.max() > 0:
        return np.ones(len(penalty))
    return np.sqrt(np.maximum(np.diagonal(moments), np.finfo(float).tiny))
