"""log-softmax with its derivatives.

log s[k] = z[k] - log Σ_c exp(z[c]); d log s[i] / d z[j] = δ[i,j] - s[j]. The logarithm is
never taken of a probability: s underflows where log s is an ordinary number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import checked_out
from gory.ops._kernels import directed_rows, log_softmax_rows
from gory.ops._layout import rows_like
from gory.ops._rows import complements, lane_sum, probabilities
from gory.ops._scores import open_scores


@dataclass(frozen=True, slots=True)
class LogSoftmax:
    """The logarithm of softmax along one axis, `gory.ops.log_softmax`.

    .. math:: \\log s_k = a_k - \\log \\sum_c \\exp(a_c), \\qquad a = \\mathrm{cap}(z) / T

    Arguments, errors and the treatment of -inf, +inf and NaN are those of `softmax`; a
    logit of -inf has log-probability -inf. Within 4 ulp, also where s rounds to 1 and the
    logarithm is as small as 1e-300.

    Source: P. Blanchard, D. J. Higham, N. J. Higham, *Accurately computing the log-sum-exp
    and softmax functions*.

    Examples
    --------
    >>> from gory.ops import log_softmax
    >>> log_softmax([1000.0, 2000.0, 3000.0])
    array([-2000., -1000.,     0.])
    >>> print(log_softmax([100.0, 60.0])[0])
    -4.248354255291589e-18
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
        """Log-probabilities in nats, in the shape and dtype of z."""
        scores = open_scores(z, axis=axis, temperature=temperature, softcap=softcap, out=out)
        return log_softmax_rows(scores, out)

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
        """How log s moves when z moves along v: v - s·v.

        Examples
        --------
        >>> from gory.ops import log_softmax
        >>> log_softmax.jvp([0.0, 0.0], [1.0, 0.0])
        array([ 0.5, -0.5])
        """
        scores = open_scores(
            z, axis=axis, temperature=temperature, softcap=softcap, precise=True, out=out
        )
        direction = rows_like("v", v, scores.layout, "z")
        checked_out(out, scores.layout.shape, scores.layout.dtype, {"v": np.asarray(v)})
        moved = directed_rows(scores, scores.pull(direction), scaled=False)
        return scores.layout.restore(moved, out)

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
        """The gradient in z of the scalar Σ g ⊙ log s: g - (Σ g) s.

        It is evaluated as g ⊙ (1 - s) - s ⊙ (sum of the other entries of g), which keeps
        its digits where s is close to 1.

        Examples
        --------
        >>> from gory.ops import log_softmax
        >>> log_softmax.vjp([0.0, 0.0], [1.0, 0.0])
        array([ 0.5, -0.5])
        """
        scores = open_scores(
            z, axis=axis, temperature=temperature, softcap=softcap, precise=True, out=out
        )
        g_rows = rows_like("g", g, scores.layout, "z")
        checked_out(out, scores.layout.shape, scores.layout.dtype, {"g": np.asarray(g)})
        rows = scores.rows()
        p = probabilities(rows)
        others = lane_sum(g_rows)[:, None] - g_rows
        gradient = g_rows * complements(rows, p) - p * others
        return scores.layout.restore(scores.pull(gradient), out)

    def jacobian(
        self,
        z: ArrayLike,
        /,
        *,
        axis: int = -1,
        temperature: float = 1.0,
        softcap: float | None = None,
    ) -> NDArray[Any]:
        """All partial derivatives, one K×K matrix per row, the axis of z moved to the end.

        Returns
        -------
        ndarray, shape (..., K, K)
            Entry [..., i, j] is d log s[i] / d z[j] = δ[i,j] - s[j].

        Examples
        --------
        >>> from gory.ops import log_softmax
        >>> log_softmax.jacobian([0.0, 0.0])
        array([[ 0.5, -0.5],
               [-0.5,  0.5]])
        """
        scores = open_scores(z, axis=axis, temperature=temperature, softcap=softcap, precise=True)
        rows = scores.rows()
        p = probabilities(rows)
        k = scores.layout.length
        matrix = np.repeat(-p[:, None, :], k, axis=1)
        matrix[:, np.arange(k), np.arange(k)] = complements(rows, p)
        matrix = scores.pull(matrix.transpose(1, 0, 2)).transpose(1, 0, 2)
        return matrix.reshape((*scores.layout.outer, k, k)).astype(scores.layout.dtype)


log_softmax = LogSoftmax()
