"""How good probabilities are: log-loss, Brier score, calibration error, reliability.

All take probabilities of shape (n, K), whose rows sum to one, and class numbers of shape (n,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Probabilities are not taken below this in the log-loss: one wrong certain row stays finite.
SMALLEST = np.finfo(float).tiny


def log_loss(probabilities: Array, target: Array, /) -> float:
    """Mean of ``-log p(y)`` in nats.

    Examples
    --------
    >>> import numpy as np
    >>> round(log_loss(np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([0, 1])), 4)
    0.4904
    """
    picked = probabilities[np.arange(len(target)), target]
    return float(-np.log(np.maximum(picked, SMALLEST)).mean())


def brier_score(probabilities: Array, target: Array, /) -> float:
    """Mean of ``sum_k (p_k - y_k)**2``, between 0 and 2.

    Examples
    --------
    >>> import numpy as np
    >>> brier_score(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([0, 1]))
    0.25
    """
    picked = probabilities[np.arange(len(target)), target]
    squares = np.einsum("ik,ik->i", probabilities, probabilities)
    return float((squares - 2.0 * picked + 1.0).mean())


@dataclass(frozen=True, eq=False)
class Reliability:
    """Confidence against accuracy in bins of confidence, the empty bins left out.

    Attributes
    ----------
    confidence, accuracy : ndarray of shape (m,)
        Mean probability of the predicted class, and share of right predictions, per bin.
    count : ndarray of shape (m,)
        Rows per bin.
    """

    confidence: Array
    accuracy: Array
    count: Array

    @property
    def error(self) -> float:
        """Expected calibration error: mean of ``|confidence - accuracy|`` over the rows."""
        gaps = np.abs(self.confidence - self.accuracy)
        return float(gaps @ self.count / self.count.sum())


def reliability(probabilities: Array, target: Array, /, *, bins: int = 15) -> Reliability:
    """Bins of equal width over the probability of the predicted class.

    Parameters
    ----------
    probabilities : ndarray of shape (n, K)
    target : ndarray of shape (n,)
        Class numbers.
    bins : int
        Number of bins over 0 to 1.

    Notes
    -----
    Source: Guo, Pleiss, Sun and Weinberger, *On calibration of modern neural networks*.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == target
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    kept = count > 0
    sums = [np.bincount(place, weights=v, minlength=bins)[kept] for v in (confidence, right)]
    return Reliability(sums[0] / count[kept], sums[1] / count[kept], count[kept])
