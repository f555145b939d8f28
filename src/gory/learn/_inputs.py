"""From what the user passes to what the solver needs, or an error that says what to change."""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state, compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from ._blocked import BlockedSource
from ._choice import MEMORY_BUDGET, SOLVERS
from ._frames import explained, refuse_missing_labels, refuse_odd_tables
from ._memory import MemorySource

Array = NDArray[Any]


# Rows of a soft target may miss the sum of one by this much; they are then divided by their sum.
_SUM_TOLERANCE = 1e-4
# The square of a larger number, summed over many rows, is beyond float64.
_LARGEST_FEATURE = 1e140


@dataclass(frozen=True)
class Training:
    """Checked training data.

    Attributes
    ----------
    X : ndarray or sparse matrix of shape (n, d)
    target : ndarray of shape (n,) or (n, K)
        Class numbers, or a distribution over the classes per row.
    classes : ndarray of shape (K,)
        Labels; 0 to K - 1 for a soft target.
    row_weights : ndarray of shape (n,) or None
    offset : ndarray of shape (n, K) or None
    """

    X: Any
    target: Array
    classes: Array
    row_weights: Array | None
    offset: Array | None

    def source(self, *, fit_intercept: bool, budget: float = MEMORY_BUDGET) -> MemorySource:
        """The rows as solvers see them; logits are kept where four of them take half the budget."""
        kept = 64.0 * self.X.shape[0] * len(self.classes) <= budget
        return (MemorySource if kept else BlockedSource)(
            self.X,
            self.target,
            n_classes=len(self.classes),
            row_weights=self.row_weights,
            offset=self.offset,
            fit_intercept=fit_intercept,
        )


def check_options(model: Any, C: Any, /) -> None:
    """Refuse option values that have no meaning, by name; ``C`` stands for that of the model."""
    if not _is_number(C) or not C > 0:
        raise ValueError(
            f"C = {C!r}, but C is the inverse strength of the penalty and must be a number "
            "larger than 0; a smaller C penalizes more, C = inf not at all"
        )
    _check_numbers(model)
    _check_choices(model)


def _check_numbers(model: Any) -> None:
    if not _is_number(model.tol) or not 0 <= model.tol < 1:
        raise ValueError(
            f"tol = {model.tol!r}, but tol is the relative gap to the optimum at which training "
            "stops and must lie in [0, 1); 1e-6 is a usual value"
        )
    if not _is_number(model.max_passes) or not model.max_passes > 0:
        raise ValueError(
            f"max_passes = {model.max_passes!r}, but it must be a number larger than 0"
        )
    if not _is_number(model.l1_ratio) or not 0 <= model.l1_ratio <= 1:
        raise ValueError(
            f"l1_ratio = {model.l1_ratio!r}, but it is the share of the L1 norm in the penalty and "
            "must lie in [0, 1]; 0 is ridge, 1 the lasso"
        )
    budget = model.memory_budget
    if budget is not None and not (_is_number(budget) and budget > 0):
        raise ValueError(
            f"memory_budget = {budget!r}, but it is the number of bytes that training may use "
            "beside the data; leave it at None for one gigabyte"
        )


def _check_choices(model: Any) -> None:
    if model.fit_intercept not in (0, 1):
        raise ValueError(
            f"fit_intercept = {model.fit_intercept!r}, but it must be True or False: whether every "
            "class has a number of its own beside its weights"
        )
    if model.penalty not in (None, "firth"):
        raise ValueError(
            f"penalty = {model.penalty!r} is not known; None takes the penalty that C and l1_ratio "
            "describe (l1_ratio = 0 is 'l2', 1 is 'l1'), and 'firth' takes Firth's"
        )
    if model.l1_ratio > 0 and model.solver != "auto":
        raise ValueError(
            f"solver = {model.solver!r} cannot make coefficients exactly zero, which "
            f"l1_ratio = {model.l1_ratio:g} asks for; leave solver at 'auto'"
        )
    if model.solver not in SOLVERS:
        raise ValueError(
            f"solver = {model.solver!r} is not known; choose one of {', '.join(SOLVERS)}"
        )


def read_grid(model: Any, Cs: Any, /) -> Array:
    """The values of C to fit, checked together with the options of the model."""
    try:
        values = np.asarray(Cs, dtype=float)
    except (TypeError, ValueError):
        values = np.empty(0)
    if values.ndim != 1 or not len(values) or not (values > 0).all():
        raise ValueError(
            f"Cs = {Cs!r}, but it must be a list of numbers larger than 0: inverse strengths of "
            "the penalty, of which a smaller one penalizes more"
        )
    check_options(model, float(values[0]))
    return values


