"""The smooth maxima, one function each: a matrix of rows and a sharpness t give a `Curve`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gory.ops._arguments import positive
from gory.ops._centered import covariance_product, deviations, row_dot
from gory.ops._errors import RangeError, ShapeError
from gory.ops._rows import log_sum_exp, probabilities, rows_of

Matrix = NDArray[np.float64]

# Below this spread of t x the mellowmax is taken around the mean, where the difference of
# two nearly equal logarithms divided by a small t would lose its digits.
NARROW = 0.5
# From this maximum on, exp(-x) is too small to matter beside the other terms of `zero`.
FAR_FROM_ZERO = 40.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Value (N,), gradient (N, K) and Hessian product of the rows."""

    value: Matrix
    gradient: Matrix
    hessian_product: Callable[[Matrix], Matrix]


def logsumexp_curve(x: Matrix, t: float) -> Curve:
    """log(Σ exp(t x)) / t."""
    rows = rows_of(x, 1.0 / positive("sharpness", t))
    p = probabilities(rows)
    return Curve(log_sum_exp(rows) / t, p, lambda v: t * covariance_product(rows, p, v))


def minimum_curve(x: Matrix, t: float) -> Curve:
    """-log(Σ exp(-t x)) / t: the smooth maximum of -x, negated."""
    mirror = logsumexp_curve(-x, t)
    return Curve(-mirror.value, mirror.gradient, lambda v: -mirror.hessian_product(v))


def boltzmann_curve(x: Matrix, t: float) -> Curve:
    """Σ x softmax(t x); its gradient softmax(t x) (1 + t (x - value)) may be negative."""
    _finite_sharpness(t)
    rows = rows_of(t * x)
    p = probabilities(rows)
    value = row_dot(p, x)
    lift = 1.0 + t * (x - value[:, None])
    gradient = p * lift

    def product(v: Matrix) -> Matrix:
        moved = row_dot(gradient, v)[:, None]
        return t * (p * deviations(rows, p, v) * lift + p * (v - moved))

    return Curve(value, gradient, product)


def mellowmax_curve(x: Matrix, t: float) -> Curve:
    """log(mean exp(t x)) / t, which is the mean at t = 0."""
    _finite_sharpness(t)
    rows = rows_of(t * x)
    p = probabilities(rows)
    mean = x.mean(1)
    off = t * (x - mean[:, None])
    if t == 0:
        value = mean
    else:
        around = mean + np.log1p(np.expm1(off).mean(1)) / t
        direct = (log_sum_exp(rows) - np.log(x.shape[1])) / t
        value = np.where(np.abs(off).max(1) < NARROW, around, direct)
    return Curve(value, p, lambda v: t * covariance_product(rows, p, v))


def norm_curve(x: Matrix, t: float) -> Curve:
    """(Σ abs(x)^t)^(1/t), scaled by the largest entry so that no power overflows."""
    if not (np.isfinite(t) and t >= 1):
        raise RangeError(f"sharpness is {t!r}; the order of a norm must be finite and at least 1.")
    size = np.abs(x)
    top = size.max(1)
    scale = np.where(top > 0, top, 1.0)[:, None]
    norm = scale[:, 0] * ((size / scale) ** t).sum(1) ** (1 / t)
    share = size / np.where(norm > 0, norm, 1.0)[:, None]
    gradient = np.sign(x) * share ** (t - 1)

    def product(v: Matrix) -> Matrix:
        if t == 1:
            return np.zeros_like(v)
        bent = np.where(v == 0, 0.0, share ** (t - 2) * v)
        curvature = (t - 1) / np.where(norm > 0, norm, np.inf)[:, None]
        return curvature * (bent - gradient * row_dot(gradient, v)[:, None])

    return Curve(np.where(top > 0, norm, top), gradient, product)


def zero_curve(x: Matrix, t: float) -> Curve:
    """log(Σ exp(t x) - (K - 1)) / t, which is 0 at x = 0."""
    positive("sharpness", t)
    top = (t * x).max(1)
    near = np.minimum(t * x, FAR_FROM_ZERO)
    inner = np.expm1(near).sum(1)
    wrong = np.flatnonzero((inner <= -1) & (top < FAR_FROM_ZERO))
    if wrong.size:
        raise RangeError(
            f"row {wrong[0]} of x has Σ exp(t x) <= K - 1, so the logarithm of kind 'zero' has no "
            f"value; use kind='logsumexp', or larger numbers."
        )
    far = top + np.log((np.exp(t * x - top[:, None])).sum(1) - (x.shape[1] - 1) * np.exp(-top))
    logarithm = np.where(top < FAR_FROM_ZERO, np.log1p(inner), far)
    gradient = np.exp(t * x - logarithm[:, None])

    def product(v: Matrix) -> Matrix:
        return t * gradient * (v - row_dot(gradient, v)[:, None])

    return Curve(logarithm / t, gradient, product)


def root_curve(x: Matrix, t: float) -> Curve:
    """(x + y + √((x - y)² + t⁻²)) / 2 for two numbers."""
    positive("sharpness", t)
    if x.shape[1] != 2:
        raise ShapeError(
            f"x has {x.shape[1]} entries per row; kind 'root' is a function of two, so use "
            f"another kind or nest it."
        )
    gap = x[:, 0] - x[:, 1]
    root = np.hypot(gap, 1 / t)
    value = 0.5 * (x[:, 0] + x[:, 1] + root)
    lean = gap / root
    gradient = 0.5 * np.stack([1 + lean, 1 - lean], axis=1)

    def product(v: Matrix) -> Matrix:
        bend = 0.5 * (v[:, 0] - v[:, 1]) / root * (1 / (t * root)) ** 2
        return np.stack([bend, -bend], axis=1)

    return Curve(value, gradient, product)


def _finite_sharpness(t: float) -> None:
    if not np.isfinite(t):
        raise RangeError(f"sharpness is {t!r}; it must be a finite number.")


KINDS: dict[str, Callable[[Matrix, float], Curve]] = {
    "logsumexp": logsumexp_curve,
    "minimum": minimum_curve,
    "boltzmann": boltzmann_curve,
    "mellowmax": mellowmax_curve,
    "norm": norm_curve,
    "zero": zero_curve,
    "root": root_curve,
}
