"""The logistic function, its complement and softplus, from one exponential.

With e = exp(-abs(a)) both σ(a) and 1 - σ(a) are 1 / (1 + e) or e / (1 + e), and
softplus(a) = max(a, 0) + log1p(e): sums and quotients of numbers that are not negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gory.ops._elementary import exp_float64, log1p_nonnegative


@dataclass(frozen=True, slots=True)
class Logistic:
    """σ(a), σ(-a), softplus(a), softplus(-a), elementwise in float64."""

    value: NDArray[np.float64]
    complement: NDArray[np.float64]
    softplus: NDArray[np.float64]
    softplus_negative: NDArray[np.float64]


def logistic(a: NDArray[np.float64]) -> Logistic:
    """Evaluate all four at once."""
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        size = np.abs(a)
        e = exp_float64(-size, np.zeros_like(a))
        large, small = 1.0 / (1.0 + e), e / (1.0 + e)
        tail = log1p_nonnegative(e)
    # A NaN is neither >= 0 nor < 0 and is NaN in `large`, `small` and `tail` alike.
    up = a >= 0
    return Logistic(
        np.where(up, large, small),
        np.where(up, small, large),
        np.where(up, size + tail, tail),
        np.where(up, tail, size + tail),
    )
