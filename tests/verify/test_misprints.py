"""Misprints of the literature: the printed line is refuted and explained, the right one passes."""

from __future__ import annotations

import pytest
from tests.corpus._cases import misprints

from gory import proofread


@pytest.mark.parametrize("misprint", misprints(), ids=lambda one: one["name"])
def test_the_printed_line_is_refuted_and_explained(misprint: dict[str, str]) -> None:
    found = proofread(f"{misprint['setting']}\n$${misprint['printed']}$$")
    line = found.lines[-1]
    assert line.verdict == "refuted", line.why
    assert misprint["says"] in f"{line.why} {line.repair}"
    assert line.why
    assert line.counterexample is not None
    assert line.counterexample["left"] != line.counterexample["right"]


@pytest.mark.parametrize("misprint", misprints(), ids=lambda one: one["name"])
def test_the_right_line_passes(misprint: dict[str, str]) -> None:
    found = proofread(f"{misprint['right_setting']}\n$${misprint['right']}$$")
    assert {line.verdict for line in found.lines} <= {"proved", "tested"}
    assert found.lines
