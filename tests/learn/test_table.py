"""Tables: what is read, how it becomes features, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gory.learn import (
    DataError,
    SoftmaxRegression,
    evaluate,
    learn_encoding,
    read_table,
    split,
)

PENGUINS = Path(__file__).parents[2] / "examples" / "penguins.csv"


@pytest.fixture(scope="module")
def penguins():
    return read_table(PENGUINS, target="species")


def written(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_penguins_are_read_as_pandas_reads_them(penguins):
    frame = pd.read_csv(PENGUINS)
    assert penguins.n_rows == len(frame)
    assert penguins.names == tuple(c for c in frame.columns if c != "species")
    for column in penguins.columns:
        assert column.n_missing == frame[column.name].isna().sum()
        if column.kind == "number":
            np.testing.assert_array_equal(column.values, frame[column.name])
        else:
            assert column.categories == tuple(sorted(frame[column.name].dropna().unique()))
    assert penguins.labels.tolist() == frame["species"].tolist()


def test_parquet_and_csv_give_the_same_table(penguins, tmp_path):
    frame = pd.read_csv(PENGUINS)
    frame["island"] = frame["island"].astype("category")
    frame.to_parquet(tmp_path / "penguins.parquet")
    other = read_table(tmp_path / "penguins.parquet", target="species")
    assert [(c.name, c.kind, c.categories) for c in other.columns] == [
        (c.name, c.kind, c.categories) for c in penguins.columns
    ]
    for ours, theirs in zip(penguins.columns, other.columns, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(separator, tmp_path):
    text = "a,b,y\n1,x,p\n2,z,q\n".replace(",", separator)
    table = read_table(written(tmp_path, text), target="y")
    assert table.names == ("a", "b")


def test_types_are_judged_from_all_rows(tmp_path):
    rows = 200_000  # more than one block of the reader
    lines = [f"{k % 7},{'late' if k == rows - 1 else k % 3},{k % 2}" for k in range(rows)]
    path = written(tmp_path, "a,b,y\n" + "\n".join(lines) + "\n")
    table = read_table(path, target="y")
    assert table.column("a").kind == "number"
    assert table.column("b").categories == ("0", "1", "2", "late")


def test_rows_without_a_label_are_dropped_and_counted(tmp_path):
    table = read_table(written(tmp_path, "a,y\n1,p\n2,\n3,q\n4,NA\n"), target="y")
    assert (table.n_rows, table.n_dropped) == (2, 2)
    assert table.column("a").values.tolist() == [1.0, 3.0]


def test_features_keep_numbers_and_fill_what_is_missing(tmp_path):
    text = "a,c,y\n1,u,p\n,v,q\n4,,p\n7,u,q\n"
    table = read_table(written(tmp_path, text), target="y")
    encoding = learn_encoding(table)
    assert encoding.feature_names == ("a", "a is missing", "c=u", "c=v", "c is missing")
    np.testing.assert_array_equal(
        encoding.features(table),
        [[1, 0, 1, 0, 0], [4, 1, 0, 1, 0], [4, 0, 0, 0, 1], [7, 0, 1, 0, 0]],
    )


def test_means_and_categories_come_from_training_rows_only(tmp_path):
    text = "a,c,y\n1,u,p\n2,v,q\n3,u,p\n1000,w,q\n"
    table = read_table(written(tmp_path, text), target="y")
    encoding = learn_encoding(table.take(np.arange(3)))
    assert encoding.columns[0].mean == 2.0
    assert encoding.columns[1].categories == ("u", "v")
    with pytest.raises(DataError, match=r"column 'c' .* holds 'w' in row 4"):
        encoding.features(table)
    ignored = encoding.features(table, unseen="ignore")
    assert ignored[3].tolist() == [1000.0, 0.0, 0.0]


def test_every_column_says_what_was_done_with_it(penguins):
    said = {column.name: column.treatment for column in learn_encoding(penguins).columns}
    assert said["year"] == "as it is"
    assert said["bill_length_mm"] == ("missing replaced by the mean 43.9219, with an indicator")
    assert said["island"] == "one 0/1 feature per category (Biscoe, Dream, Torgersen)"
    assert said["sex"].endswith("(female, male), missing is a category")


def test_the_split_keeps_the_shares_of_the_classes(penguins):
    training, held = split(penguins, held_out=0.25, seed=3)
    assert training.n_rows + held.n_rows == penguins.n_rows
    for label in penguins.classes:
        share = (held.labels == label).sum() / (penguins.labels == label).sum()
        assert share == pytest.approx(0.25, abs=0.01)
    again, _ = split(penguins, held_out=0.25, seed=3)
    other, _ = split(penguins, held_out=0.25, seed=4)
    year = [t.column("body_mass_g").values.tolist() for t in (training, again, other)]
    assert str(year[0]) == str(year[1]) != str(year[2])


def test_penguins_are_told_apart(penguins):
    training, held = split(penguins)
    encoding = learn_encoding(training)
    model = SoftmaxRegression().fit(encoding.features(training), training.labels)
    result = evaluate(model, encoding.features(held), held.labels, training_labels=training.labels)
    assert result.accuracy > 0.97
    assert result.log_loss < 0.1 < result.baseline_log_loss
    assert result.baseline_accuracy == pytest.approx((held.labels == "Adelie").mean())
    assert result.confusion.sum() == result.n_rows == held.n_rows
    assert np.trace(result.confusion) == pytest.approx(result.accuracy * held.n_rows)


REFUSED = {
    "an empty file": ("", None, "y", r"table.csv is empty"),
    "blank lines": ("\n \n", None, "y", r"is empty"),
    "no rows": ("a,y\n", None, "y", r"a header but no rows"),
    "latin-1": ("a,y\n1,Köln\n2,Bonn\n".encode("latin-1"), None, "y", r"not UTF-8.*iconv"),
    "latin-1 header": ("größe,y\n1,p\n2,q\n".encode("latin-1"), None, "y", r"not UTF-8"),
    "utf-16": ("a,y\n1,p\n2,q\n".encode("utf-16"), None, "y", r"not UTF-8"),
    "a spreadsheet": (b"PK\x03\x04....", None, "y", r"spreadsheet.*save the sheet as CSV"),
    "broken parquet": (b"PAR1 nothing", "t.parquet", "y", r"cannot be read as Parquet"),
    "ragged rows": ("a,b,y\n1,2,p\n1,q\n", None, "y", r"one cell per column"),
    "repeated name": ("a,a,y\n1,2,p\n2,3,q\n", None, "y", r"more than one column called 'a'"),
    "no such target": ("a,kind\n1,p\n2,q\n", None, "kinds", r"no target column 'kinds'.*'kind'"),
    "target all missing": ("a,y\n1,\n2,\n", None, "y", r"missing in every row"),
    "target an amount": ("a,y\n1,0.5\n2,0.7\n", None, "y", r"holds 0.5, so it measures"),
    "only a target": ("y\np\nq\n", None, "y", r"no column to learn from"),
    "NaN": ("a,y\n1,p\nnan,q\n", None, "y", r"column 'a' .* holds nan in row 2"),
    "infinity": ("a,y\n1,p\n-inf,q\n", None, "y", r"holds -inf in row 2"),
    "a constant column": ("a,b,y\n1,5,p\n2,5,q\n", None, "y", r"'b' .* the same value"),
    "an empty column": ("a,b,y\n1,,p\n2,,q\n", None, "y", r"'b' .* no value in any row"),
    "dates": ("a,y\n2020-01-01,p\n2020-01-02,q\n", None, "y", r"neither number nor category"),
    "identifiers": (
        "a,id,y\n" + "".join(f"{k % 3},id{k},{k % 2}\n" for k in range(40)),
        None,
        "y",
        r"'id' .* free text or an identifier",
    ),
    "free text": (
        "a,t,y\n" + "".join(f"{k},a remark about row {k},{k % 2}\n" for k in range(6)),
        None,
        "y",
        r"'t' .* free text",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_learned_from_is_refused_in_one_paragraph(case, tmp_path):
    content, name, target, words = REFUSED[case]
    path = written(tmp_path, content, name or "table.csv")
    with pytest.raises(DataError, match=words) as caught:
        read_table(path, target=target)
    text = str(caught.value)
    assert "\n" not in text
    assert str(path) in text
    assert text.endswith(".")


def test_a_file_that_does_not_exist_and_a_folder(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        read_table(tmp_path / "none.csv", target="y")
    with pytest.raises(DataError, match="is a folder"):
        read_table(tmp_path, target="y")


def test_a_target_with_one_class(tmp_path):
    table = read_table(written(tmp_path, "a,y\n1,p\n2,p\n"), target="y")
    with pytest.raises(DataError, match=r"'y' .* is 'p' in every row"):
        split(table)


def test_columns_can_be_dropped(tmp_path):
    path = written(tmp_path, "a,b,y\n1,5,p\n2,5,q\n")
    assert read_table(path, target="y", drop=("b",)).names == ("a",)
    with pytest.raises(DataError, match="no column 'c'"):
        read_table(path, target="y", drop=("c",))


def test_a_label_unseen_in_training(penguins):
    training = penguins.take(np.flatnonzero(penguins.labels != "Gentoo"))
    encoding = learn_encoding(training)
    model = SoftmaxRegression().fit(encoding.features(training), training.labels)
    with pytest.raises(DataError, match=r"the label 'Gentoo' .* 'Adelie', 'Chinstrap'"):
        evaluate(
            model,
            encoding.features(penguins, unseen="ignore"),
            penguins.labels,
            training_labels=training.labels,
        )


def test_parquet_tells_missing_from_nan(tmp_path):
    path = tmp_path / "t.parquet"
    columns = {"a": pa.array([1.0, None, 3.0]), "y": pa.array([True, False, True])}
    pq.write_table(pa.table(columns), path)
    table = read_table(path, target="y")
    assert table.column("a").n_missing == 1
    assert table.classes == ("false", "true")
    columns["a"] = pa.array([1.0, float("nan"), 3.0])
    pq.write_table(pa.table(columns), path)
    with pytest.raises(DataError, match="holds nan"):
        read_table(path, target="y")
