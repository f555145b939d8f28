"""Gradients without their loss: ``dz = a - y``, ``dW = X^T dZ``, said or meant."""

from __future__ import annotations

import pytest

from gory import proofread

ONE = (
    r"Let $z = w x + b$, $a = \sigma(z)$ with $\sigma(z) = \frac{1}{1+e^{-z}}$, and "
    r"$L(a, y) = -(y \log a + (1-y) \log(1-a))$. "
)
MANY = (
    r"$z^{(i)} = w^T x^{(i)} + b$, $a^{(i)} = \sigma(z^{(i)})$, "
    r"$J = \frac1m \sum_{i=1}^m L(a^{(i)}, y^{(i)})$ with "
    r"$L(a, y) = -(y \log a + (1-y) \log(1-a))$ and $\sigma(z) = \frac{1}{1+e^{-z}}$: "
)
ATTENTION = (
    r"Let $P_{ij} = \frac{e^{S_{ij}}}{\sum_l e^{S_{il}}}$ and $o_{id} = \sum_j P_{ij} v_{jd}$, "
    r"let $\phi$ be the loss and $do_{id} = \frac{\partial \phi}{\partial o_{id}}$. "
)
PASSES = {
    "of one instance": (ONE + r"$$dz = §$$ $$dw = x\, dz$$", "a - y", "y - a"),
    "of its weight": (ONE + r"$$dz = a - y$$ $$dw = x\, §$$", "dz", "z"),
    "of one instance of many": (
        MANY + r"$$dz^{(i)} = §$$ $$dw = \frac1m \sum_{i=1}^m x^{(i)} dz^{(i)}$$",
        "a^{(i)} - y^{(i)}", "y^{(i)} - a^{(i)}",
    ),
    "of the weight of many": (
        MANY + r"$$dz^{(i)} = a^{(i)} - y^{(i)}$$ $$dw = \frac1m \sum_{i=1}^m x^{(i)} §$$",
        "dz^{(i)}", "z^{(i)}",
    ),
    "of the mean": (
        MANY + r"$$dz^{(i)} = \frac1m (§)$$ $$dw = \sum_{i=1}^m x^{(i)} dz^{(i)}$$",
        "a^{(i)} - y^{(i)}", "y^{(i)} - a^{(i)}",
    ),
    "declared by an equation": (ATTENTION + r"$$dv_{jd} = \sum_i § do_{id}$$", "P_{ij}", "P_{ji}"),
    "and the others likewise": (
        ATTENTION + r"$$dP_{ij} = \sum_d do_{id} v_{jd}$$ "
        r"$$dS_{ij} = P_{ij} (dP_{ij} - \sum_l P_{il} §)$$",
        "dP_{il}", "P_{il}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong"), PASSES.values(), ids=PASSES.keys())
def test_a_short_gradient_is_the_derivative_of_the_loss(text: str, right: str, wrong: str) -> None:
    verdicts = {line.verdict for line in proofread(text.replace("§", right)).lines}
    assert verdicts - {"definition", "given"} == {"proved"}
    assert "refuted" in [line.verdict for line in proofread(text.replace("§", wrong)).lines]


@pytest.mark.parametrize(
    "text",
    [
        r"The differential is $df = 2 x\, dx$ of $f = x^2$, and $dL = f\, df$.",
        r"Let $p = e^z$ and $L = p^2$. Then $dp = p\, dz$ and $dz = dp / p$.",
        ONE + r"$$dz = a - y$$ $$dw = \frac1m \sum_i x^{(i)} dz^{(i)}$$",
        MANY + r"$$dz^{(i)} = a^{(i)} - y^{(i)}$$ $$dw = \sum_i x^{(i)} dz^{(i)}$$",
    ],
    ids=["differentials", "forwards", "a mean of no loss", "no factor anywhere"],
)
def test_what_may_be_another_thing_is_not_called_wrong(text: str) -> None:
    assert "refuted" not in [line.verdict for line in proofread(text).lines]


def test_a_derivative_that_is_zero_as_it_is_read_proves_nothing() -> None:
    text = (
        r"$E = \sum_k t_k \log y_k$ and $d_k = \frac{\partial E}{\partial z_k}$. Then "
        r"$$\frac{\partial E}{\partial w_{kj}} = d_k x_j = d_k h_j$$"
    )
    assert {line.verdict for line in proofread(text).lines if line.verdict != "given"} <= {
        "unread",
        "definition",
    }


ATTENTION = (
    r"Let $P = \operatorname{softmax}(S)$ row by row, $O = P V$, and let $\mathcal{L}$ be a scalar "
    r"loss. Denote $dO = \partial \mathcal{L} / \partial O$ and so on. "
    r"$$dV = %s$$ $$dP = dO \, %s$$"
)


@pytest.mark.parametrize(
    ("rights", "found"),
    [
        ((r"P^\top dO", r"V^\top"), ["proved", "proved"]),
        (("P dO", r"V^\top"), ["refuted", "proved"]),
        ((r"P^\top dO", "V"), ["proved", "refuted"]),
    ],
)
def test_a_gradient_may_be_said_with_a_slash(rights, found):
    assert [line.verdict for line in proofread(ATTENTION % rights).lines] == found
