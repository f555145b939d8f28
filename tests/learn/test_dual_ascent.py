"""Dual ascent: what a visit solves, what the weights are, and where the rounds lead."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
import scipy.stats
from scipy.special import log_softmax
from sklearn.exceptions import ConvergenceWarning

from gory import SoftmaxRegression
from gory.learn import _dual_ascent, _dual_bound
from gory.learn._driver import solve, start
from gory.learn._dual_ascent import DualRows, dual_start
from gory.learn._memory import MemorySource
from gory.learn._problem import Problem
from gory.learn._progress import Recorder


def text(*, n=300, d=120, n_classes=5, seed=0, soft=False, offset=False, C=1.0):
    """Sparse rows of norm one, as of words, with unequal row weights."""
    rng = np.random.default_rng(seed)
    X = sp.random_array((n, d), density=0.06, rng=rng, format="csr", dtype=np.float64)
    X = sp.csr_array(X / np.maximum(np.sqrt(X.multiply(X).sum(axis=1)), 1e-9)[:, None])
    hidden = X @ rng.normal(size=(d, n_classes)) * 6
    target = (hidden + rng.gumbel(size=hidden.shape)).argmax(axis=1)
    source = MemorySource(
        X,
        rng.dirichlet(np.ones(n_classes), size=n) if soft else target,
        n_classes=n_classes,
        row_weights=rng.uniform(0.5, 2.0, size=n),
        offset=rng.normal(size=(n, n_classes)) if offset else None,
    )
    penalty = np.full(d + 1, 1.0 / (C * source.weight_sum))
    penalty[-1] = 0.0
    return Problem(source, penalty)


def one_hot(source):
    return np.eye(source.n_classes)[source.target] if source.target.ndim == 1 else source.target


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("soft", [False, True])
def test_the_weights_are_the_sums_of_the_rows_that_the_dual_says(soft, warm):
    problem = text(soft=soft)
    source = problem.source
    theta = start(problem)
    if warm:
        theta[:, :-1] += np.random.default_rng(1).normal(size=theta[:, :-1].shape)
    dual = DualRows(problem, source.at(theta))
    for _ in range(3):
        dual.ascend(np.arange(source.n_rows))
    off = (one_hot(source) - np.exp(dual.logarithms)) * source.row_weights[:, None]
    np.testing.assert_allclose(dual.imbalance, off.sum(axis=0), atol=1e-6)
    expected = (source.X.T @ off) / problem.penalty[:-1, None]
    np.testing.assert_allclose(dual.weights, expected, atol=2e-5 * np.abs(expected).max())


@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
def test_a_visit_solves_the_dual_of_its_row(C):
    problem = text(C=C)
    source = problem.source
    dual = DualRows(problem, source.at(start(problem)))
    dual.ascend(np.arange(source.n_rows))
    row = 7
    x = source.X[[row]].toarray()[0]
    z = x @ dual.weights + dual.bias
    before = np.exp(dual.logarithms[row].astype(float))
    dual.ascend(np.array([row]))
    logs = dual.logarithms[row].astype(float)
    strength = x**2 @ dual.inverse_penalty + dual.bias_scale
    h = source.row_weights[row] * strength
    level = logs + h * (np.exp(logs) - before) - z
    assert np.exp(logs).sum() == pytest.approx(1.0, abs=1e-6)
    weighted = np.exp(logs) * (level - np.exp(logs) @ level)
    np.testing.assert_allclose(weighted, 0.0, atol=3e-3)


def test_the_value_of_the_dual_rises_to_the_optimum():
    problem = text()
    best = solve(problem, tol=1e-12, max_passes=1e4, solver="newton").loss
    dual = DualRows(problem, problem.source.at(start(problem)))
    values, rng = [], np.random.default_rng(0)
    for _ in range(15):  # always another order: a fixed one is many times slower
        dual.ascend(rng.permutation(problem.source.n_rows))
        values.append(dual.value())
    assert all(np.diff(values[:5]) > 0)
    assert values[-1] == pytest.approx(best, rel=1e-5)


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("offset", [False, True])
@pytest.mark.parametrize("C", [0.01, 1.0, 10.0])
def test_the_ascent_comes_close_to_the_optimum(C, offset, soft):
    problem = text(C=C, offset=offset, soft=soft)
    best = solve(problem, tol=1e-12, max_passes=1e4, solver="newton").loss
    point, bound = dual_start(
        problem,
        problem.source.at(start(problem)),
        np.random.default_rng(0),
        Recorder(None, []),
        tol=1e-6,
        max_passes=1e4,
    )
    assert problem.value(point) - best < 1e-4 * best
    assert best * (1 - 1e-4) <= bound <= best * (1 + 1e-12)


@pytest.mark.parametrize("rounds", [0, 1, 3, 20])
@pytest.mark.parametrize("weightings", [0, 3])
@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("offset", [False, True])
@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
def test_a_dual_point_bounds_the_optimum_from_below(
    C, offset, soft, weightings, rounds, monkeypatch
):
    monkeypatch.setattr(_dual_bound, "_WEIGHTINGS", weightings)
    problem = text(C=C, offset=offset, soft=soft)
    source = problem.source
    best = solve(problem, tol=1e-12, max_passes=1e4, solver="newton").loss
    dual = DualRows(problem, source.at(start(problem)))
    rng = np.random.default_rng(0)
    for _ in range(rounds):
        dual.ascend(rng.permutation(source.n_rows))
    logarithms = dual.logarithms.copy()
    weights = np.zeros((source.n_features, source.n_classes))
    bound = _dual_bound.settle(
        source, dual.rows, dual.logarithms, 1.0 / problem.penalty[:-1], weights
    )
    assert bound <= best * (1 + 1e-12)
    if rounds == 20 and weightings:
        assert bound >= best * (1 - (1e-5 if C <= 1.0 else 1e-2))
    left = _dual_bound.weight_classes(source, logarithms)
    v = np.concatenate([block for _, block in _dual_bound.feasible(source, logarithms, left)])
    assert v.min() >= 0.0
    np.testing.assert_allclose(v.sum(axis=1), 1.0, rtol=1e-12)
    off = (one_hot(source) - v) * source.row_weights[:, None]
    np.testing.assert_allclose(off.sum(axis=0), 0.0, atol=1e-14)
    expected = (source.X.T @ off) / problem.penalty[:-1, None]
    np.testing.assert_allclose(weights, expected, atol=1e-6 * np.abs(expected).max() + 1e-7)
    entropy = source.row_weights @ scipy.stats.entropy(v, axis=1)
    value = entropy - 0.5 * float(np.sum(problem.penalty[:-1, None] * expected**2))
    value -= float(np.sum(off * source.offset)) if offset else 0.0
    assert bound == pytest.approx(value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("C", [1.0, 30.0])
def test_what_rows_are_apart_is_the_gap(C):
    """Where nothing moves any more, its sum is the duality gap, however the weights came about."""
    problem = text(C=C)
    source, rng = problem.source, np.random.default_rng(0)
    dual = DualRows(problem, source.at(start(problem)))
    for _ in range(6):
        dual.ascend(rng.permutation(source.n_rows))
    theta = np.column_stack([dual.weights.T, dual.bias]).astype(float)
    apart = problem.value(source.at(theta)) - dual.value() - dual.imbalance @ dual.bias
    assert 0.0 < apart < float(dual.apart.sum())


def test_the_ascent_goes_on_where_the_bound_falls_short(monkeypatch):
    problem, rounds = text(n=2000, d=600), []
    monkeypatch.setattr(_dual_ascent, "_GAP_SHARES", (1e4, 1e2, 0.6))
    solution = solve(
        problem, tol=1e-6, max_passes=1e4, solver="dual-ascent", listener=rounds.append
    )
    assert solution.n_iterations == 0
    assert solution.rel_gap <= 1e-6
    assert [entry.iteration for entry in rounds].count(1) == 3
    assert solution.passes == rounds[-1].passes


def test_rounds_that_are_interrupted_leave_weights_with_their_gap():
    X, y = problem_data()

    def interrupt(entry):
        if entry.iteration == 3:
            raise KeyboardInterrupt

    with pytest.warns(ConvergenceWarning, match="because it was interrupted"):
        model = SoftmaxRegression(solver="dual-ascent", verbose=interrupt).fit(X, y)
    best = SoftmaxRegression(solver="newton").fit(X, y).loss_
    assert best <= model.loss_ <= best * (1 + model.rel_gap_)
    assert 1e-6 < model.rel_gap_ < 0.5


def problem_data():
    source = text(n=2000, d=600).source
    return source.X, source.target


def test_text_is_certified_by_the_dual_alone():
    problem = text(n=2000, d=600)
    solution = solve(problem, tol=1e-6, max_passes=1e4, solver="dual-ascent")
    assert solution.n_iterations == 0
    assert solution.rel_gap <= 1e-6


def test_rows_that_share_few_columns_take_fewer_passes_than_the_diagonal():
    rng = np.random.default_rng(0)
    X = sp.random_array((5000, 3000), density=0.003, rng=rng, format="csr")
    logits = X @ rng.normal(size=(3000, 8)) * 20
    y = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)
    passes = {
        solver: SoftmaxRegression(C=30.0, solver=solver).fit(X, y).n_passes_
        for solver in ("dual-ascent", "diagonal")
    }
    assert passes["dual-ascent"] < 0.75 * passes["diagonal"]


def test_the_fit_does_not_depend_on_the_layout_of_the_sparse_rows():
    problem = text()
    X, y = problem.source.X, problem.source.target
    models = [
        SoftmaxRegression(solver="dual-ascent", tol=1e-9).fit(convert(X), y)
        for convert in (sp.csr_array, sp.csc_array, sp.csr_matrix)
    ]
    for model in models[1:]:
        np.testing.assert_array_equal(model.coef_, models[0].coef_)


def test_logits_of_the_visits_are_probabilities():
    problem = text(C=1e3)
    dual = DualRows(problem, problem.source.at(start(problem)))
    for _ in range(5):
        dual.ascend(np.arange(problem.source.n_rows))
    assert np.isfinite(dual.logarithms).all()
    np.testing.assert_allclose(dual.logarithms, log_softmax(dual.logarithms, axis=1), atol=1e-4)
