"""Exit codes, streams, and what an error looks like."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gory.cli import main
from gory.cli._interruption import stop_if_asked

ROOT = Path(__file__).parents[2]
LAYER = "s[k] = exp(z[k]) / sum_c exp(z[c])\n"


def run_command(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    program = [sys.executable, "-m", "gory", *arguments]
    return subprocess.run(
        program, capture_output=True, text=True, env=environment, check=False, **options
    )


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["--version"]])
def test_asking_for_help_is_no_mistake(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 0
    assert "gory" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["integrate"],
        ["fit", "data.csv"],
        ["fit", "data.csv", "--target", "y", "--test-size", "1.5"],
        ["fit", "data.csv", "--target", "y", "--C", "0"],
        ["fit", "data.csv", "--target", "y", "--seed", "-1"],
        ["fit", "data.csv", "--target", "y", "--C", "nan"],
        ["derive", "layer.gory", "--format", "docx"],
    ],
)
def test_a_wrong_option_ends_with_code_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "gory" in capsys.readouterr().err


def test_a_mistake_is_one_paragraph_on_standard_error(tmp_path: Path) -> None:
    done = run_command("derive", str(tmp_path / "nowhere.gory"), "--wrt", "x")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("gory: there is no file")
    assert len(done.stderr.splitlines()) == 1


def replace_command(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(options: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr("gory.cli._derive.derive", run)


def test_an_interruption_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_command(monkeypatch, KeyboardInterrupt())
    assert main(["derive", "layer.gory"]) == 130
    assert capsys.readouterr().err == "gory: interrupted.\n"


def test_an_interruption_that_a_library_swallows_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(options: argparse.Namespace) -> int:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        stop_if_asked()
        return 0

    monkeypatch.setattr("gory.cli._derive.derive", run)
    assert main(["derive", "layer.gory"]) == 130
    assert capsys.readouterr().err == "gory: interrupted.\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_old_interruption_does_not_stop_the_next_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replace_command(monkeypatch, KeyboardInterrupt())
    assert main(["derive", "layer.gory"]) == 130
    monkeypatch.setattr("gory.cli._derive.derive", lambda options: stop_if_asked() or 0)
    assert main(["derive", "layer.gory"]) == 0


def test_a_fault_of_gory_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_command(monkeypatch, ValueError("somewhere inside"))
    with pytest.raises(ValueError, match="somewhere inside"):
        main(["derive", "layer.gory"])


def test_an_error_of_the_system_names_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_command(monkeypatch, OSError(28, "No space left on device", "report.html"))
    assert main(["derive", "layer.gory"]) == 2
    assert capsys.readouterr().err == "gory: report.html: No space left on device.\n"


def test_a_terminal_without_the_signs_gets_their_codes(tmp_path: Path) -> None:
    layer = tmp_path / "layer.gory"
    layer.write_text(LAYER)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "gory",
            "derive",
            str(layer),
            "--format",
            "markdown",
            "--wrt",
            "z[é]",
        ],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 2
    assert b"\\xe9" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    layer = tmp_path / "layer.gory"
    layer.write_text(LAYER)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "gory", "derive", str(layer), "--of", "s[k]", "--wrt", "z[m]"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")
