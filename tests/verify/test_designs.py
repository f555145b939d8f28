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


DECLARED = (
    r"Let $X \in \mathbb{R}^{%s}$ and $J = \frac{1}{2} \sum_{i=1}^n (w^\top x_i - y_i)^2$. Then "
    r"$\nabla_w J = \sum_{i=1}^n (w^\top x_i - y_i) x_i$ and, with $\mu_i = w^\top x_i$, "
    r"$\nabla_w J = %s$ and $\nabla^2 J = %s$."
)


@pytest.mark.parametrize(
    ("shape", "gradient", "hessian", "verdict"),
    [
        (r"n \times d", r"X^\top (\mu - y)", r"X^\top X", "proved"),
        (r"n \times d", r"X (\mu - y)", r"X^\top X", "refuted"),
    ],
)
def test_a_declared_shape_tells_rows_from_columns(shape, gradient, hessian, verdict):
    lines = proofread(DECLARED % (shape, gradient, hessian)).lines
    assert [line.verdict for line in lines] == ["proved", verdict, "proved"]
