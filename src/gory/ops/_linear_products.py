"""The matrix products around the rows of a fused linear loss.

First order takes the residual R = gradient in the logits of a chunk to dX = R W and adds
Rᵀ X to dW; second order moves the logits along a direction first. Only products that were
asked for are computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import checked_out
from gory.ops._block_products import Operand, Product, classes_of, matrix
from gory.ops._centered import row_dot
from gory.ops._errors import DTypeError, RangeError
from gory.ops._kernels import compiled
from gory.ops._linear_call import LinearCall
from gory.ops._linear_layer import direction_like
from gory.ops._products import (
    add_outer,
    add_product,
    column_sums,
    logits_into,
    times_weights,
)
from gory.ops._result_memory import result_memory
from gory.ops._rows import excess, log_sum_exp
from gory.ops._sparse_residual import Filter, SparseResidual, add_products
from gory.ops._threads import share_slices

Variable = Literal["X", "W", "bias"]


class GradientBound(NamedTuple):
    """How far the gradients may be from those without dropping, rounding apart."""

    X: float
    """Largest Euclidean norm of the error of a row of dX."""
    W: float
    """Frobenius norm of the error of dW."""
    bias: float
    """Euclidean norm of the error of db."""


class LinearGradients(NamedTuple):
    """Derivatives in X (N, D), W (K, D) and bias (K,); None where not asked for."""

    X: NDArray[Any] | None = None
    W: NDArray[Any] | None = None
    bias: NDArray[Any] | None = None
    bound: GradientBound | None = None
    """With ``grad_tol``: what dropping may have changed."""


class RowReport(NamedTuple):
    """What one pass over the logits says about each row."""

    log_probability: NDArray[Any] | None
    """log p of the target class, in nats; None if no target was given."""
    entropy: NDArray[Any]
    """Entropy of p, in nats."""
    argmax: NDArray[np.intp]
    """The first class of largest probability."""
    logsumexp: NDArray[Any]
    """log Σ exp z."""


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction in X, W and bias, and the logits' motion along it."""

    call: LinearCall
    x: NDArray[Any] | None
    w: NDArray[Any] | None
    bias: NDArray[Any] | None

    @staticmethod
    def of(
        call: LinearCall, dX: ArrayLike | None, dW: ArrayLike | None, dbias: ArrayLike | None
    ) -> Direction:
        """Check a direction against the layer; parts left out do not move."""
        layer = call.layer
        per_class = np.empty(layer.k, layer.x.dtype)
        return Direction(
            call,
            direction_like("dX", dX, layer.x),
            direction_like("dW", dW, layer.w),
            direction_like("dbias", dbias, per_class),
        )

    def logits(self, rows: slice, out: NDArray[Any]) -> NDArray[Any]:
        """Ż = Ẋ Wᵀ + X Ẇᵀ + ḃ for some rows."""
        layer = self.call.layer
        if self.x is not None:
            logits_into(self.x[rows], layer.w, self.bias, out)
            if self.w is not None:
                # Two products in one, [Ẋ, X] [W, Ẇ]ᵀ, would need copies.
                add_product(layer.x[rows], self.w, out)
        elif self.w is not None:
            logits_into(layer.x[rows], self.w, self.bias, out)
        else:
            out[...] = 0.0 if self.bias is None else self.bias
        return out

    def products(self, rows: slice, out: Operand) -> list[Product]:
        """What gives the transpose of Ż for some rows and a block of classes, but for the bias."""
        layer, found = self.call.layer, []
        if self.x is not None:
            found.append(Product(classes_of(layer.w), matrix(self.x[rows]).T, out, 0))
        if self.w is not None:
            x = matrix(layer.x[rows]).T
            found.append(Product(classes_of(self.w), x, out, len(found)))
        return found


