"""One triangular matrix per class, in as little memory as a preconditioner needs.

A preconditioner ``L^-T M L^-1`` is symmetric and positive whatever the rounding of the entries of
``L^-1``, so they may be coarse. Few classes keep them as they are, in float32; for many classes
they are kept in float16, and two triangles share one square: the first one lies below the diagonal
of a matrix of p rows and p + 1 columns, the second one, transposed, above it. That is a quarter of
the memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._rows import over_parts

Array = NDArray[Any]

# Bytes up to which factors are kept in float32.
_WHOLE_BYTES = 1 << 26
# Entries that are unfolded together (4 MB).
_BATCH_ENTRIES = 1 << 20


def factor_bytes(n_classes: int, p: int, /) -> float:
    """Bytes that the factors of all classes take."""
    whole = 4.0 * n_classes * p**2
    return whole if whole <= _WHOLE_BYTES else (n_classes + 1) * p * (p + 1.0)


def class_factors(n_classes: int, p: int, /) -> WholeFactors | FoldedFactors:
    """Room for a lower triangular matrix (p, p) per class."""
    if 4 * n_classes * p**2 <= _WHOLE_BYTES:
        return WholeFactors(n_classes, p)
    return FoldedFactors(n_classes, p)


class WholeFactors:
    """Factors in float32.

    Examples
    --------
    >>> import numpy as np
    >>> factors = WholeFactors(1, 2)
    >>> factors.put(0, np.array([[[1.0, 0.0], [2.0, 3.0]]]))
    >>> factors.apply(np.array([[1.0, 1.0]], dtype=np.float32)).tolist()
    [[1.0, 5.0]]
    >>> factors.apply_transposed(np.array([[1.0, 1.0]], dtype=np.float32)).tolist()
    [[3.0, 3.0]]
    """

    def __init__(self, n_classes: int, p: int, /) -> None:
        self.data = np.empty((n_classes, p, p), dtype=np.float32)

    def put(self, first: int, factors: Array, /) -> None:
        """Keep the factors of some classes, of which ``first`` is the first one."""
        self.data[first : first + len(factors)] = factors

    def apply(self, vectors: Array, /) -> Array:
        """``L_k v_k`` for every row of ``vectors`` (K, p)."""
        return np.matmul(self.data, vectors[:, :, None])[..., 0]

    def apply_transposed(self, vectors: Array, /) -> Array:
        """``L_k^T v_k`` for every row of ``vectors`` (K, p)."""
        return np.matmul(vectors[:, None, :], self.data)[:, 0]


class FoldedFactors:
    """Factors in float16, two in one square; the same methods as `WholeFactors`."""

    def __init__(self, n_classes: int, p: int, /) -> None:
        self.data = np.zeros((-(-n_classes // 2), p, p + 1), dtype=np.float16)
        self.scale = np.ones(2 * len(self.data), dtype=np.float32)

    def put(self, first: int, factors: Array, /) -> None:
        """Keep the factors of some classes, of which ``first`` is the first one."""
        p, last = factors.shape[1], first + len(factors)
        largest = np.abs(factors).max(axis=(1, 2))
        scale = np.where(largest > 0, largest, 1.0)  # float16 ends at 65504
        self.scale[first:last] = scale
        coarse = (factors / scale[:, None, None]).astype(np.float16)
        below = np.tri(p, dtype=bool)
        even = self.data[(first + 1) // 2 : (last + 1) // 2, :, :p]
        odd = self.data[first // 2 : last // 2, :, 1:]
        np.copyto(even, coarse[first % 2 :: 2], where=below)
        np.copyto(odd, coarse[1 - first % 2 :: 2].transpose(0, 2, 1), where=below.T)

    def apply(self, vectors: Array, /) -> Array:
        """``L_k v_k`` for every row of ``vectors`` (K, p)."""
        return self._applied(vectors, transposed=False)

    def apply_transposed(self, vectors: Array, /) -> Array:
        """``L_k^T v_k`` for every row of ``vectors`` (K, p)."""
        return self._applied(vectors, transposed=True)

    def _applied(self, vectors: Array, *, transposed: bool) -> Array:
        n_classes, p = vectors.shape
        size = max(1, _BATCH_ENTRIES // p**2)
        pairs = np.zeros((len(self.data), 2, p), dtype=np.float32)
        pairs.reshape(-1, p)[:n_classes] = vectors
        out = np.empty_like(pairs)

        def part(first: int, last: int) -> None:
            for start in range(first, last, size):
                some = slice(start, min(start + size, last))
                block = self.data[some].astype(np.float32)
                lower, upper = np.tril(block)[:, :, :p], np.triu(block, 1)[:, :, 1:]
                if transposed:
                    lower, upper = upper, lower
                v, result = pairs[some], out[some]
                own, other = (1, 0) if transposed else (0, 1)
                result[:, own] = np.matmul(lower, v[:, own, :, None])[..., 0]
                result[:, other] = np.matmul(v[:, other, None, :], upper)[:, 0]

        over_parts(part, len(self.data))
        return out.reshape(-1, p)[:n_classes] * self.scale[:n_classes, None]
