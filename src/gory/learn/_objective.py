"""The objective of softmax regression as pure functions of arrays.

With logits z_i = W x_i + b, targets y_i and row weights s_i that sum to S, training minimizes

    f(W, b) = (1/S) sum_i s_i [ lse(z_i) - sum_k y_ik z_ik ] + 1/2 sum_kj penalty_j W_kj**2

and its derivatives are (p_i = softmax(z_i), R_ik = s_i (p_ik - y_ik) / S)

    df/dW = R^T X + penalty * W          df/db = sum_i R_i

The row functions here are what every source of rows calls between its products, so a test that
holds `value_and_grad` against the derived formula holds training itself against it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_FEW_CLASSES = 32


def row_softmax(logits: Array, /, out: Array | None = None) -> tuple[Array, Array]:
    """Probabilities and log-sum-exp of every row, safe for logits of any size.

    Parameters
    ----------
    logits : ndarray of shape (n, K)
    out : ndarray of shape (n, K), optional
        Receives the probabilities; may be ``logits`` itself.

    Returns
    -------
    probabilities : ndarray of shape (n, K)
    lse : ndarray of shape (n,)
        ``log(sum_k exp(z_ik))`` in nats.
    """
    top = row_maximum(logits)[:, None]
    with np.errstate(over="ignore"):  # a difference below -1e308 is as good as minus infinity
        probabilities = np.subtract(logits, top, out=out)
    np.exp(probabilities, out=probabilities)
    total = np.einsum("ik->i", probabilities)[:, None]
    probabilities /= total
    return probabilities, top[:, 0] + np.log(total[:, 0])


def row_maximum(values: Array, /) -> Array:
    """The maximum of every row; by columns where there are few, which NumPy does much faster."""
    if values.shape[1] > _FEW_CLASSES:
        return values.max(axis=1)
    top = values[:, 0].copy()
    for k in range(1, values.shape[1]):
        np.maximum(top, values[:, k], out=top)
    return top


def picked(values: Array, target: Array, /) -> Array:
    """``sum_k y_ik values_ik`` per row, for class indices (n,) or probabilities (n, K)."""
    if target.ndim == 1:
        return values[np.arange(len(target)), target]
    return np.einsum("ik,ik->i", values, target)


def residual(probabilities: Array, target: Array, row_weights: Array, /) -> Array:
    """``R_ik = s_i (p_ik - y_ik)``, the derivative of the weighted loss by the logits."""
    if target.ndim == 1:
        out = probabilities.copy()
        out[np.arange(len(target)), target] -= 1.0
    else:
        out = probabilities - target
    out *= row_weights[:, None]
    return out


def value_and_grad(
    weights: Array,
    X: Array,
    target: Array,
    /,
    *,
    bias: Array | None = None,
    penalty: float | Array = 0.0,
    row_weights: Array | None = None,
    offset: Array | None = None,
) -> tuple[float, Array, Array]:
    """Value and gradient of the penalized mean cross-entropy.

    Parameters
    ----------
    weights : ndarray of shape (K, d)
    X : ndarray of shape (n, d)
    target : ndarray of shape (n,) or (n, K)
        Class indices, or one distribution over the classes per row.
    bias : ndarray of shape (K,), optional
    penalty : float or ndarray of shape (d,) or (K, d)
        The factor of ``W_kj**2 / 2``; the bias is never penalized.
    row_weights : ndarray of shape (n,), optional
        Non-negative; ones by default.
    offset : ndarray of shape (n, K), optional
        Added to the logits.

    Returns
    -------
    value : float
        In nats per unit of row weight.
    weights_grad : ndarray of shape (K, d)
    bias_grad : ndarray of shape (K,)

    Examples
    --------
    >>> import numpy as np
    >>> X, y = np.array([[1.0], [-1.0]]), np.array([0, 1])
    >>> value, grad, _ = value_and_grad(np.zeros((2, 1)), X, y)
    >>> round(value, 6), grad.ravel().tolist()
    (0.693147, [-0.5, 0.5])
    """
    logits = X @ weights.T
    if bias is not None:
        logits = logits + bias
    if offset is not None:
        logits = logits + offset
    scale = np.ones(len(X)) if row_weights is None else np.asarray(row_weights, dtype=float)
    scale = scale / scale.sum()
    probabilities, lse = row_softmax(logits)
    value = float(scale @ (lse - picked(logits, target)))
    value += 0.5 * float(np.sum(penalty * weights**2))
    slope = residual(probabilities, target, scale)
    return value, slope.T @ X + penalty * weights, slope.sum(axis=0)
