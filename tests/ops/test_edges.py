"""What happens at the ends: infinities, NaN, empty rows, everything ignored."""

from __future__ import annotations

import numpy as np
import pytest

from gory.ops import (
    binary_cross_entropy,
    cross_entropy,
    hinge,
    linear_cross_entropy,
    log_softmax,
    logsumexp,
    sigmoid,
    softmax,
)

INF, NAN = np.inf, np.nan


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_minus_infinity_masks_a_class(dtype):
    z = np.array([1.0, -INF, 2.0], dtype)
    kept = softmax(z[[0, 2]])
    np.testing.assert_array_equal(softmax(z), [kept[0], 0, kept[1]])
    assert log_softmax(z)[1] == -INF
    assert logsumexp(z) == logsumexp(z[[0, 2]])
    assert cross_entropy(z, 0) == cross_entropy(z[[0, 2]], 0)
    value, gradient = cross_entropy.value_and_grad(z, 1)
    assert value == INF
    assert gradient[1] == -1


def test_target_share_of_zero_on_a_masked_class_costs_nothing():
    z = [1.0, -INF, 2.0]
    value, gradient = cross_entropy.value_and_grad(z, [0.5, 0.0, 0.5])
    np.testing.assert_allclose(value, cross_entropy([1.0, 2.0], [0.5, 0.5]), rtol=1e-15)
    assert gradient[1] == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [3, 100])
@pytest.mark.parametrize("n", [1, 40])
def test_a_smoothed_share_of_a_masked_class_costs_infinitely_much(n, k, dtype):
    z = np.zeros((n, k), dtype)
    z[:, 1] = -INF
    loss = cross_entropy(z, np.zeros(n, int), label_smoothing=0.1, reduction="none")
    np.testing.assert_array_equal(loss, INF)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("row", [[-INF, -INF], [INF, 0.0], [INF, INF], [NAN, 0.0], [0.0, NAN]])
def test_rows_without_a_softmax_are_nan_and_harm_no_other_row(row, dtype):
    z = np.array([row, [0.0, 0.0]], dtype)
    for result in (softmax(z), log_softmax(z), cross_entropy.value_and_grad(z, [0, 1])[1]):
        assert np.isnan(result[0]).all()
        assert np.isfinite(result[1]).all()


def test_log_sum_exp_of_infinities_is_the_limit():
    z = np.array([[-INF, -INF], [INF, 0.0], [NAN, INF]])
    np.testing.assert_array_equal(logsumexp(z), [-INF, INF, NAN])
    assert logsumexp(np.zeros((1, 0)))[0] == -INF


def test_empty_arrays_have_empty_results():
    assert softmax(np.zeros((3, 0))).shape == (3, 0)
    assert softmax(np.zeros((0, 4))).shape == (0, 4)
    value, gradient = cross_entropy.value_and_grad(np.zeros((0, 4)), np.zeros(0, int))
    assert value == 0
    assert gradient.shape == (0, 4)


def test_one_class_is_certain():
    value, gradient = cross_entropy.value_and_grad([[3.0], [-2.0]], [0, 0])
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)
    np.testing.assert_array_equal(softmax.jacobian([5.0]), [[0.0]])


@pytest.mark.parametrize("reduction", ["sum", "mean", "mean_rows"])
def test_nothing_kept_is_zero(reduction):
    z = np.array([[1.0, 2.0], [NAN, INF]])
    options = {"ignore_index": -1, "reduction": reduction}
    value, gradient = cross_entropy.value_and_grad(z, [-1, -1], **options)
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)
    np.testing.assert_array_equal(cross_entropy.hvp(z, [-1, -1], np.ones_like(z), **options), 0)
    linear = linear_cross_entropy.value_and_grad(z, np.ones((3, 2)), [-1, -1], **options)
    assert linear[0] == 0
    np.testing.assert_array_equal(linear[1].X, 0)


def test_an_ignored_row_may_hold_anything():
    z = np.array([[1.0, 2.0], [NAN, INF]])
    value, gradient = cross_entropy.value_and_grad(z, [0, 9], ignore_index=9)
    assert value == cross_entropy(z[:1], [0])
    np.testing.assert_array_equal(gradient[1], 0)


def test_probabilities_below_the_normal_numbers_are_zero():
    for dtype in (np.float32, np.float64):
        tiny = np.finfo(dtype).tiny
        z = np.array([0.0, 1.001 * np.log(tiny), 0.999 * np.log(tiny)], dtype)
        p = softmax(z)
        assert p[1] == 0
        assert p[2] >= tiny


