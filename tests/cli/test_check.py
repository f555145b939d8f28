"""Checking from the command line: exit codes, formats, streams, bad input."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from gory.cli import main

RIGHT = "d(x^2, x) = 2 x\n"
WRONG = "d(x^2, x) = x\n"
UNREAD = "$$\\int x = 1$$\n"
TEXTS = Path(__file__).parents[1] / "corpus" / "texts"


def run(tmp_path: Path, text: str, *options: str) -> int:
    path = tmp_path / "derivation.md"
    path.write_text(text, encoding="utf-8")
    return main(["check", str(path), *options])


@pytest.mark.parametrize(
    ("text", "code"), [(RIGHT, 0), (WRONG, 1), (UNREAD, 2), ("Only words.", 2), ("", 2)]
)
def test_the_exit_code_is_the_verdict(tmp_path: Path, text: str, code: int) -> None:
    assert run(tmp_path, text) == code


def test_a_wrong_line_is_named_with_a_counterexample_and_the_right_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, WRONG) == 1
    shown = capsys.readouterr().out
    assert "1 ✗ refuted" in shown
    assert "differs by the factor 1/2" in shown
    assert "left" in shown
    assert "right: the factor 2 is missing: d(x^2, x) = 2 x" in shown


@pytest.mark.parametrize("format_", ["text", "json", "markdown", "html"])
def test_every_format_holds_the_authors_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    assert run(tmp_path, WRONG, "--format", format_) == 1
    shown = capsys.readouterr().out
    assert "d(x^2, x)" in shown
    assert "refuted" in shown


def test_json_has_the_promised_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, RIGHT + WRONG, "--format", "json")
    found = json.loads(capsys.readouterr().out)
    lines = [line for one in found["derivations"] for line in one["lines"]]
    assert [(line["row"], line["verdict"]) for line in lines] == [(1, "proved"), (2, "refuted")]
    keys = {"row", "text", "verdict", "why", "counterexample", "repair"}
    assert all(keys <= line.keys() for line in lines)


def test_a_fact_can_be_given(tmp_path: Path) -> None:
    text = "s[k] = exp(z[k]) / sum_c exp(z[c])\nL = - sum_k y[k] log s[k]\nd(L, z[k]) = s[k] - y[k]"
    assert run(tmp_path, text) == 1
    assert run(tmp_path, text, "--given", "sum_k y[k] = 1") == 0


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        buffer = io.BytesIO(RIGHT.encode())

    monkeypatch.setattr("sys.stdin", Stream())
    assert main(["check", "-"]) == 0


def test_the_result_can_go_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "marks.html"
    assert run(tmp_path, RIGHT, "--format", "html", "--out", str(out)) == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_bad_input_is_one_paragraph(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.md")]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert run(tmp_path, RIGHT, "--given", "sum_k y[k") == 2
    assert "gory:" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["three_classes.tex", "softmax_quotient.md"])
def test_the_derivations_everybody_starts_with_pass(name: str) -> None:
    assert main(["check", str(TEXTS / name)]) == 0
