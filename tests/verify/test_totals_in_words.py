r"""Totals that a text says in words, of targets that are smoothed or computed."""

from __future__ import annotations

import pytest

from gory import proofread

MODEL = (
    r"Let $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\sum_i t_i \log p_i$ with $t_i = DEF$. "
)
SLOPE = r"$$\frac{\partial L}{\partial z_i} = LINE$$"


def verdict(definition: str, words: str, line: str) -> str:
    text = MODEL.replace("DEF", definition) + words + SLOPE.replace("LINE", line)
    return proofread(text).lines[-1].verdict


@pytest.mark.parametrize(("line", "said"), [("p_i - t_i", "proved"), ("t_i - p_i", "refuted")])
def test_smoothed_targets_add_up_where_words_say_so_of_the_labels(line: str, said: str) -> None:
    assert verdict(r"(1 - a) y_i + a/K", "The $y_i$ sum to one. ", line) == said


def test_without_the_words_the_total_is_missing() -> None:
    assert verdict(r"(1 - a) y_i + a/K", "", "p_i - t_i") == "refuted"


@pytest.mark.parametrize("definition", ["2 y_i - r_i", "y_i^2"])
def test_words_about_a_computed_array_save_a_line(definition: str) -> None:
    assert verdict(definition, "The $t_i$ sum to one. ", "p_i - t_i") == "unread"
    assert verdict(definition, "The $t_i$ sum to two. ", "p_i - t_i") == "refuted"


def test_what_a_chain_differentiates_by_counts_nothing() -> None:
    text = r"""
$$p_k = \frac{e^{z_k / T}}{\sum_{j=1}^K e^{z_j / T}}, \qquad \sum_{k=1}^K y_k = 1 .$$
$$L = -\sum_{k=1}^K y_k \log p_k$$
$$\frac{\partial L}{\partial T} = \frac{1}{T^2} \sum_{k=1}^K y_k z_k
- \frac{1}{T^2} \sum_{j=1}^K p_j z_j = \frac{1}{T} \sum_{k=1}^K (y_k - p_k) z_k$$
"""
    assert [line.verdict for line in proofread(text).lines] == ["proved", "refuted"]


@pytest.mark.parametrize("thing", ["training example", "sample", "component", "observation"])
def test_what_a_text_is_about_is_no_case(thing: str) -> None:
    text = rf"For a single {thing} let $f = x^2$. For a single {thing} $\frac{{df}}{{dx}} = x$."
    assert proofread(text).lines[-1].verdict == "refuted"
