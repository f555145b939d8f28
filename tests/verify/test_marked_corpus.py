"""Derivations with marked slips: no right row is refuted, and slips are found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gory import proofread

FOLDER = Path(__file__).parents[1] / "corpus" / "marked"
MARK = re.compile(r"\[\[(.*?)\|\|(.*?)\]\]")
TEXTS = sorted(path for path in FOLDER.iterdir() if path.name != "README.md")
RECALL = 0.86  # of slips; most of the others stand in rows that are not read
UNREAD = 0.23  # share of the rows that claim something


def right(text: str) -> str:
    return MARK.sub(lambda mark: mark[1], text)


def slips(text: str) -> Iterator[tuple[int, str]]:
    """Every text with one slip, and the row that it is in."""
    marks = list(MARK.finditer(text))
    for wrong in marks:
        row = text[: wrong.start()].count("\n") + 1
        yield row, MARK.sub(lambda m, w=wrong: m[2 if m.start() == w.start() else 1], text)


@cache
def refuted(text: str) -> frozenset[int]:
    return frozenset(line.row for line in proofread(text).lines if line.verdict == "refuted")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_row_of_a_right_text_is_refuted(path: Path) -> None:
    assert refuted(right(path.read_text())) == set()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_slip_makes_no_row_far_from_it_wrong(path: Path) -> None:
    for row, text in slips(path.read_text()):
        assert all(abs(found - row) <= 1 for found in refuted(text))


def test_most_slips_are_found() -> None:
    found = [bool(refuted(text)) for path in TEXTS for _, text in slips(path.read_text())]
    assert len(found) == 97
    assert sum(found) >= RECALL * len(found)


def test_most_rows_are_read() -> None:
    lines = [line for path in TEXTS for line in proofread(right(path.read_text())).lines]
    unread = [line for line in lines if line.verdict == "unread"]
    assert len(unread) <= UNREAD * len(lines)
