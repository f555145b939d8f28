"""Misprints of the literature: the printed line is refuted and explained, the right one passes."""

from __future__ import annotations

import pytest
from tests.corpus._cases import misprints

from gory import proofread

SCOPE = {  # what names no number cannot have two values
    "a derivative of no function",
    "a row of an output that does not exist",
    "a cost without its sum",
}


@pytest.mark.parametrize("misprint", misprints(), ids=lambda one: one["name"])
def test_the_printed_line_is_refuted_and_explained(misprint: dict[str, str]) -> None:
    found = proofread(f"{misprint['setting']}\n$${misprint['printed']}$$")
    line = found.lines[-1]
    assert line.verdict == "refuted", line.why
    assert misprint["says"] in f"{line.why} {line.repair}"
    assert line.why
    if misprint["name"] not in SCOPE:
        assert line.counterexample is not None
        assert line.counterexample["left"] != line.counterexample["right"]


@pytest.mark.parametrize("misprint", misprints(), ids=lambda one: one["name"])
def test_the_right_line_passes(misprint: dict[str, str]) -> None:
    found = proofread(f"{misprint['right_setting']}\n$${misprint['right']}$$")
    lines = [line for line in found.lines if "matrix" not in line.text]
    assert {line.verdict for line in lines} <= {"proved", "tested"}
    assert found.verdict != "refuted"
    assert found.lines
