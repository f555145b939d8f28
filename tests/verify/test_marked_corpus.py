"""Derivations with marked slips: no right row is refuted, and slips are found.

There are more slips than a run of the tests has time for: of each text every fifth is tried;
`benchmarks/check.py --marked` tries them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.corpus._verdicts import refuted, verdicts
from tests.corpus.marked._cases import groups, right, slips

EVERY = 5  # slip of a text, beginning with one that its name determines
FAR = 2  # rows: cases begin so much above the second of them


class Group(NamedTuple):
    """What is reached on the texts of one writer."""

    slips: int
    recall: float  # of slips; most of the others stand in rows that are not read
    unread: float  # share of the rows that claim something


GROUPS = {
    "first": Group(slips=97, recall=0.89, unread=0.08),
    "second": Group(slips=241, recall=0.71, unread=0.37),
    "third": Group(slips=354, recall=0.88, unread=0.1),
    "fourth": Group(slips=61, recall=0.97, unread=0.01),
    "fifth": Group(slips=615, recall=0.84, unread=0.16),
    "sixth": Group(slips=1253, recall=0.76, unread=0.26),
    "seventh": Group(slips=146, recall=0.94, unread=0.03),
    "eighth": Group(slips=384, recall=0.81, unread=0.23),
    "ninth": Group(slips=337, recall=0.86, unread=0.09),
    "tenth": Group(slips=557, recall=0.79, unread=0.18),
    "eleventh": Group(slips=310, recall=0.82, unread=0.19),
    "twelfth": Group(slips=151, recall=0.72, unread=0.17),
}
TEXTS = groups()
each_text = pytest.mark.parametrize(
    "path", [path for texts in TEXTS.values() for path in texts], ids=lambda path: path.name
)
each_group = pytest.mark.parametrize("name", GROUPS)


def tried(path: Path) -> Iterator[tuple[int, str]]:
    """Slips of a text with their rows."""
    first = len(path.name) % EVERY
    for number, slip in enumerate(slips(path.read_text())):
        if number % EVERY == first:
            yield slip


def test_all_groups_are_judged() -> None:
    assert TEXTS.keys() == GROUPS.keys()


@each_text
def test_no_row_of_a_right_text_is_refuted(path: Path) -> None:
    assert refuted(right(path.read_text())) == set()


@each_text
def test_a_slip_makes_no_row_far_from_it_wrong(path: Path) -> None:
    for row, text in tried(path):
        assert all(abs(found - row) <= FAR for found in refuted(text))


@each_group
def test_most_slips_are_found(name: str) -> None:
    assert sum(len([*slips(path.read_text())]) for path in TEXTS[name]) == GROUPS[name].slips
    found = [bool(refuted(text)) for path in TEXTS[name] for _, text in tried(path)]
    assert sum(found) >= GROUPS[name].recall * len(found)


@each_group
def test_most_rows_are_read(name: str) -> None:
    found = [one for path in TEXTS[name] for one in verdicts(right(path.read_text()))]
    unread = [row for row, verdict in found if verdict == "unread"]
    assert len(unread) <= GROUPS[name].unread * len(found)
