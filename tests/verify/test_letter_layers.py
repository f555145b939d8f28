r"""Layers that are told by letters: ``a_j = \sum_i w_{ji} z_i`` and ``z_j = h(a_j)``."""

from __future__ import annotations

import pytest

from gory import proofread

UNIT = r"Let $net_j = \sum_i w_{ij} o_i$, $o_j = \sigma(net_j)$ with $\sigma(x) = 1 / (1 + e^{-x})$"
ONE = UNIT + r" and $E = \frac12 (o_j - t)^2$. "
TWO = UNIT + r" and $E = \frac12 \sum_k (o_k - t_k)^2$. "
OUTPUT = r"For output units $\delta_k = \frac{\partial E}{\partial net_k} = § o_k (1 - o_k)$. "
OPEN = (
    r"Let $a_j = \sum_i w_{ji} z_i$ and $z_j = h(a_j)$ with an activation function $h(\cdot)$, and "
    r"$\delta_j = \frac{\partial E_n}{\partial a_j}$. "
)
LINES = {  # a text with a place, what is right there, and slips
    "weights of an output unit": (
        ONE + r"$$\frac{\partial E}{\partial w_{ij}} = (o_j - t) o_j (1 - o_j) §$$",
        ("o_i", "o_j", "w_{ij}"),
    ),
    "an error of an output unit": (TWO + OUTPUT, ("(o_k - t_k)", "(t_k - o_k)")),
    "weights between two layers": (
        TWO + OUTPUT.replace("§", "(o_k - t_k)") + r"$$\frac{\partial E}{\partial w_{jk}} = §$$",
        (r"\delta_k o_j", r"\delta_k o_k"),
    ),
    "an error that is carried back": (
        TWO
        + OUTPUT.replace("§", "(o_k - t_k)")
        + r"$$\frac{\partial E}{\partial net_j} = o_j (1 - o_j) §$$",
        (r"\sum_k w_{jk} \delta_k", r"\sum_k o_k \delta_k", r"\sum_k w_{jk} o_k"),
    ),
    "a function and a loss that are left open": (
        OPEN + r"$$\delta_j = \sum_k \frac{\partial E_n}{\partial a_k} \frac{\partial a_k}"
        r"{\partial a_j} = § \sum_k w_{kj} \delta_k$$",
        ("h'(a_j)", "h(a_j)"),
    ),
    "the chain rule over the units behind": (
        OPEN + r"$$\delta_j = \sum_k \frac{\partial E_n}{\partial a_k} §$$",
        (r"\frac{\partial a_k}{\partial a_j}",),
    ),
    "plain text": (
        "net_j = sum_i w_ji o_i\no_j = 1/(1 + exp(-net_j))\nE = 1/2 sum_j (t_j - o_j)^2\n\n"
        "dE/dw_ji = -(t_j - o_j) o_j (1 - o_j) §",
        ("o_i", "w_ji"),
    ),
    "letters of the layer before that share a place": (
        r"Let $a_j = \sum_{k=1}^n w_{kj} o_k$ and $o_j = \tanh(a_j)$. "
        r"$$\frac{\partial o_j}{\partial w_{ij}} = (1 - o_j^2) §$$",
        ("o_i", "o_j", "o_j^2"),
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_right_step_holds_and_a_slip_is_refuted(name: str) -> None:
    text, (right, *slips) = LINES[name]
    assert proofread(text.replace("§", right)).lines[-1].verdict == "proved"
    for slip in slips:
        assert proofread(text.replace("§", slip)).lines[-1].verdict == "refuted"


def test_names_look_as_in_the_text() -> None:
    text, (_, slip, *_) = LINES["weights between two layers"]
    line = proofread(text.replace("§", slip)).lines[-1]
    assert line.why == "o[k] stands in the place of o[j]"
    assert line.repair_latex.endswith(r"= \delta_k o_j$")
    assert line.read_as == "delta[k] o[k]"


def test_letters_that_fit_no_layer_change_nothing() -> None:
    text = (
        r"Let $a_j = \sum_i w_{ji} z_i$ and $z_j = \tanh(a_j)$ with $w_{ij} = w_{ji}$. "
        r"$$\frac{\partial a_j}{\partial w_{ji}} = z_i$$"
    )
    assert all(line.verdict != "refuted" for line in proofread(text).lines)


def test_no_name_of_the_reader_is_shown() -> None:
    text, (_, slip, *_) = LINES["weights between two layers"]
    found = proofread(text.replace("§", slip))
    point = found.lines[-1].counterexample
    assert point is not None
    assert any(name.endswith(" of the layer behind") for name in point["values"])
    assert {one.defines for one in found.definitions} >= {"delta", "net", "o", "E"}
    assert "layerby" not in str(found)
