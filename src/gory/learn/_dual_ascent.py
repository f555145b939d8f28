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

A visit also tells how far the distribution of its row is from the softmax of its logits, and the
sum of that is the duality gap. What the dual gains by a visit says less: with a large C it is a
small part of the gap, since rows give way to what other rows want. The ascent ends when the gap is
within the tolerance, or when L-BFGS would be faster. The dual point then bounds the optimum
(`_dual_bound.py`), which mostly is the certificate. Where it falls short the ascent goes on, with
weights computed anew; where it was slow, L-BFGS does.

Source: Shalev-Shwartz and Zhang, *Stochastic dual coordinate ascent methods for regularized loss
minimization*; Yu, Huang and Lin, *Dual coordinate descent methods for logistic regression and
maximum entropy models*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._dual_bound import feasible, lacking, settle
from ._objective import picked
from ._problem import Problem, relative_gap
from ._products import add_sparse_pull, is_sparse
from ._progress import Recorder
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
# While a round of all rows brings the gap below this share of what it was, no row is left out.
_FAST = 1.0 / 3.0
# The ascent ends where the gap is this share of the tolerance, since it has a price to meet the
# constraint, and goes on to the next share where the price was higher.
_GAP_SHARES = (0.6, 0.3, 0.1, 0.03)
# float32 logarithms are not trusted with smaller relative gaps than this.
_SMALLEST_TOLERANCE = 1e-7
# L-BFGS takes about this many passes for a factor of ten, so a slower ascent hands over to it;
# more where the logits are not kept, since then there is memory for few pairs of steps.
_PASSES_PER_DECADE, _FRUGAL_PASSES_PER_DECADE = 20.0, 60.0
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
        self.apart = np.ones(source.n_rows)
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
            self.bias,
            self.logarithms,
            self.imbalance,
            self.moved,
            self.apart,
            self.entropy,
        )
        self.center += self.bias_scale * self.imbalance
        entries = np.diff(rows.indptr)
        source.charge(float(entries[order].sum()) / max(1, rows.nnz))

    def take_up(self) -> None:
        """Compute the weights anew, and what the classes miss, from the distributions."""
        source = self.source
        self.weights = np.zeros((source.n_features, source.n_classes), dtype=np.float32)
        self.imbalance = np.zeros(source.n_classes)
        for rows, block in feasible(source, self.logarithms, None):
            missing = lacking(source, rows, block)
            self.imbalance += missing.sum(axis=0)
            add_sparse_pull(self.rows[rows], missing.astype(np.float32), self.weights)
        self.weights *= self.inverse_penalty.astype(np.float32)[:, None]
        source.charge(0.5)

    @property
    def bias(self) -> Array:
        """The intercepts that belong to the present dual point."""
        return self.center + self.bias_scale * self.imbalance

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
    recorder: Recorder,
    /,
    *,
    tol: float,
    max_passes: float,
) -> tuple[Point, float]:
    """A point near the optimum, from rounds over the rows that start at ``point``, and a bound.

    No point has a smaller value than the bound. The rounds are told to the listener, but make no
    history, since the loss is not computed.
    """
    if not problem.is_certifiable():
        return point, -np.inf  # without a penalty the dual does not give weights
    value, goal = problem.value(point), max(tol, _SMALLEST_TOLERANCE)
    dual, bound = DualRows(problem, point), -np.inf
    reached: Point | None = None
    for share in _GAP_SHARES:
        if reached is not None:
            reached = None
            dual.take_up()
        try:
            may_go_on = _ascend(dual, rng, recorder, share * goal, max_passes)
        except KeyboardInterrupt:
            may_go_on, recorder.interrupted = False, True
        theta, bound = _settled(dual)
        problem.source.refine()  # the value is to be as precise as the bound
        reached = problem.source.at(theta, is_last=True)
        gap = relative_gap(problem.value(reached) - bound, problem.value(reached))
        if not may_go_on or gap <= goal:
            break
    if reached is None or problem.value(reached) >= value:
        return point, bound
    return reached, bound


def _settled(dual: DualRows) -> tuple[Array, float]:
    """The weights (K, p) of the present dual point, and the bound that it gives."""
    source, d = dual.source, dual.source.n_features
    dual.weights = np.empty((0, source.n_classes), dtype=np.float32)  # they are computed again
    # The classes of a feature stand together, as products with sparse rows want them.
    columns = np.zeros((d + source.fit_intercept, source.n_classes))
    columns[d:] = dual.center
    bound = settle(source, dual.rows, dual.logarithms, dual.inverse_penalty, columns[:d])
    return columns.T, bound


def _ascend(
    dual: DualRows, rng: np.random.Generator, recorder: Recorder, limit: float, max_passes: float
) -> bool:
    """Rounds over the rows until the relative gap is below a limit; False where it stays above."""
    source = dual.source
    n, first_pass = source.n_rows, source.passes
    usual = _PASSES_PER_DECADE if source.keeps_logits else _FRUGAL_PASSES_PER_DECADE
    spent, gaps, selective = [0.0], [np.inf], 0
    while len(spent) <= _MOST_ROUNDS:
        order, rates = rng.permutation(n), np.ones(n)
        if selective % _FULL_ROUNDS:
            rates = np.minimum(1.0, _MEAN_SHARE * dual.moved / float(dual.moved.mean()))
            order = order[rng.random(n) < rates[order]]
        dual.ascend(order)
        spent.append(source.passes - first_pass)
        # A row fits its logits after its visit; on average half of the other visits come later.
        gaps.append(0.5 * float(np.sum(dual.apart[order] / rates[order])))
        if selective or gaps[-1] > _FAST * gaps[-2]:
            selective += 1
        value = dual.value()
        recorder.tell(len(spent) - 1, source.passes, value + gaps[-1], gaps[-1] / value)
        if gaps[-1] <= limit * value:
            return True
        if source.passes >= max_passes or _is_slow(spent, gaps, usual):
            break
    return False


def _is_slow(spent: list[float], gaps: list[float], usual: float) -> bool:
    """Whether the last passes brought less than others would, with ``usual`` ones for a decade."""
    if spent[-1] < 2 * _JUDGED_PASSES:
        return False
    before = next(k for k, passes in enumerate(spent) if passes >= spent[-1] - _JUDGED_PASSES)
    decades = np.log10(gaps[before] / max(gaps[-1], np.finfo(float).tiny))
    return (spent[-1] - spent[before]) > usual * decades
