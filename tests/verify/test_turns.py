r"""A letter is a number in one place of a text and an array in another, and no title tells it."""

from __future__ import annotations

import pytest

from gory import proofread

NUMBERS = (
    r"Let $f = w^\top x + b$ and $\ell = \log(1 + e^{-y f})$. Then $\nabla_w \ell = §$." "\n\n"
)
DATA = (
    r"For $n$ samples $J(w) = \sum_{i=1}^n \log(1 + e^{-y_i w^\top x_i})$, so"
    r"$$\nabla_w J = -\sum_{i=1}^n §$$"
)
ENTRIES = (
    r"Let $p_k = e^{z_k} / \sum_j e^{z_j}$. Then"
    r"$$\frac{\partial p_k}{\partial z_i} = §$$"
    "\n"
)
CLASSES = (
    r"Later we write $q = \sigma(z)$ of a number $z$, whose derivative is $\frac{dq}{dz} = §$."
)
TEXTS = {  # above and below, each with what is right there and a slip
    "a sample, then data": (
        (NUMBERS, r"-\frac{y}{1 + e^{y f}} x", r"\frac{y}{1 + e^{y f}} x"),
        (DATA, r"\frac{y_i x_i}{1 + e^{y_i w^\top x_i}}", r"\frac{x_i}{1 + e^{y_i w^\top x_i}}"),
    ),
    "entries, then a number": (
        (ENTRIES, r"p_k (\delta_{ki} - p_i)", r"p_k (\delta_{ki} + p_i)"),
        (CLASSES, "q (1 - q)", "q (1 + q)"),
    ),
}


def verdicts(above: str, below: str) -> list[str]:
    return [line.verdict for line in proofread(f"{above}\n{below}").lines]


@pytest.mark.parametrize("name", TEXTS)
def test_both_uses_of_a_letter_are_judged(name: str) -> None:
    found = [text.replace("§", right) for text, right, _ in TEXTS[name]]
    assert verdicts(*found) == ["proved", "proved"]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("place", [0, 1])
def test_a_slip_on_either_side_is_not_passed(name: str, place: int) -> None:
    texts = [text.replace("§", slip if n == place else right)
             for n, (text, right, slip) in enumerate(TEXTS[name])]  # fmt: skip
    found = verdicts(*texts)
    assert found[place] == "refuted"
    assert found[1 - place] == "proved"


def test_a_fact_above_the_turn_is_not_forgotten_below() -> None:
    above = r"Let $y \in \{-1, 1\}$ and $q = (1 - y f)^2$. Then $\frac{dq}{df} = 2 (f - y)$." "\n\n"
    below = (
        r"Over the data $Q = \sum_i (1 - y_i f_i)^2$ and"
        r"$$\frac{\partial Q}{\partial f_j} = 2 (f_j - y_j)$$"
    )
    assert "refuted" not in verdicts(above, below)
