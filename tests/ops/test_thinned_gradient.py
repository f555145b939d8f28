"""Leaving out small probabilities: within the bound that is returned, or unbiased."""

from __future__ import annotations

import numpy as np
import pytest

from gory.ops import RangeError, linear_cross_entropy, set_threads
from gory.ops._sparse_residual import Filter, starts, thinned

N, D, K = 40, 6, 700


@pytest.fixture(params=["numpy", "compiled"])
def implementation(request, monkeypatch):
    """Every test runs on the NumPy rows and on the kernels."""
    if request.param == "compiled":
        pytest.importorskip("numba")
        monkeypatch.setattr("gory.ops._kernels.COMPILE_FROM", 0)
    else:
        monkeypatch.setattr("gory.ops._kernels.numba_exists", lambda: False)


def layer(rng, dtype=np.float64, peak=6.0):
    """A layer whose rows are certain to different degrees."""
    W = rng.normal(size=(K, D))
    labels = rng.integers(0, K, N)
    X = W[labels] * rng.uniform(0, peak, (N, 1)) + 0.1 * rng.normal(size=(N, D))
    return X.astype(dtype), W.astype(dtype), labels


@pytest.mark.usefixtures("implementation")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("tolerance", [1e-8, 1e-4, 1e-2, 0.5])
@pytest.mark.parametrize("reduction", ["sum", "mean", "none"])
def test_errors_are_within_the_bound_and_the_bound_within_the_tolerance(
    tolerance, dtype, reduction, rng
):
    X, W, labels = layer(rng, dtype)
    bias = rng.normal(size=K).astype(dtype)
    options = {"bias": bias, "reduction": reduction, "max_workspace": 150_000}
    value, exact = linear_cross_entropy.value_and_grad(X, W, labels, **options)
    again, ours = linear_cross_entropy.value_and_grad(X, W, labels, grad_tol=tolerance, **options)
    np.testing.assert_allclose(again, value, rtol=1e-6)
    rounding = 200 * np.finfo(dtype).eps
    rows = np.linalg.norm(ours.X - exact.X, axis=1).max()
    assert rows <= ours.bound.X + rounding * np.linalg.norm(exact.X, axis=1).max()
    assert np.linalg.norm(ours.W - exact.W) <= ours.bound.W + rounding * np.linalg.norm(exact.W)
    error = np.linalg.norm(ours.bias - exact.bias)
    assert error <= ours.bound.bias + rounding * np.linalg.norm(exact.bias)
    factor = 1 / N if reduction == "mean" else 1.0
    longest = np.linalg.norm(W, axis=1).max()
    assert tolerance * factor * longest * (1 + 1e-6) >= ours.bound.X


@pytest.mark.usefixtures("implementation")
def test_most_entries_of_peaked_rows_are_dropped(rng):
    X, W, labels = layer(rng, peak=30.0)
    z = X @ W.T
    z = np.exp(z - z.max(1, keepdims=True))
    residual = z / z.sum(1, keepdims=True)
    residual[np.arange(N), labels] -= 1
    sparse = thinned(residual, np.ones(N), Filter(1e-3, None), 0)
    kept = sparse.counts[sparse.counts >= 0]
    assert kept.size > N / 2
    assert kept.mean() < K / 20


@pytest.mark.usefixtures("implementation")
def test_drawn_gradients_are_right_on_average(rng):
    X, W, labels = layer(rng, peak=3.0)
    exact = linear_cross_entropy.value_and_grad(X, W, labels)[1]
    options = {"grad_tol": 0.02, "unbiased": True}
    draws = [
        linear_cross_entropy.value_and_grad(X, W, labels, seed=seed, **options)[1].W
        for seed in range(400)
    ]
    spread = np.std(draws, axis=0) / np.sqrt(len(draws))
    error = np.abs(np.mean(draws, axis=0) - exact.W)
    assert spread.max() > 0
    assert (error <= 6 * spread + 1e-4 * np.abs(exact.W).max()).all()


