r"""Softmax by the name of the logistic function, powers of its entries, entries of whole arrays."""

from __future__ import annotations

import pytest

from gory import proofread

SIGMA = (
    r"Let $\sigma: \mathbb{R}^K \to \mathbb{R}^K$ be the softmax function, "
    r"$\sigma(z)_i = \frac{\exp(z_i)}{\sum_{j=1}^K \exp(z_j)}$, with the Jacobian "
    r"$J = \mathrm{diag}(\sigma(z)) - \sigma(z) \sigma(z)^\top$. "
)
SHORT = r"Let $\sigma(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$. "
NETWORK = (
    r"For a batch $X \in \mathbb{R}^{N \times D}$ let $Z_1 = X W_1$, $A_1 = \mathrm{ReLU}(Z_1)$, "
    r"$Z_2 = A_1 W_2 + b_2$, $P = \mathrm{softmax}(Z_2)$ and "
    r"$L = -\frac{1}{N} \sum_{i=1}^N \log P_{i, y_i}$. "
)
LINES = {  # a text with a place, what is right there, and slips
    "an entry without its argument": (
        SHORT + r"$$\frac{\partial \sigma_i}{\partial z_k} = \sigma_i (\delta_{ik} - §)$$",
        (r"\sigma_k", r"\sigma_i"),
    ),
    "a power of an entry": (
        SIGMA + r"$$\frac{\partial \sigma_i}{\partial z_i} = \sigma_i - §$$",
        (r"\sigma_i^2", r"\sigma_i", r"\sigma_i^3"),
    ),
    "a power of an entry with its argument": (
        r"With $s = \operatorname{softmax}(z)$ we have $$\frac{\partial s_i}{\partial z_i} = "
        r"s_i - \operatorname{softmax}(z)§$$",
        ("_i^2", "_i"),
    ),
    "entries of a matrix of functions": (
        SIGMA + r"If $i = k$, all is as before. $$J_{ik} = \sigma_i (\delta_{ik} § \sigma_k)$$",
        ("-", "+"),
    ),
    "an indicator of every entry": (
        NETWORK + r"$$\frac{\partial L}{\partial Z_1} = \frac{\partial L}{\partial A_1} §$$",
        (r"\odot \mathbb{1}[Z_1 > 0]", r"\odot \mathbb{1}[Z_1 < 0]"),
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_right_step_holds_and_a_slip_is_refuted(name: str) -> None:
    text, (right, *slips) = LINES[name]
    assert proofread(text.replace("§", right)).lines[-1].verdict == "proved"
    for slip in slips:
        assert proofread(text.replace("§", slip)).lines[-1].verdict == "refuted"


@pytest.mark.parametrize(("of", "verdict"), [("Z_2", "proved"), ("A_1", "unread")])
def test_an_index_behind_a_matrix_is_that_of_a_row(of: str, verdict: str) -> None:
    sums = rf"\sum_{{i=1}}^N \left(\frac{{\partial L}}{{\partial {of}}}\right)_i"
    line = proofread(NETWORK + rf"$$\frac{{\partial L}}{{\partial b_2}} = {sums}$$").lines[-1]
    assert line.verdict == verdict


def test_what_the_letters_of_logistic_regression_mean_stays() -> None:
    text = (
        r"Let $\sigma(a) = \frac{1}{1 + e^{-a}}$ and $p_i = \sigma(w^\top x_i)$. "
        r"$$\nabla_w p_i = p_i (1 - p_i) x_i$$"
    )
    assert proofread(text).lines[-1].verdict == "proved"
