"""Design matrices that nobody defines: their rows are the vectors of the text."""

from __future__ import annotations

import pytest

from gory import proofread

COUNTS = (
    r"Let $\mu_i = \exp(x_i^T \beta)$ and $\ell = \sum_i (y_i x_i^T \beta - e^{x_i^T \beta})$. "
    r"Then $\frac{\partial \ell}{\partial \beta_j} = \sum_i (y_i - \mu_i) x_{ij}$ "
)
SQUARES = (
    r"Let $J = \frac12 \sum_i (w^\top x_i - y_i)^2$. Then "
    r"$\frac{\partial J}{\partial w_j} = \sum_i (w^\top x_i - y_i) x_{ij}$ "
)
LINES = {
    "a gradient": (COUNTS + r"and $\nabla \ell(\beta) = §$.", r"X^T (y - \mu)", r"X^T (\mu - y)"),
    "beside a Hessian": (
        COUNTS
        + r"and $\nabla \ell(\beta) = §$. $H = -X^T W X$, $W = \operatorname{diag}(\mu_1, \dots, "
        r"\mu_n)$.",
        r"X^T (y - \mu)",
        r"X^T (\mu - y)",
    ),
    "in bold": (
        SQUARES + r"and $\nabla_w J = §$.",
        r"\mathbf X^\top (\mathbf X w - y)",
        r"\mathbf X^\top (y - \mathbf X w)",
    ),
}


@pytest.mark.parametrize(("text", "right", "wrong"), LINES.values(), ids=LINES)
def test_the_rows_of_an_unsaid_matrix_are_those_of_the_text(
    text: str, right: str, wrong: str
) -> None:
    verdicts = {one.verdict for one in proofread(text.replace("§", right)).lines}
    assert verdicts <= {"given", "proved"}
    assert "refuted" in {one.verdict for one in proofread(text.replace("§", wrong)).lines}


COLUMNS = (
    SQUARES + r"and, with the inputs as columns of $X$, $\nabla_w J = X (X^\top w - y)$.",
    SQUARES + r"and $\nabla_w J = X (X^\top w - y)$.",
)


@pytest.mark.parametrize("text", COLUMNS)
def test_columns_are_not_taken_for_rows(text: str) -> None:
    assert "refuted" not in {one.verdict for one in proofread(text).lines}
