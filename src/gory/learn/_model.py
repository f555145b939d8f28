"""`SoftmaxRegression`: the estimator, with scikit-learn's names and meaning of C.

The estimator checks what it is given, turns labels into class numbers, C into a penalty and the
solution back into ``coef_`` and ``intercept_``; the work is done by `gory.learn._driver`.

Two classes. scikit-learn's binary model has one row of coefficients w with penalty ``|w|^2 / 2``.
As a softmax of two rows -w/2 and w/2 the same model has penalty ``|w|^2 / 4``, so the penalty of
the symmetric problem is doubled, and ``coef_`` is the difference of the rows.
"""

from __future__ import annotations

import pathlib
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from ._decisions import SoftmaxDecisions, coefficients
from ._driver import Shared, optimum, small_path, strength_of
from ._inputs import Training, budget_of, check_options, read_grid, read_training, seed_of
from ._memory import MemorySource
from ._path import Path, follow, path_of
from ._progress import INTERRUPTED, Listener, Progress, ProgressBar, Solution, listener_of
from ._rows import over_items

if TYPE_CHECKING:
    from ._inference import Inference

Array = NDArray[Any]


class SoftmaxRegression(SoftmaxDecisions, ClassifierMixin, BaseEstimator):
    r"""Softmax (multinomial logistic) regression, trained to a certified optimum.

    Minimizes the objective of scikit-learn's ``LogisticRegression``,

    .. math:: C \sum_i s_i \Bigl[\log \sum_k e^{z_{ik}} - z_{i y_i}\Bigr]
              + \tfrac12 \sum_{kj} W_{kj}^2, \qquad z_i = W x_i + b,

    to a relative duality gap of ``tol``. Features need no scaling: the number of steps does not
    depend on the units of the columns.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the penalty, larger than 0; ``inf`` for no penalty.
    penalty : "firth", optional
        Firth's penalty instead of the one that C and l1_ratio describe: no shrinking where the data
        say enough, and finite coefficients also where the classes are separated.
    l1_ratio : float, default=0.0
        Share of the L1 norm in the penalty, from 0 to 1. With more than 0 the penalty is
        ``l1_ratio |W|_1 + (1 - l1_ratio) |W|_2^2 / 2`` and coefficients become exactly zero.
    fit_intercept : bool, default=True
        Whether each class has an intercept. It is not penalized.
    class_weight : dict or "balanced", optional
        Weights of the classes, multiplied into the sample weights.
    tol : float, default=1e-6
        Certified gap to the optimum, relative to the value of the objective at the optimum.
    max_passes : float, default=10000
        Passes over the data that may be spent; a pass is one product of the data with the weights
        and one with the residuals.
    solver : str, default="auto"
        ``"auto"`` takes the cheapest by a count of operations and says in ``solver_`` which.
        ``"newton"``: exact Hessian of all classes. ``"sampled-newton"``: Newton with conjugate
        gradients, preconditioned by the exact Hessian of a sample of rows. ``"class-blocks"``,
        ``"kronecker"``, ``"diagonal"``: L-BFGS with the preconditioner of that name.
        ``"dual-ascent"``: rows in turn, for sparse features, finished by L-BFGS.
    warm_start : bool, default=False
        Start from the coefficients of the last fit.
    dtype : "float32" or "float64", optional
        Features are converted to this type before training; None takes both as they are.
        Sums, the gap and the coefficients are in float64 in any case.
    memory_budget : float, optional
        Bytes that training may use beside the data, 1 GiB by default. Where the logits of all rows
        do not fit they are computed again, block by block.
    random_state : int, RandomState or Generator, optional
        Draws the samples of rows that steer the solver; None draws the same ones every time.
    verbose : bool or callable, default=False
        True shows a progress bar in a terminal and writes a line per iteration elsewhere; a
        callable receives each `Progress`. Before the first step of dual ascent its rounds are told
        with estimates of loss and gap; ``history_`` does not keep them.
    checkpoint : str or Path, optional
        A file that keeps the weights while training runs. A fit to the same data with the same
        penalty goes on from it, also after the process was killed; when training converges the
        file is removed. Nothing is kept of the rounds of dual ascent.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The labels, sorted.
    coef_ : ndarray of shape (K, d), or (1, d) for two classes
        Weights. With three or more classes they sum to zero over the classes.
    intercept_ : ndarray of shape (K,), or (1,) for two classes
    n_features_in_ : int
        Number of features d.
    feature_names_in_ : ndarray of shape (d,)
        Column names, where the data had names that are strings.
    n_iter_ : ndarray of shape (1,)
        Steps taken.
    rel_gap_ : float
        Upper bound of ``(objective - optimum) / optimum`` at the solution; an estimate where C is
        infinite or the penalty is Firth's.
    loss_ : float
        The objective divided by C and the sum of the weights, in nats per row.
    n_passes_ : float
        Passes over the data that were spent.
    history_ : list of Progress
        Passes, loss and gap after every step.
    solver_ : str
        Which solver ran and why.

    Raises
    ------
    ValueError
        From `fit`, for NaN or infinite features, fewer than two classes, or an option out of range.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = SoftmaxRegression().fit(X, y)
    >>> model.rel_gap_ <= 1e-6
    True
    >>> model.predict(X[:1]).tolist()
    [0]

    Notes
    -----
    The certificate is the duality gap of `gory.learn._problem`. Source of the objective: Hastie,
    Tibshirani and Friedman, *The Elements of Statistical Learning*, section 4.4.
    """

    n_features_in_: int
    feature_names_in_: Array

    def __init__(
        self,
        C: float = 1.0,
        *,
        penalty: str | None = None,
        l1_ratio: float = 0.0,
        fit_intercept: bool = True,
        class_weight: dict[Any, float] | str | None = None,
        tol: float = 1e-6,
        max_passes: float = 10_000,
        solver: str = "auto",
        warm_start: bool = False,
        dtype: Any = None,
        memory_budget: float | None = None,
        random_state: Any = None,
        verbose: bool | Listener = False,
        checkpoint: str | pathlib.Path | None = None,
    ) -> None:
        self.C = C
        self.penalty = penalty
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.tol = tol
        self.max_passes = max_passes
        self.solver = solver
        self.warm_start = warm_start
        self.dtype = dtype
        self.memory_budget = memory_budget
        self.random_state = random_state
        self.verbose = verbose
        self.checkpoint = checkpoint

    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, offset: Any = None
    ) -> SoftmaxRegression:
        """Train on rows ``X`` (n, d) with labels ``y`` (n,), or distributions ``y`` (n, K).

        Parameters
        ----------
        X : array, sparse matrix or data frame of shape (n, d)
            Finite numbers; float32 and float64 are used without a copy.
        y : array of shape (n,) or (n, K)
            Labels of any type that can be sorted; or one distribution over the classes 0 to K - 1
            per row, non-negative with sum one (proportions, smoothed or distilled labels).
        sample_weight : array of shape (n,), optional
            Non-negative weights of the rows.
        offset : array of shape (n, K), optional
            Added to the logits of the training rows, not learned; in the order of ``classes_``.
            `predict` knows nothing of it: add the offset of new rows to `decision_function`.

        Returns
        -------
        SoftmaxRegression
            The estimator itself.
        """
        check_options(self, self.C)
        training = read_training(self, X, y, sample_weight, offset)
        source = training.source(fit_intercept=self.fit_intercept, budget=budget_of(self))
        listener = listener_of(self.verbose, self.tol)
        try:
            solution = self._optimum(
                source,
                self.C,
                theta=self._warm_theta(training),
                listener=listener,
                checkpoint=self.checkpoint,
            )
        finally:
            if isinstance(listener, ProgressBar):
                listener.close()
        self._keep(training.classes, solution)
        return self

    def path(self, X: Any, y: Any, Cs: Any, sample_weight: Any = None) -> Path:
        """Fits for many values of C, each started from its neighbors; the model stays as it is.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.
        Cs : sequence of float
            Larger than 0, in any order.

        Returns
        -------
        Path

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True)
        >>> SoftmaxRegression().path(X, y, [0.1, 1.0, 10.0]).coefs.shape
        (3, 3, 4)
        """
        values = read_grid(self, Cs)
        training = read_training(self, X, y, sample_weight)
        (solutions,) = self._path_solutions([training], values)
        for solution in solutions:
            self._warn_unless_converged(solution)
        return path_of(values, solutions, self.n_features_in_)

    def _single(self, C: float) -> SoftmaxRegression:
        """An unfitted model with the same options and another C."""
        names = set(self.get_params()) & set(SoftmaxRegression().get_params())
        names -= {"C", "warm_start", "verbose", "checkpoint"}
        return SoftmaxRegression(C, **{name: getattr(self, name) for name in names})

    def _path_solutions(self, trainings: list[Training], values: Array) -> list[list[Solution]]:
        """Solutions for all values in their order; several trainings have the same classes."""
        budget = budget_of(self)
        sources = [one.source(fit_intercept=self.fit_intercept, budget=budget) for one in trainings]
        distinct, places = np.unique(values, return_inverse=True)
        known: list[list[Solution]] = [[] for _ in sources]
        if self.penalty is None and not self.l1_ratio:
            limits = {"tol": self.tol, "max_passes": self.max_passes, "budget": budget}
            known = over_items(
                lambda one: small_path(one, distinct, self.solver, **limits), sources
            )
        shared = [Shared()]
        shared += [Shared(leader=shared[0]) for _ in sources[1:]]

        def solved(k: int, C: float, theta: Array | None) -> Solution:
            solution = self._optimum(sources[k], C, theta=theta, shared=shared[k])
            if solution.reason == INTERRUPTED:
                raise KeyboardInterrupt  # half a path is none, and the other values are not wanted
            return solution

        found = follow(distinct, known, solved, lambda k, solution: shared[k].improved(solution))
        return [[one[place] for place in places] for one in found]

    def _optimum(
        self,
        source: MemorySource,
        C: float,
        /,
        *,
        theta: Array | None = None,
        shared: Shared | None = None,
        listener: Listener | None = None,
        checkpoint: str | pathlib.Path | None = None,
    ) -> Solution:
        """The solution for one C, with ``max_passes`` more passes over the rows."""
        return optimum(
            source,
            strength=strength_of(C, source.weight_sum),
            l1_ratio=self.l1_ratio,
            tol=self.tol,
            max_passes=source.passes + self.max_passes,
            solver=self.solver,
            theta=theta,
            shared=shared,
            listener=listener,
            checkpoint=checkpoint,
            seed=seed_of(self.random_state),
            budget=budget_of(self),
            firth=self.penalty == "firth",
        )

    def _warm_theta(self, training: Training) -> Array | None:
        if not (self.warm_start and hasattr(self, "coef_")):
            return None
        same = np.array_equal(self.classes_, training.classes)
        if not same or self.coef_.shape[1] != training.X.shape[1]:
            return None
        theta = self._rows()
        return theta - theta.mean(axis=0) if self.fit_intercept else theta[:, :-1]

    def _keep(self, classes: Array, solution: Solution) -> None:
        self.classes_ = classes
        self.coef_, self.intercept_ = coefficients(solution.theta, self.n_features_in_)
        self.n_iter_ = np.array([solution.n_iterations], dtype=np.int32)
        self.rel_gap_ = solution.rel_gap
        self.loss_ = solution.loss
        self.n_passes_ = solution.passes
        self.history_: list[Progress] = list(solution.history)
        self.solver_ = solution.solver
        self._warn_unless_converged(solution)

    def _warn_unless_converged(self, solution: Solution) -> None:
        if not solution.converged:
            gap = f"{solution.rel_gap:.1e}, above tol = {self.tol:g},"
            if not solution.rel_gap < 1.0:
                gap = f"{solution.rel_gap:.1e} (so far from the optimum the bound says nothing yet)"
            warnings.warn(
                f"training stopped at a relative gap of {gap} because {solution.reason}; "
                f"{solution.remedy}",
                ConvergenceWarning,
                stacklevel=4,
            )

    def inference(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        offset: Any = None,
        baseline: Any = None,
        robust: bool = False,
        level: float = 0.95,
    ) -> Inference:
        """Standard errors, tests and intervals, for a fit with ``C=inf`` or Firth's penalty.

        Parameters
        ----------
        X, y, sample_weight, offset
            The rows the model was fitted to. Weights count as repeated rows; in the sandwich they
            count as inverse rates of sampling, and their unit does not matter.
        baseline : label, optional
            The class the others are compared with; the first one by default.
        robust : bool
            Sandwich covariance instead of the inverse Fisher information.
        level : float
            Coverage of the intervals, between 0 and 1.

        Returns
        -------
        Inference
            ``print`` shows it as a table.

        Raises
        ------
        DataError
            The model has a penalty, the classes are separated (no finite estimate exists; the
            columns are named), or columns depend on each other.
        """
        from ._fitted import fit_of
        from ._inference import infer

        check_is_fitted(self)
        training = read_training(self, X, y, sample_weight, offset)
        rows = self._rows()
        theta = rows if self.fit_intercept else rows[:, :-1]
        return infer(fit_of(self, training, theta), baseline=baseline, robust=robust, level=level)

    def save(self, path: str | pathlib.Path, /, *, encoding: Any = None) -> None:
        """Write the model, and the encoding of its table, to ``path``; see `gory.learn.save`."""
        from ._store import save

        save(path, self, encoding=encoding)

    def to_onnx(self, path: str | pathlib.Path, /) -> None:
        """Write the model as an ONNX graph to ``path``; see `gory.learn.to_onnx`."""
        from ._onnx import to_onnx

        to_onnx(self, path)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
