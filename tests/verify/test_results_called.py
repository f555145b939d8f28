"""Names that a sentence gives to what has just been found."""

from __future__ import annotations

import pytest

from gory import proofread

ABOVE = r"""Let $p_k = e^{z_k} / \sum_j e^{z_j}$ with $z_k = \sum_d W_{kd} x_d$, and
$L = -\sum_k y_k \log p_k$ with $\sum_k y_k = 1$. Then
$$\frac{\partial L}{\partial z_k} = p_k - y_k$$
"""
BELOW = r"""
$$\frac{\partial L}{\partial W_{kd}} = @$$
"""
CALLS = (
    r"Call this $\delta_k$. Then",
    r"We call this error $\delta_k$, so",
    r"We denote this by $\delta_k$.",
    r"Let us call it $\delta_k$. By the chain rule",
)


def last(words: str, gradient: str) -> str:
    return proofread(ABOVE + words + BELOW.replace("@", gradient)).lines[-1].verdict


@pytest.mark.parametrize("words", CALLS)
def test_a_name_for_what_was_found_is_its_definition(words: str) -> None:
    assert last(words, r"\delta_k x_d") == "proved"
    assert last(words, r"-\delta_k x_d") == "refuted"


def test_names_with_numbers_are_told_apart() -> None:
    text = r"""$Z_1 = X W_1$, $H = \tanh(Z_1)$, $Z_2 = H W_2$, $L = \frac12 \|Z_2 - Y\|_F^2$.
$$\frac{\partial L}{\partial Z_2} = Z_2 - Y$$
Call this $G_2$.
$$G_1 = \frac{\partial L}{\partial Z_1} = (G_2 W_2^T) \odot (1 - @)$$
"""
    right, wrong = (proofread(text.replace("@", one)).lines[-1] for one in ("H^2", "H"))
    assert (right.verdict, wrong.verdict) == ("proved", "refuted")


@pytest.mark.parametrize("reason", ["since $\\sum_k y_k = 1$.", "where $p_k = s_k$."])
def test_a_reason_is_not_what_is_called(reason: str) -> None:
    words = rf"This is so {reason} Call this $\delta_k$."
    assert last(words, r"\delta_k x_d") == "proved"
    assert last(words, r"-\delta_k x_d") == "refuted"


@pytest.mark.parametrize(
    "words",
    [
        r"Call this $\delta_k$ if you like, with $\delta_k = y_k - p_k$.",
        r"Some call $\delta_k$ an error.",
    ],
)
def test_what_is_defined_or_not_called_so_is_no_result(words: str) -> None:
    assert last(words, r"\delta_k x_d") != "proved"
