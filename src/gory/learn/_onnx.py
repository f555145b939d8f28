"""A fitted model as an ONNX graph: one product, one sum, one softmax, one look-up of the label.

The graph works in float64 like the model, so that onnxruntime gives the same probabilities. It
holds numbers and names, no code. Needs the package ``onnx`` (``pip install 'gory[onnx]'``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ._errors import LearnError, ModelFileError

if TYPE_CHECKING:
    from ._model import SoftmaxRegression

# The first operator set in which Softmax works along one axis.
_OPSET = 13
_IR_VERSION = 8


def to_onnx(model: SoftmaxRegression, path: str | Path, /) -> None:
    """Write a fitted model as an ONNX file.

    The graph has the input ``X`` (float64, shape (n, d)) and the outputs ``label`` (shape (n,)) and
    ``probabilities`` (float64, shape (n, K), columns in the order of ``classes_``).

    Parameters
    ----------
    model : SoftmaxRegression
        Fitted.
    path : str or Path

    Raises
    ------
    LearnError
        The package ``onnx`` is not installed, the labels are neither whole numbers nor text, or
        the file cannot be written.

    Examples
    --------
    >>> from gory import SoftmaxRegression
    >>> import tempfile, pathlib
    >>> model = SoftmaxRegression().fit([[0.0], [1.0]], ["no", "yes"])
    >>> path = pathlib.Path(tempfile.mkdtemp(), "model.onnx")
    >>> to_onnx(model, path)                                       # doctest: +SKIP
    >>> import onnxruntime                                         # doctest: +SKIP
    >>> session = onnxruntime.InferenceSession(path)               # doctest: +SKIP
    >>> label, probabilities = session.run(None, {"X": [[2.0]]})   # doctest: +SKIP
    """
    check_is_fitted(model)
    try:
        import onnx
    except ImportError as error:
        raise LearnError(
            "writing ONNX needs the package onnx, which is not installed; "
            "pip install 'gory[onnx]', or keep the model with save(), which needs nothing"
        ) from error
    graph = _graph(onnx, model._rows(), model.n_features_in_, _labels(model.classes_))
    operators = [onnx.helper.make_opsetid("", _OPSET)]
    document = onnx.helper.make_model(
        graph, producer_name="gory", opset_imports=operators, ir_version=_IR_VERSION
    )
    onnx.checker.check_model(document)
    try:
        Path(path).write_bytes(document.SerializeToString())
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be written: {error.strerror or error}; choose a folder that exists and "
            "may be written to."
        ) from None


def _labels(classes: Any) -> Any:
    """The labels as ONNX has them: 64-bit integers or text."""
    if classes.dtype.kind in "biu":
        return classes.astype(np.int64)
    if all(isinstance(label, str) for label in classes.tolist()):
        return classes.astype(object)
    if classes.dtype.kind == "f" and np.array_equal(classes, np.round(classes)):
        return classes.astype(np.int64)
    raise LearnError(
        f"the labels are of type {classes.dtype}, such as {classes[0]!r}, but an ONNX graph gives "
        "whole numbers or text; fit the model to labels of one of these kinds"
    )


def _graph(onnx: Any, rows: Any, n_features: int, labels: Any) -> Any:
    helper, types = onnx.helper, onnx.TensorProto
    text = labels.dtype == object
    kind = types.STRING if text else types.INT64
    values = [label.encode() for label in labels] if text else labels.tolist()
    constants = [
        onnx.numpy_helper.from_array(np.ascontiguousarray(rows[:, :n_features].T), "weights"),
        onnx.numpy_helper.from_array(np.ascontiguousarray(rows[:, n_features]), "bias"),
        helper.make_tensor("classes", kind, [len(labels)], values),
    ]
    nodes = [
        helper.make_node("MatMul", ["X", "weights"], ["products"]),
        helper.make_node("Add", ["products", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["logits"], ["best"], axis=1, keepdims=0),
        helper.make_node("Gather", ["classes", "best"], ["label"], axis=0),
    ]
    inputs = [helper.make_tensor_value_info("X", types.DOUBLE, ["n", n_features])]
    outputs = [
        helper.make_tensor_value_info("label", kind, ["n"]),
        helper.make_tensor_value_info("probabilities", types.DOUBLE, ["n", len(labels)]),
    ]
    return helper.make_graph(nodes, "softmax_regression", inputs, outputs, constants)
