"""A model that does not shrink, together with its rows: likelihood, information and scores.

Work is done in the contrast basis, in which the information is definite where the model is
determined; results are turned into differences from a baseline only where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError
from ._gauge import contrast_basis
from ._memory import MemorySource
from ._memory_point import MemoryPoint
from ._products import is_sparse

Array = NDArray[Any]

INTERCEPT = "intercept"


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights and the rows they belong to.

    Attributes
    ----------
    source : MemorySource
    theta : ndarray of shape (K, p)
        Weights that sum to zero over the classes.
    classes : ndarray of shape (K,)
    feature_names : tuple of str
        Of the p columns; the intercept is last.
    is_firth : bool
        Whether the weights minimize Firth's penalized loss, not the loss.
    """

    source: MemorySource
    theta: Array
    classes: Array
    feature_names: tuple[str, ...]
    is_firth: bool = False

    @cached_property
    def point(self) -> MemoryPoint:
        """The loss at the weights."""
        return self.source.at(self.theta)

    @property
    def probabilities(self) -> Array:
        """Of all rows, shape (n, K)."""
        return self.point.probabilities

    @property
    def log_likelihood(self) -> float:
        """In nats."""
        return -self.source.weight_sum * self.point.loss

    @cached_property
    def basis(self) -> Array:
        """Contrasts of the classes, shape (K, K - 1)."""
        return contrast_basis(len(self.classes))

    @property
    def full_rows(self) -> Array:
        """Dense features with the column of ones."""
        X = self.source.X
        dense = np.asarray(X.toarray() if is_sparse(X) else X, dtype=np.float64)
        return np.column_stack([dense, np.ones(len(dense))]) if self.source.fit_intercept else dense

    def information(self) -> Array:
        """Fisher information in the contrast basis, shape ((K - 1) p, (K - 1) p)."""
        return self.source.weight_sum * self.point.hessian(self.basis)

    def score(self) -> Array:
        """Derivative of the log-likelihood in the contrast basis, shape (K - 1, p)."""
        return -self.source.weight_sum * (self.basis.T @ self.point.gradient())

    def row_scores(self) -> Array:
        """The part of every weighted row in `score`, shape (n, (K - 1) p)."""
        source = self.source
        target = source.target
        hard = np.eye(len(self.classes))[target] if target.ndim == 1 else target
        slope = (hard - self.probabilities) * (source.row_weights * source.weight_sum)[:, None]
        return np.einsum("ik,ij->ikj", slope @ self.basis, self.full_rows).reshape(len(slope), -1)


def fit_of(model: Any, training: Any, theta: Array, /) -> Fit:
    """The rows of ``training`` with the weights of a fitted model; refuses shrunk models."""
    is_firth = model.penalty == "firth"
    if np.isfinite(model.C) and not is_firth:
        raise DataError(
            f"the model was fitted with C = {model.C:g}: a penalty shrinks coefficients, and its "
            "inverse Hessian is not their sampling covariance; fit with C=float('inf') first."
        )
    if not np.array_equal(training.classes, model.classes_):
        raise DataError(
            f"y holds the classes {training.classes.tolist()}, but the model was fitted to "
            f"{model.classes_.tolist()}; pass the rows the model was fitted to."
        )
    given = getattr(model, "feature_names_in_", None)
    d = training.X.shape[1]
    names = tuple(map(str, given)) if given is not None else tuple(f"x{j}" for j in range(d))
    return Fit(
        source=training.source(fit_intercept=model.fit_intercept, budget=np.inf),
        theta=theta - theta.mean(axis=0),
        classes=training.classes,
        feature_names=(*names, INTERCEPT) if model.fit_intercept else names,
        is_firth=is_firth,
    )
