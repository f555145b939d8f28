"""Models on disk: safetensors for the arrays, JSON for everything else, never code.

The file is one safetensors file. Its metadata holds one JSON document (schema number, options,
classes, encoding of the table) and a SHA-256 digest of that document and all arrays. Nothing in it
is executed when it is loaded, and a file that is cut short, changed, or of another kind is refused.
It is written beside its destination and moved there whole, so no reader ever sees half of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ._encoding import ColumnEncoding, Encoding
from ._errors import ModelFileError

SCHEMA = 1

_PARAMETERS = (
    "penalty",
    "l1_ratio",
    "fit_intercept",
    "tol",
    "max_passes",
    "solver",
    "warm_start",
)


@dataclass(frozen=True)
class Trained:
    """A model together with the encoding of the table it was trained on (or None)."""

    model: Any
    encoding: Encoding | None


def save(path: str | Path, model: Any, /, *, encoding: Encoding | None = None) -> None:
    """Write a fitted model to a file.

    Parameters
    ----------
    path : str or Path
        Replaced as a whole where it exists.
    model : SoftmaxRegression
        Fitted, with labels that are strings, whole numbers or booleans.
    encoding : Encoding, optional
        How the table became features, needed to predict tables.

    Raises
    ------
    ModelFileError
        The labels cannot be written, or the folder cannot.
    """
    from sklearn.utils.validation import check_is_fitted

    check_is_fitted(model)
    arrays = {"coef": model.coef_, "intercept": model.intercept_}
    write_whole(Path(path), _describe(model, encoding), arrays)


def load(path: str | Path, /) -> Trained:
    """Read a model that `save` wrote.

    Returns
    -------
    Trained
        The fitted model and its encoding.

    Raises
    ------
    ModelFileError
        The file is missing, cut short, changed since it was written, or not a model.
    """
    document, arrays = read_whole(Path(path))
    if document.get("kind") != "SoftmaxRegression":
        raise ModelFileError(
            f"{path} holds a {document.get('kind', 'file of another kind')}, not a model; give the "
            "file that save wrote."
        )
    return _rebuild(document, arrays)


def _describe(model: Any, encoding: Encoding | None) -> dict[str, Any]:
    classes = np.asarray(model.classes_)
    if classes.dtype.kind == "O" and all(isinstance(c, str) for c in classes):
        classes = classes.astype(str)
    if classes.dtype.kind not in "iubU":
        raise ModelFileError(
            f"the labels are of type {classes.dtype}, which a model file cannot hold; train with "
            "labels that are strings or whole numbers."
        )
    names = getattr(model, "feature_names_in_", None)
    C = getattr(model, "C_", model.C)  # the one that cross-validation chose
    return {
        "schema": SCHEMA,
        "kind": "SoftmaxRegression",
        "parameters": {"C": C, **{name: getattr(model, name, None) for name in _PARAMETERS}},
        "classes": classes.tolist(),
        "classes_type": classes.dtype.str,
        "feature_names": None if names is None else list(names),
        "n_iterations": int(model.n_iter_[0]),
        "rel_gap": model.rel_gap_,
        "loss": model.loss_,
        "passes": model.n_passes_,
        "chosen_solver": model.solver_,
        "encoding": None if encoding is None else asdict(encoding),
    }


def _digest(document: str, arrays: dict[str, Any]) -> str:
    summary = hashlib.sha256(document.encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        summary.update(f"{name} {array.dtype.str} {array.shape}".encode())
        summary.update(array.tobytes())
    return summary.hexdigest()


def write_whole(path: Path, document: dict[str, Any], arrays: dict[str, Any], /) -> None:
    """Write a document and arrays with their digest, completely or not at all."""
    from safetensors.numpy import save as to_bytes

    text = json.dumps(document, sort_keys=True, allow_nan=True)
    content = to_bytes(arrays, metadata={"gory": text, "digest": _digest(text, arrays)})
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be written: {error.strerror or error}; choose a folder "
            "that exists and may be written to."
        ) from None


def read_whole(path: Path, /) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document and the arrays that `write_whole` wrote; refuses anything else."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as stream:
            metadata = stream.metadata() or {}
            arrays = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise ModelFileError(f"{path} does not exist; check the spelling and the folder.") from None
    except (SafetensorError, OSError, ValueError, KeyError, TypeError):
        raise ModelFileError(
            f"{path} is not a model file, or it is damaged or cut short; save the model again, or "
            "copy the file again from where it came."
        ) from None
    text = metadata.get("gory", "")
    if not text:
        raise ModelFileError(f"{path} is a safetensors file, but not one that gory wrote.")
    if _digest(text, arrays) != metadata.get("digest"):
        raise ModelFileError(
            f"{path} was changed after it was written (its digest does not match), so its "
            "predictions cannot be trusted; save the model again."
        )
    document = json.loads(text)
    if document.get("schema") != SCHEMA:
        raise ModelFileError(
            f"{path} was written in schema {document.get('schema')!r}, this version reads schema "
            f"{SCHEMA}; use the version of gory that wrote it, or train again."
        )
    return document, arrays


def _rebuild(document: dict[str, Any], arrays: dict[str, Any]) -> Trained:
    from ._model import SoftmaxRegression

    model = SoftmaxRegression(**document["parameters"])
    model.classes_ = np.array(document["classes"], dtype=np.dtype(document["classes_type"]))
    model.coef_, model.intercept_ = arrays["coef"], arrays["intercept"]
    model.n_features_in_ = model.coef_.shape[1]
    if document["feature_names"] is not None:
        model.feature_names_in_ = np.array(document["feature_names"], dtype=object)
    model.n_iter_ = np.array([document["n_iterations"]], dtype=np.int32)
    model.rel_gap_, model.loss_ = document["rel_gap"], document["loss"]
    model.n_passes_, model.solver_ = document["passes"], document["chosen_solver"]
    model.history_ = []
    return Trained(model, _encoding(document["encoding"]))


def _encoding(plain: dict[str, Any] | None) -> Encoding | None:
    if plain is None:
        return None
    columns = tuple(
        ColumnEncoding(**{**column, "categories": tuple(column["categories"])})
        for column in plain["columns"]
    )
    return Encoding(plain["target"], columns, plain["n_rows"])
