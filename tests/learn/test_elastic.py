"""L1 and elastic net penalties, against scikit-learn's only solver for them and the theory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import scale

from gory import SoftmaxRegression
from gory.learn import _proximal
from gory.learn._elastic import ElasticProblem, smallest
from gory.learn._memory import MemorySource
from gory.learn._proximal import coordinate_descent

from ._data import LAYOUTS, random_rows, real


@pytest.fixture(params=["proximal-newton", "proximal-quasi-newton"])
def engine(request, monkeypatch):
    """Both engines, whatever the size."""
    if request.param == "proximal-quasi-newton":
        monkeypatch.setattr(_proximal, "NEWTON_SIZE", 0)
    return request.param


@pytest.mark.parametrize("l1_ratio", [0.3, 1.0])
@pytest.mark.parametrize(("name", "C"), [("iris", 0.5), ("wine", 0.5), ("breast_cancer", 0.05)])
def test_the_objective_is_that_of_scikit_learn(engine, name, C, l1_ratio):
    X, y = real(name)
    X = scale(X)
    ours = SoftmaxRegression(C, l1_ratio=l1_ratio, tol=1e-7).fit(X, y)
    theirs = LogisticRegression(
        C=C, l1_ratio=l1_ratio, solver="saga", tol=1e-7, max_iter=100_000, random_state=0
    ).fit(X, y)
    assert ours.solver_.startswith(f"{engine} ")
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-3)
    if len(ours.classes_) > 2 or l1_ratio < 1:  # else the optimum may not be a single point
        np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=2e-3)


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
@pytest.mark.parametrize("name", ["wine", "digits"])
def test_the_conditions_of_optimality_hold_on_unscaled_data(name, l1_ratio):
    X, y = real(name)
    C = 0.1
    model = SoftmaxRegression(C, l1_ratio=l1_ratio, tol=1e-9).fit(X, y)
    residual = model.predict_proba(X) - np.eye(len(model.classes_))[y]
    gradient = C * residual.T @ X + (1 - l1_ratio) * model.coef_
    zero = model.coef_ == 0
    assert zero.mean() > 0.2
    assert np.abs(gradient[zero]).max() <= l1_ratio + 1e-3
    np.testing.assert_allclose(gradient[~zero], -l1_ratio * np.sign(model.coef_[~zero]), atol=1e-3)
    np.testing.assert_allclose(residual.sum(axis=0), 0.0, atol=1e-9 * len(X))


def test_the_certificate_bounds_the_true_gap(engine):
    X, y = real("wine")
    X = scale(X)
    for l1_ratio in (0.4, 1.0):
        best = SoftmaxRegression(0.3, l1_ratio=l1_ratio, tol=1e-9).fit(X, y).loss_
        for tol in (1e-2, 1e-4, 1e-6):
            model = SoftmaxRegression(0.3, l1_ratio=l1_ratio, tol=tol).fit(X, y)
            assert -1e-8 <= (model.loss_ - best) / best <= model.rel_gap_ <= tol


def test_a_strong_lasso_leaves_only_the_class_shares(engine):
    X, y = real("iris")
    model = SoftmaxRegression(1e-5, l1_ratio=1.0).fit(X, y)
    assert not model.coef_.any()
    np.testing.assert_allclose(model.predict_proba(X), 1 / 3, atol=1e-9)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout(engine, layout):
    rows = random_rows(n=60, seed=1)
    expected = SoftmaxRegression(l1_ratio=0.5, tol=1e-7).fit(rows.X, rows.target)
    ours = SoftmaxRegression(l1_ratio=0.5, tol=1e-7).fit(LAYOUTS[layout](rows.X), rows.target)
    np.testing.assert_allclose(ours.coef_, expected.coef_, atol=1e-3)


def test_offsets_and_soft_targets_have_a_certificate_too(engine):
    rows = random_rows(n=60, n_classes=3)
    offset = 0.5 * rows.soft
    for l1_ratio in (0.5, 1.0):
        model = SoftmaxRegression(0.5, l1_ratio=l1_ratio, tol=1e-7).fit(
            rows.X, rows.soft, offset=offset
        )
        assert 0 <= model.rel_gap_ <= 1e-7


@pytest.mark.parametrize("ridge", [0.0, 0.3])
def test_the_gap_at_any_point_is_at_least_the_distance_to_the_optimum(ridge):
    rows = random_rows(n=60, n_classes=3, intercept=False)
    source = MemorySource(rows.X, rows.target, n_classes=3, fit_intercept=False)
    problem = ElasticProblem(source, np.full(5, ridge), np.full(5, 0.02))
    rng = np.random.default_rng(0)
    points = [source.at(s * rng.normal(size=(3, 5))) for s in np.logspace(-4, 1, 30)]
    bounds = [problem.value(p) - problem.gap(p, p.gradient()) for p in points]
    assert max(bounds) <= min(problem.value(p) for p in points)


def test_coordinate_descent_solves_the_quadratic():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(6, 6))
    hessian, gradient = root @ root.T, rng.normal(size=6)
    ridge, lasso = np.full(6, 0.1), np.full(6, 0.2)
    theta = rng.normal(size=6)
    v = coordinate_descent(hessian, gradient, theta, ridge, lasso)
    slope = gradient + hessian @ (v - theta) + ridge * v
    moved = v != 0
    np.testing.assert_allclose(slope[moved], -lasso[moved] * np.sign(v[moved]), atol=1e-2)
    assert (np.abs(slope[~moved]) <= lasso[~moved] + 1e-2).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"l1_ratio": 1.5}, r"must lie in \[0, 1\]"),
        ({"l1_ratio": 0.5, "solver": "newton"}, "cannot make coefficients exactly zero"),
    ],
)
def test_options_without_meaning_are_refused(options, words):
    X, y = real("iris")
    with pytest.raises(ValueError, match=words):
        SoftmaxRegression(**options).fit(X, y)


@pytest.mark.parametrize("l1_ratio", [1.0, 0.999, 0.5])
@pytest.mark.parametrize("C", [1.0, 1e2, 1e4])
def test_weak_penalties_are_certified(C, l1_ratio):
    X, y = real("iris")
    model = SoftmaxRegression(C, l1_ratio=l1_ratio).fit(X, y)
    assert model.rel_gap_ <= 1e-6


@pytest.mark.parametrize("ridge", [0.0, 0.1, 2.0])
@pytest.mark.parametrize("n_classes", [2, 3, 6])
def test_no_shift_of_the_classes_has_a_smaller_penalty(n_classes, ridge):
    theta = np.random.default_rng(n_classes).normal(size=(n_classes, 4))
    ridges, lassos = np.array([ridge] * 3 + [0.0]), np.array([1.0, 0.2, 0.0, 0.0])
    found = smallest(theta, ridges, lassos)

    def penalty(weights):
        return np.sum(lassos * np.abs(weights) + 0.5 * ridges * weights**2, axis=0)

    np.testing.assert_allclose(found - found[0], theta - theta[0], atol=1e-14)
    for shift in np.linspace(-4, 4, 801):
        assert (penalty(found) <= penalty(theta + shift) + 1e-12).all()
    np.testing.assert_array_equal(found[:, 3], theta[:, 3])


@pytest.mark.parametrize("C", [1e2, 1e4])
@pytest.mark.parametrize("units", [(-3, 0, 0, 3), (3, 3, -3, 0), (3, 3, 0, -3), (0, 0, 0, 0)])
def test_rounding_of_large_logits_stops_no_step(C, units):
    X, y = real("iris")
    model = SoftmaxRegression(C, l1_ratio=1.0).fit(X * 10.0 ** np.array(units), y)
    assert model.rel_gap_ <= 1e-6


def test_a_memory_budget_holds_with_an_l1_penalty():
    X, y = real("digits")
    peaks = {}
    for budget in (None, 2e6):
        model = SoftmaxRegression(0.05, l1_ratio=1.0, memory_budget=budget)
        model.fit(X[:200], y[:200])  # whatever is imported or compiled at first use
        tracemalloc.start()
        model.fit(X, y)
        peaks[budget] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert model.rel_gap_ <= 1e-6
    assert peaks[2e6] < min(5e6, peaks[None])
