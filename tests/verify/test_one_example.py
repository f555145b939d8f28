r"""A derivative of a total that is taken "for one training example"."""

from __future__ import annotations

import pytest

from gory import proofread

MODEL = r"Let $h_\theta(x) = g(\theta^T x)$ with $g(z) = \frac{1}{1 + e^{-z}}$. "
LIKELIHOOD = (
    r"$$\ell(\theta) = \sum_{i=1}^m y^{(i)} \log h_\theta(x^{(i)})"
    r" + (1 - y^{(i)}) \log (1 - h_\theta(x^{(i)})) .$$"
)
COST = r"$$J(\theta) = §\sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)})^2 .$$"
WORDS = (
    "For one training example $(x, y)$ we get",
    "Let us take a single example. Its gradient, that of a single example, is",
    "Working with just one training example $(x, y)$,",
)


def verdicts(*pieces: str) -> list[str]:
    return [line.verdict for line in proofread("\n".join(pieces)).lines]


@pytest.mark.parametrize("words", WORDS)
def test_the_term_of_one_example_is_meant(words: str) -> None:
    asked = r"$$\frac{\partial}{\partial \theta_j} \ell(\theta) = §$$"
    right, wrong = "(y - h_\\theta(x)) x_j", "(h_\\theta(x) - y) x_j"
    assert verdicts(MODEL, LIKELIHOOD, words, asked.replace("§", right)) == ["proved"]
    assert verdicts(MODEL, LIKELIHOOD, words, asked.replace("§", wrong)) == ["refuted"]


@pytest.mark.parametrize("factor", [r"\frac{1}{2m} ", r"\frac{1}{2} "])
def test_the_number_of_examples_is_one(factor: str) -> None:
    asked = r"$$\frac{\partial J}{\partial \theta_j} = (\theta^T x - y) x_j$$"
    assert verdicts(COST.replace("§", factor), WORDS[0], asked) == ["proved"]


def test_what_is_added_to_the_total_leaves_it_open() -> None:
    cost = COST.replace("§", r"\frac{\lambda}{2} \sum_j \theta_j^2 + \frac{1}{2} ")
    asked = r"$$\frac{\partial J}{\partial \theta_j} = (\theta^T x - y) x_j$$"
    assert verdicts(cost, WORDS[0], asked) == ["unread"]


def test_without_such_words_the_total_is_meant() -> None:
    asked = r"$$\frac{\partial}{\partial \theta_j} \ell(\theta) = (y - h_\theta(x)) x_j$$"
    assert verdicts(MODEL, LIKELIHOOD, "We get", asked) != ["proved"]