def budget_of(model: Any, /) -> float:
    """The bytes that training may use beside the data."""
    return MEMORY_BUDGET if model.memory_budget is None else float(model.memory_budget)


def seed_of(random_state: Any, /) -> int:
    """The seed of a fit; the same one every time where no random state was given."""
    if random_state is None:
        return 0
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31))
    return int(check_random_state(random_state).randint(2**31 - 1))


def _types(model: Any) -> list[type]:
    """The types in which features are taken; others are converted to the first."""
    allowed: list[type] = [np.float64, np.float32]
    if model.dtype is None:
        return allowed
    chosen = [kind for kind in allowed if np.dtype(kind) == model.dtype]
    if not chosen:
        raise ValueError(
            f"dtype = {model.dtype!r}, but training works in float32 or float64; choose one of "
            "them, or None to take the features as they are"
        )
    return chosen


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and value == value


def read_training(
    model: Any, X: Any, y: Any, sample_weight: Any, offset: Any = None, /
) -> Training:
    """Validate, number the classes, and multiply the weights of rows and classes."""
    soft = len(getattr(y, "shape", ())) == 2 and y.shape[1] > 1
    types = _types(model)
    refuse_odd_tables(X)
    refuse_missing_labels(y)
    try:
        X, y = validate_data(
            model, X, y, accept_sparse=("csr", "csc"), dtype=types, multi_output=soft
        )
    except (TypeError, ValueError) as error:
        raise explained(error, X) from error
    _check_size(X)
    classes, target = _soft_target(y, model) if soft else _class_numbers(y)
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
        if per_class.min() < 0 or not per_class.max() > 0:
            raise ValueError(
                f"class_weight = {model.class_weight!r}, but weights must be non-negative and not "
                "all zero; a class of weight 0 is left out of training"
            )
        row_weights = per_class[target] * (1.0 if row_weights is None else row_weights)
        if not row_weights.sum() > 0:
            raise ValueError(
                "class_weight and sample_weight leave no row a weight larger than 0; change one "
                "of them"
            )
    return Training(X, target, classes, row_weights, _checked_offset(offset, X, classes))


def _check_size(X: Any) -> None:
    """Refuse numbers whose squares are none."""
    values = X.data if hasattr(X, "indptr") else X
    if X.dtype != np.float64 or not values.size:
        return
    largest = max(float(values.max()), -float(values.min()))
    if largest > _LARGEST_FEATURE:
        raise ValueError(
            f"X holds {largest:g}, and training needs the squares of the features, which float64 "
            f"cannot hold beyond {_LARGEST_FEATURE:g}; divide the column by a power of ten, which "
            "changes nothing but the units of its weight, or repair the row"
        )


def _class_numbers(y: Any) -> tuple[Array, Array]:
    if getattr(y, "dtype", np.dtype(object)).kind not in "biuU":  # these are labels in any case
        check_classification_targets(y)
    classes, target = np.unique(column_or_1d(y, warn=True), return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"y holds only one class, {classes.tolist()[0]!r}: with nothing to tell apart there is "
            "no model to train; pass rows of at least two classes"
        )
    return classes, target.astype(np.intp, copy=False)


def _soft_target(y: Any, model: Any) -> tuple[Array, Array]:
    target = np.asarray(y, dtype=np.float64)
    if model.class_weight is not None:
        raise ValueError(
            f"class_weight = {model.class_weight!r} needs one label per row, but y has shape "
            f"{target.shape} and holds distributions; multiply the weights into sample_weight"
        )
    if target.min() < 0:
        raise ValueError(
            f"y has shape {target.shape}, so each row is taken as a distribution over the classes, "
            f"but it holds {target.min():g}; probabilities are not negative"
        )
    total = target.sum(axis=1)
    worst = int(np.abs(total - 1.0).argmax())
    if abs(total[worst] - 1.0) > _SUM_TOLERANCE:
        raise ValueError(
            f"y has shape {target.shape}, so each row is taken as a distribution over the classes, "
            f"but row {worst} sums to {total[worst]:g}; divide the rows by their sums, or pass one "
            f"label per row as an array of shape ({len(target)},)"
        )
    return np.arange(target.shape[1]), target / total[:, None]


def _checked_offset(offset: Any, X: Any, classes: Array) -> Array | None:
    if offset is None:
        return None
    array = np.asarray(offset, dtype=np.float64)
    if array.shape != (X.shape[0], len(classes)):
        raise ValueError(
            f"offset has shape {array.shape}, but it is added to the logits and must have one "
            f"number per row and class, shape {(X.shape[0], len(classes))}"
        )
    if not np.isfinite(array).all():
        raise ValueError("offset holds NaN or infinity; give finite numbers")
    return array
