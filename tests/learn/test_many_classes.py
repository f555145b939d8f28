"""Thousands of classes: nothing has a number for every pair of them, and no class runs away."""

from __future__ import annotations

import numpy as np
import pytest
from tests.learn._data import random_rows

from gory import SoftmaxRegression
from gory.learn import DataError, LearnError
from gory.learn._blocked import BlockedSource
from gory.learn._class_blocks import ClassBlockPreconditioner
from gory.learn._intercepts import with_intercept_solved
from gory.learn._kronecker import KroneckerPreconditioner
from gory.learn._memory import MemorySource
from gory.learn._problem import Problem


def soft_rows(n_classes: int, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    target = rng.gamma(0.5, size=(n, n_classes))
    return rng.normal(size=(n, 4)), target / target.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("solver", ["auto", "kronecker", "diagonal"])
@pytest.mark.parametrize("n_classes", [500, 5000])
def test_every_solver_finds_the_same_optimum(solver, n_classes):
    X, target = soft_rows(n_classes)
    model = SoftmaxRegression(solver=solver, tol=1e-9).fit(X, target)
    residual = (model.predict_proba(X) - target) / len(X)
    slope = residual.T @ X + model.coef_ / len(X)  # C = 1
    gap = 0.5 * len(X) * np.sum(slope**2)
    assert gap <= 1.01e-9 * model.loss_
    assert np.abs(residual.sum(axis=0)).max() <= 1e-12


def test_a_hundred_thousand_classes_are_fitted():
    X, target = soft_rows(100_000, n=30)
    model = SoftmaxRegression().fit(X, target)
    assert model.rel_gap_ <= 1e-6


@pytest.mark.parametrize("kind", [MemorySource, BlockedSource])
def test_products_settle_the_intercepts_as_the_matrix_does(kind, monkeypatch):
    rows = random_rows(n=60, n_classes=12)
    point = kind(rows.X, rows.target, n_classes=12).at(rows.theta)
    by_matrix = with_intercept_solved(point)
    monkeypatch.setattr("gory.learn._intercepts._MATRIX_CLASSES", 0)
    by_products = with_intercept_solved(point)
    assert by_products is not point
    np.testing.assert_allclose(by_products.theta, by_matrix.theta, rtol=1e-9, atol=1e-9)


def test_variances_serve_where_classes_are_alike(monkeypatch):
    """With equal probabilities in all rows nothing is lost but squares of them."""
    rows = random_rows(n=300, n_classes=200)
    problem = Problem(MemorySource(rows.X, rows.soft, n_classes=200), np.full(6, 0.01))
    theta = np.zeros((200, 6))
    found = []
    for most in (4096, 2):
        monkeypatch.setattr("gory.learn._kronecker.MOST_PAIRED_CLASSES", most)
        preconditioner = KroneckerPreconditioner(problem, np.random.default_rng(0))
        preconditioner.rebuild(problem.source.at(theta))
        found.append(preconditioner(problem.gradient(problem.source.at(theta))))
    np.testing.assert_allclose(*found, atol=0.01 * np.abs(found[0]).max())


def test_a_class_that_has_lost_all_probability_is_not_sent_out_of_sight():
    rows = random_rows(n=200, n_classes=12)
    problem = Problem(MemorySource(rows.X, rows.target, n_classes=12), np.append([0.01] * 5, 0.0))
    rows.theta[3, -1] -= 40.0
    point = problem.source.at(rows.theta)
    preconditioner = ClassBlockPreconditioner(problem, np.random.default_rng(0))
    preconditioner.rebuild(point)
    direction = -preconditioner(problem.gradient(point))
    assert abs(direction[3, -1]) < 20.0  # in nats


def test_what_needs_all_pairs_of_coefficients_says_so():
    X, target = soft_rows(30_000, n=5)
    with pytest.raises(LearnError, match="5000 are the most"):
        SoftmaxRegression(penalty="firth").fit(X, target)
    model = SoftmaxRegression(C=np.inf, max_passes=3, tol=0.5).fit(X, target)
    with pytest.raises(DataError, match="gigabytes"):
        model.inference(X, target)
