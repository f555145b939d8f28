"""A layer is recognized by what it says, not by how it is written, and refused otherwise."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

import gory
from gory.cli._layer import LayerProblem, default_layer, read_layer
from gory.learn import value_and_grad
from gory.verify import evaluate

PLAIN = """
h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
given sum_k y[i,k] = 1
"""
OTHER_NAMES = """
index n:N
z[n,c] = sum_d A[n,d] W[d,c] + beta[c]
L = sum_n (log sum_c exp(z[n,c]) - sum_c t[n,c] z[n,c]) / N
given sum_c t[n,c] = 1
"""
RIDGE = """
p[i,k] = exp(sum_j x[i,j] w[k,j]) / sum_c exp(sum_j x[i,j] w[c,j])
J = - sum_{i,k} y[i,k] log p[i,k] + mu sum_{k,j} w[k,j]^2
"""
SHARED = """
index i:N
h[i,k] = exp(b[k] + sum_j w[k,j] x[i,j]) / sum_c exp(b[c] + sum_j w[c,j] x[i,j])
J = 1 / N (lam / 2 sum_{k,j} w[k,j]^2 - sum_{i,k} y[i,k] log h[i,k])
"""


def test_the_layer_that_comes_with_gory_is_the_objective_of_training() -> None:
    roles = default_layer().roles
    assert (roles.inputs, roles.targets, roles.weights) == ("x", "y", "theta")
    assert (roles.bias, roles.penalty, roles.is_mean) == ("b", "lam", True)


@pytest.mark.parametrize(
    ("text", "parameters", "penalty", "is_mean"),
    [
        (PLAIN, ("theta",), "", False),
        (OTHER_NAMES, ("W", "beta"), "", True),
        (RIDGE, ("w",), "mu", False),
        (SHARED, ("w", "b"), "lam", True),
    ],
)
def test_names_orders_and_spellings_do_not_matter(
    text: str, parameters: tuple[str, ...], penalty: str, is_mean: bool
) -> None:
    layer = read_layer(text)
    assert layer.parameters == parameters
    assert layer.roles.penalty == penalty
    assert layer.roles.is_mean == is_mean


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("s[k] = exp(z[k]) / sum_c exp(z[c])", "no number to minimize"),
        ("J = sum_i (sum_j w[j] x[i,j] - y[i])^2", "not the cross-entropy"),
        (PLAIN.replace("log h[i,k]", "h[i,k]"), "not the cross-entropy"),
        (PLAIN.replace("- sum_{i,k}", "sum_{i,k}"), "not the cross-entropy"),
        (PLAIN.replace("- sum_{i,k}", "- 2 sum_{i,k}"), "not the cross-entropy"),
        (RIDGE.replace("^2", "^4"), "not the cross-entropy"),
    ],
)
def test_another_objective_is_refused(text: str, told: str) -> None:
    with pytest.raises(LayerProblem, match=told):
        read_layer(text)


def test_a_layer_that_cannot_be_read_shows_the_place() -> None:
    with pytest.raises(gory.NotationError, match="line 2"):
        read_layer("h[i] = exp(x[i])\nJ = sum_i h[i")


@pytest.mark.parametrize("text", [RIDGE, SHARED])
@pytest.mark.parametrize("C", [0.5, 4.0])
def test_the_penalty_told_is_the_penalty_trained(text: str, C: float) -> None:
    """The author's objective with the value told is the estimator's, up to the author's scale."""
    layer = read_layer(text)
    random = np.random.default_rng(0)
    X, W = random.normal(size=(6, 2)), random.normal(size=(3, 2))
    target = np.array([0, 1, 2, 0, 1, 1])
    bias = random.normal(size=3) if layer.roles.bias else None
    trained, _, _ = value_and_grad(W, X, target, bias=bias, penalty=1 / (C * 6))
    loss, _, _ = value_and_grad(W, X, target, bias=bias)
    value = float(layer.settings(C, n_rows=6, n_classes=3)[0].split()[2].rstrip(","))
    factor = float(layer.roles.factor / (6 if layer.roles.is_penalty_mean else 1))
    scale = 1 if layer.roles.is_mean else 6
    written = scale * loss + value * factor * float(np.sum(W**2))
    assert written == pytest.approx(scale * trained, rel=1e-5)


def test_factors_are_exact() -> None:
    assert read_layer(RIDGE).roles.factor == Fraction(1)
    assert read_layer(SHARED).roles.factor == Fraction(1, 2)
    assert read_layer(SHARED).roles.is_penalty_mean


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_the_gradient_that_is_told_is_the_one_that_training_follows(n_classes: int) -> None:
    """Derived formula, training and automatic differentiation, with bias and penalty."""
    random = np.random.default_rng(n_classes)
    X, W = random.normal(size=(7, 4)), random.normal(size=(n_classes, 4))
    b, y = random.normal(size=n_classes), random.integers(n_classes, size=7)
    layer = default_layer()
    values = {"x": X.tolist(), "theta": W.tolist(), "b": b.tolist(), "lam": 0.3}
    values |= {"y": np.eye(n_classes)[y].tolist()}
    derived = [evaluate(layer.paper, d.result, values) for d in layer.gradients()]
    _, *trained = value_and_grad(W, X, y, bias=b, penalty=0.3)
    weights, bias = torch.tensor(W, requires_grad=True), torch.tensor(b, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(torch.tensor(X) @ weights.T + bias, torch.tensor(y))
    automatic = torch.autograd.grad(loss + 0.15 * (weights**2).sum(), (weights, bias))
    for by_hand, by_training, by_torch in zip(derived, trained, automatic, strict=True):
        np.testing.assert_allclose(by_training, by_hand, atol=1e-12)
        np.testing.assert_allclose(by_torch.numpy(), by_hand, atol=1e-12)
