"""Every verb of every operator is what automatic differentiation of its definition gives."""

from __future__ import annotations

import numpy as np
import pytest

from gory.ops import cross_entropy, log_softmax, logsumexp, sigmoid, softmax

torch = pytest.importorskip("torch")


def tensor(array):
    if isinstance(array, torch.Tensor):
        return array.detach().clone()
    return torch.tensor(np.array(array, dtype=np.float64))


def forward(function, z, v):
    """The derivative of a torch function along v, by differentiating its reverse one."""
    at = tensor(z).requires_grad_()
    value = function(at)
    g = torch.zeros_like(value, requires_grad=True)
    (pulled,) = torch.autograd.grad(value, at, g, create_graph=True)
    (moved,) = torch.autograd.grad(pulled, g, tensor(v))
    return moved.detach()


def reverse(function, z, g=None):
    """Value of a torch function and the gradient of its product with g."""
    at = tensor(z).requires_grad_()
    value = function(at)
    g = torch.ones_like(value) if g is None else tensor(g)
    (pulled,) = torch.autograd.grad(value, at, g)
    return value.detach(), pulled


def curved(function, z, v):
    """The Hessian of the sum of a torch function's values, times v."""
    at = tensor(z).requires_grad_()
    (gradient,) = torch.autograd.grad(function(at).sum(), at, create_graph=True)
    (product,) = torch.autograd.grad(gradient, at, tensor(v))
    return product


def close(ours, theirs, tolerance):
    theirs = np.asarray(theirs)
    assert ours.shape == theirs.shape
    scale = 1.0 + np.abs(theirs).max(initial=0.0)
    np.testing.assert_allclose(ours, theirs, rtol=10 * tolerance, atol=tolerance * scale)


def effective(z, temperature=1.0, softcap=None):
    x = z if softcap is None else softcap * torch.tanh(z / softcap)
    return x / temperature


DEFINITIONS = {
    "softmax": (softmax, lambda a, axis: torch.softmax(a, axis)),
    "log_softmax": (log_softmax, lambda a, axis: torch.log_softmax(a, axis)),
    "logsumexp": (logsumexp, lambda a, axis: torch.logsumexp(a, axis)),
    "sigmoid": (sigmoid, lambda a, axis: torch.sigmoid(a)),
}


@pytest.fixture(params=DEFINITIONS.values(), ids=DEFINITIONS)
def defined(request, layout, logit_options):
    """An operator with its keywords, and its definition as a torch function of z."""
    operator, definition = request.param
    keywords = dict(logit_options)
    if operator is not sigmoid:
        keywords["axis"] = layout.axis
    return operator, keywords, lambda z: definition(effective(z, **logit_options), layout.axis)


def test_value_is_the_definition(defined, layout, dtype, tolerance, rng):
    operator, keywords, function = defined
    z = layout.array(rng, dtype)
    result = operator(z, **keywords)
    assert result.dtype == dtype
    close(result, function(tensor(z)), tolerance)


def test_jvp_is_the_forward_derivative(defined, layout, dtype, tolerance, rng):
    operator, keywords, function = defined
    z, v = layout.array(rng, dtype), layout.array(rng, dtype, 1.0)
    moved = forward(function, z, v)
    close(operator.jvp(z, v, **keywords), moved, tolerance)


def test_vjp_is_the_reverse_derivative(defined, layout, dtype, tolerance, rng):
    operator, keywords, function = defined
    z = layout.array(rng, dtype)
    g = rng.normal(size=function(tensor(z)).shape).astype(dtype)
    close(operator.vjp(z, g, **keywords), reverse(function, z, g)[1], tolerance)


def test_jacobian_holds_all_partial_derivatives(defined, layout, dtype, tolerance, rng):
    operator, keywords, _ = defined
    if 0 in layout.shape or layout.classes > 50:
        pytest.skip("torch writes out rows × rows blocks; the shape is covered by the products")
    if operator is sigmoid:
        keywords = {**keywords, "axis": layout.axis}
    z = layout.array(rng, dtype)
    rows = np.moveaxis(z, layout.axis, -1).reshape(-1, layout.classes)
    # Rows do not interact, so the blocks are the Jacobians of single rows.
    axis_last = [
        torch.func.jacrev(lambda r: single(operator, r, keywords))(tensor(r)) for r in rows
    ]
    expected = np.stack([np.asarray(j) for j in axis_last])
    ours = operator.jacobian(z, **keywords)
    if operator is logsumexp:
        ours = np.moveaxis(ours, layout.axis, -1)
    close(ours.reshape(expected.shape), expected, tolerance)


def jacobian(function, row):
    return torch.autograd.functional.jacobian(function, tensor(row)).numpy()


def single(operator, row, keywords):
    options = {k: v for k, v in keywords.items() if k != "axis"}
    name = next(n for n, (o, _) in DEFINITIONS.items() if o is operator)
    return DEFINITIONS[name][1](effective(row, **options), -1)


def test_structured_jacobian_is_the_dense_one(layout, logit_options, rng):
    z = layout.array(rng, np.float64)
    lazy = softmax.jacobian(z, axis=layout.axis, structured=True, **logit_options)
    dense = softmax.jacobian(z, axis=layout.axis, **logit_options)
    v = rng.normal(size=lazy.s.shape)
    np.testing.assert_allclose(lazy.dense(), dense, rtol=1e-13)
    expected = np.einsum("...ij,...j->...i", dense, v)
    np.testing.assert_allclose(lazy.multiply(v), expected, atol=1e-13)
    expected = np.einsum("...ij,...i->...j", dense, v)
    np.testing.assert_allclose(lazy.multiply_transpose(v), expected, atol=1e-13)


