"""Firth's penalty: closed forms, a brute-force optimum, and finite answers under separation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from gory import SoftmaxRegression
from gory.learn import LearnError

from ._data import real


def penalized(theta, X, y, weights, n_classes):
    """The negative penalized log-likelihood with the last class as baseline."""
    p = X.shape[1]
    full = np.vstack([theta.reshape(n_classes - 1, p), np.zeros(p)])
    logits = X @ full.T
    shares = softmax(logits, axis=1)[:, :-1]
    information = np.zeros(((n_classes - 1) * p,) * 2)
    for x, q, s in zip(X, shares, weights, strict=True):
        information += s * np.kron(np.diag(q) - np.outer(q, q), np.outer(x, x))
    likelihood = weights @ log_softmax(logits, axis=1)[np.arange(len(y)), y]
    return -likelihood - 0.5 * np.linalg.slogdet(information)[1]


@pytest.mark.parametrize(
    "table", [[[5, 3], [2, 7]], [[4, 0], [3, 5]], [[6, 0], [0, 5]], [[1, 1], [1, 40]]]
)
def test_a_two_by_two_table_gets_half_a_row_in_every_cell(table):
    counts = np.array(table)
    X = np.repeat([[0.0], [0.0], [1.0], [1.0]], counts.ravel(), axis=0)
    y = np.repeat([0, 1, 0, 1], counts.ravel())
    model = SoftmaxRegression(penalty="firth", tol=1e-12).fit(X, y)
    (a, b), (c, d) = counts + 0.5
    assert model.intercept_[0] == pytest.approx(np.log(b / a), rel=1e-5, abs=1e-5)
    assert model.coef_[0, 0] == pytest.approx(np.log(a * d / (b * c)), rel=1e-5)


@pytest.mark.parametrize("counts", [(3, 4, 5), (1, 1, 30, 2), (10, 1)])
def test_intercepts_alone_get_half_a_row_in_every_class(counts):
    X = np.ones((sum(counts), 1))
    y = np.repeat(np.arange(len(counts)), counts)
    model = SoftmaxRegression(penalty="firth", fit_intercept=False, tol=1e-12).fit(X, y)
    expected = (np.array(counts) + 0.5) / (sum(counts) + 0.5 * len(counts))
    np.testing.assert_allclose(model.predict_proba(X)[0], expected, rtol=1e-5)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["iris", "wine"])
def test_the_optimum_is_that_of_a_brute_force_search(name, weighted):
    X, y = real(name)
    X = (X[:, :2] - X[:, :2].mean(axis=0)) / X[:, :2].std(axis=0)
    X, y = X[::3], y[::3]
    weights = np.random.default_rng(0).uniform(0.5, 2.0, len(X)) if weighted else np.ones(len(X))
    ones = np.column_stack([X, np.ones(len(X))])
    best = minimize(
        penalized, np.zeros(6), args=(ones, y, weights, 3), method="BFGS", options={"gtol": 1e-7}
    )
    model = SoftmaxRegression(penalty="firth", tol=1e-11).fit(X, y, weights)
    rows = np.column_stack([model.coef_, model.intercept_])
    np.testing.assert_allclose((rows[:2] - rows[2]).ravel(), best.x, atol=2e-4)
    assert model.solver_.startswith("firth")


def test_separated_classes_have_finite_coefficients_that_units_do_not_change():
    X, y = real("iris")  # the first species is separated from the others
    model = SoftmaxRegression(penalty="firth", tol=1e-9).fit(X, y)
    units = np.array([1e-3, 1.0, 1e3, 7.0])
    other = SoftmaxRegression(penalty="firth", tol=1e-9).fit(X * units, y)
    assert np.abs(model.coef_).max() < 30
    np.testing.assert_allclose(other.coef_ * units, model.coef_, rtol=1e-3, atol=1e-3)


def test_with_many_rows_it_comes_near_to_maximum_likelihood():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 2))
    y = (X @ rng.normal(size=(2, 3)) + rng.gumbel(size=(20_000, 3))).argmax(axis=1)
    firth = SoftmaxRegression(penalty="firth", tol=1e-10).fit(X, y)
    plain = SoftmaxRegression(C=np.inf, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(firth.coef_, plain.coef_, atol=2e-3)


def test_dependent_columns_are_refused():
    X, y = real("iris")
    with pytest.raises(LearnError, match="sums of others"):
        SoftmaxRegression(penalty="firth").fit(np.column_stack([X, X[:, 0] + X[:, 1]]), y)


def test_an_unknown_penalty_is_refused():
    with pytest.raises(ValueError, match="penalty = 'l2' is not known"):
        SoftmaxRegression(penalty="l2").fit(*real("iris"))
