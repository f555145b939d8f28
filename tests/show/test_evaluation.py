"""Judgements on held-out rows agree with scikit-learn's and statsmodels'."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss
from statsmodels.stats.proportion import proportion_confint

from gory.show import Evaluation, baseline, reliability


def judged(rows: int, n_classes: int, seed: int = 0) -> Evaluation:
    random = np.random.default_rng(seed)
    probability = random.dirichlet(np.full(n_classes, 0.7), size=rows)
    truth = np.array([random.choice(n_classes, p=row) for row in probability])
    names = tuple(f"class {k}" for k in range(n_classes))
    return Evaluation(names, truth, np.log(probability))


@pytest.mark.parametrize("rows", [1, 7, 300])
@pytest.mark.parametrize("n_classes", [2, 3, 11])
def test_scores_are_those_of_scikit_learn(rows: int, n_classes: int) -> None:
    seen = judged(rows, n_classes)
    labels = range(n_classes)
    probability = np.exp(seen.log_probability)
    assert seen.accuracy == accuracy_score(seen.truth, seen.predicted)
    assert seen.log_loss == pytest.approx(
        log_loss(seen.truth, probability, labels=labels), rel=1e-12
    )
    expected = confusion_matrix(seen.truth, seen.predicted, labels=labels)
    np.testing.assert_array_equal(seen.confusion, expected)


@pytest.mark.parametrize("bins", [1, 5, 10])
def test_reliability_is_the_calibration_curve_of_all_pairs(bins: int) -> None:
    seen = judged(400, 3)
    happened = (seen.truth[:, None] == np.arange(3)).ravel()
    observed, predicted = calibration_curve(
        happened, np.exp(seen.log_probability).ravel(), n_bins=bins, strategy="uniform"
    )
    found = reliability(seen, bins=bins)
    assert [bin.observed for bin in found] == pytest.approx(observed.tolist())
    assert [bin.predicted for bin in found] == pytest.approx(predicted.tolist())
    assert sum(bin.count for bin in found) == 1200


def test_intervals_are_those_of_wilson() -> None:
    for bin in reliability(judged(200, 3)):
        low, high = proportion_confint(round(bin.observed * bin.count), bin.count, method="wilson")
        assert (bin.low, bin.high) == pytest.approx((max(low, 0), min(high, 1)), abs=1e-12)


def test_certain_predictions_fall_into_the_outer_bins() -> None:
    sure = Evaluation(("no", "yes"), np.array([0, 1]), np.array([[0.0, -np.inf], [-np.inf, 0.0]]))
    assert [(bin.predicted, bin.observed) for bin in reliability(sure)] == [(0, 0), (1, 1)]
    assert sure.log_loss == 0


def test_the_baseline_predicts_the_shares_and_nothing_else() -> None:
    seen = judged(50, 3)
    shares = np.array([0.2, 0.5, 0.3])
    blind = baseline(shares, seen)
    assert blind.accuracy == np.mean(seen.truth == 1)
    assert blind.log_loss == pytest.approx(-np.mean(np.log(shares)[seen.truth]))


def test_a_class_that_training_never_saw_costs_the_baseline_everything() -> None:
    seen = Evaluation(("a", "b"), np.array([0, 1]), np.log([[0.5, 0.5], [0.5, 0.5]]))
    assert baseline(np.array([1.0, 0.0]), seen).log_loss == np.inf
