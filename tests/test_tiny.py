"""The way through the house, as a reader of the README would go it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import gory
from gory.learn import value_and_grad
from gory.ops import cross_entropy, softmax
from gory.verify import evaluate

LAYER = """
h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
given sum_k y[i,k] = 1
"""
PENGUINS = Path(__file__).parent.parent / "examples" / "penguins.csv"


def test_a_layer_on_paper_becomes_a_proved_gradient() -> None:
    derivation = gory.read(LAYER).derive("J", "theta[m,n]")
    assert str(derivation.result) == "sum_i (h[i,m] - y[i,m]) x[i,n]"
    assert derivation.verdict == "proved"
    assert all(step.rule and step.verdict == "proved" for step in derivation.steps)
    assert "sum_k y[i,k] = 1" in {fact for step in derivation.steps for fact in step.uses}


def test_the_formula_the_training_and_automatic_differentiation_agree() -> None:
    random = np.random.default_rng(0)
    X, W, y = random.normal(size=(6, 3)), random.normal(size=(4, 3)), random.integers(4, size=6)
    paper = gory.read(LAYER)
    values = {"x": X.tolist(), "theta": W.tolist(), "y": np.eye(4)[y].tolist()}
    derived = evaluate(paper, paper.derive("J", "theta[m,n]").result, values)
    _, trained, _ = value_and_grad(W, X, y)
    weights = torch.tensor(W, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(
        torch.tensor(X) @ weights.T, torch.tensor(y), reduction="sum"
    )
    (automatic,) = torch.autograd.grad(loss, weights)
    np.testing.assert_allclose(len(X) * trained, derived, atol=1e-12)
    np.testing.assert_allclose(automatic.numpy(), derived, atol=1e-12)


def test_an_operator_has_its_derivatives() -> None:
    z = np.array([2.0, 0.0, -1.0])
    p = softmax(z)
    np.testing.assert_allclose(np.asarray(softmax.jacobian(z)), np.diag(p) - np.outer(p, p))
    value, gradient = cross_entropy.value_and_grad(z[None], np.array([0]))
    np.testing.assert_allclose(value, -np.log(p[0]), rtol=1e-15)
    np.testing.assert_allclose(gradient[0], p - [1, 0, 0])


def test_a_model_reaches_its_optimum_and_says_so() -> None:
    from sklearn.datasets import load_wine

    X, y = load_wine(return_X_y=True)
    model = gory.SoftmaxRegression(C=1.0, tol=1e-8).fit(X, y)
    assert model.rel_gap_ <= 1e-8
    assert model.score(X, y) > 0.99


def test_what_cannot_be_read_is_shown_with_its_place() -> None:
    with pytest.raises(gory.NotationError, match=r"(?s)frob.*\^"):
        gory.read("J = sum_i frob(x[i])")
