"""softmax with its derivatives.

s[k] = exp(z[k]) / Σ_c exp(z[c]); d s[i] / d z[j] = s[i] (δ[i,j] - s[j]). The Jacobian is
symmetric, so the products with it from the left and from the right are one expression,
s ⊙ (v - s·v), and only options that act on z make `jvp` and `vjp` differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import checked_out
from gory.ops._jacobian import SoftmaxJacobian
from gory.ops._kernels import directed_rows, softmax_rows
from gory.ops._layout import rows_like
from gory.ops._rows import complements, probabilities
from gory.ops._scores import Scores, open_scores


@dataclass(frozen=True, slots=True)
class Softmax:
    """The softmax function along one axis, `gory.ops.softmax`.

    .. math:: s_k = \\exp(a_k) / \\sum_c \\exp(a_c), \\qquad a = \\mathrm{cap}(z) / T

    Parameters of every verb
    ------------------------
    z : array_like, shape (..., K, ...)
        Logits; float16, float32 or float64, integers are read as float64.
    axis : int, default -1
        The axis of the classes.
    temperature : float, default 1
        T > 0, divides the logits.
    softcap : float, optional
        c > 0; the logits become c tanh(z / c) before the temperature acts.
    out : ndarray, optional
        Where the result is written: shape and dtype of the result, no memory in common
        with an argument.

    Raises
    ------
    DTypeError, ShapeError, RangeError
        For arguments that cannot be computed with; nothing has been written then.

    Notes
    -----
    A logit of -inf has probability 0. A row with a NaN, a +inf or nothing but -inf has no
    softmax and becomes NaN. Probabilities below the smallest normal number are 0. s and its
    derivatives are within 4 ulp for gaps up to 700 (float32: 80) from the maximum. float16
    is computed in float32. Results depend neither on the number of threads nor on how rows
    are batched.

    Source: H. Bunyamin, *Gradients of Softmax Output Layer in Gory Details*; E. Bendersky,
    *The Softmax function and its derivative*.

    Examples
    --------
    >>> from gory.ops import softmax
    >>> softmax([1.0, 2.0, 3.0]).round(4)
    array([0.09  , 0.2447, 0.6652])
    >>> softmax([1000.0, 2000.0, 3000.0])
    array([0., 0., 1.])
    """

    def __call__(
        self,
        z: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """Probabilities, in the shape and dtype of z."""
        scores = open_scores(z, axis=axis, temperature=temperature, softcap=softcap, out=out)
        return softmax_rows(scores, out)

    def jvp(
        self,
        z: ArrayLike,
        v: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """How s moves when z moves along v: J v = s ⊙ (v - s·v).

        Examples
        --------
        >>> from gory.ops import softmax
        >>> softmax.jvp([1.0, 2.0, 3.0], [0.5, -1.0, 2.0]).round(5)
        array([-0.05679, -0.52146,  0.57825])
        """
        scores, direction = _opened(z, v, "v", axis, temperature, softcap, out)
        product = directed_rows(scores, scores.pull(direction), scaled=True)
        return scores.layout.restore(product, out)

    def vjp(
        self,
        z: ArrayLike,
        g: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """The gradient in z of the scalar Σ g ⊙ s: Jᵀ g.

        Examples
        --------
        >>> from gory.ops import softmax
        >>> softmax.vjp([0.0, 0.0], [1.0, 0.0])
        array([ 0.25, -0.25])
        """
        scores, cotangent = _opened(z, g, "g", axis, temperature, softcap, out)
        product = scores.pull(directed_rows(scores, cotangent, scaled=True))
        return scores.layout.restore(product, out)

    def jacobian(
        self,
        z: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
        structured: bool = False,
    ) -> NDArray[Any] | SoftmaxJacobian:
        """All partial derivatives, one K×K matrix per row, the axis of z moved to the end.

        Returns
        -------
        ndarray, shape (..., K, K)
            Entry [..., i, j] is d s[i] / d z[j].
        SoftmaxJacobian
            With ``structured=True``: the same matrices, not written out.

        Examples
        --------
        >>> from gory.ops import softmax
        >>> softmax.jacobian([0.0, 0.0])
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        """
        scores = open_scores(z, axis=axis, temperature=temperature, softcap=softcap, precise=True)
        rows = scores.rows()
        p = probabilities(rows)
        shape = (*scores.layout.outer, scores.layout.length)
        slope: NDArray[np.float64] | float = 1.0 / scores.temperature
        if scores.cap is not None:
            slope = (scores.cap.slope * slope).reshape(shape)
        matrix = SoftmaxJacobian(p.reshape(shape), complements(rows, p).reshape(shape), slope)
        return matrix if structured else matrix.dense().astype(scores.layout.dtype)


def _opened(
    z: ArrayLike,
    other: ArrayLike,
    name: str,
    axis: int,
    temperature: float,
    softcap: float | None,
    out: NDArray[Any] | None,
) -> tuple[Scores, NDArray[np.float64]]:
    scores = open_scores(
        z, axis=axis, temperature=temperature, softcap=softcap, precise=True, out=out
    )
    second = rows_like(name, other, scores.layout, "z")
    if out is not None:
        checked_out(out, scores.layout.shape, scores.layout.dtype, {name: np.asarray(other)})
    return scores, second


softmax = Softmax()
