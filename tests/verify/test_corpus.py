"""The corpus: no right line is refuted, and every slip is found in its row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.corpus._cases import Case, right_cases, slip_cases

from gory import proofread

PASSED = {"proved", "tested"}


@pytest.mark.parametrize("case", list(right_cases()), ids=str)
def test_every_line_of_a_right_derivation_holds(case: Case) -> None:
    found = proofread(case.text)
    assert {(line.row, line.why) for line in found.lines if line.verdict not in PASSED} == set()
    assert len(found.lines) >= 2


@pytest.mark.parametrize("case", list(slip_cases()), ids=str)
def test_a_slip_is_found_in_its_row_and_nowhere_else(case: Case) -> None:
    found = proofread(case.text)
    assert {line.row for line in found.lines if line.verdict not in PASSED} == {case.row}
    wrong = [line for line in found.lines if line.verdict == "refuted"]
    assert wrong
    for line in wrong:
        assert line.why
        assert line.counterexample is not None


def test_the_corpus_is_large_and_covers_both_kinds_of_notation() -> None:
    names = [case.name for case in right_cases()]
    assert len(names) >= 30
    assert len(list(slip_cases())) >= 30
    assert {name.rsplit(".")[-1] for name in names} == {"md", "tex", "txt"}


def test_the_documentation_states_the_size_of_the_corpus() -> None:
    text = (Path(__file__).parents[2] / "docs" / "check.md").read_text(encoding="utf-8")
    right = list(right_cases())
    lines = sum(len(proofread(case.text).lines) for case in right)
    size = f"{len(right)} right derivations with {lines} lines, {len(list(slip_cases()))} slips"
    assert size in text
