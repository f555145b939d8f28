"""Every operator against the formula that is derived for it from its definition on paper."""

from __future__ import annotations

import numpy as np
import pytest

import gory
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
from gory.verify import evaluate

K, N, D = 4, 5, 3
SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])\n"
WARM = "s[k] = exp(z[k] / T) / sum_c exp(z[c] / T)\n"
LAYER = (
    "h[i,k] = exp(sum_j W[k,j] x[i,j]) / sum_c exp(sum_j W[c,j] x[i,j])\n"
    "J = - sum_{i,k} y[i,k] log h[i,k]\n"
)
CAPPED = "a[k] = C tanh(z[k] / C)\ns[k] = exp(a[k]) / sum_c exp(a[c])\nL = - sum_k y[k] log s[k]"


def derived(text, of, wrt, indices, values, **options):
    """The derivative by the engine, at the given numbers."""
    paper = gory.read(text)
    derivation = paper.derive(of, *wrt, **options)
    assert derivation.verdict == "proved"
    return np.array(evaluate(paper, derivation.result, values, indices=indices))


@pytest.fixture
def values(rng):
    """Numbers for every letter that occurs below."""
    return {
        "z": rng.normal(size=K),
        "v": rng.normal(size=K),
        "y": rng.dirichlet(np.ones(K)),
        "w": rng.uniform(0.5, 2, K),
        "T": 1.7,
        "Z": 0.3,
        "C": 2.0,
        "e": 0.2,
    }


def check(ours, text, of, wrt, indices, values, **options):
    given = {k: np.asarray(v).tolist() for k, v in values.items()}
    expected = derived(text, of, wrt, indices, given, **options)
    np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-14)


