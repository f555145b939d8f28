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


def test_marginal_effects_are_printed_as_a_table(anes, ours):
    effects = ours.inference(*anes).marginal_effects()
    blocks = str(effects).split("\n\n")[1:]
    assert [block.splitlines()[0] for block in blocks] == [
        f"probability of {label}" for label in effects.classes
    ]
    for k, block in enumerate(blocks):
        rows = [line.split() for line in block.splitlines()[2:]]
        assert tuple(row[0] for row in rows) == effects.feature_names
        shown = np.array([row[1:] for row in rows], dtype=float).T
        for numbers, values in zip(
            shown, (effects.effect, effects.standard_error, effects.z, effects.p_value), strict=True
        ):
            np.testing.assert_allclose(numbers, values[k], rtol=5e-3, atol=1e-3)


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


@pytest.mark.parametrize("n_rows", [60, 300, 20_000])
def test_a_rare_category_that_separates_is_named_among_any_number_of_rows(n_rows):
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=n_rows), np.arange(n_rows) < 2])
    y = (rng.random(n_rows) < 1 / (1 + np.exp(-X[:, 0]))).astype(int)
    y[:2] = 1
    with pytest.raises(DataError, match="quasi-completely separated by 'x1'"):
        SoftmaxRegression(C=np.inf).fit(X, y).inference(X, y)
    y[0] = 0
    assert np.isfinite(SoftmaxRegression(C=np.inf).fit(X, y).inference(X, y).standard_error).all()


def test_rows_without_weight_do_not_hide_a_separation():
    X, y = np.arange(8.0)[:, None], np.array([0, 0, 0, 0, 1, 1, 1, 0])
    weight = np.array([1, 1, 1, 1, 1, 1, 1, 0])
    model = SoftmaxRegression(C=np.inf).fit(X, y, weight)
    with pytest.raises(DataError, match="completely separated by 'x0'"):
        model.inference(X, y, weight)


@pytest.mark.parametrize("tol", [1e-2, 1e-6])
def test_inference_does_not_depend_on_how_far_training_went(anes, tol):
    rough, exact = (
        SoftmaxRegression(C=np.inf, tol=value).fit(*anes).inference(*anes) for value in (tol, 1e-14)
    )
    np.testing.assert_allclose(rough.coef, exact.coef, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(rough.standard_error, exact.standard_error, rtol=1e-8)


def test_estimates_and_errors_are_those_published_for_the_election_study(anes, ours):
    """By Stata 11 and by nnet in R: the last class against the first, then all log-likelihoods."""
    result = ours.inference(*anes)
    published = [-0.14088069, 2.0700801, -0.00943265, 0.3219257, 0.10889408, -12.105751]
    errors = [0.042138047, 0.1434089089, 0.0081338625, 0.0910979921, 0.025300888, 1.059954821]
    np.testing.assert_allclose(result.coef[-1], published, rtol=1e-6)
    np.testing.assert_allclose(result.standard_error[-1], errors, rtol=1e-6)
    assert result.log_likelihood == pytest.approx(-1461.922747312, rel=1e-10)
    assert result.null_log_likelihood == pytest.approx(-1750.34670999, rel=1e-10)
    assert result.lr_p_value == pytest.approx(1.8223179e-102, rel=1e-6)
    assert result.aic == pytest.approx(2995.84549462, rel=1e-10)
    assert result.bic == pytest.approx(3170.45003661, rel=1e-10)


def test_estimates_and_effects_are_those_published_for_the_grades_of_spector_and_mazzeo():
    """Greene, Econometric Analysis, the logit of the chapter on binary choice; effects by Stata."""
    data = sm.datasets.spector.load()
    X, y = np.asarray(data.exog, dtype=float), np.asarray(data.endog).astype(int)
    result = SoftmaxRegression(C=np.inf, tol=1e-14).fit(X, y).inference(X, y)
    np.testing.assert_allclose(result.coef[0], [2.826, 0.095, 2.379, -13.021], atol=5e-4)
    np.testing.assert_allclose(result.standard_error[0], [1.263, 0.142, 1.065, 4.931], atol=5e-4)
    assert result.log_likelihood == pytest.approx(-12.88963, abs=5e-6)
    effects = result.marginal_effects()
    np.testing.assert_allclose(effects.effect[1], [0.3625808, 0.0122084, 0.3051777], atol=5e-7)
    np.testing.assert_allclose(effects.standard_error[1], [0.1094412, 0.0177942, 0.0923796], 1e-5)


def test_the_unit_of_the_weights_does_not_matter_to_the_sandwich(anes):
    X, y = anes
    weight = np.random.default_rng(0).uniform(0.2, 3.0, size=len(y))
    model = SoftmaxRegression(C=np.inf, tol=1e-14).fit(X, y, weight)
    one, other = (model.inference(X, y, w, robust=True) for w in (weight, 50 * weight))
    np.testing.assert_allclose(one.standard_error, other.standard_error, rtol=1e-9)


def test_firths_estimates_of_a_table_have_the_errors_of_its_odds():
    """Half a row more in each cell gives p, and the variance is 1 / (n p q) per line."""
    counts = np.array([[6, 0], [3, 9]])
    X = np.repeat([[0.0], [0.0], [1.0], [1.0]], counts.ravel(), axis=0)
    y = np.repeat([0, 1, 0, 1], counts.ravel())
    model = SoftmaxRegression(penalty="firth", tol=1e-13).fit(X, y)
    result = model.inference(X, y)
    n = counts.sum(axis=1)
    p = (counts[:, 1] + 0.5) / (n + 1)
    variance = 1 / (n * p * (1 - p))
    expected = np.sqrt([variance.sum(), variance[0]])
    np.testing.assert_allclose(result.standard_error[0], expected, rtol=1e-6)
    assert result.wald_test("x0").p_value == pytest.approx(result.p_value[0, 0], rel=1e-9)
    assert "at Firth's estimates" in str(result)
    for ask in (result.likelihood_ratio_test, result.score_test):
        with pytest.raises(DataError, match="compares maxima of the likelihood"):
            ask("x0")


def test_a_coverage_outside_of_zero_and_one_is_refused(anes, ours):
    with pytest.raises(DataError, match="level = 95"):
        ours.inference(*anes, level=95)
