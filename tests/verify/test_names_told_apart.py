r"""Two losses with a letter each are two names; a function of a vector is none of its entries."""

from __future__ import annotations

import pytest

import gory

ENERGIES = r"""
The losses are $E_p = \frac12 (x - 1)^2$ and $E_n = \frac12 (x + 1)^2$.

$$\frac{\partial E_n}{\partial x} = %s$$
"""
SUMS = r"""
$E_a = (x - 1)^2$, $E_b = (x + 1)^2$ and $E = E_a + E_b$.

$$\frac{dE}{dx} = %s$$
"""
LOG_SUM = r"""
Let $f(x) = \log \sum_i e^{x_i}$. Then

$$\frac{\partial f}{\partial x_i} = %s$$
"""


def verdicts(text: str) -> list[str]:
    return [line.verdict for line in gory.proofread(text).lines]


@pytest.mark.parametrize(
    ("text", "right", "wrong"), [(ENERGIES, "x + 1", "x - 1"), (SUMS, "4 x", "-4 x")]
)
def test_definitions_without_the_letter_below_the_name_are_of_two_names(
    text: str, right: str, wrong: str
) -> None:
    assert verdicts(text % right) == ["proved"]
    assert verdicts(text % wrong) == ["refuted"]


def test_a_function_of_a_vector_has_no_value_at_an_entry() -> None:
    assert verdicts(LOG_SUM % "e^{x_i - f(x)}") == ["proved"]
    line = gory.proofread(LOG_SUM % "e^{x_i - f(x_i)}").lines[-1]
    assert line.verdict == "unread"
    assert "f is a function of all entries of x" in line.why


def test_an_instance_is_an_argument_of_a_function_of_a_vector() -> None:
    text = r"""
Let $h(x) = 1 / (1 + e^{-w^T x})$ and $L = -\sum_i \log h(x_i)$. Then
$$\frac{\partial L}{\partial w} = -\sum_i (1 - h(x_i)) x_i$$
"""
    assert "refuted" not in verdicts(text)
    assert "proved" in verdicts(text)


DRAWN = r"""
For words drawn at random let
$$\ell = \log \sigma(v_w \cdot v_c) + \sum_{i=1}^k \log \sigma(-v_w \cdot v_{c_i}),$$
where $\sigma(x) = \frac{1}{1 + e^{-x}}$. Then
$$\frac{\partial \ell}{\partial v_{c_i}} = %s$$
and
$$\frac{\partial \ell}{\partial v_w} = (1 - \sigma(v_w \cdot v_c)) v_c %s$$
"""


@pytest.mark.parametrize(
    ("slopes", "verdicts_"),
    [
        (r"-\sigma(v_w \cdot v_{c_i}) v_w|- \sum_i \sigma(v_w \cdot v_{c_i}) v_{c_i}", "pp"),
        (r"\sigma(v_w \cdot v_{c_i}) v_w|- \sum_i \sigma(v_w \cdot v_{c_i}) v_{c_i}", "rp"),
        (r"-\sigma(v_w \cdot v_{c_i}) v_w|- \sum_i \sigma(v_w \cdot v_{c_i}) v_c", "pr"),
    ],
)
def test_words_that_are_drawn_are_no_entries_of_the_others(slopes, verdicts_):
    found = verdicts(DRAWN % tuple(slopes.split("|")))
    assert "".join(verdict[0] for verdict in found) == verdicts_


EMBEDDINGS = (
    r"Let $L = - u^\top v_§ + \log \sum_{j=§}^M \exp(u^\top v_j)$ and "
    r"$p_j = \exp(u^\top v_j) / \sum_{l=§}^M \exp(u^\top v_l)$."
    "\n"
    r"\[ \nabla_{v_§} L = -(1 - %s) u \]"
)


@pytest.mark.parametrize("number", "01")
def test_a_vector_with_a_number_is_one_of_those_that_a_sum_runs_over(number):
    text = EMBEDDINGS.replace("§", number)
    assert verdicts(text % f"p_{number}") == ["proved"]
    assert verdicts(text % "p_j") == ["refuted"]


LABELS = (
    r"For one instance $L = -s_y + \log \sum_j e^{s_j}$, in general "
    r"$L_i = -s_{y_i} + \log \sum_j e^{s_j}$. "
    r"With $p_k = e^{s_k} / \sum_j e^{s_j}$, $$\frac{\partial L_i}{\partial s_k} = p_k %s$$"
)


def test_the_score_of_a_label_is_one_of_the_scores():
    right, wrong = (verdicts(LABELS % sign + ".")[-1] for sign in (
        r"- \mathbb{1}[k = y_i]", r"+ \mathbb{1}[k = y_i]"
    ))  # fmt: skip
    assert right != "refuted"
    assert wrong not in ("proved", "tested")