SUM = {"reduction": "sum"}
CASES = {
    "softmax jacobian": (
        SOFTMAX,
        "s[k]",
        ("z[m]",),
        "km",
        lambda g: softmax.jacobian(g["z"]),
    ),
    "softmax jacobian, temperature": (
        WARM,
        "s[k]",
        ("z[m]",),
        "km",
        lambda g: softmax.jacobian(g["z"], temperature=g["T"]),
    ),
    "log-softmax jacobian": (
        SOFTMAX,
        "log s[k]",
        ("z[m]",),
        "km",
        lambda g: log_softmax.jacobian(g["z"]),
    ),
    "log-sum-exp gradient": (
        "L = log sum_c exp(z[c])",
        "L",
        ("z[m]",),
        "m",
        lambda g: logsumexp.jacobian(g["z"]),
    ),
    "log-sum-exp hessian": (
        "L = log sum_c exp(z[c])",
        "L",
        ("z[m]", "z[n]"),
        "mn",
        lambda g: logsumexp.hessian(g["z"]),
    ),
    "cross-entropy gradient": (
        SOFTMAX + "L = - sum_k y[k] log s[k]\ngiven sum_k y[k] = 1",
        "L",
        ("z[m]",),
        "m",
        lambda g: cross_entropy.jacobian(g["z"], g["y"], **SUM),
    ),
    "cross-entropy hessian": (
        SOFTMAX + "L = - sum_k y[k] log s[k]",
        "L",
        ("z[m]", "z[n]"),
        "mn",
        lambda g: cross_entropy.hessian(g["z"], g["y"], **SUM),
    ),
    "class weights": (
        SOFTMAX + "L = - sum_k w[k] y[k] log s[k]",
        "L",
        ("z[m]",),
        "m",
        lambda g: cross_entropy.jacobian(g["z"], g["y"], weight=g["w"], **SUM),
    ),
    "smoothing": (
        SOFTMAX + f"q[k] = (1 - e) y[k] + e / {K}\nL = - sum_k q[k] log s[k]",
        "L",
        ("z[m]",),
        "m",
        lambda g: cross_entropy.jacobian(g["z"], g["y"], label_smoothing=g["e"], **SUM),
    ),
    "temperature": (
        WARM + "L = - sum_k y[k] log s[k]",
        "L",
        ("z[m]",),
        "m",
        lambda g: cross_entropy.jacobian(g["z"], g["y"], temperature=g["T"], **SUM),
    ),
    "z-loss": (
        SOFTMAX + "L = - sum_k y[k] log s[k] + Z (log sum_c exp(z[c]))^2",
        "L",
        ("z[m]",),
        "m",
        lambda g: cross_entropy.jacobian(g["z"], g["y"], z_loss=g["Z"], **SUM),
    ),
    "soft cap": (
        CAPPED,
        "L",
        ("z[m]",),
        "m",
        lambda g: cross_entropy.jacobian(g["z"], g["y"], softcap=g["C"], **SUM),
    ),
    "sigmoid": (
        "p[i] = 1 / (1 + exp(-z[i]))",
        "p[i]",
        ("z[m]",),
        "im",
        lambda g: sigmoid.jacobian(g["z"]),
    ),
    "binary cross-entropy": (
        "p[i] = sigmoid(z[i])\nJ = - sum_i (y[i] log p[i] + (1 - y[i]) log(1 - p[i]))",
        "J",
        ("z[m]",),
        "m",
        lambda g: binary_cross_entropy.jacobian(g["z"], g["y"], **SUM),
    ),
    "binary cross-entropy hessian": (
        "p[i] = sigmoid(z[i])\nJ = - sum_i (y[i] log p[i] + (1 - y[i]) log(1 - p[i]))",
        "J",
        ("z[m]", "z[n]"),
        "mn",
        lambda g: np.diag(binary_cross_entropy.hessian(g["z"], g["y"], **SUM)),
    ),
    "boltzmann maximum": (
        "B = sum_k z[k] exp(T z[k]) / sum_c exp(T z[c])",
        "B",
        ("z[m]",),
        "m",
        lambda g: smooth_maximum.jacobian(g["z"], kind="boltzmann", sharpness=g["T"]),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_operator_is_what_is_derived(case, values):
    text, of, wrt, indices, ours = case
    check(ours(values), text, of, wrt, list(indices), values)


def test_hinge_between_its_kinks(values):
    # Written for the last class, whose own margin is the constant that is subtracted.
    text = f"H = sum_k relu(z[k] - z[{K}] + T) - T"
    ours = hinge.jacobian(values["z"], K - 1, margin=values["T"], reduction="sum")
    check(ours, text, "H", ("z[m]",), ["m"], values)


@pytest.mark.parametrize(("verb", "wrt"), [("gradient", ("W[m,n]",)), ("dX", ("x[m,n]",))])
def test_fused_layer(verb, wrt, rng):
    X, W = rng.normal(size=(N, D)), rng.normal(size=(K, D))
    y = rng.dirichlet(np.ones(K), N)
    gradients = linear_cross_entropy.jacobian(X, W, y, reduction="sum")
    ours = gradients.W if verb == "gradient" else gradients.X
    check(ours, LAYER, "J", wrt, ["m", "n"], {"x": X, "W": W, "y": y})


def test_fused_layer_along_a_direction(rng):
    X, W, V = rng.normal(size=(N, D)), rng.normal(size=(K, D)), rng.normal(size=(K, D))
    y = rng.dirichlet(np.ones(K), N)
    ours = linear_cross_entropy.jvp(X, W, y, dW=V, reduction="sum")
    given = {"x": X, "W": W, "y": y, "V": V}
    check(ours, LAYER, "J", ("W[m,n]",), [], given, along="V[m,n]")


def test_fused_layer_second_order(rng):
    X, W = rng.normal(size=(N, D)), rng.normal(size=(K, D))
    y = rng.dirichlet(np.ones(K), N)
    ours = linear_cross_entropy.hessian(X, W, y, reduction="sum").reshape(K, D, K, D)
    given = {"x": X, "W": W, "y": y}
    check(ours, LAYER, "J", ("W[m,n]", "W[p,q]"), ["m", "n", "p", "q"], given)
