"""The compiled row work of a sweep against the NumPy functions, and the promises of the draw."""

from __future__ import annotations

import numpy as np
import pytest

from gory.learn import _class_draw, _rows, _sweep_kernels
from gory.learn._objective import row_softmax

DTYPES = [np.float32, np.float64]
SHAPES = [(1, 2), (5, 3), (130, 7), (61, 41), (3, 2500)]


def some_rows(shape, dtype, scale=3.0):
    rng = np.random.default_rng(sum(shape))
    logits = (scale * rng.normal(size=shape)).astype(dtype)
    shift = rng.normal(size=shape[1]).astype(dtype)
    return logits, shift, rng.integers(shape[1], size=shape[0]), rng.uniform(size=shape[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", [1e-3, 3.0, 300.0, 1e5])
def test_logits_become_slopes(monkeypatch, shape, dtype, scale):
    logits, shift, target, weights = some_rows(shape, dtype, scale)
    exact = logits.astype(float) + shift
    p, lse = row_softmax(exact)
    slopes = p.copy()
    slopes[np.arange(len(p)), target] -= 1.0
    slopes *= weights[:, None]
    own = exact[np.arange(len(p)), target]
    for compiled in (True, False):
        monkeypatch.setattr(_rows, "COMPILED_FROM", 0 if compiled else np.inf)
        got, sums = logits.copy(), np.zeros((2, shape[1]))
        loss, mean_lse = _rows.settle(got, shift, target, weights, sums)
        # Logits are rounded once more when the shift is added.
        eps = 8 * float(np.finfo(dtype).eps) * max(1.0, float(np.abs(exact).max()))
        np.testing.assert_allclose(got, slopes, rtol=0, atol=eps)
        np.testing.assert_allclose(sums[0], weights @ p, rtol=0, atol=eps * len(p))
        np.testing.assert_allclose(sums[1], weights @ p**2, rtol=0, atol=eps * len(p))
        assert loss == pytest.approx(weights @ (lse - own), rel=eps, abs=eps * len(p))
        assert mean_lse == pytest.approx(weights @ lse, rel=eps, abs=eps * len(p))


def test_the_exponential_of_float32_is_right_to_two_units_in_the_last_place():
    differences = np.linspace(-32.0, 0.0, 40_001).astype(np.float32)
    logits = np.column_stack([np.zeros_like(differences), differences])
    target, weights = np.zeros(len(logits), dtype=int), np.ones(len(logits))
    _sweep_kernels.settle_rows(
        logits, np.zeros(2, np.float32), target, weights, 0, len(logits), np.zeros((2, 2), "f4")
    )
    expected = 1.0 / (1.0 + np.exp(-differences.astype(float)))
    np.testing.assert_allclose(logits[:, 1], expected, rtol=4 * float(np.finfo(np.float32).eps))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 20, 10**6])
def test_compiled_and_numpy_draws_are_the_same(shape, dtype, size):
    logits, _, _, weights = some_rows(shape, dtype)
    probabilities = row_softmax(logits)[0]
    preference = np.random.default_rng(1).uniform(0.1, 3.0, size=len(weights))
    variances = weights @ (probabilities * (1.0 - probabilities)).astype(float)
    rate = size / np.maximum(variances, 1e-300)
    phases = np.full((2, shape[1]), 0.3)
    draws = [
        draw(probabilities, weights, preference, rate, phase)
        for draw, phase in zip(
            (_sweep_kernels.draw_rows, _class_draw._drawn_by_numpy), phases, strict=True
        )
    ]
    np.testing.assert_allclose(phases[0], phases[1], atol=1e-9)
    for ours, theirs in zip(*draws, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
