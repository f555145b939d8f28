r"""What words say of a name: the class of a one-hot vector, a function, a label left out."""

from __future__ import annotations

import pytest

from gory import proofread

TEXTS = {  # a text with a place, what is right there, and slips
    "a class in words": (
        r"Let $\hat y = \mathrm{softmax}(\theta)$ and $J = -\sum_i y_i \log \hat y_i$, where $y$ "
        r"is a one-hot vector with a one at position $k$. "
        r"$$\frac{\partial J}{\partial \theta_i} = -\frac{\partial \theta_k}{\partial \theta_i} + "
        r"§$$",
        r"\frac{e^{\theta_i}}{\sum_j e^{\theta_j}}",
        (r"\frac{e^{\theta_k}}{\sum_j e^{\theta_j}}", r"e^{\theta_i}"),
    ),
    "a function in words": (
        r"Let $\mu_{nc} = \mathcal{S}(\eta_n)_c$ where $\mathcal{S}$ is the softmax function. "
        r"$$\frac{\partial \mu_{nc}}{\partial \eta_{nj}} = §$$",
        r"\mu_{nc} (\delta_{cj} - \mu_{nj})",
        (r"\mu_{nc} (\delta_{cj} - \mu_{nc})", r"\mu_{nc} (1 - \mu_{nj})"),
    ),
    "a function that is let": (
        r"Let $g$ be the logistic function and $h = g(a)$ with "
        r"$E = -t \ln h - (1 - t) \ln(1 - h)$. "
        r"$$\frac{\partial E}{\partial a} = §$$",
        "h - t",
        ("t - h", "h"),
    ),
    "sigma for the softmax": (
        r"The softmax $\sigma(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ has the derivative "
        r"$$\frac{\partial \sigma(z)_i}{\partial z_j} = §$$",
        r"\sigma(z)_i (\delta_{ij} - \sigma(z)_j)",
        (r"\sigma(z)_i (\delta_{ij} - \sigma(z)_i)", r"\sigma(z)_i (1 - \sigma(z)_j)"),
    ),
    "a label that is left out": (
        r"Let $p = \mathrm{softmax}(z)$ with $z = V h + b$ and $\ell = -\log p_y$ for the label "
        r"$y$. We write $\delta_k = \frac{\partial \ell}{\partial z_k}$. "
        r"$$\frac{\partial \ell}{\partial h_j} = §$$",
        r"\sum_k V_{kj} \delta_k",
        (r"\sum_k V_{jk} \delta_k", r"\sum_k V_{kj} \delta_k p_k"),
    ),
    "rows of a matrix of weights": (
        r"Let $\eta_n = W x_n$, $\mu_{nc} = \mathrm{softmax}(\eta_n)_c$ and "
        r"$J = -\sum_n \sum_c y_{nc} \log \mu_{nc}$ with $\sum_c y_{nc} = 1$, so that "
        r"$\eta_{nc} = w_c^\top x_n$. $$\nabla_{w_j} J = §$$",
        r"\sum_n (\mu_{nj} - y_{nj}) x_n",
        (r"\sum_n (y_{nj} - \mu_{nj}) x_n", r"\sum_n \mu_{nj} x_n"),
    ),
    "a quadratic form": (
        r"Let $f(z) = \log \sum_i e^{z_i}$, $p_i = e^{z_i} / \sum_j e^{z_j}$ and $v \in "
        r"\mathbb{R}^n$. $$v^\top \nabla^2 f(z) v = \sum_i p_i v_i^2 - §$$",
        r"\left( \sum_i p_i v_i \right)^2",
        (r"\sum_i p_i^2 v_i^2", r"\sum_i p_i v_i"),
    ),
    "an index that is lost": (
        r"Let $X \in \mathbb{R}^{n \times d}$ and $f(w) = \frac12 \|X w - y\|^2$. With rows "
        r"$x_i^\top$ of $X$, $$\frac{\partial f}{\partial w_j} = \sum_i (x_i^\top w - y_i) §$$",
        "x_{ij}",
        ("x_i", "x_{ji}"),
    ),
    "a bias of batches by its entries": (
        r"Let $F = X W + b$ with $X \in \mathbb{R}^{N \times D}$ and $L = \frac12 \sum_n \sum_c "
        r"F_{nc}^2$. $$\frac{\partial L}{\partial b_c} = §$$",
        r"\sum_n F_{nc}",
        ("F_{nc}", r"\sum_c F_{nc}"),
    ),
    "a word in small letters": (
        r"Let $P_k = e^{a_k} / \sum_j e^{a_j}$ and $xent(Y, P) = -\sum_k Y_k \log P_k$ with "
        r"$\sum_k Y_k = 1$. $$\frac{\partial xent}{\partial a_j} = §$$",
        "P_j - Y_j",
        ("Y_j - P_j", "P_j"),
    ),
    "the case of a definition": (
        r"Let $p = \sigma(z)$. For $y = 1$ the loss is $L = -(1 - p)^2 \log p$. "
        r"$$\frac{dL}{dp} = 2 (1 - p) \log p - §$$",
        r"\frac{(1 - p)^2}{p}",
        (r"\frac{1 - p}{p}", r"(1 - p)^2"),
    ),
    "a slip in what a name is": (
        r"Let $p_i = \sigma(x_i^T w)$ and $J = -\frac{1}{n} \sum_i (y_i \log p_i + (1 - y_i) "
        r"\log(1 - p_i))$. Then $\nabla J = \frac{1}{n} X^T (p - y)$ and "
        r"$$\nabla^2_w J = \frac{1}{n} X^T S X, \qquad S = \mathrm{diag}(p \odot (1 - §))$$",
        "p",
        ("y",),
    ),
    "a case before a display": (
        r"Let $R = \sum_j |w_j| + \frac12 \sum_j w_j^2$; for $w_j > 0$"
        "\n\n"
        r"$$\frac{\partial R}{\partial w_j} = §$$",
        "1 + w_j",
        ("1 - w_j", "w_j"),
    ),
    "a dot in plain text": (
        "p_i = sigmoid(w . x_i)\nL = -sum_i [y_i log(p_i) + (1 - y_i) log(1 - p_i)]\n\n"
        "dp_i/dw_j = p_i (1 - p_i) x_ij\n"
        "dL/dw_j = sum_i § x_ij",
        "(p_i - y_i)",
        ("(y_i - p_i)",),
    ),
}


