"""A value that a label has for some rows is no fact about all of them."""

from __future__ import annotations

import pytest

from gory import proofread

LOSS = r" Let $L = y D^2 + (1 - y) (m - D)^2$. Then $\frac{\partial L}{\partial D} = @$."
RIGHT, WRONG = "2 y D - 2 (1 - y)(m - D)", "2 y D + 2 (1 - y)(m - D)"
OF_SOME = (
    "The label is $y = 1$ for a similar pair.",
    "With the label $y = 1$ for a similar pair and $y = 0$ otherwise.",
    "The label is $y=1$ if the pair is similar.",
    "Labels are $y=0$ or $y=1$.",
    "The label $y$ is $y=1$ in the positive class.",
)
OF_ALL = ("Let $y = 1$.", "Set $y = 1$ for simplicity.", "Take $y=1$ for now.")


@pytest.mark.parametrize("words", OF_SOME)
def test_the_value_of_some_rows_is_not_granted(words: str) -> None:
    found = [proofread(words + LOSS.replace("@", x)).lines[-1].verdict for x in (RIGHT, WRONG)]
    assert found == ["proved", "refuted"]


@pytest.mark.parametrize("words", OF_ALL)
def test_a_value_that_is_set_is_granted(words: str) -> None:
    assert proofread(words + LOSS.replace("@", "2 D")).lines[-1].verdict == "proved"


def test_a_value_somewhere_leaves_a_line_open() -> None:
    text = r"Let $s = z/T$. We use $T = 1$ for training. Then $\frac{ds}{dz} = 1$."
    assert proofread(text).lines[-1].verdict == "unread"


WARM = r"Let $q_k = \frac{e^{z_k/T}}{\sum_j e^{z_j/T}}$. @ $\frac{\partial q_k}{\partial z_j} = "
IN_PASSING = (
    "Usually $T = 1$.",
    "Setting $T = 1$ gives the usual softmax.",
    "A common choice is $T = 1$.",
    "At test time $T = 1$.",
)


@pytest.mark.parametrize("words", IN_PASSING)
def test_a_value_in_passing_proves_nothing(words: str) -> None:
    text = WARM.replace("@", words)
    slopes = (r"\frac{1}{T} q_k (\delta_{kj} - q_j)$", r"q_k (\delta_{kj} - q_j)$")
    verdicts = [proofread(text + slope).lines[-1].verdict for slope in slopes]
    assert verdicts == ["proved", "unread"]
