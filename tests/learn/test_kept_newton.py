"""Newton's method with an old Hessian: what its corrections promise, and what the folds share."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

from gory import SoftmaxRegression
from gory.learn import SoftmaxRegressionCV
from gory.learn._gauge import contrast_basis
from gory.learn._kept_newton import KeptNewton
from gory.learn._memory import MemorySource
from gory.learn._memory_point import MemoryPoint
from gory.learn._problem import Problem

from ._data import random_rows, real

PENALTY = np.array([0.3] * 5 + [0.0])


def _problem(seed=0):
    rows = random_rows(seed=seed)
    source = MemorySource(rows.X, rows.target, n_classes=4)
    return Problem(source, PENALTY), rows.theta


def _kept(problem, theta):
    """With the Hessian at some weights, and the pair of a step away from them."""
    newton = KeptNewton(problem, price=10.0, tol=1e-6)
    here = problem.source.at(theta)
    newton(here, problem.gradient(here))
    there = problem.source.at(0.5 * theta)
    newton(there, problem.gradient(there))
    return newton, theta - there.theta, problem.gradient(here) - problem.gradient(there)


def test_the_first_direction_is_that_of_newtons_method():
    problem, theta = _problem()
    point = problem.source.at(theta)
    gradient = problem.gradient(point)
    move = KeptNewton(problem, price=10.0, tol=1e-6)(point, gradient)
    basis = contrast_basis(4)
    hessian = point.hessian(basis) + np.diag(np.tile(PENALTY, 3))
    expected = -np.linalg.solve(hessian, (basis.T @ gradient).ravel())
    np.testing.assert_allclose(move, basis @ expected.reshape(3, -1), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("factor", [1.0, 0.6, 30.0])
def test_the_corrected_hessian_maps_the_last_step_to_its_change(factor):
    newton, step, change = _kept(*_problem())
    other = Problem(newton.problem.source, factor * PENALTY)
    newton.move_to(other)
    changed = change + (other.penalty - PENALTY) * step  # of another penalty, to the same step
    theta = np.zeros_like(step)
    newton.last = None
    np.testing.assert_allclose(theta - newton.improved(theta, changed), step, atol=1e-10)


def test_a_fold_takes_the_hessian_of_all_rows_until_it_has_one_of_its_own():
    problem, theta = _problem()
    leader, _, _ = _kept(problem, theta)
    part = MemorySource(problem.source.X[::2], problem.source.target[::2], n_classes=4)
    fold = KeptNewton(Problem(part, PENALTY), price=2.0, tol=1e-6, leader=leader)
    point = part.at(theta)
    gradient = fold.problem.gradient(point)
    fold(point, gradient)
    assert fold.hessian is leader.hessian
    for _ in range(2):
        fold(point, gradient)
    np.testing.assert_array_equal(fold.hessian, point.hessian(contrast_basis(4)))
    leader.hessian = leader.hessian.copy()
    fold.move_to(fold.problem)
    fold(point, gradient)
    assert fold.hessian is leader.hessian


def test_folds_hardly_build_a_hessian(monkeypatch):
    built = []
    build = MemoryPoint.hessian
    monkeypatch.setattr(MemoryPoint, "hessian", lambda *args: built.append(1) or build(*args))
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(4000, 20)), rng.integers(8, size=4000)
    X[np.arange(4000), y] += 1.0
    Cs = np.logspace(-4, 4, 25)
    SoftmaxRegression().path(X, y, Cs)
    alone = len(built)
    SoftmaxRegressionCV(Cs=Cs, cv=5).fit(X, y)
    assert len(built) - alone <= alone + 5


def test_folds_and_all_rows_are_as_good_as_single_fits():
    X, y = real("digits")
    X, y, Cs = X[::3], y[::3], [1e-3, 1e-2, 1e-1]
    model = SoftmaxRegressionCV(Cs=Cs, cv=3, scoring="neg_log_loss", tol=1e-9).fit(X, y)

    for k, (train, test) in enumerate(StratifiedKFold(3).split(X, y)):
        for j, C in enumerate(Cs):
            single = SoftmaxRegression(C, tol=1e-9).fit(X[train], y[train])
            own = single.predict_log_proba(X[test])[np.arange(len(test)), y[test]]
            assert model.scores_[k, j] == pytest.approx(own.mean(), abs=1e-4)
