r"""Sums over a part of a range, ``\sum_{k=2}^K`` and ``\sum_{k=1}^{K-1}`` beside the whole one."""

from __future__ import annotations

import pytest

import gory

SOFTMAX = r"Let $p_k = \frac{e^{a_k}}{\sum_{j=1}^K e^{a_j}}$. Then "
RIGHT = {
    "all but the first": SOFTMAX + r"$\sum_{k=2}^K p_k = 1 - p_1$.",
    "the first apart": (
        r"Let $s = x_1^2 + \sum_{i=2}^n x_i^2$. Then $\frac{\partial s}{\partial x_1} = 2 x_1$."
    ),
    "the first taken out": r"Let $s = \sum_{i=1}^n x_i^2$. Then $s = x_1^2 + \sum_{i=2}^n x_i^2$.",
    "all entries but the first": (
        r"Let $p_k = e^{z_k} / \sum_{l=1}^K e^{z_l}$ and $L = -\ln p_1$. Then "
        r"$$\frac{\partial L}{\partial z_k} = p_k \qquad (k = 2, \dots, K)$$"
    ),
    "a definition that begins with two": (
        r"Let $$h_t = 2 x_t^2 \qquad (t = 2, \dots, T).$$ "
        r"Then $\frac{\partial h_t}{\partial x_t} = 4 x_t$."
    ),
    "arrays of which one has an entry by number": (
        r"Let $s = \sum_{k=1}^K p_k$ and $u = 2 p_1$. Then "
        r"$\sum_{k=1}^{K-1} p_k - \sum_{k=1}^{K-1} y_k = \sum_{k=1}^{K-1} (p_k - y_k)$."
    ),
    "a range that ends at K - 1": (
        r"Let $p_k = \frac{e^{a_k}}{\sum_{j=0}^{K-1} e^{a_j}}$. Then $\sum_{k=0}^{K-1} p_k = 1$."
    ),
}
WRONG = {
    "the first left out of a total": SOFTMAX + r"$\sum_{k=2}^K p_k = 1$.",
    "the last left out of a total": SOFTMAX + r"$\sum_{k=1}^{K-1} p_k = 1$.",
    "the last left out of a denominator": (
        r"Let $A = \log \sum_{k=1}^K e^{\eta_k}$. Then "
        r"$\frac{\partial A}{\partial \eta_k} = \frac{e^{\eta_k}}{\sum_{l=1}^{K-1} e^{\eta_l}}$."
    ),
    "the last left out of a product": (
        r"Let $P = \prod_{i=1}^n x_i$. Then $\log P = \sum_{i=1}^{n-1} \log x_i$."
    ),
    "the first taken out and kept": (
        r"Let $s = \sum_{i=1}^n x_i^2$. Then $s = x_1^2 + \sum_{i=1}^n x_i^2$."
    ),
}
OPEN = {
    "the last class as base": (
        r"Take $z_K = 0$ and $S = \sum_{k=1}^K e^{z_k}$. Then $S = 1 + \sum_{k=1}^{K-1} e^{z_k}$."
    ),
    "the last class by name": (
        r"Let $p_k = \frac{e^{f_k}}{1 + \sum_{l=1}^{K-1} e^{f_l}}$ for $k < K$. "
        r"With $p_K = 1 / (1 + \sum_{l=1}^{K-1} e^{f_l})$ we have $\sum_{k=1}^K p_k = 1$ and "
        r"$\frac{\partial p_k}{\partial f_m} = p_k (\delta_{km} - p_m)$."
    ),
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_a_part_of_a_sum_is_a_part(text: str) -> None:
    lines = gory.proofread(text).lines
    assert [line.verdict for line in lines] == ["proved"] * len(lines)


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_an_entry_that_is_left_out_is_missed(text: str) -> None:
    lines = gory.proofread(text).lines
    assert [line.verdict for line in lines] == ["refuted"]


@pytest.mark.parametrize("text", OPEN.values(), ids=OPEN)
def test_an_entry_that_has_a_name_of_its_own_is_not_missed(text: str) -> None:
    assert "refuted" not in [line.verdict for line in gory.proofread(text).lines]


def test_what_is_said_has_no_number_for_the_last_entry() -> None:
    (line,) = gory.proofread(WRONG["the last left out of a denominator"]).lines
    assert line.why.endswith("one leaves out the last")
    assert line.repair.endswith("d(A, eta[k]) = exp(eta[k]) / sum_l exp(eta[l])")
    assert line.repair.startswith("the sum over all entries: ")
