r"""Scores that do not show their instance, ``s_j = w_j^\top x_i``: the losses of it do."""

from __future__ import annotations

import pytest

from gory import proofread

MODEL = r"""
Scores are $f = W x_i$, and we write $s_j = w_j^T x_i$ for the score of class $j$. The loss is
$$L_i = -s_{y_i} + \log \sum_j e^{s_j}$$
With $p_k = \frac{e^{s_k}}{\sum_j e^{s_j}}$ and the full loss $L = \frac{1}{N} \sum_i L_i$ we get
"""
CLAIMS = (
    (r"\frac{\partial L_i}{\partial s_k}", r"p_k - \mathbb{1}(y_i = k)", "p_k - 1"),
    (r"\frac{\partial L_i}{\partial w_k}", r"(p_k - \mathbb{1}(y_i = k)) x_i", r"p_k x_i"),
    (
        r"\frac{\partial L}{\partial w_k}",
        r"\frac{1}{N} \sum_i (p_k - \mathbb{1}(y_i = k)) x_i",
        r"\sum_i (p_k - \mathbb{1}(y_i = k)) x_i",
    ),
)


@pytest.mark.parametrize(("asked", "right", "wrong"), CLAIMS)
def test_what_is_computed_from_one_input_belongs_to_it(asked: str, right: str, wrong: str) -> None:
    text = MODEL + "".join(f"$${one} = {other}$$\n" for one, other, _ in CLAIMS)
    assert {line.verdict for line in proofread(text).lines} <= {"proved", "tested"}
    slipped = text.replace(f"{asked} = {right}", f"{asked} = {wrong}")
    assert [line.verdict for line in proofread(slipped).lines].count("refuted") == 1


def test_an_index_that_a_sum_binds_is_no_instance() -> None:
    text = (
        r"Let $a_j = \sum_i w_{ji} x_i$ and $c_i = x_i^2$. "
        r"$\frac{\partial a_j}{\partial x_k} = w_{jk}$."
    )
    assert [line.verdict for line in proofread(text).lines] == ["proved"]


POSTERIORS = r"""
The posterior probabilities are
$$p(\mathcal{C}_k \mid \boldsymbol\phi) = y_k(\boldsymbol\phi)
  = \frac{\exp(a_k)}{\sum_j \exp(a_j)}$$
with the activations $a_k = \mathbf{w}_k^{\mathrm T} \boldsymbol\phi$. Their derivatives are
$$\frac{\partial y_k}{\partial a_j} = y_k (I_{kj} - y_j)$$
and the error function is
$$E(\mathbf{w}_1, \ldots, \mathbf{w}_K) = - \sum_{n=1}^N \sum_{k=1}^K t_{nk} \ln y_{nk}$$
where $y_{nk} = y_k(\boldsymbol\phi_n)$. Using $\sum_k t_{nk} = 1$ we get
$$\nabla_{\mathbf{w}_j} E(\mathbf{w}_1, \ldots, \mathbf{w}_K)
  = \sum_{n=1}^N (y_{nj} - t_{nj}) \boldsymbol\phi_n .$$
$$\nabla_{\mathbf{w}_k} \nabla_{\mathbf{w}_j} E(\mathbf{w}_1, \ldots, \mathbf{w}_K)
  = \sum_{n=1}^N y_{nk} (I_{kj} - y_{nj}) \boldsymbol\phi_n \boldsymbol\phi_n^{\mathrm T} .$$
"""
POSTERIOR_SLIPS = (
    ("(I_{kj} - y_j)", "(I_{kj} - y_k)"),
    ("(y_{nj} - t_{nj})", "(t_{nj} - y_{nj})"),
    ("(I_{kj} - y_{nj})", "(I_{kj} + y_{nj})"),
    (r"\boldsymbol\phi_n .", r"y_{nj} \boldsymbol\phi_n ."),
)


