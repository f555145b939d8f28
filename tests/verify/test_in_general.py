r"""Lines above a special case are judged as if it were not there."""

from __future__ import annotations

import pytest

import gory
from gory.notation.manuscript.words._special_cases import special_cases

SQUARE = r"$f = c\,x^2$. Then $\frac{df}{dx} = %s$. %s"
SPECIAL = [
    "In the next section $c = 1$.",
    "In the simplest case $c = 1$.",
    "The usual choice is $c = 1$.",
    "In particular, for $c = 1$ it is the parabola.",
    "At the end of training $c = 1$.",
    "Later we shall set $c = 1$.",
    "If in addition $c = 1$, it is the parabola.",
]
CROSS_ENTROPY = r"""
Let $q_c = e^{a_c}/\sum_d e^{a_d}$ and $J = -\sum_c w_c \ln q_c$ with arbitrary weights $w_c$, and
$W = \sum_c w_c$.

$$\frac{\partial J}{\partial a_c} = %s$$

The usual case is $W = 1$, in which the gradient is $q_c - w_c$.
"""
ANY_FUNCTION = r"""
Let $y = f(w x)$. Then
$$\frac{dy}{dx} = %s$$
A popular choice is $f(u) = \tanh u$, for which
$$\frac{dy}{dx} = w (1 - y^2)$$
"""


def first(text: str) -> gory.CheckedLine:
    return gory.proofread(text).lines[0]


@pytest.mark.parametrize("special", SPECIAL)
def test_a_special_case_does_not_save_a_line_above_it(special: str) -> None:
    assert first(SQUARE % ("2 c x", special)).verdict == "proved"
    assert first(SQUARE % ("2 x", special)).verdict == "refuted"


@pytest.mark.parametrize("remark", ["where $c = 1$.", "Here $c = 1$.", "Here the usual $c = 1$."])
def test_what_points_back_is_no_special_case(remark: str) -> None:
    assert special_cases(SQUARE % ("2 x", remark)) == []
    assert first(SQUARE % ("2 x", remark)).verdict != "refuted"


def test_a_sum_that_is_one_in_the_usual_case() -> None:
    assert first(CROSS_ENTROPY % "W q_c - w_c").verdict == "proved"
    wrong = first(CROSS_ENTROPY % "q_c - w_c")
    assert wrong.verdict == "refuted"
    assert wrong.repair == "holds if sum_c w[c] = 1"


@pytest.mark.parametrize("wrong", ["f'(w x)", "w f(w x)", "w (1 + f(w x))"])
def test_a_function_that_is_chosen_below_may_be_any_above(wrong: str) -> None:
    right, chosen = gory.proofread(ANY_FUNCTION % "w f'(w x)").lines
    assert (right.verdict, chosen.verdict) == ("proved", "proved")
    one, chosen = gory.proofread(ANY_FUNCTION % wrong).lines
    assert (one.verdict, chosen.verdict) == ("refuted", "proved")


def test_a_loss_that_is_chosen_below_may_be_any_above() -> None:
    text = (
        r"$y_i = g_i h_i + (1 - g_i) x_i$ with $h_i = \tanh(c_i)$. Then"
        "\n"
        r"$$\frac{\partial E}{\partial c_i} = \frac{\partial E}{\partial y_i} %s (1 - h_i^2)$$"
        "\n"
        r"In particular, for $E = \frac12 \sum_i (y_i - t_i)^2$ it is simple."
    )
    assert first(text % "g_i").verdict == "proved"
    assert first(text % "(1 - g_i)").verdict == "refuted"


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"\frac{g'(x_j)}{\sum_k g(x_k)} (\delta_{ij} - s_i)", "proved"),
        (r"\frac{g'(x_j)}{\sum_k g(x_k)} (\delta_{ij} + s_i)", "refuted"),
        (r"\frac{g(x_j)}{\sum_k g(x_k)} (\delta_{ij} - s_i)", "refuted"),
    ],
)
def test_a_function_whose_derivative_is_named_in_words(line: str, verdict: str) -> None:
    text = (
        r"For a positive function $g$ with derivative $g'$ let "
        r"$s_i = \frac{g(x_i)}{\sum_k g(x_k)}$. "
        rf"Then $$\frac{{\partial s_i}}{{\partial x_j}} = {line}.$$ "
        r"The choice $g(x) = e^x$ gives back $s_i (\delta_{ij} - s_j)$."
    )
    assert first(text).verdict == verdict
