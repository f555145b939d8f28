"""`SoftmaxRegressionCV`: C chosen by cross-validation.

The folds follow the path of all rows (`_path.py`), on which the last fit lies, too. Where that
would take too much memory, or a fold lacks a class, every fold has a path of its own. Names and
scores are those of scikit-learn's ``LogisticRegressionCV`` with ``refit=True``; the score of a C is
its mean over the folds.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils.validation import _check_sample_weight

from ._inputs import Training, budget_of, read_grid, read_training
from ._model import SoftmaxRegression
from ._products import forward, is_sparse
from ._progress import Solution

Array = NDArray[Any]

# Logits of held-out rows that are there at the same time, unless one model has more of them.
_SCORED_ENTRIES = 1 << 18


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
        splitter: Any = check_cv(self.cv, labels, classifier=True)
        folds = _folds(splitter, training.X, labels)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, training.X)
        parts = _Parts(self._single(1.0), training.X, labels, sample_weight, folds)
        whole, paths = self._all_paths(training, parts, values)
        self.Cs_ = values
        self.scores_ = np.array(
            [self._scores(parts, k, values, path) for k, path in enumerate(paths)]
        )
        best = int(self.scores_.mean(axis=0).argmax())
        self.C_ = float(values[best])
        if whole is not None and not self.verbose:
            self._keep(training.classes, whole[best])
            return self
        final = self._single(self.C_).set_params(verbose=self.verbose)
        final.fit(X, y, sample_weight)
        fitted = {name: value for name, value in vars(final).items() if name.endswith("_")}
        vars(self).update(fitted)
        return self

    def _all_paths(
        self, training: Training, parts: _Parts, values: Array
    ) -> tuple[list[Solution] | None, Iterable[list[Solution]]]:
        """Solutions for all rows, where the folds go along with them, and for every fold."""
        model, folds = parts.model, range(len(parts.folds))
        if parts.are_alike(training.classes, budget_of(self)):
            trainings = [training, *(parts.training(k) for k in folds)]
            whole, *paths = model._path_solutions(trainings, values)
            return whole, paths
        return None, (model._path_solutions([parts.training(k)], values)[0] for k in folds)

    def _scores(
        self, parts: _Parts, fold: int, values: Array, solutions: list[Solution]
    ) -> list[float]:
        train, test = parts.folds[fold]
        X, y, classes = parts.X[test], parts.labels[test], np.unique(parts.labels[train])
        if self.scoring in (None, "accuracy"):  # the scorer would take longer than the fit
            for solution in solutions:
                self._warn_unless_converged(solution)
            return _accuracies(X, classes, y, [solution.theta for solution in solutions])
        models = []
        for C, solution in zip(values, solutions, strict=True):
            model = self._single(float(C))
            model.n_features_in_ = X.shape[1]
            model._keep(classes, solution)
            models.append(model)
        scorer: Any = check_scoring(SoftmaxRegression(), self.scoring)
        try:
            return [scorer(model, X, y) for model in models]
        except ValueError as error:
            raise _explained(
                error, fold, parts.labels[train], y, np.unique(parts.labels)
            ) from error


@dataclass(frozen=True)
class _Parts:
    """The rows, and which of them every fold trains on and holds out."""

    model: SoftmaxRegression
    X: Any
    labels: Array
    sample_weight: Array | None
    folds: list[tuple[Array, Array]]

    def training(self, fold: int) -> Training:
        """What a fold trains on."""
        rows, _ = self.folds[fold]
        found = np.unique(self.labels[rows])
        if len(found) < 2:
            raise ValueError(
                f"fold {fold} has no training rows but those of class {found.tolist()[0]!r}; take "
                "stratified folds (cv=5, or StratifiedKFold), or shuffle the rows"
            )
        weight = None if self.sample_weight is None else self.sample_weight[rows]
        return read_training(self.model, self.X[rows], self.labels[rows], weight)

    def are_alike(self, classes: Array, budget: float) -> bool:
        """Whether all folds have all classes, and there is memory for the rows of all of them."""
        stored = self.X.data.nbytes if is_sparse(self.X) else self.X.nbytes
        taken = stored * sum(len(rows) for rows, _ in self.folds) / self.X.shape[0]
        return taken <= budget / 2 and all(
            np.array_equal(np.unique(self.labels[rows]), classes) for rows, _ in self.folds
        )


def _folds(splitter: Any, X: Any, labels: Array) -> list[tuple[Array, Array]]:
    try:
        return list(splitter.split(X, labels))
    except ValueError as error:
        if "groups" not in str(error):
            raise
        raise ValueError(
            f"cv = {splitter!r} needs the groups of the rows, which fit does not take ({error}); "
            "pass the folds themselves: cv=list(splitter.split(X, y, groups))"
        ) from error


def _accuracies(X: Any, classes: Array, y: Array, thetas: list[Array]) -> list[float]:
    """Shares of the rows whose label is the likeliest, for many models of the same classes.

    Few rows are multiplied with the weights of many models at once.
    """
    n_classes, shares = len(classes), []
    together = max(1, _SCORED_ENTRIES // (X.shape[0] * n_classes))
    for first in range(0, len(thetas), together):
        weights = np.concatenate(thetas[first : first + together])
        logits = forward(X, weights).reshape(X.shape[0], -1, n_classes)
        hits = classes[logits.argmax(axis=2)] == y[:, None]
        shares += hits.mean(axis=0).tolist()
    return shares


def _explained(error: ValueError, fold: int, train: Any, test: Any, classes: Any) -> ValueError:
    """The error of a scorer, with the reason where it is a class that a fold lacks."""
    for part, labels in (("training", train), ("held-out", test)):
        missing = np.setdiff1d(classes, labels)
        if len(missing):
            return ValueError(
                f"fold {fold} has no {part} rows of class {missing.tolist()[0]!r}, so its rows "
                f"cannot be scored ({error}); take stratified folds (cv=5, or StratifiedKFold), or "
                "leave scoring at its default, accuracy, which needs no probability of every class"
            )
    return error


def _grid(Cs: Any) -> Any:
    """The values that a number of them stands for; others as they are."""
    if not isinstance(Cs, numbers.Integral) or isinstance(Cs, bool):
        return Cs
    if Cs < 1:
        raise ValueError(f"Cs = {Cs!r}, but a whole number says how many values to try, at least 1")
    return np.logspace(-4, 4, int(Cs))
