"""Parts of the proximal quasi-Newton solver, and the whole on problems of its size."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
import scipy.sparse as sp

from gory import SoftmaxRegression
from gory.learn import _proximal_metrics as metrics
from gory.learn._coordinate_sweeps import sweep, sweep_for
from gory.learn._memory import MemorySource
from gory.learn._proximal_metrics import Metric, MetricMaker
from gory.learn._proximal_quasi_newton import _Model

from ._data import random_rows


def definite(rng, size):
    root = rng.normal(size=(size, size + 3))
    return root @ root.T / size


@pytest.fixture
def metric():
    """Blocks of two groups, and coefficients on the diagonal between and behind them."""
    rng = np.random.default_rng(0)
    groups = np.array([0, 2, 3]), np.array([5, 6, 8, 9])
    blocks = tuple(definite(rng, len(group)) for group in groups)
    diagonal = rng.uniform(1.0, 2.0, size=11)
    for group, block in zip(groups, blocks, strict=True):
        diagonal[group] = np.diagonal(block)
    return Metric("made up", diagonal, groups, blocks)


def in_full(metric):
    return np.array([metric.times(unit) for unit in np.eye(len(metric.diagonal))])


def test_a_metric_is_the_same_in_products_in_full_and_in_parts(metric):
    full = in_full(metric)
    np.testing.assert_allclose(full, full.T)
    np.testing.assert_allclose(np.diagonal(full), metric.diagonal)
    active = np.arange(11) % 4 != 1
    chosen = np.flatnonzero(active)
    np.testing.assert_allclose(metric.among(chosen), full[np.ix_(chosen, chosen)])
    part = metric.part(active)
    assert sorted(part.coefficients) == chosen.tolist()
    rows = np.zeros((len(chosen), len(chosen)))
    for j, (first, width, place) in enumerate(zip(part.first, part.width, part.place, strict=True)):
        rows[j, first : first + width] = part.blocks[place : place + width]
    np.testing.assert_allclose(rows, full[np.ix_(part.coefficients, part.coefficients)])


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize("offset", [False, True])
def test_the_active_hessian_is_that_part_of_the_whole(sparse, intercept, offset):
    rows = random_rows(intercept=intercept)
    source = MemorySource(
        sp.csr_array(rows.X) if sparse else rows.X,
        rows.target,
        n_classes=4,
        row_weights=rows.row_weights,
        offset=rows.soft if offset else None,
        fit_intercept=intercept,
    )
    whole = source.at(rows.theta).hessian(np.eye(4))
    at = np.flatnonzero(np.arange(rows.theta.size) % 3 != 1)
    part = metrics.active_hessian(source, rows.theta, at, np.arange(40), source.row_weights)
    np.testing.assert_allclose(part, whole[np.ix_(at, at)], atol=1e-12)


def model_of(metric, pairs, *, lasso=0.0, ridge=0.0):
    rng = np.random.default_rng(1)
    size = len(metric.diagonal)
    return _Model(
        metric,
        deque(pairs),
        rng.normal(size=size),
        rng.normal(size=size),
        np.full(size, ridge),
        np.full(size, lasso),
        most=size,
    )


def test_the_quadratic_meets_the_last_change_of_gradient_and_stays_convex(metric):
    """Secant equation of BFGS, for steps and changes that belong to one convex function."""
    rng = np.random.default_rng(2)
    hessian = definite(rng, 11)
    steps = rng.normal(size=(4, 11))
    model = model_of(metric, [(step, hessian @ step) for step in steps])
    turned = model.slope(steps[-1]) - model.gradient
    np.testing.assert_allclose(turned, hessian @ steps[-1], rtol=1e-8)
    full = np.array([model.slope(unit) - model.gradient for unit in np.eye(11)])
    np.testing.assert_allclose(full, full.T, atol=1e-9)
    assert np.linalg.eigvalsh(full).min() > 0
    np.testing.assert_allclose(np.diagonal(full), model.curvature, rtol=1e-9)


@pytest.mark.parametrize("n_pairs", [0, 3])
@pytest.mark.parametrize("ridge", [0.0, 0.2])
def test_the_minimizer_meets_the_conditions_of_optimality(metric, n_pairs, ridge, monkeypatch):
    monkeypatch.setattr("gory.learn._proximal_quasi_newton._SWEEP_SHARE", 1e-14)
    monkeypatch.setattr("gory.learn._proximal_quasi_newton._SWEEPS", 3000)
    monkeypatch.setattr("gory.learn._proximal_quasi_newton._ROUNDS", 30)
    rng = np.random.default_rng(3)
    hessian = definite(rng, 11)
    pairs = [(step, hessian @ step) for step in rng.normal(size=(n_pairs, 11))]
    model = model_of(metric, pairs, lasso=0.4, ridge=ridge)
    v = model.minimizer(np.ones(11, dtype=bool))
    slope = model.slope(v - model.origin) + ridge * v
    assert 0 < np.count_nonzero(v) < 11
    np.testing.assert_allclose(slope[v != 0], -0.4 * np.sign(v[v != 0]), atol=1e-6)
    assert np.abs(slope[v == 0]).max() <= 0.4 + 1e-6


def test_the_compiled_sweep_is_the_plain_one(metric):
    rng = np.random.default_rng(4)
    part = metric.part(np.ones(11, dtype=bool))
    Q, T = rng.normal(size=(2, 11, 3)) * 0.1
    ends = []
    for run in (sweep, sweep_for(10**6)):
        v, slope, low = (np.random.default_rng(5).normal(size=m) for m in (11, 11, 3))
        curvature, ridge, lasso = (np.full(11, value) for value in (3.0, 0.1, 0.2))
        blocks = part.blocks, part.first, part.width, part.place
        fallen = run(v, slope, low, curvature, ridge, lasso, *blocks, Q, T)
        ends.append(np.concatenate([v, slope, low, [fallen]]))
    np.testing.assert_allclose(*ends, rtol=1e-12)


def test_the_metric_follows_the_number_of_active_coefficients(monkeypatch):
    rows = random_rows(n=200, d=6, n_classes=3)
    monkeypatch.setattr(metrics, "_MOST_COUPLED", 10)
    for X, wide in ((rows.X, "class blocks"), (sp.csr_array(rows.X), "diagonal")):
        source = MemorySource(X, rows.target, n_classes=3)
        maker = MetricMaker(source, np.random.default_rng(0))
        point = source.at(rows.theta)
        few = maker.make(point, np.arange(21) < 10)
        assert few.name.startswith("coupled")
        assert not few.is_exact
        assert maker.make(point, np.ones(21, dtype=bool)).name == wide


def sparse_truth(n=3000, d=450, n_classes=8):
    """Rows of which few columns matter: 3,608 coefficients, most of them zero."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) * rng.uniform(0.2, 5.0, size=d)
    weights = np.zeros((n_classes, d))
    weights[:, :6] = rng.normal(size=(n_classes, 6))
    return X, (X @ weights.T + rng.gumbel(size=(n, n_classes))).argmax(axis=1)


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
@pytest.mark.parametrize("sparse", [False, True])
def test_thousands_of_coefficients_reach_a_certified_optimum(l1_ratio, sparse):
    X, y = sparse_truth()
    C = 0.02
    model = SoftmaxRegression(C, l1_ratio=l1_ratio, max_passes=400)
    model.fit(sp.csr_array(X) if sparse else X, y)
    assert model.solver_.startswith("proximal-quasi-newton (3608")
    assert 0 <= model.rel_gap_ <= 1e-6
    gradient = C * (model.predict_proba(X) - np.eye(8)[y]).T @ X + (1 - l1_ratio) * model.coef_
    zero = model.coef_ == 0
    assert zero.mean() > 0.6
    assert np.abs(gradient[zero]).max() <= l1_ratio * (1 + 1e-2)
    signs = np.sign(model.coef_[~zero])
    np.testing.assert_allclose(gradient[~zero], -l1_ratio * signs, atol=0.02)


def test_logits_that_are_not_kept_give_the_same_model():
    X, y = sparse_truth(n=1500)
    kept = SoftmaxRegression(0.02, l1_ratio=0.5).fit(X, y)
    frugal = SoftmaxRegression(0.02, l1_ratio=0.5, memory_budget=1e5).fit(X, y)
    assert frugal.rel_gap_ <= 1e-6
    assert frugal.loss_ == pytest.approx(kept.loss_, rel=2e-6)


def test_the_same_seed_draws_the_same_rows():
    rows = random_rows(n=400, d=6, n_classes=3)
    source = MemorySource(rows.X, rows.target, n_classes=3)
    point, active = source.at(rows.theta), np.arange(21) % 2 == 0
    drawn = [
        MetricMaker(source, np.random.default_rng(seed)).make(point, active) for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(drawn[0].blocks[0], drawn[1].blocks[0])
    assert not np.array_equal(drawn[0].blocks[0], drawn[2].blocks[0])
