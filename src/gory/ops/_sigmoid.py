"""The logistic sigmoid with its derivatives.

σ(z) = 1 / (1 + exp(-z)) is softmax over the two logits z and 0; σ' = σ (1 - σ). It acts on
every entry by itself, so its Jacobian is diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_floating, checked_axis, checked_out, positive, same_shape
from gory.ops._logistic import logistic
from gory.ops._scores import capped


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """The logistic function of every entry, `gory.ops.sigmoid`.

    .. math:: \\sigma(a) = 1 / (1 + e^{-a}), \\qquad a = \\mathrm{cap}(z) / T

    Parameters of every verb
    ------------------------
    z : array_like
        float16, float32 or float64 of any shape; integers are read as float64.
    temperature, softcap, out
        As in `softmax`.

    Raises
    ------
    DTypeError, ShapeError, RangeError
        For arguments that cannot be computed with; nothing has been written then.

    Notes
    -----
    Computed in float64 and rounded once. -inf gives 0, +inf gives 1, NaN gives NaN.

    Source: H. Bunyamin, *How to Compute the Gradient of Cost Function from Logistic
    Regression*.

    Examples
    --------
    >>> from gory.ops import sigmoid
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """

    def __call__(
        self,
        z: ArrayLike,
        /,
        *,
        temperature: float = 1.0,
        softcap: float | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """σ, in the shape and dtype of z."""
        array, value, _ = _value_and_slope(z, temperature, softcap)
        return _written(value, array, out, {"z": array})

    def derivative(
        self,
        z: ArrayLike,
        /,
        *,
        temperature: float = 1.0,
        softcap: float | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """σ (1 - σ) of every entry: the diagonal of the Jacobian.

        Examples
        --------
        >>> from gory.ops import sigmoid
        >>> sigmoid.derivative([0.0])
        array([0.25])
        """
        array, _, slope = _value_and_slope(z, temperature, softcap)
        return _written(slope, array, out, {"z": array})

    def jvp(
        self,
        z: ArrayLike,
        v: ArrayLike,
        /,
        *,
        temperature: float = 1.0,
        softcap: float | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """How σ moves when z moves along v: σ (1 - σ) v.

        Examples
        --------
        >>> from gory.ops import sigmoid
        >>> sigmoid.jvp([0.0], [2.0])
        array([0.5])
        """
        array, _, slope = _value_and_slope(z, temperature, softcap)
        direction = as_floating("v", v)
        same_shape("v", direction, "z", array.shape)
        return _written(slope * direction, array, out, {"z": array, "v": direction})

    def vjp(
        self,
        z: ArrayLike,
        g: ArrayLike,
        /,
        *,
        temperature: float = 1.0,
        softcap: float | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """The gradient in z of Σ g ⊙ σ; the Jacobian is diagonal, so this is `jvp`.

        Examples
        --------
        >>> from gory.ops import sigmoid
        >>> sigmoid.vjp([0.0], [2.0])
        array([0.5])
        """
        return self.jvp(z, g, temperature=temperature, softcap=softcap, out=out)

    def jacobian(
        self,
        z: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> NDArray[Any]:
        """Diagonal matrices, shape (..., K, K), the axis of z moved to the end.

        Examples
        --------
        >>> from gory.ops import sigmoid
        >>> sigmoid.jacobian([0.0, 0.0])
        array([[0.25, 0.  ],
               [0.  , 0.25]])
        """
        array, _, slope = _value_and_slope(z, temperature, softcap)
        moved = np.moveaxis(slope, checked_axis(axis, array.ndim, "z"), -1)
        index = np.arange(moved.shape[-1])
        matrix = np.zeros((*moved.shape, moved.shape[-1]), array.dtype)
        matrix[..., index, index] = moved
        return matrix


def _value_and_slope(
    z: ArrayLike, temperature: float, softcap: float | None
) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.float64]]:
    array = as_floating("z", z)
    temperature = positive("temperature", temperature)
    x = array.astype(np.float64)
    slope = 1.0 / temperature
    if softcap is not None:
        cap = capped(x, positive("softcap", softcap))
        x, slope = cap.value, cap.slope / temperature
    both = logistic(x / temperature)
    return array, both.value, both.value * both.complement * slope


def _written(
    result: NDArray[np.float64],
    like: NDArray[Any],
    out: NDArray[Any] | None,
    inputs: dict[str, NDArray[Any]],
) -> NDArray[Any]:
    checked_out(out, like.shape, like.dtype, inputs)
    if out is None:
        return result.astype(like.dtype)
    np.copyto(out, result, casting="same_kind")
    return out


sigmoid = Sigmoid()
