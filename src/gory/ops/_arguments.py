"""Checks of arguments, done before anything is computed or written.

Every function takes the name of the argument, so that the message can say which one
is wrong. NaN and infinities are data, not mistakes: they propagate as documented by
the operators and are not looked for here, which would cost one more pass.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._errors import DTypeError, RangeError, ShapeError

# Characters of float16, float32 and float64.
FLOATS = "efd"


def as_array(name: str, value: ArrayLike) -> NDArray[Any]:
    """The argument as an array of numbers in the byte order of the machine."""
    if type(value) is np.ndarray:
        array = value
    elif isinstance(value, np.ma.MaskedArray):
        raise DTypeError(
            f"{name} is a masked array, and its mask would be lost; pass {name}.filled(...): a "
            f"logit of -inf stands for a class that cannot be, and samples that do not count are "
            f"left out by ignore_index or sample_weight."
        )
    else:
        try:
            array = np.asarray(value)
        except ValueError as error:
            raise ShapeError(
                f"{name} is no array of numbers: {error} Pass rows of one length."
            ) from None
    dtype = array.dtype
    return array if dtype.isnative else array.astype(dtype.newbyteorder("="))


def as_floating(name: str, value: ArrayLike) -> NDArray[Any]:
    """The argument as an array of float16, float32 or float64; integers become float64."""
    array = as_array(name, value)
    if array.dtype.char in FLOATS:
        return array
    if array.dtype.kind in "iu":
        return array.astype(np.float64)
    raise DTypeError(
        f"{name} has dtype {array.dtype}; the operators compute with float16, float32 and "
        f"float64 (integers are read as float64). Convert it with {name}.astype(numpy.float64)."
    )


def same_shape(name: str, array: NDArray[Any], like: str, shape: tuple[int, ...]) -> None:
    """Raise unless the array has the given shape."""
    if array.shape != shape:
        raise ShapeError(
            f"{name} has shape {array.shape} but {like} asks for shape {shape}; "
            f"pass {name} with one entry per entry of {like}."
        )


def positive(name: str, value: float) -> float:
    """A finite number greater than zero."""
    number = _number(name, value)
    if not (isfinite(number) and number > 0):
        raise RangeError(f"{name} is {value!r}; it must be a finite number greater than 0.")
    return number


def nonnegative(name: str, value: float) -> float:
    """A finite number that is at least zero."""
    number = _number(name, value)
    if not (np.isfinite(number) and number >= 0):
        raise RangeError(f"{name} is {value!r}; it must be a finite number and at least 0.")
    return number


def fraction(name: str, value: float) -> float:
    """A number from 0 to 1, ends included."""
    number = _number(name, value)
    if not 0 <= number <= 1:
        raise RangeError(f"{name} is {value!r}; it is a share and must lie between 0 and 1.")
    return number


def _number(name: str, value: float) -> float:
    try:
        if not isinstance(value, (str, bytes)):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise DTypeError(f"{name} is {value!r}; it must be one real number.")


def nonnegative_vector(name: str, value: ArrayLike, length: int, per: str) -> NDArray[np.float64]:
    """Weights as float64: one per class or row, finite and at least zero."""
    array = as_floating(name, value).astype(np.float64, copy=False)
    if array.shape != (length,):
        raise ShapeError(
            f"{name} has shape {array.shape} but there are {length} of them to weigh: "
            f"pass one number per {per}, shape ({length},)."
        )
    wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
    if wrong.size:
        raise RangeError(
            f"{name}[{wrong[0]}] is {array[wrong[0]]}; a weight must be finite and at least 0."
        )
    return array


def checked_axis(axis: int, ndim: int, name: str) -> int:
    """The axis counted from 0, for an array that has at least one."""
    if ndim == 0:
        raise ShapeError(
            f"{name} is a single number; it must have at least one axis to run over, "
            f"for example shape (K,) or (N, K)."
        )
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise DTypeError(f"axis is {axis!r}; it must be one integer.")
    if not -ndim <= axis < ndim:
        raise ShapeError(
            f"axis is {axis} but {name} has {ndim} axes; choose one from {-ndim} to {ndim - 1}."
        )
    return int(axis) % ndim


def checked_out(
    out: NDArray[Any] | None,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    inputs: dict[str, NDArray[Any]],
    name: str = "out",
) -> None:
    """Raise unless `out` can take the result without touching an input."""
    if out is None:
        return
    if not isinstance(out, np.ndarray):
        raise DTypeError(f"{name} is a {type(out).__name__}; it must be a NumPy array.")
    if out.shape != shape:
        raise ShapeError(f"{name} has shape {out.shape} but the result has shape {shape}.")
    if out.dtype != dtype:
        raise DTypeError(f"{name} has dtype {out.dtype} but the result has dtype {dtype}.")
    if not out.flags.writeable:
        raise RangeError(f"{name} is read-only; pass an array that can be written to.")
    for other, array in inputs.items():
        if _overlap(out, array):
            raise RangeError(
                f"{name} shares memory with {other}, which is still read while the result is "
                f"written; pass a separate array."
            )


def _overlap(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return np.may_share_memory(a, b) and np.shares_memory(a, b)
