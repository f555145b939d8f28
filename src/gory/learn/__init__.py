"""Softmax regression trained to its certified optimum, from arrays or from a table on disk.

The way of a table through the room, which is the way of `gory fit` and `gory predict`:

>>> from gory.learn import SoftmaxRegression, evaluate, learn_encoding, read_table, split
>>> table = read_table("examples/penguins.csv", target="species")
>>> training, held = split(table, held_out=0.25, seed=0)
>>> encoding = learn_encoding(training)
>>> model = SoftmaxRegression().fit(encoding.features(training), training.labels)
>>> result = evaluate(
...     model, encoding.features(held), held.labels, training_labels=training.labels
... )
>>> result.accuracy > result.baseline_accuracy
True

`read_table` gives a `Table` (``n_rows``, ``columns``, ``classes``, ``n_dropped``; a `Column` has
``name``, ``kind``, ``n_missing``, ``categories``). `learn_encoding` gives an `Encoding`, whose
``columns`` say in words what was done with each (``treatment``) and whose ``feature_names`` name
the columns of ``coef_``. ``SoftmaxRegression(verbose=f)`` calls ``f`` with a `Progress`
(``iteration``, ``passes``, ``loss``, ``rel_gap``) after every step, and ``history_`` keeps them.
`evaluate` gives an `Evaluation` with accuracy, log-loss, both baselines, the confusion matrix and
the probabilities. `save` and `load` keep model and encoding in one file, and `predict_table` reads
a file of rows and predicts them. What is wrong with data or files is a `DataError` or a
`ModelFileError`, both `LearnError` and `ValueError`, one paragraph each.

Beyond the one fit: ``model.path`` and `SoftmaxRegressionCV` fit many C, ``model.inference`` gives
standard errors, a `HypothesisTest` of any columns and marginal effects of a fit with ``C=inf``,
`find_separation` says why there may be none, `calibrate` mends the confidence of any classifier,
and the three displays draw history, coefficients and reliability.

Inside, solvers see rows only through the interface in ``_source.py``; ``_problem.py`` holds the
certificate. The room uses nothing of the symbolic wing, and tests hold its gradient against the
derived formula.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._calibration import Calibration as Calibration
    from ._calibration import calibrate as calibrate
    from ._cross_validation import SoftmaxRegressionCV as SoftmaxRegressionCV
    from ._displays import CoefficientDisplay as CoefficientDisplay
    from ._displays import ReliabilityDisplay as ReliabilityDisplay
    from ._displays import TrainingHistoryDisplay as TrainingHistoryDisplay
    from ._effects import MarginalEffects as MarginalEffects
    from ._encoding import ColumnEncoding as ColumnEncoding
    from ._encoding import Encoding as Encoding
    from ._encoding import learn_encoding as learn_encoding
    from ._errors import DataError as DataError
    from ._errors import LearnError as LearnError
    from ._errors import ModelFileError as ModelFileError
    from ._evaluation import Evaluation as Evaluation
    from ._evaluation import evaluate as evaluate
    from ._hypotheses import HypothesisTest as HypothesisTest
    from ._inference import Inference as Inference
    from ._model import SoftmaxRegression as SoftmaxRegression
    from ._objective import value_and_grad as value_and_grad
    from ._onnx import to_onnx as to_onnx
    from ._path import Path as Path
    from ._predict import Prediction as Prediction
    from ._predict import predict_table as predict_table
    from ._progress import Progress as Progress
    from ._reader import read_table as read_table
    from ._scores import Reliability as Reliability
    from ._scores import brier_score as brier_score
    from ._scores import log_loss as log_loss
    from ._scores import reliability as reliability
    from ._separation import Separation as Separation
    from ._separation import find_separation as find_separation
    from ._split import split as split
    from ._store import Trained as Trained
    from ._store import load as load
    from ._store import save as save
    from ._table import Column as Column
    from ._table import Table as Table

_HOME = {
    "Calibration": "_calibration",
    "CoefficientDisplay": "_displays",
    "Column": "_table",
    "ColumnEncoding": "_encoding",
    "DataError": "_errors",
    "Encoding": "_encoding",
    "Evaluation": "_evaluation",
    "HypothesisTest": "_hypotheses",
    "Inference": "_inference",
    "LearnError": "_errors",
    "MarginalEffects": "_effects",
    "ModelFileError": "_errors",
    "Path": "_path",
    "Prediction": "_predict",
    "Progress": "_progress",
    "Reliability": "_scores",
    "ReliabilityDisplay": "_displays",
    "Separation": "_separation",
    "SoftmaxRegression": "_model",
    "SoftmaxRegressionCV": "_cross_validation",
    "Table": "_table",
    "Trained": "_store",
    "TrainingHistoryDisplay": "_displays",
    "brier_score": "_scores",
    "calibrate": "_calibration",
    "evaluate": "_evaluation",
    "find_separation": "_separation",
    "learn_encoding": "_encoding",
    "load": "_store",
    "log_loss": "_scores",
    "predict_table": "_predict",
    "read_table": "_reader",
    "reliability": "_scores",
    "save": "_store",
    "split": "_split",
    "to_onnx": "_onnx",
    "value_and_grad": "_objective",
}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_HOME)
