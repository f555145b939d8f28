"""Numbers behind every line: a derivation followed on somebody's own data."""

import json
import re

import pytest

import gory
from gory.verify import EvaluationError

LAYER = """
h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
given sum_k y[i,k] = 1
"""
THREE_CLASSES = {
    "x": [[1, -1], [1, 0], [1, 0.5], [1, 2]],
    "y": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]],
    "theta": [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]],
}


def test_every_line_of_a_section_shows_the_same_numbers() -> None:
    derivation = gory.read(LAYER).derive("J", "theta[m,n]", at=THREE_CLASSES)
    for section in derivation.sections:
        assert {section.value} == {step.value for step in section.steps}


def test_the_numbers_are_those_of_the_three_class_network() -> None:
    derivation = gory.read(LAYER).derive("J", "theta[m,n]", at=THREE_CLASSES)
    found = json.loads(derivation.main.value)
    expected = [
        [0.2996925704, 0.879812075],
        [-0.2122520293, -1.06860206],
        [-0.08744054108, 0.1887899855],
    ]
    for row, wanted in zip(found, expected, strict=True):
        assert row == pytest.approx(wanted, rel=1e-7)


def test_the_numbers_stand_in_every_format() -> None:
    paper = gory.read("s[k] = exp(z[k]) / sum_c exp(z[c])")
    derivation = paper.derive("s[k]", "z[m]", at={"z": [1, 2, 3]})
    for written in (derivation.to_text(), derivation.to_markdown(), derivation.to_html()):
        assert "0.081925069" in written
    steps = json.loads(derivation.to_json())["steps"]
    assert all("0.081925069" in s["value"] for s in steps if s["section"] == "Derivation")


def test_a_size_that_no_array_shows_is_given_by_name() -> None:
    paper = gory.read("index k:K\nm = (1 / K) sum_k c")
    assert paper.derive("m", "c", at={"K": 4, "c": 2}).main.value == "1"


def test_values_that_violate_a_fact_are_refused() -> None:
    broken = THREE_CLASSES | {"y": [[1, 1, 0], *THREE_CLASSES["y"][1:]]}
    with pytest.raises(EvaluationError, match="violate the declared fact sum_k y"):
        gory.read(LAYER).derive("J", "theta[m,n]", at=broken)


def test_a_missing_value_is_named() -> None:
    with pytest.raises(EvaluationError, match="'theta'"):
        gory.read(LAYER).derive("J", "theta[m,n]", at={"x": [[1]], "y": [[1]]})


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"a": [1, 2], "b": 3}, "'b' is no name of the paper; values are taken for N, a"),
        ({"a": [1, 2], "f": 5}, "'f' is defined by the paper"),
        ({"a": [1, "2"]}, "'a' holds '2' where a finite number is expected"),
        ({"a": [1, True]}, "'a' holds True where a finite number is expected"),
    ],
)
def test_values_that_are_none_are_refused(values: dict[str, object], reason: str) -> None:
    with pytest.raises(EvaluationError, match=re.escape(reason)):
        gory.read("f = sum_i a[i]^2").derive("f", "a[m]", at=values)


def test_definitions_have_their_values_too() -> None:
    derivation = gory.read("f = sum_i a[i]^2").derive("f", "a[m]", at={"a": [1, 2]})
    assert [(str(p.left), p.value) for p in derivation.premises] == [("f", "5")]
