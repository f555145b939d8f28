"""What goes to the terminal: headings, columns, and one line that shows progress."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gory.learn import Progress

STANDARD_WIDTH = 100  # columns of text that does not go to a terminal
LABEL_WIDTH = 10  # columns before the text of an entry
UPDATE_SECONDS = 0.1  # faster changes cannot be read


def entry(label: str, *lines: str) -> None:
    """Print lines under a label that stands in a column of its own."""
    heading = f"{label:<{LABEL_WIDTH}}"
    print(_bold(heading) + (visible(lines[0]) if lines else ""))
    for line in lines[1:]:
        print((" " * LABEL_WIDTH + visible(line)).rstrip())


def visible(text: str) -> str:
    """Text whose control characters are written as codes.

    Names come from other people's files; a terminal would obey what is hidden in them.
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows of cells as lines whose cells stand under each other."""
    rows = [tuple(map(visible, row)) for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


class ProgressLine:
    """One line on standard error that is rewritten while a model trains.

    Where standard error is not a terminal, nothing is shown, so that a log keeps its shape.
    """

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()
        self._last = -UPDATE_SECONDS

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if not self._shows or now - self._last < UPDATE_SECONDS:
            return
        self._last = now
        sys.stderr.write(
            f"\r{'Training':<{LABEL_WIDTH}}pass {progress.passes:6.1f}   "
            f"objective {progress.loss:.8f}   gap {progress.rel_gap:.1e} "
        )
        sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line, so that what follows stands in its place."""
        if self._shows:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def has_color() -> bool:
    """Whether standard output is a terminal whose user did not set NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def width() -> int:
    """Columns of the terminal; the standard where there is none, for files to be alike."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else STANDARD_WIDTH


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if has_color() else text
