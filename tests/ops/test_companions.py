"""Sigmoid, binary cross-entropy, hinge and the smooth maxima."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gory.ops import binary_cross_entropy, cross_entropy, hinge, smooth_maximum

torch = pytest.importorskip("torch")

BINARY_OPTIONS = {
    "plain": {},
    "weight": {"weight": [0.5, 2.0]},
    "smoothing": {"label_smoothing": 0.2},
    "others": {"label_smoothing": 0.2, "smoothing_over": "others"},
    "temperature": {"temperature": 0.7, "z_loss": 0.1},
    "softcap": {"softcap": 2.0, "z_loss": 0.05},
    "everything": {
        "weight": [0.5, 2.0],
        "label_smoothing": 0.1,
        "temperature": 1.4,
        "softcap": 3.0,
        "z_loss": 0.1,
    },
}


@pytest.mark.parametrize("reduction", ["none", "sum", "mean", "mean_rows"])
@pytest.mark.parametrize("options", BINARY_OPTIONS.values(), ids=BINARY_OPTIONS)
def test_binary_loss_is_the_loss_of_the_two_logits_zero_and_z(options, reduction, rng):
    z, v, t = rng.normal(size=8), rng.normal(size=8), rng.uniform(size=8)
    options = {**options, "reduction": reduction, "sample_weight": rng.uniform(0.5, 2, 8)}
    two, pair = np.stack([np.zeros(8), z], 1), np.stack([1 - t, t], 1)
    w = np.stack([np.zeros(8), v], 1)
    value, gradient = binary_cross_entropy.value_and_grad(z, t, **options)
    expected = cross_entropy.value_and_grad(two, pair, **options)
    np.testing.assert_allclose(value, expected[0], rtol=1e-13)
    np.testing.assert_allclose(gradient, expected[1][:, 1], rtol=1e-11, atol=1e-15)
    for verb in ("hvp", "gauss_newton"):
        ours = getattr(binary_cross_entropy, verb)(z, t, v, **options)
        theirs = getattr(cross_entropy, verb)(two, pair, w, **options)[:, 1]
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-15)
    moved = binary_cross_entropy.jvp(z, t, v, **options)
    np.testing.assert_allclose(moved, cross_entropy.jvp(two, pair, w, **options), rtol=1e-11)


def test_binary_loss_keeps_any_shape(rng):
    z = rng.normal(size=(2, 3, 4)).astype(np.float32)
    t = rng.integers(0, 2, z.shape)
    rows = binary_cross_entropy(z, t, reduction="none")
    theirs = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(z), torch.tensor(t, dtype=torch.float32), reduction="none"
    )
    assert rows.shape == z.shape
    np.testing.assert_allclose(rows, theirs, rtol=3e-6)
    np.testing.assert_array_equal(binary_cross_entropy(z, t == 1), binary_cross_entropy(z, t))


def torch_hinge(z, labels, kind, margin):
    at_label = z.gather(1, labels[:, None])
    m = (z - at_label + margin).scatter(1, labels[:, None], -torch.inf).clamp(min=0)
    return {"sum": m.sum(1), "worst": m.max(1).values, "squared": (m**2).sum(1)}[kind]


@pytest.mark.parametrize("kind", ["sum", "worst", "squared"])
@pytest.mark.parametrize("logits", [{}, {"temperature": 0.5, "softcap": 2.0}], ids=["", "capped"])
def test_hinge_against_torch(kind, logits, rng):
    z, v, labels = rng.normal(size=(9, 5)), rng.normal(size=(9, 5)), rng.integers(0, 5, 9)
    weight, margin = rng.uniform(0.5, 2, 5), 0.7
    at = torch.tensor(z, requires_grad=True)
    cap, t = logits.get("softcap", 1e9), logits.get("temperature", 1.0)
    a = (cap * torch.tanh(at / cap) if "softcap" in logits else at) / t
    rows = torch_hinge(a, torch.tensor(labels), kind, margin) * torch.tensor(weight)[labels]
    g = torch.tensor(rng.normal(size=9))
    (expected,) = torch.autograd.grad((rows * g).sum(), at, create_graph=True)
    options = {"kind": kind, "margin": margin, "weight": weight, **logits}
    value, gradient = hinge.value_and_grad(
        z, labels, upstream=g.numpy(), reduction="none", **options
    )
    np.testing.assert_allclose(value, rows.detach(), rtol=1e-12)
    np.testing.assert_allclose(gradient, expected.detach(), rtol=1e-12, atol=1e-14)
    (whole,) = torch.autograd.grad(rows.sum(), at, create_graph=True)
    moved = (whole * torch.tensor(v)).sum(1)
    np.testing.assert_allclose(
        hinge.jvp(z, labels, v, reduction="none", **options), moved.detach(), rtol=1e-12, atol=1e-14
    )
    ours = hinge.hvp(z, labels, v, reduction="sum", **options)
    if whole.requires_grad:
        (product,) = torch.autograd.grad(moved.sum(), at, allow_unused=True)
        product = torch.zeros_like(at) if product is None else product
        np.testing.assert_allclose(ours, product, rtol=1e-11, atol=1e-13)
        blocks = hinge.hessian(z, labels, reduction="sum", **options)
        np.testing.assert_allclose(
            np.einsum("nij,nj->ni", blocks, v), product, rtol=1e-11, atol=1e-13
        )
    else:
        np.testing.assert_array_equal(ours, 0)


def test_hinge_takes_the_zero_subgradient_at_the_kink():
    np.testing.assert_array_equal(hinge.jacobian([10.0, 9.0, 9.0], 0), 0)


def test_worst_class_hinge_takes_the_first_of_tied_classes():
    np.testing.assert_array_equal(hinge.jacobian([0.0, 5.0, 5.0], 0, kind="worst"), [-1, 1, 0])


DEFINITIONS = {
    "logsumexp": lambda x, t: torch.logsumexp(t * x, -1) / t,
    "minimum": lambda x, t: -torch.logsumexp(-t * x, -1) / t,
    "boltzmann": lambda x, t: (x * torch.softmax(t * x, -1)).sum(-1),
    "mellowmax": lambda x, t: (torch.logsumexp(t * x, -1) - np.log(x.shape[-1])) / t,
    "norm": lambda x, t: (x.abs() ** t).sum(-1) ** (1 / t),
    "zero": lambda x, t: torch.log(torch.exp(t * x).sum(-1) - (x.shape[-1] - 1)) / t,
    "root": lambda x, t: (x.sum(-1) + torch.sqrt((x[..., 0] - x[..., 1]) ** 2 + t**-2)) / 2,
}


@pytest.mark.parametrize("kind", DEFINITIONS)
@pytest.mark.parametrize("sharpness", [1.5, 3.0])
def test_smooth_maximum_against_torch(kind, sharpness, rng):
    shape = (4, 2) if kind == "root" else (4, 6)
    x, v = rng.uniform(0.2, 3, shape), rng.normal(size=shape)
    at = torch.tensor(x, requires_grad=True)
    value = DEFINITIONS[kind](at, sharpness)
    (gradient,) = torch.autograd.grad(value.sum(), at, create_graph=True)
    moved = (gradient * torch.tensor(v)).sum(-1)
    (product,) = torch.autograd.grad(moved.sum(), at)
    options = {"kind": kind, "sharpness": sharpness}
    close = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(smooth_maximum(x, **options), value.detach(), **close)
    np.testing.assert_allclose(smooth_maximum.jacobian(x, **options), gradient.detach(), **close)
    np.testing.assert_allclose(smooth_maximum.jvp(x, v, **options), moved.detach(), **close)
    np.testing.assert_allclose(smooth_maximum.hvp(x, v, **options), product, **close)
    g = rng.normal(size=4)
    pulled = smooth_maximum.vjp(x, g, **options)
    np.testing.assert_allclose(pulled, gradient.detach().numpy() * g[:, None], **close)
    blocks = smooth_maximum.hessian(x, **options)
    np.testing.assert_allclose(np.einsum("nij,nj->ni", blocks, v), product, **close)


rows = arrays(np.float64, st.integers(1, 8), elements=st.floats(-50, 50))


@given(x=rows, t=st.floats(0.01, 50))
def test_smooth_maxima_keep_their_bounds(x, t):
    top, low, slack = x.max(), x.min(), np.log(len(x)) / t
    eps = 1e-12 * (1 + abs(top) + abs(low))
    assert top - eps <= smooth_maximum(x, sharpness=t) <= top + slack + eps
    assert low - slack - eps <= smooth_maximum(x, kind="minimum", sharpness=t) <= low + eps
    assert low - eps <= smooth_maximum(x, kind="boltzmann", sharpness=t) <= top + eps
    assert top - slack - eps <= smooth_maximum(x, kind="mellowmax", sharpness=t) <= top + eps


@given(x=rows)
def test_mellowmax_tends_to_the_mean(x):
    for t in (1e-9, -1e-9, 0.0):
        np.testing.assert_allclose(
            smooth_maximum(x, kind="mellowmax", sharpness=t), x.mean(), rtol=1e-5, atol=1e-5
        )


def test_the_norm_of_zero_has_gradient_zero():
    value, gradient = smooth_maximum.value_and_grad([0.0, 0.0], kind="norm", sharpness=2.0)
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)


def test_norms_do_not_overflow():
    x = [3e200, 4e200]
    np.testing.assert_allclose(smooth_maximum(x, kind="norm", sharpness=2.0), 5e200)
