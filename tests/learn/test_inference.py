"""Inference against statsmodels, and separation."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from gory import SoftmaxRegression
from gory.learn import DataError
from gory.learn._separation import find_separation

from ._data import real


@pytest.fixture(scope="module")
def anes():
    """statsmodels' example: party identification in the US election study of 1996."""
    data = sm.datasets.anes96.load()
    return np.asarray(data.exog, dtype=float), np.asarray(data.endog).astype(int)


@pytest.fixture(scope="module")
def ours(anes):
    return SoftmaxRegression(C=np.inf, tol=1e-14).fit(*anes)


def theirs(anes, **options):
    X, y = anes
    return sm.MNLogit(y, np.column_stack([X, np.ones(len(X))])).fit(
        disp=0, tol=1e-12, maxiter=100, **options
    )


def test_estimates_and_errors_are_those_of_statsmodels(anes, ours):
    result, other = ours.inference(*anes), theirs(anes)
    np.testing.assert_allclose(result.coef, other.params.T, atol=1e-6)
    np.testing.assert_allclose(result.standard_error, other.bse.T, atol=1e-6)
    np.testing.assert_allclose(result.z, other.tvalues.T, atol=1e-5)
    np.testing.assert_allclose(result.p_value, other.pvalues.T, atol=1e-6)
    np.testing.assert_allclose(result.covariance, other.cov_params(), atol=1e-6)
    bounds = other.conf_int(0.05)
    np.testing.assert_allclose(result.lower, bounds[..., 0], atol=1e-6)
    np.testing.assert_allclose(result.upper, bounds[..., 1], atol=1e-6)


def test_likelihoods_and_criteria_are_those_of_statsmodels(anes, ours):
    result, other = ours.inference(*anes), theirs(anes)
    assert result.log_likelihood == pytest.approx(other.llf, rel=1e-10)
    assert result.null_log_likelihood == pytest.approx(other.llnull, rel=1e-8)
    assert result.lr_statistic == pytest.approx(other.llr, rel=1e-7)
    assert result.lr_p_value == pytest.approx(other.llr_pvalue, rel=1e-5)
    assert result.aic == pytest.approx(other.aic, rel=1e-9)
    assert result.bic == pytest.approx(other.bic, rel=1e-9)


def test_robust_errors_are_those_of_statsmodels(anes, ours):
    result = ours.inference(*anes, robust=True)
    np.testing.assert_allclose(result.standard_error, theirs(anes, cov_type="HC0").bse.T, rtol=1e-6)


def test_marginal_effects_are_those_of_statsmodels(anes, ours):
    effects, other = ours.inference(*anes).marginal_effects(), theirs(anes).get_margeff()
    np.testing.assert_allclose(effects.effect, other.margeff.T, atol=1e-8)
    np.testing.assert_allclose(effects.standard_error, other.margeff_se.T, atol=1e-7)
    np.testing.assert_allclose(effects.effect.sum(axis=0), 0.0, atol=1e-12)


def test_marginal_effects_do_not_depend_on_the_baseline(anes, ours):
    first, last = (ours.inference(*anes, baseline=b).marginal_effects() for b in (0, 6))
    np.testing.assert_allclose(first.effect, last.effect, atol=1e-12)
    np.testing.assert_allclose(first.standard_error, last.standard_error, rtol=1e-8)


def test_two_classes_are_logistic_regression():
    X, y = real("breast_cancer")
    X = X[:, :4] / X[:, :4].std(axis=0)
    flip = np.random.default_rng(0).random(len(y)) < 0.1
    y = np.where(flip, 1 - y, y)
    result = SoftmaxRegression(C=np.inf, tol=1e-14).fit(X, y).inference(X, y)
    other = sm.Logit(y, np.column_stack([X, np.ones(len(X))])).fit(disp=0, tol=1e-10, maxiter=100)
    np.testing.assert_allclose(result.coef[0], other.params, rtol=1e-5)
    np.testing.assert_allclose(result.standard_error[0], other.bse, rtol=1e-5)


def test_likelihood_ratio_is_the_same_for_every_baseline(anes, ours):
    results = [ours.inference(*anes, baseline=k) for k in range(7)]
    assert len({round(r.lr_statistic, 9) for r in results}) == 1
    swapped = results[3]
    np.testing.assert_allclose(swapped.coef[0], -results[0].coef[2], atol=1e-12)
    np.testing.assert_allclose(swapped.standard_error[0], results[0].standard_error[2], rtol=1e-9)


def test_weights_count_as_repeated_rows(anes):
    X, y = anes
    weight = np.random.default_rng(0).integers(1, 4, size=len(y))
    repeated = np.repeat(X, weight, axis=0), np.repeat(y, weight)
    model = SoftmaxRegression(C=np.inf, tol=1e-14).fit(X, y, weight)
    one, other = model.inference(X, y, weight), model.inference(*repeated)
    np.testing.assert_allclose(one.standard_error, other.standard_error, rtol=1e-9)
    assert one.log_likelihood == pytest.approx(other.log_likelihood)
    assert one.bic == pytest.approx(other.bic)


def test_the_table_and_the_frame_show_every_coefficient(anes, ours):
    result = ours.inference(*anes)
    text = str(result)
    for label in result.classes:
        assert f"{label} against 0" in text
    frame = result.to_frame()
    assert frame.shape == (6 * 6, 6)
    assert frame.loc[(3, "x2"), "coef"] == result.coef[2, 2]
    assert result.marginal_effects().to_frame().shape == (7 * 5, 4)


def test_a_penalized_fit_has_no_standard_errors(anes):
    with pytest.raises(DataError, match=r"C = 1: a penalty shrinks"):
        SoftmaxRegression().fit(*anes).inference(*anes)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_separated_classes_are_named():
    X, y = real("iris")
    model = SoftmaxRegression(C=np.inf, max_passes=60).fit(X, y)
    with pytest.raises(DataError, match=r"separated by 'x\d'.*class \d.*no standard errors"):
        model.inference(X, y)


def test_dependent_columns_are_named(anes):
    X, y = anes
    wide = np.column_stack([X, X[:, 1] + X[:, 2]])
    model = SoftmaxRegression(C=np.inf, tol=1e-12).fit(wide, y)
    with pytest.raises(DataError, match=r"'x1', 'x2'|'x2', 'x1'|'x5'.*depend on each other"):
        model.inference(wide, y)


def test_an_unknown_baseline_is_refused(anes, ours):
    with pytest.raises(DataError, match="baseline = 9 is not a class"):
        ours.inference(*anes, baseline=9)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_separation_is_found_exactly_when_it_is_there(n_classes):
    rng = np.random.default_rng(n_classes)
    X = np.column_stack([rng.normal(size=(60, 3)), np.ones(60)])
    y = (X @ rng.normal(size=(4, n_classes))).argmax(axis=1)
    found = find_separation(X, y, n_classes)
    assert found is not None
    assert found.complete
    leads = X @ found.direction.T
    own = leads[np.arange(60), y]
    assert (own[:, None] - leads >= -1e-6).all()
    assert find_separation(X, rng.integers(n_classes, size=60), n_classes) is None


def test_quasi_complete_separation_is_told_from_complete():
    x = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 2.0])
    found = find_separation(np.column_stack([x, np.ones(6)]), np.array([0, 0, 0, 1, 1, 1]), 2)
    assert found is not None
    assert not found.complete
    assert found.n_separated == 3
