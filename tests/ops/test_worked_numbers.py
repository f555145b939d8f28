"""The worked examples of the literature, computed with 60 digits."""

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
    smooth_maximum,
    softmax,
)

ROWS = [
    "softmax/1-2-3",
    "softmax/1-2-5",
    "softmax/1-2-3-4",
    "softmax/1-3-5-7",
    "softmax/1-m9-4-8",
    "softmax/1-m2-0",
    "softmax/half-m1-0",
    "softmax/jacobian-4",
    "softmax/jacobian-2",
    "softmax/jacobian-5",
]


def same(ours, expected, rtol=1e-14, atol=1e-16):
    np.testing.assert_allclose(ours, expected, rtol=rtol, atol=atol)


@pytest.mark.parametrize("name", ROWS)
def test_softmax_rows(worked, name):
    z, expected = worked[name]["inputs"]["z"], worked[name]["expected"]
    same(softmax(z), expected["S"])
    same(log_softmax(z), expected["log_S"])
    same(logsumexp(z), expected["lse"])
    same(softmax.jacobian(z), expected["DS"])
    same(logsumexp.hessian(z), expected["DS"])


@pytest.mark.parametrize(
    "name", ["huge", "huge-negative", "one-overflow", "sum-overflow", "shift-123-456-789"]
)
def test_logits_that_overflow_without_a_shift(worked, name):
    case = worked[f"softmax/{name}"]
    z, expected = case["inputs"]["z"], case["expected"]
    same(softmax(z), expected.get("stable", expected.get("S")))
    same(log_softmax(z), expected["log_S"])


def test_directional_derivatives(worked):
    case = worked["softmax/jvp"]
    z, v, expected = case["inputs"]["z"], case["inputs"]["v"], case["expected"]
    same(softmax.jvp(z, v), expected["jvp"])
    same(softmax.vjp(z, v), expected["jvp"])
    same(log_softmax.jvp(z, v), expected["log_softmax_jvp"])
    same(log_softmax.vjp(z, v), expected["log_softmax_vjp"])
    same(logsumexp.jvp(z, v), expected["s_dot_v"])
    same(logsumexp.jacobian(z), expected["lse_gradient"])


def test_spectrum_of_the_jacobian(worked):
    case = worked["softmax/jacobian-eigenvalues"]
    eigenvalues = np.linalg.eigvalsh(softmax.jacobian(case["inputs"]["z"]))
    same(eigenvalues, case["expected"]["eigenvalues"], atol=1e-15)


def test_temperatures(worked):
    case = worked["softmax/temperature"]
    for t, s in zip(case["inputs"]["T"], case["expected"]["S"], strict=True):
        same(softmax(case["inputs"]["z"], temperature=t), s)


def three_classes(case):
    x = np.asarray(case["inputs"]["x1"])
    X = np.column_stack([np.ones_like(x), x])
    if "Y" in case["inputs"]:
        target = np.asarray(case["inputs"]["Y"])
    else:
        target = np.asarray(case["inputs"]["labels"]) - 1
    W = np.asarray(case["inputs"].get("Theta", np.zeros((3, 2))))
    return X, W, target


@pytest.mark.parametrize(
    "name", ["reference", "soft-labels", "unnormalised-targets", "zero-parameters"]
)
def test_three_class_network(worked, name):
    case = worked[f"three-class/{name}"]
    X, W, target = three_classes(case)
    options = {"reduction": "sum", "target_sums_to_one": name != "unnormalised-targets"}
    value, gradients = linear_cross_entropy.value_and_grad(X, W, target, **options)
    same(value, case["expected"]["J"])
    same(gradients.W, case["expected"]["grad"])


def test_three_class_network_in_mean_and_second_order(worked):
    case = worked["three-class/reference"]
    X, W, target = three_classes(case)
    value, gradients = linear_cross_entropy.value_and_grad(X, W, target)
    same(value, case["expected"]["J_mean"])
    same(gradients.W, case["expected"]["grad_mean"])
    rows = linear_cross_entropy(X, W, target, reduction="none")
    same(rows, case["expected"]["loss_per_instance"])
    same(linear_cross_entropy.hessian(X, W, target, reduction="sum"), case["expected"]["hessian"])


def test_three_class_products(worked):
    case = worked["three-class/products"]
    X, W, target = three_classes(case)
    V = np.asarray(case["inputs"]["V"])
    options = {"reduction": "sum", "dW": V}
    same(linear_cross_entropy.jvp(X, W, target, **options), case["expected"]["jvp_J"])
    product = linear_cross_entropy.hvp(X, W, target, **options).W
    same(product, case["expected"]["hvp"])
    same((V * product).sum(), case["expected"]["vHv"])


def test_loss_options_on_one_row(worked):
    case = worked["loss-options/single"]
    given, expected = case["inputs"], case["expected"]
    options = {
        "plain": {},
        "label_smoothing_uniform": {"label_smoothing": given["smoothing"]},
        "label_smoothing_others": {
            "label_smoothing": given["smoothing"],
            "smoothing_over": "others",
        },
        "temperature_2": {"temperature": given["T"]},
        "class_weights": {"weight": given["class_weights"]},
        "class_weights_and_smoothing": {
            "weight": given["class_weights"],
            "label_smoothing": given["smoothing"],
        },
        "z_loss": {"z_loss": given["z_coefficient"]},
    }
    for name, keywords in options.items():
        value, gradient = cross_entropy.value_and_grad(
            given["z"], given["y_1based"] - 1, reduction="sum", **keywords
        )
        same(value, expected[name]["loss"])
        same(gradient, expected[name]["grad"])


