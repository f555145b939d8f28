"""Displays draw what the model holds."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from sklearn.inspection import DecisionBoundaryDisplay

from gory import SoftmaxRegression
from gory.learn import (
    CoefficientDisplay,
    DataError,
    ReliabilityDisplay,
    TrainingHistoryDisplay,
    load,
    reliability,
)

from ._data import real

mpl.use("Agg")


@pytest.fixture
def axes():
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


@pytest.fixture(scope="module")
def model():
    return SoftmaxRegression().fit(*real("wine"))


def test_the_history_is_the_one_of_the_model(model, axes):
    display = TrainingHistoryDisplay.from_estimator(model, ax=axes)
    x, y = display.ax_.lines[0].get_data()
    assert x.tolist() == [entry.passes for entry in model.history_]
    assert y[-1] == model.rel_gap_
    assert display.figure_ is axes.figure


def test_a_loaded_model_has_no_history_to_draw(model, tmp_path):
    model.save(tmp_path / "m")
    with pytest.raises(DataError, match="no history"):
        TrainingHistoryDisplay.from_estimator(load(tmp_path / "m").model)


def test_the_largest_coefficients_are_drawn_in_order(model, axes):
    X, _ = real("wine")
    display = CoefficientDisplay.from_estimator(model, scale=X.std(axis=0), top=5, ax=axes)
    scaled = np.abs(model.coef_ * X.std(axis=0)).max(axis=0)
    expected = [f"x{j}" for j in np.argsort(-scaled)[:5]]
    assert [t.get_text() for t in axes.get_yticklabels()] == expected
    assert display.coef.shape == (3, 5)


def test_two_classes_have_one_row_of_coefficients(axes):
    display = CoefficientDisplay.from_estimator(
        SoftmaxRegression().fit(*real("breast_cancer")), ax=axes
    )
    assert display.classes == ("1 against 0",)


def test_names_of_many_classes_stay_apart_and_inside(axes):
    rng = np.random.default_rng(0)
    y = np.array([f"a class with the number {k}" for k in np.arange(600) % 300])
    CoefficientDisplay.from_estimator(
        SoftmaxRegression().fit(rng.normal(size=(600, 2)), y), ax=axes
    )
    names = axes.get_xticklabels()
    assert len(names) <= 40
    assert {name.get_rotation() for name in names} == {90}


def test_a_bound_that_says_nothing_is_not_drawn_as_one(axes):
    display = TrainingHistoryDisplay(np.arange(3.0), np.array([1e15, 0.1, 1e-7]), 1e-6)
    display.plot(ax=axes)
    assert np.isnan(axes.lines[0].get_ydata()[0])
    assert axes.lines[1].get_xdata().tolist() == [0.0]


def test_reliability_draws_its_bins(model, axes):
    X, y = real("wine")
    display = ReliabilityDisplay.from_estimator(model, X, y, ax=axes)
    bins = reliability(model.predict_proba(X), y)
    np.testing.assert_array_equal(axes.lines[1].get_xdata(), bins.confidence)
    assert f"{bins.error:.3f}" in axes.get_title()
    assert display.ax_ is axes


def test_decision_boundaries_of_scikit_learn_work_with_ours(axes):
    X, y = real("iris")
    model = SoftmaxRegression().fit(X[:, :2], y)
    display = DecisionBoundaryDisplay.from_estimator(
        model, X[:, :2], response_method="predict", ax=axes, grid_resolution=10
    )
    assert display.response.shape == (10, 10)
