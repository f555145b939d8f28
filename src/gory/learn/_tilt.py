"""Probabilities after a shift of the intercepts, from those before it.

A shift b of the logits multiplies the probabilities of every class by exp(b_k) and divides the rows
by their new sums. So settling the intercepts takes no exponential per entry and no product with the
features, only sweeps over the probabilities.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._products import transposed_product
from ._rows import kernels_for, over_chunks

Array = NDArray[Any]


def tilted(probabilities: Array, shift: Array, /) -> tuple[Array, Array]:
    """Probabilities for logits that are larger by ``shift``, and what that adds to log-sum-exp.

    Parameters
    ----------
    probabilities : ndarray of shape (n, K)
    shift : ndarray of shape (K,)
        In nats, of moderate size: a probability that is zero stays so.

    Examples
    --------
    >>> import numpy as np
    >>> tilted(np.array([[0.5, 0.5]]), np.log([3.0, 1.0]))[0].round(12).tolist()
    [[0.75, 0.25]]
    """
    factors = np.exp(shift).astype(probabilities.dtype)
    kernels = kernels_for(probabilities.size)
    if kernels is None:
        out = probabilities * factors
        total = np.einsum("ik->i", out)
        out /= total[:, None]
        return out, np.log(total)
    out, total = np.empty_like(probabilities), np.empty(len(probabilities))
    over_chunks(
        lambda start, stop: kernels.tilt_rows(probabilities, factors, start, stop, out, total),
        *out.shape,
    )
    return out, np.log(total)


def class_means(probabilities: Array, row_weights: Array, /) -> Array:
    """``sum_i s_i p_i``, shape (K,), in float64."""
    weighted = probabilities * row_weights.astype(probabilities.dtype)[:, None]
    return np.einsum("ik->k", weighted, dtype=np.float64)


def class_covariance(probabilities: Array, row_weights: Array, mean: Array, /) -> Array:
    """``sum_i s_i (diag p_i - p_i p_i^T)``, shape (K, K); ``mean`` is that of the p_i."""
    weighted = probabilities * row_weights.astype(probabilities.dtype)[:, None]
    return np.diag(mean) - transposed_product(probabilities, weighted)


def covariance_product(probabilities: Array, row_weights: Array, mean: Array, v: Array, /) -> Array:
    """`class_covariance` times a vector (K,), without the matrix.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.array([[0.75, 0.25]])
    >>> covariance_product(p, np.ones(1), p[0], np.array([1.0, 0.0])).tolist()
    [0.1875, -0.1875]
    """
    inner = probabilities @ v.astype(probabilities.dtype, copy=False)
    return mean * v - (row_weights * inner).astype(probabilities.dtype) @ probabilities
