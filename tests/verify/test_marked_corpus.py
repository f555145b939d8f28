"""Derivations with marked slips: no right row is refuted, and slips are found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.corpus._verdicts import refuted, verdicts

MARKED = Path(__file__).parents[1] / "corpus" / "marked"
MARK = re.compile(r"\[\[(.*?)\|\|(.*?)\]\]", re.DOTALL)


class Group(NamedTuple):
    """Texts of one writer, and what is reached on them."""

    folder: Path
    slips: int
    recall: float  # of slips; most of the others stand in rows that are not read
    unread: float  # share of the rows that claim something

    @property
    def texts(self) -> list[Path]:
        return sorted(p for p in self.folder.iterdir() if p.is_file() and p.name != "README.md")


GROUPS = {
    "first": Group(MARKED, slips=97, recall=0.91, unread=0.08),
    "second": Group(MARKED / "second", slips=241, recall=0.71, unread=0.37),
    "third": Group(MARKED / "third", slips=354, recall=0.88, unread=0.1),
    "fifth": Group(MARKED / "fifth", slips=615, recall=0.84, unread=0.16),
    "sixth": Group(MARKED / "sixth", slips=1253, recall=0.76, unread=0.26),
    "eighth": Group(MARKED / "eighth", slips=384, recall=0.81, unread=0.23),
    "ninth": Group(MARKED / "ninth", slips=337, recall=0.86, unread=0.09),
    "tenth": Group(MARKED / "tenth", slips=557, recall=0.78, unread=0.23),
    "seventh": Group(MARKED / "seventh", slips=146, recall=0.95, unread=0.03),
    "fourth": Group(MARKED / "fourth", slips=61, recall=0.97, unread=0.01),
}
TEXTS = [path for group in GROUPS.values() for path in group.texts]
each_text = pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
each_group = pytest.mark.parametrize("group", GROUPS.values(), ids=list(GROUPS))


def right(text: str) -> str:
    return MARK.sub(lambda mark: mark[1], text)


def slips(text: str) -> Iterator[tuple[int, str]]:
    """Every text with one slip, of which a mark may have several, and the row that it is in."""
    for mark in MARK.finditer(text):
        row = right(text[: mark.start()]).count("\n") + 1
        for wrong in mark[2].split("||"):
            before, behind = text[: mark.start()], text[mark.end() :]
            yield row, f"{right(before)}{wrong}{right(behind)}"


@each_text
def test_no_row_of_a_right_text_is_refuted(path: Path) -> None:
    assert refuted(right(path.read_text())) == set()


@each_text
def test_a_slip_makes_no_row_far_from_it_wrong(path: Path) -> None:
    for row, text in slips(path.read_text()):  # cases begin two rows above the second of them
        assert all(abs(found - row) <= 2 for found in refuted(text))


@each_group
def test_most_slips_are_found(group: Group) -> None:
    found = [bool(refuted(text)) for path in group.texts for _, text in slips(path.read_text())]
    assert len(found) == group.slips
    assert sum(found) >= group.recall * len(found)


@each_group
def test_most_rows_are_read(group: Group) -> None:
    found = [one for path in group.texts for one in verdicts(right(path.read_text()))]
    unread = [row for row, verdict in found if verdict == "unread"]
    assert len(unread) <= group.unread * len(found)
