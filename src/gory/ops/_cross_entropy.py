"""Softmax cross-entropy on given logits, with its derivatives to second order.

The loss of one row is log Σ exp z - z[y]; its gradient is p - onehot(y), its Hessian
diag(p) - p pᵀ, whatever the label. `_loss_options` defines the options, `_loss_rows` the
formulas with all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_floating, checked_out, same_shape
from gory.ops._centered import row_dot
from gory.ops._kernels import directed_rows, label_loss_rows, label_value_rows
from gory.ops._layout import outer_like, rounded, rows_like
from gory.ops._loss_options import (
    LossOptions,
    LossSettings,
    even_factors,
    reduced,
    row_factors,
    row_weights,
    settings_of,
)
from gory.ops._loss_rows import LossRows, loss_rows, scaled_rows
from gory.ops._scores import Scores, open_scores
from gory.ops._targets import Target, target_of, without_smoothing
from gory.ops._weighted_loss import weighted_loss_rows


@dataclass(frozen=True, slots=True)
class CrossEntropy:
    """Cross-entropy of softmax(z) with a target, `gory.ops.cross_entropy`.

    .. math:: \\ell = -\\sum_k q_k \\log p_k, \\qquad p = \\mathrm{softmax}(z)

    Parameters of every verb
    ------------------------
    z : array_like, shape (..., K, ...)
        Logits.
    target : array_like
        Class indices, integers from 0 to K - 1, of the shape of z without its axis; or
        probabilities of the shape of z.
    **options
        ``axis, temperature, softcap, weight, ignore_index, label_smoothing,
        smoothing_over, reduction, z_loss, sample_weight, target_sums_to_one``; see
        `LossSettings`. The default reduction is the mean over the kept rows.

    Raises
    ------
    DTypeError, ShapeError, RangeError
        For a label that is no class, a probability target that does not sum to one, a
        negative weight and the like; nothing has been written then.

    Notes
    -----
    Losses are in nats and not negative. Loss and gradient are within 4 ulp, also where the
    probability of the label rounds to 1. A row that has no softmax (see `softmax`) has loss
    and gradient NaN; a label of logit -inf has loss inf.

    Source: H. Bunyamin, *Gradients of Softmax Output Layer in Gory Details*; P. Sadowski,
    *Notes on Backpropagation*.

    Examples
    --------
    >>> from gory.ops import cross_entropy
    >>> print(cross_entropy([2.0, -1.0, 0.5], 1).round(6))
    3.241311
    >>> print(cross_entropy([[100.0, 60.0]], [0]))
    4.248354255291589e-18
    """

    def __call__(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[LossOptions]
    ) -> NDArray[Any]:
        """The loss: one number, or one per row with ``reduction="none"``."""
        call = _open(z, target, options, whole=False)
        values = call.label_values() if call.simple else call.weighted_loss(None, None)[0]
        return call.returned(reduced(call.settings.reduction, values, call.factors))

    def value_and_grad(
        self,
        z: ArrayLike,
        target: ArrayLike,
        /,
        *,
        upstream: ArrayLike | None = None,
        out: NDArray[Any] | None = None,
        **options: Unpack[LossOptions],
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The loss and its gradient in z, from one pass over the logits.

        Parameters
        ----------
        upstream : array_like, optional
            What the gradient is multiplied with: one number, or one per row with
            ``reduction="none"``. The loss itself is not multiplied.
        out : ndarray, optional
            Receives the gradient.

        Examples
        --------
        >>> from gory.ops import cross_entropy
        >>> value, gradient = cross_entropy.value_and_grad([[2.0, -1.0, 0.5]], [1])
        >>> print(value.round(6), gradient.round(6))
        3.241311 [[ 0.785597 -0.960887  0.17529 ]]
        """
        call = _open(z, target, options, whole=False, out=out)
        factors = call.upstream_factors(upstream)
        loss = call.label_loss if call.simple else call.weighted_loss
        values, gradient = loss(factors, out)
        return call.returned(reduced(call.settings.reduction, values, call.factors)), gradient

    def jvp(
        self, z: ArrayLike, target: ArrayLike, v: ArrayLike, /, **options: Unpack[LossOptions]
    ) -> NDArray[Any]:
        """How the loss moves when z moves along v: Σ (p - y) ⊙ v.

        Examples
        --------
        >>> from gory.ops import cross_entropy
        >>> print(cross_entropy.jvp([[0.0, 0.0]], [0], [[1.0, 0.0]]))
        -0.5
        """
        call = _open(z, target, options)
        direction = rows_like("v", v, call.scores.layout, "z")
        slopes = row_dot(call.gradients(), direction)
        return call.returned(reduced(call.settings.reduction, slopes, call.factors))

    def vjp(
        self,
        z: ArrayLike,
        target: ArrayLike,
        g: ArrayLike,
        /,
        *,
        out: NDArray[Any] | None = None,
        **options: Unpack[LossOptions],
    ) -> NDArray[Any]:
        """The gradient in z of g times the loss; one g per row with ``reduction="none"``.

        Examples
        --------
        >>> from gory.ops import cross_entropy
        >>> cross_entropy.vjp([[0.0, 0.0], [0.0, 0.0]], [0, 1], [1.0, 4.0], reduction="none")
        array([[-0.5,  0.5],
               [ 2. , -2. ]])
        """
        return self.value_and_grad(z, target, upstream=g, out=out, **options)[1]

    def jacobian(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[LossOptions]
    ) -> NDArray[Any]:
        """The derivative in z, of the shape of z; with ``reduction="none"`` each row holds
        the derivative of its own loss, the others being 0.

        Examples
        --------
        >>> from gory.ops import cross_entropy
        >>> cross_entropy.jacobian([[0.0, 0.0]], [0])
        array([[-0.5,  0.5]])
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
        **options: Unpack[LossOptions],
    ) -> NDArray[Any]:
        """The Hessian times v: p ⊙ (v - p·v) per row without options.

        Examples
        --------
        >>> from gory.ops import cross_entropy
        >>> cross_entropy.hvp([[0.0, 0.0]], [0], [[1.0, 0.0]])
        array([[ 0.25, -0.25]])
        """
        return _second_order(z, target, v, out, options, gauss_newton=False)

    def gauss_newton(
        self,
        z: ArrayLike,
        target: ArrayLike,
        v: ArrayLike,
        /,
        *,
        out: NDArray[Any] | None = None,
        **options: Unpack[LossOptions],
    ) -> NDArray[Any]:
        """The Gauss-Newton matrix times v: the Hessian without the curvature of the cap.

        Without ``softcap`` this is the Hessian product itself.

        Examples
        --------
        >>> from gory.ops import cross_entropy
        >>> cross_entropy.gauss_newton([[0.0, 0.0]], [0], [[1.0, 0.0]])
        array([[ 0.25, -0.25]])
        """
        return _second_order(z, target, v, out, options, gauss_newton=True)

    def hessian(
        self, z: ArrayLike, target: ArrayLike, /, **options: Unpack[LossOptions]
    ) -> NDArray[Any]:
        """The Hessian, one K×K block per row (rows do not interact), axis moved to the end.

        Examples
        --------
        >>> from gory.ops import cross_entropy
        >>> cross_entropy.hessian([0.0, 0.0], 0)
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        """
        call = _open(z, target, options)
        rows = call.rows()
        k = call.scores.layout.length
        blocks = np.zeros((len(rows.p), k, k))
        for column in range(k):
            unit = np.zeros_like(rows.p)
            unit[:, column] = 1.0
            blocks[:, :, column] = scaled_rows(rows.hessian_products(unit), call.factors)
        layout = call.scores.layout
        return blocks.reshape((*layout.outer, k, k)).astype(layout.dtype)


@dataclass(frozen=True, slots=True)
class _Call:
    """The checked arguments of one call."""

    scores: Scores
    target: Target
    settings: LossSettings
    factors: NDArray[np.float64]
    simple: bool
    """No option that the label kernels do not know."""

    def label_values(self) -> NDArray[np.float64]:
        """The loss of each row; labels only."""
        labels = np.asarray(self.target.labels)
        return self._weighed(label_value_rows(self.scores.matrix, labels))

    def label_loss(
        self, factors: NDArray[np.float64], out: NDArray[Any] | None
    ) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """Values and the gradient in the caller's layout; labels only."""
        labels, matrix = np.asarray(self.target.labels), self.scores.matrix
        target, result = self.scores.target(out)
        values = label_loss_rows(matrix, labels, self._weighed(factors), target)
        if result is None:
            result = self.scores.layout.restore(target, out)
        return self._weighed(values), result

    def _weighed(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Numbers of the rows times the class weights of their labels."""
        return numbers if self.settings.weight is None else numbers * self.target.total

    def weighted_loss(
        self, factors: NDArray[np.float64] | None, out: NDArray[Any] | None
    ) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """Values and, given factors, the gradient in the caller's layout, with any options."""
        common = (self.scores.matrix, self.target, self.settings)
        if factors is None:
            return weighted_loss_rows(*common, self.factors, None), np.empty(0)
        target, result = self.scores.target(out)
        values = weighted_loss_rows(*common, factors, target)
        if result is None:
            result = self.scores.layout.restore(target, out)
        return values, result

    def gradients(self) -> NDArray[np.float64]:
        """The gradient of each row's loss in float64, for scores opened in it."""
        scores = self.scores
        if scores.cap is not None or not scores.is_plain:
            return self.rows().gradients()
        gradients = np.empty_like(scores.matrix)
        ones = np.ones(len(gradients))
        weighted_loss_rows(scores.matrix, self.target, self.settings, ones, gradients)
        return gradients

    def curved(self, v: NDArray[np.float64], *, gauss_newton: bool) -> NDArray[np.float64]:
        """Each row's Hessian, or Gauss-Newton matrix, times v, for scores opened in float64."""
        scores = self.scores
        if self.settings.z_loss or (scores.cap is not None and not gauss_newton):
            return self.rows().hessian_products(v, gauss_newton=gauss_newton)
        weights = self.target.total[:, None] / scores.temperature**2
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            product = directed_rows(scores, scores.outward(v), scaled=True)
            product *= weights
            return scores.outward(product)

    def rows(self) -> LossRows:
        return loss_rows(self.scores, self.target, self.settings.z_loss)

    def returned(self, value: NDArray[np.float64]) -> NDArray[Any]:
        layout = self.scores.layout
        if self.settings.reduction == "none":
            return layout.restore_outer(value)
        return rounded(value, layout.dtype)[()]

    def upstream_factors(self, upstream: ArrayLike | None) -> NDArray[np.float64]:
        if upstream is None:
            return self.factors
        if self.settings.reduction == "none":
            return self.factors * outer_like("upstream", upstream, self.scores.layout, "z")
        array = as_floating("upstream", upstream)
        same_shape("upstream", array, f"reduction={self.settings.reduction!r}", ())
        return self.factors * float(array)


def _open(
    z: ArrayLike,
    target: ArrayLike,
    options: LossOptions,
    *,
    whole: bool = True,
    out: NDArray[Any] | None = None,
) -> _Call:
    """Check everything. With `whole`, logits and target are ready for `LossRows`; else they are
    as they were given, for kernels or for blocks of rows that are made ready one by one."""
    settings = settings_of(options)
    plain = settings.temperature == 1 and settings.softcap is None and settings.z_loss == 0
    acting: dict[str, Any] = {"temperature": settings.temperature, "softcap": settings.softcap}
    if settings.temperature != 1 or settings.softcap is not None:
        open_scores(np.empty(1), **acting)
    ready = {"precise": True, **acting} if whole else {}
    scores = open_scores(z, axis=settings.axis, out=out, **ready)
    if out is not None:
        checked_out(out, out.shape, out.dtype, {"target": np.asarray(target)})
    labels = np.ndim(target) < np.ndim(z)
    blocks = labels and not whole
    checked = target_of(target, scores.layout, without_smoothing(settings) if blocks else settings)
    factors = even_factors(settings, checked.kept.size) if labels else None
    if factors is None:
        weights = row_weights(settings, checked.kept, scores.layout.outer)
        factors = row_factors(settings.reduction, weights, checked.mass)
    simple = plain and blocks and settings.label_smoothing == 0
    return _Call(scores, checked, settings, factors, simple)


def _second_order(
    z: ArrayLike,
    target: ArrayLike,
    v: ArrayLike,
    out: NDArray[Any] | None,
    options: LossOptions,
    *,
    gauss_newton: bool,
) -> NDArray[Any]:
    call = _open(z, target, options, out=out)
    layout = call.scores.layout
    direction = rows_like("v", v, layout, "z")
    checked_out(out, layout.shape, layout.dtype, {"v": np.asarray(v)})
    product = call.curved(direction, gauss_newton=gauss_newton)
    return layout.restore(scaled_rows(product, call.factors), out)


cross_entropy = CrossEntropy()
