"""LaTeX as articles write it, and what it is in the paper language."""

from __future__ import annotations

import pytest

from gory.notation import NotationError, read_expression
from gory.notation.latex._names import Names
from gory.notation.latex._reader import LatexReader
from gory.notation.latex._tokens import tex_tokens
from gory.notation.manuscript._manuscript import read_manuscript


def reading(latex: str, *, context: str = "") -> str:
    """One side as text of the paper language, tidied by the reader of that language."""
    text = f"$${latex} = \\Psi$$ {context}"
    manuscript = read_manuscript(text)
    side = manuscript.statements[0].sides[0]
    if side.problem:
        raise NotationError(side.problem)
    return str(read_expression(side.readings[0]))


NAMES = [
    (r"\theta_{kj}", "theta[k,j]"),
    (r"\theta_{k,j}", "theta[k,j]"),
    (r"\Theta_{10}", "Theta[1,0]"),
    (r"x_1^{(i)}", "x[i,1]"),
    (r"x^{(i)}_j", "x[i,j]"),
    (r"\hat y_k", "yhat[k]"),
    (r"\hat{y}_k^{(i)}", "yhat[i,k]"),
    (r"\bar{x}", "xbar"),
    (r"\mathbf{w}_j", "w[j]"),
    (r"\mathcal{L}", "L"),
    (r"W^{(1)}_{jd}", "W1[j,d]"),
    (r"x_{\text{max}}", "xmax"),
    (r"h_k(x^{(i)})", "h[i,k]"),
    (r"J(\theta)", "J"),
    (r"\delta_{km}", "delta[k,m]"),
    (r"net_k", "net[k]"),
]

FORMS = [
    (r"\frac{a}{b + c}", "a / (b + c)"),
    (r"\frac12 a", "1 / 2 a"),
    (r"e^{-a}", "exp(-a)"),
    (r"\exp(a)", "exp(a)"),
    (r"\exp\left\{ a \right\}", "exp(a)"),
    (r"\ln a", "log a"),
    (r"\log^2 a", "(log a)^2"),
    (r"\sqrt{a}", "sqrt a"),
    (r"\sqrt[3]{a}", "a^(1 / 3)"),
    (r"|a - b|", "abs(a - b)"),
    (r"\sigma(a)", "sigmoid a"),
    (r"\sum_{k=1}^{K} a_k b_k", "sum_k a[k] b[k]"),
    (r"\sum_k a_k + b", "sum_k a[k] + b"),
    (r"\sum_{i,k} a_{ik}", "sum_{i,k} a[i,k]"),
    (r"\sum_{k \neq m} a_k", "sum_k (1 - delta[k,m]) a[k]"),
    (r"\prod_k a_k", "exp(sum_k log a[k])"),
    (r"a_1 + a_2 + \dots + a_K", "sum_q a[q]"),
    (r"\theta_k^T x", "sum_t theta[k,t] x[t]"),
    (r"\| w \|^2", "sum_t w[t]^2"),
    (r"a \cdot b \times c", "a b c"),
    (r"\left( a + b \right)^2", "(a + b)^2"),
    (r"\underbrace{a + b}_{\text{both}} c", "(a + b) c"),
    (r"\cancel{a} b", "a b"),
    (r"\max(0, a)", "relu(a)"),
]

DERIVATIVES = [
    (r"\frac{\partial L}{\partial z_k}", "d(L, z[k])"),
    (r"\frac{\partial}{\partial z_k} \log s_m", "d(log s[m], z[k])"),
    (r"\frac{\partial}{\partial x} \left( a x \right) b", "d(a x, x) b"),
    (r"\frac{\partial^2 L}{\partial z_k \partial z_m}", "d(L, z[k], z[m])"),
    (r"\frac{\partial^2 L}{\partial z_k^2}", "d(L, z[k], z[k])"),
    (r"\frac{d f}{d x}", "d(f, x)"),
    (r"\nabla_{z_k} L", "d(L, z[k])"),
    (r"\partial_{z_k} L", "d(L, z[k])"),
]

CONDITIONS = [
    (r"\mathbb{1}[i = k] a_{ik}", "delta[i,k] a[i,k]"),
    (r"1\{i = k\} a_{ik}", "delta[i,k] a[i,k]"),
    (r"\mathbf{1}_{i = k} a_{ik}", "delta[i,k] a[i,k]"),
    (r"1\{a > 0\}", "[a > 0]"),
    (r"1\{y^{(i)} = k\} a_k", "yis[i,k] a[k]"),
    (
        r"\begin{cases} a_i & i = j \\ b_j & \text{otherwise} \end{cases}",
        "a[i] delta[i,j] + b[j] (1 - delta[i,j])",
    ),
]


@pytest.mark.parametrize(("latex", "plain"), NAMES + FORMS + DERIVATIVES + CONDITIONS)
def test_latex_is_read_as(latex: str, plain: str) -> None:
    assert reading(latex) == str(read_expression(plain)) or reading(latex) == plain


def test_digits_are_one_index_where_the_name_has_one_axis() -> None:
    assert reading(r"x_{10}", context=r"$x_j = z_j$") == "x[10]"


def test_an_instance_that_is_not_written_is_put_in() -> None:
    assert reading(r"y_k", context=r"$\ell = \sum_k y_k^{(i)}$") == "y[i,k]"


def test_a_product_is_no_argument() -> None:
    context = r"$S_i = \frac{e^{a_i}}{\sum_k e^{a_k}}$"
    assert reading(r"S_i (1 - S_j)", context=context) == "S[i] (1 - S[j])"
    assert reading(r"S_i (S_j)", context=context) == "S[i] S[j]"


REFUSED = [
    (r"\foo a", r"\foo"),
    (r"\input{secret}", r"\input"),
    (r"\int a", r"\int"),
    (r"h^{(l+1)}", "recursion"),
    (r"\frac{a}{b", "never closed"),
    (r"\sum a", "names its index"),
    (r"a_1 + \dots + a_9 + b", "dots"),
    (r"\mathbb{E}", "E is not among"),
    (r"\begin{pmatrix} a \end{pmatrix}", "environments"),
    (r"f'(a)", "argument is not read"),
    (r"b'", "by what"),
]


@pytest.mark.parametrize(("latex", "says"), REFUSED)
def test_what_is_not_understood_is_refused_by_name(latex: str, says: str) -> None:
    reader = LatexReader(latex, tex_tokens(latex), Names())
    with pytest.raises(NotationError) as caught:
        reader.expression()
    assert says in str(caught.value)


def test_an_error_shows_its_place() -> None:
    text = "a + \\foo b"
    with pytest.raises(NotationError) as caught:
        LatexReader(text, tex_tokens(text), Names()).expression()
    assert caught.value.column == 5
