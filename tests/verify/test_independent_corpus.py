"""Derivations written without the reader: none of their lines is refuted, and slips are found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from _pytest.mark.structures import ParameterSet
from tests.corpus._cases import Case
from tests.corpus._verdicts import refuted
from tests.corpus.independent._cases import (
    Entry,
    entries,
    false_alarms,
    known_misses,
    slips,
    unread,
)

RECALL = 0.97
UNREAD = 0.03  # share of the rows that claim something

ENTRIES = list(entries())
SLIPS = list(slips())


def cases(found: Sequence[Entry | Case]) -> list[ParameterSet]:
    """Parameters of a test; those that the manifest knows to go wrong are expected to fail."""
    known = false_alarms()
    return [
        pytest.param(one, id=name, marks=pytest.mark.xfail(reason=known[name], strict=False))
        if (name := str(one)) in known
        else pytest.param(one, id=name)
        for one in found
    ]


@pytest.mark.parametrize("entry", cases(ENTRIES))
def test_no_line_of_a_right_derivation_is_refuted(entry: Entry) -> None:
    assert refuted(entry.text) == set()


def test_few_rows_are_not_read_and_the_manifest_names_them() -> None:
    rows = {(entry.name, row) for entry in ENTRIES for row in unread(entry)}
    assert rows <= {(entry.name, row) for entry in ENTRIES for row in entry.unread}
    assert len(rows) <= UNREAD * sum(len(entry.claims) for entry in ENTRIES)


@pytest.mark.parametrize("case", cases(SLIPS))
def test_a_slip_makes_no_other_line_wrong(case: Case) -> None:
    assert refuted(case.text) <= {case.row}


def test_slips_are_found_but_for_those_that_the_manifest_names() -> None:
    missed = {str(case) for case in SLIPS if case.row not in refuted(case.text)}
    assert missed <= set(known_misses())
    assert 1 - len(missed) / len(SLIPS) >= RECALL


def test_the_corpus_is_large_and_written_in_many_ways() -> None:
    assert len(ENTRIES) >= 40
    assert len({str(case) for case in SLIPS}) == len(SLIPS) >= 200
    assert len(false_alarms()) <= 0.01 * (len(ENTRIES) + len(SLIPS))
    assert all(entry.claims for entry in ENTRIES)
    assert {entry.name for entry in ENTRIES} == {case.name for case in SLIPS}
    styles = {style for entry in ENTRIES for style in entry.style}
    assert {"latex", "markdown", "plain", "homework", "article", "notes", "vectors"} <= styles
