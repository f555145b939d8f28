"""Targets of a classification loss: class indices or probabilities.

A target is labels of the shape of the logits without their axis, or numbers of the very
shape of the logits. Both come out as a `Target`; labels without smoothing stay labels,
because a one-hot matrix would cost as much as the logits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_array, as_floating
from gory.ops._errors import DTypeError, RangeError, ShapeError
from gory.ops._layout import Layout
from gory.ops._loss_options import LossSettings, class_weights

# How far from 1 the sum of a probability target may be, by its dtype.
SUM_TOLERANCE = {np.dtype(np.float16): 1e-2, np.dtype(np.float32): 1e-4}
DEFAULT_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Target:
    """What each row is held against; N rows, K classes."""

    labels: NDArray[np.intp] | None
    """Class per row, 0 where the row is ignored; None if `shares` is used."""
    shares: NDArray[np.float64] | None
    """q, shape (N, K): smoothed and class-weighted target; None if `labels` is enough."""
    total: NDArray[np.float64]
    """ω = Σ_k q_k of each row, shape (N,)."""
    mass: NDArray[np.float64]
    """Class weight of the target before smoothing, for the weighted mean; shape (N,)."""
    kept: NDArray[np.bool_]
    """False where the label is the ignored one, shape (N,)."""


def target_of(target: ArrayLike, layout: Layout, settings: LossSettings) -> Target:
    """Check a target against the logits' layout and bring the options into it."""
    array = as_array("target", target)
    if layout.length == 0:
        raise ShapeError(f"z has shape {layout.shape}: there is no class along axis {layout.axis}.")
    if array.shape == layout.shape and array.ndim:
        return _from_probabilities(array, layout, settings)
    if array.shape == layout.outer:
        return _from_labels(array, layout, settings)
    raise ShapeError(
        f"target has shape {array.shape} but the logits have shape {layout.shape}; pass class "
        f"indices of shape {layout.outer} or probabilities of shape {layout.shape}."
    )


def _from_labels(array: NDArray[Any], layout: Layout, settings: LossSettings) -> Target:
    labels, kept = checked_labels(array, layout.length, settings.ignore_index)
    weights = class_weights(settings, layout.length)
    mass = np.ones(len(labels)) if weights is None else weights[labels]
    return _smoothed_labels(Target(labels, None, mass, mass, kept), layout.length, settings)


def _smoothed_labels(target: Target, k: int, settings: LossSettings) -> Target:
    if target.labels is None or settings.label_smoothing == 0:
        return target
    found = label_shares(target, k, settings)
    shares = np.tile(found.base, (len(target.labels), 1))
    shares[np.arange(len(target.labels)), target.labels] = found.own
    return Target(None, shares, found.total, target.mass, target.kept)


@dataclass(frozen=True, slots=True)
class LabelShares:
    """The weights q of a target of labels, without a matrix."""

    base: NDArray[np.float64]
    """Of every class that is not the label, shape (K,)."""
    own: NDArray[np.float64]
    """Of each row's label, shape (N,)."""
    total: NDArray[np.float64]
    """ω = Σ_k q_k of each row, shape (N,)."""


def label_shares(target: Target, k: int, settings: LossSettings) -> LabelShares:
    """What smoothing and class weights make of labels, which are still without smoothing."""
    if settings.label_smoothing == 0:
        return LabelShares(np.zeros(k), target.total, target.total)
    base, own = _smoothed_shares(k, settings)
    weights, labels = class_weights(settings, k), target.labels
    n = len(target.total)
    if weights is None:
        return LabelShares(np.full(k, base), np.full(n, own), np.ones(n))
    total = base * weights.sum() + (own - base) * weights[labels]
    return LabelShares(base * weights, own * weights[labels], total)


def without_smoothing(settings: LossSettings) -> LossSettings:
    """Settings under which a target of labels stays one; `part_of` smooths its parts."""
    if settings.label_smoothing == 0:
        return settings
    return replace(settings, label_smoothing=0.0)


