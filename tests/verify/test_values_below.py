r"""A value that a sentence below puts for a name makes nothing right that stands above it."""

from __future__ import annotations

import pytest

import gory

SMOOTHED = r"""
$$p_i = (1 - \epsilon) y_i + \epsilon / K$$

$$\frac{\partial p_i}{\partial y_i} = 1 %s \epsilon$$

%s
"""
PASSING = [
    r"With $\epsilon = 0$, nothing is smoothed.",
    r"Here $\epsilon = 0$ means no smoothing.",
    r"This is cross entropy with $\epsilon = 0$.",
    r"Since $\epsilon = 0$ is allowed, nothing is lost.",
]
VARIANCE = r"""
$$\ell = -\frac{1}{2\sigma^2} (y - \mu)^2$$

$$\frac{\partial \ell}{\partial \mu} = \frac{1}{\sigma^%d} (y - \mu)$$

With $\sigma^2 = 1$ this is the residual.
"""


def verdict(text: str) -> str:
    return gory.proofread(text).lines[-1].verdict


@pytest.mark.parametrize("sentence", PASSING)
def test_a_line_that_holds_by_the_value_alone_does_not_pass(sentence: str) -> None:
    line = gory.proofread(SMOOTHED % ("+", sentence)).lines[-1]
    assert line.verdict == "unread"
    assert "the value that stands below it" in line.why


@pytest.mark.parametrize("sentence", PASSING)
def test_a_line_that_holds_in_general_does(sentence: str) -> None:
    assert verdict(SMOOTHED % ("-", sentence)) in ("proved", "tested")


def test_a_square_may_have_a_value_as_well() -> None:
    assert verdict(VARIANCE % 2) in ("proved", "tested")
    assert verdict(VARIANCE % 4) == "unread"


@pytest.mark.parametrize(
    "said", ["Throughout, $c = 1$.", "We always take $c = 1$.", "Here $c = 1$."]
)
def test_what_is_said_of_all_of_the_text_is_granted(said: str) -> None:
    text = "$$f = c x^2$$\n\n$$\\frac{df}{dx} = 2 x$$\n\n" + said
    assert verdict(text) in ("proved", "tested")


def test_a_value_holds_below_its_sentence() -> None:
    below = "$$f = c x^2$$\n\nWith $c = 1$ we get\n\n$$\\frac{df}{dx} = 2 x$$\n"
    assert verdict(below) in ("proved", "tested")


def test_two_values_of_one_sentence_make_nothing_right() -> None:
    text = r"""
$$f = a_1 x + a_2^2 x^3$$

$$\frac{\partial f}{\partial a_2} = %s x^3$$

With $a_1 = 0$ and $a_2 = 1$ we get a cubic.
"""
    assert verdict(text % "2 a_2") == "proved"
    assert verdict(text % "2") == "unread"
