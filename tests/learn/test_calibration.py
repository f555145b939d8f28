"""Calibration against general-purpose minimizers, and the scores of probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as sklearn_log_loss

from gory.learn import DataError, brier_score, calibrate, log_loss, reliability
from gory.learn._objective import row_softmax


def overconfident(n=400, n_classes=4, seed=0):
    """Logits three times too large, shifted and stretched by class, and labels."""
    rng = np.random.default_rng(seed)
    z = 1.5 * rng.normal(size=(n, n_classes))
    p = row_softmax(z)[0]
    y = np.minimum((p.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1), n_classes - 1)
    return 3 * z * np.linspace(0.7, 1.3, n_classes) + np.linspace(-1, 1, n_classes), y


def loss(z, y):
    return log_loss(row_softmax(z)[0], y)


def test_temperature_is_the_minimum_of_the_loss():
    z, y = overconfident()
    found = minimize_scalar(lambda t: loss(z / t, y), bounds=(0.1, 20), method="bounded")
    result = calibrate(z, y)
    assert result.temperature == pytest.approx(found.x, rel=1e-4)
    assert result.log_loss[1] <= found.fun + 1e-12


def test_vector_scaling_is_the_minimum_of_the_loss():
    z, y = overconfident()
    found = minimize(
        lambda v: loss(v[:4] * z + v[4:], y),
        np.r_[np.ones(4), np.zeros(4)],
        method="BFGS",
        options={"gtol": 1e-7},
    )
    result = calibrate(z, y, method="vector")
    assert result.log_loss[1] == pytest.approx(found.fun, abs=1e-9)
    np.testing.assert_allclose(np.diagonal(result.matrix), found.x[:4], atol=1e-3)


@pytest.mark.parametrize("C", [0.1, 100.0])
def test_matrix_scaling_is_the_minimum_of_the_penalized_loss(C):
    z, y = overconfident()

    def objective(v):
        A, b = v[:16].reshape(4, 4), v[16:]
        return C * len(y) * loss(z @ A.T + b, y) + 0.5 * np.sum((A - np.eye(4)) ** 2)

    result = calibrate(z, y, method="matrix", C=C)
    start = np.r_[np.eye(4).ravel(), np.zeros(4)]
    found = minimize(objective, start, method="BFGS", jac="3-point", options={"gtol": 1e-6})
    ours = objective(np.r_[result.matrix.ravel(), result.bias])
    assert ours <= found.fun * (1 + 1e-9)
    np.testing.assert_allclose(result.matrix.ravel(), found.x[:16], atol=1e-3)


@pytest.mark.parametrize("method", ["temperature", "vector", "matrix"])
def test_calibration_helps_on_rows_it_has_not_seen(method):
    z, y = overconfident(n=4000)
    result = calibrate(z[:2000], y[:2000], method=method)
    before, after = row_softmax(z[2000:])[0], result.predict_proba(z[2000:])
    assert log_loss(after, y[2000:]) < 0.8 * log_loss(before, y[2000:])
    assert reliability(after, y[2000:]).error < 0.4 * reliability(before, y[2000:]).error
    assert result.log_loss[1] < result.log_loss[0]
    assert result.brier_score[1] < result.brier_score[0]
    assert result.calibration_error[1] < result.calibration_error[0]


def test_temperature_changes_no_prediction():
    z, y = overconfident()
    p = calibrate(z, y).predict_proba(z)
    np.testing.assert_array_equal(p.argmax(axis=1), z.argmax(axis=1))


def test_two_classes_take_one_score_per_row():
    z, y = overconfident(n_classes=2)
    one = calibrate(z[:, 1] - z[:, 0], y)
    assert one.temperature == pytest.approx(calibrate(z, y).temperature, rel=1e-8)
    assert one.predict_proba(z[:, 1] - z[:, 0]).shape == (400, 2)


def test_calibrated_logits_need_no_further_temperature():
    z, y = overconfident()
    once = calibrate(z, y)
    assert calibrate(z / once.temperature, y).temperature == pytest.approx(1.0, rel=1e-9)


def test_scores_are_those_of_scikit_learn():
    z, y = overconfident(n_classes=2)
    p = row_softmax(z)[0]
    assert log_loss(p, y) == pytest.approx(sklearn_log_loss(y, p), rel=1e-12)
    # scikit-learn counts one of the two classes.
    assert brier_score(p, y) == pytest.approx(2 * brier_score_loss(y, p[:, 1]), rel=1e-12)


def test_reliability_counts_every_row_once_and_knows_perfect_confidence():
    p = np.array([[0.9, 0.1]] * 10)
    y = np.array([0] * 9 + [1])
    result = reliability(p, y, bins=10)
    assert result.count.tolist() == [10]
    assert result.error == pytest.approx(0.0, abs=1e-12)
    assert reliability(p, 1 - y, bins=10).error == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda z, y: (np.where(z > 4, np.inf, z), y), "NaN or infinity"),
        (lambda z, y: (z, y + 1), "class numbers from 0 to 3"),
        (lambda z, y: (z, y[:-1]), r"shape \(399,\)"),
        (lambda z, y: (-z, y), "no better than chance"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(spoil, words):
    with pytest.raises(DataError, match=words):
        calibrate(*spoil(*overconfident()))


def test_an_unknown_method_is_refused():
    with pytest.raises(DataError, match="choose temperature, vector or matrix"):
        calibrate(*overconfident(), method="isotonic")
