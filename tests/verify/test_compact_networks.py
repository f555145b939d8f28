"""Networks in a line or two, where only products and the softmax tell vectors from numbers."""

from __future__ import annotations

import pytest

from gory import proofread

LOSS = r"$$J = -\sum_k y_k \log \hat y_k, \qquad \sum_k y_k = 1$$"
COLUMNS = {  # a layer, and its derivative
    r"\tanh(W x + b)": r"(1 - h \odot h)",
    r"\sigma(W x + b)": r"h \odot (1 - h)",
    r"\text{ReLU}(W x + b)": r"1\{h > 0\}",
    r"\max(0, W x + b)": r"1\{h > 0\}",
}


def verdicts(text: str) -> list[str]:
    return [line.verdict for line in proofread(text).lines]


@pytest.mark.parametrize("layer", COLUMNS)
def test_a_hidden_layer_of_columns(layer: str) -> None:
    network = rf"$$h = {layer}, \quad \hat y = \text{{softmax}}(U h + c)$$" + LOSS
    text = (
        network
        + r"""
$$\frac{\partial J}{\partial U} = (\hat y - y) @$$
$$\frac{\partial J}{\partial h} = U^T (\hat y - y)$$
$$\frac{\partial J}{\partial b} = (U^T (\hat y - y)) \odot #$$
"""
    )
    right = text.replace("#", COLUMNS[layer])
    assert set(verdicts(right.replace("@", "h^T"))) <= {"proved", "tested"}
    assert verdicts(right.replace("@", "h"))[-3] == "refuted"
    assert verdicts(text.replace("#", "h").replace("@", "h^T"))[-1] == "refuted"


@pytest.mark.parametrize("layer", [r"\text{ReLU}(x W + b)", r"\tanh(x W + b)", "\\sigma(x W + b)"])
def test_a_hidden_layer_of_rows(layer: str) -> None:
    network = rf"$$h = {layer}, \quad \hat y = \text{{softmax}}(h U)$$" + LOSS
    text = (
        network
        + r"""
$$\frac{\partial J}{\partial h} = (\hat y - y) @$$
$$\frac{\partial J}{\partial U} = h^T (\hat y - y)$$
"""
    )
    assert verdicts(text.replace("@", "U^T"))[-2:] == ["proved"] * 2
    assert verdicts(text.replace("@", "U"))[-2] == "refuted"


def test_numbers_stay_numbers() -> None:
    text = r"$p = \sigma(w x + b)$ and $L = -\log p$, so $\frac{dL}{dw} = (p - 1) x$."
    assert verdicts(text) == ["proved"]


WORDS = r"""With $y_{pred} = \sigma(z)$ and
$$L = -[y_{true} \log(y_{pred}) + (1 - y_{true}) \log(1 - y_{pred})]$$
we get
$$\frac{dL}{dz} = @$$
"""


@pytest.mark.parametrize("words", [("true", "pred"), ("gold", "model"), ("target", "output")])
def test_words_below_a_name_belong_to_it(words: tuple[str, str]) -> None:
    text = WORDS.replace("true", words[0]).replace("pred", words[1])
    right, wrong = (f"y_{{{words[1]}}} {sign} y_{{{words[0]}}}" for sign in "-+")
    assert verdicts(text.replace("@", right)) == ["proved"]
    assert verdicts(text.replace("@", wrong)) == ["refuted"]


def test_letters_below_a_name_are_indices() -> None:
    text = r"""Let $S = \sum_{i,j,k,l} T_{ijkl}^2$. Then
$\frac{\partial S}{\partial T_{abcd}} = 2 T_{abcd}$."""
    assert verdicts(text) == ["proved"]
