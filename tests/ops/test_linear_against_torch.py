"""The fused linear loss against automatic differentiation of the layer written out."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from gory.ops import LinearGradients, cross_entropy, linear_cross_entropy

torch = pytest.importorskip("torch")

N, D, K = 23, 4, 5
SHAPES = {"small": (N, D, K), "no-rows": (0, 3, 4), "one-of-each": (1, 1, 1), "two": (3, 2, 2)}
OPTIONS = {
    "plain": {},
    "sum": {"reduction": "sum"},
    "none": {"reduction": "none"},
    "smoothing": {"label_smoothing": 0.1},
    "temperature-cap": {"temperature": 1.5, "softcap": 2.0, "reduction": "none"},
    "z-loss": {"z_loss": 0.1, "reduction": "sum"},
    "weights": {"weight": True, "sample_weight": True, "ignore_index": 0},
}


@pytest.fixture(autouse=True, params=["numpy", "blas"])
def products(request, monkeypatch):
    """Every test runs with NumPy's products and with those of BLAS that add in place."""
    if request.param == "blas":
        monkeypatch.setattr("gory.ops._products.SMALL", 0)


@pytest.fixture(params=SHAPES.values(), ids=SHAPES)
def shape(request):
    return request.param


@pytest.fixture(params=OPTIONS.values(), ids=OPTIONS)
def options(request, shape, rng):
    chosen = dict(request.param)
    if "weight" in chosen:
        chosen["weight"] = rng.uniform(0.5, 2, shape[2])
        chosen["sample_weight"] = rng.uniform(0.5, 2, shape[0])
    return chosen


@pytest.fixture(params=[True, False], ids=["bias", "no-bias"])
def layer(request, shape, rng):
    n, d, k = shape
    X, W = rng.normal(size=(n, d)), rng.normal(size=(k, d))
    target = rng.integers(0, k, n)
    return X, W, rng.normal(size=k) if request.param else None, target


def tensors(*arrays):
    return [torch.tensor(a, requires_grad=True) for a in arrays if a is not None]


def written_out(target, options):
    """The loss as a torch function of X, W and perhaps bias."""

    def loss(x, w, b=None):
        z = x @ w.T if b is None else x @ w.T + b
        cap = options.get("softcap")
        z = z if cap is None else cap * torch.tanh(z / cap)
        log_p = torch.log_softmax(z / options.get("temperature", 1.0), 1)
        share, k = options.get("label_smoothing", 0.0), z.shape[1]
        y = torch.nn.functional.one_hot(torch.tensor(target), k).double()
        weight = torch.tensor(options.get("weight", np.ones(k)))
        q = weight * ((1 - share) * y + share / k)
        rows = -(q * log_p).sum(1)
        rows = rows + options.get("z_loss", 0.0) * torch.logsumexp(z, 1) ** 2
        kept = torch.tensor(target != options.get("ignore_index", -1)).double()
        scale = kept * torch.tensor(options.get("sample_weight", np.ones(len(target))))
        reduction = options.get("reduction", "mean")
        if reduction == "none":
            return rows * scale
        total = (scale * (weight * y).sum(1)).sum() if reduction == "mean" else 1.0
        return (rows * scale).sum() / (total if total > 0 else 1.0)

    return loss


def close(ours, theirs):
    np.testing.assert_allclose(ours, np.asarray(theirs.detach()), rtol=1e-11, atol=1e-12)


def test_value_and_every_gradient(layer, options, rng):
    X, W, bias, target = layer
    variables = tensors(X, W, bias)
    loss = written_out(target, options)(*variables)
    g = rng.normal(size=loss.shape)
    expected = torch.autograd.grad(loss, variables, torch.tensor(g))
    value, gradients = linear_cross_entropy.value_and_grad(
        X, W, target, bias=bias, upstream=g, max_workspace=2000, **options
    )
    close(value, loss)
    for ours, theirs in zip(gradients, expected, strict=False):
        close(ours, theirs)
    close(linear_cross_entropy(X, W, target, bias=bias, **options), loss)
    again = linear_cross_entropy.vjp(X, W, target, g, bias=bias, **options)
    close(again.W, expected[1])


@pytest.mark.parametrize("wrt", [("X",), ("W",), ("bias",), ("W", "bias"), ()])
def test_only_what_is_asked_for_is_returned(wrt, rng):
    X, W, bias = rng.normal(size=(6, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)
    target = rng.integers(0, 4, 6)
    whole = linear_cross_entropy.value_and_grad(X, W, target, bias=bias)[1]
    part = linear_cross_entropy.value_and_grad(X, W, target, bias=bias, wrt=wrt)[1]
    for name in ("X", "W", "bias"):
        if name in wrt:
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name))
        else:
            assert getattr(part, name) is None


