"""Networks as arrows, in LaTeX and in plain text."""

from __future__ import annotations

import pytest

from gory import proofread

TEX = r"""The network is $x \to z = W x + b \to h = \sigma(z) \to o = V h + c \to p =
\operatorname{softmax}(o)$ with $L = -\sum_k t_k \log p_k$ and $\sum_k t_k = 1$. Then
$\frac{\partial L}{\partial h} = @ (p - t)$.
"""
PLAIN = """network: x @ z = Wx + b @ h = sigmoid(z) @ o = Vh + c @ p = softmax(o)

t is one-hot
L = -sum_k t_k log p_k

dL/do = p - t
dL/dh = § (p - t)
"""


@pytest.mark.parametrize(("factor", "verdict"), [("V^T", "proved"), ("W^T", "refuted")])
def test_arrows_between_formulas(factor: str, verdict: str) -> None:
    assert proofread(TEX.replace("@", factor)).lines[-1].verdict == verdict


@pytest.mark.parametrize("arrow", ["→", "->", "-->"])
@pytest.mark.parametrize(("factor", "verdict"), [("V^T", "proved"), ("-V^T", "refuted")])
def test_arrows_in_plain_text(arrow: str, factor: str, verdict: str) -> None:
    text = PLAIN.replace("@", arrow).replace("§", factor)
    assert proofread(text).lines[-1].verdict == verdict


@pytest.mark.parametrize("flow", [r"x \to 0", r"f(x) = x \to 0", r"a = b + c \to d - e = f"])
def test_a_limit_is_no_flow(flow: str) -> None:
    found = proofread(f"As ${flow}$ we have $x^2 + x = x (x + 1)$.").lines
    assert all(line.verdict in ("proved", "unread") for line in found)
    assert found[-1].verdict == "proved"