@pytest.mark.usefixtures("implementation")
def test_a_draw_depends_on_its_seed_alone(rng):
    X, W, labels = layer(rng)
    options = {"grad_tol": 1e-2, "unbiased": True}

    def draw(seed, workspace):
        call = {"seed": seed, "max_workspace": workspace, **options}
        return linear_cross_entropy.value_and_grad(X, W, labels, **call)[1].X

    np.testing.assert_allclose(draw(5, 1e9), draw(5, 2e5), rtol=1e-12)
    assert not np.allclose(draw(5, 1e9), draw(6, 1e9), rtol=1e-6)


def test_starts_are_spread_over_the_unit_interval():
    numbers = starts(3, 0, 20_000)
    counts, _ = np.histogram(numbers, bins=20, range=(0, 1))
    assert numbers.min() >= 0
    assert numbers.max() < 1
    assert np.abs(counts - 1000).max() < 200
    np.testing.assert_array_equal(starts(3, 100, 5), numbers[100:105])


@pytest.mark.usefixtures("implementation")
def test_ignored_rows_and_undefined_rows(rng):
    X, W, labels = layer(rng)
    X[0] = np.nan
    labels[0] = -1
    options = {"ignore_index": -1, "grad_tol": 1e-3}
    gradients = linear_cross_entropy.value_and_grad(X, W, labels, **options)[1]
    np.testing.assert_array_equal(gradients.X[0], 0)
    assert np.isfinite(gradients.W).all()
    assert np.isfinite(gradients.bound).all()
    labels[0] = 3
    gradients = linear_cross_entropy.value_and_grad(X, W, labels, **options)[1]
    assert np.isnan(gradients.X[0]).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"grad_tol": 0.0}, "grad_tol is 0.0"),
        ({"unbiased": True}, "belong to grad_tol"),
        ({"grad_tol": 1e-3, "unbiased": True}, "needs an integer"),
        ({"grad_tol": 1e-3, "seed": 1}, "nothing is drawn"),
    ],
)
def test_mistakes(options, message):
    with pytest.raises(RangeError, match=message):
        linear_cross_entropy.value_and_grad(np.ones((1, 2)), np.ones((3, 2)), [0], **options)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("unbiased", [False, True])
def test_kernels_keep_what_numpy_keeps(unbiased, dtype, rng, monkeypatch):
    pytest.importorskip("numba")
    X, W, labels = layer(rng, dtype, peak=20.0)
    options = {"weight": rng.uniform(0.2, 3, K), "reduction": "sum", "max_workspace": 200_000}
    call = {"grad_tol": 1e-3, "unbiased": unbiased, "seed": 4 if unbiased else None, **options}

    def gradients():
        return linear_cross_entropy.value_and_grad(X, W, labels, **call)[1]

    monkeypatch.setattr("gory.ops._kernels.COMPILE_FROM", 0)
    ours = gradients()
    monkeypatch.setattr("gory.ops._kernels.numba_exists", lambda: False)
    numpys = gradients()
    for name in ("X", "W"):
        expected = getattr(numpys, name)
        error = np.abs(getattr(ours, name) - expected).max()
        assert error <= 100 * np.finfo(dtype).eps * np.abs(expected).max()
    if not unbiased:
        np.testing.assert_allclose(ours.bound.X, numpys.bound.X, rtol=1e-6)


def test_the_number_of_threads_cannot_be_seen(rng, monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr("gory.ops._kernels.COMPILE_FROM", 0)
    monkeypatch.setattr("gory.ops._threads.SERIAL_BELOW", 0)
    X, W, labels = layer(rng, np.float32, peak=60.0)

    def gradients(threads):
        set_threads(threads)
        try:
            return linear_cross_entropy.value_and_grad(X, W, labels, grad_tol=1e-2)[1]
        finally:
            set_threads(None)

    one = gradients(1)
    for threads in (2, 3, 7):
        several = gradients(threads)
        np.testing.assert_array_equal(several.X, one.X)
        np.testing.assert_array_equal(several.W, one.W)
        assert several.bound == one.bound
