"""Mean values as names: with angles, or with an E."""

from __future__ import annotations

import pytest

from gory import proofread

GAS = (
    r"A system has $P_i = e^{-\beta E_i} / Z$ with $Z = \sum_i e^{-\beta E_i}$ and "
    r"$\langle E \rangle = \sum_i P_i E_i$. "
)
SOFTMAX = r"Let $p_k = e^{z_k}/\sum_j e^{z_j}$ and "
MEANS = {
    "in angles": (
        GAS + r"$$\frac{\partial \ln Z}{\partial \beta} = § \langle E \rangle$$", "-", "",
    ),
    "of a square, by the same weights": (
        GAS + r"$$\frac{\partial^2 \ln Z}{\partial \beta^2} = \langle E^2 \rangle § "
        r"\langle E \rangle^2$$",
        "-", "+",
    ),
    "of a square that is defined": (
        GAS + r"$\langle E^2 \rangle = \sum_i P_i E_i^2$. $$\frac{\partial \langle E \rangle}"
        r"{\partial \beta} = -(\langle E^2 \rangle § \langle E \rangle^2)$$",
        "-", "+",
    ),
    "with an E": (
        SOFTMAX + r"$\mathbb E[f] = \sum_k p_k f_k$. $$\frac{\partial}{\partial z_j} "
        r"\mathbb E[f] = "
        r"p_j (f_j - §)$$",
        r"\mathbb E[f]", "f_j",
    ),
    "with an E and its weights": (
        SOFTMAX + r"$\mathbb{E}_p[x] = \sum_k p_k x_k$. $$\frac{\partial \mathbb{E}_p[x]}"
        r"{\partial z_j} = p_j (x_j § \mathbb{E}_p[x])$$",
        "-", "+",
    ),
    "on the way to a sum": (
        r"Let $\pi(a) = e^{z_a}/\sum_b e^{z_b}$ and $J = \mathbb{E}[r] = \sum_a \pi(a) r_a$. "
        r"$\frac{\partial J}{\partial z_b} = \pi(b) (r_b § \mathbb{E}[r])$.",
        "-", "+",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong"), MEANS.values(), ids=MEANS.keys())
def test_a_mean_is_what_its_equation_says(text: str, right: str, wrong: str) -> None:
    verdicts = {line.verdict for line in proofread(text.replace("§", right)).lines}
    assert verdicts - {"definition", "given"} == {"proved"}
    assert "refuted" in [line.verdict for line in proofread(text.replace("§", wrong)).lines]


def test_a_mean_of_which_nothing_is_said_is_not_read() -> None:
    text = SOFTMAX + r"$L = -\log p_c$. $$\frac{\partial L}{\partial z_j} = \mathbb{E}[x] - p_j$$"
    assert proofread(text).lines[-1].verdict == "unread"


def test_the_row_of_a_mean_is_shown_whole() -> None:
    text = GAS + r"$$\frac{\partial \ln Z}{\partial \beta} = - \langle E \rangle$$"
    assert proofread(text).lines[-1].text == r"- \langle E \rangle"
