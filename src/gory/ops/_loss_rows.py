"""Cross-entropy row by row: values, gradients, second derivatives.

With x = cap(z), a = x / T, p = softmax(a), S = softmax(x), ℓ = lse(x), a row's loss is

    F(x) = Σ_k q_k (L - (a_k - max a)) + ζ ℓ²,     L = log1p(rest),

a sum of terms that are not negative. Its gradient in x is r / T + 2 ζ ℓ S with
r_k = p_k (ω - q_k) - q_k (1 - p_k), which equals ω p - q and loses no digits where p is
close to 1; its second derivative along u is

    ω (diag p - p pᵀ) u / T² + 2 ζ ((S·u) S + ℓ (diag S - S Sᵀ) u).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gory.ops._centered import covariance_product, quiet, row_dot
from gory.ops._rows import (
    Rows,
    complements,
    excess,
    log_sum_exp,
    probabilities,
)
from gory.ops._scores import Scores
from gory.ops._targets import Target


def label_values(
    rows: Rows, matrix: NDArray[Any], labels: NDArray[np.intp], temperature: float
) -> NDArray[np.float64]:
    """-log p of the label of each row, in float64, without class weights."""
    index = np.arange(len(labels))
    with np.errstate(invalid="ignore"):
        if temperature == 1.0:
            gap = matrix[index, labels].astype(np.float64) - rows.maximum.astype(np.float64)
        else:
            gap = rows.gap[index, labels]
        return excess(rows) - gap


def label_gradients(
    rows: Rows, labels: NDArray[np.intp], upstream: NDArray[np.float64]
) -> NDArray[Any]:
    """upstream ⊙ (p - onehot), in the dtype of the rows.

    At the label the entry is -upstream (rest + (1 - e)) / (1 + rest): the sum of the other
    probabilities. Entries too small for a normal number are 0.
    """
    e, top = rows.exps, rows.top
    index = np.arange(len(labels))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore", under="ignore"):
        factor = upstream / (rows.total * top)
        floor = np.abs(np.finfo(e.dtype).tiny / factor).astype(e.dtype)
        scaled = e * factor.astype(e.dtype)[:, None]
        gradient = np.where(e < floor[:, None], e.dtype.type(0), scaled)
        others = rows.rest + (1.0 - e[index, labels].astype(np.float64) / top)
        gradient[index, labels] = 0.0 - upstream * (others / rows.total)
    return gradient


@dataclass(frozen=True, slots=True)
class LossRows:
    """Everything the derivatives of one call are made of; all float64, shape (N, K)."""

    scores: Scores
    target: Target
    z_loss: float
    rows: Rows
    p: NDArray[np.float64]
    raw: Rows
    raw_p: NDArray[np.float64]

    @quiet
    def values(self) -> NDArray[np.float64]:
        """The loss of each row."""
        target = self.target
        if target.labels is not None:
            matrix, temperature = self.scores.matrix, self.scores.temperature
            value = label_values(self.rows, matrix, target.labels, temperature) * target.total
        else:
            value = row_dot(self._shares(), excess(self.rows)[:, None] - self.rows.gap)
        if self.z_loss:
            value = value + self.z_loss * log_sum_exp(self.raw) ** 2
        return value

    @quiet
    def gradients(self) -> NDArray[np.float64]:
        """d loss / d z of each row."""
        return self.scores.outward(self._outer_gradients())

    @quiet
    def hessian_products(
        self, v: NDArray[np.float64], *, gauss_newton: bool = False
    ) -> NDArray[np.float64]:
        """Each row's Hessian times v; without the curvature of the cap for Gauss-Newton."""
        scores = self.scores
        u = scores.outward(v)
        total = self.target.total[:, None] / scores.temperature**2
        product = total * covariance_product(self.rows, self.p, u)
        if self.z_loss:
            slope = row_dot(self.raw_p, u)[:, None] * self.raw_p
            level = log_sum_exp(self.raw)[:, None]
            bowl = covariance_product(self.raw, self.raw_p, u)
            product = product + 2.0 * self.z_loss * (slope + level * bowl)
        product = scores.outward(product)
        if scores.cap is not None and not gauss_newton:
            product = product + scores.cap.bend * self._outer_gradients() * v
        return product

    def _outer_gradients(self) -> NDArray[np.float64]:
        """d loss / d cap(z)."""
        q = self._shares()
        others = self.target.total[:, None] - q
        residual = self.p * others - q * complements(self.rows, self.p)
        gradient = residual / self.scores.temperature
        if self.z_loss:
            gradient = gradient + 2.0 * self.z_loss * log_sum_exp(self.raw)[:, None] * self.raw_p
        return gradient

    def _shares(self) -> NDArray[np.float64]:
        target = self.target
        if target.shares is not None:
            return target.shares
        q = np.zeros_like(self.p)
        if target.labels is not None:
            q[np.arange(len(q)), target.labels] = target.total
        return q


def loss_rows(scores: Scores, target: Target, z_loss: float, *, rounded: bool = False) -> LossRows:
    """Prepare the rows of one call; `scores` must have been opened in float64.

    `rounded` says that all results will be float32.
    """
    rows = scores.rows(rounded=rounded)
    raw = scores.raw_rows() if z_loss and scores.temperature != 1.0 else rows
    p = probabilities(rows)
    raw_p = p if raw is rows else probabilities(raw)
    return LossRows(scores, target, z_loss, rows, p, raw, raw_p)


def scaled_rows(rows: NDArray[np.float64], factors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows times their factors; a row of factor 0 becomes 0, whatever it holds."""
    with np.errstate(invalid="ignore"):
        scaled = rows * factors[:, None]
    if not factors.all():
        scaled[factors == 0] = 0.0
    return scaled
