"""Proximal quasi-Newton steps on the active coefficients, for L1 penalties and many coefficients.

The loss is replaced by a quadratic with the curvature

    B = B0 - Q M^-1 Q',    Q = [B0 S, Y],

the BFGS matrix of the last steps S and changes of gradient Y in its compact form, on top of the
metric B0 of `gory.learn._proximal_metrics`. The penalty is kept as it is. Coordinate descent
minimizes the sum over the coefficients that are not zero or want to leave zero; then the others are
asked again. None of this needs the rows; a step costs one pass, because along it the logits are
linear.

Source: Scheinberg and Tang, *Practical inexact proximal quasi-Newton method with global complexity
analysis*; Byrd, Nocedal and Schnabel, *Representations of quasi-Newton matrices and their use in
limited memory methods*.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._choice import MEMORY_BUDGET
from ._coordinate_sweeps import sweep_for
from ._elastic import ElasticProblem
from ._newton import solve_definite
from ._proximal_metrics import Metric, MetricMaker
from ._source import Point

Array = NDArray[Any]

MAX_PAIRS = 30
# Share of the memory that the pairs and what is made of them may take.
_PAIR_SHARE = 0.25
# Rounds of asking the coefficients that are zero, and sweeps over the active ones in each.
_ROUNDS = 4
_SWEEPS = 100
# Sweeps end when one brings this share of what all of them brought.
_SWEEP_SHARE = 1e-2
# Jumps to the minimum for given signs are shortened so often.
_JUMPS = 4
# The metric is scaled to the last change of gradient, within these bounds.
_SCALES = (0.3, 3.0)


class ProximalQuasiNewton:
    """Moves to try, one after another.

    Parameters
    ----------
    problem : ElasticProblem
    rng : numpy.random.Generator
        Draws the rows from which a metric is made.
    budget : float
        Bytes of memory; four pairs are kept in any case.
    """

    def __init__(
        self, problem: ElasticProblem, rng: np.random.Generator, /, *, budget: float = MEMORY_BUDGET
    ) -> None:
        self.problem = problem
        self.maker = MetricMaker(problem.source, rng, budget=budget)
        size = problem.source.n_classes * len(problem.ridge)
        room = max(4, min(MAX_PAIRS, int(_PAIR_SHARE * budget / (48.0 * size))))
        self.pairs: deque[tuple[Array, Array]] = deque(maxlen=room)
        self.last: tuple[Array, Array] | None = None
        self.metric: Metric | None = None
        self.made_at = 0.0

    def __call__(self, point: Point, gradient: Array, /) -> Array:
        """The move (K, p) to the minimum of quadratic and penalty."""
        theta = point.theta
        self._remember(theta, gradient)
        n_classes = len(theta)
        penalties = [np.tile(v, n_classes) for v in (self.problem.ridge, self.problem.lasso)]
        v, slope = theta.ravel(), gradient.ravel()
        active = (v != 0) | (penalties[1] == 0) | (np.abs(slope) > penalties[1])
        metric = self._metric(point, active)
        model = _Model(metric, self.pairs, v, slope, *penalties, most=self.maker.most_coupled)
        return (model.minimizer(active) - v).reshape(theta.shape)

    def _remember(self, theta: Array, gradient: Array) -> None:
        if self.last is not None:
            step, change = theta.ravel() - self.last[0], gradient.ravel() - self.last[1]
            if step @ change > 0.0:
                self.pairs.append((step, change))
        self.last = theta.ravel().copy(), gradient.ravel().copy()

    def _metric(self, point: Point, active: Array) -> Metric:
        """The present metric, or a new one when the passes since it was made would have paid it."""
        spent = self.problem.source.passes - self.made_at
        if self.metric is None or spent >= self.maker.price(int(active.sum())):
            self.metric = self.maker.make(point, active)
            self.made_at = self.problem.source.passes
            if self.metric.is_exact:
                self.pairs.clear()  # they measured the curvature where it was another
        return self.metric


class _Model:
    """The quadratic at one point, with the penalties of the flat coefficients."""

    def __init__(
        self,
        metric: Metric,
        pairs: deque[tuple[Array, Array]],
        origin: Array,
        gradient: Array,
        ridge: Array,
        lasso: Array,
        *,
        most: int,
    ) -> None:
        self.metric, self.origin, self.gradient = metric, origin, gradient
        self.ridge, self.lasso, self.most_together = ridge, lasso, most
        self.scale = 1.0
        self.Q = self.T = np.zeros((len(origin), 0))
        if pairs:
            self._take(np.array([s for s, _ in pairs]), np.array([y for _, y in pairs]))
        diagonal = self.scale * metric.diagonal
        low_rank = np.einsum("ij,ij->i", self.Q, self.T)
        self.curvature = np.maximum(diagonal - low_rank, 1e-8 * diagonal) + ridge

    def _take(self, steps: Array, changes: Array) -> None:
        """The low-rank part of the BFGS matrix."""
        products = steps @ changes.T
        turned = np.array([self.metric.times(step) for step in steps])
        curvature = float(steps[-1] @ turned[-1])
        if curvature > 0.0:
            self.scale = float(np.clip(products[-1, -1] / curvature, *_SCALES))
        turned *= self.scale
        lower = np.tril(products, -1)
        middle = np.block([[steps @ turned.T, lower], [lower.T, -np.diag(np.diagonal(products))]])
        self.Q = np.concatenate([turned, changes]).T
        units = 1.0 / np.sqrt(np.abs(np.diagonal(middle)))
        inverse = np.linalg.pinv(middle * np.outer(units, units), rcond=1e-13, hermitian=True)
        self.T = self.Q @ (inverse * np.outer(units, units))

    def slope(self, move: Array) -> Array:
        """Derivative of the quadratic by all coefficients."""
        turned = self.scale * self.metric.times(move)
        return self.gradient + turned - self.Q @ (self.T.T @ move)

    def minimizer(self, active: Array) -> Array:
        """The coefficients where quadratic plus penalty is smallest."""
        v = self.origin.copy()
        for round_ in range(_ROUNDS):
            self._descend(v, active, sweeps=_SWEEPS if round_ else 2)
            if round_ and len(self.metric.groups) == 1:
                self._jump(v)
            slope = self.slope(v - self.origin)
            wanting = (v == 0) & (np.abs(slope) > self.lasso) & (self.metric.diagonal > 0)
            if round_ and not (wanting & ~active).any():
                break
            active = (v != 0) | (self.lasso == 0) | wanting
        return v

    def _descend(self, v: Array, active: Array, sweeps: int) -> None:
        """Sweeps over the active coefficients of ``v``, in place."""
        part = self.metric.part(active)
        at = part.coefficients
        move = v - self.origin
        values = v[at]
        slope = self.gradient[at] + self.scale * self.metric.times(move)[at]
        low_rank = self.T.T @ move
        fixed = (
            self.curvature[at],
            self.ridge[at],
            self.lasso[at],
            self.scale * part.blocks,
            part.first,
            part.width,
            part.place,
            np.ascontiguousarray(self.Q[at]),
            np.ascontiguousarray(self.T[at]),
        )
        sweep, total = sweep_for(len(at)), 0.0
        for _ in range(sweeps):
            fallen = sweep(values, slope, low_rank, *fixed)
            total += fallen
            if fallen <= _SWEEP_SHARE * total:
                break
        v[at] = values

    def _jump(self, v: Array) -> None:
        """Towards the minimum for the present signs, in place: what sweeps would take long to do.

        Coefficients that would change sign stop at zero; where that raises the value, the jump is
        halved.
        """
        at = np.flatnonzero(((v != 0) | (self.lasso == 0)) & (self.curvature > 0))
        if not 0 < len(at) <= self.most_together:
            return
        signs, ridge = np.sign(v[at]) * (self.lasso[at] > 0), self.ridge[at]
        matrix = self.scale * self.metric.among(at) - self.Q[at] @ self.T[at].T
        matrix[np.diag_indices_from(matrix)] += ridge
        slope = self.slope(v - self.origin)[at] + ridge * v[at] + self.lasso[at] * signs
        step, value, t = -solve_definite(matrix, slope), self._value(v), 1.0
        for _ in range(_JUMPS):
            trial = v.copy()
            trial[at] += t * step
            trial[at[trial[at] * signs < 0]] = 0.0
            if self._value(trial) < value:
                v[:] = trial
                return
            t *= 0.25

    def _value(self, v: Array) -> float:
        """Quadratic plus penalty."""
        move = v - self.origin
        quadratic = 0.5 * float(move @ (self.gradient + self.slope(move)))
        return quadratic + float(self.ridge @ v**2) / 2 + float(self.lasso @ np.abs(v))
