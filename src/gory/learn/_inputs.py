"""From what the user passes to what the solver needs, or an error that says what to change."""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from ._choice import SOLVERS

Array = NDArray[Any]


@dataclass(frozen=True)
class Training:
    """Checked training data: features, class numbers, labels, weights of rows (or None)."""

    X: Any
    target: Array
    classes: Array
    row_weights: Array | None


def check_options(model: Any, /) -> None:
    """Refuse option values that have no meaning, by name."""
    if not _is_number(model.C) or not model.C > 0:
        raise ValueError(
            f"C = {model.C!r}, but C is the inverse strength of the penalty and must be a number "
            "larger than 0; a smaller C penalizes more, C = inf not at all"
        )
    if not _is_number(model.tol) or not 0 <= model.tol < 1:
        raise ValueError(
            f"tol = {model.tol!r}, but tol is the relative gap to the optimum at which training "
            "stops and must lie in [0, 1); 1e-6 is a usual value"
        )
    if not _is_number(model.max_passes) or not model.max_passes > 0:
        raise ValueError(
            f"max_passes = {model.max_passes!r}, but it must be a number larger than 0"
        )
    if model.solver not in SOLVERS:
        raise ValueError(
            f"solver = {model.solver!r} is not known; choose one of {', '.join(SOLVERS)}"
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and value == value


def read_training(model: Any, X: Any, y: Any, sample_weight: Any, /) -> Training:
    """Validate, number the classes, and multiply the weights of rows and classes."""
    X, y = validate_data(
        model,
        X,
        y,
        accept_sparse=("csr", "csc"),
        dtype=[np.float64, np.float32],
        accept_large_sparse=True,
    )
    check_classification_targets(y)
    classes, target = np.unique(column_or_1d(y, warn=True), return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"y holds only one class, {classes[0]!r}: with nothing to tell apart there is no model "
            "to train; pass rows of at least two classes"
        )
    row_weights = None
    if sample_weight is not None:
        row_weights = _check_sample_weight(sample_weight, X, dtype=np.float64)
        if row_weights.min() < 0 or not row_weights.sum() > 0:
            raise ValueError(
                "sample_weight must be non-negative and not all zero, but it has minimum "
                f"{row_weights.min():g} and sum {row_weights.sum():g}"
            )
    if model.class_weight is not None:
        per_class = compute_class_weight(
            model.class_weight, classes=classes, y=y, sample_weight=sample_weight
        )
        row_weights = per_class[target] * (1.0 if row_weights is None else row_weights)
    return Training(X, target.astype(np.intp, copy=False), classes, row_weights)
