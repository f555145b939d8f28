"""Dual ascent for sparse rows: every row in turn settles its own distribution.

The dual of softmax regression with a squared penalty has one distribution q_i per row and gives the
weights as sums of the rows, W = (1 / penalty) sum_i s_i (y_i - q_i) x_i^T. Visiting a row, solving
for q_i with the others fixed and correcting W touches only the columns of that row, and the next
row already sees it. On text, where two rows share few columns, one visit of all rows does what ten
steps of L-BFGS do. The more a row could move the weights (a large C), the more the rows disturb
each other; then the visits turn to the rows that still move.

The intercepts are not penalized, which as a constraint of the dual reads sum_i s_i (y_i - q_i) = 0.
It is met by the method of multipliers: a visit moves the intercepts, too, as if they had a weak
penalty around a center, and after every round the center moves on by what the constraint is off.

The ascent is a start: it ends when the gain of a round says that the optimum is within the
tolerance, or that L-BFGS would be faster. The dual point bounds the optimum (`_dual_bound.py`),
which mostly is the certificate; otherwise L-BFGS goes on from there.

Source: Shalev-Shwartz and Zhang, *Stochastic dual coordinate ascent methods for regularized loss
minimization*; Yu, Huang and Lin, *Dual coordinate descent methods for logistic regression and
maximum entropy models*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._dual_bound import settle
from ._objective import picked
from ._problem import Problem
from ._products import is_sparse
from ._source import Point

Array = NDArray[Any]

# Every so many rounds all rows are visited; between them a row is visited with a probability in
# proportion to how far it moved last, on average with this expected number per mean movement.
_FULL_ROUNDS = 16
_MEAN_SHARE = 0.5
# The intercepts move as if each had a feature whose square times C is this in a row of mean weight,
# or that of all its rows together were as strong as the features of one row: the weights of a class
# with few rows give way so easily that its intercept would take hundreds of rounds otherwise.
_BIAS_STRENGTH = 1.0
# While a round of all rows gains less than this share of the round before, no row is left out.
_FAST = 1.0 / 3.0
# The ascent ends when all further rounds would gain this share of the tolerance.
_GAP_SHARE = 0.3
# Rounds from which their rate is taken.
_JUDGED_ROUNDS = 6
# float32 logarithms are not trusted with smaller relative gains than this.
_SMALLEST_TOLERANCE = 1e-7
# L-BFGS takes about this many passes for a factor of ten, so a slower ascent hands over to it.
_PASSES_PER_DECADE = 20.0
# The rate is judged after this many passes, over as many.
_JUDGED_PASSES = 10.0
_MOST_ROUNDS = 500


class DualRows:
    """The dual variables of all rows and the weights that follow from them.

    Parameters
    ----------
    problem : Problem
        Rows in memory, sparse, with a positive penalty on every feature.
    point : Point
        Where to start; its probabilities are the first dual point. Where the features have no
        weight yet the dual point is the target itself, which gives the same weights.
    """

    def __init__(self, problem: Problem, point: Any, /) -> None:
        source: Any = problem.source
        d, n_classes, theta = source.n_features, source.n_classes, point.theta
        self.source = source
        self.rows = _as_csr(source.X)
        self.inverse_penalty = 1.0 / problem.penalty[:d]
        self.bias_scale = np.zeros(n_classes)
        self.center = np.zeros(n_classes)
        if source.fit_intercept:
            self.center = theta[:, d].copy()
            self.bias_scale = self._bias_scale()
        if np.any(theta[:, :d]):
            self._start_at(point)
        else:
            self._start_at_target()
        self.imbalance = np.zeros(n_classes)
        if source.fit_intercept:
            shares = np.exp(self.logarithms, dtype=np.float32).T @ source.row_weights
            self.imbalance += source.class_shares() - shares
        self.moved = np.ones(source.n_rows)
        self.gained = np.ones(source.n_rows)
        self.entropy = np.zeros(source.n_rows)

    def _bias_scale(self) -> Array:
        """How far an intercept moves for what its class misses; see `_BIAS_STRENGTH`."""
        source, rows = self.source, self.rows
        squares = rows.multiply(rows) @ self.inverse_penalty
        rows_of_class = np.maximum(source.n_rows * source.class_shares(), 1.0)
        own = float(source.row_weights @ squares) / rows_of_class
        return np.maximum(_BIAS_STRENGTH * source.n_rows, own)

    def _start_at_target(self) -> None:
        from ._dual_kernels import SMALLEST_LOG

        source = self.source
        shape = (source.n_rows, source.n_classes)
        if source.target.ndim == 1:
            self.logarithms = np.full(shape, SMALLEST_LOG, dtype=np.float32)
            self.logarithms[np.arange(len(source.target)), source.target] = 0.0
        else:
            floor = np.exp(SMALLEST_LOG)
            self.logarithms = np.log(np.maximum(source.target, floor)).astype(np.float32)
        self.weights = np.zeros((source.n_features, source.n_classes), dtype=np.float32)

    def _start_at(self, point: Any) -> None:
        from ._dual_kernels import SMALLEST_LOG

        source = self.source
        gradient = point.gradient()[:, : source.n_features]
        self.weights = np.ascontiguousarray(-(gradient * self.inverse_penalty).T, dtype=np.float32)
        self.logarithms = np.maximum(point.log_probabilities(), np.float32(SMALLEST_LOG))

    def ascend(self, order: Array, /) -> None:
        """Visit the rows in ``order`` and move the center of the intercepts."""
        from ._dual_kernels import ascend_rows

        source, rows = self.source, self.rows
        bias = self.bias.astype(np.float32)
        no_offset = np.empty((0, source.n_classes))
        ascend_rows(
            rows.data,
            rows.indices,
            rows.indptr,
            order,
            source.row_weights,
            self.inverse_penalty,
            self.bias_scale,
            no_offset if source.offset is None else source.offset,
            self.weights,
            bias,
            self.logarithms,
            self.imbalance,
            self.moved,
            self.gained,
            self.entropy,
        )
        self.center += self.bias_scale * self.imbalance
        entries = np.diff(rows.indptr)
        source.charge(float(entries[order].sum()) / max(1, rows.nnz))

    @property
    def bias(self) -> Array:
        """The intercepts that belong to the present dual point."""
        return self.center + self.bias_scale * self.imbalance

    def theta(self) -> Array:
        """The weights as an array of shape (K, p)."""
        main = self.weights.T.astype(np.float64)
        return np.column_stack([main, self.center]) if self.source.fit_intercept else main

    def value(self) -> float:
        """The dual objective, which is at most the optimum where the constraint is met, in nats."""
        source = self.source
        known = 0.0 if source.offset is None else picked(source.offset, source.target)
        squares = np.einsum("jk,jk->j", self.weights, self.weights, dtype=np.float64)
        return float(
            source.row_weights @ (self.entropy - known) - 0.5 * squares @ (1 / self.inverse_penalty)
        )


def _as_csr(X: Any) -> Any:
    """The features in CSR form; CSR features as they are."""
    if is_sparse(X) and X.format == "csr":
        return X
    from scipy.sparse import csr_array

    return csr_array(X)


def dual_start(
    problem: Problem,
    point: Point,
    rng: np.random.Generator,
    /,
    *,
    tol: float,
    max_passes: float,
) -> tuple[Point, float]:
    """A point near the optimum, from rounds over the rows that start at ``point``, and a bound.

    No point has a smaller value than the bound.
    """
    if not problem.is_certifiable():
        return point, -np.inf  # without a penalty the dual does not give weights
    value = problem.value(point)
    theta, bound = _settled(DualRows(problem, point), rng, tol, max_passes)
    problem.source.refine()  # the value is to be as precise as the bound
    reached = problem.source.at(theta)
    return (reached if problem.value(reached) < value else point), bound


def _settled(
    dual: DualRows, rng: np.random.Generator, tol: float, max_passes: float
) -> tuple[Array, float]:
    """The weights (K, p) at the end of the ascent, and the bound where labels allow one."""
    _ascend(dual, rng, tol, max_passes)
    source = dual.source
    if source.target.ndim > 1 or source.offset is not None:
        return dual.theta(), -np.inf
    dual.weights = np.empty((0, source.n_classes), dtype=np.float32)  # they are computed again
    weights, bound = settle(source, dual.rows, dual.logarithms, dual.inverse_penalty)
    main = np.ascontiguousarray(weights.T)
    return (np.column_stack([main, dual.center]) if source.fit_intercept else main), bound


def _ascend(dual: DualRows, rng: np.random.Generator, tol: float, max_passes: float) -> None:
    """Rounds over the rows until they gain too little."""
    source = dual.source
    n, first_pass = source.n_rows, source.passes
    limit = _GAP_SHARE * max(tol, _SMALLEST_TOLERANCE)
    spent, gains, selective = [0.0], [np.inf], 0
    while len(spent) <= _MOST_ROUNDS:
        order, rates = rng.permutation(n), np.ones(n)
        if selective % _FULL_ROUNDS:
            rates = np.minimum(1.0, _MEAN_SHARE * dual.moved / float(dual.moved.mean()))
            order = order[rng.random(n) < rates[order]]
        dual.ascend(order)
        spent.append(source.passes - first_pass)
        gains.append(float(np.sum(dual.gained[order] / rates[order])))
        if selective or gains[-1] > _FAST * gains[-2]:
            selective += 1
        if _left_to_gain(gains) <= limit * dual.value() or source.passes >= max_passes:
            break
        if _is_slow(spent, gains):
            break


def _left_to_gain(gains: list[float]) -> float:
    """What all further rounds would gain, if they went on like the last ones."""
    before = gains[-min(len(gains) - 1, _JUDGED_ROUNDS)]
    rounds = max(1, min(len(gains) - 2, _JUDGED_ROUNDS - 1))
    if not gains[-1] > 0.0:
        return 0.0
    rate = min((gains[-1] / before) ** (1.0 / rounds), 0.95) if len(gains) > 2 else 0.95
    return gains[-1] * rate / (1.0 - rate)


def _is_slow(spent: list[float], gains: list[float]) -> bool:
    """Whether the last passes brought less than L-BFGS would have."""
    if spent[-1] < 2 * _JUDGED_PASSES:
        return False
    before = next(k for k, passes in enumerate(spent) if passes >= spent[-1] - _JUDGED_PASSES)
    decades = np.log10(gains[before] / max(gains[-1], np.finfo(float).tiny))
    return (spent[-1] - spent[before]) > _PASSES_PER_DECADE * decades
