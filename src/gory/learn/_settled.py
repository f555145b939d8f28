"""A fit without a penalty, brought so near to the optimum that no standard error sees the rest.

Training ends at a gap that is relative to the loss of all rows. What counts for a coefficient is
its own standard error, and of many rows a millionth is more than that: a category with few rows
hardly shows in the loss. Newton's method goes on from there by the decrement
``score I^-1 score``, whose root bounds how many standard errors any combination of coefficients
is away.

It also tells whether there is an optimum at all. Where the classes are separated the loss falls
like ``exp(-t)`` for ever, and every step moves the logits of some row by about one, however small
the loss has become; where they are not, steps become small quadratically.

Source: Boyd and Vandenberghe, *Convex Optimization*, section 9.5, for the decrement; Albert and
Anderson, *On the existence of maximum likelihood estimates in logistic regression models*.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._fitted import Fit
from ._newton import solve_definite
from ._products import forward

Array = NDArray[Any]

# Squared standard errors by which any combination of coefficients may still be off.
_SETTLED = 1e-14
# A step that moves a logit against another by more than this is not one of the last.
_STILL_MOVING = 0.5
_MOST_STEPS = 12
_MOST_HALVINGS = 30


def settled(fit: Fit, /) -> tuple[Fit, bool]:
    """The fit at the end of Newton's method, and whether its last step was a small one.

    Parameters
    ----------
    fit : Fit
        Of the likelihood without a penalty.
    """
    fit.source.refine()
    is_small = True
    for _ in range(_MOST_STEPS):
        step, decrement = _step(fit)
        change = step[:, : fit.source.n_features]
        moved = forward(fit.source.X, change.astype(fit.source.X.dtype, copy=False))
        if fit.source.fit_intercept:
            moved = moved + step[:, -1]
        is_small = float(np.ptp(moved, axis=1).max()) <= _STILL_MOVING
        if decrement <= _SETTLED and is_small:
            break
        further = _further(fit, step)
        if further is None:  # rounding hides what is left to gain
            break
        fit = further
    return fit, is_small


def _step(fit: Fit) -> tuple[Array, float]:
    """Newton's step, shape (K, p), and twice the log-likelihood that it promises."""
    score = fit.score().ravel()
    step = solve_definite(fit.information(), score)
    return fit.basis @ step.reshape(fit.basis.shape[1], -1), float(score @ step)


def _further(fit: Fit, step: Array) -> Fit | None:
    """The fit a step away, or half of it and so on, where that is more likely; else None."""
    for halving in range(_MOST_HALVINGS):
        there = replace(fit, theta=fit.theta + 0.5**halving * step)
        if there.log_likelihood > fit.log_likelihood:
            return there
    return None
