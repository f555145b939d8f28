"""The compiled loop for few rows does what Newton's method by NumPy does, once it is worth it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gory import SoftmaxRegression
from gory.learn import _small_newton as small
from gory.learn._curve import predicted
from gory.learn._driver import solve
from gory.learn._memory import MemorySource
from gory.learn._problem import Problem

from ._data import random_rows, real


@pytest.fixture
def by_numpy(monkeypatch):
    monkeypatch.setattr(small, "PATIENCE", np.inf)


@pytest.fixture
def compiled(monkeypatch):
    monkeypatch.setattr(small, "PATIENCE", -1.0)


def problem_of(*, offset=False, intercept=True, n_classes=4):
    rows = random_rows(n=60, d=4, n_classes=n_classes, intercept=intercept)
    source = MemorySource(
        rows.X,
        rows.target,
        n_classes=n_classes,
        row_weights=rows.row_weights,
        offset=np.random.default_rng(1).normal(size=rows.soft.shape) if offset else None,
        fit_intercept=intercept,
    )
    return Problem(source, np.array([0.02] * 4 + [0.0] * intercept))


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("offset", [False, True])
@pytest.mark.parametrize("intercept", [False, True])
def test_the_loop_takes_the_steps_of_newtons_method(offset, intercept, n_classes, monkeypatch):
    solutions = []
    for patience in (np.inf, -1.0):
        monkeypatch.setattr(small, "PATIENCE", patience)
        problem = problem_of(offset=offset, intercept=intercept, n_classes=n_classes)
        solutions.append(solve(problem, tol=1e-10, max_passes=100, solver="newton"))
    ours, other = solutions
    assert ours.converged
    assert other.converged
    assert ours.n_iterations == other.n_iterations
    np.testing.assert_allclose(other.theta, ours.theta, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(
        [entry.loss for entry in other.history], [entry.loss for entry in ours.history], rtol=1e-8
    )


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
@pytest.mark.parametrize("intercept", [False, True])
def test_the_compiled_path_takes_the_steps_of_the_other(name, intercept, monkeypatch):
    X, y = real(name)
    Cs = np.logspace(-3, 3, 19)
    paths = []
    for patience in (np.inf, -1.0):
        monkeypatch.setattr(small, "PATIENCE", patience)
        paths.append(SoftmaxRegression(fit_intercept=intercept).path(X, y, Cs))
    ours, other = paths
    assert other.passes == pytest.approx(ours.passes, rel=0.1)
    assert other.rel_gaps.max() <= 1e-6
    np.testing.assert_allclose(other.losses, ours.losses, rtol=2e-6)


def test_the_curve_meets_every_polynomial_of_its_degree():
    places = np.array([0.0, 0.5, 1.5, 2.0, 2.5, 4.0])
    for degree in range(5):
        optima = np.polynomial.polynomial.polyval(places, np.arange(1.0, degree + 2))[:, None]
        expected = np.polynomial.polynomial.polyval(4.5, np.arange(1.0, degree + 2))
        assert predicted(places, optima, 4.5)[0] == pytest.approx(expected)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
@pytest.mark.parametrize("C", [1e-4, 1.0, 1e3])
def test_the_loop_certifies_the_optimum(name, C, compiled):
    X, y = real(name)
    model = SoftmaxRegression(C, tol=1e-8).fit(X, y)
    exact = SoftmaxRegression(C, tol=1e-13, solver="sampled-newton").fit(X, y)
    assert model.rel_gap_ <= 1e-8
    assert -1e-14 <= model.loss_ - exact.loss_ <= 1e-8 * exact.loss_ + 1e-14


def test_columns_that_are_equal_go_the_way_of_numpy(compiled):
    X, y = real("iris")
    doubled = np.hstack([X, X])
    model = SoftmaxRegression(1e10).fit(doubled, y)
    assert model.rel_gap_ <= 1e-6
    np.testing.assert_allclose(model.coef_[:, :4], model.coef_[:, 4:], rtol=1e-4, atol=1e-12)


def test_small_fits_compile_nothing_until_it_pays(monkeypatch):
    monkeypatch.setattr(small, "spent", small.Spent())
    monkeypatch.setattr(small, "_kernels", lambda: pytest.fail("compiled code was loaded"))
    X, y = real("iris")
    SoftmaxRegression().fit(X, y)
    assert small.spent.seconds > 0
    small.spent.seconds = small.PATIENCE
    with pytest.raises(pytest.fail.Exception):
        SoftmaxRegression().fit(X, y)


@pytest.mark.parametrize("on_disk", [True, False])
def test_what_is_on_disk_is_loaded_sooner(on_disk, monkeypatch):
    monkeypatch.setattr(small, "spent", small.Spent(0.2 * small.PATIENCE))
    monkeypatch.setattr(small, "_is_on_disk", lambda: on_disk)
    monkeypatch.setattr(small, "_kernels", lambda: "loaded")
    assert (small._loop() == "loaded") == on_disk
    monkeypatch.setattr(small, "spent", small.Spent(0.01 * small.PATIENCE))
    assert small._loop() is None


def test_what_was_compiled_is_found_on_disk(compiled):
    from gory.learn import _small_kernels

    SoftmaxRegression().fit(*real("iris"))
    place = _small_kernels.newton_loop._cache.cache_path
    small._is_on_disk.cache_clear()
    assert small._is_on_disk() == (
        place == str(Path(_small_kernels.__file__).with_name("__pycache__"))
    )


@pytest.mark.parametrize(
    "options", [{"C": np.inf}, {"solver": "diagonal"}, {"l1_ratio": 0.5}, {"max_passes": 0.1}]
)
def test_what_the_loop_does_not_know_goes_the_way_of_numpy(options, monkeypatch):
    monkeypatch.setattr(small, "PATIENCE", -1.0)
    monkeypatch.setattr(
        "gory.learn._small_kernels.newton_loop", lambda *_: pytest.fail("it was called")
    )
    X, y = real("iris")
    keep = X[:, :2] if options.get("C") == np.inf else X
    if "max_passes" in options:
        with pytest.warns(match="budget"):
            SoftmaxRegression(**options).fit(keep, y)
    else:
        SoftmaxRegression(**options).fit(keep, y)
