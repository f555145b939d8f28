"""Derivations that were written before they were run: no right line is refuted, slips are found."""

from __future__ import annotations

import pytest
from tests.corpus._cases import Case
from tests.corpus._verdicts import refuted
from tests.corpus.independent._cases import LATER, Entry, entries, known_misses, slips, unread

RECALL = 0.9
UNREAD = 0.1  # share of the rows that claim something

ENTRIES = list(entries(LATER))
SLIPS = list(slips(LATER))


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_no_line_of_a_right_derivation_is_refuted(entry: Entry) -> None:
    assert refuted(entry.text) == set()


@pytest.mark.parametrize("case", SLIPS, ids=str)
def test_a_slip_makes_no_other_line_wrong(case: Case) -> None:
    assert refuted(case.text) <= {case.row}


def test_few_rows_are_not_read_and_the_manifest_names_them() -> None:
    rows = {(entry.name, row) for entry in ENTRIES for row in unread(entry)}
    assert rows <= {(entry.name, row) for entry in ENTRIES for row in entry.unread}
    assert len(rows) <= UNREAD * sum(len(entry.claims) for entry in ENTRIES)


def test_slips_are_found_but_for_those_that_the_manifest_names() -> None:
    missed = {str(case) for case in SLIPS if case.row not in refuted(case.text)}
    assert missed <= set(known_misses(LATER))
    assert 1 - len(missed) / len(SLIPS) >= RECALL
