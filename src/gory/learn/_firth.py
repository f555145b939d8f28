r"""Firth's penalty: finite estimates also where the classes are separated.

Training minimizes, in nats per unit of row weight with S the sum of the weights,

    F(theta) = loss(theta) - log det I(theta) / (2 S),    I = S * Hessian of the loss,

the posterior mode under Jeffreys' prior. The prior is invariant: units of columns and the choice of
a baseline do not matter. Where one class is certain I becomes singular and F grows without bound,
so the minimum is finite. With z_i the logits, V_i[k, l] = x_i^T (Cov_kl) x_i and Cov the inverse of
the Hessian in contrasts, the slope of the prior by z_im is

    s_i p_m (V_mm - sum_k p_k V_kk - 2 (V p)_m + 2 p^T V p) / (2 S).

Steps are Newton's steps with the Hessian of the loss, halved until F falls.

Source: Firth, *Bias reduction of maximum likelihood estimates*; Kosmidis and Firth, *Multinomial
logit bias reduction via the Poisson log-linear model*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import LearnError
from ._gauge import contrast_basis
from ._memory import MemoryPoint
from ._newton import factor_definite
from ._products import dense_blocks
from ._progress import INTERRUPTED, Recorder, Solution, passes_spent

Array = NDArray[Any]

# More coefficients than these are not given a dense covariance (0.2 GB).
_MOST_COEFFICIENTS = 5000
# Smallest curvature, relative to the largest, at which columns count as independent.
_RANK_TOLERANCE = 1e-12
_HALVINGS = 30
# Longest step of a coefficient in units where its column has mean square one.
_LONGEST = 5.0


def solve_firth(
    source: Any,
    theta: Array,
    recorder: Recorder,
    /,
    *,
    tol: float,
    max_passes: float,
) -> Solution:
    """Minimize F until the decrease that the next step promises is a share ``tol`` of the loss.

    Parameters
    ----------
    source : MemorySource
    theta : ndarray of shape (K, p)
        Where to start.
    recorder : Recorder
    tol, max_passes : float
        See `SoftmaxRegression`.

    Raises
    ------
    LearnError
        There are too many coefficients, or columns depend on each other, so that the information
        is singular everywhere.
    """
    size = (source.n_classes - 1) * theta.shape[1]
    _check_size(source, size)
    basis = contrast_basis(source.n_classes)
    state, iteration, reason, gap = _State(source.at(theta), basis), 0, "", np.inf
    _check_rank(state.hessian)
    while True:
        try:
            step, promised = state.step()
            gap = promised / max(abs(state.point.loss), np.finfo(float).tiny)
            recorder.add(iteration, source.passes, state.value, gap, state.point.theta)
            reason = _reason_to_stop(gap, tol, source.passes, max_passes)
            moved = None if reason else _descended(state, step, basis)
        except KeyboardInterrupt:
            if not recorder.entries:
                raise
            moved, reason = None, INTERRUPTED
        if moved is None:
            break
        state, iteration = moved, iteration + 1
    return Solution(
        theta=state.point.theta,
        loss=state.value,
        rel_gap=float(gap),
        certified=False,
        converged=bool(gap <= tol),
        reason=reason or "no step makes progress in floating point",
        solver=f"firth ({size} coefficients)",
        history=tuple(recorder.entries),
        passes=source.passes,
    )


def _reason_to_stop(gap: float, tol: float, passes: float, max_passes: float) -> str:
    if gap <= tol:
        return "the next step promises less than the tolerance"
    return passes_spent(max_passes) if passes >= max_passes else ""


def _check_size(source: Any, size: int) -> None:
    if size > _MOST_COEFFICIENTS or not source.keeps_logits:
        raise LearnError(
            f"penalty = 'firth' needs a covariance of all {size} coefficients, and "
            f"{_MOST_COEFFICIENTS} are the most it takes; use C instead"
        )


def _check_rank(hessian: Array) -> None:
    scale = np.sqrt(np.maximum(np.diagonal(hessian), np.finfo(float).tiny))
    values = np.linalg.eigvalsh(hessian / np.outer(scale, scale))
    if not values[0] > _RANK_TOLERANCE * values[-1]:
        raise LearnError(
            "penalty = 'firth' has no finite optimum here, because some columns of X are sums of "
            "others (or of the intercept) and every weight could be moved from one to the other; "
            "drop such columns, for example one of each set of 0/1 columns"
        )


class _State:
    """F and its derivatives at one point."""

    def __init__(self, point: MemoryPoint, basis: Array, /) -> None:
        self.point = point
        self.basis = basis
        self.hessian = point.hessian(basis)
        sign, log_determinant = np.linalg.slogdet(self.hessian)
        finite = sign > 0 and np.isfinite(log_determinant)
        weight = point.source.weight_sum
        self.value = point.loss - log_determinant / (2 * weight) if finite else np.inf

    def step(self) -> tuple[Array, float]:
        """Newton's step (K, p) with the Hessian of the loss, and the decrease it promises."""
        solve = factor_definite(self.hessian)
        gradient = self.point.gradient() - self._slope_of_prior()
        inner = self.basis.T @ gradient
        step = -solve(inner.ravel())
        return self.basis @ step.reshape(inner.shape), -0.5 * float(inner.ravel() @ step)

    def _slope_of_prior(self) -> Array:
        source, shares = self.point.source, self.point.probabilities
        n_classes, p = self.point.theta.shape
        units = np.sqrt(np.diagonal(self.hessian))
        units = np.outer(units, units)
        inverse = np.linalg.inv(self.hessian / units) / units
        inverse = inverse.reshape(n_classes - 1, p, n_classes - 1, p)
        covariance = np.einsum("ka,aibj,lb->kilj", self.basis, inverse, self.basis, optimize=True)
        slope = np.empty_like(shares)
        for rows, block in dense_blocks(source.X):
            x = np.column_stack([block, np.ones(len(block))])[:, :p]
            leverage = np.empty((len(block), n_classes, n_classes))
            for k in range(n_classes):
                for m in range(k, n_classes):
                    product = np.einsum("ij,ij->i", x @ covariance[k, :, m], x)
                    leverage[:, k, m] = leverage[:, m, k] = product
            slope[rows] = _slope_by_logits(shares[rows], leverage)
        slope *= source.row_weights[:, None] / (2 * source.weight_sum)
        return source.pull(slope)


def _slope_by_logits(shares: Array, leverage: Array) -> Array:
    """``p_m (V_mm - sum_k p_k V_kk - 2 (V p)_m + 2 p^T V p)`` for every row."""
    own = np.einsum("ikk->ik", leverage)
    mixed = np.einsum("ikl,il->ik", leverage, shares)
    mean = np.einsum("ik,ik->i", shares, own - 2.0 * mixed)
    return shares * (own - 2.0 * mixed - mean[:, None])


def _descended(state: _State, step: Array, basis: Array) -> _State | None:
    """The state after the first of the halved steps that goes down; None without one."""
    source, point = state.point.source, state.point
    units = np.sqrt(source.squared_column_means())
    longest = float(np.abs(step * units).max())
    t = min(1.0, _LONGEST / longest) if longest > 0 else 1.0
    for _ in range(_HALVINGS):
        moved = _State(source.at(point.theta + t * step), basis)
        if moved.value < state.value:
            return moved
        t *= 0.5
    return None
