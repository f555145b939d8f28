"""Standard errors, tests and marginal effects of a fit that does not shrink.

The Fisher information of softmax regression is the Hessian of the loss times the sum of the
weights; its inverse in the contrast basis is mapped to the differences from a baseline class, which
is what tables of coefficients show. Likelihood-ratio statistics do not depend on the baseline. The
robust covariance is the sandwich H^-1 (sum of squared scores) H^-1, which stays right where the
model is only an approximation.

A penalty shrinks coefficients and makes the inverse Hessian something else than a sampling
covariance, therefore only fits with ``C=inf`` are taken, and those with Firth's penalty, which
takes away bias and leaves the covariance what it is. Tests of those are Wald's: there is no maximum
of the likelihood to compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._effects import MarginalEffects, marginal_effects
from ._errors import DataError
from ._fitted import Fit
from ._hypotheses import (
    HypothesisTest,
    likelihood_ratio_test,
    score_test,
    score_test_of_added,
    wald_test,
    without,
)
from ._separation import find_separation
from ._settled import settled

Array = NDArray[Any]

# More free coefficients than these would have a covariance of gigabytes.
_MOST_COEFFICIENTS = 20_000
# Curvature below this share of the largest, in equilibrated columns, is none.
_RANK_TOLERANCE = 1e-11
# A row this certain makes it worth asking whether the classes are separated.
_NEARLY_CERTAIN = 1.0 - 1e-7


@dataclass(frozen=True, eq=False)
class Inference:
    """What a fit says, and how sure it is.

    Attributes
    ----------
    baseline : label
        The class the others are compared with.
    classes : ndarray of shape (K - 1,)
        The other classes, in order.
    feature_names : tuple of str
        The p columns; the intercept is called ``"intercept"`` and comes last.
    coef, standard_error, z, p_value, lower, upper : ndarray of shape (K - 1, p)
        Log odds against the baseline per unit of the column, and what is known about them;
        p-values are two-sided, bounds are those of the interval at ``level``.
    covariance : ndarray of shape ((K - 1) p, (K - 1) p)
        Of the coefficients, class by class.
    robust : bool
        Whether it is the sandwich.
    level : float
        Coverage of the intervals.
    n_rows : int
    log_likelihood, null_log_likelihood : float
        At the fit, and at the model with intercepts only, in nats.
    lr_statistic, lr_p_value : float
        Twice their difference, and its chi-squared p-value with ``lr_df`` degrees of freedom; NaN
        for Firth's estimates, which do not maximize the likelihood.
    lr_df : int
    aic, bic : float
        ``-2 log L + 2 m`` and ``-2 log L + m log n`` for m free coefficients.
    """

    baseline: Any
    classes: Array
    feature_names: tuple[str, ...]
    coef: Array
    standard_error: Array
    z: Array
    p_value: Array
    lower: Array
    upper: Array
    covariance: Array
    robust: bool
    level: float
    n_rows: int
    log_likelihood: float
    null_log_likelihood: float
    lr_statistic: float
    lr_p_value: float
    lr_df: int
    aic: float
    bic: float
    _fit: Fit

    def marginal_effects(self) -> MarginalEffects:
        """Mean change of every class probability per unit of every feature."""
        return marginal_effects(self._fit, self.covariance, self.baseline)

    def likelihood_ratio_test(self, columns: str | Sequence[str], /) -> HypothesisTest:
        """Whether some columns have no effect on any class, by a fit without them.

        Parameters
        ----------
        columns : str or sequence of str
            Names among ``feature_names``; the hypothesis is that all of them have no effect.

        Returns
        -------
        HypothesisTest
            The sandwich has no part in it: the test takes the model as right.

        Raises
        ------
        DataError
            A name is not a column of the model.

        Examples
        --------
        >>> import numpy as np
        >>> from gory import SoftmaxRegression
        >>> rng = np.random.default_rng(0)
        >>> X = rng.normal(size=(300, 2))
        >>> y = (X[:, 0] + rng.logistic(size=300) > 0).astype(int)
        >>> result = SoftmaxRegression(C=float("inf")).fit(X, y).inference(X, y)
        >>> result.likelihood_ratio_test("x0").p_value < 1e-6
        True
        >>> result.likelihood_ratio_test("x1").p_value > 0.05
        True
        """
        return likelihood_ratio_test(self._fit, columns)

    def score_test(
        self, columns: str | Sequence[str] | None = None, /, *, added: Any = None
    ) -> HypothesisTest:
        """Rao's test that columns have no effect, from the slope of the fit without them.

        Parameters
        ----------
        columns : str or sequence of str
            Names among ``feature_names``.
        added : array or data frame of shape (n,) or (n, m), instead of ``columns``
            Features of the same rows that the model does not have, in the same order of rows.

        Returns
        -------
        HypothesisTest
            With the robust variance of the slope where ``robust`` is true.

        Raises
        ------
        DataError
            A name is not a column of the model, or ``added`` does not fit its rows.
        """
        if (columns is None) == (added is None):
            raise DataError("name columns of the model, or pass added=Z with new ones; not both.")
        if columns is not None:
            return score_test(self._fit, columns, robust=self.robust)
        return score_test_of_added(
            self._fit, *_added_columns(added, self._fit.source.n_rows), robust=self.robust
        )

    def wald_test(self, columns: str | Sequence[str], /) -> HypothesisTest:
        """Whether some columns have no effect on any class, from ``covariance`` alone.

        Parameters
        ----------
        columns : str or sequence of str
            Names among ``feature_names``.

        Returns
        -------
        HypothesisTest
        """
        return wald_test(self.feature_names, self.coef, self.covariance, columns)

    def to_frame(self) -> Any:
        """One row per class and column, as a pandas data frame."""
        import pandas as pd

        n_classes, p = self.coef.shape
        names = ("coef", "standard_error", "z", "p_value", "lower", "upper")
        index = pd.MultiIndex.from_product(
            [self.classes.tolist(), self.feature_names], names=["class", "feature"]
        )
        columns = {name: getattr(self, name).reshape(n_classes * p) for name in names}
        return pd.DataFrame(columns, index=index)

    def __str__(self) -> str:
        percent = f"{100 * self.level:g} %"
        lines = [
            f"softmax regression, {self.n_rows} rows, baseline {self.baseline}",
            f"log likelihood {self.log_likelihood:.4f} (intercepts only "
            f"{self.null_log_likelihood:.4f}), likelihood ratio {self.lr_statistic:.2f} on "
            f"{self.lr_df} df, p = {self.lr_p_value:.2g}",
            f"AIC {self.aic:.2f}, BIC {self.bic:.2f}, standard errors "
            f"{'robust (sandwich)' if self.robust else 'from the Fisher information'}",
        ]
        if self._fit.is_firth:
            lines[1] = f"log likelihood {self.log_likelihood:.4f} at Firth's estimates"
        width = max(len(name) for name in self.feature_names)
        for k, label in enumerate(self.classes):
            lines += ["", f"{label} against {self.baseline}"]
            lines.append(
                f"{'':{width}}  {'coef':>12} {'std. error':>12} {'z':>8} {'p':>8}  {percent}"
            )
            for j, name in enumerate(self.feature_names):
                lines.append(
                    f"{name:{width}}  {self.coef[k, j]:12.6g} {self.standard_error[k, j]:12.6g} "
                    f"{self.z[k, j]:8.3f} {self.p_value[k, j]:8.3g}  "
                    f"[{self.lower[k, j]:.6g}, {self.upper[k, j]:.6g}]"
                )
        return "\n".join(lines)


def infer(
    fit: Fit, /, *, baseline: Any = None, robust: bool = False, level: float = 0.95
) -> Inference:
    """Inference for a fit; see `SoftmaxRegression.inference`."""
    from scipy.stats import norm

    _check(level, fit.theta.size - fit.theta.shape[1])
    is_settled = True
    if not fit.is_firth:
        fit, is_settled = settled(fit)
    basis = fit.basis
    inverse = _inverse_information(fit, is_settled)
    if robust:
        scores = fit.row_scores()
        inverse = inverse @ (scores.T @ scores) @ inverse
    place = _baseline_place(fit.classes, baseline)
    others = np.delete(np.arange(len(fit.classes)), place)
    turn = np.kron(basis[others] - basis[place], np.eye(fit.theta.shape[1]))
    covariance = turn @ inverse @ turn.T
    coef = fit.theta[others] - fit.theta[place]
    error = np.sqrt(np.diagonal(covariance)).reshape(coef.shape)
    z = coef / error
    margin = norm.ppf(0.5 + level / 2) * error
    return Inference(
        baseline=fit.classes[place].item(),
        classes=fit.classes[others],
        feature_names=fit.feature_names,
        coef=coef,
        standard_error=error,
        z=z,
        p_value=2.0 * norm.sf(np.abs(z)),
        lower=coef - margin,
        upper=coef + margin,
        covariance=covariance,
        robust=robust,
        level=level,
        n_rows=fit.source.n_rows,
        _fit=fit,
        **_criteria(fit, coef),
    )


def _check(level: float, size: int) -> None:
    if not 0 < level < 1:
        raise DataError(f"level = {level!r}, but the coverage of an interval lies in (0, 1).")
    if size > _MOST_COEFFICIENTS:
        raise DataError(
            f"the model has {size} coefficients that are free, and inference takes at most "
            f"{_MOST_COEFFICIENTS}: their covariance would be {8e-9 * size**2:.0f} gigabytes; join "
            "classes, or fit fewer columns."
        )


def _criteria(fit: Fit, coef: Array) -> dict[str, Any]:
    """Likelihoods, their ratio test, and the information criteria, by field name."""
    from scipy.stats import chi2

    likelihood = fit.log_likelihood
    null = without(fit, np.arange(fit.source.n_features)).log_likelihood
    free = coef.size
    df = free - (len(coef) if fit.source.fit_intercept else 0)
    ratio = np.nan if fit.is_firth else 2.0 * (likelihood - null)
    return {
        "log_likelihood": likelihood,
        "null_log_likelihood": null,
        "lr_statistic": ratio,
        "lr_p_value": float(chi2.sf(ratio, df)) if df else 1.0,
        "lr_df": df,
        "aic": -2.0 * likelihood + 2.0 * free,
        "bic": -2.0 * likelihood + np.log(fit.source.weight_sum) * free,
    }


def _added_columns(added: Any, n_rows: int) -> tuple[Array, tuple[str, ...]]:
    """New columns as a float64 array (n, m), with their names."""
    values = np.asarray(added.toarray() if hasattr(added, "toarray") else added, dtype=np.float64)
    values = values.reshape(-1, 1) if values.ndim == 1 else values
    if values.ndim != 2 or len(values) != n_rows or not values.shape[1]:
        raise DataError(
            f"added has shape {np.shape(added)}, but it holds new columns for the {n_rows} rows of "
            f"the fit and must have shape ({n_rows},) or ({n_rows}, m)."
        )
    if not np.isfinite(values).all():
        raise DataError("added holds NaN or infinity; leave such rows out, here and in the fit.")
    names = getattr(added, "columns", range(values.shape[1]))
    return values, tuple(f"added {name}" for name in names)


def _baseline_place(classes: Array, baseline: Any) -> int:
    if baseline is None:
        return 0
    found = np.flatnonzero(classes == baseline)
    if not len(found):
        raise DataError(
            f"baseline = {baseline!r} is not a class; choose one of "
            f"{', '.join(map(repr, classes.tolist()))}."
        )
    return int(found[0])


def _inverse_information(fit: Fit, is_settled: bool) -> Array:
    information = fit.information()
    scale = np.sqrt(np.maximum(np.diagonal(information), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    singular = values[0] <= _RANK_TOLERANCE * values[-1]
    certain = fit.probabilities.max() > _NEARLY_CERTAIN
    if not fit.is_firth and (singular or certain or not is_settled):
        _refuse_separated(fit)
    if singular:
        raise DataError(_dependent_columns(fit, vectors[:, 0] / scale))
    half = vectors / np.sqrt(values) / scale[:, None]
    return half @ half.T


def _refuse_separated(fit: Fit) -> None:
    target = fit.source.target
    if target.ndim > 1:
        return
    counts = fit.source.row_weights > 0  # a row without weight keeps nothing from running away
    found = find_separation(fit.full_rows[counts], target[counts], len(fit.classes))
    if found is not None:
        raise DataError(
            f"the classes are {found.describe(fit.feature_names, fit.classes)}: without a penalty "
            "the coefficients grow without limit and have no standard errors; leave the column "
            "out, join the classes, or fit with penalty='firth', whose estimates are finite."
        )


def _dependent_columns(fit: Fit, direction: Array) -> str:
    rows = fit.full_rows
    size = np.abs(direction.reshape(-1, rows.shape[1])).max(axis=0) * np.abs(rows).max(axis=0)
    order = np.argsort(size)[::-1]
    names = [repr(fit.feature_names[j]) for j in order if size[j] > 1e-3 * size.max()]
    return (
        f"the columns {', '.join(names[:6])} depend on each other linearly, so their coefficients "
        "are not determined by the data; leave one of them out (of a full set of 0/1 columns, the "
        "one to compare the others with)."
    )