class GradientSums:
    """Sums over chunks of the gradients that were asked for."""

    def __init__(
        self,
        call: LinearCall,
        wrt: tuple[Variable, ...],
        chosen: Filter | None = None,
        out: LinearGradients | None = None,
    ) -> None:
        unknown = set(wrt) - {"X", "W", "bias"}
        if unknown:
            raise RangeError(f"wrt contains {sorted(unknown)}; choose from 'X', 'W', 'bias'.")
        layer = call.layer
        self.call = call
        self.out = LinearGradients(None, None, None) if out is None else out
        self.x = _memory(layer.x, self.out.X) if "X" in wrt else None
        self.w = _memory(layer.w, self.out.W) if "W" in wrt else None
        with_bias = "bias" in wrt and layer.bias is not None
        self.bias = np.zeros(layer.k, np.float64) if with_bias else None
        self.first = True
        self.filter = chosen
        self.dropped = np.zeros(layer.n)

    def add_thinned(self, rows: slice, kept: SparseResidual) -> None:
        """As `add`, with what is kept of the residual, but for the rows that are dense."""
        dx = None if self.x is None else self.x[rows]
        weights, inputs = self.call.layer.w, self.inputs(rows)
        add_products(kept, inputs, weights, dx, self.w, self.bias, first=self.first)
        self.dropped[rows], self.first = kept.dropped, False

    def add_rows(self, rows: NDArray[np.intp], residual: NDArray[Any]) -> None:
        """As `add`, for rows one by one, after `add_thinned` for those around them."""
        self._add(residual, self.inputs(rows), rows)

    def bound(self) -> GradientBound | None:
        """What dropping may have changed; None if nothing was to be dropped for good."""
        if self.filter is None or self.filter.seed is not None:
            return None
        layer = self.call.layer
        longest, lengths = _lengths(layer.w).max(initial=0), _lengths(layer.x)
        moved = np.where(self.dropped == 0, 0.0, self.dropped * lengths)
        return GradientBound(
            float(self.dropped.max(initial=0) * longest),
            float(moved.sum()),
            float(self.dropped.sum()),
        )

    def add(self, rows: slice, residual: NDArray[Any]) -> None:
        """dX = R W for these rows; dW += Rᵀ X; db += Σ R."""
        self._add(residual, self.inputs(rows), rows)
        self.first = False

    def _add(self, residual: NDArray[Any], inputs: NDArray[Any], rows: Any) -> None:
        layer, first = self.call.layer, self.first

        if self.x is not None:
            product = self.x[rows] if isinstance(rows, slice) else np.empty_like(inputs)

            def some_rows(part: slice) -> None:
                times_weights(residual[part], layer.w, product[part])

            share_slices(some_rows, len(product), residual.size)
            if not isinstance(rows, slice):
                self.x[rows] = product
        if self.w is not None:
            gradient = self.w

            def some_classes(part: slice) -> None:
                add_outer(residual[:, part], inputs, gradient[part], first=first)

            share_slices(some_classes, layer.k, residual.size)
        if self.bias is not None:
            self.bias += column_sums(residual)

    def add_curvature(self, rows: slice, residual: NDArray[Any], move: Direction) -> None:
        """dX += R Ẇ and dW += Rᵀ Ẋ, after `add` for the same rows."""
        if self.x is not None and move.w is not None:
            add_product(residual, move.w.T, self.x[rows])
        if self.w is not None and move.x is not None:
            add_outer(residual, move.x[rows], self.w, first=False)

    def inputs(self, rows: Any) -> NDArray[Any]:
        """X of these rows, 0 where a row has no weight: it may hold NaN, and 0 NaN is NaN."""
        x = self.call.layer.x[rows]
        dropped = self.call.factors[rows] == 0
        return np.where(dropped[:, None], x.dtype.type(0), x) if dropped.any() else x

    def result(self) -> LinearGradients:
        """The sums in the dtype of the inputs."""
        if self.first and self.w is not None:
            self.w[...] = 0  # there were no rows
        found = self.call.as_given(LinearGradients(self.x, self.w, self.bias))
        parts = [_delivered(part, out) for part, out in zip(found[:3], self.out[:3], strict=True)]
        return LinearGradients(*parts, bound=self.bound())


def _lengths(matrix: NDArray[Any]) -> NDArray[np.float64]:
    """Euclidean lengths of the rows, in float64."""
    found = np.empty(len(matrix))
    run = compiled("squared_lengths", matrix)
    if run is not None:
        run(matrix, found)
    else:
        np.einsum("nd,nd->n", matrix, matrix, out=found, dtype=np.float64)
    return np.sqrt(found)


def _memory(like: NDArray[Any], out: NDArray[Any] | None) -> NDArray[Any]:
    """Where a gradient is added up: in the caller's array if BLAS can write to it."""
    if out is not None and out.dtype == like.dtype and out.flags.c_contiguous:
        return out
    return result_memory(like.shape, like.dtype)


def _delivered(part: NDArray[Any] | None, out: NDArray[Any] | None) -> NDArray[Any] | None:
    """A gradient in the caller's array, if there is one."""
    if part is None or out is None or part is out:
        return part
    np.copyto(out, part)
    return out


def checked_gradients(
    call: LinearCall, out: LinearGradients | None, inputs: dict[str, ArrayLike | None]
) -> LinearGradients | None:
    """Raise unless the arrays of `out` can take the gradients without touching an input."""
    if out is None:
        return None
    if not isinstance(out, LinearGradients):
        raise DTypeError(
            f"out is a {type(out).__name__}; pass LinearGradients(X=..., W=..., bias=...) with "
            f"None for what is to be allocated."
        )
    layer, given = call.layer, {k: np.asarray(v) for k, v in inputs.items() if v is not None}
    shapes = (layer.x.shape, layer.w.shape, (layer.k,))
    for name, array, shape in zip(("X", "W", "bias"), out[:3], shapes, strict=True):
        checked_out(array, shape, call.dtype, given, f"out.{name}")
        if array is not None:
            given[f"out.{name}"] = array
    return out


def row_slopes(call: LinearCall, move: Direction) -> NDArray[np.float64]:
    """The derivative of each row's loss along a direction, from whole rows of logits."""
    slopes, memory = np.empty(call.layer.n), call.memory()
    for rows, buffer in call.chunks():
        moved = move.logits(rows, memory[: len(buffer)])
        slopes[rows] = call.chunk(rows, buffer).slopes(moved)
    return slopes


def row_report(call: LinearCall) -> RowReport:
    """Everything about the rows that one pass over their logits shows."""
    n = call.layer.n
    log_p, entropy, lse = np.empty(n), np.empty(n), np.empty(n)
    argmax = np.empty(n, np.intp)
    for rows, buffer in call.chunks():
        chunk = call.chunk(rows, buffer)
        log_p[rows] = -chunk.values()
        for part, block in chunk.blocks():
            seen = block.rows
            entropy[rows][part] = row_dot(block.p, excess(seen)[:, None] - seen.gap)
            lse[rows][part], argmax[rows][part] = log_sum_exp(seen), seen.peak
    log_p, entropy, lse = (array.astype(call.dtype) for array in (log_p, entropy, lse))
    return RowReport(log_p, entropy, argmax, lse)
