"""The compiled kernels against the NumPy functions, and their independence of threads."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from gory.learn import _kernels, _objective, _products, _rows
from gory.learn._cholesky import definite_solver, invert_definite
from gory.learn._memory import MemorySource
from gory.learn._objective import row_softmax
from gory.learn._tilt import class_covariance, class_means, covariance_product, tilted

from ._data import LAYOUTS, random_rows

DTYPES = [np.float32, np.float64]
SHAPES = [(1, 2), (5, 3), (130, 7), (61, 40)]


@pytest.fixture
def compiled(monkeypatch):
    """Compiled code for work of any size, in several chunks."""
    monkeypatch.setattr(_rows, "COMPILED_FROM", 0)
    monkeypatch.setattr(_rows, "_CHUNK_ENTRIES", 128)


def logits(n, n_classes, dtype, scale=3.0):
    rng = np.random.default_rng(n + n_classes)
    return (scale * rng.normal(size=(n, n_classes))).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", [1e-3, 3.0, 300.0, 1e5])
def test_softmax(shape, dtype, scale):
    z = logits(*shape, dtype, scale)
    probabilities, lse = np.empty_like(z), np.empty(len(z))
    _kernels.softmax_rows(z, 0, len(z), probabilities, lse)
    expected, expected_lse = _objective.row_softmax(z.astype(float))
    # Logits more than 700 below the maximum count as 700 below.
    vanishing = max(1e-300, np.finfo(dtype).tiny)
    np.testing.assert_allclose(
        probabilities, expected, rtol=8 * np.finfo(dtype).eps, atol=vanishing
    )
    np.testing.assert_allclose(lse, expected_lse, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_slopes_along_a_ray(compiled, monkeypatch, shape, dtype):
    z, change = logits(*shape, dtype), logits(*shape, dtype)[::-1].copy()
    weights = np.random.default_rng(0).uniform(size=len(z))
    ours, theirs = (np.empty_like(z), np.empty(len(z))), (np.empty(z.shape), np.empty(len(z)))
    sums = _rows.ray_slopes(z, change, 0.7, weights, out=ours)
    monkeypatch.setattr(_rows, "COMPILED_FROM", np.inf)
    expected = _rows.ray_slopes(z.astype(float), change.astype(float), 0.7, weights, out=theirs)
    np.testing.assert_allclose(sums, expected, rtol=1e-12, atol=1e-13)
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(ours[0], theirs[0], rtol=8 * eps, atol=8 * eps)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-12)
    np.testing.assert_allclose(theirs[0], _objective.row_softmax(z + 0.7 * change.astype(float))[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_residual_and_curvature(compiled, shape, dtype):
    p = _objective.row_softmax(logits(*shape, float))[0].astype(dtype)
    rng = np.random.default_rng(1)
    target, weights = rng.integers(shape[1], size=shape[0]), rng.uniform(size=shape[0])
    moved = logits(*shape, dtype)
    eps = 20 * np.finfo(dtype).eps
    expected = weights[:, None] * p * (moved - np.sum(p * moved, axis=1, keepdims=True))
    np.testing.assert_allclose(
        _rows.weighted_residual(p, target, weights),
        _objective.residual(p, target, weights),
        rtol=eps,
        atol=eps,
    )
    np.testing.assert_allclose(_rows.weighted_curvature(p, weights, moved), expected, atol=eps)


@pytest.mark.parametrize("work", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("n", "d", "n_classes"), [(1, 1, 2), (7, 5, 3), (300, 9, 4), (257, 4, 70)])
def test_products(compiled, n, d, n_classes, layout, work):
    rng = np.random.default_rng(d)
    X = LAYOUTS[layout](rng.normal(size=(n, d)))
    exact = np.asarray(X.toarray() if sp.issparse(X) else X, dtype=float)
    V = rng.normal(size=(n_classes, d + 1)).astype(work)
    R = rng.normal(size=(n, n_classes)).astype(work)
    eps = 50 * np.finfo(work).eps
    z = _products.forward(X, V)
    assert z.dtype == work
    np.testing.assert_allclose(z, exact @ V[:, :d].T + V[:, d], atol=eps * d)
    np.testing.assert_allclose(_products.forward(X, V[:, :d]), exact @ V[:, :d].T, atol=eps * d)
    g = _products.pull(X, R, intercept=True)
    np.testing.assert_allclose(g[:, :d], R.T @ exact, atol=eps * n)
    np.testing.assert_allclose(g[:, d], R.sum(axis=0), atol=eps * n)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_moments_and_leverages(compiled, layout, intercept):
    rows = random_rows(n=90, intercept=intercept)
    X = LAYOUTS[layout](rows.X)
    source = MemorySource(
        X, rows.target, n_classes=4, row_weights=rows.row_weights, fit_intercept=intercept
    )
    full = np.asarray(X.toarray() if sp.issparse(X) else X, dtype=float)
    if intercept:
        full = np.column_stack([full, np.ones(90)])
    weights = rows.row_weights / rows.row_weights.sum()
    moments = full.T @ (weights[:, None] * full)
    np.testing.assert_allclose(source.second_moments(), moments, rtol=1e-12)
    ridge = np.full(full.shape[1], 1e-3)
    inverse = np.linalg.inv(moments + np.diag(ridge))
    expected = np.einsum("ij,jk,ik->i", full, inverse, full)
    np.testing.assert_allclose(source.leverages(ridge), expected, rtol=1e-8)


def test_results_do_not_depend_on_the_number_of_threads(compiled, monkeypatch):
    rows = random_rows(n=500)
    source = MemorySource(rows.X, rows.target, n_classes=4, row_weights=rows.row_weights)
    results = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(_rows, "n_threads", lambda threads=threads: threads)
        _rows._pool.cache_clear()
        point = source.at(rows.theta)
        results.append((point.loss, point.gradient(), point.ray(rows.theta).slope(0.5)))
    _rows._pool.cache_clear()
    for loss, gradient, slopes in results[1:]:
        assert loss == results[0][0]
        np.testing.assert_array_equal(gradient, results[0][1])
        assert slopes == results[0][2]


def test_without_numba_the_numpy_functions_serve(monkeypatch):
    monkeypatch.setattr(_rows, "COMPILED_FROM", 0)
    monkeypatch.setattr(_rows, "_kernels", lambda: None)
    rows = random_rows()
    assert MemorySource(rows.X, rows.target, n_classes=4).at(rows.theta).gradient().shape == (4, 6)


def test_rows_that_may_not_be_written_to_are_read(compiled):
    rows = random_rows(n=50)
    expected = MemorySource(rows.X, rows.target, n_classes=4).at(rows.theta).gradient()
    for array in (rows.X, rows.target, rows.theta):
        array.setflags(write=False)
    source = MemorySource(rows.X, rows.target, n_classes=4)
    np.testing.assert_array_equal(source.at(rows.theta).gradient(), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_classes", [2, 5])
def test_a_shift_of_the_logits_tilts_the_probabilities(compiled, n_classes, dtype):
    rng = np.random.default_rng(0)
    logits, shift = 5 * rng.normal(size=(40, n_classes)), 2 * rng.normal(size=n_classes)
    before, lse = row_softmax(logits)
    expected, moved = row_softmax(logits + shift)
    probabilities, added = tilted(before.astype(dtype), shift)
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(probabilities, expected, rtol=20 * eps)
    np.testing.assert_allclose(added, moved - lse, atol=50 * eps)


def test_the_covariance_of_the_probabilities_is_known_as_a_matrix_and_by_products():
    rng = np.random.default_rng(0)
    shares, _ = row_softmax(rng.normal(size=(40, 5)))
    weights = rng.uniform(size=40)
    mean = class_means(shares, weights)
    np.testing.assert_allclose(mean, weights @ shares)
    outer = np.einsum("i,ik,il->kl", weights, shares, shares)
    covariance = class_covariance(shares, weights, mean)
    np.testing.assert_allclose(covariance, np.diag(mean) - outer, atol=1e-15)
    v = rng.normal(size=5)
    np.testing.assert_allclose(covariance_product(shares, weights, mean, v), covariance @ v)


@pytest.mark.parametrize("size", [1, 47, 48, 49, 200])
def test_a_definite_system_is_solved(size):
    rng = np.random.default_rng(size)
    half = rng.normal(size=(size, 2 * size))
    matrix, rhs = half @ half.T, rng.normal(size=size)
    solve = definite_solver(matrix, tolerance=0.0)
    np.testing.assert_allclose(solve(rhs), np.linalg.solve(matrix, rhs), rtol=1e-8)


@pytest.mark.parametrize("size", [1, 60])
def test_a_system_that_is_not_definite_is_none(size):
    assert definite_solver(-np.eye(size), tolerance=0.0) is None
    assert definite_solver(1e-9 * np.eye(size), tolerance=1e-8) is None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1, 64, 65, 300])
def test_a_definite_matrix_is_inverted_where_it_stands(dtype, size):
    rng = np.random.default_rng(size)
    factor = rng.normal(size=(size, size)) / np.sqrt(size)
    matrix = (factor @ factor.T + 0.3 * np.eye(size)).astype(dtype)
    inverse = matrix.copy()
    invert_definite(inverse)
    np.testing.assert_allclose(inverse @ matrix, np.eye(size), atol=500 * np.finfo(dtype).eps)