def test_logsumexp_second_order(layout, logit_options, dtype, tolerance, rng):
    z, v = layout.array(rng, dtype), layout.array(rng, dtype, 1.0)

    product = curved(lambda t: torch.logsumexp(effective(t, **logit_options), layout.axis), z, v)
    close(logsumexp.hvp(z, v, axis=layout.axis, **logit_options), product, tolerance)
    blocks = logsumexp.hessian(z, axis=layout.axis, **logit_options).astype(np.float64)
    by_row = np.moveaxis(v, layout.axis, -1).astype(np.float64)
    ours = np.moveaxis(np.einsum("...ij,...j->...i", blocks, by_row), -1, layout.axis)
    close(ours, product, 5 * tolerance)


def torch_cross_entropy(z, target, layout, options):
    """The definition of docs/ops.md, row by row, before the upstream gradient."""
    o = dict(options)
    zeta, share = o.get("z_loss", 0.0), o.get("label_smoothing", 0.0)
    x = effective(z, softcap=o.get("softcap")).movedim(layout.axis, -1)
    log_p = torch.log_softmax(x / o.get("temperature", 1.0), -1)
    k = layout.classes
    weight = tensor(o.get("weight", np.ones(k)))
    if target.shape == layout.shape:
        y = tensor(target).movedim(layout.axis, -1)
        kept = torch.ones(layout.outer, dtype=torch.float64)
    else:
        labels = torch.tensor(target)
        y = torch.nn.functional.one_hot(labels, k).to(torch.float64)
        ignored = o.get("ignore_index")
        kept = (labels != (-1 if ignored is None else ignored)).to(torch.float64)
    q = weight * ((1 - share) * y + share / k)
    losses = -(q * log_p).sum(-1) + zeta * torch.logsumexp(x, -1) ** 2
    scale = kept * tensor(o.get("sample_weight", np.ones(layout.outer)))
    reduction = o.get("reduction", "mean")
    if reduction == "none":
        return losses * scale
    total = {
        "sum": torch.tensor(1.0),
        "mean": (scale * (weight * y).sum(-1)).sum(),
        "mean_rows": kept.sum(),
    }[reduction]
    return (losses * scale).sum() / (total if total > 0 else 1.0)


@pytest.fixture(params=["labels", "probabilities"])
def loss_case(request, layout, loss_options, rng):
    """A target, options, and the loss as a torch function of z."""
    if request.param == "labels":
        target = rng.integers(0, layout.classes, layout.outer)
    else:
        if "ignore_index" in loss_options:
            pytest.skip("ignore_index is refused for probability targets, which is tested apart")
        target = rng.dirichlet(np.ones(layout.classes), layout.outer)
        target = np.moveaxis(target, -1, layout.axis)
    options = {**loss_options, "axis": layout.axis}
    return target, options, lambda z: torch_cross_entropy(z, target, layout, loss_options)


def test_loss_and_gradient(loss_case, layout, dtype, tolerance, rng):
    target, options, function = loss_case
    z = layout.array(rng, dtype)
    g = rng.normal(size=function(tensor(z)).shape).astype(dtype)
    expected, pulled = reverse(function, z, g)
    value, gradient = cross_entropy.value_and_grad(z, target, upstream=g, **options)
    close(np.asarray(value), expected, tolerance)
    close(np.asarray(cross_entropy(z, target, **options)), expected, tolerance)
    close(gradient, pulled, tolerance)
    np.testing.assert_array_equal(cross_entropy.vjp(z, target, g, **options), gradient)


def test_loss_forward_derivative(loss_case, layout, dtype, tolerance, rng):
    target, options, function = loss_case
    z, v = layout.array(rng, dtype), layout.array(rng, dtype, 1.0)
    moved = forward(function, z, v)
    close(np.asarray(cross_entropy.jvp(z, target, v, **options)), moved, tolerance)


def test_loss_hessian_product(loss_case, layout, rng):
    target, options, function = loss_case
    z, v = layout.array(rng, np.float64), layout.array(rng, np.float64, 1.0)

    product = curved(function, z, v)
    close(cross_entropy.hvp(z, target, v, **options), product, 2e-13)
    if layout.classes < 50:
        blocks = cross_entropy.hessian(z, target, **options)
        by_row = np.moveaxis(v, layout.axis, -1)
        ours = np.moveaxis(np.einsum("...ij,...j->...i", blocks, by_row), -1, layout.axis)
        close(ours, product, 1e-12)


def test_gauss_newton_leaves_out_the_bend_of_the_cap(loss_case, layout, rng):
    target, options, _ = loss_case
    z, v = layout.array(rng, np.float64), layout.array(rng, np.float64, 1.0)
    ours = cross_entropy.gauss_newton(z, target, v, **options)
    cap = options.get("softcap")
    if cap is None:
        np.testing.assert_array_equal(ours, cross_entropy.hvp(z, target, v, **options))
        return
    inner = {k: w for k, w in options.items() if k not in ("softcap", "axis")}

    def capped(t):
        return effective(t, softcap=cap)

    moved = forward(capped, z, v)
    pushed = curved(
        lambda x: torch_cross_entropy(x, target, layout, inner), capped(tensor(z)), moved
    )
    close(ours, reverse(capped, z, pushed)[1], 2e-13)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_agrees_with_the_loss_of_torch_itself(reduction, rng):
    z = rng.normal(size=(7, 5))
    target = rng.integers(0, 5, 7)
    target[2] = -100
    weight = rng.uniform(0.5, 2, 5)
    theirs = torch.nn.functional.cross_entropy(
        tensor(z),
        torch.tensor(target),
        tensor(weight),
        reduction=reduction,
        label_smoothing=0.1,
        ignore_index=-100,
    )
    ours = cross_entropy(
        z, target, weight=weight, reduction=reduction, label_smoothing=0.1, ignore_index=-100
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-13)
