"""`SoftmaxRegressionCV`: C chosen by cross-validation.

Every fold is one path over all C (`_path.py`), and so is the last fit, whose start is the best fold
model's neighborhood. Names and scores are those of scikit-learn's ``LogisticRegressionCV`` with
``refit=True``; the score of a C is its mean over the folds.
"""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils.validation import _check_sample_weight

from ._inputs import read_grid, read_training
from ._model import SoftmaxRegression

Array = NDArray[Any]


class SoftmaxRegressionCV(SoftmaxRegression):
    """Softmax regression with C chosen by cross-validation.

    Parameters
    ----------
    Cs : int or sequence of float, default=10
        The values to try; an integer means that many, evenly spaced in the logarithm from 1e-4 to
        1e4.
    cv : int, splitter or iterable, default=None
        Folds as in scikit-learn; None means five stratified ones.
    scoring : str or callable, optional
        As in scikit-learn; accuracy by default. ``"neg_log_loss"`` judges probabilities.
    penalty, l1_ratio, fit_intercept, class_weight, tol, max_passes, solver, dtype,
    memory_budget, random_state, verbose
        As in `SoftmaxRegression`.

    Attributes
    ----------
    C_ : float
        The value with the best mean score; the smallest of equally good ones.
    Cs_ : ndarray of shape (m,)
    scores_ : ndarray of shape (folds, m)

    Notes
    -----
    The other attributes are those of `SoftmaxRegression`, fitted to all rows with `C_`.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = SoftmaxRegressionCV(Cs=[0.01, 1.0, 100.0]).fit(X, y)
    >>> model.scores_.shape
    (5, 3)
    """

    def __init__(
        self,
        Cs: int | Any = 10,
        *,
        cv: Any = None,
        scoring: Any = None,
        penalty: str | None = None,
        l1_ratio: float = 0.0,
        fit_intercept: bool = True,
        class_weight: dict[Any, float] | str | None = None,
        tol: float = 1e-6,
        max_passes: float = 10_000,
        solver: str = "auto",
        dtype: Any = None,
        memory_budget: float | None = None,
        random_state: Any = None,
        verbose: Any = False,
    ) -> None:
        super().__init__(
            penalty=penalty,
            l1_ratio=l1_ratio,
            fit_intercept=fit_intercept,
            class_weight=class_weight,
            tol=tol,
            max_passes=max_passes,
            solver=solver,
            dtype=dtype,
            memory_budget=memory_budget,
            random_state=random_state,
            verbose=verbose,
        )
        self.Cs = Cs
        self.cv = cv
        self.scoring = scoring

    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, offset: Any = None
    ) -> SoftmaxRegressionCV:
        """Choose C on folds of the rows and fit it to all of them.

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, d)
        y : array of shape (n,)
        sample_weight : array of shape (n,), optional
            Used in training; scores are unweighted.
        offset : None
            Not supported together with cross-validation.
        """
        if offset is not None:
            raise ValueError(
                "an offset cannot be scored on held-out rows, because predictions do not know it; "
                "choose C yourself and pass the offset to SoftmaxRegression.fit"
            )
        values = np.sort(read_grid(self, _grid(self.Cs)))
        training = read_training(self, X, y, sample_weight)
        if training.target.ndim > 1:
            raise ValueError(
                f"y has shape {training.target.shape}, but held-out rows are scored by their "
                "label; pass one label per row, or choose C yourself and use SoftmaxRegression"
            )
        labels = training.classes[training.target]
        scores = self._fold_scores(training.X, labels, sample_weight, values)
        self.Cs_, self.scores_ = values, scores
        self.C_ = float(values[int(scores.mean(axis=0).argmax())])
        final = self._single(self.C_).set_params(verbose=self.verbose)
        final.fit(X, y, sample_weight)
        fitted = {name: value for name, value in vars(final).items() if name.endswith("_")}
        vars(self).update(fitted)
        return self

    def _fold_scores(self, X: Any, y: Any, sample_weight: Any, values: Array) -> Array:
        folds: Any = check_cv(self.cv, y, classifier=True)
        scorer: Any = check_scoring(SoftmaxRegression(), self.scoring)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        scores = []
        for fold, (train, test) in enumerate(folds.split(X, y)):
            weight = None if sample_weight is None else sample_weight[train]
            models = self._single(1.0)._path_models(X[train], y[train], values, weight)
            try:
                scores.append([scorer(model, X[test], y[test]) for model in models])
            except ValueError as error:
                raise _explained(error, fold, y[train], y[test], np.unique(y)) from error
        return np.array(scores)


def _explained(error: ValueError, fold: int, train: Any, test: Any, classes: Any) -> ValueError:
    """The error of a scorer, with the reason where it is a class that a fold lacks."""
    for part, labels in (("training", train), ("held-out", test)):
        missing = np.setdiff1d(classes, labels)
        if len(missing):
            return ValueError(
                f"fold {fold} has no {part} rows of class {missing[0]!r}, so its rows cannot be "
                f"scored ({error}); take stratified folds (cv=5, or StratifiedKFold), or leave "
                "scoring at its default, accuracy, which needs no probability of every class"
            )
    return error


def _grid(Cs: Any) -> Any:
    """The values that a number of them stands for; others as they are."""
    if not isinstance(Cs, numbers.Integral) or isinstance(Cs, bool):
        return Cs
    if Cs < 1:
        raise ValueError(f"Cs = {Cs!r}, but a whole number says how many values to try, at least 1")
    return np.logspace(-4, 4, int(Cs))
