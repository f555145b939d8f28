"""How textbooks write: rules recalled, losses told by derivatives, vectors by their ends."""

from __future__ import annotations

import pytest

from gory import proofread

ERROR = r"(\sigma(w \cdot x + b) - y) x_j"
TOLD = r"""$$\frac{\partial L}{\partial w_j} = @
[y \log \sigma(w \cdot x + b) + (1 - y) \log(1 - \sigma(w \cdot x + b))]$$
so that $\frac{\partial L}{\partial w_j} = §$.
"""
RULE = r"""Recall that $$\frac{d}{dx} \ln(x) = \frac{1}{x}$$
With $L = -y \ln \sigma(w \cdot x) - (1 - y) \ln(1 - \sigma(w \cdot x))$ we have
$$\frac{\partial L}{\partial w_j} = § (\sigma(w \cdot x) - y) x_j$$
"""
BOYD = r"""The function $f(x) = \log(e^{x_1} + \dots + e^{x_n})$ has the Hessian
\[
\nabla^2 f(x) = \frac{1}{(\mathbf{1}^T z)^2} \left( (\mathbf{1}^T z) @ - z z^T \right),
\]
where $z = (e^{x_1}, \dots, e^{x_n})§$.
"""
SOFTMAX = r"""The model computes scores and applies the softmax function to them:
$$s_k(\mathbf{x}) = \mathbf{x}^\top \boldsymbol{\theta}^{(k)}$$
$$\hat{p}_k = \sigma(\mathbf{s}(\mathbf{x}))_k
= \frac{\exp(s_k(\mathbf{x}))}{\sum_{j=1}^{K} \exp(s_j(\mathbf{x}))}$$
$$J(\boldsymbol{\Theta}) = -\frac1m \sum_{i=1}^{m} \sum_{k=1}^{K} y_k^{(i)} \log \hat{p}_k^{(i)}$$
With one label for every instance,
$$\nabla_{\boldsymbol{\theta}^{(k)}} J(\boldsymbol{\Theta})
= \frac{1}{m} \sum_{i=1}^{m} \left( @ \right) \mathbf{x}^{(i)}$$
"""
DELTA = r"""Let $p_k = e^{z_k} / \sum_j e^{z_j}$ and $\ell = -\log p_y$. Then
$$\frac{\partial \ell}{\partial z_k} = p_k § @$$
"""
NUMBERS = """Let q = a*x + b*y + c and s = sigmoid(q). Then

ds/dq = s * (1 - s)

With a = 1, b = 2, c = -3, x = -1, y = 3 we get q = 2, s = 0.8808 and ds/dq = @, so
"""


def last(text: str) -> str:
    return proofread(text).lines[-1].verdict


@pytest.mark.parametrize(
    "operator",
    [r"\frac{\partial}{\partial w_j} -", r"-\frac{\partial}{\partial w_j}"],
)
def test_a_loss_is_what_is_differentiated(operator: str) -> None:
    text = TOLD.replace("@", operator)
    assert {line.verdict for line in proofread(text.replace("§", ERROR)).lines} == {"proved"}
    assert last(text.replace("§", f"-{ERROR}")) == "refuted"


def test_two_losses_with_one_letter_are_not_told() -> None:
    told = r"For it $$\frac{\partial E}{\partial w} = \frac{\partial}{\partial w} (@)^2 = 2 @ §$$"
    first = told.replace("@", "(w x - y)").replace("§", "x")
    second = told.replace("@", "(w^2 x - y)").replace("§", "2 w x")
    lines = proofread(f"{first}\nFor the second model\n{second}").lines
    assert "refuted" not in {line.verdict for line in lines}


def test_a_loss_that_is_defined_is_not_told_anew() -> None:
    text = r"$L = w^2$. $$\frac{d L}{d w} = \frac{d}{d w} [w^3] = 3 w^2$$"
    assert [line.verdict for line in proofread(text).lines] == ["refuted", "proved"]


def test_a_point_of_a_rule_has_the_letter_of_the_text() -> None:
    wrong = RULE.replace(r"\frac{1}{x}", r"\frac{2}{x}").replace("§", "")
    point = proofread(wrong).lines[0].counterexample
    assert point is not None
    assert [*point["values"]] == ["x"]


