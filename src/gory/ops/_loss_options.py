"""The options of the losses, and the weight each row gets from them.

Every verb of every loss takes the same options with the same meaning, so they are
declared and checked here once. ``docs/ops.md`` defines each by its formula.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, Literal, TypedDict, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gory.ops._arguments import as_array, fraction, nonnegative, nonnegative_vector
from gory.ops._errors import DTypeError, OperatorError, RangeError

Reduction = Literal["none", "sum", "mean", "mean_rows"]
REDUCTIONS = ("none", "sum", "mean", "mean_rows")


class RowOptions(TypedDict, total=False):
    """Keyword options of losses whose classes lie on the last axis; see `LossSettings`."""

    temperature: float
    softcap: float | None
    weight: ArrayLike | None
    ignore_index: int | None
    label_smoothing: float
    smoothing_over: Literal["all", "others"]
    reduction: Reduction
    z_loss: float
    sample_weight: ArrayLike | None
    target_sums_to_one: bool


class LossOptions(RowOptions, total=False):
    """Keyword options of losses on arrays of any layout; see `LossSettings`."""

    axis: int


@dataclass(frozen=True, slots=True)
class LossSettings:
    """The options of one call, with their defaults.

    The loss of a row with target y, effective logits a = cap(z) / T, and p = softmax(a) is

    .. math:: -\\sum_k q_k \\log p_k + \\zeta\\,\\mathrm{lse}(\\mathrm{cap}(z))^2,
              \\qquad q_k = w_k ((1 - \\varepsilon) y_k + \\varepsilon / K)
    """

    axis: int = -1
    """The axis of the classes."""
    temperature: float = 1.0
    """T > 0, divides the logits."""
    softcap: float | None = None
    """c > 0: logits become c tanh(z / c), before the temperature."""
    weight: ArrayLike | None = None
    """Class weights w, shape (K,), each at least 0."""
    ignore_index: int | None = None
    """Rows with this label have loss 0 and gradient 0 and do not count in a mean."""
    label_smoothing: float = 0.0
    """ε from 0 to 1."""
    smoothing_over: Literal["all", "others"] = "all"
    """"all": ε/K to every class; "others": ε/(K-1) to every class but the target."""
    reduction: Reduction = "mean"
    """"none": one loss per row; "sum"; "mean": sum over the total weight, which is Σ of
    sample_weight times the class weight of the label over the kept rows; "mean_rows": sum
    over the number of kept rows, whatever they weigh. A mean over no row is 0."""
    z_loss: float = 0.0
    """ζ >= 0, multiplies the squared log-sum-exp of the logits before the temperature."""
    sample_weight: ArrayLike | None = None
    """One weight per row, at least 0; a row of weight 0 is not looked at."""
    target_sums_to_one: bool = True
    """False allows probability targets with any total τ; the residual is then τ p - y."""


NAMES = tuple(field.name for field in fields(LossSettings))


def settings_of(options: LossOptions | RowOptions) -> LossSettings:
    """Options by keyword as checked settings."""
    for name in options:
        if name not in NAMES:
            close = get_close_matches(name, NAMES, 1)
            hint = f"did you mean {close[0]}?" if close else f"the options are {', '.join(NAMES)}."
            raise _UnknownOption(f"{name} is not an option of the losses; {hint}")
    settings = LossSettings(**cast(dict[str, Any], options))
    if settings.reduction not in REDUCTIONS:
        raise RangeError(
            f"reduction is {settings.reduction!r}; choose one of {', '.join(REDUCTIONS)}."
        )
    if settings.smoothing_over not in ("all", "others"):
        raise RangeError(
            f"smoothing_over is {settings.smoothing_over!r}; choose 'all' or 'others'."
        )
    fraction("label_smoothing", settings.label_smoothing)
    nonnegative("z_loss", settings.z_loss)
    index = settings.ignore_index
    if index is not None and (isinstance(index, bool) or not isinstance(index, (int, np.integer))):
        raise DTypeError(f"ignore_index is {index!r}; it is a label and must be an integer.")
    return settings


class _UnknownOption(OperatorError, TypeError):
    """A keyword that no loss understands."""


def class_weights(settings: LossSettings, k: int) -> NDArray[np.float64] | None:
    """Checked class weights, or None."""
    if settings.weight is None:
        return None
    return nonnegative_vector("weight", settings.weight, k, "class")


def row_weights(
    settings: LossSettings, kept: NDArray[np.bool_], outer: tuple[int, ...]
) -> NDArray[np.float64]:
    """The sample weight of each row, 0 where the row is ignored."""
    if settings.sample_weight is None:
        return kept.astype(np.float64)
    given = as_array("sample_weight", settings.sample_weight)
    flat = given.reshape(-1) if given.shape == outer else given
    return np.where(kept, nonnegative_vector("sample_weight", flat, kept.size, "row"), 0.0)


def row_factors(
    reduction: Reduction, weights: NDArray[np.float64], mass: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What each row's loss is multiplied with before the rows are added up.

    ``weights`` are the sample weights, ``mass`` the class weight of each row's target.
    """
    if reduction in ("none", "sum"):
        return weights
    total = (weights * mass).sum() if reduction == "mean" else np.count_nonzero(weights)
    return weights / total if total > 0 else np.zeros_like(weights)


def even_factors(settings: LossSettings, number: int) -> NDArray[np.float64] | None:
    """What `row_factors` gives for so many labels if no option tells them apart, else None."""
    options = settings.weight, settings.sample_weight, settings.ignore_index
    if not number or any(option is not None for option in options):
        return None
    return np.full(number, 1.0 if settings.reduction in ("none", "sum") else 1.0 / number)


def reduced(
    reduction: Reduction, values: NDArray[Any], factors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Row values times their factors: as they are, or added up. Factor 0 gives 0."""
    with np.errstate(invalid="ignore"):
        scaled = values * factors
    # A minimum costs half of what all() does; it is NaN if anything is.
    if factors.size and not factors.min() > 0:
        scaled = np.where(factors == 0, 0.0, scaled)
    return scaled if reduction == "none" else np.asarray(scaled.sum())
