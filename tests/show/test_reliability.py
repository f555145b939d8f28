"""Reliability agrees with scikit-learn's calibration curve and statsmodels' intervals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from statsmodels.stats.proportion import proportion_confint

from gory.show import class_reliability


def predictions(rows: int, n_classes: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    random = np.random.default_rng(7)
    probabilities = random.dirichlet(np.full(n_classes, 0.7), size=rows)
    targets = [random.choice(n_classes, p=row) for row in probabilities]
    return probabilities, np.array(targets)


@pytest.mark.parametrize("bins", [1, 5, 10])
@pytest.mark.parametrize("n_classes", [2, 3, 11])
def test_it_is_the_calibration_curve_of_all_pairs(bins: int, n_classes: int) -> None:
    probabilities, targets = predictions(300, n_classes)
    happened = (targets[:, None] == np.arange(n_classes)).ravel()
    observed, predicted = calibration_curve(
        happened, probabilities.ravel(), n_bins=bins, strategy="uniform"
    )
    found = class_reliability(probabilities, targets, bins=bins)
    assert [bin.observed for bin in found] == pytest.approx(observed.tolist())
    assert [bin.predicted for bin in found] == pytest.approx(predicted.tolist())
    assert sum(bin.count for bin in found) == 300 * n_classes


def test_intervals_are_those_of_wilson() -> None:
    for bin in class_reliability(*predictions(200, 3)):
        low, high = proportion_confint(round(bin.observed * bin.count), bin.count, method="wilson")
        assert (bin.low, bin.high) == pytest.approx((max(low, 0), min(high, 1)), abs=1e-12)


def test_certain_predictions_fall_into_the_outer_bins() -> None:
    found = class_reliability(np.eye(2), np.array([0, 1]))
    assert [(bin.predicted, bin.observed, bin.count) for bin in found] == [(0, 0, 2), (1, 1, 2)]
