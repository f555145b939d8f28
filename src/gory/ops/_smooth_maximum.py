"""Smooth stand-ins for the maximum of a row, with their derivatives to second order.

All of them are functions of a row x and a sharpness t; `KINDS` lists each with its value,
gradient and Hessian product. Softmax is the gradient of most of them and is itself no
smooth maximum but a smooth argmax.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_floating, checked_out
from gory.ops._centered import row_dot
from gory.ops._errors import RangeError
from gory.ops._layout import Layout, layout_of, outer_like, rows_like
from gory.ops._smooth_curves import KINDS, Curve

Kind = Literal["logsumexp", "minimum", "boltzmann", "mellowmax", "norm", "zero", "root"]


@dataclass(frozen=True, slots=True)
class SmoothMaximum:
    """A smooth maximum (or minimum) along one axis, `gory.ops.smooth_maximum`.

    Parameters of every verb
    ------------------------
    x : array_like, shape (..., K, ...)
        The numbers.
    kind : str, default "logsumexp"
        ========== ============================== ===========================
        kind       value                          between
        ========== ============================== ===========================
        logsumexp  log(Σ exp(t x)) / t            max and max + log(K) / t
        minimum    -log(Σ exp(-t x)) / t          min - log(K) / t and min
        boltzmann  Σ x softmax(t x)               min and max
        mellowmax  log(mean exp(t x)) / t         max - log(K) / t and max
        norm       (Σ abs(x)^t)^(1/t)             max abs and max abs K^(1/t)
        zero       log(Σ exp(t x) - (K - 1)) / t  0 for x = 0
        root       (x + y + √((x - y)² + t⁻²))/2  K = 2 only
        ========== ============================== ===========================
    sharpness : float, default 1
        t. Positive; any sign and 0 for boltzmann and mellowmax, at least 1 for norm.
    axis : int, default -1
        The axis to run over.

    Raises
    ------
    DTypeError, ShapeError, RangeError
        For arguments on which the function is not defined, an empty row among them.

    Notes
    -----
    Computed in float64 and rounded once. The gradient of the norm at 0 is taken as 0.

    Source: K. Asadi and M. L. Littman, *An Alternative Softmax Operator for Reinforcement
    Learning* (mellowmax); M. Lange and others, *Applications of lp-Norms and their Smooth
    Approximations* (logsumexp, boltzmann).

    Examples
    --------
    >>> from gory.ops import smooth_maximum
    >>> print(smooth_maximum([1.0, 2.0, 3.0], kind="boltzmann").round(6))
    2.57521
    """

    def __call__(
        self,
        x: ArrayLike,
        /,
        *,
        kind: Kind = "logsumexp",
        sharpness: float = 1.0,
        axis: int = -1,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """One number per row."""
        array, layout, curve = _open(x, kind, sharpness, axis)
        checked_out(out, layout.outer, layout.dtype, {"x": array})
        return layout.restore_outer(curve.value, out)

    def value_and_grad(
        self,
        x: ArrayLike,
        /,
        *,
        kind: Kind = "logsumexp",
        sharpness: float = 1.0,
        axis: int = -1,
        out: NDArray[Any] | None = None,
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The value of each row and its gradient; `out` receives the gradient.

        Examples
        --------
        >>> from gory.ops import smooth_maximum
        >>> value, gradient = smooth_maximum.value_and_grad([3.0, 4.0], kind="norm", sharpness=2)
        >>> print(value, gradient)
        5.0 [0.6 0.8]
        """
        array, layout, curve = _open(x, kind, sharpness, axis)
        checked_out(out, layout.shape, layout.dtype, {"x": array})
        return layout.restore_outer(curve.value), layout.restore(curve.gradient, out)

    def jvp(
        self,
        x: ArrayLike,
        v: ArrayLike,
        /,
        *,
        kind: Kind = "logsumexp",
        sharpness: float = 1.0,
        axis: int = -1,
    ) -> NDArray[Any]:
        """How each value moves when x moves along v.

        Examples
        --------
        >>> from gory.ops import smooth_maximum
        >>> print(smooth_maximum.jvp([3.0, 4.0], [1.0, 0.0], kind="norm", sharpness=2))
        0.6
        """
        _, layout, curve = _open(x, kind, sharpness, axis)
        direction = rows_like("v", v, layout, "x")
        return layout.restore_outer(row_dot(curve.gradient, direction))

    def vjp(
        self,
        x: ArrayLike,
        g: ArrayLike,
        /,
        *,
        kind: Kind = "logsumexp",
        sharpness: float = 1.0,
        axis: int = -1,
    ) -> NDArray[Any]:
        """The gradient in x of Σ g ⊙ value; g has one entry per row.

        Examples
        --------
        >>> from gory.ops import smooth_maximum
        >>> smooth_maximum.vjp([3.0, 4.0], 2.0, kind="norm", sharpness=2)
        array([1.2, 1.6])
        """
        _, layout, curve = _open(x, kind, sharpness, axis)
        return layout.restore(curve.gradient * outer_like("g", g, layout, "x")[:, None])

    def jacobian(
        self,
        x: ArrayLike,
        /,
        *,
        kind: Kind = "logsumexp",
        sharpness: float = 1.0,
        axis: int = -1,
    ) -> NDArray[Any]:
        """The derivative of each value in its own row, in the shape of x.

        Examples
        --------
        >>> from gory.ops import smooth_maximum
        >>> smooth_maximum.jacobian([0.0, 0.0])
        array([0.5, 0.5])
        """
        return self.value_and_grad(x, kind=kind, sharpness=sharpness, axis=axis)[1]

    def hvp(
        self,
        x: ArrayLike,
        v: ArrayLike,
        /,
        *,
        kind: Kind = "logsumexp",
        sharpness: float = 1.0,
        axis: int = -1,
    ) -> NDArray[Any]:
        """Each row's Hessian times its row of v.

        Examples
        --------
        >>> from gory.ops import smooth_maximum
        >>> smooth_maximum.hvp([0.0, 0.0], [1.0, 0.0])
        array([ 0.25, -0.25])
        """
        _, layout, curve = _open(x, kind, sharpness, axis)
        return layout.restore(curve.hessian_product(rows_like("v", v, layout, "x")))

    def hessian(
        self,
        x: ArrayLike,
        /,
        *,
        kind: Kind = "logsumexp",
        sharpness: float = 1.0,
        axis: int = -1,
    ) -> NDArray[Any]:
        """Each row's Hessian, shape (..., K, K), the axis of x moved to the end.

        Examples
        --------
        >>> from gory.ops import smooth_maximum
        >>> smooth_maximum.hessian([0.0, 0.0])
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        """
        _, layout, curve = _open(x, kind, sharpness, axis)
        n, k = curve.gradient.shape
        columns = (curve.hessian_product(np.tile(unit, (n, 1))) for unit in np.eye(k))
        blocks = np.stack(list(columns), axis=-1)
        return blocks.reshape((*layout.outer, k, k)).astype(layout.dtype)


def _open(
    x: ArrayLike, kind: str, sharpness: float, axis: int
) -> tuple[NDArray[Any], Layout, Curve]:
    array = as_floating("x", x)
    layout = layout_of("x", array, axis)
    if kind not in KINDS:
        raise RangeError(f"kind is {kind!r}; choose one of {', '.join(KINDS)}.")
    if layout.length == 0:
        raise RangeError(f"x has shape {array.shape}: a row without entries has no maximum.")
    curve: Callable[..., Curve] = KINDS[kind]
    with np.errstate(invalid="ignore", over="ignore", under="ignore", divide="ignore"):
        return array, layout, curve(layout.rows(array, np.float64), float(sharpness))


smooth_maximum = SmoothMaximum()
