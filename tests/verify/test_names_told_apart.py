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
