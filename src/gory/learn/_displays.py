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

# Gaps beyond this say nothing yet: the lower bound is far below the optimum.
_TELLING = 10.0
# Class names that have room below a picture; of more, or where they are long, they are turned.
_NAMED_CLASSES = 40
_UPRIGHT_LETTERS = 60
# Longer names of features and classes are cut.
_LONGEST_NAME = 30


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1]


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
        tells = self.rel_gaps <= _TELLING
        drawn = np.where(tells, self.rel_gaps, np.nan)
        self.ax_.semilogy(self.passes, drawn, marker=".", label="bound of the gap")
        if not tells.all():
            early = self.passes[~tells]
            top = np.full(len(early), _TELLING)
            self.ax_.plot(early, top, "^", color="lightgray", label="no useful bound yet")
        if self.tol > 0:
            self.ax_.axhline(self.tol, linestyle=":", color="gray", label=f"tol = {self.tol:g}")
        self.ax_.set_xlabel("passes over the data")
        self.ax_.set_ylabel("gap to the optimum, relative")
        self.ax_.legend()
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
        Of two classes it is one name, "B against A".
    unit : str
        What a coefficient is per.
    """

    coef: Array
    feature_names: tuple[str, ...]
    classes: tuple[str, ...]
    unit: str = "unit"
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
            Standard deviations of the features, which make coefficients comparable; one number
            stands for all.
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
        names = tuple(str(feature_names[j]) for j in order)
        labels = tuple(map(str, model.classes_))
        if len(coef) == 1:
            labels = (f"{labels[1]} against {labels[0]}",)
        unit = "unit" if scale is None else "standard deviation"
        return cls(coef[:, order], names, labels, unit).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> CoefficientDisplay:
        """Draw on ``ax``, or on new axes."""
        self.ax_ = _axes(ax)
        self.figure_ = self.ax_.figure
        reach = float(np.abs(self.coef).max()) or 1.0
        image = self.ax_.imshow(self.coef.T, cmap="RdBu_r", vmin=-reach, vmax=reach, aspect="auto")
        # Of very many classes every so many is named.
        named = range(0, len(self.classes), -(-len(self.classes) // _NAMED_CLASSES))
        labels = [_short(self.classes[k]) for k in named]
        upright = sum(map(len, labels)) + 2 * len(labels) > _UPRIGHT_LETTERS
        self.ax_.set_xticks(named, labels, rotation=90 if upright else 0)
        self.ax_.set_yticks(range(len(self.feature_names)), map(_short, self.feature_names))
        self.ax_.set_xlabel("class")
        self.ax_.set_ylabel("feature")
        self.figure_.colorbar(image, ax=self.ax_, label=f"log odds per {self.unit}")
        return self


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


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
        self.ax_.plot([0, 1], [0, 1], ":", color="gray", label="right as often as it says")
        self.ax_.plot(self.bins.confidence, self.bins.accuracy)
        self.ax_.scatter(
            self.bins.confidence,
            self.bins.accuracy,
            s=10 + 300 * share,
            clip_on=False,
            label="the model; areas are shares of rows",
        )
        self.ax_.legend()
        self.ax_.set_xlabel("confidence")
        self.ax_.set_ylabel("accuracy")
        self.ax_.set_title(f"expected calibration error {self.bins.error:.3f}")
        return self
