"""Likelihood-ratio, score and Wald tests, against statsmodels and the formulas written out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import statsmodels.api as sm
from scipy.special import softmax
from scipy.stats import chi2, kstest

from gory import SoftmaxRegression
from gory.learn import DataError

SUBSETS = [("age",), ("income", "logpopul"), ("selfLR", "educ", "age"), ("intercept",)]
EXACT = {"C": np.inf, "tol": 1e-13}


@pytest.fixture(scope="module")
def anes():
    """statsmodels' example: party identification in the US election study of 1996."""
    data = sm.datasets.anes96.load_pandas()
    return data.exog, data.endog.astype(int)


@pytest.fixture(scope="module")
def result(anes):
    return SoftmaxRegression(**EXACT).fit(*anes).inference(*anes)


def with_ones(X):
    return X.assign(intercept=1.0)


def statsmodels_fit(X, y):
    return sm.MNLogit(y, X).fit(disp=0, tol=1e-13, maxiter=100)


def score_by_hand(X, y, null, tested, weights=None, robust=False):
    """U' Var^-1 U in differences from the first class, at weights ``null`` (K - 1, p)."""
    n, p = X.shape
    weights = np.ones(n) if weights is None else weights
    shares = softmax(np.column_stack([np.zeros(n), X @ null.T]), axis=1)[:, 1:]
    picks = (y[:, None] == np.arange(1, shares.shape[1] + 1)).astype(float)
    scores = weights[:, None] * np.einsum("ik,ij->ikj", picks - shares, X).reshape(n, -1)
    information = sum(
        w * np.kron(np.diag(q) - np.outer(q, q), np.outer(x, x))
        for w, q, x in zip(weights, shares, X, strict=True)
    )
    size = shares.shape[1] * p
    t = np.isin(np.arange(size) % p, tested)
    turn = np.eye(size)[t]
    turn[:, ~t] = -np.linalg.solve(information[np.ix_(~t, ~t)], information[np.ix_(~t, t)]).T
    variance = turn @ (scores.T @ scores if robust else information) @ turn.T
    slope = turn @ scores.sum(axis=0)
    return slope @ np.linalg.solve(variance, slope)


@pytest.mark.parametrize("columns", SUBSETS, ids="+".join)
def test_the_likelihood_ratio_is_that_of_two_fits_of_statsmodels(anes, result, columns):
    X, y = with_ones(anes[0]), anes[1]
    loss = statsmodels_fit(X, y).llf - statsmodels_fit(X.drop(columns=list(columns)), y).llf
    test = result.likelihood_ratio_test(columns)
    assert test.statistic == pytest.approx(2 * loss, rel=1e-6)
    assert test.df == 6 * len(columns)
    assert test.p_value == pytest.approx(chi2.sf(2 * loss, test.df), rel=1e-5)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("columns", SUBSETS, ids="+".join)
def test_the_score_is_that_of_the_formula_at_the_fit_of_statsmodels(anes, columns, robust):
    X, y = with_ones(anes[0]), anes[1].to_numpy()
    tested = [X.columns.get_loc(name) for name in columns]
    null = np.zeros((6, X.shape[1]))
    kept = X.drop(columns=list(columns))
    null[:, np.delete(np.arange(6), tested)] = statsmodels_fit(kept, y).params.T
    expected = score_by_hand(X.to_numpy(), y, null, tested, robust=robust)
    ours = SoftmaxRegression(**EXACT).fit(*anes).inference(*anes, robust=robust)
    test = ours.score_test(columns)
    assert test.statistic == pytest.approx(expected, rel=1e-6)
    assert test.df == 6 * len(columns)


@pytest.mark.parametrize("columns", SUBSETS, ids="+".join)
def test_the_wald_statistic_is_that_of_statsmodels(anes, result, columns):
    X, y = with_ones(anes[0]), anes[1]
    places = [k * 6 + X.columns.get_loc(name) for k in range(6) for name in columns]
    other = statsmodels_fit(X, y).wald_test(np.eye(36)[places], scalar=True)
    test = result.wald_test(columns)
    assert test.statistic == pytest.approx(float(other.statistic), rel=1e-6)
    assert test.p_value == pytest.approx(float(other.pvalue), rel=1e-5)


@pytest.mark.parametrize("kind", ["likelihood_ratio_test", "score_test", "wald_test"])
def test_no_test_depends_on_the_baseline_or_on_units(anes, result, kind):
    X, y = anes
    scaled = X * [1e3, 1e-3, 1.0, 7.0, 1.0]
    other = SoftmaxRegression(**EXACT).fit(scaled, y).inference(scaled, y, baseline=4)
    columns = ["income", "selfLR"]
    expected, found = getattr(result, kind)(columns), getattr(other, kind)(columns)
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-6)


def test_all_columns_together_are_the_test_against_the_shares(anes, result):
    test = result.likelihood_ratio_test(anes[0].columns)
    assert test.statistic == pytest.approx(result.lr_statistic, rel=1e-9)
    assert test.df == result.lr_df


