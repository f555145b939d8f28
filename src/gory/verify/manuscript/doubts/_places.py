"""Where a line stands in the text it comes from."""

from __future__ import annotations

from gory.notation.manuscript._script import Line

SHOWN = 40  # characters of a line by which it is found


def place_of(line: Line, text: str) -> int:
    """The place of a line in its row, or that of the row."""
    rows = text.split("\n")
    start = sum(len(row) + 1 for row in rows[: line.row - 1])
    place = text.find(line.source[:SHOWN], start)
    return place if place >= 0 else start
