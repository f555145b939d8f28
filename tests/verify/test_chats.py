"""Plain text of people: speakers, times, points, headings, labels before a formula."""

from __future__ import annotations

import pytest

from gory import proofread

BEFORE = (
    "<omar> ",
    "[14:02] anna: ",
    "(14:02:33) ",
    "@ben: ",
    "> > ",
    "a) (4 P.)  ",
    "(ii) [2.5 pts]: ",
    "Part I. ",
    "Step 2: ",
    "Aufgabe 3.1) ",
    "Softmax\n-------\n",
    "Gradient\n=====\n",
    "and what is it then? ",
    "Somit ist ",
    "d'où ",
)
SLOPES = (("f (1 - f)", "proved"), ("f (1 + f)", "refuted"))


@pytest.mark.parametrize("before", BEFORE)
def test_what_stands_before_a_formula_is_no_part_of_it(before: str) -> None:
    for slope, verdict in SLOPES:
        text = f"{before}f = 1/(1 + exp(-x))\n\n{before}df/dx = {slope}\n"
        found = [one.verdict for one in proofread(text).lines]
        assert [one for one in found if one != "given"] == [verdict]


@pytest.mark.parametrize("sign", ["[(", "14:02 ", "<a> ", "(4 P.) ", "Part I. ", "> ", "-"])
def test_long_beginnings_of_lines_are_read_in_time(sign: str) -> None:
    assert proofread(sign * (10_000 // len(sign)) + " f = 1") is not None


LAYER = (
    "For the first layer we sum over all outputs, so",
    "For the hidden layer we get",
)


@pytest.mark.parametrize("words", LAYER)
def test_a_part_of_a_network_is_no_case(words: str) -> None:
    text = (
        r"Let $z_k = \sum_j w_{kj} h_j$ and $L = \sum_k z_k^2$. " + words + " "
        r"$$\frac{\partial L}{\partial h_j} = §\sum_k w_{kj} z_k$$"
    )
    assert proofread(text.replace("§", "2 ")).lines[-1].verdict == "proved"
    assert proofread(text.replace("§", "")).lines[-1].verdict == "refuted"


@pytest.mark.parametrize(("value", "verdict"), [("2.303", "tested"), ("2.203", "unread")])
def test_a_decimal_of_one_digit_is_no_excuse(value: str, verdict: str) -> None:
    found = proofread(rf"The loss is $-\log 0.1 \approx {value}$.").lines[-1]
    assert found.verdict == verdict


@pytest.mark.parametrize("body", [r"\sum ", r"\sum 2 ", r"(\sum "])
def test_sums_without_an_index_may_be_nested_deep(body: str) -> None:
    for times in (20, 3000):
        lines = proofread(f"$$L = {body * times} p_i$$").lines
        assert {line.verdict for line in lines} <= {"unread", "given"}