def some_of(target: Target, rows: slice) -> Target:
    """The target of some rows."""
    labels = None if target.labels is None else target.labels[rows]
    shares = None if target.shares is None else target.shares[rows]
    return Target(labels, shares, target.total[rows], target.mass[rows], target.kept[rows])


def part_of(target: Target, rows: slice, k: int, settings: LossSettings) -> Target:
    """The same; labels, which are still without smoothing, are smoothed."""
    return _smoothed_labels(some_of(target, rows), k, settings)


def checked_labels(
    array: NDArray[Any], k: int, ignore_index: int | None
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Labels as indices, 0 where ignored, and which rows are kept."""
    if array.dtype.kind not in "iu":
        raise DTypeError(
            f"target has dtype {array.dtype}; class indices must be integers from 0 to {k - 1}. "
            f"Convert them with target.astype(int), or pass one probability per class."
        )
    labels = np.ascontiguousarray(array.reshape(-1), np.intp)
    kept = np.ones(labels.shape, np.bool_) if ignore_index is None else labels != ignore_index
    if (
        labels.size
        and labels.min() >= 0
        and labels.max() < k
        and (ignore_index is None or kept.all())
    ):
        return labels, kept
    wrong = np.flatnonzero(kept & ((labels < 0) | (labels >= k)))
    if wrong.size:
        raise RangeError(
            f"target[{wrong[0]}] is {labels[wrong[0]]} but there are {k} classes, counted from 0 "
            f"to {k - 1}. Renumber the labels, or set ignore_index to leave such rows out."
        )
    return np.where(kept, labels, 0), kept


def _from_probabilities(array: NDArray[Any], layout: Layout, settings: LossSettings) -> Target:
    if settings.ignore_index is not None:
        raise RangeError(
            f"ignore_index is {settings.ignore_index} but target holds probabilities; give the "
            f"rows to be left out sample_weight 0 instead."
        )
    values = as_floating("target", array)
    given = layout.rows(values, np.float64)
    _check_probabilities(given, values.dtype, settings)
    weights = class_weights(settings, layout.length)
    shares = _smoothed(given, settings)
    if weights is not None:
        shares = shares * weights
        given = given * weights
    kept = np.ones(len(given), np.bool_)
    return Target(None, shares, shares.sum(1), given.sum(1), kept)


def _check_probabilities(
    rows: NDArray[np.float64], dtype: np.dtype[Any], settings: LossSettings
) -> None:
    wrong = np.argwhere(~(np.isfinite(rows) & (rows >= 0)))
    if len(wrong):
        row, k = wrong[0]
        raise RangeError(
            f"target is {rows[row, k]} in row {row}, class {k}; a probability must be finite "
            f"and at least 0."
        )
    if not settings.target_sums_to_one:
        return
    sums = rows.sum(1)
    wrong = np.flatnonzero(np.abs(sums - 1) > SUM_TOLERANCE.get(dtype, DEFAULT_SUM_TOLERANCE))
    if wrong.size:
        raise RangeError(
            f"target sums to {sums[wrong[0]]:.6g} in row {wrong[0]}; the probabilities of a row "
            f"must sum to 1. Normalize them, or pass target_sums_to_one=False to weigh rows by "
            f"their sum."
        )


def _smoothed(y: NDArray[np.float64], settings: LossSettings) -> NDArray[np.float64]:
    share = settings.label_smoothing
    if share == 0:
        return y
    base, own = _smoothed_shares(y.shape[1], settings)
    return own * y + base * (y.sum(1, keepdims=True) - y)


def _smoothed_shares(k: int, settings: LossSettings) -> tuple[float, float]:
    """What a class gets from another one's share, and what it keeps of its own."""
    share = settings.label_smoothing
    if settings.smoothing_over == "all":
        return share / k, (1 - share) + share / k
    if k == 1:
        raise RangeError(
            "smoothing_over is 'others' but there is one class, so there is no other one to "
            "take the share; use smoothing_over='all' or label_smoothing=0."
        )
    return share / (k - 1), 1 - share