def test_a_rule_says_nothing_of_a_letter_with_an_index() -> None:
    right, wrong = (proofread(RULE.replace("§", sign)).lines for sign in ("", "-"))
    assert [line.verdict for line in right] == ["proved", "proved"]
    assert [line.verdict for line in wrong] == ["proved", "refuted"]
    shown = right[0].why + right[0].read_as + wrong[1].why + wrong[1].repair
    assert "recalled" not in shown


SIGMA = r"With $a_n = w^T x_n$ and $y_n = \sigma(a_n)$ we use $$\frac{d\sigma}{da} = @$$"


@pytest.mark.parametrize(
    ("product", "verdict"),
    [
        (r"\sigma (1 - \sigma)", "proved"),
        (r"\sigma(a) (1 - \sigma(a))", "proved"),
        (r"\sigma(a) \sigma(-a)", "proved"),
        (r"\sigma - \sigma^2", "proved"),
        (r"\sigma (1 - a)", "refuted"),
        (r"\sigma (1 + \sigma)", "refuted"),
    ],
)
def test_the_rule_of_the_logistic_function_beside_a_with_an_index(
    product: str, verdict: str
) -> None:
    assert last(SIGMA.replace("@", product)) == verdict


def test_a_sigma_that_is_a_number_is_no_function() -> None:
    text = r"Let $a_n = x_n^2$, and $\sigma = a^2$. $$\frac{d\sigma}{da} = 2 a$$"
    assert last(text) != "refuted"


IRLS = r"""Let $y_n = p(\mathcal{C}_1 | \boldsymbol\phi_n)$ and
$$E(\mathbf{w}) = -\sum_{n=1}^{N} \{ t_n \ln y_n + (1 - t_n) \ln (1 - y_n) \}$$
where $y_n = \sigma(a_n)$ and $a_n = \mathbf{w}^{\mathrm T} \boldsymbol\phi_n$. Then
$$\mathbf{H} = \nabla \nabla E(\mathbf{w})
= \sum_{n=1}^{N} y_n (1 - y_n) \boldsymbol\phi_n \boldsymbol\phi_n^{\mathrm T}
= \boldsymbol\Phi^{\mathrm T} \mathbf{R} \boldsymbol\Phi$$
where $\mathbf{R}$ is the diagonal matrix with elements $R_{nn} = @$.
"""


@pytest.mark.parametrize(("weight", "verdict"), [("y_n (1 - y_n)", "proved"), ("y_n", "unread")])
def test_a_diagonal_matrix_by_its_diagonal(weight: str, verdict: str) -> None:
    lines = proofread(IRLS.replace("@", weight)).lines
    assert [line.verdict for line in lines] == ["proved", verdict]


def test_diagonal_entries_make_no_diagonal_matrix() -> None:
    text = r"""Let $p_k = e^{z_k} / \sum_j e^{z_j}$.
It has $J_{kl} = \frac{\partial p_k}{\partial z_l}$.
The diagonal entries are $J_{kk} = p_k (1 - p_k)$, and for $k \neq l$ we have $J_{kl} = -p_k p_l$.
"""
    assert "refuted" not in {line.verdict for line in proofread(text).lines}


@pytest.mark.parametrize("turned", ["", "^T"])
@pytest.mark.parametrize(
    ("matrix", "verdict"), [(r"\operatorname{diag}(z)", "proved"), ("I", "refuted")]
)
def test_a_vector_by_its_first_and_last_entry(turned: str, matrix: str, verdict: str) -> None:
    assert last(BOYD.replace("@", matrix).replace("§", turned)) == verdict


@pytest.mark.parametrize(
    ("difference", "verdict"),
    [
        (r"\hat{p}_k^{(i)} - y_k^{(i)}", "proved"),
        (r"y_k^{(i)} - \hat{p}_k^{(i)}", "refuted"),
    ],
)
def test_a_sigma_between_a_name_and_the_quotient(difference: str, verdict: str) -> None:
    assert last(SOFTMAX.replace("@", difference)) == verdict


@pytest.mark.parametrize("delta", [r"\delta[k = y]", r"\delta(k = y)"])
@pytest.mark.parametrize(("sign", "verdict"), [("-", "proved"), ("+", "refuted")])
def test_a_delta_of_an_equation(delta: str, sign: str, verdict: str) -> None:
    assert last(DELTA.replace("@", delta).replace("§", sign)) == verdict


@pytest.mark.parametrize(("value", "verdict"), [("0.105", "tested"), ("0.150", "refuted")])
def test_a_slope_among_values(value: str, verdict: str) -> None:
    assert last(NUMBERS.replace("@", value)) == verdict
