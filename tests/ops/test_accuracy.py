"""Four units in the last place, held against 60-digit arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from gory.ops import cross_entropy, log_softmax, logsumexp, sigmoid, softmax

mpmath = pytest.importorskip("mpmath")

LARGEST_GAP = {np.float32: 80.0, np.float64: 700.0}
KINDS = ["spread", "tied", "peaked", "one-far"]


@pytest.fixture(params=LARGEST_GAP, ids=["float32", "float64"])
def dtype(request):
    return request.param


def rows(kind, dtype, rng):
    """Rows of logits whose gaps to the maximum run from 0 to the largest allowed."""
    top = LARGEST_GAP[dtype]
    for k in (2, 3, 10, 70, 1100):
        z = rng.uniform(-top, 0, k) * rng.choice([1e-6, 1e-2, 0.1, 1.0])
        if kind == "tied":
            z[: k // 2] = z.max()
        if kind == "peaked":
            z[1:] = rng.uniform(-top, -top / 3, k - 1)
            z[0] = 0.0
        if kind == "one-far":
            z[:] = -top
            z[k // 2] = 0.0
        z = (z + rng.choice([0.0, 5.0, -33.3])).astype(dtype)
        yield np.maximum(z, z.max() - dtype(top))


def exact(z, function):
    with mpmath.workdps(420):
        terms = [mpmath.mpf(float(v)) for v in z]
        top = max(terms)
        e = [mpmath.exp(t - top) for t in terms]
        s = mpmath.fsum(e)
        return function(terms, top, e, s)


def ulps(ours, truth, dtype):
    """Largest error in units of the last place of the true values."""
    worst = 0.0
    with mpmath.workdps(60):
        for value, true in zip(np.atleast_1d(ours).ravel(), truth, strict=True):
            unit = mpmath.mpf(float(np.spacing(dtype(abs(float(true))))))
            worst = max(worst, float(abs(mpmath.mpf(float(value)) - true) / unit))
    return worst


@pytest.mark.parametrize("kind", KINDS)
def test_probabilities(kind, dtype, rng):
    for z in rows(kind, dtype, rng):
        truth = exact(z, lambda t, m, e, s: [v / s for v in e])
        assert ulps(softmax(z), truth, dtype) <= 4


@pytest.mark.parametrize("kind", KINDS)
def test_log_probabilities(kind, dtype, rng):
    for z in rows(kind, dtype, rng):
        truth = exact(z, lambda t, m, e, s: [v - m - mpmath.log(s) for v in t])
        assert ulps(log_softmax(z), truth, dtype) <= 4


@pytest.mark.parametrize("kind", KINDS)
def test_loss_and_its_gradient_at_every_label(kind, dtype, rng):
    for z in rows(kind, dtype, rng):
        for y in {0, len(z) // 2, int(z.argmax()), int(z.argmin())}:
            value, gradient = cross_entropy.value_and_grad(z[None], [y], reduction="sum")
            truth = exact(z, lambda t, m, e, s, y=y: [m + mpmath.log(s) - t[y]])
            assert ulps(value, truth, dtype) <= 4
            truth = exact(
                z,
                lambda t, m, e, s, y=y: [
                    v / s if k != y else -mpmath.fsum(e[:y] + e[y + 1 :]) / s
                    for k, v in enumerate(e)
                ],
            )
            assert ulps(gradient, truth, dtype) <= 4


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_of_the_jacobian(kind, dtype, rng):
    for z in rows(kind, dtype, rng):
        if len(z) > 10:
            continue
        truth = exact(
            z,
            lambda t, m, e, s: [
                e[i] / s * mpmath.fsum(e[:i] + e[i + 1 :]) / s if i == j else -e[i] * e[j] / s**2
                for i in range(len(e))
                for j in range(len(e))
            ],
        )
        smallest = np.finfo(dtype).tiny
        ours = softmax.jacobian(z).ravel()
        normal = np.array([abs(v) > smallest for v in truth])
        assert ulps(ours[normal], [v for v in truth if abs(v) > smallest], dtype) <= 4


def test_log_sum_exp_is_rounded_once(dtype, rng):
    for kind in KINDS:
        for z in rows(kind, dtype, rng):
            truth = exact(z, lambda t, m, e, s: [m + mpmath.log(s)])[0]
            largest = max(abs(float(z.max())), abs(float(truth)))
            error = abs(float(mpmath.mpf(float(logsumexp(z))) - truth))
            assert error <= 1.01 * float(np.spacing(dtype(largest)))


def test_sigmoid(dtype, rng):
    top = LARGEST_GAP[dtype]
    z = np.concatenate([rng.uniform(-top, top, 300), rng.normal(size=300)]).astype(dtype)
    with mpmath.workdps(60):
        truth = [1 / (1 + mpmath.exp(-mpmath.mpf(float(v)))) for v in z]
    assert ulps(sigmoid(z), truth, dtype) <= 4


def test_probability_of_nearly_one_keeps_its_loss(worked):
    case = worked["accuracy/near-one"]
    for row, loss, entry in zip(
        case["inputs"]["cases"],
        case["expected"]["loss"],
        case["expected"]["p_y_minus_1"],
        strict=True,
    ):
        y = row["y_1based"] - 1
        value, gradient = cross_entropy.value_and_grad(row["z"], y, reduction="sum")
        np.testing.assert_allclose([value, gradient[y]], [loss, entry], rtol=1e-15)


def test_a_million_classes(dtype, rng):
    z = (4 * rng.normal(size=1_000_000)).astype(dtype)
    if np.finfo(np.longdouble).nmant < 60:
        pytest.skip("needs an extended format; 60 digits would take minutes for a million terms")
    terms = np.exp(z.astype(np.longdouble) - np.longdouble(z.max()))
    truth = terms / terms.sum()
    error = np.abs(softmax(z) - truth) / np.spacing(truth.astype(dtype))
    assert error.max() <= 4
