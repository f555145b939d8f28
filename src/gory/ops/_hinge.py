"""Multi-class hinge losses with their (sub)derivatives.

With margins m[j] = a[j] - a[y] + Δ for j ≠ y, a row's loss is a function of the positive
margins alone. If c[j] is its derivative in m[j], the gradient is c with -Σ c at y, so its
entries sum to 0. At a kink, m[j] = 0, the subgradient with c[j] = 0 is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict, Unpack, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_floating, checked_out, nonnegative, same_shape
from gory.ops._centered import row_dot
from gory.ops._errors import RangeError, ShapeError
from gory.ops._layout import outer_like, rows_like
from gory.ops._loss_options import (
    LossOptions,
    LossSettings,
    Reduction,
    reduced,
    row_factors,
    row_weights,
    settings_of,
)
from gory.ops._loss_rows import scaled_rows
from gory.ops._scores import Scores, open_scores
from gory.ops._targets import target_of

Kind = Literal["sum", "worst", "squared"]


class HingeOptions(TypedDict, total=False):
    """Keyword options of `hinge`; those of the losses mean the same as there."""

    kind: Kind
    margin: float
    axis: int
    temperature: float
    softcap: float | None
    weight: ArrayLike | None
    ignore_index: int | None
    reduction: Reduction
    sample_weight: ArrayLike | None


@dataclass(frozen=True, slots=True)
class Hinge:
    """Multi-class hinge loss of scores, `gory.ops.hinge`.

    .. math:: \\ell = \\sum_{j \\ne y} \\max(0, a_j - a_y + \\Delta), \\qquad
              a = \\mathrm{cap}(z) / T

    Parameters of every verb
    ------------------------
    z : array_like, shape (..., K, ...)
        Scores.
    target : array_like of int
        Class indices, of the shape of z without its axis.
    kind : {"sum", "worst", "squared"}
        Sum over the other classes; only the largest margin (the first one on ties); sum
        of squares.
    margin : float, default 1
        Δ >= 0.
    **options
        ``axis, temperature, softcap, weight, ignore_index, reduction, sample_weight`` as in
        `cross_entropy`.

    Raises
    ------
    DTypeError, ShapeError, RangeError
        As in `cross_entropy`; smoothing, z-loss and probability targets are refused.

    Notes
    -----
    Computed in float64 and rounded once. A NaN among the scores makes its row NaN.

    Source: A. Karpathy and others, *CS231n: Linear Classification*; J. Weston and
    C. Watkins, *Multi-class Support Vector Machines*; K. Crammer and Y. Singer, *On the
    Algorithmic Implementation of Multiclass Kernel-based Vector Machines*.

    Examples
    --------
    >>> from gory.ops import hinge
    >>> print(hinge([13.0, -7.0, 11.0], 0, margin=10.0))
    8.0
    """

    def __call__(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[HingeOptions]
    ) -> NDArray[Any]:
        """The loss: one number, or one per row with ``reduction="none"``."""
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
        **options: Unpack[HingeOptions],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The loss and a subgradient; ``upstream`` and ``out`` as in `cross_entropy`.

        Examples
        --------
        >>> from gory.ops import hinge
        >>> hinge.value_and_grad([13.0, -7.0, 11.0], 0, margin=10.0)[1]
        array([-1.,  0.,  1.])
        """
        call = _open(z, target, options, out)
        factors = call.upstream(upstream)
        gradient = scaled_rows(call.scores.pull(call.gradients()), factors)
        return call.returned(call.values()), call.scores.layout.restore(gradient, out)

    def jvp(
        self, z: ArrayLike, target: ArrayLike, v: ArrayLike, /, **options: Unpack[HingeOptions]
    ) -> NDArray[Any]:
        """How the loss moves when z moves along v, by the same subgradient.

        Examples
        --------
        >>> from gory.ops import hinge
        >>> print(hinge.jvp([13.0, -7.0, 11.0], 0, [1.0, 0.0, 0.0], margin=10.0))
        -1.0
        """
        call = _open(z, target, options)
        direction = rows_like("v", v, call.scores.layout, "z")
        return call.returned(row_dot(call.gradients(), call.scores.pull(direction)))

    def vjp(
        self,
        z: ArrayLike,
        target: ArrayLike,
        g: ArrayLike,
        /,
        *,
        out: NDArray[Any] | None = None,
        **options: Unpack[HingeOptions],
    ) -> NDArray[Any]:
        """The gradient of g times the loss; one g per row with ``reduction="none"``.

        Examples
        --------
        >>> from gory.ops import hinge
        >>> hinge.vjp([13.0, -7.0, 11.0], 0, 2.0, margin=10.0)
        array([-2.,  0.,  2.])
        """
        return self.value_and_grad(z, target, upstream=g, out=out, **options)[1]

    def jacobian(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[HingeOptions]
    ) -> NDArray[Any]:
        """The derivative in z, of the shape of z, as in `cross_entropy`.

        Examples
        --------
        >>> from gory.ops import hinge
        >>> hinge.jacobian([13.0, -7.0, 11.0], 0, margin=10.0)
        array([-1.,  0.,  1.])
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
        **options: Unpack[HingeOptions],
    ) -> NDArray[Any]:
        """The Hessian (where it exists) times v: 0 but for the square and the soft cap.

        Examples
        --------
        >>> from gory.ops import hinge
        >>> hinge.hvp([0.0, 0.0], 0, [1.0, 0.0], kind="squared")
        array([ 2., -2.])
        """
        return _second_order(z, target, v, out, options, full=True)

    def gauss_newton(
        self,
        z: ArrayLike,
        target: ArrayLike,
        v: ArrayLike,
        /,
        *,
        out: NDArray[Any] | None = None,
        **options: Unpack[HingeOptions],
    ) -> NDArray[Any]:
        """The same without the curvature of the soft cap.

        Examples
        --------
        >>> from gory.ops import hinge
        >>> hinge.gauss_newton([0.0, 0.0], 0, [1.0, 0.0], kind="squared")
        array([ 2., -2.])
        """
        return _second_order(z, target, v, out, options, full=False)

    def hessian(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[HingeOptions]
    ) -> NDArray[Any]:
        """The Hessian, one K×K block per row, the axis of z moved to the end.

        Examples
        --------
        >>> from gory.ops import hinge
        >>> hinge.hessian([0.0, 0.0], 0, kind="squared")
        array([[ 2., -2.],
               [-2.,  2.]])
        """
        call = _open(z, target, options)
        layout = call.scores.layout
        n, k = call.scores.matrix.shape
        blocks = np.zeros((n, k, k))
        for column in range(k):
            unit = np.zeros((n, k))
            unit[:, column] = 1.0
            blocks[:, :, column] = call.products(unit, full=True)
        return blocks.reshape((*layout.outer, k, k)).astype(layout.dtype)


@dataclass(frozen=True, slots=True)
class _Call:
    scores: Scores
    settings: LossSettings
    kind: Kind
    labels: NDArray[np.intp]
    mass: NDArray[np.float64]
    factors: NDArray[np.float64]
    margins: NDArray[np.float64]
    """a[j] - a[y] + Δ, and -inf at y itself; shape (N, K)."""

    def values(self) -> NDArray[np.float64]:
        positive = np.maximum(self.margins, 0.0)
        if self.kind == "sum":
            return positive.sum(1) * self.mass
        return (positive.max(1) if self.kind == "worst" else (positive**2).sum(1)) * self.mass

    def gradients(self) -> NDArray[np.float64]:
        """In the effective scores."""
        m = self.margins
        active = np.where(np.isnan(m), np.nan, m > 0)
        if self.kind == "squared":
            active = 2.0 * np.maximum(m, 0.0)
        if self.kind == "worst":
            first = np.zeros_like(m)
            index = np.arange(len(m))
            first[index, m.argmax(1)] = active[index, m.argmax(1)]
            active = first
        return self._closed(active)

    def products(self, v: NDArray[np.float64], *, full: bool) -> NDArray[np.float64]:
        """Rows of the Hessian product, factors included."""
        scores = self.scores
        product = np.zeros_like(v)
        if self.kind == "squared":
            u = scores.pull(v)
            at_label = u[np.arange(len(u)), self.labels][:, None]
            active = np.where(np.isnan(self.margins), np.nan, 2.0 * (self.margins > 0))
            product = scores.pull(self._closed(active * (u - at_label)))
        if full and scores.cap is not None:
            product = product + scores.cap.bend / scores.temperature * self.gradients() * v
        return scaled_rows(product, self.factors)

    def upstream(self, upstream: ArrayLike | None) -> NDArray[np.float64]:
        if upstream is None:
            return self.factors
        if self.settings.reduction == "none":
            return self.factors * outer_like("upstream", upstream, self.scores.layout, "z")
        array = as_floating("upstream", upstream)
        same_shape("upstream", array, f"reduction={self.settings.reduction!r}", ())
        return self.factors * float(array)

    def returned(self, values: NDArray[np.float64]) -> NDArray[Any]:
        total = reduced(self.settings.reduction, values, self.factors)
        if self.settings.reduction == "none":
            return self.scores.layout.restore_outer(total)
        return total.astype(self.scores.layout.dtype)[()]

    def _closed(self, c: NDArray[np.float64]) -> NDArray[np.float64]:
        """c times the class weight, with minus its sum at the label."""
        gradient = c * self.mass[:, None]
        gradient[np.arange(len(c)), self.labels] = -gradient.sum(1)
        return gradient


def _open(
    z: ArrayLike, target: ArrayLike, options: HingeOptions, out: NDArray[Any] | None = None
) -> _Call:
    given = cast(dict[str, Any], dict(options))
    kind, margin = given.pop("kind", "sum"), nonnegative("margin", given.pop("margin", 1.0))
    if kind not in ("sum", "worst", "squared"):
        raise RangeError(f"kind is {kind!r}; choose one of sum, worst, squared.")
    for name in ("label_smoothing", "smoothing_over", "z_loss", "target_sums_to_one"):
        if name in given:
            raise RangeError(f"{name} has no meaning for a hinge loss; use cross_entropy for it.")
    settings = settings_of(cast(LossOptions, given))
    scores = open_scores(
        z,
        axis=settings.axis,
        temperature=settings.temperature,
        softcap=settings.softcap,
        precise=True,
        out=out,
    )
    checked = target_of(target, scores.layout, settings)
    if checked.labels is None:
        raise ShapeError(
            f"target has the shape {scores.layout.shape} of z; a hinge loss needs class indices "
            f"of shape {scores.layout.outer}."
        )
    weights = row_weights(settings, checked.kept, scores.layout.outer)
    factors = row_factors(settings.reduction, weights, checked.mass)
    a = scores.matrix / scores.temperature
    index = np.arange(len(a))
    with np.errstate(invalid="ignore"):
        margins = a - a[index, checked.labels][:, None] + margin
    lost = np.isnan(a[index, checked.labels])
    margins[index, checked.labels] = np.where(lost, np.nan, -np.inf)
    return _Call(scores, settings, kind, checked.labels, checked.mass, factors, margins)


def _second_order(
    z: ArrayLike,
    target: ArrayLike,
    v: ArrayLike,
    out: NDArray[Any] | None,
    options: HingeOptions,
    *,
    full: bool,
) -> NDArray[Any]:
    call = _open(z, target, options, out)
    layout = call.scores.layout
    direction = rows_like("v", v, layout, "z")
    checked_out(out, layout.shape, layout.dtype, {"v": np.asarray(v)})
    return layout.restore(call.products(direction, full=full), out)


hinge = Hinge()
