"""Binary cross-entropy on logits, with its derivatives to second order.

With target t, the loss of an entry is t softplus(-a) + (1 - t) softplus(a), a sum of terms
that are not negative; its gradient (1 - t) σ(a) - t σ(-a), which is σ - t without the
cancellation; its second derivative σ(a) σ(-a). It is `cross_entropy` over the two logits
(0, z), and every option means what it means there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_array, as_floating, checked_out, positive, same_shape
from gory.ops._errors import RangeError
from gory.ops._logistic import Logistic, logistic
from gory.ops._loss_options import (
    LossSettings,
    RowOptions,
    class_weights,
    reduced,
    row_factors,
    row_weights,
    settings_of,
)
from gory.ops._scores import Cap, capped


@dataclass(frozen=True, slots=True)
class BinaryCrossEntropy:
    """Cross-entropy of sigmoid(z) with targets, `gory.ops.binary_cross_entropy`.

    .. math:: \\ell = -w_1 t \\log \\sigma(z) - w_0 (1 - t) \\log (1 - \\sigma(z))

    Parameters of every verb
    ------------------------
    z : array_like
        Logits of any shape; every entry is a case of its own.
    target : array_like, shape of z
        Probabilities of class 1, from 0 to 1; bools and integers 0, 1 are fine.
    **options
        Those of `cross_entropy` without ``axis``: ``weight`` is the pair (w_0, w_1),
        ``sample_weight`` has the shape of z, ``label_smoothing`` moves t towards 1/2,
        ``ignore_index`` is compared with the target, and "row" in a reduction is an entry.

    Raises
    ------
    DTypeError, ShapeError, RangeError
        For a target outside 0 to 1, shapes that differ and the like.

    Notes
    -----
    Computed in float64 and rounded once; losses are in nats.

    Source: H. Bunyamin, *How to Compute the Gradient of Cost Function from Logistic
    Regression*.

    Examples
    --------
    >>> from gory.ops import binary_cross_entropy
    >>> print(binary_cross_entropy([0.0, 40.0], [1, 1], reduction="sum"))
    0.6931471805599453
    >>> print(binary_cross_entropy(40.0, 1))
    4.248354255291589e-18
    """

    def __call__(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[RowOptions]
    ) -> NDArray[Any]:
        """The loss: one number, or one per entry with ``reduction="none"``."""
        call = _open(z, target, options)
        return call.returned(call.values())

    def value_and_grad(
        self,
        z: ArrayLike,
        target: ArrayLike,
        /,
        *,
        upstream: ArrayLike | None = None,
        out: NDArray[Any] | None = None,
        **options: Unpack[RowOptions],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The loss and its gradient in z; ``upstream`` and ``out`` as in `cross_entropy`.

        Examples
        --------
        >>> from gory.ops import binary_cross_entropy
        >>> value, gradient = binary_cross_entropy.value_and_grad([0.0], [1])
        >>> print(value, gradient)
        0.6931471805599453 [-0.5]
        """
        call = _open(z, target, options, out)
        factor = call.upstream(upstream)
        return call.returned(call.values()), call.written(call.gradients(), factor, out)

    def jvp(
        self, z: ArrayLike, target: ArrayLike, v: ArrayLike, /, **options: Unpack[RowOptions]
    ) -> NDArray[Any]:
        """How the loss moves when z moves along v.

        Examples
        --------
        >>> from gory.ops import binary_cross_entropy
        >>> print(binary_cross_entropy.jvp([0.0], [1], [1.0]))
        -0.5
        """
        call = _open(z, target, options)
        return call.returned(call.gradients() * call.direction("v", v))

    def vjp(
        self,
        z: ArrayLike,
        target: ArrayLike,
        g: ArrayLike,
        /,
        *,
        out: NDArray[Any] | None = None,
        **options: Unpack[RowOptions],
    ) -> NDArray[Any]:
        """The gradient of g times the loss; one g per entry with ``reduction="none"``.

        Examples
        --------
        >>> from gory.ops import binary_cross_entropy
        >>> binary_cross_entropy.vjp([0.0, 0.0], [1, 0], [1.0, 3.0], reduction="none")
        array([-0.5,  1.5])
        """
        return self.value_and_grad(z, target, upstream=g, out=out, **options)[1]

    def jacobian(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[RowOptions]
    ) -> NDArray[Any]:
        """The derivative in z, of the shape of z (every loss depends on its own entry).

        Examples
        --------
        >>> from gory.ops import binary_cross_entropy
        >>> binary_cross_entropy.jacobian([0.0], [1])
        array([-0.5])
        """
        return self.value_and_grad(z, target, **options)[1]

    def hvp(
        self,
        z: ArrayLike,
        target: ArrayLike,
        v: ArrayLike,
        /,
        *,
        out: NDArray[Any] | None = None,
        **options: Unpack[RowOptions],
    ) -> NDArray[Any]:
        """The Hessian, which is diagonal, times v.

        Examples
        --------
        >>> from gory.ops import binary_cross_entropy
        >>> binary_cross_entropy.hvp([0.0], [1], [1.0])
        array([0.25])
        """
        call = _open(z, target, options, out)
        return call.written(call.curvatures() * call.direction("v", v), call.factors, out)

    def gauss_newton(
        self,
        z: ArrayLike,
        target: ArrayLike,
        v: ArrayLike,
        /,
        *,
        out: NDArray[Any] | None = None,
        **options: Unpack[RowOptions],
    ) -> NDArray[Any]:
        """The Hessian without the curvature of the soft cap, times v.

        Examples
        --------
        >>> from gory.ops import binary_cross_entropy
        >>> binary_cross_entropy.gauss_newton([0.0], [1], [1.0])
        array([0.25])
        """
        call = _open(z, target, options, out)
        product = call.curvatures(gauss_newton=True) * call.direction("v", v)
        return call.written(product, call.factors, out)

    def hessian(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[RowOptions]
    ) -> NDArray[Any]:
        """The diagonal of the Hessian, of the shape of z; off it everything is 0.

        Examples
        --------
        >>> from gory.ops import binary_cross_entropy
        >>> binary_cross_entropy.hessian([0.0], [1])
        array([0.25])
        """
        call = _open(z, target, options)
        return call.written(call.curvatures(), call.factors, None)


