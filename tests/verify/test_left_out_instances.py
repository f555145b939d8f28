r"""Scores that do not show their instance, ``s_j = w_j^\top x_i``: the losses of it do."""

from __future__ import annotations

import pytest

from gory import proofread

MODEL = r"""
Scores are $f = W x_i$, and we write $s_j = w_j^T x_i$ for the score of class $j$. The loss is
$$L_i = -s_{y_i} + \log \sum_j e^{s_j}$$
With $p_k = \frac{e^{s_k}}{\sum_j e^{s_j}}$ and the full loss $L = \frac{1}{N} \sum_i L_i$ we get
"""
CLAIMS = (
    (r"\frac{\partial L_i}{\partial s_k}", r"p_k - \mathbb{1}(y_i = k)", "p_k - 1"),
    (r"\frac{\partial L_i}{\partial w_k}", r"(p_k - \mathbb{1}(y_i = k)) x_i", r"p_k x_i"),
    (
        r"\frac{\partial L}{\partial w_k}",
        r"\frac{1}{N} \sum_i (p_k - \mathbb{1}(y_i = k)) x_i",
        r"\sum_i (p_k - \mathbb{1}(y_i = k)) x_i",
    ),
)


@pytest.mark.parametrize(("asked", "right", "wrong"), CLAIMS)
def test_what_is_computed_from_one_input_belongs_to_it(asked: str, right: str, wrong: str) -> None:
    text = MODEL + "".join(f"$${one} = {other}$$\n" for one, other, _ in CLAIMS)
    assert {line.verdict for line in proofread(text).lines} <= {"proved", "tested"}
    slipped = text.replace(f"{asked} = {right}", f"{asked} = {wrong}")
    assert [line.verdict for line in proofread(slipped).lines].count("refuted") == 1


def test_an_index_that_a_sum_binds_is_no_instance() -> None:
    text = (
        r"Let $a_j = \sum_i w_{ji} x_i$ and $c_i = x_i^2$. "
        r"$\frac{\partial a_j}{\partial x_k} = w_{jk}$."
    )
    assert [line.verdict for line in proofread(text).lines] == ["proved"]
