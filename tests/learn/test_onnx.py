"""The ONNX graph of a model gives the model's probabilities and labels in onnxruntime."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from gory import SoftmaxRegression
from gory.learn import LearnError

from ._data import real

LABELS = {
    "numbers": lambda y: y,
    "text": lambda y: np.array(["Ä", "b", "c", "d", "e", "f", "g", "h", "i", "j"])[y],
    "yes or no": lambda y: y > 0,
    "floats": lambda y: y.astype(float),
}


def session(path):
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'gory[onnx]'")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    return runtime.InferenceSession(path)


@pytest.fixture(autouse=True)
def has_onnx(request):
    if "without" not in request.node.name:
        pytest.importorskip("onnx", reason="onnx is not installed: pip install 'gory[onnx]'")


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("name", ["iris", "digits", "breast_cancer"])
def test_onnxruntime_gives_the_probabilities_of_the_model(name, labels, fit_intercept, tmp_path):
    X, y = real(name)
    model = SoftmaxRegression(fit_intercept=fit_intercept, tol=1e-3).fit(X, LABELS[labels](y))
    model.to_onnx(tmp_path / "model.onnx")
    label, probabilities = session(tmp_path / "model.onnx").run(None, {"X": X.astype(np.float64)})
    np.testing.assert_allclose(probabilities, model.predict_proba(X), atol=1e-12)
    assert np.mean(np.asarray(label).astype(model.classes_.dtype) == model.predict(X)) == 1.0


def test_labels_that_onnx_does_not_know_are_refused(tmp_path):
    X, y = real("iris")
    model = SoftmaxRegression().fit(X, y + 0)
    model.classes_ = np.array([0.5, 1.5, 2.5])
    with pytest.raises(LearnError, match="whole numbers or text"):
        model.to_onnx(tmp_path / "model.onnx")


def test_without_onnx_the_error_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    model = SoftmaxRegression().fit(*real("iris"))
    with pytest.raises(LearnError, match=r"gory\[onnx\]"):
        model.to_onnx(tmp_path / "model.onnx")


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    model = SoftmaxRegression().fit(*real("iris"))
    with pytest.raises(LearnError, match="choose a folder"):
        model.to_onnx(tmp_path / "no" / "model.onnx")
