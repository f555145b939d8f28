"""From the caller's logits to the rows an operator works on.

Two options act before the softmax itself: ``softcap`` replaces z by c tanh(z / c), and
``temperature`` then divides by T. Every operator of the family is a function of these
effective logits, so its derivatives in z are those in the effective logits times
``slope`` = 1 - tanh²(z / c), over T; second derivatives also need ``bend``.

Without options rows are computed in the dtype of the logits (float16 in float32). With
options, and for derivatives along a direction, they are computed in float64 and rounded once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_floating, checked_out, positive
from gory.ops._layout import Layout, layout_of
from gory.ops._result_memory import result_memory
from gory.ops._rows import Rows, rows_of

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
# From this temperature on no float32 number divided by it is too large for float64.
COLDEST = 1e-200


@dataclass(frozen=True, slots=True)
class Cap:
    """c tanh(z / c) with its first and second derivative in z, elementwise."""

    value: NDArray[np.float64]
    slope: NDArray[np.float64]
    bend: NDArray[np.float64]


def capped(z: NDArray[np.float64], softcap: float) -> Cap:
    """The cap and its derivatives; infinite logits are capped to +-c with slope 0."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        tanh = np.tanh(z / softcap)
        slope = 1.0 / np.cosh(z / softcap) ** 2
        return Cap(softcap * tanh, slope, -2.0 * tanh * slope / softcap)


class Scores(NamedTuple):
    """An opened call: layout, rows of the effective logits, and the options used."""

    layout: Layout
    matrix: NDArray[Any]
    """The logits after the cap and before the temperature, as rows."""
    temperature: float
    cap: Cap | None

    @property
    def is_plain(self) -> bool:
        """The effective logits are the matrix itself."""
        return self.temperature == 1.0

    def plain(self) -> Scores:
        """The same with the temperature already in the matrix, where that costs no accuracy.

        A quotient in float64 is off by so little that in narrower logits nothing is seen of it.
        """
        if self.is_plain or self.layout.dtype == np.float64 or self.temperature < COLDEST:
            return self
        return Scores(self.layout, self.matrix / self.temperature, 1.0, self.cap)

    def rows(self, *, rounded: bool = False) -> Rows:
        """Rows of the effective logits."""
        return rows_of(self.matrix, self.temperature, rounded=rounded)

    def raw_rows(self) -> Rows:
        """Rows of the capped logits at temperature 1."""
        return rows_of(self.matrix)

    def target(self, out: NDArray[Any] | None) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """A C-ordered matrix to write to, and the result if the matrix is a view of it."""
        shape, axis, dtype = self.layout
        direct = axis == len(shape) - 1 and self.matrix.dtype == dtype
        if not direct or not (out is None or out.flags.c_contiguous):
            return np.empty_like(self.matrix), None
        result = result_memory(shape, dtype) if out is None else out
        return result if len(shape) == 2 else result.reshape(self.matrix.shape), result

    def pull(self, direction: NDArray[np.float64]) -> NDArray[np.float64]:
        """A direction in z, or a cotangent of the effective logits, through the chain rule."""
        return self.outward(direction) / self.temperature

    def outward(self, direction: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same through the cap alone."""
        return direction if self.cap is None else direction * self.cap.slope


def open_scores(
    z: ArrayLike,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    softcap: float | None = None,
    precise: bool = False,
    out: NDArray[Any] | None = None,
    name: str = "z",
) -> Scores:
    """Check the logits and the options that act on them; nothing is computed yet.

    ``precise`` asks for float64 whatever the dtype of the logits.
    """
    array = as_floating(name, z)
    layout = layout_of(name, array, axis)
    temperature = positive("temperature", temperature)
    cap_at = None if softcap is None else positive("softcap", softcap)
    if out is not None:
        checked_out(out, array.shape, array.dtype, {name: array})
    plain = temperature == 1.0 and cap_at is None and not precise
    matrix = layout.rows(array, working_dtype(array.dtype) if plain else np.float64)
    if cap_at is None:
        return Scores(layout, matrix, temperature, None)
    cap = capped(matrix, cap_at)
    return Scores(layout, cap.value, temperature, cap)


def working_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype rows are computed in: float16 goes up to float32, the others stay."""
    return FLOAT64 if dtype.char == "d" else FLOAT32