def test_without_any_column_left_all_probabilities_are_equal(anes):
    X, y = with_ones(anes[0]), anes[1]
    fit = SoftmaxRegression(fit_intercept=False, **EXACT).fit(X, y)
    test = fit.inference(X, y).likelihood_ratio_test(X.columns)
    equal = -len(y) * np.log(7)
    assert test.statistic == pytest.approx(2 * (statsmodels_fit(X, y).llf - equal), rel=1e-9)


@pytest.mark.parametrize("robust", [False, True])
def test_a_column_outside_the_model_has_the_score_it_has_inside(anes, robust):
    X, y = anes
    names = ["logpopul", "income"]
    inside = SoftmaxRegression(**EXACT).fit(X, y).inference(X, y, robust=robust)
    rest = X.drop(columns=names)
    outside = SoftmaxRegression(**EXACT).fit(rest, y).inference(rest, y, robust=robust)
    one, other = inside.score_test(names), outside.score_test(added=X[names])
    assert other.statistic == pytest.approx(one.statistic, rel=1e-6)
    assert other.df == one.df
    assert other.columns == ("added logpopul", "added income")


def test_an_added_column_that_is_a_sum_of_others_has_nothing_to_test(anes, result):
    X, _ = anes
    new = np.cos(X["age"])
    test = result.score_test(added=np.column_stack([new, X["age"] - 2 * X["educ"] + 5]))
    assert test.df == 6
    assert test.statistic == pytest.approx(result.score_test(added=new).statistic, rel=1e-6)


def test_an_added_column_may_separate_the_classes(anes, result):
    test = result.score_test(added=anes[1])
    assert test.statistic > 500
    assert test.p_value < 1e-90


def test_weights_count_as_repeated_rows(anes):
    X, y = anes
    weight = np.random.default_rng(0).integers(1, 4, size=len(y))
    rows = np.repeat(np.arange(len(y)), weight)
    model = SoftmaxRegression(**EXACT).fit(X, y, weight)
    one = model.inference(X, y, weight)
    other = model.inference(X.iloc[rows], y.iloc[rows])
    for kind in ("likelihood_ratio_test", "score_test", "wald_test"):
        expected = getattr(other, kind)(["age", "educ"]).statistic
        assert getattr(one, kind)(["age", "educ"]).statistic == pytest.approx(expected, rel=1e-6)


def test_an_offset_takes_part_in_both_fits(anes):
    """A column with known coefficients in the offset leaves the tests of the others alone."""
    X, y = anes
    slopes = np.linspace(-0.02, 0.02, 7)
    offset = np.outer(X["age"], slopes)
    plain = SoftmaxRegression(**EXACT).fit(X, y).inference(X, y)
    model = SoftmaxRegression(**EXACT).fit(X, y, offset=offset)
    moved = model.inference(X, y, offset=offset)
    np.testing.assert_allclose(moved.standard_error, plain.standard_error, rtol=1e-5)
    for kind in ("likelihood_ratio_test", "score_test"):
        expected = getattr(plain, kind)("educ").statistic
        assert getattr(moved, kind)("educ").statistic == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("layout", [sp.csr_array, np.asfortranarray, np.float32])
def test_every_layout(anes, layout):
    X, y = np.round(anes[0].to_numpy(), 3), anes[1].to_numpy()
    tests = []
    for rows in (X, layout(X)):
        result = SoftmaxRegression(**EXACT).fit(rows, y).inference(rows, y)
        tests.append(result.score_test("x2").statistic)
        tests.append(result.likelihood_ratio_test("x2").statistic)
    np.testing.assert_allclose(tests[:2], tests[2:], rtol=1e-4)


def test_where_the_columns_have_no_effect_p_values_are_uniform():
    rng = np.random.default_rng(0)
    found = {"likelihood_ratio_test": [], "score_test": [], "wald_test": []}
    for _ in range(120):
        X = rng.normal(size=(300, 3))
        y = (X[:, :1] @ [[0.0, 1.0, -1.0]] + rng.gumbel(size=(300, 3))).argmax(axis=1)
        result = SoftmaxRegression(C=np.inf, tol=1e-10).fit(X, y).inference(X, y)
        for kind, p_values in found.items():
            p_values.append(getattr(result, kind)(["x1", "x2"]).p_value)
    for p_values in found.values():
        assert kstest(p_values, "uniform").pvalue > 0.01


def test_a_test_prints_as_a_line(result):
    assert str(result.wald_test("age")).startswith("Wald test of age: chi-squared ")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda r: r.wald_test("height"), "'height' is not a column of the model"),
        (lambda r: r.likelihood_ratio_test([]), "no column was named"),
        (lambda r: r.score_test(), "name columns of the model, or pass added=Z"),
        (lambda r: r.score_test("age", added=np.ones(944)), "not both"),
        (lambda r: r.score_test(added=np.ones(3)), r"shape \(3,\).*944 rows"),
        (lambda r: r.score_test(added=np.full(944, np.nan)), "NaN or infinity"),
    ],
)
def test_what_cannot_be_tested_is_refused(result, ask, words):
    with pytest.raises(DataError, match=words):
        ask(result)


def test_the_frame_of_a_fit_to_a_frame_has_its_names(anes, result):
    assert isinstance(result.to_frame(), pd.DataFrame)
    assert result.feature_names == (*anes[0].columns, "intercept")
