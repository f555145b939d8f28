"""Data for the tests of `learn`: small real sets, and random problems of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn import datasets

REAL = ("iris", "wine", "digits", "breast_cancer")


def real(name: str) -> tuple[Any, Any]:
    """A data set that ships with scikit-learn, in its own units."""
    return getattr(datasets, f"load_{name}")(return_X_y=True)


@dataclass(frozen=True)
class RandomRows:
    """A random problem: X (n, d), class indices, and a soft target with the same classes."""

    X: Any
    target: Any
    soft: Any
    row_weights: Any
    theta: Any


def random_rows(
    *, n: int = 40, d: int = 5, n_classes: int = 4, seed: int = 0, intercept: bool = True
) -> RandomRows:
    """Rows with unequal weights, columns of unequal scale, and weights that sum to zero."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * np.logspace(-1, 1, d)
    target = np.concatenate([np.arange(n_classes), rng.integers(n_classes, size=n - n_classes)])
    soft = rng.dirichlet(np.ones(n_classes), size=n)
    theta = rng.normal(size=(n_classes, d + intercept))
    theta -= theta.mean(axis=0)
    return RandomRows(X, target, soft, rng.uniform(0.5, 2.0, size=n), theta)


LAYOUTS = {
    "C order": np.ascontiguousarray,
    "Fortran order": np.asfortranarray,
    "float32": lambda X: X.astype(np.float32),
    "float32 Fortran": lambda X: np.asfortranarray(X, dtype=np.float32),
    "strided": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "CSR": sp.csr_array,
    "CSC": sp.csc_matrix,
}
