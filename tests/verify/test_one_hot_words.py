"""Matrices of labels that words describe, the entry of a label, and gradients taken twice."""

from __future__ import annotations

import pytest

from gory import proofread

SETTING = (
    r"Let $Z = XW$, $P_{nc} = \frac{e^{Z_{nc}}}{\sum_{c'} e^{Z_{nc'}}}$ and "
    r"$L = -\frac1N \sum_{n} \log P_{n, y_n}$. Then"
    "\n\n$$\\frac{\\partial L}{\\partial W} = \\frac{1}{N} X^T (%s),$$\n\n%s."
)
WORDS = (
    r"where $Y$ is the one-hot matrix of the labels",
    r"where $\mathbf{Y}$ is the one-hot encoding of $y$",
    r"with $Y \in \{0,1\}^{N \times C}$ the matrix of one-hot labels",
    r"with the one-hot label matrix $Y$",
    r"where the rows of $Y$ are the one-hot vectors of the labels $y_n$",
    r"where $Y_{nc} = 1$ if $y_n = c$ and $0$ otherwise",
)


def verdicts(text: str) -> list[str]:
    return [line.verdict for line in proofread(text).lines]


@pytest.mark.parametrize("words", WORDS)
def test_words_define_the_matrix_of_the_labels(words):
    assert verdicts(SETTING % ("P - Y", words))[0] == "proved"
    assert verdicts(SETTING % ("Y - P", words))[0] == "refuted"


@pytest.mark.parametrize(
    "words", ["where $Y$ need not be one-hot", "where $Y$ holds the targets, which are not one-hot"]
)
def test_what_is_not_one_hot_is_not_defined(words):
    assert verdicts(SETTING % ("P - Y", words))[0] == "unread"


LIKELIHOOD = r"""
The model is $p(y = k \mid x; \theta) = \frac{\exp(\theta_k^\top x)}{\sum_j \exp(\theta_j^\top x)}$.
\begin{align*}
\ell(\theta) &= \sum_{i=1}^m \log p(y^{(i)} \mid x^{(i)}; \theta) \\
&= \sum_{i=1}^m \sum_{k=1}^K 1\{y^{(i)} = k\} \log p(y^{(i)} = k \mid x^{(i)}; \theta) \\
&= \sum_{i=1}^m \left( %s - \log \sum_{j=1}^K \exp(\theta_j^\top x^{(i)}) \right).
\end{align*}
"""


def test_the_probability_of_a_label_is_its_entry():
    right = verdicts(LIKELIHOOD % r"\theta_{y^{(i)}}^\top x^{(i)}")
    assert right == ["proved", "proved"]
    assert verdicts(LIKELIHOOD % r"- \theta_{y^{(i)}}^\top x^{(i)}")[-1] == "refuted"


def test_a_label_of_two_values_is_a_number():
    text = r"""
    $$P(y = 1 \mid x) = h(x), \quad P(y = 0 \mid x) = 1 - h(x)$$ with $h(x) = \sigma(w^T x)$, so
    $$\log P(y \mid x) = y \log h(x) + (1 - y) \log (1 - h(x)).$$
    """
    assert "refuted" not in verdicts(text)


HESSIAN = (
    r"Let $\phi_k(x) = \frac{\exp(\theta_k^\top x)}{\sum_j \exp(\theta_j^\top x)}$ and "
    r"$\ell = \sum_i \sum_k y_{ik} \log \phi_k(x_i)$ with $\sum_k y_{ik} = 1$."
    "\n\n$$%s = - \\sum_i \\phi_l(x_i) (%s - \\phi_r(x_i)) x_i x_i^\\top$$"
)


@pytest.mark.parametrize(
    "left",
    [
        r"\nabla_{\theta_l} \nabla_{\theta_r}^\top \ell",
        r"\nabla_{\theta_r} (\nabla_{\theta_l} \ell)^\top",
        r"\nabla^2_{\theta_l \theta_r} \ell",
        r"\nabla^2_{\theta_l, \theta_r} \ell",
    ],
)
def test_a_second_gradient_is_the_matrix(left):
    assert verdicts(HESSIAN % (left, r"\delta_{lr}"))[-1] == "proved"
    assert verdicts(HESSIAN % (left, "1"))[-1] == "refuted"


