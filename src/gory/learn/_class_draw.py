"""One sample of rows per class, drawn in a single sweep over blocks of rows.

A row belongs to the sample of class k with a probability in proportion to s_i p_ik (1 - p_ik) and
to how far it stands out. Every class adds up its probabilities from row to row and takes the row
at which the sum passes an integer (systematic sampling): one uniform number per class, where
independent draws would take one per row and class.

Source: Madow, *On the theory of systematic sampling, II*.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# A row that stands out more than this times the mean is not preferred any further.
_MOST_PREFERRED = 30.0


class ClassDraw:
    """Rows drawn for every class while blocks of probabilities pass by.

    Parameters
    ----------
    variances : ndarray of shape (K,)
        ``sum_i s_i p_ik (1 - p_ik)`` over all rows.
    norms : ndarray of shape (n,)
        How far every row stands out.
    size : int
        Rows per class, about.
    rng : numpy.random.Generator

    Examples
    --------
    >>> import numpy as np
    >>> p = np.full((4, 2), 0.5)
    >>> draw = ClassDraw(np.full(2, 0.25), np.ones(4), 4, np.random.default_rng(0))
    >>> draw.add(0, p, np.full(4, 0.25))
    >>> [rows.tolist() for rows, _ in draw.samples()]
    [[0, 1, 2, 3], [0, 1, 2, 3]]
    """

    def __init__(
        self, variances: Array, norms: Array, size: int, rng: np.random.Generator, /
    ) -> None:
        mean = float(norms.mean()) or 1.0
        self.preference = np.minimum(norms / mean, _MOST_PREFERRED)
        self.rate = size / np.maximum(variances, np.finfo(float).tiny)
        self.phase = rng.random(len(variances))
        self.found: list[tuple[Array, Array, Array]] = []

    def add(self, start: int, probabilities: Array, row_weights: Array, /) -> None:
        """Draw from the rows that begin at number ``start``."""
        weights = 1.0 - probabilities
        weights *= probabilities
        kind = weights.dtype  # arrays of this size are to be small
        weights *= row_weights.astype(kind)[:, None]
        rates = weights * self.preference[start : start + len(weights), None].astype(kind)
        rates *= self.rate.astype(kind)
        np.minimum(rates, 1.0, out=rates)
        sums = np.cumsum(rates, axis=0)
        sums += self.phase.astype(kind)
        whole = np.floor(sums)
        self.phase = (sums[-1] - whole[-1]).astype(np.float64)
        passed = whole > 0.0
        np.greater(whole[1:], whole[:-1], out=passed[1:])
        rows, classes = np.nonzero(passed)
        drawn = (weights[rows, classes] / rates[rows, classes]).astype(np.float32)
        self.found.append(((start + rows).astype(np.int32), classes.astype(np.int32), drawn))

    def samples(self) -> Iterator[tuple[Array, Array]]:
        """Rows and weights of every class."""
        rows, classes, weights = map(np.concatenate, zip(*self.found, strict=True))
        self.found.clear()
        order = np.argsort(classes, kind="stable")
        ends = np.cumsum(np.bincount(classes, minlength=len(self.rate)))
        for some in np.split(order, ends[:-1]):
            yield rows[some], weights[some].astype(np.float64)