@dataclass(frozen=True, slots=True)
class _Call:
    """Checked arguments; everything but `z` flat and in float64."""

    z: NDArray[Any]
    settings: LossSettings
    cap: Cap | None
    at: Logistic
    """At the effective logits."""
    raw: Logistic
    """At temperature 1."""
    ones: NDArray[np.float64]
    """w_1 t after smoothing."""
    zeros: NDArray[np.float64]
    """w_0 (1 - t) after smoothing."""
    factors: NDArray[np.float64]

    def values(self) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore"):
            one = np.where(self.ones == 0, 0, self.ones * self.at.softplus_negative)
            zero = np.where(self.zeros == 0, 0, self.zeros * self.at.softplus)
        value = one + zero
        if self.settings.z_loss:
            value = value + self.settings.z_loss * self.raw.softplus**2
        return value

    def gradients(self) -> NDArray[np.float64]:
        return self._outer_gradients() * (1.0 if self.cap is None else self.cap.slope)

    def curvatures(self, *, gauss_newton: bool = False) -> NDArray[np.float64]:
        total = (self.ones + self.zeros) / self.settings.temperature**2
        bend = total * self.at.value * self.at.complement
        if self.settings.z_loss:
            s = self.raw
            bowl = s.value**2 + s.softplus * s.value * s.complement
            bend = bend + 2.0 * self.settings.z_loss * bowl
        if self.cap is None:
            return bend
        bend = bend * self.cap.slope**2
        return bend if gauss_newton else bend + self.cap.bend * self._outer_gradients()

    def _outer_gradients(self) -> NDArray[np.float64]:
        slope = self.zeros * self.at.value - self.ones * self.at.complement
        slope = slope / self.settings.temperature
        if self.settings.z_loss:
            slope = slope + 2.0 * self.settings.z_loss * self.raw.softplus * self.raw.value
        return slope

    def direction(self, name: str, v: ArrayLike) -> NDArray[np.float64]:
        array = as_floating(name, v)
        same_shape(name, array, "z", self.z.shape)
        return array.astype(np.float64).reshape(-1)

    def upstream(self, upstream: ArrayLike | None) -> NDArray[np.float64]:
        if upstream is None:
            return self.factors
        if self.settings.reduction == "none":
            return self.factors * self.direction("upstream", upstream)
        array = as_floating("upstream", upstream)
        same_shape("upstream", array, f"reduction={self.settings.reduction!r}", ())
        return self.factors * float(array)

    def returned(self, values: NDArray[np.float64]) -> NDArray[Any]:
        total = reduced(self.settings.reduction, values, self.factors)
        shape = self.z.shape if self.settings.reduction == "none" else ()
        return total.reshape(shape).astype(self.z.dtype)[()]

    def written(
        self, entries: NDArray[np.float64], factor: NDArray[np.float64], out: NDArray[Any] | None
    ) -> NDArray[Any]:
        result = reduced("none", entries, factor).reshape(self.z.shape)
        if out is None:
            return result.astype(self.z.dtype)
        np.copyto(out, result, casting="same_kind")
        return out


def _open(
    z: ArrayLike, target: ArrayLike, options: RowOptions, out: NDArray[Any] | None = None
) -> _Call:
    if "axis" in options:
        raise RangeError("axis is not an option here: every entry of z is a case of its own.")
    settings = settings_of(options)
    array = as_floating("z", z)
    t, kept = _checked_target(target, array.shape, settings.ignore_index)
    checked_out(out, array.shape, array.dtype, {"z": array, "target": np.asarray(target)})
    temperature = positive("temperature", settings.temperature)
    x = array.astype(np.float64).reshape(-1)
    cap = None if settings.softcap is None else capped(x, positive("softcap", settings.softcap))
    x = x if cap is None else cap.value
    pair = class_weights(settings, 2)
    w0, w1 = (1.0, 1.0) if pair is None else pair
    share = settings.label_smoothing / (2 if settings.smoothing_over == "all" else 1)
    smooth = (1 - share) * t + share * (1 - t)
    weights = row_weights(settings, kept, array.shape)
    factors = row_factors(settings.reduction, weights, w1 * t + w0 * (1 - t))
    at = logistic(x / temperature)
    raw = at if temperature == 1 else logistic(x)
    return _Call(array, settings, cap, at, raw, w1 * smooth, w0 * (1 - smooth), factors)


def _checked_target(
    target: ArrayLike, shape: tuple[int, ...], ignore_index: int | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    given = as_array("target", target)
    array = as_floating("target", given.astype(np.int8) if given.dtype == bool else given)
    same_shape("target", array, "z", shape)
    t = array.astype(np.float64).reshape(-1)
    kept = np.ones(t.shape, np.bool_) if ignore_index is None else t != ignore_index
    wrong = np.flatnonzero(kept & ~((t >= 0) & (t <= 1)))
    if wrong.size:
        raise RangeError(
            f"target is {t[wrong[0]]} at position {wrong[0]}; it is the probability of class 1 "
            f"and must lie between 0 and 1. For labels -1 and 1 pass (labels + 1) / 2."
        )
    return np.where(kept, t, 0.0), kept


binary_cross_entropy = BinaryCrossEntropy()
