"""Deriving from the command line: formats, streams, and questions without an answer."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import gory
from gory.cli import main
from gory.notation import read_expressions

ROOT = Path(__file__).parents[2]
LAYER = str(ROOT / "examples" / "softmax_layer.gory")
QUESTION = ["--of", "J", "--wrt", "theta[m,n]"]


def printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["derive", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


@pytest.mark.parametrize("detail", ["brief", "steps", "gory"])
@pytest.mark.parametrize("format_", ["text", "latex", "markdown", "html", "json"])
def test_a_command_prints_what_the_derivation_writes(
    format_: str, detail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    derivation = gory.read(Path(LAYER).read_text()).derive("J", "theta[m,n]")
    written = getattr(derivation, f"to_{format_}")(detail=detail)
    arguments = [LAYER, *QUESTION, "--format", format_, "--detail", detail]
    assert printed(arguments, capsys).strip() == written.strip()


def test_json_says_what_was_derived_and_can_be_read_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = json.loads(printed([LAYER, *QUESTION, "--format", "json"], capsys))
    assert told["verdict"] == "proved"
    paper = gory.read(Path(LAYER).read_text())
    (again,), _ = read_expressions(paper, [told["result"]])
    assert again == paper.derive("J", "theta[m,n]").result
    assert all({"rule", "line", "latex", "uses", "verdict"} <= set(step) for step in told["steps"])


def test_the_last_definition_is_meant_if_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    named = printed([LAYER, *QUESTION], capsys)
    assert printed([LAYER, "--wrt", "theta[m,n]"], capsys) == named


def test_definitions_come_from_standard_input_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = io.TextIOWrapper(io.BytesIO(b"J = sum_i (x[i] - a)^2"))
    monkeypatch.setattr("sys.stdin", text)
    assert "-2 sum_i (x[i] - a)" in printed(["-", "--wrt", "a"], capsys)


def test_a_derivation_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "derivation.html"
    arguments = [LAYER, *QUESTION, "--format", "html", "--out", str(page)]
    assert printed(arguments, capsys) == ""
    assert page.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([LAYER, "--of", "Q", "--wrt", "theta[m,n]"], "but h, J"),
        ([LAYER, "--of", "J", "--wrt", "theta"], "column 1: 'theta' has no indices here"),
        ([LAYER, "--of", "J", "--wrt", "theta"], "write it as theta[i,j]"),
        ([LAYER, "--of", "gradient of S", "--wrt", "theta[m,n]"], "(S, gradient, of: nothing in"),
        ([LAYER, "--of", "J"], "nothing is asked about it"),
        ([LAYER, "--of", "J", "--wrt", "theta[m"], "^"),
        ([LAYER, "--of", "J", "--wrt", "beta[m]"], "does not contain 'beta'"),
        ([LAYER, "--of", "J", "--along", "v[m,n]"], "give --wrt"),
    ],
)
def test_a_question_without_an_answer_is_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["derive", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err


def test_a_file_without_definitions_has_nothing_to_derive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.gory").write_text("# nothing yet\n")
    assert main(["derive", str(tmp_path / "empty.gory"), "--wrt", "x"]) == 2
    assert "defines nothing" in capsys.readouterr().err