@pytest.mark.parametrize("told", [True, False], ids=["as values of a function", "without a word"])
def test_a_model_of_one_instance_holds_for_all_rows_of_the_data(told: bool) -> None:
    text = POSTERIORS
    if not told:
        text = text.replace(r"where $y_{nk} = y_k(\boldsymbol\phi_n)$.", "")
        text = text.replace(r"p(\mathcal{C}_k \mid \boldsymbol\phi) = y_k(\boldsymbol\phi)", "y_k")
    assert {line.verdict for line in proofread(text).lines} == {"proved"}
    for right, wrong in POSTERIOR_SLIPS:
        found = [line.verdict for line in proofread(text.replace(right, wrong)).lines]
        assert found.count("refuted") == 1, wrong


SOFTMAX = r"""
Let $p_k = \frac{e^{a_k}}{\sum_j e^{a_j}}$. Then
$$\frac{\partial p_k}{\partial a_j} = p_k (\delta_{kj} - p_j)$$
For two classes with $a = a_1 - a_2$ we have
$$p_1 = \frac{e^{a_1}}{e^{a_1} + e^{a_2}} = \frac{1}{1 + e^{-a}}$$
"""


def test_the_case_of_two_classes_defines_nothing_for_all() -> None:
    general, special, last = proofread(SOFTMAX).lines
    assert (general.verdict, special.verdict, last.verdict) == ("proved", "unread", "proved")


def test_a_difference_of_entries_is_a_name_beside_them() -> None:
    wrong = proofread(SOFTMAX.replace("e^{-a}", "e^{a}")).lines[-1]
    assert wrong.verdict != "proved"


def test_a_raised_T_in_plain_text_transposes() -> None:
    text = "z = w^T x + b\na = 1/(1 + e^(-z))\nL = -(y log(a) + (1-y) log(1-a))\n"
    assert [one.verdict for one in proofread(f"{text}dL/dw = (a - y) x").lines] == ["proved"]
    assert [one.verdict for one in proofread(f"{text}dL/dw = (y - a) x").lines] == ["refuted"]


CHAIN = (
    r"Let $h(x) = 1 / (1 + e^{-\theta^T x})$ and "
    r"$\ell = \sum_{i=1}^m y^{(i)} \log h(x^{(i)}) + (1 - y^{(i)}) \log (1 - h(x^{(i)}))$. Then"
    "\n\\begin{align}\n"
    r"\frac{\partial \ell}{\partial \theta_j} &= \sum_i \left( y^{(i)} (1 - h(x^{(i)})) - "
    r"(1 - y^{(i)}) h(x^{(i)}) \right) § \\"
    "\n"
    r"&= \sum_i (y^{(i)} - h(x^{(i)})) § ."
    "\n\\end{align}"
)


def test_an_instance_that_a_line_loses_is_not_put_in() -> None:
    def found(first: str, second: str) -> list[str]:
        text = CHAIN.replace("§", first, 1).replace("§", second, 1)
        return [line.verdict for line in proofread(text).lines]

    for entry in ("x_j^{(i)}", "x^{(i)}_j"):
        assert found(entry, entry) == ["proved", "proved"]
        assert found(entry, "x_j") == ["proved", "unread"]
    assert found("x_j", "x_j") == ["proved", "proved"]


SHORT = (
    "h(x) = 1 / (1 + exp(-theta^T x))\n\n"
    "J(theta) = -1/m * sum_i [ y_i * log(h(x_i)) + (1 - y_i) * log(1 - h(x_i)) ]\n\n"
    "Write h_i = h(x_i) for short.\n\ndJ/dtheta_j = 1/m * sum_i %s * x_ij"
)


@pytest.mark.parametrize(
    ("residual", "verdict"), [("(h_i - y_i)", "proved"), ("(y_i - h_i)", "refuted")]
)
def test_a_function_of_a_row_has_a_value_for_each(residual: str, verdict: str) -> None:
    assert proofread(SHORT % residual).lines[-1].verdict == verdict