def last(text: str) -> str:
    return proofread(text).lines[-1].verdict


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_right_holds(name: str) -> None:
    text, right, _ = TEXTS[name]
    assert last(text.replace("§", right)) in ("proved", "tested")


@pytest.mark.parametrize("name", TEXTS)
def test_a_slip_is_found(name: str) -> None:
    text, _, slips = TEXTS[name]
    for slip in slips:
        assert "refuted" in {line.verdict for line in proofread(text.replace("§", slip)).lines}


def test_a_question_claims_nothing() -> None:
    text = r"Let $F = y^2$. Where is $\frac{dF}{dy} = 0$? There, where $y = 0$."
    assert "refuted" not in {line.verdict for line in proofread(text).lines}


def test_a_condition_at_the_end_of_a_row_is_one_of_the_row() -> None:
    text = (
        r"Let $y_k = e^{a_k} / \sum_i e^{a_i}$. \begin{align*} \frac{\partial y_k}{\partial a_j} "
        r"&= -\frac{e^{a_k} e^{a_j}}{(\sum_i e^{a_i})^2} = - y_k y_j, \quad j \neq k \end{align*}"
    )
    assert [line.verdict for line in proofread(text).lines] == ["proved", "proved"]


def test_a_case_goes_on_in_the_next_display() -> None:
    text = (
        r"$T = \max(0, \|a - p\|^2 - \|a - n\|^2 + m)$. When the loss is positive,"
        "\n\n"
        r"$$\nabla_a T = 2 (n - p)$$"
        "\n\n"
        r"$$\nabla_p T = -2 (a - p)$$"
    )
    assert "refuted" not in {line.verdict for line in proofread(text).lines}


@pytest.mark.parametrize("one", ["1", r"\mathbf{1}", r"\mathbf 1"])
def test_a_transposed_one_is_a_vector(one: str) -> None:
    text = (
        rf"Let $z = W x$, $p = \frac{{e^z}}{{{one}^T e^z}}$ and $L = -y^T \log p$ with "
        rf"${one}^T y = 1$. $$\nabla_z L = p - y$$"
    )
    assert [line.verdict for line in proofread(text).lines] == ["proved"]


def test_bars_of_gradients_are_told_from_those_of_averages() -> None:
    text = (
        r"GLU: $y = a \odot \sigma(b)$ with $a = W x$, $b = V x$. Given $\bar y = \partial L / "
        r"\partial y$: $\bar a = \bar y \odot \sigma(b)$, $\bar b = \bar y \odot a \odot \sigma(b) "
        r"\odot (1 - \sigma(b))$, $\bar W = \bar a x^\top$ and $\bar x = §$."
    )
    right, wrong = r"W^\top \bar a + V^\top \bar b", r"W^\top \bar a + V^\top \bar a"
    found = [line.verdict for line in proofread(text.replace("§", right)).lines]
    assert found == ["proved"] * 4
    assert proofread(text.replace("§", wrong)).lines[-1].verdict == "refuted"


def test_a_gradient_without_its_variable_is_one_by_the_only_parameter() -> None:
    text = (
        r"Let $y_n = \sigma(w^\top \phi_n)$ and $E = -\sum_n \{ t_n \ln y_n + (1 - t_n) "
        r"\ln(1 - y_n) \}$. $$\nabla E = \sum_n (y_n - t_n) \phi_n = §$$"
    )
    right, wrong = r"\Phi^\top (y - t)", r"\Phi^\top (t - y)"
    found = [line.verdict for line in proofread(text.replace("§", right)).lines]
    assert found == ["proved", "proved"]
    assert proofread(text.replace("§", wrong)).lines[-1].verdict != "proved"
    by_another = text.replace(r"\phi_n = §", "w")
    assert proofread(by_another).lines[-1].verdict == "unread"
