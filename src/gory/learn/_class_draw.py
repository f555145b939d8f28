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

from ._rows import kernels_for, sweep_kernels

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
        preference = self.preference[start : start + len(probabilities)]
        compiled = kernels_for(probabilities.size) is not None
        draw = sweep_kernels().draw_rows if compiled else _drawn_by_numpy
        rows, classes, weights = draw(probabilities, row_weights, preference, self.rate, self.phase)
        small = np.min_scalar_type(len(self.rate))
        self.found.append((rows + np.int32(start), classes.astype(small), weights))

    def samples(self) -> Iterator[tuple[Array, Array]]:
        """Rows and weights of every class."""
        n_classes = len(self.rate)
        counts = sum(np.bincount(classes, minlength=n_classes) for _, classes, _ in self.found)
        ends = np.cumsum(counts)
        rows = np.empty(ends[-1], dtype=np.int32)
        weights = np.empty(ends[-1], dtype=np.float32)
        free = np.append(0, ends[:-1])
        for found in self._taken():
            classes = found[1]
            order = np.argsort(classes, kind="stable")
            size = np.bincount(classes, minlength=n_classes)
            shift = free - np.cumsum(size) + size  # of a class, from its place among those found
            places = np.arange(len(order)) + np.repeat(shift, size)
            rows[places], weights[places] = found[0][order], found[2][order]
            free += size
        for first, last in zip(np.append(0, ends[:-1]), ends, strict=True):
            yield rows[first:last], weights[first:last].astype(np.float64)

    def _taken(self) -> Iterator[tuple[Array, Array, Array]]:
        """What was found, forgotten as it is given: it is as much as all samples together."""
        self.found.reverse()
        while self.found:
            yield self.found.pop()


def _drawn_by_numpy(
    probabilities: Array, row_weights: Array, preference: Array, rate: Array, phase: Array
) -> tuple[Array, Array, Array]:
    """Rows and classes drawn, their weights; ``phase`` moves on. See `draw_rows`."""
    shares = probabilities.astype(np.float64)
    weights = shares * (1.0 - shares) * row_weights[:, None]
    rates = np.minimum(weights * preference[:, None] * rate, 1.0)
    sums = phase + np.cumsum(rates, axis=0)
    whole = np.floor(sums)
    phase[:] = sums[-1] - whole[-1]
    rows, classes = np.nonzero(np.diff(whole, axis=0, prepend=0.0))
    drawn = weights[rows, classes] / rates[rows, classes]
    return rows.astype(np.int32), classes.astype(np.int32), drawn.astype(np.float32)