def directions(layer, rng):
    X, W, bias, _ = layer
    given = {"dX": rng.normal(size=X.shape), "dW": rng.normal(size=W.shape)}
    if bias is not None:
        given["dbias"] = rng.normal(size=bias.shape)
    return given


def test_forward_derivative(layer, options, rng):
    X, W, bias, target = layer
    moves = directions(layer, rng)
    variables = tensors(X, W, bias)
    loss = written_out(target, options)(*variables)
    g = torch.zeros_like(loss, requires_grad=True)
    pulled = torch.autograd.grad(loss, variables, g, create_graph=True)
    along = sum((p * torch.tensor(m)).sum() for p, m in zip(pulled, moves.values(), strict=True))
    (expected,) = torch.autograd.grad(along, g)
    ours = linear_cross_entropy.jvp(X, W, target, bias=bias, max_workspace=2000, **moves, **options)
    close(ours, expected)


def test_hessian_product(layer, options, rng):
    X, W, bias, target = layer
    moves = directions(layer, rng)
    variables = tensors(X, W, bias)
    loss = written_out(target, options)(*variables).sum()
    gradients = torch.autograd.grad(loss, variables, create_graph=True)
    along = sum((p * torch.tensor(m)).sum() for p, m in zip(gradients, moves.values(), strict=True))
    expected = torch.autograd.grad(along, variables)
    ours = linear_cross_entropy.hvp(X, W, target, bias=bias, max_workspace=2000, **moves, **options)
    for mine, theirs in zip(ours, expected, strict=False):
        close(mine, theirs)


def test_gauss_newton_in_the_weights_is_the_hessian(layer, rng):
    X, W, bias, target = layer
    moves = {k: v for k, v in directions(layer, rng).items() if k != "dX"}
    hessian = linear_cross_entropy.hvp(X, W, target, bias=bias, **moves)
    other = linear_cross_entropy.gauss_newton(X, W, target, bias=bias, **moves)
    np.testing.assert_allclose(other.W, hessian.W, rtol=1e-13, atol=1e-15)


def test_gauss_newton_is_the_layers_jacobian_around_the_loss_hessian(rng):
    X, W, bias = rng.normal(size=(7, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)
    target = rng.integers(0, 4, 7)
    dX, dW, db = rng.normal(size=X.shape), rng.normal(size=W.shape), rng.normal(size=4)
    moved = dX @ W.T + X @ dW.T + db
    middle = cross_entropy.hvp(X @ W.T + bias, target, moved)
    ours = linear_cross_entropy.gauss_newton(X, W, target, bias=bias, dX=dX, dW=dW, dbias=db)
    np.testing.assert_allclose(ours.X, middle @ W, rtol=1e-12)
    np.testing.assert_allclose(ours.W, middle.T @ X, rtol=1e-12)
    np.testing.assert_allclose(ours.bias, middle.sum(0), rtol=1e-12)


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize("options", [{}, {"softcap": 2.0, "z_loss": 0.1, "label_smoothing": 0.2}])
def test_hessian_is_made_of_hessian_products(with_bias, options, rng):
    X, W = rng.normal(size=(6, 2)), rng.normal(size=(3, 2))
    bias = rng.normal(size=3) if with_bias else None
    target = rng.integers(0, 3, 6)
    matrix = linear_cross_entropy.hessian(X, W, target, bias=bias, **options)
    dW, db = rng.normal(size=W.shape), rng.normal(size=3) if with_bias else None
    product = linear_cross_entropy.hvp(X, W, target, bias=bias, dW=dW, dbias=db, **options)
    direction, expected = (dW, product.W)
    if with_bias:
        direction = np.column_stack([dW, db])
        expected = np.column_stack([product.W, product.bias])
    np.testing.assert_allclose(matrix @ direction.ravel(), expected.ravel(), rtol=1e-11)
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-12, atol=1e-15)


