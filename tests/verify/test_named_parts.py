r"""Names that a text gives to parts of what it has defined, and differentiates by."""

from __future__ import annotations

import pytest

from gory import proofread

COLUMNS = (
    r"Let $h = \sigma(W_1 x + b_1)$, $\hat y = \mathrm{softmax}(W_2 h + b_2)$ and "
    r"$J = -\sum_i y_i \log \hat y_i$ with one-hot $y$. Let $z_1 = W_1 x + b_1$ and "
    r"$z_2 = W_2 h + b_2$."
    "\n"
    r"\begin{align*} \delta_1 &= \frac{\partial J}{\partial z_2} = § \\"
    r"\delta_2 &= \frac{\partial J}{\partial h} = § \\"
    r"\delta_3 &= \frac{\partial J}{\partial z_1} = § \\"
    r"\frac{\partial J}{\partial x} &= § \end{align*}"
)
ROWS = COLUMNS.replace("W_1 x", "x W_1").replace("W_2 h", "h W_2")
LINES = {  # right sides in their order, and slips in them
    COLUMNS: (
        (r"\hat y - y", r"W_2^T \delta_1", r"\delta_2 \circ \sigma'(z_1)", r"W_1^T \delta_3"),
        (r"y - \hat y", r"W_2 \delta_1", r"\delta_2 \circ \sigma(z_1)", r"W_1^T \delta_2"),
    ),
    ROWS: (
        (r"\hat y - y", r"\delta_1 W_2^T", r"\delta_2 \circ \sigma'(z_1)", r"\delta_3 W_1^T"),
        (r"y - \hat y", r"\delta_1 W_2", r"\delta_2 \circ \sigma(z_1)", r"\delta_2 W_1^T"),
    ),
}


def verdicts(text: str, rights: list[str]) -> list[str]:
    for right in rights:
        text = text.replace("§", right, 1)
    return [line.verdict for line in proofread(text).lines]


@pytest.mark.parametrize("text", LINES, ids=["columns", "rows"])
def test_what_is_right_is_proved(text: str) -> None:
    assert verdicts(text, [*LINES[text][0]]) == ["proved"] * 4


@pytest.mark.parametrize("text", LINES, ids=["columns", "rows"])
@pytest.mark.parametrize("place", range(4))
def test_a_slip_is_found_where_it_is(text: str, place: int) -> None:
    right, wrong = (list(one) for one in LINES[text])
    right[place] = wrong[place]
    assert verdicts(text, right)[place] == "refuted"
