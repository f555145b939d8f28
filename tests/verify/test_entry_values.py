"""Vectors and matrices of numbers at the end of an equation, judged entry by entry."""

from __future__ import annotations

import pytest

from gory import proofread

SOFTMAX = r"""Let $p = \mathrm{softmax}(z)$ and $L = -\sum_k y_k \log p_k$ with a one-hot $y$, so
$\nabla_z L = p - y$.

**Example.** Take $z = (2, 1, 0)^T$ and $y = (1, 0, 0)^T$. Then

$$p = \mathrm{softmax}(z) = @$$
"""


def wrong(text: str) -> list[tuple[str, str]]:
    return [(line.text, line.repair) for line in proofread(text).lines if line.verdict == "refuted"]


def verdicts(text: str) -> set[str]:
    return {line.verdict for line in proofread(text).lines}


@pytest.mark.parametrize(
    "vector",
    [
        "(0.665, 0.245, @)",
        "[0.665, 0.245, @]^T",
        r"(0.665, 0.245, @)^{\mathsf T}",
        r"\begin{pmatrix} 0.665 \\ 0.245 \\ @ \end{pmatrix}",
        r"\begin{bmatrix} 0.665 & 0.245 & @ \end{bmatrix}",
    ],
)
def test_every_entry_is_judged(vector: str) -> None:
    right, slip = (SOFTMAX.replace("@", vector).replace("@", one) for one in ("0.090", "0.900"))
    assert verdicts(right) <= {"proved", "tested"}
    [(text, repair)] = wrong(slip)
    assert text == "0.900"
    assert repair.endswith("= 0.090")


def test_a_gradient_at_numbers() -> None:
    text = SOFTMAX.replace(
        "@", r"(0.665, 0.245, 0.090), \quad \nabla_z L = p - y = (@, 0.245, 0.090)"
    )
    assert verdicts(text.replace("@", "-0.335")) <= {"proved", "tested"}
    assert wrong(text.replace("@", "0.335")) == [("0.335", "(p - y)_{1} = -0.335")]


LAYER = r"""A layer with weights $W = \begin{bmatrix} 1 & 0 & 2 \\ -1 & 1 & 0 \end{bmatrix}$, bias
$b = (0, 1)$ and input $x = (1, 2, 0)^T$ gives $z = W x + b = \begin{bmatrix} 1 \\ @ \end{bmatrix}$
and $p = \text{softmax}(z) = (0.269, 0.731)$. For the target $y = (1, 0)$ the gradient is
$\delta = p - y = (-0.731, 0.731)$ and
$\delta x^T = \begin{pmatrix} -0.731 & -1.462 & 0 \\ 0.731 & # & 0 \end{pmatrix}$.
"""


def test_matrices_of_numbers() -> None:
    right = LAYER.replace("@", "2").replace("#", "1.462")
    assert verdicts(right) <= {"proved", "tested"}
    assert len(wrong(LAYER.replace("@", "3").replace("#", "1.462"))) == 1
    assert wrong(LAYER.replace("@", "2").replace("#", "1.642")) == [
        ("1.642", r"(\delta x^T)_{2,2} = 1.462")
    ]


def test_entries_without_the_numbers_they_come_from_are_left_open() -> None:
    text = r"Let $p = \mathrm{softmax}(z)$. Here $p - y = (0.1, 0.2, -0.3)$."
    assert verdicts(text) == {"unread"}


def test_what_is_no_vector_is_left_unread() -> None:
    text = r"The minimum of $f(x, y) = x^2 + y^2$ is where $(x, y) = (0, 0)$."
    assert [line.text for line in proofread(text).lines if line.verdict == "unread"][-1] == "(0, 0)"


def test_entries_that_count_from_zero_are_not_taken_for_others() -> None:
    text = r"""Let $p_k = e^{z_k} / \sum_{j=0}^{2} e^{z_j}$ for $k = 0, 1, 2$. For $z = (2, 1, 0)^T$
we get $p_0 = 0.665$ and with $y = (1, 0, 0)$ the gradient $p - y = (-0.335, 0.245, 0.090)^T$.
"""
    assert "refuted" not in verdicts(text)
