"""The Jacobian of softmax as an operator that is never written out.

diag(s) - s sᵀ has K² entries and K numbers in it. Products, solutions and a square root
cost O(K) each; `dense` writes it out for those who want to see it.

Rows are outputs, columns inputs. The axis of the softmax is the last one of every array
given to or taken from the operator.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_floating, same_shape
from gory.ops._errors import RangeError


@dataclass(frozen=True, slots=True)
class SoftmaxJacobian:
    """J = (diag(s) - s sᵀ) diag(slope), one matrix per row of s.

    Parameters
    ----------
    s : ndarray, shape (..., K)
        Probabilities.
    complement : ndarray, shape (..., K)
        1 - s, accurate where s is close to 1.
    slope : ndarray, shape (..., K), or float
        Derivative of the effective logits in the given ones: 1 / temperature, times the
        slope of the soft cap.

    Examples
    --------
    >>> from gory.ops import softmax
    >>> J = softmax.jacobian([1.0, 2.0, 3.0], structured=True)
    >>> J.multiply([1.0, 1.0, 1.0])
    array([0., 0., 0.])
    >>> print(J.dense().round(4))
    [[ 0.0819 -0.022  -0.0599]
     [-0.022   0.1848 -0.1628]
     [-0.0599 -0.1628  0.2227]]
    """

    s: NDArray[np.float64]
    complement: NDArray[np.float64]
    slope: NDArray[np.float64] | float

    def multiply(self, v: ArrayLike, /) -> NDArray[np.float64]:
        """J v, shape (..., K)."""
        return self._covariance(self._like("v", v) * self.slope)

    def multiply_transpose(self, g: ArrayLike, /) -> NDArray[np.float64]:
        """Jᵀ g, shape (..., K)."""
        return self._covariance(self._like("g", g)) * self.slope

    def solve(self, b: ArrayLike, /) -> NDArray[np.float64]:
        """The x of least norm with J x = b, shape (..., K).

        J has the kernel span(1 / slope) and its range is {b : Σ b = 0}; the solutions are
        (b / s + c) / slope for any c.

        Raises
        ------
        RangeError
            If a row of b does not sum to zero, or a probability is 0, so that the row
            has no finite solution.
        """
        right = self._like("b", b)
        off = np.abs(right.sum(-1)) > 1e-9 * np.abs(right).sum(-1)
        if np.any(off):
            raise RangeError(
                f"b sums to {float(right.sum(-1)[off].flat[0]):.3g} along its last axis; J x "
                f"always sums to 0, so there is no solution. Subtract what is in excess from b."
            )
        if np.any(self.s == 0):
            raise RangeError(
                "a probability is 0, so J has no inverse on the vectors that sum to 0; "
                "remove the classes with logit -inf, or raise the temperature."
            )
        inverse = 1.0 / np.asarray(self.slope, np.float64)
        x = right / self.s * inverse
        kernel = np.broadcast_to(inverse, self.s.shape)
        share = (x * kernel).sum(-1) / (kernel * kernel).sum(-1)
        return x - share[..., None] * kernel

    def factor(self, u: ArrayLike, /) -> NDArray[np.float64]:
        """B u, where B = diag(√s) - s √sᵀ and B Bᵀ = diag(s) - s sᵀ (without the slope)."""
        v = self._like("u", u)
        root = np.sqrt(self.s)
        return root * v - self.s * (root * v).sum(-1)[..., None]

    def factor_transpose(self, u: ArrayLike, /) -> NDArray[np.float64]:
        """Bᵀ u for the same factor."""
        v = self._like("u", u)
        return np.sqrt(self.s) * (v - (self.s * v).sum(-1)[..., None])

    def dense(self) -> NDArray[np.float64]:
        """J written out, shape (..., K, K): entry [..., i, j] is d s[i] / d z[j]."""
        s = self.s
        matrix = -(s[..., :, None] * s[..., None, :])
        index = np.arange(s.shape[-1])
        matrix[..., index, index] = s * self.complement
        if np.ndim(self.slope):
            return matrix * np.asarray(self.slope)[..., None, :]
        return matrix * self.slope

    def _covariance(self, v: NDArray[np.float64]) -> NDArray[np.float64]:
        if not v.shape[-1]:
            return v
        peak = self.s.argmax(-1)[..., None]
        w = v - np.take_along_axis(v, peak, -1)
        return self.s * (w - (self.s * w).sum(-1)[..., None])

    def _like(self, name: str, value: ArrayLike) -> NDArray[np.float64]:
        array = as_floating(name, value).astype(np.float64)
        same_shape(name, array, "s", self.s.shape)
        return array
