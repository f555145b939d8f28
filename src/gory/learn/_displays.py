"""Pictures of a model in scikit-learn's manner: ``Display.from_estimator(...)`` draws and returns.

A display keeps what it drew (``ax_``, ``figure_`` and the numbers), so it can be drawn again with
`plot` on other axes. matplotlib is imported when something is drawn. scikit-learn's own
``DecisionBoundaryDisplay`` works with `SoftmaxRegression` as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import DataError
from ._evaluation import class_numbers
from ._scores import Reliability, reliability

Array = NDArray[Any]


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]


@dataclass(eq=False)
class TrainingHistoryDisplay:
    """The relative gap to the optimum against passes over the data.

    Parameters
    ----------
    passes, rel_gaps : ndarray of shape (m,)
        One entry per step.
    tol : float
        The gap that was asked for.

    Examples
    --------
    >>> import matplotlib; matplotlib.use("Agg")
    >>> from sklearn.datasets import load_iris
    >>> from gory import SoftmaxRegression
    >>> model = SoftmaxRegression().fit(*load_iris(return_X_y=True))
    >>> TrainingHistoryDisplay.from_estimator(model).ax_.get_xlabel()
    'passes over the data'
    """

    passes: Array
    rel_gaps: Array
    tol: float
    ax_: Any = field(default=None, init=False)
    figure_: Any = field(default=None, init=False)

    @classmethod
    def from_estimator(cls, model: Any, /, *, ax: Any = None) -> TrainingHistoryDisplay:
        """Draw the history of a fitted model."""
        if not getattr(model, "history_", None):
            raise DataError(
                "the model has no history: it was not fitted, or it was loaded from a file, which "
                "does not keep it; fit it first."
            )
        passes = np.array([entry.passes for entry in model.history_])
        gaps = np.array([entry.rel_gap for entry in model.history_])
        return cls(passes, gaps, model.tol).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> TrainingHistoryDisplay:
        """Draw on ``ax``, or on new axes."""
        self.ax_ = _axes(ax)
        self.figure_ = self.ax_.figure
        # Far from the optimum the lower bound is useless and the gap without meaning.
        shown = np.minimum(self.rel_gaps, 1e3)
        self.ax_.semilogy(self.passes, shown, marker=".")
        self.ax_.axhline(self.tol, linestyle=":", color="gray")
        self.ax_.set_xlabel("passes over the data")
        self.ax_.set_ylabel("gap to the optimum, relative")
        return self


@dataclass(eq=False)
class CoefficientDisplay:
    """Coefficients of the features that weigh most, one row of colors per class.

    Parameters
    ----------
    coef : ndarray of shape (K, m)
        Drawn coefficients, scaled to the units in which features vary where scales are given.
    feature_names : tuple of str
    classes : tuple of str
    """

    coef: Array
    feature_names: tuple[str, ...]
    classes: tuple[str, ...]
    ax_: Any = field(default=None, init=False)
    figure_: Any = field(default=None, init=False)

    @classmethod
    def from_estimator(
        cls,
        model: Any,
        /,
        *,
        scale: Any = None,
        feature_names: Any = None,
        top: int = 20,
        ax: Any = None,
    ) -> CoefficientDisplay:
        """Draw the coefficients of a fitted model.

        Parameters
        ----------
        model : SoftmaxRegression
        scale : ndarray of shape (d,), optional
            Standard deviations of the features, which make coefficients comparable.
        feature_names : sequence of str, optional
            The names the model was fitted with by default.
        top : int
            How many features to draw, the largest first.
        ax : matplotlib axes, optional
        """
        coef = model.coef_ * (1.0 if scale is None else np.asarray(scale))
        if feature_names is None:
            default = [f"x{j}" for j in range(coef.shape[1])]
            feature_names = getattr(model, "feature_names_in_", default)
        order = np.argsort(-np.abs(coef).max(axis=0))[:top]
        labels = model.classes_[1:] if len(coef) == 1 else model.classes_
        names = tuple(str(feature_names[j]) for j in order)
        return cls(coef[:, order], names, tuple(map(str, labels))).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> CoefficientDisplay:
        """Draw on ``ax``, or on new axes."""
        self.ax_ = _axes(ax)
        self.figure_ = self.ax_.figure
        reach = float(np.abs(self.coef).max()) or 1.0
        image = self.ax_.imshow(self.coef.T, cmap="RdBu_r", vmin=-reach, vmax=reach, aspect="auto")
        self.ax_.set_xticks(range(len(self.classes)), self.classes)
        self.ax_.set_yticks(range(len(self.feature_names)), self.feature_names)
        self.figure_.colorbar(image, ax=self.ax_, label="log odds per unit")
        return self


@dataclass(eq=False)
class ReliabilityDisplay:
    """Accuracy against confidence; on the diagonal a model is right as often as it says.

    Parameters
    ----------
    bins : Reliability
    """

    bins: Reliability
    ax_: Any = field(default=None, init=False)
    figure_: Any = field(default=None, init=False)

    @classmethod
    def from_estimator(
        cls, model: Any, X: Any, y: Any, /, *, bins: int = 15, ax: Any = None
    ) -> ReliabilityDisplay:
        """Draw a fitted classifier on rows it was not trained on."""
        targets = class_numbers(np.asarray(y), np.asarray(model.classes_))
        return cls.from_predictions(model.predict_proba(X), targets, bins=bins, ax=ax)

    @classmethod
    def from_predictions(
        cls, probabilities: Array, target: Array, /, *, bins: int = 15, ax: Any = None
    ) -> ReliabilityDisplay:
        """Draw probabilities (n, K) against class numbers (n,)."""
        return cls(reliability(probabilities, target, bins=bins)).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> ReliabilityDisplay:
        """Draw on ``ax``, or on new axes."""
        self.ax_ = _axes(ax)
        self.figure_ = self.ax_.figure
        share = self.bins.count / self.bins.count.sum()
        self.ax_.plot([0, 1], [0, 1], linestyle=":", color="gray")
        self.ax_.plot(self.bins.confidence, self.bins.accuracy)
        self.ax_.scatter(self.bins.confidence, self.bins.accuracy, s=10 + 300 * share)
        self.ax_.set_xlabel("confidence")
        self.ax_.set_ylabel("accuracy")
        self.ax_.set_title(f"expected calibration error {self.bins.error:.3f}")
        return self
