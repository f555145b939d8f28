"""The coupling of classes: what it inverts, and fits whose classes are too many for pairs."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gory import SoftmaxRegression
from gory.learn import _coupling, _decisions
from gory.learn._choice import price
from gory.learn._memory import MemorySource

from ._data import real


@pytest.fixture
def point():
    X, y = real("wine")
    rng = np.random.default_rng(0)
    source = MemorySource(X / X.std(axis=0), y, n_classes=3)
    return source.at(rng.normal(size=(3, X.shape[1] + 1)))


def correlations(covariance):
    deviation = np.sqrt(np.diagonal(covariance))
    return covariance / np.outer(deviation, deviation)


def test_pairs_are_the_inverse_of_the_mixed_correlations(point):
    coupling = _coupling.PairedClasses(point.source, np.random.default_rng(0))
    coupling.rebuild(point)
    mixed = 0.7 * correlations(point.class_covariance()) + 0.3 * np.eye(3)
    np.testing.assert_allclose(coupling.apply(np.eye(3)), np.linalg.inv(mixed), rtol=1e-5)


def test_the_mean_coupling_inverts_what_the_variances_alone_say(point):
    coupling = _coupling.MeanCoupling()
    coupling.rebuild(point)
    root = np.sqrt(point.class_variances())
    mixed = 0.7 * (np.eye(3) - np.outer(root, root) / (root @ root)) + 0.3 * np.eye(3)
    vectors = np.eye(3, dtype=np.float32)
    np.testing.assert_allclose(coupling.apply(vectors), np.linalg.inv(mixed), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("budget", [None, 1e5])
def test_classes_too_many_for_pairs_end_at_the_same_optimum(monkeypatch, budget):
    X, y = real("digits")
    model = SoftmaxRegression(solver="class-blocks", memory_budget=budget, tol=1e-8)
    paired = model.fit(X, y).coef_
    monkeypatch.setattr(_coupling, "MOST_PAIRED_CLASSES", 5)
    alone = model.fit(X, y)
    assert alone.rel_gap_ <= 1e-8
    np.testing.assert_allclose(alone.coef_, paired, atol=2e-3 * np.abs(paired).max())


@pytest.mark.parametrize("n_classes", [4_000, 30_000, 100_000])
def test_no_matrix_of_all_pairs_of_very_many_classes_is_made(n_classes):
    source = SimpleNamespace(
        n_rows=n_classes, n_features=50, fit_intercept=True, n_classes=n_classes
    )
    assert price(source, "class-blocks").memory < 400e6


def test_labels_of_many_rows_and_classes_come_block_by_block(monkeypatch):
    X, y = real("digits")
    model = SoftmaxRegression(C=1e-3).fit(X, y)
    whole = model.predict(X)
    monkeypatch.setattr(_decisions, "_SCORED_ENTRIES", 1000)
    np.testing.assert_array_equal(model.predict(X), whole)
