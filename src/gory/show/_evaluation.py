"""What held-out rows say about a model: accuracy, log-loss, confusion, reliability.

The judgement is a frozen value, so that the terminal and the report print the same numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Predictions for rows whose classes are known.

    Parameters
    ----------
    classes : tuple of str, length K
        The names of the classes.
    truth : integer array of shape (N,)
        The class of each row, from 0 to K - 1; N is at least 1.
    log_probability : float array of shape (N, K)
        The logarithm of the predicted probability of every class.

    Examples
    --------
    >>> import numpy as np
    >>> from gory.show import Evaluation
    >>> p = np.array([[0.5, 0.5], [0.25, 0.75]])
    >>> seen = Evaluation(("no", "yes"), np.array([0, 1]), np.log(p))
    >>> seen.accuracy, round(seen.log_loss, 4)
    (1.0, 0.4904)
    """

    classes: tuple[str, ...]
    truth: NDArray[np.integer]
    log_probability: NDArray[np.floating]

    @property
    def predicted(self) -> NDArray[np.integer]:
        """The most probable class of each row; the first one where several are."""
        return np.argmax(self.log_probability, axis=1)

    @property
    def accuracy(self) -> float:
        """The share of rows whose class is predicted, from 0 to 1."""
        return float(np.mean(self.predicted == self.truth))

    @property
    def log_loss(self) -> float:
        """The mean of ``-log p`` of the true class, in nats; infinite where p is 0."""
        return float(-np.mean(self.log_probability[np.arange(len(self.truth)), self.truth]))

    @property
    def confusion(self) -> NDArray[np.integer]:
        """Counts of shape (K, K): row the true class, column the predicted one."""
        counts = np.zeros((len(self.classes),) * 2, dtype=np.int64)
        np.add.at(counts, (self.truth, self.predicted), 1)
        return counts


def baseline(shares: NDArray[np.floating], evaluation: Evaluation, /) -> Evaluation:
    """The same rows judged by a model that looks at nothing and predicts the class shares.

    Parameters
    ----------
    shares : float array of shape (K,)
        The share of each class among the training rows.
    evaluation : Evaluation
        The rows.
    """
    with np.errstate(divide="ignore"):  # a class that training never saw has probability 0
        row = np.log(shares)
    return Evaluation(
        evaluation.classes, evaluation.truth, np.broadcast_to(row, evaluation.log_probability.shape)
    )


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of similar probability, and how often they came true."""

    predicted: float
    observed: float
    low: float
    high: float
    count: int


def reliability(evaluation: Evaluation, /, *, bins: int = 10) -> tuple[Bin, ...]:
    """Predicted probability against observed frequency, over all rows and classes.

    Every pair of a row and a class is one prediction, "this row is of this class", with its
    probability; predictions are gathered in intervals of equal width.

    Parameters
    ----------
    evaluation : Evaluation
        The rows.
    bins : int
        The number of intervals from 0 to 1; those without a prediction are left out.

    Returns
    -------
    tuple of Bin
        Mean predicted probability, observed frequency with its 95 % Wilson interval, count.

    Notes
    -----
    The interval is that of independent trials (E. B. Wilson, Probable inference, the law of
    succession, and statistical inference, 1927), which the K predictions for one row are not.
    """
    probability = np.exp(evaluation.log_probability).ravel()
    happened = (evaluation.truth[:, None] == np.arange(len(evaluation.classes))).ravel()
    which = np.minimum((probability * bins).astype(int), bins - 1)
    found = []
    for index in np.unique(which):
        inside = which == index
        count, rate = int(inside.sum()), float(happened[inside].mean())
        low, high = _wilson(rate, count)
        found.append(Bin(float(probability[inside].mean()), rate, low, high, count))
    return tuple(found)


_Z95 = 1.959963984540054  # the 97.5 % point of the standard normal distribution


def _wilson(rate: float, count: int) -> tuple[float, float]:
    z2 = _Z95**2
    centre = (rate + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z95 * math.sqrt(rate * (1 - rate) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, centre - half), min(1.0, centre + half)
