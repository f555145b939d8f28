"""A linear layer seen in chunks of rows.

The logits of N rows and K classes are never all held: chunks of rows go through one
reused buffer. A chunk wants a few hundred rows, so that W, which every chunk reads, costs
little beside the arithmetic; more than that only fills memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_floating, positive
from gory.ops._errors import DTypeError, ShapeError
from gory.ops._products import logits_into
from gory.ops._threads import share_slices

# Reading W twice and updating its gradient costs 16 K D bytes per chunk of M rows against
# 6 M K D flops: at 512 rows less than 4 % of the time on machines with 6 flops per byte.
CHUNK_ROWS = 512
# Where W is small that costs less than logits that do not stay in the cache which cores share: with
# fewer rows a chunk does, if it is between half of its bytes and all of them.
FEWER_ROWS, CACHE = 384, 2**25
DEFAULT_WORKSPACE = 64 * 2**20
# Share of the workspace for logits: BLAS packs panels of the matrices into memory of its own,
# about 20 MB for products of this kind.
LOGITS_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class LinearLayer:
    """Inputs X (N, D), weights W (K, D), bias (K,) or None, all of one dtype."""

    x: NDArray[Any]
    w: NDArray[Any]
    bias: NDArray[Any] | None

    @property
    def n(self) -> int:
        return self.x.shape[0]

    @property
    def k(self) -> int:
        return self.w.shape[0]

    def logits(self, rows: slice, out: NDArray[Any]) -> NDArray[Any]:
        """Z = X Wᵀ + b for some rows; threads share out the classes."""
        x = self.x[rows]

        def some(part: slice) -> None:
            bias = None if self.bias is None else self.bias[part]
            logits_into(x, self.w[part], bias, out[:, part])

        share_slices(some, self.k, out.size)
        return out

    def block_classes(self, rows: int, max_workspace: float, copies: int) -> int:
        """The largest number of classes in a block of which so many copies fit."""
        room = int(max_workspace) // max(1, self.w.itemsize * rows * copies)
        return max(1, min(room, self.k))

    def chunk_rows(self, max_workspace: float, copies: float, share: float = LOGITS_SHARE) -> int:
        """The largest number of rows in a chunk whose logits have a share of the workspace."""
        row = max(1, int(self.w.itemsize * self.k * copies))
        room = int(share * max_workspace) // row
        fewer = 2 * CHUNK_ROWS * row > CACHE and FEWER_ROWS * row <= CACHE
        most = max(1, min(FEWER_ROWS if fewer else CHUNK_ROWS, room, self.n))
        return most - most % 16 if most >= 16 else most

    def chunks(
        self, max_workspace: float, copies: float = 1
    ) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Slices of rows of nearly equal size, each with a buffer of (rows, K).

        ``copies`` is how many arrays of that size the caller holds at the same time.
        """
        most = self.chunk_rows(max_workspace, copies)
        count = -(-self.n // most) if self.n else 0
        buffer = np.empty((most, self.k), self.x.dtype)
        for i in range(count):
            rows = slice(self.n * i // count, self.n * (i + 1) // count)
            yield rows, buffer[: rows.stop - rows.start]


def linear_layer(X: ArrayLike, W: ArrayLike, bias: ArrayLike | None) -> LinearLayer:
    """Check shapes and dtypes of a layer's arrays."""
    x, w = as_floating("X", X), as_floating("W", W)
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[1]:
        raise ShapeError(
            f"X has shape {x.shape} and W has shape {w.shape}; pass X of shape (N, D) and W of "
            f"shape (K, D), one row of W per class."
        )
    b = None if bias is None else as_floating("bias", bias)
    if b is not None and b.shape != (w.shape[0],):
        raise ShapeError(
            f"bias has shape {b.shape} but W has {w.shape[0]} rows; pass one number per class, "
            f"shape ({w.shape[0]},)."
        )
    for name, array in (("W", w), ("bias", b)):
        if array is not None and array.dtype != x.dtype:
            raise DTypeError(
                f"X has dtype {x.dtype} but {name} has dtype {array.dtype}; convert one of them, "
                f"for example {name}.astype(X.dtype), so that nothing is converted silently."
            )
    if x.dtype == np.float16:
        x, w, b = (None if a is None else a.astype(np.float32) for a in (x, w, b))
    x, w, b = (None if a is None else np.ascontiguousarray(a) for a in (x, w, b))
    return LinearLayer(np.asarray(x), np.asarray(w), b)


def checked_workspace(max_workspace: float) -> float:
    """The workspace in bytes."""
    return positive("max_workspace", max_workspace)


def direction_like(name: str, value: ArrayLike | None, like: NDArray[Any]) -> NDArray[Any] | None:
    """A direction in one of the layer's arrays, in its dtype."""
    if value is None:
        return None
    array = as_floating(name, value)
    if array.shape != like.shape:
        raise ShapeError(
            f"{name} has shape {array.shape} but must have the shape {like.shape} of what it moves."
        )
    return np.ascontiguousarray(array, like.dtype)
