"""Calibration: mending the confidence of any classifier on rows it was not trained on.

Logits z are mapped to A z + b and the cross-entropy of the result is minimized:

temperature
    A is a multiple of the identity, b = 0: one number, which never changes a prediction.
vector
    A is diagonal.
matrix
    A and b are free, and ``|A - I|^2 / 2`` is penalized with strength 1 / C: softmax regression on
    the logits with the logits themselves as offset.

All three are convex. The first two are solved by Newton's method in their few parameters, to a
gradient of rounding size.

Source: Guo, Pleiss, Sun and Weinberger, *On calibration of modern neural networks*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError
from ._line_search import search
from ._newton import solve_definite
from ._objective import picked, row_softmax
from ._scores import brier_score, log_loss, reliability

Array = NDArray[Any]

Method = Literal["temperature", "vector", "matrix"]

_MAX_STEPS = 100
# Stop when the Newton step promises less than this, in nats per row.
_DECREMENT = 1e-15


@dataclass(frozen=True, eq=False)
class Calibration:
    """A map of logits to calibrated probabilities.

    Attributes
    ----------
    method : {"temperature", "vector", "matrix"}
    matrix : ndarray of shape (K, K)
    bias : ndarray of shape (K,)
    log_loss, brier_score, calibration_error : tuple of two floats
        On the rows it was fitted to, before and after.
    """

    method: Method
    matrix: Array
    bias: Array
    log_loss: tuple[float, float]
    brier_score: tuple[float, float]
    calibration_error: tuple[float, float]

    @property
    def temperature(self) -> float:
        """What logits are divided by; only where the method is ``"temperature"``."""
        if self.method != "temperature":
            raise AttributeError(f"{self.method} scaling has no single temperature")
        return float(1.0 / self.matrix[0, 0])

    def __str__(self) -> str:
        scores = {
            "log-loss": self.log_loss,
            "Brier score": self.brier_score,
            "expected calibration error": self.calibration_error,
        }
        kind = f"{self.method} scaling of {len(self.bias)} classes"
        if self.method == "temperature":
            kind += f", temperature {self.temperature:.6g}"
        rows = [
            f"{name:26}  {before:8.4f} {after:8.4f}" for name, (before, after) in scores.items()
        ]
        return "\n".join([kind, f"{'':26}  {'before':>8} {'after':>8}", *rows])

    def predict_proba(self, logits: Array, /) -> Array:
        """Calibrated probabilities (n, K) for logits (n, K), or (n,) for two classes."""
        return row_softmax(_two_columns(logits) @ self.matrix.T + self.bias)[0]


def calibrate(
    logits: Array, target: Array, /, *, method: Method = "temperature", C: float = 1.0
) -> Calibration:
    """Fit a calibration map to held-out rows.

    Parameters
    ----------
    logits : ndarray of shape (n, K), or (n,) for two classes
        Scores of any classifier before softmax, as from ``decision_function``, for rows it was not
        trained on.
    target : ndarray of shape (n,)
        Class numbers 0 to K - 1.
    method : {"temperature", "vector", "matrix"}
    C : float
        Inverse strength of the penalty on ``A - I``; only for ``"matrix"``.

    Raises
    ------
    DataError
        Logits that are not finite, or targets that are no class numbers.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> z = rng.normal(size=(4000, 3))
    >>> p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    >>> y = (p.cumsum(axis=1) < rng.random((4000, 1))).sum(axis=1)
    >>> 1.8 < calibrate(2 * z, y).temperature < 2.2
    True
    >>> print(calibrate(2 * z, y, method="vector"))  # doctest: +ELLIPSIS
    vector scaling of 3 classes
                                  before    after
    log-loss                    ...
    """
    z, y = _checked(logits, target)
    n_classes = z.shape[1]
    if method == "temperature":
        matrix, bias = _temperature(z, y) * np.eye(n_classes), np.zeros(n_classes)
    elif method == "vector":
        matrix, bias = _vector(z, y)
    elif method == "matrix":
        matrix, bias = _matrix(z, y, C)
    else:
        raise DataError(f"method = {method!r} is not known; choose temperature, vector or matrix.")
    before, after = row_softmax(z)[0], row_softmax(z @ matrix.T + bias)[0]
    return Calibration(
        method=method,
        matrix=matrix,
        bias=bias,
        log_loss=(log_loss(before, y), log_loss(after, y)),
        brier_score=(brier_score(before, y), brier_score(after, y)),
        calibration_error=(reliability(before, y).error, reliability(after, y).error),
    )


def _two_columns(logits: Array) -> Array:
    z = np.asarray(logits, dtype=np.float64)
    return np.column_stack([-z / 2, z / 2]) if z.ndim == 1 else z


def _checked(logits: Array, target: Array) -> tuple[Array, Array]:
    z, y = _two_columns(logits), np.asarray(target)
    if not z.size:
        raise DataError(f"the logits have shape {z.shape}: there are no rows to fit to.")
    if not np.isfinite(z).all():
        raise DataError("the logits hold NaN or infinity; clip them to finite numbers first.")
    if y.shape != (len(z),) or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= z.shape[1]:
        raise DataError(
            f"the target has shape {y.shape} and type {y.dtype}, but for logits of shape {z.shape} "
            f"it must hold {len(z)} class numbers from 0 to {z.shape[1] - 1}; labels y become such "
            "numbers by np.searchsorted(model.classes_, y)."
        )
    return z, y


def _temperature(z: Array, y: Array) -> float:
    """The factor of the logits at the minimum of the convex loss along it."""
    own = float(picked(z, y).mean())

    def slope(t: float) -> tuple[float, float]:
        p = row_softmax(t * z)[0]
        mean = np.einsum("ik,ik->i", p, z)
        variance = np.einsum("ik,ik,ik->i", p, z, z) - mean**2
        return float(mean.mean()) - own, float(variance.mean())

    start = slope(0.0)[0]
    if start >= 0.0:
        raise DataError(
            "the logits are no better than chance on these rows (their own class has no larger "
            "logit on average), so no positive temperature helps; check the order of the classes."
        )
    return search(slope, start, share=1e-13)


def _vector(z: Array, y: Array) -> tuple[Array, Array]:
    """Newton's method for one factor and one bias per class."""
    n, n_classes = z.shape
    factor, bias = np.ones(n_classes), np.zeros(n_classes)
    for _ in range(_MAX_STEPS):
        p = row_softmax(factor * z + bias)[0]
        slope = (p - np.eye(n_classes)[y]) / n
        gradient = np.concatenate([np.einsum("ik,ik->k", slope, z), slope.sum(axis=0)])
        step = solve_definite(_vector_hessian(p, z), -gradient)
        if -gradient @ step <= _DECREMENT:
            break
        change = step[:n_classes] * z + step[n_classes:]
        t = _along(factor * z + bias, change, y)
        factor, bias = factor + t * step[:n_classes], bias + t * step[n_classes:]
    return np.diag(factor), bias - bias.mean()


