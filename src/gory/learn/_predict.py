"""Predictions of a saved model for a file of rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._encoding import Unseen
from ._errors import DataError
from ._evaluation import class_numbers
from ._files import open_file
from ._reader import read_table
from ._store import Trained
from ._table import Table


@dataclass(frozen=True, eq=False)
class Prediction:
    """Predictions for the rows of a table.

    Attributes
    ----------
    classes : tuple
    labels : ndarray of shape (n,)
        The most probable class of each row.
    probabilities : ndarray of shape (n, K)
    true_labels : ndarray of shape (n,) or None
        The labels of the file, where it has the target column.
    accuracy : float or None
        Share of right predictions, where the labels are known.
    """

    classes: tuple[Any, ...]
    labels: NDArray[Any]
    probabilities: NDArray[np.float64]
    true_labels: NDArray[Any] | None
    accuracy: float | None


def predict_table(
    trained: Trained, data: str | Path | Table, /, *, unseen: Unseen = "error"
) -> Prediction:
    """Predict every row of a file or table.

    Parameters
    ----------
    trained : Trained
        From `load`, with an encoding.
    data : str, Path or Table
        A file needs the columns the model was trained on; others are ignored. Where it has the
        target column the predictions are scored, and its rows must all be labeled.
    unseen : {"error", "ignore"}
        What to do with a category that training rows did not have.

    Raises
    ------
    DataError
        A column is absent or of another kind, a category or a label is unseen.
    """
    encoding = trained.encoding
    if encoding is None:
        raise DataError(
            "the model was saved without the encoding of a table, so it cannot read one; give "
            "its predict method arrays, or save it with encoding=..."
        )
    table = data if isinstance(data, Table) else _read(Path(data), encoding)
    X = encoding.features(table, unseen=unseen)
    probabilities = trained.model.predict_proba(X)
    guesses = probabilities.argmax(axis=1)
    accuracy = None
    if table.labels is not None:
        targets = class_numbers(table.labels, np.asarray(trained.model.classes_))
        accuracy = float((targets == guesses).mean())
    return Prediction(
        classes=tuple(trained.model.classes_.tolist()),
        labels=trained.model.classes_[guesses],
        probabilities=probabilities,
        true_labels=table.labels,
        accuracy=accuracy,
    )


def _read(path: Path, encoding: Any) -> Table:
    """The rows of a file; labeled when every row has its target, since none may be dropped."""
    cells = open_file(path)
    labeled = encoding.target in cells.column_names and cells[encoding.target].null_count == 0
    return read_table(path, target=encoding.target if labeled else None, kinds=encoding.kinds)
