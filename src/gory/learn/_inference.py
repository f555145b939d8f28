"""Standard errors, tests and marginal effects of an unpenalized fit.

The Fisher information of softmax regression is the Hessian of the loss times the sum of the
weights; its inverse in the contrast basis is mapped to the differences from a baseline class, which
is what tables of coefficients show. Likelihood-ratio statistics do not depend on the baseline. The
robust covariance is the sandwich H^-1 (sum of squared scores) H^-1, which stays right where the
model is only an approximation.

A penalty shrinks coefficients and makes the inverse Hessian something else than a sampling
covariance, therefore only fits with ``C=inf`` are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._effects import MarginalEffects, marginal_effects
from ._errors import DataError
from ._gauge import contrast_basis
from ._memory import MemorySource
from ._objective import row_softmax
from ._separation import find_separation

Array = NDArray[Any]

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
        Twice their difference, and its chi-squared p-value with ``lr_df`` degrees of freedom.
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


@dataclass(frozen=True, eq=False)
class Fit:
    """The fitted weights with the rows they were fitted to."""

    source: MemorySource
    theta: Array
    classes: Array
    feature_names: tuple[str, ...]
    probabilities: Array

    @property
    def full_rows(self) -> Array:
        """Dense features with the column of ones."""
        X = self.source.X
        dense = np.asarray(X.toarray() if hasattr(X, "toarray") else X, dtype=np.float64)
        return np.column_stack([dense, np.ones(len(dense))]) if self.source.fit_intercept else dense


def infer(
    fit: Fit, /, *, baseline: Any = None, robust: bool = False, level: float = 0.95
) -> Inference:
    """Inference for a fit; see `SoftmaxRegression.inference`."""
    from scipy.stats import norm

    basis = contrast_basis(len(fit.classes))
    inverse = _inverse_information(fit, basis)
    if robust:
        scores = _scores(fit, basis)
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


def _criteria(fit: Fit, coef: Array) -> dict[str, Any]:
    """Likelihoods, their ratio test, and the information criteria, by field name."""
    from scipy.stats import chi2

    likelihood, null = _log_likelihoods(fit)
    free = coef.size
    df = free - (len(coef) if fit.source.fit_intercept else 0)
    ratio = 2.0 * (likelihood - null)
    return {
        "log_likelihood": likelihood,
        "null_log_likelihood": null,
        "lr_statistic": ratio,
        "lr_p_value": float(chi2.sf(ratio, df)) if df else 1.0,
        "lr_df": df,
        "aic": -2.0 * likelihood + 2.0 * free,
        "bic": -2.0 * likelihood + np.log(fit.source.weight_sum) * free,
    }


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


def _inverse_information(fit: Fit, basis: Array) -> Array:
    source = fit.source
    information = source.weight_sum * source.at(fit.theta).hessian(basis)
    scale = np.sqrt(np.maximum(np.diagonal(information), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    singular = values[0] <= _RANK_TOLERANCE * values[-1]
    if singular or fit.probabilities.max() > _NEARLY_CERTAIN:
        _refuse_separated(fit)
    if singular:
        raise DataError(_dependent_columns(fit, vectors[:, 0] / scale))
    half = vectors / np.sqrt(values) / scale[:, None]
    return half @ half.T


def _refuse_separated(fit: Fit) -> None:
    target = fit.source.target
    if target.ndim > 1:
        return
    found = find_separation(fit.full_rows, target, len(fit.classes))
    if found is not None:
        raise DataError(
            f"the classes are {found.describe(fit.feature_names, fit.classes)}: without a penalty "
            "the coefficients grow without limit and have no standard errors; leave the column "
            "out, join the classes, or use a penalty (finite C) and no inference."
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


def _scores(fit: Fit, basis: Array) -> Array:
    """Derivative of every row's weighted loss in the contrast basis, shape (n, (K - 1) p)."""
    source = fit.source
    target = source.target
    hard = np.eye(len(fit.classes))[target] if target.ndim == 1 else target
    slope = (fit.probabilities - hard) * (source.row_weights * source.weight_sum)[:, None]
    return np.einsum("ik,ij->ikj", slope @ basis, fit.full_rows).reshape(len(slope), -1)


def _log_likelihoods(fit: Fit) -> tuple[float, float]:
    """Of the fit, and of the model with intercepts only (or of equal probabilities without any)."""
    source = fit.source
    at_fit = -source.weight_sum * source.at(fit.theta).loss
    shares = source.class_shares()
    if not source.fit_intercept:
        shares = np.full(len(shares), 1.0 / len(shares))
    kept = shares > 0
    null = source.weight_sum * float(source.class_shares()[kept] @ np.log(shares[kept]))
    return at_fit, null


def fit_of(model: Any, training: Any, theta: Array, /) -> Fit:
    """The rows of ``training`` with the weights of a fitted model; refuses penalized models."""
    if np.isfinite(model.C):
        raise DataError(
            f"the model was fitted with C = {model.C:g}: a penalty shrinks coefficients, and its "
            "inverse Hessian is not their sampling covariance; fit with C=float('inf') first."
        )
    if not np.array_equal(training.classes, model.classes_):
        raise DataError(
            f"y holds the classes {training.classes.tolist()}, but the model was fitted to "
            f"{model.classes_.tolist()}; pass the rows the model was fitted to."
        )
    source = training.source(fit_intercept=model.fit_intercept)
    given = getattr(model, "feature_names_in_", None)
    d = training.X.shape[1]
    names = tuple(map(str, given)) if given is not None else tuple(f"x{j}" for j in range(d))
    logits = source.forward(theta) + (0.0 if source.offset is None else source.offset)
    return Fit(
        source=source,
        theta=theta,
        classes=training.classes,
        feature_names=(*names, "intercept") if model.fit_intercept else names,
        probabilities=row_softmax(logits)[0],
    )
