"""Functions that are typed without a backslash, and losses by their usual names."""

from __future__ import annotations

import pytest

from gory import proofread


def verdicts(text: str) -> list[str]:
    return [line.verdict for line in proofread(text).lines]


SLOPES = {  # functions as people type them, and their derivatives
    "log(x)": (r"\frac{1}{x}", "x"),
    "-log(1 - x)": (r"\frac{1}{1 - x}", r"-\frac{1}{1 - x}"),
    "exp(-x)": ("-exp(-x)", "exp(-x)"),
    r"exp\left(2x\right)": (r"2 exp\left(2x\right)", r"exp\left(2x\right)"),
    "tanh(x)": ("1 - tanh(x)^2", "1 - tanh(x)"),
    "sigmoid(x)": ("sigmoid(x) (1 - sigmoid(x))", "sigmoid(x)"),
    "softplus(x)": ("sigmoid(x)", "softplus(x)"),
    "ln x": ("1 / x", "-1 / x"),
    "xlog(x)": ("log(x) + 1", "log(x)"),
    "sqrt(x)": ("1 / (2 sqrt(x))", "1 / sqrt(x)"),
}


@pytest.mark.parametrize("function", SLOPES)
def test_a_function_needs_no_backslash(function: str) -> None:
    right, wrong = SLOPES[function]
    text = rf"Let $y = {function}$. Then $\frac{{dy}}{{dx}} = @$."
    assert verdicts(text.replace("@", right)) == ["proved"]
    assert verdicts(text.replace("@", wrong)) == ["refuted"]


@pytest.mark.parametrize("letters", ["softmax", r"\text{softmax}", r"\operatorname{softmax}"])
def test_the_softmax_in_plain_letters(letters: str) -> None:
    text = rf"With $p = {letters}(z)$ and $L = -sum_k y_k log(p_k)$ for a one-hot $y$, " + (
        r"$\frac{\partial L}{\partial z_k} = @$."
    )
    assert verdicts(text.replace("@", "p_k - y_k")) == ["proved"]
    assert verdicts(text.replace("@", "y_k - p_k")) == ["refuted"]


def test_letters_of_a_product_are_no_function() -> None:
    text = r"With $y = l o g$ and $z = e x p$, $\frac{dy}{dl} = o g$ and $\frac{dz}{de} = x p$."
    assert verdicts(text) == ["proved", "proved"]


NETWORK = r"""
$$x = \text{input}, \quad z = x W + b_1, \quad h = \text{ReLU}(z), \quad t = h U + b_2$$
$$\hat y = \text{softmax}(t), \quad J = @$$
"""
GRADIENTS = r"""
$$\frac{\partial J}{\partial h} = (\hat y - y) U^T, \qquad \text{ReLU}'(z) = 1\{z > 0\}$$
"""


@pytest.mark.parametrize("loss", [r"CE(y, \hat y)", r"\text{CE}(y, \hat{y})", r"CE(\hat y, y)"])
def test_the_cross_entropy_by_its_name(loss: str) -> None:
    text = NETWORK.replace("@", loss) + GRADIENTS
    assert verdicts(text)[-2:] == ["proved", "proved"]
    assert "refuted" in verdicts(text.replace(r"\hat y - y", r"y - \hat y"))


def test_a_text_that_says_what_its_loss_is_means_that() -> None:
    text = r"""Let $CE(a, b) = -\sum_k b_k \log a_k$ and $\hat y = \text{softmax}(z)$.
Then $J = CE(\hat y, y)$ and $J = -\sum_k y_k \log \hat y_k$."""
    assert "refuted" not in verdicts(text)


def test_two_predictions_are_not_told_apart() -> None:
    text = r"With $J = CE(p, q)$ we get $\frac{\partial J}{\partial q_k} = -p_k / q_k$."
    assert verdicts(text) == ["unread"]


def test_greek_letters_need_no_backslash() -> None:
    text = r"""Let $f = sigma(theta x)$ with $sigma(u) = 1/(1 + exp(-u))$.
Then $df/dtheta = x f (1 - f)$ and $\frac{df}{dx} = @ f (1 - f)$."""
    assert verdicts(text.replace("@", "theta")) == ["proved", "proved"]
    assert verdicts(text.replace("@", "x")) == ["proved", "refuted"]
