"""The fused layer in blocks of classes: against whole rows in NumPy, and what it multiplies."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from gory.ops import _block_products, _products, linear_cross_entropy, set_threads

pytest.importorskip("numba")

LAYERS = [(20, 3, 17), (70, 40, 1500), (33, 50, 400), (1, 20, 3000)]
WORKSPACES = {"default": 2**26, "gradient's memory is borrowed": 2**17, "a class at a time": 1}


@pytest.fixture
def by_rows(monkeypatch):
    """Whether whole rows are seen, by NumPy, or blocks of at most 100 classes."""
    monkeypatch.setattr("gory.ops._class_blocks.BLOCK", 0)
    monkeypatch.setattr("gory.ops._class_blocks.LEAST", 100)
    monkeypatch.setattr("gory.ops._class_blocks.LEAST_OF_TWO", 50)
    monkeypatch.setattr("gory.ops._kernels.COMPILE_FROM", 0)

    def switch(on):
        monkeypatch.setattr("gory.ops._kernels.numba_exists", lambda: not on)

    return switch


@pytest.fixture(params=[1, 3], ids=["one-thread", "three-threads"])
def threads(request, monkeypatch):
    monkeypatch.setattr("gory.ops._threads.SERIAL_BELOW", 0)
    monkeypatch.setattr("gory.ops._threads.PIECE", 1)
    set_threads(request.param)
    yield request.param
    set_threads(None)


def difficult_layer(shape, dtype, rng):
    """A layer with certain rows, ties and an impossible class, and directions in it."""
    n, d, k = shape
    X, W = (rng.normal(size=(rows, d)).astype(dtype) for rows in (n, k))
    W[1] *= 40
    W[2] = W[0]
    bias = rng.normal(size=k).astype(dtype)
    bias[k // 2] = -np.inf
    labels = rng.choice(np.delete(np.arange(k), k // 2), n)
    options = {"bias": bias, "weight": rng.uniform(0.5, 2, k), "ignore_index": int(labels[-1])}
    directions = {
        name: rng.normal(size=a.shape).astype(dtype) for name, a in (("dX", X), ("dW", W))
    }
    return (X, W, labels), options, directions


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", LAYERS)
@pytest.mark.parametrize("max_workspace", WORKSPACES.values(), ids=WORKSPACES)
def test_blocks_give_what_whole_rows_give(shape, dtype, max_workspace, threads, rng, by_rows):
    layer, options, directions = difficult_layer(shape, dtype, rng)
    options["max_workspace"] = max_workspace

    def everything():
        value, gradients = linear_cross_entropy.value_and_grad(*layer, **options)
        product = linear_cross_entropy.hvp(*layer, **directions, **options)
        along_w = linear_cross_entropy.hvp(*layer, dW=directions["dW"], wrt=("W",), **options)
        alone = linear_cross_entropy(*layer, **options)
        return value, alone, *gradients[:3], *product[:3], along_w.W

    by_rows(False)
    blocks = everything()
    by_rows(True)
    tolerance = 300 * np.finfo(dtype).eps
    for ours, theirs in zip(blocks, everything(), strict=True):
        scale = np.abs(theirs).max()
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * scale)


def test_the_same_call_gives_the_same_bits_again(threads, rng, by_rows):
    layer, options, directions = difficult_layer((70, 40, 1500), np.float32, rng)
    by_rows(False)
    first, *others = (linear_cross_entropy.hvp(*layer, **directions, **options) for _ in range(3))
    for other in others:
        np.testing.assert_array_equal(other.X, first.X)
        np.testing.assert_array_equal(other.W, first.W)


@pytest.mark.parametrize("gap", [5.0, 40.0, 80.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_digits_are_kept_where_the_label_is_nearly_certain(gap, dtype, by_rows):
    k, label = 250, 120
    W = np.zeros((k, 1), dtype)
    W[label] = gap
    by_rows(False)
    X = np.ones((1, 1), dtype)
    value, gradients = linear_cross_entropy.value_and_grad(X, W, [label])
    others = (k - 1) * np.exp(-gap)
    tolerance = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(value, np.log1p(others), rtol=tolerance)
    np.testing.assert_allclose(gradients.W[label], -others / (1 + others), rtol=tolerance)
    np.testing.assert_allclose(gradients.W[0], np.exp(-gap) / (1 + others), rtol=tolerance)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_class_without_a_number_makes_its_rows_undefined(wrong, rng, by_rows):
    X, W, bias = rng.normal(size=(4, 3)), rng.normal(size=(300, 3)), np.zeros(300)
    bias[150] = wrong
    by_rows(False)
    labels, weight = [0, 150, 299, 7], [1.0, 1.0, 1.0, 0.0]
    value, gradients = linear_cross_entropy.value_and_grad(
        X, W, labels, bias=bias, sample_weight=weight, reduction="none"
    )
    np.testing.assert_array_equal(np.isnan(value), [True, True, True, False])
    np.testing.assert_array_equal(np.isnan(gradients.X).any(1), [True, True, True, False])


PRODUCTS = {
    "value": (1, "__call__", {}),
    "dX": (2, "value_and_grad", {"wrt": ("X",)}),
    "dW": (2, "value_and_grad", {"wrt": ("W",)}),
    "db": (1, "value_and_grad", {"wrt": ("bias",)}),
    "dX and dW": (3, "value_and_grad", {}),
    "along dW": (2, "jvp", {"dW": True}),
    "along dX and dW": (3, "jvp", {"dX": True, "dW": True}),
    "product in W": (3, "hvp", {"dW": True, "wrt": ("W",)}),
    "product in X": (3, "hvp", {"dX": True, "wrt": ("X",)}),
    "everything": (7, "hvp", {"dX": True, "dW": True}),
}
CLASSES = 330
WAYS = {"blocks": {}, "rows": {"label_smoothing": 0.1}}


@pytest.fixture
def multiplications(monkeypatch):
    """The size m n k of every product."""
    done, multiply = [], _products._multiply

    def counted(a, b, c, *, add):
        done.append(a.size * b.shape[1])
        multiply(a, b, c, add=add)

    def of_blocks(products):
        for product in products:
            sizes = [product.a.rows, product.a.columns, product.b.columns]
            # Every class is in one block.
            done.append(
                prod(CLASSES if size == _block_products.CLASSES else size for size in sizes)
            )
        return _block_products.product_numbers(products)

    monkeypatch.setattr(_products, "SMALL", 0)
    monkeypatch.setattr(_products, "_multiply", counted)
    monkeypatch.setattr("gory.ops._class_blocks.product_numbers", of_blocks)
    monkeypatch.setattr("gory.ops._linear_blocks.product_numbers", of_blocks)
    return done


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("case", PRODUCTS.values(), ids=PRODUCTS)
def test_only_products_that_are_needed_are_computed(case, way, rng, multiplications, by_rows):
    expected, verb, options = case
    X, W = rng.normal(size=(40, 20)), rng.normal(size=(CLASSES, 20))
    given = {"dX": np.ones_like(X), "dW": np.ones_like(W)}
    options = {name: given.get(name, value) for name, value in options.items()}
    by_rows(False)
    getattr(linear_cross_entropy, verb)(X, W, rng.integers(0, CLASSES, 40), **options, **way)
    assert sum(multiplications) == expected * X.size * len(W)


def test_a_fourth_product_makes_up_for_missing_memory(rng, multiplications, by_rows):
    X, W = rng.normal(size=(40, 64)), rng.normal(size=(CLASSES, 64))
    by_rows(False)
    linear_cross_entropy.hvp(X, W, np.zeros(40, int), dW=W, wrt=("W",), max_workspace=2**16)
    assert sum(multiplications) == 4 * X.size * len(W)
