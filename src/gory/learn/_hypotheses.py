"""Tests that some columns have no effect on any class: likelihood ratio, score and Wald.

All three ask whether the (K - 1) m coefficients of m columns are zero, for every class together, so
no statistic depends on a baseline. With l the log-likelihood, U its gradient and I the information,

    likelihood ratio   2 (l(fit) - l(null))                       two fits
    score              U_t' (I_tt - I_to I_oo^-1 I_ot)^-1 U_t     at the null only
    Wald               b_t' (Cov_tt)^-1 b_t                       at the fit only

t being the tested coefficients and o the others. All are chi-squared for many rows. The score
test never fits the columns it asks about, so it also answers for columns outside the model, and
where they separate the classes. Coefficients that dependent columns leave undetermined are not
counted among the degrees of freedom.

Source: Rao, *Large sample tests of statistical hypotheses concerning several parameters*; Boos, *On
generalized score tests*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._driver import optimum
from ._errors import DataError
from ._fitted import INTERCEPT, Fit
from ._memory import MemorySource

Array = NDArray[Any]

# The null is fitted until a step promises this share of the loss: far below any test's interest.
_NULL_TOLERANCE = 1e-13
_NULL_PASSES = 10_000
# Curvature below this share of the largest, in equilibrated columns, is none.
_RANK_TOLERANCE = 1e-10


@dataclass(frozen=True)
class HypothesisTest:
    """Whether some columns have no effect on any class.

    Attributes
    ----------
    name : {"likelihood ratio", "score", "Wald"}
    columns : tuple of str
        What was tested.
    statistic : float
    df : int
        Coefficients that are zero under the hypothesis.
    p_value : float
        Chi-squared probability of a statistic at least as large.
    """

    name: str
    columns: tuple[str, ...]
    statistic: float
    df: int
    p_value: float

    def __str__(self) -> str:
        return (
            f"{self.name} test of {', '.join(self.columns)}: chi-squared {self.statistic:.4f} "
            f"on {self.df} df, p = {self.p_value:.3g}"
        )


def likelihood_ratio_test(fit: Fit, columns: str | Sequence[str], /) -> HypothesisTest:
    """Twice what the log-likelihood loses when the model is fitted again without ``columns``."""
    _refuse_firth(fit, "likelihood-ratio")
    tested = places_of(fit.feature_names, columns)
    null = without(fit, tested)
    statistic = 2.0 * (fit.log_likelihood - null.log_likelihood)
    df = (len(fit.classes) - 1) * len(tested)
    return _test("likelihood ratio", fit.feature_names, tested, statistic, df)


def score_test(fit: Fit, columns: str | Sequence[str], /, *, robust: bool) -> HypothesisTest:
    """Slope of the log-likelihood towards ``columns`` at the model fitted again without them."""
    _refuse_firth(fit, "score")
    tested = places_of(fit.feature_names, columns)
    null = without(fit, tested)
    theta = np.zeros_like(fit.theta)
    theta[:, np.delete(np.arange(theta.shape[1]), tested)] = null.theta
    statistic, df = _score_statistic(replace(fit, theta=theta), tested, robust)
    return _test("score", fit.feature_names, tested, statistic, df)


def score_test_of_added(
    fit: Fit, added: Array, names: tuple[str, ...], /, *, robust: bool
) -> HypothesisTest:
    """Slope of the log-likelihood towards columns (n, m) that the model does not have."""
    _refuse_firth(fit, "score")
    source = fit.source
    n, d, m = source.n_rows, source.n_features, added.shape[1]
    theta = np.zeros((len(fit.theta), fit.theta.shape[1] + m))
    theta[:, :d], theta[:, d + m :] = fit.theta[:, :d], fit.theta[:, d:]
    rows = np.column_stack([fit.full_rows[:, :d], added])
    wide = Fit(
        source=_source_like(source, rows.reshape(n, d + m), source.fit_intercept),
        theta=theta,
        classes=fit.classes,
        feature_names=(*fit.feature_names[:d], *names, *fit.feature_names[d:]),
    )
    tested = np.arange(d, d + m)
    statistic, df = _score_statistic(wide, tested, robust)
    return _test("score", wide.feature_names, tested, statistic, df)


def wald_test(
    names: tuple[str, ...], coef: Array, covariance: Array, columns: str | Sequence[str], /
) -> HypothesisTest:
    """Length of the coefficients (K - 1, p) of ``columns`` in the metric of their covariance."""
    tested = places_of(names, columns)
    n_classes, p = coef.shape
    flat = (np.arange(n_classes)[:, None] * p + tested).ravel()
    value = coef.ravel()[flat]
    statistic = float(value @ np.linalg.solve(covariance[np.ix_(flat, flat)], value))
    return _test("Wald", names, tested, statistic, len(flat))


def places_of(names: tuple[str, ...], columns: str | Sequence[str], /) -> Array:
    """Positions of some columns, in the order of the model; refuses names it does not have."""
    asked = [columns] if isinstance(columns, str) else list(columns)
    unknown = [name for name in asked if name not in names]
    if unknown or not asked:
        given = f"{unknown[0]!r} is not a column of the model" if unknown else "no column was named"
        shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
        raise DataError(f"{given}; a test is of one or more of {shown}.")
    return np.array(sorted({names.index(name) for name in asked}))


def without(fit: Fit, places: Array, /) -> Fit:
    """The model fitted again to the same rows without some of its columns."""
    names = tuple(np.delete(np.array(fit.feature_names, dtype=object), places))
    features = [j for j in range(fit.source.n_features) if j not in set(places.tolist())]
    keeps_intercept = fit.source.fit_intercept and INTERCEPT in names[len(features) :]
    source = _source_like(fit.source, fit.source.X[:, features], keeps_intercept)
    theta = np.zeros((len(fit.classes), len(names)))
    if names:
        start = fit.theta[:, [*features, -1][: len(names)]].copy()
        solution = optimum(
            source,
            strength=0.0,
            l1_ratio=0.0,
            theta=start,
            listener=None,
            checkpoint=None,
            tol=_NULL_TOLERANCE,
            max_passes=_NULL_PASSES,
        )
        theta = solution.theta - solution.theta.mean(axis=0)
    return Fit(source, theta, fit.classes, names)


def _refuse_firth(fit: Fit, name: str) -> None:
    if fit.is_firth:
        raise DataError(
            f"the {name} test compares maxima of the likelihood, and the model was fitted with "
            "penalty='firth', which maximizes something else; fit with C=float('inf'), or take "
            "the Wald test."
        )


def _source_like(source: MemorySource, X: Any, fit_intercept: bool) -> MemorySource:
    return MemorySource(
        X,
        source.target,
        n_classes=source.n_classes,
        row_weights=source.row_weights * source.weight_sum,
        offset=source.offset,
        fit_intercept=fit_intercept,
    )


def _score_statistic(fit: Fit, tested: Array, robust: bool) -> tuple[float, int]:
    """The statistic and its degrees of freedom at weights that are zero in the tested columns."""
    n_contrasts, p = fit.basis.shape[1], fit.theta.shape[1]
    is_tested = np.tile(np.isin(np.arange(p), tested), n_contrasts)
    information = fit.information()
    units = np.sqrt(np.maximum(np.diagonal(information), np.finfo(float).tiny))
    information = information / np.outer(units, units)
    cross = information[np.ix_(is_tested, ~is_tested)]
    others = information[np.ix_(~is_tested, ~is_tested)]
    regression = cross @ np.linalg.pinv(others, rcond=_RANK_TOLERANCE, hermitian=True)
    score = fit.score().ravel() / units
    own = score[is_tested] - regression @ score[~is_tested]
    variance = information[np.ix_(is_tested, is_tested)] - regression @ cross.T
    values, vectors = np.linalg.eigh(variance)
    vectors = vectors[:, values > _RANK_TOLERANCE]
    if robust:
        rows = fit.row_scores() / units
        rows = rows[:, is_tested] - rows[:, ~is_tested] @ regression.T
        variance = rows.T @ rows
    inner = vectors.T @ variance @ vectors
    turned = vectors.T @ own
    return float(turned @ np.linalg.solve(inner, turned)), len(turned)


def _test(
    name: str, names: tuple[str, ...], tested: Array, statistic: float, df: int
) -> HypothesisTest:
    from scipy.stats import chi2

    p_value = float(chi2.sf(statistic, df)) if df else 1.0
    return HypothesisTest(name, tuple(names[j] for j in tested), statistic, df, p_value)
