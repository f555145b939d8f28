"""Paths over C and cross-validation."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.utils.estimator_checks import parametrize_with_checks

from gory import SoftmaxRegression
from gory.learn import SoftmaxRegressionCV
from gory.learn._choice import SOLVERS
from gory.learn._memory_point import MemoryPoint

from ._data import real


@parametrize_with_checks([SoftmaxRegressionCV(Cs=[0.1, 1.0], cv=3)])
@pytest.mark.filterwarnings("default")
def test_scikit_learn_conventions(estimator, check):
    check(estimator)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", ["iris", "breast_cancer"])
def test_every_model_of_a_path_is_the_single_fit(name, solver):
    X, y = real(name)
    Cs = [1.0, 0.01, 0.1]
    path = SoftmaxRegression(solver=solver, tol=1e-8).path(X, y, Cs)
    for k, C in enumerate(Cs):
        single = SoftmaxRegression(C=C, tol=1e-14, solver="newton").fit(X, y)
        assert path.losses[k] == pytest.approx(single.loss_, rel=2e-8)
        assert path.coefs[k].shape == single.coef_.shape
        assert path.rel_gaps[k] <= 1e-8


@pytest.mark.parametrize("solver", ["auto", "newton"])
def test_a_path_costs_a_few_single_fits(solver):
    X, y = real("digits")
    Cs = np.logspace(-4, 4, 45)
    path = SoftmaxRegression(solver=solver).path(X, y, Cs)
    single = SoftmaxRegression(solver="auto").fit(X, y)
    assert path.rel_gaps.max() <= 1e-6
    assert path.passes <= 6 * single.n_passes_


def test_few_hessians_serve_many_values(monkeypatch):
    built = []
    build = MemoryPoint.hessian
    monkeypatch.setattr(MemoryPoint, "hessian", lambda *args: built.append(1) or build(*args))
    X, y = real("digits")
    path = SoftmaxRegression().path(X, y, np.logspace(-4, 4, 45))
    assert path.rel_gaps.max() <= 1e-6
    assert len(built) <= 15


@pytest.mark.parametrize("Cs", [[1.0], [1.0, 1.0, 0.5], [1e-3, 1e3], [1e-12, 1.0, 1e6]])
@pytest.mark.parametrize("name", ["iris", "digits"])
def test_any_values_may_be_neighbors(name, Cs):
    X, y = real(name)
    path = SoftmaxRegression().path(X, y, Cs)
    for k, C in enumerate(Cs):
        single = SoftmaxRegression(C).fit(X, y)
        assert path.losses[k] == pytest.approx(single.loss_, rel=2e-6, abs=1e-9)


def test_without_a_penalty_the_path_ends_in_the_maximum_of_likelihood():
    X, y = real("iris")
    path = SoftmaxRegression(tol=1e-10).path(X[:, :2], y, [1.0, 1e3, np.inf])
    single = SoftmaxRegression(np.inf, tol=1e-10).fit(X[:, :2], y)
    assert path.losses[-1] == pytest.approx(single.loss_, rel=1e-8)


def test_a_path_leaves_the_model_alone():
    X, y = real("iris")
    model = SoftmaxRegression(C=3.0)
    model.path(X, y, [1.0, 2.0])
    assert model.C == 3.0
    assert not hasattr(model, "coef_")


def test_the_chosen_C_is_the_one_of_a_grid_search():
    X, y = real("wine")
    Cs, folds = [1e-4, 1e-2, 1.0], StratifiedKFold(4)
    ours = SoftmaxRegressionCV(Cs, cv=folds, scoring="neg_log_loss", tol=1e-10).fit(X, y)
    grid = GridSearchCV(
        LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=500),
        {"C": Cs},
        cv=folds,
        scoring="neg_log_loss",
    ).fit(X, y)
    assert grid.best_params_["C"] == ours.C_
    splits = [grid.cv_results_[f"split{k}_test_score"] for k in range(4)]
    np.testing.assert_allclose(ours.scores_, splits, atol=1e-5)
    np.testing.assert_allclose(ours.coef_, grid.best_estimator_.coef_, atol=1e-4)


@pytest.mark.parametrize("Cs", [[], [0.0, 1.0], -1, [[1.0]]])
def test_values_without_meaning_are_refused(Cs):
    X, y = real("iris")
    with pytest.raises(ValueError, match="Cs = "):
        SoftmaxRegressionCV(Cs).fit(X, y)


@pytest.mark.parametrize("model", [SoftmaxRegressionCV([0.1, 1.0, 10.0]), SoftmaxRegression()])
def test_an_interrupt_ends_the_whole_path(model, monkeypatch):
    X, y = real("digits")
    gradients, gradient = [], MemoryPoint.gradient

    def interrupted(point):
        gradients.append(point)
        if len(gradients) == 4:
            raise KeyboardInterrupt
        return gradient(point)

    monkeypatch.setattr(MemoryPoint, "gradient", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y) if isinstance(model, SoftmaxRegressionCV) else model.path(X, y, [0.1, 1.0])
    assert len(gradients) <= 6
