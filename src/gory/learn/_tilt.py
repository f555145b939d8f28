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


def class_sums(probabilities: Array, row_weights: Array, /) -> tuple[Array, Array]:
    """``sum_i s_i p_i`` and ``sum_i s_i (diag p_i - p_i p_i^T)``, shapes (K,) and (K, K)."""
    weighted = probabilities * row_weights.astype(probabilities.dtype)[:, None]
    mean = np.einsum("ik->k", weighted, dtype=np.float64)
    return mean, np.diag(mean) - transposed_product(probabilities, weighted)
