"""Training from the command line: what is told, what is written, and what is refused."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from gory.cli import main
from gory.cli._terminal import ProgressLine
from gory.learn import SoftmaxRegression, evaluate, learn_encoding, load, read_table, split
from gory.learn._progress import Progress

ROOT = Path(__file__).parents[2]
PENGUINS = str(ROOT / "examples" / "penguins.csv")


@dataclass
class Told:
    """What one run printed and wrote."""

    text: str
    model: Path
    report: Path


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    model, report = tmp_path / "penguins.model", tmp_path / "report.html"
    arguments = [
        "fit",
        PENGUINS,
        "--target",
        "species",
        "--out",
        str(model),
        "--report",
        str(report),
    ]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return Told(printed.out, model, report)


def test_a_run_tells_what_was_read_derived_and_reached(told: Told) -> None:
    table = read_table(PENGUINS, target="species")
    training, held = split(table, held_out=0.2, seed=0)
    encoding = learn_encoding(training)
    model = SoftmaxRegression().fit(encoding.features(training), training.labels)
    seen = evaluate(model, encoding.features(held), held.labels, training_labels=training.labels)
    assert f"{table.n_rows} rows" in told.text
    assert all(plan.name in told.text and plan.treatment in told.text for plan in encoding.columns)
    assert re.search(r"d\(J, theta\[m,n\]\) = .*proved", told.text)
    assert re.search(r"d\(J, b\[m\]\) = .*proved", told.text)
    assert f"{seen.accuracy:.4f}" in told.text
    assert f"{seen.log_loss:.4f}" in told.text
    assert f"{seen.baseline_log_loss:.4f}" in told.text
    assert str(told.report) in told.text


def test_the_model_that_is_saved_is_the_model_that_was_judged(told: Told) -> None:
    table = read_table(PENGUINS, target="species")
    training, _ = split(table, held_out=0.2, seed=0)
    trained = load(told.model)
    assert trained.encoding == learn_encoding(training)
    again = SoftmaxRegression().fit(trained.encoding.features(training), training.labels)
    # Few rows may meanwhile be fitted by compiled code, which adds up in another order.
    np.testing.assert_allclose(trained.model.coef_, again.coef_, rtol=1e-6, atol=1e-9)


def test_predictions_of_a_saved_model_are_its_probabilities(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "predicted.csv"
    assert main(["predict", str(told.model), PENGUINS, "--out", str(out)]) == 0
    with out.open() as file:
        rows = list(csv.DictReader(file))
    table = read_table(PENGUINS, target="species")
    trained = load(told.model)
    expected = trained.model.predict_proba(trained.encoding.features(table))
    written = [[float(row[f"p({name})"]) for name in table.classes] for row in rows]
    np.testing.assert_allclose(written, expected, rtol=1e-5)
    assert [row["predicted"] for row in rows] == trained.model.predict(
        trained.encoding.features(table)
    ).tolist()
    assert "accuracy" in capsys.readouterr().err


def test_predictions_go_to_standard_output_alone(
    told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(told.model), PENGUINS]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "predicted,p(Adelie),p(Chinstrap),p(Gentoo)"
    assert len(lines) == 345


GOOD = "length,kind,species\n" + "1.5,a,x\n2.5,b,x\n3.5,a,y\n5.5,b,y\n" * 5
WORDS = "".join(
    f"{k},a note that says the number {k} at some length,{'xy'[k % 2]}\n" for k in range(60)
)

UNUSABLE = {
    "an empty file": (b"", "empty"),
    "a header alone": (b"length,species\n", "no rows"),
    "a missing target": (GOOD.replace("species", "genus").encode(), "species"),
    "one class": (GOOD.replace(",y", ",x").encode(), "every row"),
    "a constant column": (re.sub(r"^[\d.]+", "1", GOOD, flags=re.M).encode(), "length"),
    "a NaN": (GOOD.replace("1.5", "NaN", 1).encode(), "length"),
    "an infinity": (GOOD.replace("1.5", "inf", 1).encode(), "length"),
    "free text": (("length,note,species\n" + WORDS).encode(), "note"),
    "another encoding": (GOOD.replace("x", "é").encode("latin-1"), "UTF-8"),
    "two bytes a letter": (GOOD.encode("utf-16"), "UTF-8"),
    "too many cells": ((GOOD + "1,2,3,4,5\n").encode(), "CSV"),
    "a spreadsheet": (b"PK\x03\x04" + bytes(100), "spreadsheet"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_table_is_one_paragraph_and_no_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, word = UNUSABLE[name]
    data = tmp_path / "data.csv"
    data.write_bytes(content)
    outputs = ["--report", str(tmp_path / "report.html"), "--out", str(tmp_path / "model")]
    assert main(["fit", str(data), "--target", "species", *outputs]) == 2
    told = capsys.readouterr().err
    assert told.startswith("gory: ")
    assert len(told.splitlines()) == 1
    assert word in told
    assert list(tmp_path.iterdir()) == [data]


def test_the_target_cannot_be_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", PENGUINS, "--target", "species", "--drop", "species"]) == 2
    assert "'species' is the target" in capsys.readouterr().err


def test_a_table_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "nowhere.csv", "--target", "species"]) == 2
    assert "nowhere.csv" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = str(tmp_path / "nowhere" / "report.html")
    assert main(["fit", PENGUINS, "--target", "species", "--report", report]) == 2
    printed = capsys.readouterr()
    assert "there is no folder" in printed.err
    assert printed.out == ""


def test_a_class_unseen_in_training_is_told_at_prediction(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "more.csv"
    data.write_text(Path(PENGUINS).read_text().replace("Gentoo", "Emperor"))
    assert main(["predict", str(told.model), str(data)]) == 2
    printed = capsys.readouterr()
    assert "Emperor" in printed.err
    assert printed.out == ""


def test_an_unseen_category_is_told_and_can_be_ignored(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "more.csv"
    data.write_text(Path(PENGUINS).read_text().replace("Biscoe", "Elsewhere"))
    assert main(["predict", str(told.model), str(data)]) == 2
    assert "Elsewhere" in capsys.readouterr().err
    assert main(["predict", str(told.model), str(data), "--unseen", "ignore"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 345


def test_a_damaged_model_is_told(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    told.model.write_bytes(told.model.read_bytes()[:-8])
    assert main(["predict", str(told.model), PENGUINS]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_columns_can_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data.csv"
    data.write_text("length,note,species\n" + WORDS)
    assert main(["fit", str(data), "--target", "species", "--drop", "note"]) == 0
    printed = capsys.readouterr().out
    assert "note" not in printed


def test_a_layer_without_a_penalty_that_has_no_optimum_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layer = str(ROOT / "examples" / "softmax_layer.gory")
    assert main(["fit", PENGUINS, "--target", "species", "--layer", layer]) == 0
    assert "it has no optimum" in capsys.readouterr().out


def test_a_category_that_only_held_out_rows_have_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.csv"
    kinds = [f"kind {k}" for k in range(20)]
    rows = [f"{k % 7},{kinds[k]},{'xy'[k % 2]}\n" for k in range(20)]
    data.write_text("length,kind,species\n" + "".join(rows))
    assert main(["fit", str(data), "--target", "species"]) == 0
    assert "no training row had" in capsys.readouterr().out


def test_an_interrupted_training_leaves_its_best_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupting(ProgressLine):
        def __call__(self, progress: Progress) -> None:
            if progress.rel_gap < 1:
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("gory.cli._fit.ProgressLine", Interrupting)
    model, report = tmp_path / "penguins.model", tmp_path / "report.html"
    places = ["--out", str(model), "--report", str(report)]
    assert main(["fit", PENGUINS, "--target", "species", *places]) == 130
    told = capsys.readouterr()
    assert told.err == "gory: interrupted.\n"
    assert "because it was interrupted" in told.out
    kept = load(model).model
    gap = re.search(r"relative gap to the optimum: at most (\S+)", told.out)
    assert gap is not None
    assert kept.rel_gap_ == pytest.approx(float(gap[1]), rel=0.06)
    assert kept.rel_gap_ > kept.tol
    assert not report.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
def test_an_interruption_while_code_is_compiled_ends_the_command(tmp_path: Path) -> None:
    """Many rows take compiled code, and with an empty cache the compiler runs when Ctrl-C comes."""
    rng = np.random.default_rng(0)
    data, model = tmp_path / "data.csv", tmp_path / "data.model"
    rows = zip(rng.normal(size=60_000), rng.integers(10, size=60_000), strict=True)
    data.write_text("length,kind\n" + "".join(f"{x:.4f},k{y}\n" for x, y in rows))
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "src"),
        "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
    }
    arguments = ["fit", str(data), "--target", "kind", "--out", str(model)]
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "gory", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "d(J, b[m])" in line:  # what is told last before training
                break
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert rest.endswith("gory: interrupted.\n")
    assert "Traceback" not in rest
    assert model.exists() == ("it was interrupted" in rest)