def test_subnormal_logits_are_zeros_to_softmax():
    small = np.array([5e-324, 0.0, 1e-310])
    np.testing.assert_array_equal(softmax(small), softmax(np.zeros(3)))


def test_loss_of_enormous_gaps_is_the_gap():
    assert cross_entropy([1000.0, 2000.0, 3000.0], 0) == 2000
    assert cross_entropy(np.array([-3e38, 3e38], np.float32).astype(float), 0) == pytest.approx(
        6e38
    )


def test_sigmoid_and_binary_loss_at_the_ends():
    np.testing.assert_array_equal(sigmoid([-INF, INF]), [0, 1])
    assert np.isnan(sigmoid(NAN))
    assert binary_cross_entropy(INF, 1) == 0
    assert binary_cross_entropy(-INF, 1) == INF
    assert binary_cross_entropy([1.0, NAN], [1, -1], ignore_index=-1) == binary_cross_entropy(
        1.0, 1
    )


def test_a_nan_score_is_not_hidden_by_a_hinge():
    for kind in ("sum", "worst", "squared"):
        for row in ([NAN, 0.0], [0.0, NAN]):
            value, gradient = hinge.value_and_grad(row, 0, kind=kind)
            assert np.isnan(value)
            assert np.isnan(gradient).any()


def test_directions_through_undefined_rows_are_nan_without_a_warning():
    z, v = np.array([[NAN, 1.0], [INF, 0.0], [0.0, 0.0]]), np.ones((3, 2))
    products = [operator.jvp(z, v) for operator in (softmax, log_softmax)]
    products += [operator.vjp(z, v) for operator in (softmax, log_softmax)]
    products += [logsumexp.hvp(z, v), cross_entropy.hvp(z, [0, 0, 0], v)]
    products += [softmax.jacobian(z), log_softmax.jacobian(z), logsumexp.hessian(z)]
    for product in products:
        assert np.isnan(product[:2]).any(axis=-1).all()
        assert np.isfinite(product[2]).all()


@pytest.mark.parametrize("k", [2, 10, 100, 1000, 10000])
def test_a_certain_class_has_probability_one_and_none_has_more(k, rng):
    z = rng.normal(size=(300, k)).astype(np.float32)
    z[np.arange(300), rng.integers(0, k, 300)] += rng.choice([0, 20, 90], 300).astype("f")
    p = softmax(z)
    assert p.max() == 1
    np.testing.assert_array_equal(p.argmax(1), z.argmax(1))
    z -= z.max(1, keepdims=True) + rng.uniform(-80, 80, (300, 1)).astype("f")
    certain = (z.max(1, keepdims=True) - z > 60).sum(1) == k - 1
    assert (softmax(z)[certain].max(1) == 1).all()


@pytest.mark.parametrize("far", [2.0**15, -(2.0**17), 2.0**20])
@pytest.mark.parametrize("k", [3, 50, 200, 9000])
def test_a_far_maximum_changes_nothing(far, k, rng):
    z = rng.integers(-40, 40, (40, k)).astype(np.float32) / 8
    near, moved = softmax(z), softmax(z + np.float32(far))
    np.testing.assert_array_max_ulp(near, moved, maxulp=4)
    np.testing.assert_array_max_ulp(log_softmax(z), log_softmax(z + np.float32(far)), maxulp=4)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("temperature", [0.01, 0.7, 2.0, 1e3, 1e-250])
def test_a_temperature_divides(temperature, dtype, rng):
    z = rng.normal(size=(40, 30)).astype(dtype)
    if temperature < 1e-200:  # only maxima are left
        expected = (z == z.max(1, keepdims=True)) * np.ones(1)
        expected /= expected.sum(1, keepdims=True)
    else:
        expected = softmax(z.astype(np.float64) / temperature)
    found = softmax(z, temperature=temperature)
    relative, absolute = {2: (1e-3, 1e-7), 4: (2e-7, 1e-37), 8: (1e-11, 0)}[found.itemsize]
    np.testing.assert_allclose(found, expected, rtol=relative, atol=absolute)


@pytest.mark.parametrize("kind", [">f2", ">f4", ">f8"])
def test_numbers_of_the_other_byte_order_are_the_same_numbers(kind, rng):
    z = rng.standard_normal((4, 3)).astype(kind)
    native = z.astype(z.dtype.newbyteorder("="))
    labels = np.array([0, 2, 1, 0])
    p = softmax(z)
    assert p.dtype == native.dtype
    np.testing.assert_array_equal(p, softmax(native))
    loss = cross_entropy(z, labels.astype(">i8"))
    assert loss == cross_entropy(native, labels)
