"""Whether predicted probabilities can be taken at their word."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Z95 = 1.959963984540054  # the 97.5 % point of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of similar probability, and how often they came true.

    Attributes
    ----------
    predicted : float
        Their mean probability.
    observed : float
        The share that came true.
    low, high : float
        A 95 % interval for that share.
    count : int
        The number of predictions.
    """

    predicted: float
    observed: float
    low: float
    high: float
    count: int


def class_reliability(
    probabilities: NDArray[np.floating], targets: NDArray[np.integer], /, *, bins: int = 10
) -> tuple[Bin, ...]:
    """Predicted probability against observed frequency, over all rows and classes.

    Every pair of a row and a class is one prediction, "this row is of this class", with its
    probability; predictions are gathered in intervals of equal width.

    Parameters
    ----------
    probabilities : float array of shape (N, K)
        Predicted probabilities, from 0 to 1.
    targets : integer array of shape (N,)
        The class of each row, from 0 to K - 1.
    bins : int
        The number of intervals from 0 to 1, at least 1.

    Returns
    -------
    tuple of Bin
        One for each interval that holds a prediction, in increasing order.

    Notes
    -----
    The interval of a bin is that of independent trials (E. B. Wilson, *Probable inference, the
    law of succession, and statistical inference*), which the K predictions for a row are not.

    Examples
    --------
    >>> import numpy as np
    >>> from gory.show import class_reliability
    >>> p = np.array([[0.25, 0.75], [0.25, 0.75]])
    >>> bins = class_reliability(p, np.array([0, 1]))
    >>> [(bin.predicted, bin.observed, bin.count) for bin in bins]
    [(0.25, 0.5, 2), (0.75, 0.5, 2)]
    """
    predicted = probabilities.ravel()
    happened = (targets[:, None] == np.arange(probabilities.shape[1])).ravel()
    which = np.minimum((predicted * bins).astype(int), bins - 1)
    found = []
    for index in np.unique(which):
        inside = which == index
        count, rate = int(inside.sum()), float(happened[inside].mean())
        low, high = _wilson(rate, count)
        found.append(Bin(float(predicted[inside].mean()), rate, low, high, count))
    return tuple(found)


def _wilson(rate: float, count: int) -> tuple[float, float]:
    z2 = _Z95**2
    middle = (rate + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z95 * math.sqrt(rate * (1 - rate) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, middle - half), min(1.0, middle + half)
