"""Every solver reaches the same optimum, and its preconditioner is what its formula says."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from gory import SoftmaxRegression
from gory.learn import _covariance
from gory.learn._choice import SOLVERS, choose_solver
from gory.learn._class_blocks import ClassBlockPreconditioner
from gory.learn._class_factors import FoldedFactors, WholeFactors
from gory.learn._diagonal import DiagonalPreconditioner
from gory.learn._gauge import contrast_basis
from gory.learn._kronecker import KroneckerPreconditioner
from gory.learn._line_search import search
from gory.learn._memory import MemorySource
from gory.learn._problem import Problem
from gory.learn._sampled_newton import SampledNewton, truncated_cg
from gory.learn._sampling import sampling_rates

from ._data import random_rows, real

NAMED = [name for name in SOLVERS if name != "auto"]


@pytest.mark.parametrize("C", [0.1, 10.0])
@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
@pytest.mark.parametrize("solver", NAMED)
def test_every_solver_reaches_the_optimum_of_unscaled_data(solver, name, C):
    X, y = real(name)
    exact = SoftmaxRegression(C=C, solver="newton", tol=1e-14).fit(X, y)
    model = SoftmaxRegression(C=C, solver=solver, tol=1e-8).fit(X, y)
    assert model.solver_.startswith(solver)
    assert 0 <= model.loss_ - exact.loss_ + 1e-15 <= 1e-8 * exact.loss_ + 1e-15


@pytest.mark.parametrize("solver", NAMED)
def test_every_solver_takes_sparse_and_wide_data(solver):
    rng = np.random.default_rng(0)
    X = sp.random_array((80, 200), density=0.05, rng=rng, format="csr")
    y = rng.integers(4, size=80)
    exact = SoftmaxRegression(solver="newton", tol=1e-13).fit(X.toarray(), y)
    model = SoftmaxRegression(solver=solver, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(model.coef_, exact.coef_, atol=1e-4)


def dense_hessian(problem, point, basis):
    hessian = point.hessian(basis)
    return hessian + np.diag(np.tile(problem.penalty, basis.shape[1]))


def small_problem(**options):
    rows = random_rows(n=60, d=3, **options)
    source = MemorySource(rows.X, rows.target, n_classes=4, row_weights=rows.row_weights)
    return rows, Problem(source, np.array([0.02, 0.02, 0.02, 0.0]))


def test_sampled_newton_with_all_rows_is_newton():
    rows, problem = small_problem()
    point, basis = problem.source.at(rows.theta), contrast_basis(4)
    gradient = problem.gradient(point)
    direction = SampledNewton(problem, np.random.default_rng(0))(point, gradient)
    hessian = dense_hessian(problem, point, basis)
    expected = basis @ np.linalg.solve(hessian, -(basis.T @ gradient).ravel()).reshape(3, 4)
    np.testing.assert_allclose(direction, expected, rtol=1e-9)


def test_the_diagonal_is_the_diagonal_of_the_hessian():
    rows, problem = small_problem()
    point = problem.source.at(rows.theta)
    expected = np.empty((4, 4))
    for k in range(4):
        for j in range(4):
            unit = np.zeros((4, 4))
            unit[k, j] = 1.0
            expected[k, j] = point.curvature(unit)[k, j]
    np.testing.assert_allclose(point.hessian_diagonal(), expected, rtol=1e-12)


def test_the_diagonal_preconditioner_inverts_on_weights_that_sum_to_zero():
    rows, problem = small_problem()
    point = problem.source.at(rows.theta)
    preconditioner = DiagonalPreconditioner(problem)
    preconditioner.rebuild(point)
    diagonal = point.hessian_diagonal() + problem.penalty
    gradient = problem.gradient(point)
    v = preconditioner(gradient)
    np.testing.assert_allclose(v.sum(axis=0), 0.0, atol=1e-12)
    rest = diagonal * v - gradient  # what is left over is the same for all classes
    np.testing.assert_allclose(rest - rest.mean(axis=0), 0.0, atol=1e-12)


def test_the_kronecker_preconditioner_is_exact_at_the_start():
    _, problem = small_problem()
    theta = np.zeros((4, 4))
    shares = problem.source.class_shares()
    theta[:, -1] = np.log(shares) - np.log(shares).mean()
    point, basis = problem.source.at(theta), contrast_basis(4)
    preconditioner = KroneckerPreconditioner(problem, np.random.default_rng(0))
    preconditioner.rebuild(point)
    hessian = point.hessian(basis) + 0.02 * np.eye(12)  # it penalizes the intercept as well
    gradient = problem.gradient(point)
    expected = basis @ np.linalg.solve(hessian, (basis.T @ gradient).ravel()).reshape(3, 4)
    np.testing.assert_allclose(preconditioner(gradient), expected, rtol=1e-8, atol=1e-12)


def test_class_blocks_are_the_diagonal_blocks_of_the_hessian():
    rows, problem = small_problem()
    point = problem.source.at(rows.theta)
    everything = problem.source.n_rows
    drawn = point.class_moments(
        problem.source.balanced_norms(), everything, np.random.default_rng(0)
    )
    for k, (moments, used) in enumerate(drawn):
        assert used == everything
        unit = np.zeros((4, 4))
        for j in range(4):
            unit[:] = 0.0
            unit[k, j] = 1.0
            np.testing.assert_allclose(moments[:, j], point.curvature(unit)[k], rtol=1e-12)


@pytest.mark.parametrize("n_classes", [1, 2, 5])
def test_folded_factors_are_the_factors_to_the_precision_of_float16(n_classes):
    rng = np.random.default_rng(0)
    whole, folded = WholeFactors(n_classes, 6), FoldedFactors(n_classes, 6)
    scales = 10.0 ** (9 * np.arange(n_classes))
    factors = np.tril(rng.normal(size=(n_classes, 6, 6))) * scales[:, None, None]
    for store in (whole, folded):
        store.put(0, factors[:1])
        store.put(1, factors[1:])
    vectors = rng.normal(size=(n_classes, 6)).astype(np.float32)
    for name in ("apply", "apply_transposed"):
        expected = getattr(whole, name)(vectors)
        error = np.abs(getattr(folded, name)(vectors) - expected).max(axis=1)
        assert (error <= 5e-3 * np.abs(expected).max(axis=1)).all()


def test_a_covariance_from_a_sample_has_the_variances_of_all_rows(monkeypatch):
    monkeypatch.setattr(_covariance, "SAMPLE_ROWS", 60)
    rows = random_rows(n=400, d=2)
    source = MemorySource(rows.X, rows.target, n_classes=4)
    point = source.at(rows.theta)
    drawn = _covariance.CovarianceSample(source, np.random.default_rng(0))
    assert drawn.size < source.n_rows
    covariance, expected = drawn.at(point), point.class_covariance()
    np.testing.assert_allclose(np.diagonal(covariance), np.diagonal(expected), rtol=1e-12)
    np.testing.assert_allclose(covariance, expected, atol=0.3 * expected.max())


@pytest.mark.parametrize("at_start", [True, False])
def test_class_blocks_give_a_descent_direction_that_sums_to_zero(at_start):
    rows, problem = small_problem()
    point = problem.source.at(np.zeros((4, 4)) if at_start else rows.theta)
    preconditioner = ClassBlockPreconditioner(problem, np.random.default_rng(0))
    preconditioner.rebuild(point)
    gradient = problem.gradient(point)
    v = preconditioner(gradient)
    assert np.sum(v * gradient) > 0
    np.testing.assert_allclose(v.sum(axis=0), 0.0, atol=1e-6 * np.abs(v).max())


def test_conjugate_gradients_solve_in_one_step_with_the_exact_inverse():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(8, 8))
    matrix = root @ root.T + np.eye(8)
    rhs = rng.normal(size=8)
    calls = []
    x = truncated_cg(
        lambda v: (calls.append(1), matrix @ v)[1], lambda v: np.linalg.solve(matrix, v), rhs
    )
    np.testing.assert_allclose(x, np.linalg.solve(matrix, rhs), rtol=1e-9)
    assert len(calls) <= 2


@pytest.mark.parametrize("size", [1, 10, 99, 100, 1000])
def test_sampling_rates_are_probabilities_that_add_up(size):
    rates = sampling_rates(np.random.default_rng(0).pareto(1.0, size=100), size)
    assert rates.min() > 0
    assert rates.max() <= 1
    assert rates.sum() == pytest.approx(min(size, 100), rel=1e-6)


def test_a_sample_estimates_the_moments_without_bias():
    rows = random_rows(n=200)
    source = MemorySource(rows.X, rows.target, n_classes=4)
    rates = sampling_rates(source.balanced_norms(), 80)
    rng = np.random.default_rng(0)
    draws = [source.sample(rates, rng) for _ in range(300)]
    mean = np.mean([d.second_moments() * d.weight_sum for d in draws], axis=0)
    np.testing.assert_allclose(mean, source.second_moments(), rtol=0.1, atol=0.3)


@pytest.mark.parametrize("minimum", [1e-8, 0.3, 1.0, 5.0, 1e6])
def test_the_line_search_finds_the_zero_of_the_slope(minimum):
    trials = []

    def slope(t):
        trials.append(t)
        return np.arctan(t - minimum), 1 / (1 + (t - minimum) ** 2)

    start = float(np.arctan(-minimum))
    t = search(slope, start, share=1e-3)
    assert abs(np.arctan(t - minimum)) <= 1e-3 * -start
    assert len(trials) < 40


def test_the_line_search_refuses_a_direction_that_goes_up():
    assert search(lambda t: (1.0, 1.0), 1.0) == 0.0


@pytest.mark.parametrize(
    ("n", "d", "n_classes", "expected"),
    [
        (178, 13, 3, "newton"),
        (581_012, 54, 7, "sampled-newton"),
        (60_000, 784, 10, "class-blocks"),
        (200_000, 256, 2_000, "class-blocks"),
        (200_000, 2_000, 1_000, "kronecker"),
    ],
)
def test_the_choice_of_solver(n, d, n_classes, expected):
    class Shape:
        n_rows, n_features, fit_intercept = n, d, True

    Shape.n_classes = n_classes
    name, why = choose_solver(Shape, "auto")
    assert name == expected
    assert str(n) in why
    assert choose_solver(Shape, "newton") == ("newton", "as asked")


def test_without_a_penalty_the_gap_is_what_the_curvature_at_the_end_promises():
    """Iris is nearly separated: in the metric of the start far more would count as reached."""
    X, y = real("iris")
    found = SoftmaxRegression(np.inf).fit(X, y)
    best = SoftmaxRegression(np.inf, tol=1e-12).fit(X, y).loss_
    assert found.rel_gap_ <= 1e-6
    assert found.loss_ - best <= 3e-6 * best
