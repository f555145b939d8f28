r"""Repairs of lines about whole arrays are written as their author writes."""

from __future__ import annotations

import pytest

from gory import proofread

SQUARES = r"Let $f = \frac12 \|Xw - y\|^2$. Then $$\nabla_w f = %s$$"
LINES = {  # of the gradient X^T (X w - y): a slip, and the line that is shown for it
    "a sign before a name": (r"X^\top(Xw + y)", r"X^\top(Xw - y)"),
    "a bracket turned": (r"X^\top(y - Xw)", r"X^\top(Xw - y)"),
    "the order": (r"(Xw - y) X^\top", r"X^\top (Xw - y)"),
    "a number": (r"2 X^\top(Xw - y)", r"X^\top(Xw - y)"),
}
LOGISTIC = (
    r"Let $p_n = \sigma(w^\top x_n)$ and $E = -\sum_n (t_n \log p_n + (1 - t_n) \log(1 - p_n))$. "
    r"Then $$\nabla_w E = %s$$"
)
SUMS = {
    "a name": (r"\sum_n (p_n - t_n) w", r"\sum_n (p_n - t_n) x_n"),
    "a sign": (r"\sum_n (t_n - p_n) x_n", r"\sum_n (p_n - t_n) x_n"),
}


@pytest.mark.parametrize(("wrong", "shown"), LINES.values(), ids=list(LINES))
def test_a_matrix_line_is_mended_with_its_own_signs(wrong: str, shown: str) -> None:
    (line,) = proofread(SQUARES % wrong).lines
    assert line.verdict == "refuted"
    assert line.repair_latex == rf"$\nabla_w f = {shown}$"
    assert proofread(SQUARES % shown).verdict in ("proved", "tested")


@pytest.mark.parametrize(("wrong", "shown"), SUMS.values(), ids=list(SUMS))
def test_a_sum_of_vectors_is_mended_with_its_own_signs(wrong: str, shown: str) -> None:
    (line,) = proofread(LOGISTIC % wrong).lines
    assert line.verdict == "refuted"
    assert line.repair_latex == rf"$\nabla_w E = {shown}$"


def test_a_transpose_that_no_index_shows_is_named() -> None:
    (line,) = proofread(SQUARES % r"(Xw - y) X^\top").lines
    assert line.why == "a transpose is wrong, or the order of the factors"
