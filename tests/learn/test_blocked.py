"""Rows whose logits are not kept: the same function, in blocks, and the same optimum."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from gory import SoftmaxRegression
from gory.learn import _blocked as blocked
from gory.learn._blocked import BlockedSource
from gory.learn._choice import SOLVERS
from gory.learn._driver import solve
from gory.learn._memory import MemorySource
from gory.learn._problem import Problem, duality_gap, relative_gap, repaired_gap

from ._data import LAYOUTS, random_rows, real

TINY = 1e-3  # a budget of no bytes at all: every fit goes by blocks


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocked, "_BLOCK_ENTRIES", 60)


def both(rows, convert=np.asarray, *, soft=False, offset=False):
    options = {"n_classes": 4, "row_weights": rows.row_weights}
    if offset:
        options["offset"] = np.random.default_rng(3).normal(size=rows.soft.shape)
    target = rows.soft if soft else rows.target
    X = convert(rows.X)
    return [kind(X, target, **options) for kind in (BlockedSource, MemorySource)]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("offset", [False, True])
def test_a_point_in_blocks_is_the_point_as_a_whole(layout, soft, offset):
    rows = random_rows()
    ours, whole = (
        source.at(rows.theta) for source in both(rows, LAYOUTS[layout], soft=soft, offset=offset)
    )
    tolerance = 2e-5 if "float32" in layout else 1e-11
    rng = np.random.default_rng(0)
    direction = rng.normal(size=rows.theta.shape)
    pairs = [
        (ours.loss, whole.loss),
        (ours.gradient(), whole.gradient()),
        (ours.curvature(direction), whole.curvature(direction)),
        (ours.hessian_diagonal(), whole.hessian_diagonal()),
        (ours.hessian(np.eye(4)), whole.hessian(np.eye(4))),
        (ours.class_covariance(), whole.class_covariance()),
        (ours.doubtful_moments(), whole.doubtful_moments()),
        (ours.intercept_system(np.zeros(4)).slope, whole.intercept_system(np.zeros(4)).slope),
        (ours.log_probabilities(), whole.log_probabilities()),
        (ours.shrunk_entropy(0.7), whole.shrunk_entropy(0.7)),
    ]
    for got, expected in pairs:
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance * scale)


def test_float32_is_refined_to_float64_once():
    rows = random_rows()
    ours, whole = both(rows, LAYOUTS["float32"])
    assert ours.refine()
    assert not ours.refine()
    np.testing.assert_allclose(
        ours.at(rows.theta).gradient(), whole.at(rows.theta).gradient(), rtol=1e-10, atol=1e-12
    )


def test_the_ray_has_the_slope_of_the_loss():
    rows = random_rows()
    ours, whole = both(rows)
    direction = np.random.default_rng(0).normal(size=rows.theta.shape)
    ray, other = ours.at(rows.theta).ray(direction), whole.at(rows.theta).ray(direction)
    for t in (0.3, 1.0):
        np.testing.assert_allclose(ray.slope(t)[:2], other.slope(t)[:2], rtol=1e-9)
    assert ray.point(1.0) is ray.point(1.0)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", ["iris", "wine"])
def test_every_solver_reaches_the_optimum_without_keeping_logits(solver, name):
    X, y = real(name)
    exact = SoftmaxRegression(solver="newton", tol=1e-13).fit(X, y)
    model = SoftmaxRegression(solver=solver, tol=1e-8, memory_budget=TINY).fit(X, y)
    assert model.rel_gap_ <= 1e-8
    assert model.loss_ == pytest.approx(exact.loss_, rel=1e-8)


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_the_elastic_net_works_in_blocks(l1_ratio):
    X, y = real("iris")
    exact = SoftmaxRegression(l1_ratio=l1_ratio, tol=1e-9).fit(X, y)
    model = SoftmaxRegression(l1_ratio=l1_ratio, tol=1e-7, memory_budget=TINY).fit(X, y)
    assert model.loss_ == pytest.approx(exact.loss_, rel=2e-7)


@pytest.mark.parametrize("convert", [np.float32, sp.csr_array, sp.csc_array])
def test_a_fit_takes_float32_and_sparse_features(convert):
    X, y = real("iris")
    exact = SoftmaxRegression(tol=1e-12).fit(convert(X).astype(np.float64), y)
    model = SoftmaxRegression(tol=1e-7, memory_budget=TINY).fit(convert(X), y)
    assert model.loss_ == pytest.approx(exact.loss_, rel=1e-6)


def test_class_moments_in_blocks_are_those_of_the_whole_where_all_rows_are_drawn():
    rows = random_rows()
    rng = np.random.default_rng(0)
    ours, whole = (source.at(rows.theta) for source in both(rows))
    everything = (np.ones(40), 10**7, rng)
    pairs = zip(ours.class_moments(*everything), whole.class_moments(*everything), strict=True)
    for (got, _), (expected, _) in pairs:
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


def test_drawn_class_moments_are_right_on_average():
    rows = random_rows()
    point = both(rows)[0].at(rows.theta)
    rng = np.random.default_rng(0)
    norms = rng.uniform(0.5, 2.0, size=40)
    draws = [list(point.class_moments(norms, 8, rng)) for _ in range(400)]
    for k, (expected, _) in enumerate(point.class_moments(norms, 10**7, rng)):
        mean = np.mean([draw[k][0] for draw in draws], axis=0)
        np.testing.assert_allclose(mean, expected, atol=0.15 * np.abs(expected).max())
        assert 2 <= np.mean([draw[k][1] for draw in draws]) <= 12


@pytest.mark.parametrize("size", [1e-8, 1e-4, 1e-2])
@pytest.mark.parametrize("offset", [False, True])
def test_the_repaired_gap_is_a_bound_where_the_intercepts_are_off(size, offset):
    rows = random_rows()
    source, whole = both(rows, offset=offset)
    penalty = np.array([0.05] * 5 + [0.0])
    best = solve(Problem(whole, penalty), tol=1e-14, max_passes=1e4, solver="newton")
    problem = Problem(source, penalty)
    rng = np.random.default_rng(0)
    point = source.at(best.theta + size * rng.normal(size=best.theta.shape))
    gradient = problem.gradient(point)
    gap = repaired_gap(problem, point, gradient)
    value = problem.value(point)
    assert gap >= (value - best.loss) / best.loss - 1e-14
    assert gap <= 300 * relative_gap(duality_gap(gradient, penalty), value) + 20 * size


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("soft", [False, True])
def test_the_moments_of_the_target_are_its_products_with_the_features(layout, soft):
    rows = random_rows()
    source = both(rows, LAYOUTS[layout], soft=soft)[0]
    shares = rows.soft if soft else np.eye(4)[rows.target]
    expected = (shares * source.row_weights[:, None]).T @ rows.X
    np.testing.assert_allclose(source.target_moments, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(source.column_means, expected.sum(axis=0), rtol=1e-5, atol=1e-6)
