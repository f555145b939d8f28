"""A line search on a convex ray: find where the slope vanishes.

The slope of a convex function only grows, so its zero is kept between two trial steps and found by
Newton's method on the slope, with bisection where Newton leaves the bracket. Steps are judged by
the slope, never by differences of the loss, which drown in rounding close to the optimum. Trials
cost no product with the data where the logits are kept.
"""

from __future__ import annotations

from collections.abc import Callable

# Accept where the slope has fallen to this share of its start: a nearly exact search. Trials are
# cheap, and exactness saves a quarter to a half of the passes of L-BFGS.
SLOPE_SHARE = 0.1
_MAX_TRIALS = 40


def search(
    slope: Callable[[float], tuple[float, float]],
    start_slope: float,
    /,
    *,
    first: float = 1.0,
    share: float = SLOPE_SHARE,
) -> float:
    """A step where the slope is at most ``share`` of the slope at zero, in absolute value.

    Parameters
    ----------
    slope : callable
        Takes ``t > 0``, returns the first and the second derivative at ``t``.
    start_slope : float
        The slope at zero; negative.
    first : float
        The first trial.
    share : float
        Between 0 and 1.

    Returns
    -------
    float
        The step, 0.0 when no acceptable one exists in floating point.

    Examples
    --------
    >>> search(lambda t: (t - 2.0, 1.0), -2.0)
    2.0
    """
    if not start_slope < 0.0:
        return 0.0
    low, high, trial = 0.0, float("inf"), first
    for _ in range(_MAX_TRIALS):
        first_derivative, second_derivative = slope(trial)
        if abs(first_derivative) <= share * -start_slope:
            return trial
        if first_derivative < 0.0:
            low = trial
        else:
            high = trial
        trial = _next_trial(low, high, trial, first_derivative, second_derivative)
        if not low < trial < high:
            break
    return low


def _next_trial(low: float, high: float, trial: float, slope: float, curvature: float) -> float:
    """Newton's step from the last trial, kept well inside the bracket."""
    guess = trial - slope / curvature if curvature > 0.0 else float("inf")
    if high == float("inf"):
        return min(max(guess, 1.5 * low), 10.0 * low)
    margin = 0.05 * (high - low)
    return guess if low + margin < guess < high - margin else 0.5 * (low + high)
