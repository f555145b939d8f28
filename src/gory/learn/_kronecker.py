"""The Kronecker preconditioner: one class matrix times one feature matrix, inverted exactly.

The Hessian is a mean of (diag p - p p^T) (x) x x^T. Replacing the mean of products by the product
of means gives S (x) A, with S = mean of diag p - p p^T and A = mean of x x^T, where each row counts
with its uncertainty 1 - |p|^2: confident rows have no curvature. At the start, where all rows have
the same probabilities, this is no approximation at all. With the eigenvectors of S, and of A in the
metric of the penalty, (S (x) A + penalty) is diagonal and its inverse costs two small products.
Of thousands of classes S would be larger than all else; then it is taken as diag v - v v^T / sum v
with the variances v, which is S up to the pairs of classes that are mistaken for each other more
often than others are. That has an inverse without eigenvectors.

A comes from a sample of rows, drawn once with probability in proportion to their squared norm in
equilibrated columns, because all rows would cost more than the passes that are saved.

Source: Martens and Grosse, *Optimizing neural networks with Kronecker-factored approximate
curvature*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._coupling import MOST_PAIRED_CLASSES
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
        self.classes = None  # the old ones may go before the new ones come
        drawn = self.sample.at(point.theta)
        moments = drawn.doubtful_moments()
        self.scale = _feature_scale(self.problem.penalty, moments)
        values, vectors = np.linalg.eigh(moments / np.outer(self.scale, self.scale))
        self.feature_vectors = vectors
        values = np.maximum(values, _FEATURE_FLOOR * values[-1])
        ridge = self.problem.penalty.max() / self.scale.min() ** 2
        ridge = ridge if self.problem.penalty.max() > 0 else 0.0
        variances = point.class_variances()
        if len(variances) > MOST_PAIRED_CLASSES:
            self.classes = _MeanClasses(variances, values, ridge)
            return
        covariance = drawn.class_covariance()
        with_diagonal(covariance, variances)
        self.classes = _PairedClasses(covariance, values, ridge)

    def __call__(self, gradient: Array, /) -> Array:
        """The preconditioned gradient, shape (K, p)."""
        classes: Any = self.classes
        size = np.abs(gradient).max() or 1.0
        scaled = (gradient / (size * self.scale)).astype(classes.kind, copy=False)
        outer = classes.solve(scaled @ self.feature_vectors) @ self.feature_vectors.T
        return outer * (size / self.scale)


class _PairedClasses:
    """``(S (x) diag(values) + ridge)^-1`` by the eigenvectors of S."""

    def __init__(self, covariance: Array, values: Array, ridge: float, /) -> None:
        if len(covariance) > _MANY_CLASSES:
            covariance = covariance.astype(np.float32)
        own, vectors = np.linalg.eigh(covariance)
        own = np.maximum(own.astype(np.float64), _CLASS_FLOOR * own.mean())
        vectors -= vectors.mean(axis=0)  # nothing is known of what is the same in all classes
        self.vectors, self.denominator = vectors, own[:, None] * values + ridge
        self.kind = vectors.dtype  # of float32 only where float64 would be a large copy

    def solve(self, right: Array, /) -> Array:
        """The solution for a right-hand side (K, p)."""
        inner = self.vectors.T @ right.astype(self.kind, copy=False)
        inner /= self.denominator
        return self.vectors @ inner


class _MeanClasses:
    """The same for S = diag(v) - v v^T / sum v.

    Its products sum to zero over the classes, and so do the solutions wanted here. They solve the
    diagonal part alone with a multiple of v added to the right-hand side, so that they do.

    Examples
    --------
    >>> import numpy as np
    >>> v, right = np.array([0.5, 0.25, 0.25]), np.array([[1.0], [-2.0], [1.0]])
    >>> x = _MeanClasses(v, np.ones(1), 0.1).solve(right)
    >>> ((np.diag(v) - np.outer(v, v)) @ x + 0.1 * x).round(12).ravel().tolist()
    [1.0, -2.0, 1.0]
    """

    kind = np.dtype(np.float64)

    def __init__(self, variances: Array, values: Array, ridge: float, /) -> None:
        self.variances = np.maximum(variances, _CLASS_FLOOR * variances.mean())
        self.values, self.ridge = values, ridge

    def solve(self, right: Array, /) -> Array:
        """The solution for a right-hand side (K, p)."""
        inverse = 1.0 / (self.variances[:, None] * self.values + self.ridge)
        out = right * inverse
        share = self.variances[:, None] * inverse
        out -= share * (out.sum(axis=0) / share.sum(axis=0))
        return out


def _feature_scale(penalty: Array, moments: Array) -> Array:
    """Units of the columns in which the penalty is a multiple of the identity.

    The intercept has no penalty; giving it the one of the features changes its curvature by a
    negligible share. Without any penalty the columns are equilibrated.
    """
    if penalty.max() > 0:
        return np.ones(len(penalty))
    return np.sqrt(np.maximum(np.diagonal(moments), np.finfo(float).tiny))
