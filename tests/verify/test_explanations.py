"""What is said of a wrong line: the point, the size, the repair, in the terms of its author."""

from __future__ import annotations

from typing import Any

import pytest

from gory import proofread

SOFTMAX = r"Let $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$. "
LOSS = SOFTMAX + r"Let $L = -\sum_k y_k \log p_k$ with $\sum_k y_k = 1$. "


def wrong(text: str) -> Any:
    """The last line, which is refuted."""
    line = proofread(text).lines[-1]
    assert line.verdict == "refuted", line.why
    return line


def test_targets_are_zeros_and_a_one() -> None:
    line = wrong(LOSS + r"Then $\frac{\partial L}{\partial z_i} = y_i - p_i$.")
    assert sorted(line.counterexample["values"]["y"]) == [0, 1]


def test_a_letter_that_counts_has_the_number_of_terms() -> None:
    text = r"Let $J = \frac{1}{N} \sum_n (w x_n - t_n)^2$. "
    line = wrong(text + r"Then $\frac{\partial J}{\partial w} = \frac{1}{N} \sum_n (w x_n - t_n)$.")
    values = line.counterexample["values"]
    assert values["N"] == len(values["x"]) == len(values["t"])


def test_the_point_is_told_in_the_names_of_the_line() -> None:
    text = r"Let $a = \sigma(w x + b)$. Then $(1 - a) a^2 = a - a^3$."
    assert set(wrong(text).counterexample["values"]) == {"a"}


def test_the_sides_are_of_moderate_size() -> None:
    line = wrong(LOSS + r"Then $\frac{\partial L}{\partial z_i} = p_i + y_i$.")
    point = line.counterexample
    assert abs(point["left"] - point["right"]) > 0.01 * abs(point["right"])


SIZES = [
    (r"$f = x^2 y$. $\frac{\partial f}{\partial x} = 2 x$", "misses the factor y"),
    (r"$f = T^2 x^2$. $\frac{\partial f}{\partial x} = 2 x$", "misses the factor T^2"),
    (SOFTMAX + r"$\sum_j \frac{\partial p_i}{\partial z_j} = p_i$", "misses the term -p[i]"),
]


@pytest.mark.parametrize(("text", "says"), SIZES)
def test_the_size_is_said_in_closed_form(text: str, says: str) -> None:
    assert says in wrong(text).why


REPAIRS = [
    (r"$C = x_j (a - y)$. $C = w_j (a - y)$", "x[j] in the place of w[j]"),
    (r"$f = \sum_i a_i x_i^2$. $\frac{\partial f}{\partial x_j} = a_j x_j$", "the factor 2"),
    (r"$f = \frac{a - y}{a}$. $f = \frac{y - a}{a}$", "(a - y) in the place of (y - a)"),
]


@pytest.mark.parametrize(("text", "says"), REPAIRS)
def test_the_repair_is_the_change_that_people_would_make(text: str, says: str) -> None:
    found = proofread(f"Let {text}").lines[-1]
    assert found.verdict in ("refuted", "unread")
    if found.verdict == "refuted":
        assert says in found.repair


def test_no_sum_runs_over_a_name_of_the_text() -> None:
    text = r"Let $t$ be a number and $f = t \sum_k x_k^2$. "
    line = wrong(text + r"Then $\frac{\partial f}{\partial t} = \sum_k x_k$.")
    assert "t[t]" not in line.why + line.repair


def test_the_repair_is_in_latex_too() -> None:
    text = r"Let $\hat y_k^{(i)} = \frac{e^{z_k^{(i)}}}{\sum_l e^{z_l^{(i)}}}$. "
    claim = r"\frac{\partial \hat y_k^{(i)}}{\partial z_l^{(i)}}"
    line = wrong(f"{text}$${claim} = \\hat y_k^{{(i)}} (\\delta_{{kl}} + \\hat y_l^{{(i)}})$$")
    assert r"\hat y_k^{(i)}" in line.repair_latex
    assert "yhat" not in line.repair_latex


EXCLUDING = [
    (
        SOFTMAX + r"$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i) \quad (i = j)$$"
        "\n\n" + r"$$\frac{\partial p_i}{\partial z_j} = p_i p_j \quad (i \neq j)$$"
    ),
    (
        SOFTMAX + r"\begin{align} \frac{\partial p_i}{\partial z_j} &= p_i (1 - p_i) &&"
        r"\text{if } i = j \\ &= p_i p_j && \text{if } i \neq j \end{align}"
    ),
]


@pytest.mark.parametrize("text", EXCLUDING)
def test_cases_that_exclude_each_other_prove_nothing(text: str) -> None:
    assert [line.verdict for line in proofread(text).lines][-1] == "refuted"
    right = text.replace("= p_i p_j", "= -p_i p_j")
    assert {line.verdict for line in proofread(right).lines} <= {"proved", "tested"}


SHIFT = (
    r"$p_i = \frac{C e^{z_i}}{\sum_k C e^{z_k}} "
    r"= \frac{e^{z_i + \log C}}{\sum_k e^{z_k + \log C}}$."
)


def test_a_number_under_a_logarithm_is_taken_to_be_positive_unless_it_is_arbitrary() -> None:
    usual, arbitrary, declared = (
        proofread(f"{SOFTMAX}For {words}, {SHIFT}").lines[-1]
        for words in ("any constant $C$", "an arbitrary constant $C$", "arbitrary $C > 0$")
    )
    assert usual.verdict in ("proved", "tested")
    assert "C > 0" in usual.why
    assert arbitrary.verdict == "refuted"
    assert arbitrary.repair == "holds if C > 0"
    assert declared.verdict in ("proved", "tested")


MATRIX = r"""$$J = \begin{bmatrix}
\frac{\partial f_1}{\partial x_1} & \cdots & \frac{\partial f_1}{\partial x_n} \\
\vdots & \ddots & \vdots \\
\frac{\partial f_m}{\partial x_1} & \cdots & \frac{\partial f_m}{\partial x_n}
\end{bmatrix}$$"""


def test_a_matrix_with_dots_has_a_pattern() -> None:
    assert proofread(MATRIX).verdict != "refuted"
    found = [
        line
        for line in proofread(MATRIX.replace(r"f_m}{\partial x_n}", r"f_n}{\partial x_n}")).lines
        if line.verdict == "refuted"
    ]
    assert [line.row for line in found] == [4]
    assert r"\frac{\partial f_m}{\partial x_n}" in found[0].repair


def test_definitions_are_named() -> None:
    found = proofread(LOSS)
    assert [line.defines for line in found.definitions] == ["p", "L"]
    assert found.lines == ()