def _vector_hessian(p: Array, z: Array) -> Array:
    """Second derivatives by all factors, then all biases."""
    n, n_classes = p.shape
    weighted = np.hstack([p * z, p])
    hessian = -weighted.T @ weighted / n
    every = np.arange(n_classes)
    hessian[every, every] += np.einsum("ik,ik,ik->k", p, z, z) / n
    mixed = np.einsum("ik,ik->k", p, z) / n
    hessian[every, every + n_classes] += mixed
    hessian[every + n_classes, every] += mixed
    hessian[every + n_classes, every + n_classes] += p.mean(axis=0)
    return hessian


def _along(z: Array, change: Array, y: Array) -> float:
    own = float(picked(change, y).mean())

    def slope(t: float) -> tuple[float, float]:
        p = row_softmax(z + t * change)[0]
        mean = np.einsum("ik,ik->i", p, change)
        variance = np.einsum("ik,ik,ik->i", p, change, change) - mean**2
        return float(mean.mean()) - own, float(variance.mean())

    return search(slope, slope(0.0)[0])


def _matrix(z: Array, y: Array, C: float) -> tuple[Array, Array]:
    """Softmax regression on the logits with the logits as offset."""
    from ._model import SoftmaxRegression

    n_classes = z.shape[1]
    # A one-hot target keeps classes that no row has.
    model = SoftmaxRegression(C, tol=1e-10).fit(z, np.eye(n_classes)[y], offset=z)
    rows = model._rows()
    return np.eye(n_classes) + rows[:, :n_classes], rows[:, n_classes]
