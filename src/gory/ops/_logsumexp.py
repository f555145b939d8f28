"""log-sum-exp with its derivatives to second order.

The log-sum-exp of a row is a convex function of it; its gradient is softmax, its Hessian
the Jacobian of softmax. It is the smooth maximum from which everything else here follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import checked_out
from gory.ops._centered import row_dot
from gory.ops._jacobian import SoftmaxJacobian
from gory.ops._kernels import directed_rows, logsumexp_rows, probability_rows
from gory.ops._layout import outer_like, rows_like
from gory.ops._rows import complements, probabilities
from gory.ops._scores import Scores, open_scores


@dataclass(frozen=True, slots=True)
class LogSumExp:
    """log Σ exp along one axis, `gory.ops.logsumexp`.

    .. math:: \\mathrm{lse} = \\log \\sum_c \\exp(a_c), \\qquad a = \\mathrm{cap}(z) / T

    The result has the shape of z without the axis. Arguments and errors are those of
    `softmax`. A row of -inf (also an empty one) gives -inf, a +inf gives +inf, a NaN gives
    NaN. The excess over the maximum is within 1 ulp, the sum with it is rounded once.

    Source: P. Blanchard, D. J. Higham, N. J. Higham, *Accurately computing the log-sum-exp
    and softmax functions*.

    Examples
    --------
    >>> from gory.ops import logsumexp
    >>> print(logsumexp([1000.0, 1000.0]))
    1000.6931471805599
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
        """One number per row, in nats."""
        scores = open_scores(z, axis=axis, temperature=temperature, softcap=softcap)
        _check_outer(out, scores, z)
        return logsumexp_rows(scores, out)

    def value_and_grad(
        self,
        z: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
        out: NDArray[Any] | None = None,
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The value of each row and its gradient, softmax; `out` receives the gradient.

        Examples
        --------
        >>> from gory.ops import logsumexp
        >>> value, gradient = logsumexp.value_and_grad([0.0, 0.0])
        >>> print(value, gradient)
        0.6931471805599453 [0.5 0.5]
        """
        scores = open_scores(
            z, axis=axis, temperature=temperature, softcap=softcap, precise=True, out=out
        )
        value = logsumexp_rows(scores, None)
        gradient = scores.layout.restore(scores.pull(probability_rows(scores)), out)
        return value, gradient

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
        """How the value moves when z moves along v: s·v, one number per row.

        Examples
        --------
        >>> from gory.ops import logsumexp
        >>> print(logsumexp.jvp([0.0, 0.0], [1.0, 0.0]))
        0.5
        """
        scores = open_scores(z, axis=axis, temperature=temperature, softcap=softcap, precise=True)
        direction = rows_like("v", v, scores.layout, "z")
        _check_outer(out, scores, z, v)
        slope = row_dot(probability_rows(scores), scores.pull(direction))
        return scores.layout.restore_outer(slope, out)

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
        """The gradient in z of Σ g ⊙ lse; g has one entry per row.

        Examples
        --------
        >>> from gory.ops import logsumexp
        >>> logsumexp.vjp([[0.0, 0.0], [0.0, 0.0]], [1.0, 2.0])
        array([[0.5, 0.5],
               [1. , 1. ]])
        """
        scores = open_scores(
            z, axis=axis, temperature=temperature, softcap=softcap, precise=True, out=out
        )
        upstream = outer_like("g", g, scores.layout, "z")
        gradient = scores.pull(probability_rows(scores)) * upstream[:, None]
        return scores.layout.restore(gradient, out)

    def jacobian(
        self,
        z: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> NDArray[Any]:
        """The derivative of each value in its own row, in the shape of z: softmax.

        Examples
        --------
        >>> from gory.ops import logsumexp
        >>> logsumexp.jacobian([0.0, 0.0])
        array([0.5, 0.5])
        """
        return self.value_and_grad(z, axis=axis, temperature=temperature, softcap=softcap)[1]

    def hvp(
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
        """Each row's Hessian times its row of v: s ⊙ (v - s·v) without options.

        Examples
        --------
        >>> from gory.ops import logsumexp
        >>> logsumexp.hvp([0.0, 0.0], [1.0, 0.0])
        array([ 0.25, -0.25])
        """
        scores = open_scores(
            z, axis=axis, temperature=temperature, softcap=softcap, precise=True, out=out
        )
        direction = rows_like("v", v, scores.layout, "z")
        checked_out(out, scores.layout.shape, scores.layout.dtype, {"v": np.asarray(v)})
        product = scores.pull(directed_rows(scores, scores.pull(direction), scaled=True))
        if scores.cap is not None:
            p = probability_rows(scores)
            product += scores.cap.bend / scores.temperature * p * direction
        return scores.layout.restore(product, out)

    def hessian(
        self,
        z: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> NDArray[Any]:
        """Each row's Hessian, shape (..., K, K), the axis of z moved to the end.

        Examples
        --------
        >>> from gory.ops import logsumexp
        >>> logsumexp.hessian([0.0, 0.0])
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        """
        scores = open_scores(z, axis=axis, temperature=temperature, softcap=softcap, precise=True)
        rows = scores.rows()
        p = probabilities(rows)
        k = scores.layout.length
        slope = scores.pull(np.ones_like(p))
        matrix = SoftmaxJacobian(p, complements(rows, p), slope).dense() * slope[:, :, None]
        if scores.cap is not None:
            index = np.arange(k)
            matrix[:, index, index] += scores.cap.bend / scores.temperature * p
        return matrix.reshape((*scores.layout.outer, k, k)).astype(scores.layout.dtype)


def _check_outer(out: NDArray[Any] | None, scores: Scores, *inputs: ArrayLike) -> None:
    arrays = {name: np.asarray(a) for name, a in zip(("z", "v"), inputs, strict=False)}
    checked_out(out, scores.layout.outer, scores.layout.dtype, arrays)


logsumexp = LogSumExp()
