"""Models on disk: what comes back, and which files are refused."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gory.learn import (
    DataError,
    ModelFileError,
    SoftmaxRegression,
    SoftmaxRegressionCV,
    learn_encoding,
    load,
    predict_table,
    read_table,
    save,
)

from ._data import real

PENGUINS = Path(__file__).parents[2] / "examples" / "penguins.csv"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model of the penguins and the file it was saved in."""
    table = read_table(PENGUINS, target="species")
    encoding = learn_encoding(table)
    model = SoftmaxRegression(C=0.5).fit(encoding.features(table), table.labels)
    path = tmp_path_factory.mktemp("model") / "penguins.gory"
    model.save(path, encoding=encoding)
    return model, encoding, path


def test_what_is_loaded_predicts_the_same(trained):
    model, encoding, path = trained
    back = load(path)
    assert back.encoding == encoding
    assert back.model.get_params() == model.get_params()
    X = encoding.features(read_table(PENGUINS, target="species"))
    np.testing.assert_array_equal(back.model.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(back.model.predict(X), model.predict(X))
    assert back.model.rel_gap_ == model.rel_gap_


@pytest.mark.parametrize(
    "labels",
    [np.array([3, 1, 2]), np.array(["ü", "b", "c"]), np.array(["x", "y", "z"], dtype=object)],
    ids=["int", "str", "object"],
)
def test_labels_of_every_type_come_back(labels, tmp_path):
    X, y = real("iris")
    model = SoftmaxRegression().fit(X, labels[y])
    model.save(tmp_path / "m")
    assert load(tmp_path / "m").model.predict(X).tolist() == model.predict(X).tolist()


def test_infinite_C_survives(tmp_path):
    X, y = real("iris")
    noisy = np.where(np.arange(len(y)) % 5 == 0, (y + 1) % 3, y)
    SoftmaxRegression(C=np.inf).fit(X, noisy).save(tmp_path / "m")
    assert np.isinf(load(tmp_path / "m").model.C)


def test_a_file_of_rows_is_predicted_and_scored(trained):
    model, encoding, path = trained
    result = predict_table(load(path), PENGUINS)
    assert result.classes == ("Adelie", "Chinstrap", "Gentoo")
    assert result.accuracy == model.score(
        encoding.features(read_table(PENGUINS)), result.true_labels
    )


def test_rows_without_the_target_are_predicted(trained, tmp_path):
    header, *lines = PENGUINS.read_text().splitlines()
    rows = [line.split(",", 1)[1] for line in [header, *lines[:5]]]
    (tmp_path / "rows.csv").write_text("\n".join(rows) + "\n")
    result = predict_table(load(trained[2]), tmp_path / "rows.csv")
    assert result.true_labels is None
    assert result.accuracy is None
    assert result.labels.tolist() == ["Adelie"] * 5


SPOILED_ROWS = {
    "a column is absent": ("island", None, "has no column 'island'"),
    "text for a number": ("year", "lately", "holds text"),
    "an unseen category": ("island", "Ross", r"holds 'Ross' in row 1"),
    "an unseen label": ("species", "Emperor", r"the label 'Emperor'"),
    "infinity": ("year", "inf", "holds inf"),
}


@pytest.mark.parametrize("case", SPOILED_ROWS)
def test_rows_that_do_not_fit_the_model_are_refused(case, trained, tmp_path):
    name, value, words = SPOILED_ROWS[case]
    header, first = (line.split(",") for line in PENGUINS.read_text().splitlines()[:2])
    place = header.index(name)
    if value is None:
        del header[place], first[place]
    else:
        first[place] = value
    (tmp_path / "rows.csv").write_text(",".join(header) + "\n" + ",".join(first) + "\n")
    with pytest.raises(DataError, match=words):
        predict_table(load(trained[2]), tmp_path / "rows.csv")


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_is_noticed_or_changes_nothing(trained, tmp_path_factory, data):
    content = bytearray(trained[2].read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "changed"
    path.write_bytes(content)
    try:
        back = load(path)
    except ModelFileError:
        return
    # Blanks that pad the header carry no meaning.
    assert back.encoding == trained[1]
    np.testing.assert_array_equal(back.model.coef_, trained[0].coef_)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.999])
def test_a_file_that_was_cut_short_is_refused(share, trained, tmp_path):
    content = trained[2].read_bytes()
    (tmp_path / "cut").write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelFileError, match="cut short"):
        load(tmp_path / "cut")


def test_other_files_are_refused(tmp_path):
    from safetensors.numpy import save_file

    with pytest.raises(ModelFileError, match="does not exist"):
        load(tmp_path / "none")
    (tmp_path / "text").write_text("species,island\n" * 20)
    with pytest.raises(ModelFileError, match="not a model file"):
        load(tmp_path / "text")
    save_file({"a": np.zeros(3)}, tmp_path / "tensors")
    with pytest.raises(ModelFileError, match="not one that gory wrote"):
        load(tmp_path / "tensors")


def test_a_later_schema_is_refused_by_number(trained, tmp_path):
    from gory.learn._store import _digest

    content = trained[2].read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + size])
    document = json.loads(header["__metadata__"]["gory"])
    document["schema"] = 99
    text = json.dumps(document)
    arrays = {"coef": trained[0].coef_, "intercept": trained[0].intercept_}
    header["__metadata__"] = {"gory": text, "digest": _digest(text, arrays)}
    head = json.dumps(header).encode()
    (tmp_path / "late").write_bytes(struct.pack("<Q", len(head)) + head + content[8 + size :])
    with pytest.raises(ModelFileError, match="schema 99"):
        load(tmp_path / "late")


def test_a_failed_write_leaves_the_old_file_alone(trained, tmp_path, monkeypatch):
    path = tmp_path / "model"
    save(path, trained[0])
    before = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ModelFileError, match="No space left"):
        save(path, trained[0])
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_a_folder_that_does_not_exist(trained, tmp_path):
    with pytest.raises(ModelFileError, match="choose a folder"):
        save(tmp_path / "no" / "model", trained[0])


def test_the_penalty_and_the_chosen_strength_are_kept(tmp_path):
    X, y = real("iris")
    firth = SoftmaxRegression(penalty="firth").fit(X[:, :2], y)
    chosen = SoftmaxRegressionCV([0.1, 3.0], cv=3).fit(X, y)
    save(tmp_path / "firth", firth)
    save(tmp_path / "chosen", chosen)
    loaded = load(tmp_path / "firth").model
    assert loaded.penalty == "firth"
    table, expected = (m.inference(X[:, :2], y).standard_error for m in (loaded, firth))
    np.testing.assert_array_equal(table, expected)
    assert load(tmp_path / "chosen").model.C == chosen.C_
