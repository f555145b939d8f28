"""How raising one class lowers the others: the correlations of the class probabilities, inverted.

Up to a few thousand classes they are a matrix (K, K). For more that would be larger than all else,
and with few columns it costs more than what it saves. Then it is replaced by what remains when
nothing is known of a pair of classes but how uncertain both are: with the variances v,

    covariance = diag(v) - v v^T / sum(v),

which like the true one takes the vector of ones to zero, up to the squares on the diagonal. Its
correlations are I - u u^T with u = sqrt(v / sum(v)), and their inverse costs nothing.

Both are mixed with the identity to stay definite.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._cholesky import invert_definite
from ._covariance import CovarianceSample
from ._source import Point, Source

Array = NDArray[Any]

# More classes than these are not given a matrix of their correlations (64 MB in float32).
MOST_PAIRED_CLASSES = 4096
# Nor are classes whose pairs cost more passes than this: 550 classes of 32 columns took as many
# steps without them, and half of the passes.
_MOST_PASSES = 2.0
# Share of the identity in the class correlations; 0.3 was the best of 0.02, 0.1 and 0.3.
_IDENTITY_SHARE = 0.3


def coupling_bytes(n_classes: int, /) -> float:
    """Bytes of the correlations, in float32."""
    return 4.0 * n_classes**2 if n_classes <= MOST_PAIRED_CLASSES else 4.0 * n_classes


def class_coupling(source: Source, rng: np.random.Generator, /) -> PairedClasses | MeanCoupling:
    """The coupling that is worth its price."""
    if source.n_classes <= MOST_PAIRED_CLASSES:
        paired = PairedClasses(source, rng)
        if paired.covariance.price <= _MOST_PASSES:
            return paired
    return MeanCoupling()


class PairedClasses:
    """The correlations of all pairs of classes.

    Parameters
    ----------
    source : Source
    rng : numpy.random.Generator
        Draws the rows that they come from, where all of them would cost too much.
    """

    def __init__(self, source: Source, rng: np.random.Generator, /) -> None:
        self.covariance = CovarianceSample(source, rng)
        self.inverse = np.empty((0, 0))

    def forget(self) -> None:
        """Make room: what is there will be built anew."""
        self.inverse = np.empty((0, 0))

    def rebuild(self, point: Point, /) -> None:
        """Take the correlations at ``point``."""
        correlation = self.covariance.at(point)
        deviation = np.sqrt(np.maximum(np.diagonal(correlation), np.finfo(float).tiny))
        deviation = deviation.astype(correlation.dtype)
        correlation *= (1 - _IDENTITY_SHARE) / deviation
        correlation /= deviation[:, None]
        correlation[np.diag_indices_from(correlation)] += _IDENTITY_SHARE
        invert_definite(correlation)
        self.inverse = correlation

    def apply(self, vectors: Array, /) -> Array:
        """The inverse, times ``vectors`` of shape (K, p)."""
        return (self.inverse @ vectors).astype(np.float32)


class MeanCoupling:
    """The correlations of classes of which nothing is known but their variances.

    Examples
    --------
    >>> import numpy as np
    >>> coupling = MeanCoupling()
    >>> coupling.root = np.array([[1.0], [0.0]], dtype=np.float32)
    >>> coupling.apply(np.array([[0.3], [0.3]], dtype=np.float32)).round(3).tolist()
    [[1.0], [0.30000001192092896]]
    """

    def __init__(self) -> None:
        self.root = np.empty((0, 1), dtype=np.float32)

    def forget(self) -> None:
        """Nothing of what is there is large."""

    def rebuild(self, point: Point, /) -> None:
        """Take the variances at ``point``."""
        variances = np.maximum(point.class_variances(), np.finfo(float).tiny)
        self.root = np.sqrt(variances / variances.sum()).astype(np.float32)[:, None]

    def apply(self, vectors: Array, /) -> Array:
        """The inverse, times ``vectors`` of shape (K, p)."""
        share = np.float32((1 - _IDENTITY_SHARE) / _IDENTITY_SHARE)
        return vectors + self.root * (share * (self.root.T @ vectors))
