"""Colour and progress are for terminals; files and pipes get plain text."""

from __future__ import annotations

import io

import pytest

from gory.cli._terminal import STANDARD_WIDTH, ProgressLine, columns, entry, has_color, width
from gory.learn import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return terminal


def test_a_label_is_bold_on_a_terminal(screen: Terminal) -> None:
    entry("Table", "4 rows", "2 columns")
    assert screen.getvalue() == "\033[1mTable     \033[0m4 rows\n          2 columns\n"


def test_no_color_is_respected(screen: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    entry("Table", "4 rows")
    assert screen.getvalue() == "Table     4 rows\n"
    assert not has_color()


def test_a_pipe_gets_plain_text_of_the_standard_width(capsys: pytest.CaptureFixture[str]) -> None:
    entry("Table", "4 rows")
    assert capsys.readouterr().out == "Table     4 rows\n"
    assert width() == STANDARD_WIDTH


def test_a_terminal_tells_its_width(screen: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert width() == 72


def test_progress_is_one_line_that_leaves_no_trace(screen: Terminal) -> None:
    line = ProgressLine()
    line(Progress(1, 2.0, 0.5, 1e-3))
    line(Progress(2, 3.0, 0.4, 1e-4))
    shown = screen.getvalue()
    assert "\n" not in shown
    assert "objective 0.50000000" in shown
    line.clear()
    assert screen.getvalue().endswith("\r\033[K")


def test_progress_does_not_write_into_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine()
    line(Progress(1, 2.0, 0.5, 1e-3))
    line.clear()
    assert capsys.readouterr().err == ""


def test_cells_stand_under_each_other() -> None:
    assert columns([("a", "bcd", ""), ("longer", "e", "f")]) == ["a       bcd", "longer  e    f"]