@pytest.mark.parametrize(
    ("body", "targets", "residual"),
    [
        (r"w_k^T x", r"\frac12 \sum_i \sum_k (f_k(x_i) - y_{ik})^2", r"f_k(x_i) - y_{ik}"),
        (
            r"\frac{e^{w_k^T x}}{\sum_j e^{w_j^T x}}",
            r"-\sum_i \log f_{y_i}(x_i)",
            r"f_k(x_i) - 1\{y_i = k\}",
        ),
    ],
)
def test_functions_with_an_index_are_taken_at_rows(body, targets, residual):
    text = (
        f"Let $f_k(x) = {body}$ and $J = {targets}$. Then $$\\nabla_{{w_k}} J = \\sum_i %s x_i.$$"
    )
    assert verdicts(text % f"({residual})")[-1] == "proved"
    assert verdicts(text % f"-({residual})")[-1] == "refuted"


def test_a_function_without_its_argument_is_no_vector():
    text = r"""
    Let $p(x; \beta) = \frac{e^{\beta^T x}}{1 + e^{\beta^T x}}$ and
    $$\ell(\beta) = \sum_{i=1}^N \left( y_i \beta^T x_i - \log(1 + e^{\beta^T x_i}) \right).$$
    Then $$\frac{\partial \ell}{\partial \beta} = \sum_{i=1}^N x_i (y_i - p(x_i; \beta)) %s$$
    $$= \mathbf{X}^T (\mathbf{y} - \mathbf{p}).$$
    """
    assert verdicts(text % "")[0] == "proved"
    assert "refuted" not in verdicts(text % "")
    assert verdicts(text % r"+ \beta")[0] == "refuted"


def test_the_sum_of_squares_of_a_matrix_has_the_vectors_for_rows():
    text = (
        r"Let $p_k(x) = \frac{e^{w_k^T x}}{\sum_j e^{w_j^T x}}$ and "
        r"$J = -\sum_i \log p_{y_i}(x_i) + \frac{\lambda}{2} \|W\|_F^2$. Then "
        r"$$\nabla_{w_k} J = \sum_i (p_k(x_i) - 1\{y_i = k\}) x_i + %s \lambda w_k.$$"
    )
    assert verdicts(text % "")[-1] == "proved"
    assert verdicts(text % "2")[-1] == "refuted"


def test_a_norm_is_a_number_and_a_greek_letter_below_a_loss_a_part_of_its_name():
    cosine = (
        r"Let $r = \|x\|$, $s = \|w\|$ and \[ c = \frac{x^\top w}{r s} . \] Then "
        r"\[ \nabla_x c = \frac1r \left( \frac{w}{s} - %s \frac{x}{r} \right). \]"
    )
    assert verdicts(cosine % "c") == ["proved"]
    assert verdicts(cosine % "") == ["refuted"]
    decay = (
        r"Let $L = \frac{1}{2} \|y - Xw\|^2$ and $L_\lambda = L + \frac{\lambda}{2} \|w\|^2$. "
        r"$$\nabla_w L_\lambda = X^T (Xw - y) + %s \lambda w$$"
    )
    assert verdicts(decay % "") == ["proved"]
    assert verdicts(decay % "2") == ["refuted"]


SPLIT = (
    r"Let $p_k = e^{z_k} / \sum_j e^{z_j}$ and $L = -\sum_k y_k \log p_k$ with $y$ one-hot."
    "\n\n"
    r"$$\frac{\partial L}{\partial z_i} = -\sum_k \frac{y_k}{p_k} %s (\delta_{ki} - p_i) "
    r"= -y_i + p_i \sum_k y_k$$"
)


def test_a_class_whose_target_is_written_is_not_the_true_one():
    assert verdicts(SPLIT % "p_k") == ["proved", "proved"]
    assert verdicts(SPLIT % "p_i")[0] == "refuted"
