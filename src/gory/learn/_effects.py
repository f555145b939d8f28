"""Average marginal effects: how probabilities, not log odds, answer to the features.

The effect of feature j on class k at one row is dp_k/dx_j = p_k (w_kj - sum_l p_l w_lj). The mean
over the rows is reported, with standard errors by the delta method from the covariance of the
coefficients. Rows are worked off in blocks; the n x K x p array of all effects never exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ._fitted import Fit

Array = NDArray[Any]

_BLOCK_ROWS = 1024


@dataclass(frozen=True, eq=False)
class MarginalEffects:
    """Mean change of class probabilities per unit of a feature; ``print`` shows it as a table.

    Attributes
    ----------
    classes : ndarray of shape (K,)
    feature_names : tuple of str
        Without the intercept.
    effect, standard_error, z, p_value : ndarray of shape (K, d)
        Effects of one feature sum to zero over the classes.
    """

    classes: Array
    feature_names: tuple[str, ...]
    effect: Array
    standard_error: Array
    z: Array
    p_value: Array

    def to_frame(self) -> Any:
        """One row per class and feature, as a pandas data frame."""
        import pandas as pd

        index = pd.MultiIndex.from_product(
            [self.classes.tolist(), self.feature_names], names=["class", "feature"]
        )
        names = ("effect", "standard_error", "z", "p_value")
        return pd.DataFrame({name: getattr(self, name).ravel() for name in names}, index=index)

    def __str__(self) -> str:
        width = max(len(name) for name in self.feature_names)
        lines = ["average marginal effects: mean change of a probability per unit of a feature"]
        for k, label in enumerate(self.classes):
            lines += ["", f"probability of {label}"]
            lines.append(f"{'':{width}}  {'effect':>12} {'std. error':>12} {'z':>8} {'p':>8}")
            for j, name in enumerate(self.feature_names):
                lines.append(
                    f"{name:{width}}  {self.effect[k, j]:12.6g} {self.standard_error[k, j]:12.6g} "
                    f"{self.z[k, j]:8.3f} {self.p_value[k, j]:8.3g}"
                )
        return "\n".join(lines)


def marginal_effects(fit: Fit, covariance: Array, baseline: Any, /) -> MarginalEffects:
    """Average marginal effects of a fit.

    Parameters
    ----------
    fit : Fit
    covariance : ndarray of shape ((K - 1) p, (K - 1) p)
        Of the coefficients against ``baseline``.
    baseline : label
    """
    from scipy.stats import norm

    n_classes, d = len(fit.classes), fit.source.n_features
    others = np.flatnonzero(fit.classes != baseline)
    effect = np.zeros((n_classes, d))
    jacobian = np.zeros((n_classes, d, n_classes, fit.theta.shape[1]))
    rows = fit.full_rows
    for start in range(0, len(rows), _BLOCK_ROWS):
        part = slice(start, start + _BLOCK_ROWS)
        _add_block(
            fit.probabilities[part],
            rows[part],
            fit.source.row_weights[part],
            fit.theta[:, :d],
            effect,
            jacobian,
        )
    flat = jacobian[:, :, others].reshape(n_classes * d, -1)
    variance = np.einsum("ab,bc,ac->a", flat, covariance, flat)
    error = np.sqrt(np.maximum(variance, 0.0)).reshape(n_classes, d)
    z = effect / error
    return MarginalEffects(
        classes=fit.classes,
        feature_names=fit.feature_names[:d],
        effect=effect,
        standard_error=error,
        z=z,
        p_value=2.0 * norm.sf(np.abs(z)),
    )


def _add_block(p: Array, x: Array, s: Array, w: Array, effect: Array, jacobian: Array) -> None:
    """Add weighted effects of some rows, and their derivatives by all coefficients.

    With m_j = sum_l p_l w_lj the effect is e_kj = p_k (w_kj - m_j), and by the coefficient w_ca of
    class c and column a its derivative is

        p_k (delta_kc - p_c) (w_kj - m_j) x_a + p_k (delta_kc - p_c) delta_ja
            - p_k p_c (w_cj - m_j) x_a.
    """
    n_classes, d = w.shape
    lead = w[None] - np.einsum("ik,kj->ij", p, w)[:, None]  # w_kj - m_j
    effect += np.einsum("i,ik,ikj->kj", s, p, lead)
    weighted = s[:, None] * p
    every = np.arange(n_classes)
    moved = np.einsum("ik,ikj,ia->kja", weighted, lead, x)
    jacobian[every, :, every] += moved
    both = np.einsum("ik,ic,ikj,ia->kjca", weighted, p, lead, x, optimize=True)
    jacobian -= both + both.transpose(2, 1, 0, 3)
    direct = np.diag(weighted.sum(axis=0)) - weighted.T @ p
    features = np.arange(d)
    jacobian[:, features, :, features] += direct
