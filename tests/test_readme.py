"""What the README shows is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from gory.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
EXAMPLES = [text for kind, text in BLOCKS if kind == "python"]


def output_after(command: str) -> str:
    """The block that follows the one with a command."""
    places = [place for place, (_, text) in enumerate(BLOCKS) if text.strip() == command]
    assert len(places) == 1
    return BLOCKS[places[0] + 1][1]


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_does_what_it_shows(number: int) -> None:
    test = doctest.DocTestParser().get_doctest(EXAMPLES[number], {}, "README.md", "README.md", 0)
    assert test.examples
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_the_derivation_is_the_one_that_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    command = "gory derive examples/softmax_layer.gory --of J --wrt 'theta[m,n]' --detail gory"
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out == output_after(command)


def test_the_homework_is_answered_as_it_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    place = next(place for place, (kind, _) in enumerate(BLOCKS) if kind == "markdown")
    (tmp_path / "homework.md").write_text(BLOCKS[place][1])
    assert main(["check", "homework.md"]) == 1
    assert capsys.readouterr().out == BLOCKS[place + 1][1]


def test_the_run_on_the_penguins_is_the_one_that_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    first = README.split("```sh\n")[1].splitlines()[0]
    arguments = shlex.split(first.split(".venv/bin/gory ")[1])
    assert main(arguments) == 0
    shown = next(text for kind, text in BLOCKS if text.startswith("Table"))
    printed = capsys.readouterr().out
    assert comparable(printed) == comparable(shown)
    assert (tmp_path / "report.html").stat().st_size > 100_000


def comparable(text: str) -> str:
    """Text with its numbers at three digits, and without how training went, which machines vary."""
    text = re.sub(r"(?s)^Training .*?\n\n", "", text, flags=re.M)
    return re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.3g}", text)
