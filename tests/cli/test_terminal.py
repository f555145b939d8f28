"""Colour and progress are for terminals; files and pipes get plain text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import pytest

from gory.cli._terminal import STANDARD_WIDTH, ProgressLine, columns, entry, has_color, width
from gory.learn import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and takes all output while it is in use."""

    def isatty(self) -> bool:
        return True

    @contextmanager
    def in_use(self) -> Iterator[None]:
        with redirect_stdout(self), redirect_stderr(self):
            yield


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


def test_a_label_is_bold_on_a_terminal(screen: Terminal) -> None:
    with screen.in_use():
        entry("Table", "4 rows", "2 columns")
    assert screen.getvalue() == "\033[1mTable     \033[0m4 rows\n          2 columns\n"


def test_no_color_is_respected(screen: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with screen.in_use():
        entry("Table", "4 rows")
        assert not has_color()
    assert screen.getvalue() == "Table     4 rows\n"


def test_a_pipe_gets_plain_text_of_the_standard_width(capsys: pytest.CaptureFixture[str]) -> None:
    entry("Table", "4 rows")
    assert capsys.readouterr().out == "Table     4 rows\n"
    assert width() == STANDARD_WIDTH


def test_a_terminal_tells_its_width(screen: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    with screen.in_use():
        assert width() == 72


def test_progress_is_one_line_that_leaves_no_trace(screen: Terminal) -> None:
    with screen.in_use():
        line = ProgressLine()
        line(Progress(1, 2.0, 0.5, 1e-3))
        line(Progress(2, 3.0, 0.4, 1e-4))
        shown = screen.getvalue()
        line.clear()
    assert "\n" not in shown
    assert "objective 0.50000000" in shown
    assert screen.getvalue().endswith("\r\033[K")


def test_progress_does_not_write_into_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine()
    line(Progress(1, 2.0, 0.5, 1e-3))
    line.clear()
    assert capsys.readouterr().err == ""


def test_a_terminal_does_not_obey_what_is_hidden_in_a_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    entry("Table", "\033[31mred\r\n", *columns([("\a", "é σ")]))
    assert capsys.readouterr().out == ("Table     \\x1b[31mred\\r\\n\n          \\x07  é σ\n")


def test_cells_stand_under_each_other() -> None:
    assert columns([("a", "bcd", ""), ("longer", "e", "f")]) == ["a       bcd", "longer  e    f"]
