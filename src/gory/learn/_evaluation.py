"""How good predictions are, beside what one gets without looking at the features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError
from ._scores import SMALLEST, log_loss


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Measures of predicted probabilities against labels.

    Attributes
    ----------
    n_rows : int
    accuracy : float
        Share of rows whose most probable class is right.
    log_loss : float
        Mean of ``-log p(label)`` in nats.
    baseline_accuracy, baseline_log_loss : float
        The same for a model that always answers with the class shares of the training rows.
    classes : tuple
    probabilities : ndarray of shape (n, K)
    targets : ndarray of shape (n,)
        Class numbers.
    """

    n_rows: int
    accuracy: float
    log_loss: float
    baseline_accuracy: float
    baseline_log_loss: float
    classes: tuple[Any, ...]
    probabilities: NDArray[np.float64]
    targets: NDArray[np.int64]

    @property
    def guesses(self) -> NDArray[np.int64]:
        """Class numbers of the most probable classes, shape (n,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Rows counted by true class (first axis) and predicted class (second axis)."""
        counts = np.zeros((len(self.classes),) * 2, dtype=np.int64)
        np.add.at(counts, (self.targets, self.guesses), 1)
        return counts


def evaluate(
    model: Any, X: NDArray[Any], labels: NDArray[Any], /, *, training_labels: NDArray[Any]
) -> Evaluation:
    """Compare a model's probabilities with labels.

    Parameters
    ----------
    model : SoftmaxRegression
        Fitted.
    X : ndarray of shape (n, d)
    labels : ndarray of shape (n,)
    training_labels : ndarray
        Labels of the training rows, for the baseline.

    Raises
    ------
    DataError
        A label is not among the classes of the model.
    """
    classes = np.asarray(model.classes_)
    targets = class_numbers(labels, classes)
    probabilities = model.predict_proba(X)
    guesses = probabilities.argmax(axis=1)
    shares = np.bincount(class_numbers(training_labels, classes), minlength=len(classes))
    shares = shares / shares.sum()
    return Evaluation(
        n_rows=len(targets),
        accuracy=float((guesses == targets).mean()),
        log_loss=log_loss(probabilities, targets),
        baseline_accuracy=float((targets == shares.argmax()).mean()),
        baseline_log_loss=float(-np.log(np.maximum(shares[targets], SMALLEST)).mean()),
        classes=tuple(classes.tolist()),
        probabilities=probabilities,
        targets=targets,
    )


def class_numbers(labels: NDArray[Any], classes: NDArray[Any], /) -> NDArray[np.int64]:
    """Position of every label among the sorted classes; a `DataError` for one that is not there."""
    labels = np.asarray(labels)
    if labels.dtype.kind != classes.dtype.kind:
        labels = labels.astype(str)
        classes = classes.astype(str)
    order = np.argsort(classes)
    places = np.searchsorted(classes, labels, sorter=order)
    found = order[np.minimum(places, len(classes) - 1)]
    unknown = np.flatnonzero(classes[found] != labels)
    if len(unknown):
        raise DataError(
            f"the label {labels[unknown[0]].item()!r} (row {unknown[0] + 1}, {len(unknown)} such "
            "rows) was not among the classes when the model was trained, which were "
            f"{', '.join(map(repr, classes[:10].tolist()))}; leave such rows out, or train again "
            "with them."
        )
    return found.astype(np.int64)
