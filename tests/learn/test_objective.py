"""The objective and its derivatives, against torch's automatic differentiation."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gory.learn._gauge import contrast_basis
from gory.learn._memory import MemorySource
from gory.learn._objective import row_softmax, value_and_grad

from ._data import LAYOUTS, random_rows

TARGETS = ("target", "soft")


def torch_loss(theta, X, target, row_weights, n_classes):
    """The weighted mean cross-entropy, written for torch alone."""
    z = X @ theta[:, : X.shape[1]].T
    if theta.shape[1] > X.shape[1]:
        z = z + theta[:, -1]
    y = torch.nn.functional.one_hot(target, n_classes).double() if target.ndim == 1 else target
    losses = torch.logsumexp(z, dim=1) - (y * z).sum(dim=1)
    return (row_weights * losses).sum() / row_weights.sum()


def as_torch(rows, kind):
    return (
        torch.tensor(rows.theta),
        torch.tensor(rows.X),
        torch.tensor(getattr(rows, kind)),
        torch.tensor(rows.row_weights),
        rows.theta.shape[0],
    )


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_gradient_is_the_one_of_automatic_differentiation(kind, n_classes):
    rows = random_rows(n_classes=n_classes, seed=n_classes)
    theta, *rest = as_torch(rows, kind)
    theta.requires_grad_(True)
    loss = torch_loss(theta, *rest)
    loss.backward()
    value, weights_grad, bias_grad = value_and_grad(
        rows.theta[:, :-1],
        rows.X,
        getattr(rows, kind),
        bias=rows.theta[:, -1],
        row_weights=rows.row_weights,
    )
    expected = theta.grad.numpy()
    assert value == pytest.approx(loss.item(), rel=1e-14)
    np.testing.assert_allclose(weights_grad, expected[:, :-1], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(bias_grad, expected[:, -1], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("layout", [name for name in LAYOUTS if "32" not in name])
def test_training_follows_that_gradient(kind, layout):
    rows = random_rows(seed=5)
    target = getattr(rows, kind)
    source = MemorySource(
        LAYOUTS[layout](rows.X), target, n_classes=4, row_weights=rows.row_weights
    )
    value, weights_grad, bias_grad = value_and_grad(
        rows.theta[:, :-1], rows.X, target, bias=rows.theta[:, -1], row_weights=rows.row_weights
    )
    point = source.at(rows.theta)
    assert point.loss == pytest.approx(value, rel=1e-13)
    expected = np.column_stack([weights_grad, bias_grad])
    np.testing.assert_allclose(point.gradient(), expected, rtol=1e-12, atol=1e-12)


def test_penalty_and_offset_enter_value_and_gradient():
    rows = random_rows(seed=2)
    offset = np.random.default_rng(0).normal(size=(40, 4))
    penalty = np.linspace(0.1, 0.5, 5)
    W = torch.tensor(rows.theta[:, :-1], requires_grad=True)
    z = torch.tensor(rows.X) @ W.T + torch.tensor(offset)
    loss = torch.nn.functional.cross_entropy(z, torch.tensor(rows.target))
    loss = loss + 0.5 * (torch.tensor(penalty) * W**2).sum()
    loss.backward()
    value, grad, _ = value_and_grad(
        rows.theta[:, :-1], rows.X, rows.target, penalty=penalty, offset=offset
    )
    assert value == pytest.approx(loss.item(), rel=1e-14)
    np.testing.assert_allclose(grad, W.grad.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_hessian_products_are_those_of_automatic_differentiation(layout, intercept):
    rows = random_rows(seed=3, intercept=intercept)
    X = LAYOUTS[layout](rows.X)
    exact_X = np.asarray(X.toarray() if hasattr(X, "toarray") else X, dtype=float)
    theta = torch.tensor(rows.theta)
    rest = (
        torch.tensor(exact_X),
        torch.tensor(rows.target),
        torch.tensor(rows.row_weights),
        4,
    )
    direction = np.random.default_rng(1).normal(size=rows.theta.shape)
    expected = torch.autograd.functional.hvp(
        lambda t: torch_loss(t, *rest), theta, torch.tensor(direction)
    )[1]
    source = MemorySource(
        X, rows.target, n_classes=4, row_weights=rows.row_weights, fit_intercept=intercept
    )
    product = source.at(rows.theta).curvature(direction)
    # Products with the Hessian work in the type of the features: they steer, nothing rests on them.
    rounding = 2e-6 if "32" in layout else 1e-13
    scale = np.abs(expected.numpy()).max()
    np.testing.assert_allclose(product, expected.numpy(), atol=rounding * scale)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_coupled_hessian_is_the_matrix_of_these_products(layout, intercept):
    rows = random_rows(seed=4, intercept=intercept)
    source = MemorySource(
        LAYOUTS[layout](rows.X),
        rows.target,
        n_classes=4,
        row_weights=rows.row_weights,
        fit_intercept=intercept,
    )
    point, basis = source.at(rows.theta), contrast_basis(4)
    matrix = point.hessian(basis)
    v = np.random.default_rng(2).normal(size=(3, rows.theta.shape[1]))
    expected = basis.T @ point.curvature(basis @ v)
    rounding = 2e-6 if "32" in layout else 1e-13
    np.testing.assert_allclose(
        matrix @ v.ravel(), expected.ravel(), atol=rounding * np.abs(expected).max()
    )
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-15 * np.abs(matrix).max())


def test_softmax_of_huge_logits_is_finite_and_sums_to_one():
    logits = np.array([[1e308, 0.0, -1e308], [-1e5, -1e5, -1e5], [710.0, 709.0, 0.0]])
    probabilities, lse = row_softmax(logits)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-15)
    assert np.isfinite(lse).all()


def test_points_along_a_ray_are_the_points_of_their_weights():
    rows = random_rows(seed=6)
    source = MemorySource(rows.X, rows.target, n_classes=4, row_weights=rows.row_weights)
    direction = np.random.default_rng(3).normal(size=rows.theta.shape)
    ray = source.at(rows.theta).ray(direction)
    for t in (0.25, 1.0, 3.0):
        there = source.at(rows.theta + t * direction)
        loss, first, second = ray.slope(t)
        assert loss == pytest.approx(there.loss, rel=1e-12)
        assert first == pytest.approx(float(np.sum(there.gradient() * direction)), rel=1e-10)
        assert second == pytest.approx(
            float(np.sum(there.curvature(direction) * direction)), rel=1e-10
        )


def test_trials_along_a_ray_cost_no_pass():
    rows = random_rows(seed=7)
    source = MemorySource(rows.X, rows.target, n_classes=4)
    ray = source.at(rows.theta).ray(-rows.theta)
    before = source.passes
    for t in (0.1, 0.5, 1.0, 2.0):
        ray.slope(t)
    assert source.passes == before
