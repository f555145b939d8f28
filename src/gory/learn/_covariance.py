"""The covariance of class probabilities, from all rows or from a sample of them.

The products of all pairs of classes cost K / (2 p) passes. Where that is more than a small part of
one, some rows are drawn and stand for all of them; the variances on the diagonal are then set to
those of all rows, because the few rows that a rare class has them from may not be among the drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._source import Point, Source

Array = NDArray[Any]

# Rows that are drawn: at least this many, and so many per class.
SAMPLE_ROWS = 10_000
_ROWS_PER_CLASS = 8


class CovarianceSample:
    """`Point.class_covariance`, from a sample where all rows would cost half a pass and more.

    Parameters
    ----------
    source : Source
    rng : numpy.random.Generator
        Draws the rows, every time others: they would take memory between the times.

    Attributes
    ----------
    price : float
        Of one covariance, in passes.
    """

    def __init__(self, source: Source, rng: np.random.Generator, /) -> None:
        self.source = source
        self.rng = rng
        size = max(SAMPLE_ROWS, _ROWS_PER_CLASS * source.n_classes)
        p = source.n_features + source.fit_intercept
        samples = source.n_classes > p and size < source.n_rows
        self.size = size if samples else source.n_rows
        self.price = self.size / source.n_rows * source.n_classes / (2 * p)

    def at(self, point: Point, /) -> Array:
        """``sum_i s_i (diag p_i - p_i p_i^T)``, shape (K, K)."""
        source = self.source
        source.charge(self.price)
        if self.size == source.n_rows:
            return point.class_covariance()
        rates = np.full(source.n_rows, self.size / source.n_rows)
        covariance = source.sample(rates, self.rng).at(point.theta).class_covariance()
        with_diagonal(covariance, point.class_variances())
        return covariance


def with_diagonal(covariance: Array, variances: Array, /) -> None:
    """Scale classes so that their variances are the given ones, in place."""
    tiny = np.finfo(covariance.dtype).tiny
    drawn = np.diagonal(covariance)
    scale = np.sqrt(np.maximum(variances, tiny) / np.maximum(drawn, tiny))
    scale = np.where(drawn > 0, scale, 1.0).astype(covariance.dtype)
    covariance *= scale[:, None]
    covariance *= scale
    np.fill_diagonal(covariance, np.maximum(variances, np.diagonal(covariance)))
