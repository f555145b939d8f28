r"""Recursions over layers: ``a^l``, ``W^{l+1}``, ``\delta^{(l)}``."""

from __future__ import annotations

import pytest

from gory import proofread

NIELSEN = (
    r"Let $z^l = W^l a^{l-1} + b^l$, $a^l = \sigma(z^l)$ and $C = \frac12 \|a^L - y\|^2$. With "
    r"$\delta^l = \frac{\partial C}{\partial z^l}$ we have "
)
ENTRIES = (
    r"Let $z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$, $a^l_j = \sigma(z^l_j)$ and "
    r"$\delta^l_j = \frac{\partial C}{\partial z^l_j}$. Then "
)
UPWARDS = (
    r"$$z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}, \qquad a^{(l+1)} = f(z^{(l+1)})$$ "
    r"with an activation $f$, and $\delta^{(l)} = \nabla_{z^{(l)}} J$. Then "
)
SQUARE = (
    r"Let $\mathbf{z}^{[l]} = \mathbf{W}^{[l]} \mathbf{a}^{[l-1]} + \mathbf{b}^{[l]}$ and "
    r"$\mathbf{a}^{[l]} = \tanh(\mathbf{z}^{[l]})$. Then "
)
IN_WORDS = (
    r"Layer $l$ comes after layer $l-1$, for $l = 1, \dots, L$. Its activations are "
    r"$$a^l_j = \sigma\left(\sum_k w^l_{jk} a^{l-1}_k + b^l_j\right),$$ in short "
    r"$a^l = \sigma(z^l)$ with $z^l \equiv w^l a^{l-1} + b^l$. The error is "
    r"$\delta^l_j \equiv \frac{\partial C}{\partial z^l_j}$ with $C = \frac12 \|y - a^L\|^2$. Then "
)
NUMBERED = (
    r"Let $a^{(0)} = x$ and, for $l = 1, 2$, $z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}$, "
    r"$a^{(l)} = \tanh(z^{(l)})$, $J = \frac12 \|a^{(2)} - y\|^2$. "
    r"Let $\delta_i^{(2)} = \frac{\partial J}{\partial z_i^{(2)}}$ and "
    r"$\delta_i^{(1)} = \frac{\partial J}{\partial z_i^{(1)}}$. Then "
)
LINES = {  # a text with a place, what is right there, and slips
    "the last layer": (
        NIELSEN + r"$$\delta^L = § \odot \sigma'(z^L)$$",
        ("(a^L - y)", "(a^L + y)"),
    ),
    "one layer back": (
        NIELSEN + r"$$\delta^l = (§ \delta^{l+1}) \odot \sigma'(z^l)$$",
        ("(W^{l+1})^T", "W^{l+1}", "(W^l)^T"),
    ),
    "the weights": (
        NIELSEN + r"$$\frac{\partial C}{\partial W^l} = \delta^l §$$",
        ("(a^{l-1})^T", "(a^l)^T"),
    ),
    "one layer back, by entries": (
        ENTRIES + r"$$\delta^l_j = \sum_k § \delta^{l+1}_k \sigma'(z^l_j)$$",
        ("w^{l+1}_{kj}", "w^{l+1}_{jk}"),
    ),
    "weights by entries": (
        ENTRIES + r"$$\frac{\partial C}{\partial w^l_{jk}} = § \delta^l_j$$",
        ("a^{l-1}_k", "a^l_k"),
    ),
    "layers in brackets that go up": (
        UPWARDS + r"$$\delta^{(l)} = \left((W^{(l)})^T \delta^{(l+1)}\right) \odot §$$",
        ("f'(z^{(l)})", "f(z^{(l)})"),
    ),
    "weights of layers that go up": (
        UPWARDS + r"$$\nabla_{W^{(l)}} J = § (a^{(l)})^T$$",
        (r"\delta^{(l+1)}", r"\delta^{(l)}"),
    ),
    "a layer spoken of in words, and an activation that is said twice": (
        IN_WORDS + r"$$\delta^l = (§ \delta^{l+1}) \odot \sigma'(z^l)$$",
        ("(w^{l+1})^T", "w^{l+1}"),
    ),
    "all layers of two": (
        NUMBERED + r"$$\frac{\partial J}{\partial W_{ij}^{(l)}} = § \delta_i^{(l)}$$",
        ("a_j^{(l-1)}", "a_j^{(l)}"),
    ),
    "what holds for the first layer only": (
        NUMBERED + r"$$\frac{\partial J}{\partial W^{(l)}} = \delta^{(l)} §^\top$$",
        ("(a^{(l-1)})", "x"),
    ),
    "one of two layers": (
        NUMBERED + r"$$\delta_i^{(1)} = (1 - (a_i^{(1)})^2) \sum_j § \delta_j^{(2)}$$",
        ("W_{ji}^{(2)}", "W_{ij}^{(2)}"),
    ),
    "square brackets and a transpose in one script": (
        SQUARE + r"$$\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{[l]}} = "
        r"\frac{\partial \mathcal{L}}{\partial \mathbf{z}^{[l]}} §$$",
        (r"\mathbf{a}^{[l-1] T}",),
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_right_step_holds_and_a_slip_is_refuted(name: str) -> None:
    text, (right, *slips) = LINES[name]
    assert proofread(text.replace("§", right)).lines[-1].verdict in ("proved", "tested")
    for slip in slips:
        assert proofread(text.replace("§", slip)).lines[-1].verdict == "refuted"


def test_layers_are_written_as_in_the_text() -> None:
    text, (_, slip) = LINES["weights by entries"]
    line = proofread(text.replace("§", slip)).lines[-1]
    assert line.why == "a^l[k] stands in the place of a^(l-1)[k]"
    assert "a^{l-1}_k" in line.repair_latex


def test_another_last_layer_is_defined_where_it_stands() -> None:
    text = (
        r"Let $z^l = W^l a^{l-1}$ and $a^l = \tanh(z^l)$. The output is "
        r"$a^L = \operatorname{softmax}(z^L)$, and $C = -\log a^L_c$ with "
        r"$\delta^l = \frac{\partial C}{\partial z^l}$. $$\delta^L_j = a^L_j § \delta_{jc}$$"
    )
    for sign, verdicts in (("-", ("proved", "unread")), ("+", ("refuted", "unread"))):
        assert proofread(text.replace("§", sign)).lines[-1].verdict in verdicts


def test_an_exponent_is_no_layer() -> None:
    text = r"Let $f = x^l$ with $l = 3$. $$\frac{df}{dx} = l x^{l-1}$$"
    assert all(line.verdict != "refuted" for line in proofread(text).lines)
