"""One call of a fused linear loss: checked arguments, and its chunks of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_array, as_floating, same_shape
from gory.ops._centered import row_dot
from gory.ops._errors import RangeError
from gory.ops._kernels import label_loss_rows, label_value_rows, numba_exists
from gory.ops._layout import Layout, outer_like, rounded
from gory.ops._linear_layer import LinearLayer, checked_workspace, linear_layer
from gory.ops._loss_options import (
    LossSettings,
    RowOptions,
    row_factors,
    row_weights,
    settings_of,
)
from gory.ops._loss_rows import LossRows, loss_rows, scaled_rows
from gory.ops._scores import open_scores
from gory.ops._sparse_residual import Filter, SparseResidual, thinned, thinned_label_loss
from gory.ops._targets import Target, part_of, target_of, without_smoothing
from gory.ops._weighted_loss import weighted_loss_rows

# Matrices that NumPy holds for one of logits, where no kernel works in place.
NUMPY_COPIES = 5
# Entries that the rows with options, which hold some dozen float64 arrays, take at a time.
BLOCK = 2**15


@dataclass(frozen=True, slots=True)
class LinearCall:
    """The checked arguments of one call."""

    layer: LinearLayer
    target: NDArray[Any]
    settings: LossSettings
    factors: NDArray[np.float64]
    """What each row's loss is multiplied with."""
    max_workspace: float
    held: float
    dtype: np.dtype[Any]
    """Of the results."""

    def chunks(self) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Slices of rows, each with a buffer for its logits."""
        return self.layer.chunks(self.max_workspace, self.held)

    def memory(self) -> NDArray[Any]:
        """Memory for an array of the size of a chunk."""
        most = self.layer.chunk_rows(self.max_workspace, self.held)
        return np.empty((most, self.layer.k), self.layer.x.dtype)

    def chunk(self, rows: slice, buffer: NDArray[Any]) -> Chunk:
        """The logits of some rows, computed into the buffer."""
        layout = Layout(buffer.shape, 1, self.dtype)
        settings = self.settings
        if self.target.ndim == 1:
            settings = without_smoothing(settings)
        target = target_of(self.target[rows], layout, settings)
        return Chunk(self.layer.logits(rows, buffer), target, self.settings)

    def labels(self) -> Target | None:
        """The target of all rows, if it is labels without options."""
        if not _is_plain(self.settings) or self.target.ndim != 1:
            return None
        layout = Layout((self.layer.n, self.layer.k), 1, self.dtype)
        return target_of(self.target, layout, self.settings)

    def returned(self, value: NDArray[np.float64]) -> NDArray[Any]:
        """A loss in the dtype of the inputs."""
        return rounded(value, self.dtype)[()]

    def as_given(self, parts: Any) -> Any:
        """Gradients in the dtype of the inputs."""
        arrays = {
            name: part.astype(self.dtype, copy=False)
            for name, part in parts._asdict().items()
            if isinstance(part, np.ndarray)
        }
        return parts._replace(**arrays)

    def upstream_factors(self, upstream: ArrayLike | None) -> NDArray[np.float64]:
        """Row factors times an upstream gradient."""
        if upstream is None:
            return self.factors
        if self.settings.reduction == "none":
            layout = Layout((self.layer.n, self.layer.k), 1, self.dtype)
            return self.factors * outer_like("upstream", upstream, layout, "the logits")
        array = as_floating("upstream", upstream)
        same_shape("upstream", array, f"reduction={self.settings.reduction!r}", ())
        return self.factors * float(array)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Logits and targets of some rows."""

    logits: NDArray[Any]
    target: Target
    settings: LossSettings

    @property
    def simple(self) -> bool:
        """No option that the label kernels do not know."""
        return _is_plain(self.settings) and self.target.labels is not None

    def blocks(self) -> Iterator[tuple[slice, LossRows]]:
        """A few rows at a time in float64, with every derivative."""
        step = max(1, BLOCK // self.logits.shape[1])
        for start in range(0, len(self.logits), step):
            rows = slice(start, start + step)
            scores = open_scores(
                self.logits[rows],
                temperature=self.settings.temperature,
                softcap=self.settings.softcap,
                precise=True,
            )
            yield rows, loss_rows(scores, self._part(rows), self.settings.z_loss)

    def _part(self, rows: slice) -> Target:
        return part_of(self.target, rows, self.logits.shape[1], self.settings)

    def values(self) -> NDArray[np.float64]:
        """The loss of each row."""
        if not self.simple or self.target.labels is None:
            nothing = np.empty(0)
            return weighted_loss_rows(self.logits, self.target, self.settings, nothing, None)
        return label_value_rows(self.logits, self.target.labels) * self.target.total

    def value_and_residual(
        self, factors: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """The loss of each row and factors ⊙ its gradient, which overwrites the logits."""
        if not self.simple or self.target.labels is None:
            common = (self.logits, self.target, self.settings)
            return weighted_loss_rows(*common, factors, self.logits), self.logits
        total = self.target.total
        labels = self.target.labels
        values = label_loss_rows(self.logits, labels, factors * total, self.logits)
        return values * total, self.logits

    def value_and_thinned(
        self, factors: NDArray[np.float64], chosen: Filter, first: int
    ) -> tuple[NDArray[np.float64], SparseResidual]:
        """The loss of each row and what is kept of factors ⊙ its gradient.

        The first row is row `first` of all. The gradient of a row that stays dense overwrites
        its logits.
        """
        total, labels = self.target.total, self.target.labels
        if not self.simple or labels is None:
            values, residual = self.value_and_residual(factors)
            return values, thinned(residual, factors * total, chosen, first)
        values, kept = thinned_label_loss(self.logits, labels, factors * total, chosen, first)
        return values * total, kept

    def slopes(self, moved: NDArray[Any]) -> NDArray[np.float64]:
        """The derivative of each row's loss along moved logits."""
        slopes = np.empty(len(self.logits))
        for rows, block in self.blocks():
            slopes[rows] = row_dot(block.gradients(), moved[rows].astype(np.float64))
        return slopes

    def curve(
        self, moved: NDArray[Any], factors: NDArray[np.float64], *, full: bool, residual: bool
    ) -> None:
        """Moved logits become factors ⊙ their Hessian product (Gauss-Newton if not `full`),
        and the logits the gradients if `residual`.
        """
        for rows, block in self.blocks():
            direction = moved[rows].astype(np.float64)
            product = block.hessian_products(direction, gauss_newton=not full)
            gradients = block.gradients() if residual else None
            moved[rows] = scaled_rows(product, factors[rows])
            if gradients is not None:
                self.logits[rows] = scaled_rows(gradients, factors[rows])


def _is_plain(settings: LossSettings) -> bool:
    plain = settings.temperature == 1 and settings.softcap is None
    return plain and settings.z_loss == 0 and settings.label_smoothing == 0


def open_linear(
    X: ArrayLike,
    W: ArrayLike,
    target: ArrayLike,
    bias: ArrayLike | None,
    max_workspace: float,
    options: RowOptions,
    held: float = 1,
) -> LinearCall:
    """Check everything about a call before any product is computed."""
    if "axis" in options:
        raise RangeError(
            "axis is not an option here: classes are the rows of W, samples the rows of X."
        )
    settings = settings_of(options)
    dtype = as_floating("X", X).dtype
    layer = linear_layer(X, W, bias)
    array = as_array("target", target)
    mass, kept = _masses(array, layer, settings, dtype)
    weights = row_weights(settings, kept, (layer.n,))
    factors = row_factors(settings.reduction, weights, mass)
    workspace = checked_workspace(max_workspace)
    held *= 1 if numba_exists() else NUMPY_COPIES
    # The options are checked against no rows at all, so that mistakes show before any work.
    open_scores(layer.x[:0], temperature=settings.temperature, softcap=settings.softcap)
    return LinearCall(layer, array, settings, factors, workspace, held, dtype)


def _masses(
    target: NDArray[Any], layer: LinearLayer, settings: LossSettings, dtype: np.dtype[Any]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Class weight of every row's target and which rows are kept, a piece at a time."""
    whole = Layout((layer.n, layer.k), 1, dtype)
    if target.shape not in (whole.outer, whole.shape):
        target_of(target, whole, settings)
    mass, kept = np.empty(layer.n), np.empty(layer.n, np.bool_)
    plain = without_smoothing(settings)
    step = layer.n if target.ndim == 1 else max(1, 2**20 // layer.k)
    for start in range(0, layer.n, step or 1):
        piece = slice(start, min(start + step, layer.n))
        layout = Layout((piece.stop - piece.start, layer.k), 1, dtype)
        checked = target_of(target[piece], layout, plain)
        mass[piece], kept[piece] = checked.mass, checked.kept
    return mass, kept
