"""Arrays of any shape and axis, seen as rows.

Every operator of the softmax family works along one axis and treats all the others
alike. A `Layout` remembers where the axis was, hands arrays over as a C-ordered matrix
with that axis last, and puts results back. Nothing is copied when the array already
is such a matrix.
"""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_floating, checked_axis, same_shape


class Layout(NamedTuple):
    """Shape, axis (counted from 0) and dtype of the array an operator was called with."""

    shape: tuple[int, ...]
    axis: int
    dtype: np.dtype[Any]

    @property
    def length(self) -> int:
        """Number of entries along the axis."""
        return self.shape[self.axis]

    @property
    def outer(self) -> tuple[int, ...]:
        """The shape without the axis: one entry per row."""
        return self.shape[: self.axis] + self.shape[self.axis + 1 :]

    def rows(self, array: NDArray[Any], dtype: np.dtype[Any] | type | None = None) -> NDArray[Any]:
        """The array as a C-ordered matrix, one row per entry of `outer`."""
        last = self.axis == len(self.shape) - 1
        if last and len(self.shape) == 2 and array.dtype == dtype and array.flags.c_contiguous:
            return array
        moved = array if last else np.moveaxis(array, self.axis, -1)
        matrix = moved.reshape(prod(self.outer), self.length)
        return np.ascontiguousarray(matrix, dtype=dtype)

    def restore(
        self, rows: NDArray[Any], out: NDArray[Any] | None = None, dtype: Any = None
    ) -> NDArray[Any]:
        """Rows back in the caller's shape and dtype, written to `out` if there is one."""
        moved = np.moveaxis(rows.reshape((*self.outer, self.length)), -1, self.axis)
        return rounded(moved, dtype or self.dtype, out)

    def restore_outer(self, values: NDArray[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
        """One number per row, in the shape without the axis."""
        return rounded(values.reshape(self.outer), self.dtype, out)


def rounded(array: NDArray[Any], dtype: Any, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """A result in its dtype, in `out` if there is one; what is too large becomes infinite."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if out is None:
            return np.asarray(array, dtype=dtype, order="C")
        np.copyto(out, array, casting="same_kind")
        return out


def layout_of(name: str, array: NDArray[Any], axis: int) -> Layout:
    """The layout of a checked array."""
    return Layout(array.shape, checked_axis(axis, array.ndim, name), array.dtype)


def rows_like(name: str, value: ArrayLike, layout: Layout, like: str) -> NDArray[np.float64]:
    """A second argument of the same shape (a direction, a cotangent), as float64 rows."""
    array = as_floating(name, value)
    same_shape(name, array, like, layout.shape)
    return layout.rows(array, np.float64)


def outer_like(name: str, value: ArrayLike, layout: Layout, like: str) -> NDArray[np.float64]:
    """A second argument with one number per row, as a float64 vector."""
    array = as_floating(name, value)
    same_shape(name, array, f"{like} without its axis {layout.axis}", layout.outer)
    return array.astype(np.float64).reshape(-1)
