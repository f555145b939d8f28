r"""Repairs of lines about whole arrays are written as their author writes."""

from __future__ import annotations

from typing import Any

import pytest

from gory import proofread
from gory.notation.manuscript import _offered
from gory.notation.manuscript._manuscript import read_manuscript
from gory.verify.manuscript import _readings

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


LAYER = r"Let $z = W x + b$ and $L = \frac12 \|z - y\|^2$. Then $$\nabla_W L = %s$$"


def test_an_outer_product_that_is_transposed_is_turned_as_a_whole() -> None:
    (line,) = proofread(LAYER % r"x (z - y)^\top").lines
    assert line.verdict == "refuted"
    assert line.repair == r"\nabla_W L = (z - y) x^\top"
    assert "q" not in line.why


def test_letters_of_the_author_stay_in_the_reason() -> None:
    text = (
        r"Let $p_{ik} = \sigma(w_k^\top x_i)$ and "
        r"$E = -\sum_i \sum_k (t_{ik} \log p_{ik} + (1 - t_{ik}) \log(1 - p_{ik}))$. "
        r"$$\nabla_{w_k} E = \sum_i (p_{ik} - t_{ij}) x_i$$"
    )
    (line,) = proofread(text).lines
    assert line.why == "holds only for j = k"


SOFTMAX = (
    r"Let $z = W x + b$, $p_k = \frac{e^{z_k}}{\sum_c e^{z_c}}$ and $L = -\sum_k y_k \log p_k$ "
    "with $\\sum_k y_k = 1$.\n\n"
)


def test_every_wrong_line_of_a_text_is_mended() -> None:
    text = SOFTMAX + (
        "$$\\nabla_z L = y - p$$\n\n$$\\nabla_W L = x (p - y)^\\top$$\n\n$$\\nabla_b L = p + y$$"
    )
    shown = [line.repair for line in proofread(text).lines]
    assert shown == [
        r"\nabla_z L = p - y",
        r"\nabla_W L = (p - y) x^\top",
        r"\nabla_b L = p - y",
    ]


def test_the_text_is_not_read_again_for_its_repairs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(text: str, **options: Any) -> Any:
        asked.append(text)
        return read_manuscript(text, **options)

    monkeypatch.setattr(_readings, "read_manuscript", counted)
    text = SOFTMAX + "$$\\nabla_z L = y - p$$\n\n$$\\nabla_W L = x (p - y)^\\top$$\n\n"
    found = proofread(text)
    assert [line.repair[:9] for line in found.lines] == [r"\nabla_z ", r"\nabla_W "]
    assert len(asked) == 1


def test_macros_of_the_text_stay_in_the_repair() -> None:
    macros = "\\newcommand{\\vx}{\\mathbf{x}}\n"
    text = macros + SOFTMAX.replace("W x", r"W \vx") + r"$$\nabla_W L = \vx (p - y)^\top$$"
    (line,) = proofread(text).lines
    assert line.verdict == "refuted"
    assert line.repair == r"\nabla_W L = (p - y) \vx^\top"


def test_what_is_tried_teaches_nothing_about_names() -> None:
    manuscript = read_manuscript(SOFTMAX + r"$$\nabla_z L = y - p$$")
    assert manuscript.reader is not None
    known = manuscript.reader.names.knowledge()
    place = _offered.spot(3, "y - p")
    other = _offered.with_offers(manuscript, {place: ["p - y", r"u^\top p", "p - "]})
    assert manuscript.reader.names.knowledge() == known
    (side,) = (side for s in other.statements for side in s.sides if side.source == "y - p")
    assert [fit.source for fit in side.fits] == ["p - y"]


def test_no_repair_says_that_a_derivative_is_itself() -> None:
    text = (
        r"Let $n_j = h_j / s$ with $s = \sqrt{\sum_k h_k^2}$. "
        r"Then $\frac{\partial L}{\partial n_j} = \frac{\partial L}{\partial h_j}$."
    )
    for line in proofread(text).lines:
        left, _, right = line.repair_latex.strip("$").partition(" = ")
        assert left != right or not left
