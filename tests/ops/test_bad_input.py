"""Mistakes are named, with the argument and the value, before anything is written."""

from __future__ import annotations

import numpy as np
import pytest

from gory.ops import (
    DTypeError,
    LinearGradients,
    OperatorError,
    RangeError,
    ShapeError,
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

Z = np.zeros((4, 3))
LABELS = np.array([0, 1, 2, 0])


@pytest.mark.parametrize("operator", [softmax, log_softmax, logsumexp])
@pytest.mark.parametrize(
    ("kind", "message", "arguments", "options"),
    [
        (DTypeError, "dtype <U1", (["a", "b"],), {}),
        (DTypeError, "complex128", (np.zeros(3, complex),), {}),
        (DTypeError, "bool", (np.zeros(3, bool),), {}),
        (DTypeError, "z is a masked array", (np.ma.masked_greater([1.0, 2.0], 1),), {}),
        (ShapeError, "Pass rows of one length", ([[1.0, 2.0], [3.0]],), {}),
        (ShapeError, "single number", (3.0,), {}),
        (ShapeError, "axis is 2", (Z,), {"axis": 2}),
        (DTypeError, "axis is 1.5", (Z,), {"axis": 1.5}),
        (RangeError, "temperature is 0", (Z,), {"temperature": 0}),
        (RangeError, "temperature is -1", (Z,), {"temperature": -1.0}),
        (RangeError, "temperature is nan", (Z,), {"temperature": float("nan")}),
        (DTypeError, "temperature is 'hot'", (Z,), {"temperature": "hot"}),
        (DTypeError, "temperature is '2'", (Z,), {"temperature": "2"}),
        (RangeError, "softcap is 0", (Z,), {"softcap": 0.0}),
        (ShapeError, r"out has shape \(9,\)", (Z,), {"out": np.zeros(9)}),
        (DTypeError, "out is a list", (Z,), {"out": [0.0]}),
    ],
)
def test_softmax_family(operator, kind, message, arguments, options):
    with pytest.raises(kind, match=message):
        operator(*arguments, **options)


@pytest.mark.parametrize(
    ("kind", "message", "target", "options"),
    [
        (ShapeError, r"target has shape \(3,\) but the logits", LABELS[:3], {}),
        (ShapeError, "pass class indices of shape", np.zeros((4, 2)), {}),
        (RangeError, r"target\[1\] is 3 but there are 3 classes", [0, 3, 0, 0], {}),
        (RangeError, r"target\[0\] is -1", [-1, 0, 0, 0], {}),
        (RangeError, r"target\[2\] is 7", [-1, 0, 7, 0], {"ignore_index": -1}),
        (DTypeError, "target has dtype float64", LABELS.astype(float), {}),
        (DTypeError, "target has dtype bool", LABELS == 1, {}),
        (DTypeError, "target is a masked array", np.ma.masked_equal(LABELS, 1), {}),
        (RangeError, "sums to 0.9 in row 0", np.full((4, 3), 0.3), {}),
        (RangeError, "target is -1", np.array([[2.0, -1, 0]] * 4), {}),
        (RangeError, "target is nan", np.full((4, 3), np.nan), {}),
        (RangeError, "ignore_index is 1", np.full((4, 3), 1 / 3), {"ignore_index": 1}),
        (RangeError, r"weight\[1\] is -2", LABELS, {"weight": [1, -2.0, 1]}),
        (ShapeError, "weight has shape", LABELS, {"weight": [1.0, 2.0]}),
        (RangeError, r"sample_weight\[3\]", LABELS, {"sample_weight": [1, 1, 1, np.inf]}),
        (ShapeError, "sample_weight has shape", LABELS, {"sample_weight": [1.0]}),
        (RangeError, "label_smoothing is 1.5", LABELS, {"label_smoothing": 1.5}),
        (RangeError, "reduction is 'max'", LABELS, {"reduction": "max"}),
        (RangeError, "smoothing_over is 'some'", LABELS, {"smoothing_over": "some"}),
        (RangeError, "z_loss is -1", LABELS, {"z_loss": -1.0}),
        (DTypeError, "ignore_index is 1.0", LABELS, {"ignore_index": 1.0}),
        (TypeError, "did you mean label_smoothing", LABELS, {"label_smoothin": 0.1}),
    ],
)
@pytest.mark.parametrize("fused", [False, True], ids=["logits", "linear"])
def test_losses(kind, message, target, options, fused):
    operator = linear_cross_entropy if fused else cross_entropy
    inputs = (np.zeros((4, 2)), np.zeros((3, 2))) if fused else (Z,)
    with pytest.raises(kind, match=message) as caught:
        operator.value_and_grad(*inputs, target, **options)
    assert isinstance(caught.value, OperatorError)


def test_nothing_is_written_when_a_check_fails():
    out = np.full((4, 3), 7.0)
    with pytest.raises(RangeError):
        cross_entropy.value_and_grad(Z, [0, 1, 2, 3], out=out)
    with pytest.raises(RangeError):
        softmax(Z, temperature=0, out=out)
    assert (out == 7).all()


@pytest.mark.parametrize("overlap", [lambda z: z, lambda z: z[::-1], lambda z: z.reshape(4, 3)])
def test_out_must_not_be_the_input(overlap):
    z = np.zeros((4, 3))
    for call in (
        lambda: softmax(z, out=overlap(z)),
        lambda: log_softmax(z, out=overlap(z)),
        lambda: cross_entropy.value_and_grad(z, LABELS, out=overlap(z)),
        lambda: softmax.jvp(Z + 1, z, out=overlap(z)),
    ):
        with pytest.raises(RangeError, match="shares memory"):
            call()


def test_out_of_interleaved_memory_is_fine():
    both = np.ones((4, 6))
    softmax(both[:, ::2], out=both[:, 1::2])
    np.testing.assert_allclose(both[:, 1::2], 1 / 3)
    assert (both[:, ::2] == 1).all()


def test_out_must_be_writable_and_of_the_dtype_of_the_result():
    out = np.zeros((4, 3))
    out.flags.writeable = False
    with pytest.raises(RangeError, match="read-only"):
        softmax(Z, out=out)
    with pytest.raises(DTypeError, match="out has dtype float32"):
        softmax(Z, out=np.zeros((4, 3), np.float32))


def test_directions_must_fit():
    with pytest.raises(ShapeError, match="v has shape"):
        softmax.jvp(Z, np.zeros(3))
    with pytest.raises(ShapeError, match="upstream has shape"):
        cross_entropy.value_and_grad(Z, LABELS, upstream=np.ones(4))
    with pytest.raises(ShapeError, match="upstream has shape"):
        cross_entropy.value_and_grad(Z, LABELS, upstream=1.0, reduction="none")


@pytest.mark.parametrize(
    ("kind", "message", "arguments", "options"),
    [
        (ShapeError, "one row of W per class", (np.zeros((4, 2)), np.zeros((2, 3))), {}),
        (ShapeError, "bias has shape", (np.zeros((4, 2)), np.zeros((3, 2))), {"bias": [1.0]}),
        (
            DTypeError,
            "X has dtype float32",
            (np.zeros((4, 2), np.float32), np.zeros((3, 2))),
            {},
        ),
        (RangeError, "axis is not an option", (np.zeros((4, 2)), np.zeros((3, 2))), {"axis": 1}),
        (RangeError, "wrt contains", (np.zeros((4, 2)), np.zeros((3, 2))), {"wrt": ("Y",)}),
        (
            RangeError,
            "max_workspace is 0",
            (np.zeros((4, 2)), np.zeros((3, 2))),
            {"max_workspace": 0},
        ),
    ],
)
def test_linear_layer(kind, message, arguments, options):
    with pytest.raises(kind, match=message):
        linear_cross_entropy.value_and_grad(*arguments, LABELS, **options)


X, W = np.ones((4, 2)), np.ones((3, 2))


@pytest.mark.parametrize(
    ("kind", "message", "out"),
    [
        (DTypeError, "out is a tuple", (None, None, None)),
        (ShapeError, r"out.W has shape \(2, 3\)", LinearGradients(W=np.zeros((2, 3)))),
        (DTypeError, "out.X has dtype float32", LinearGradients(X=np.zeros((4, 2), np.float32))),
        (ShapeError, r"out.bias has shape \(2,\)", LinearGradients(bias=np.zeros(2))),
        (RangeError, "out.X shares memory with X", LinearGradients(X=X[::-1])),
        (RangeError, "out.W shares memory with W", LinearGradients(W=W)),
    ],
)
@pytest.mark.parametrize("verb", ["value_and_grad", "hvp"])
def test_gradients_of_the_fused_layer_go_where_they_fit(kind, message, out, verb):
    X_before, W_before = X.copy(), W.copy()
    options = {"dW": W + 1} if verb == "hvp" else {}
    with pytest.raises(kind, match=message):
        getattr(linear_cross_entropy, verb)(X, W, LABELS, bias=np.zeros(3), out=out, **options)
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(W, W_before)


def test_gradients_of_the_fused_layer_do_not_share_memory():
    both = np.zeros((7, 2))
    out = LinearGradients(X=both[:4], W=both[3:6])
    with pytest.raises(RangeError, match=r"out\.W shares memory with out\.X"):
        linear_cross_entropy.value_and_grad(X, W, LABELS, out=out)
    with pytest.raises(RangeError, match=r"target\[3\] is 5"):
        linear_cross_entropy.value_and_grad(X, W, [0, 1, 2, 5], out=LinearGradients(X=both[:4]))
    assert (both == 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hinge(Z, np.full((4, 3), 1 / 3)), "needs class indices"),
        (lambda: hinge(Z, LABELS, margin=-1), "margin is -1"),
        (lambda: hinge(Z, LABELS, kind="cubed"), "kind is 'cubed'"),
        (lambda: hinge(Z, LABELS, z_loss=0.1), "no meaning for a hinge"),
        (lambda: binary_cross_entropy(0.0, 2), "probability of class 1"),
        (lambda: binary_cross_entropy(0.0, -1), "labels \\+ 1"),
        (lambda: binary_cross_entropy([0.0], [0], axis=0), "axis is not an option"),
        (lambda: smooth_maximum([1.0], kind="max"), "kind is 'max'"),
        (lambda: smooth_maximum([1.0], sharpness=0.0), "sharpness is 0"),
        (lambda: smooth_maximum([1.0], kind="norm", sharpness=0.5), "order of a norm"),
        (lambda: smooth_maximum([1.0, 2, 3], kind="root"), "function of two"),
        (lambda: smooth_maximum([-9.0, -9, -9], kind="zero"), "no value"),
        (lambda: smooth_maximum(np.zeros((2, 0))), "has no maximum"),
        (lambda: sigmoid(["a"]), "dtype"),
    ],
)
def test_companions(call, message):
    with pytest.raises(OperatorError, match=message):
        call()


def test_structured_jacobian_refuses_what_has_no_solution():
    J = softmax.jacobian([1.0, 2.0, 3.0], structured=True)
    with pytest.raises(RangeError, match="always sums to 0"):
        J.solve([1.0, 0.0, 0.0])
    masked = softmax.jacobian([1.0, -np.inf, 3.0], structured=True)
    with pytest.raises(RangeError, match="a probability is 0"):
        masked.solve([1.0, 0.0, -1.0])