def test_jacobian_rows_are_the_gradients_of_single_rows(rng):
    X, W, bias = rng.normal(size=(5, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)
    target = rng.integers(0, 4, 5)
    whole = linear_cross_entropy.jacobian(X, W, target, bias=bias, reduction="none")
    for i in range(5):
        one = linear_cross_entropy.jacobian(X[[i]], W, target[[i]], bias=bias)
        np.testing.assert_allclose(whole.X[i], one.X[0], rtol=1e-13)
        np.testing.assert_allclose(whole.W[i], one.W, rtol=1e-13)
        np.testing.assert_allclose(whole.bias[i], one.bias, rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_lower_precision_inputs(dtype, rng):
    X, W = rng.normal(size=(9, 4)).astype(dtype), rng.normal(size=(5, 4)).astype(dtype)
    target = rng.integers(0, 5, 9)
    value, gradients = linear_cross_entropy.value_and_grad(X, W, target)
    exact = linear_cross_entropy.value_and_grad(X.astype(float), W.astype(float), target)
    assert value.dtype == gradients.W.dtype == gradients.X.dtype == dtype
    tolerance = 20 * np.finfo(dtype).eps
    np.testing.assert_allclose(value, exact[0], rtol=tolerance)
    np.testing.assert_allclose(gradients.W, exact[1].W, rtol=tolerance, atol=tolerance / 5)


def test_report_is_what_the_rows_say(rng):
    X, W, bias = rng.normal(size=(9, 4)), rng.normal(size=(6, 4)), rng.normal(size=6)
    target = rng.integers(0, 6, 9)
    report = linear_cross_entropy.report(X, W, target, bias=bias, max_workspace=3000)
    d = torch.distributions.Categorical(logits=torch.tensor(X @ W.T + bias))
    close(report.entropy, d.entropy())
    close(report.log_probability, d.log_prob(torch.tensor(target)))
    np.testing.assert_array_equal(report.argmax, (X @ W.T + bias).argmax(1))
    close(report.logsumexp, torch.logsumexp(torch.tensor(X @ W.T + bias), 1))
    assert linear_cross_entropy.report(X, W).log_probability is None


def test_probability_targets(rng):
    X, W = rng.normal(size=(9, 4)), rng.normal(size=(5, 4))
    target = rng.dirichlet(np.ones(5), 9)
    value, gradients = linear_cross_entropy.value_and_grad(X, W, target, max_workspace=1000)
    expected = cross_entropy.value_and_grad(X @ W.T, target)
    np.testing.assert_allclose(value, expected[0], rtol=1e-13)
    np.testing.assert_allclose(gradients.W, expected[1].T @ X, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
def test_gradients_are_written_to_out(dtype, order, rng):
    X, W = rng.normal(size=(N, D)).astype(dtype), rng.normal(size=(K, D)).astype(dtype)
    bias, target = rng.normal(size=K).astype(dtype), rng.integers(0, K, N)
    out = LinearGradients(
        X=np.full_like(X, 7, order=order), W=np.full_like(W, 7, order=order), bias=np.ones(K, dtype)
    )
    for verb, direction in (("value_and_grad", {}), ("hvp", {"dW": W + 1}), ("vjp", {})):
        arguments = (X, W, target, 2.0) if verb == "vjp" else (X, W, target)
        call = getattr(linear_cross_entropy, verb)
        expected = call(*arguments, bias=bias, **direction)
        found = call(*arguments, bias=bias, out=out, **direction)
        if verb == "value_and_grad":
            (value, found), (same, expected) = found, expected
            assert value == same
        for given, ours, theirs in zip(out[:3], found[:3], expected[:3], strict=True):
            assert ours is given
            np.testing.assert_array_equal(ours, theirs)


def test_parts_without_memory_are_allocated(rng):
    X, W = rng.normal(size=(N, D)), rng.normal(size=(K, D))
    out = LinearGradients(W=np.zeros((K, D)))
    _, found = linear_cross_entropy.value_and_grad(X, W, rng.integers(0, K, N), out=out)
    assert found.W is out.W
    assert found.X is not None
    assert found.X.shape == (N, D)


@pytest.mark.parametrize("verb", ["value_and_grad", "jvp", "hvp"])
def test_logits_are_never_there_as_a_whole(verb, rng):
    n, d, k, room = 2000, 4, 3000, 4 * 2**20
    X, W = rng.normal(size=(n, d)).astype("f"), rng.normal(size=(k, d)).astype("f")
    labels, options = rng.integers(0, k, n), {"max_workspace": room}
    if verb != "value_and_grad":
        options |= {"dW": np.ones_like(W)}
    compute = getattr(linear_cross_entropy, verb)
    compute(X[:64], W, labels[:64], **options)  # kernels are compiled
    tracemalloc.start()
    compute(X, W, labels, **options)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    results = 4 * (X.nbytes + W.nbytes) + 16 * X.shape[0] * 8
    assert peak < room + results < 4 * n * k