def test_reductions_with_an_ignored_row(worked):
    case = worked["loss-options/batch"]
    Z, expected = case["inputs"]["Z"], case["expected"]
    labels = np.array(case["inputs"]["labels_1based"]) - 1
    options = {"ignore_index": case["inputs"]["ignore"] - 1}
    weighted = {**options, "weight": case["inputs"]["class_weights"]}
    same(cross_entropy(Z, labels, reduction="none", **options), expected["loss_per_row"])
    for reduction, keywords, value, gradient in (
        ("sum", options, "sum", "grad_sum"),
        ("mean", options, "mean_over_kept", "grad_mean"),
        ("mean", weighted, "weighted_mean", "grad_weighted_mean"),
    ):
        ours = cross_entropy.value_and_grad(Z, labels, reduction=reduction, **keywords)
        same(ours[0], expected[value])
        same(ours[1], expected[gradient])
    same(cross_entropy(Z, labels, reduction="sum", **weighted), expected["weighted_sum"])


def test_smoothed_minimum(worked):
    case = worked["label-smoothing/optimal-gap"]
    gap, expected = case["expected"]["gap"], case["expected"]["minimum_loss"]
    options = {"label_smoothing": case["inputs"]["smoothing"]}
    value, gradient = cross_entropy.value_and_grad([gap, 0.0, 0.0], 0, **options)
    same(value, expected)
    same(gradient, 0.0, atol=1e-15)


def test_soft_target_and_divergence(worked):
    case = worked["xent/kl-link"]
    value, gradient = cross_entropy.value_and_grad(case["inputs"]["z"], case["inputs"]["p"])
    same(value, case["expected"]["xent"])
    same(gradient, case["expected"]["grad_z"])


def test_logistic_companion(worked):
    case = worked["logistic/companion"]
    x, y = np.asarray(case["inputs"]["x1"]), np.asarray(case["inputs"]["y"])
    X = np.column_stack([np.ones_like(x), x])
    z = X @ case["inputs"]["theta"]
    expected = case["expected"]
    same(sigmoid(z), expected["h"])
    for reduction, value, gradient in (
        ("mean", "J_mean", "grad_mean"),
        ("sum", "J_sum", "grad_sum"),
    ):
        ours = binary_cross_entropy.value_and_grad(z, y, reduction=reduction)
        same(ours[0], expected[value])
        same(X.T @ ours[1], expected[gradient])
    curvature = binary_cross_entropy.hessian(z, y)
    same(X.T @ (curvature[:, None] * X), expected["hessian_mean"])


def test_softplus_forms(worked):
    case = worked["logistic/algebraic-trick"]
    s, expected = np.asarray(case["inputs"]["s"]), case["expected"]
    same(binary_cross_entropy(s, np.zeros_like(s), reduction="none"), expected["softplus"])
    same(binary_cross_entropy(s, np.ones_like(s), reduction="none"), expected["loss_t1"])
    same(sigmoid(s), expected["sigmoid"])
    same(
        -binary_cross_entropy.jacobian(s, np.ones_like(s), reduction="sum"),
        expected["one_minus_sigmoid"],
    )


def test_sigmoid_and_its_derivative(worked):
    case = worked["activations"]
    same(sigmoid(case["inputs"]["x"]), case["expected"]["sigmoid"])
    same(sigmoid.derivative(case["inputs"]["x"]), case["expected"]["sigmoid_grad"])


@pytest.mark.parametrize(
    "name", ["13-m7-11", "10-m2-3", "10-m100-m100", "10-9-9", "linear-classifier"]
)
def test_hinges(worked, name):
    case = worked[f"hinge/{name}"]
    given, expected = case["inputs"], case["expected"]
    s = np.asarray(given.get("s", expected.get("scores")))
    y, margin = given["y_1based"] - 1, given["Delta"]
    value, gradient = hinge.value_and_grad(s, y, margin=margin)
    same(value, expected["hinge"])
    same(gradient, expected["hinge_grad"])
    if "hinge_squared" in expected:
        value, gradient = hinge.value_and_grad(s, y, margin=margin, kind="squared")
        same(value, expected["hinge_squared"])
        same(gradient, expected["hinge_squared_grad"])
    if "xent" in expected:
        same(cross_entropy.value_and_grad(s, y)[0], expected["xent"])
        same(cross_entropy.value_and_grad(s, y)[1], expected["xent_grad"])


def test_smooth_maxima(worked):
    x, expected = worked["smooth-maximum"]["inputs"]["x"], worked["smooth-maximum"]["expected"]
    cases = [(x, "logsumexp", 1.0, expected["lse"])]
    cases += [
        (x, "minimum", 1.0, expected["softmin"]),
        (x, "zero", 1.0, expected["lse_zero_shifted"]),
    ]
    for kind, name in (
        ("logsumexp", "lse_scaled"),
        ("boltzmann", "boltzmann"),
        ("mellowmax", "mellowmax"),
        ("norm", "p_norm"),
    ):
        cases += [(x, kind, float(t), e) for t, e in expected[name].items()]
    root = expected["sqrt_two_arg_2_3"]
    cases.append(([2.0, 3.0], "root", root["eps"] ** -0.5, root))
    for row, kind, sharpness, answer in cases:
        value, gradient = smooth_maximum.value_and_grad(row, kind=kind, sharpness=sharpness)
        same(value, answer["value"], rtol=2e-14)
        same(gradient, answer["grad"], rtol=2e-13)
    same(smooth_maximum([2.0, 3.0]), expected["two_arg_2_3"])
