r"""Values of a point that a sentence speaks of: no claims, and nothing for the rest of the text."""

from __future__ import annotations

import pytest

import gory

POINTS = [
    "At $p = 0.5$ and $g = 2$ it is small.",
    "If the unit is saturated at the wrong end, say $y = 0$, nothing is learned.",
    "It is large for some targets, e.g. $y = 0$.",
    "For example, $y = 0$ is such a target.",
    "Bei falschen Ausgaben, z. B. $y = 0$, lernt das Neuron nichts.",
]
TEXT = r"""
Let $p = \sigma(z)$ and $C = -y \log p - (1 - y) \log(1 - p)$. POINT
$$\frac{d C}{d z} = LINE$$
$$\frac{d p}{d z} = p (1 - p)$$
"""


def verdicts(text: str) -> list[str]:
    return [line.verdict for line in gory.proofread(text).lines if line.verdict != "given"]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("line", "verdict"), [("p - y", "proved"), ("y - p", "refuted")])
def test_a_value_for_once_says_nothing_of_other_lines(point: str, line: str, verdict: str) -> None:
    assert verdicts(TEXT.replace("POINT", point).replace("LINE", line)) == [verdict, "proved"]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("line", ["p", "p + y"])
def test_a_line_that_holds_at_the_point_only_does_not_pass(point: str, line: str) -> None:
    found = verdicts(TEXT.replace("POINT", point).replace("LINE", line))
    assert found[0] in ("refuted", "unread")


def test_a_value_of_a_point_is_no_unread_claim() -> None:
    found = gory.proofread(TEXT.replace("POINT", POINTS[0]).replace("LINE", "p - y"))
    assert not [line for line in found.lines if line.verdict == "unread"]


@pytest.mark.parametrize("logits", [r"(0, \ln 2, \ln 3)", r"(\log 1, \log 2, \log 3)^T"])
@pytest.mark.parametrize(
    ("value", "verdict"), [(r"\frac16", "proved"), (r"\frac13", "refuted"), ("0.167", "tested")]
)
def test_vectors_of_logarithms_are_numbers(logits: str, value: str, verdict: str) -> None:
    model = r"Let $p_l = e^{z_l} / \sum_{m=1}^3 e^{z_m}$"
    assert verdicts(rf"{model} with $z = {logits}$. Then $p_1 = {value}$.") == [verdict]
