"""Soft targets and offsets."""

from __future__ import annotations

import numpy as np
import pytest

from gory import SoftmaxRegression
from gory.learn._choice import SOLVERS

from ._data import random_rows, real


def test_a_one_hot_target_is_the_same_as_labels():
    X, y = real("wine")
    hard = SoftmaxRegression(tol=1e-13).fit(X, y)
    soft = SoftmaxRegression(tol=1e-13).fit(X, np.eye(3)[y])
    np.testing.assert_allclose(soft.coef_, hard.coef_, atol=1e-9)
    assert soft.classes_.tolist() == [0, 1, 2]


def test_a_soft_target_is_the_same_as_weighted_copies_of_the_rows():
    rows = random_rows(n=50, n_classes=3)
    soft = SoftmaxRegression(tol=1e-13).fit(rows.X, rows.soft, rows.row_weights)
    copies = SoftmaxRegression(tol=1e-13).fit(
        np.repeat(rows.X, 3, axis=0),
        np.tile(np.arange(3), 50),
        (rows.soft * rows.row_weights[:, None]).ravel(),
    )
    np.testing.assert_allclose(soft.coef_, copies.coef_, atol=1e-8)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_probabilities_of_a_model_are_learned_back_without_a_penalty(n_classes):
    rows = random_rows(n=80, n_classes=n_classes)
    teacher = SoftmaxRegression(C=0.1).fit(rows.X, rows.target)
    student = SoftmaxRegression(C=np.inf, tol=1e-14).fit(rows.X, teacher.predict_proba(rows.X))
    np.testing.assert_allclose(student.coef_, teacher.coef_, atol=1e-6)


@pytest.mark.parametrize("solver", [name for name in SOLVERS if name != "auto"])
def test_an_offset_takes_the_place_of_known_weights(solver):
    rows = random_rows(n=80, n_classes=3)
    offset = rows.X @ rows.theta[:3, :5].T * 0.3
    shifted = SoftmaxRegression(tol=1e-10, solver=solver, C=1e3).fit(
        rows.X, rows.target, offset=offset
    )
    free = SoftmaxRegression(tol=1e-12, C=np.inf).fit(rows.X, rows.target)
    # With hardly any penalty the sum of known and learned weights is the free optimum.
    total = shifted.coef_ + 0.3 * (rows.theta[:3, :5] - rows.theta[:3, :5].mean(axis=0))
    np.testing.assert_allclose(total, free.coef_, atol=0.05)


def test_an_offset_enters_the_gradient_of_the_optimum():
    rows = random_rows(n=60, n_classes=3)
    offset = np.random.default_rng(0).normal(size=(60, 3))
    model = SoftmaxRegression(tol=1e-14).fit(rows.X, rows.target, offset=offset)
    z = model.decision_function(rows.X) + offset
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    gradient = (p - np.eye(3)[rows.target]).T @ rows.X + model.coef_
    np.testing.assert_allclose(gradient, 0.0, atol=1e-5)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda y: y * 2, "sums to 2; divide the rows"),
        (lambda y: y - 0.5, "not negative"),
        (lambda y: np.where(y > 0.9, np.nan, y), "NaN"),
    ],
)
def test_a_target_that_is_no_distribution_is_refused(spoil, words):
    rows = random_rows(n=50, n_classes=3, seed=3)
    with pytest.raises(ValueError, match=words):
        SoftmaxRegression().fit(rows.X, spoil(rows.soft))


def test_an_offset_of_another_shape_is_refused():
    X, y = real("iris")
    with pytest.raises(ValueError, match=r"offset has shape \(150,\).*\(150, 3\)"):
        SoftmaxRegression().fit(X, y, offset=np.zeros(150))


def test_class_weights_need_labels():
    X, y = real("iris")
    with pytest.raises(ValueError, match="needs one label per row"):
        SoftmaxRegression(class_weight="balanced").fit(X, np.eye(3)[y])
