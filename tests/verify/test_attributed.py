"""Words that declare a fact are taken for the name that they are said of, and for no other."""

from __future__ import annotations

import pytest

from gory import proofread

SOFTMAX = r"$p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$. "
CLAIM = r" $L = -\sum_k c_k \log p_k$. Then $\frac{\partial L}{\partial z_j} = @$."
OF_OTHERS = (
    "Let $y$ be one-hot with class weights $c_k$.",
    "Here $c_k$ are class weights and $y_k$ is one-hot.",
    "The probability of a sequence with counts $c_k$ is maximised.",
    "The label $t$ is known and $c_k$ is the cost of class $k$.",
    "The counts $c_k$ and the probabilities $q_k$ are given.",
    "The probabilities $q_k$ and the counts $c_k$ are given.",
    "The model outputs probabilities and is trained with rewards $c_k$.",
)
OF_C = (
    "Here $c_k$ are probabilities.",
    "The target distribution is $c$.",
    "Let $c$ be a one-hot vector.",
    "Let $c$ and $d$ be probability distributions.",
    "The soft labels $c_k$ are normalised.",
    "with logits $z$ and one-hot $c$.",
    "The targets $c_k$, a one-hot encoding of the class $t$, are given.",
    "The true probabilities are denoted by $c_k$.",
    "We write $c_k$ for the empirical distribution.",
    "Let $c_k$ be the label of class $k$ in one-hot encoding.",
    "The weights $c_k$ sum to one.",
    "The $c_k$ add up to $1$.",
)


def verdict(words: str, gradient: str) -> str:
    return proofread(SOFTMAX + words + CLAIM.replace("@", gradient)).lines[-1].verdict


@pytest.mark.parametrize("words", OF_OTHERS)
def test_what_is_said_of_another_name_proves_nothing(words: str) -> None:
    assert verdict(words, "p_j - c_j") == "unread"
    assert verdict(words, r"p_j \sum_k c_k - c_j") == "proved"


@pytest.mark.parametrize("words", OF_C)
def test_what_is_said_of_the_name_is_granted(words: str) -> None:
    assert verdict(words, "p_j - c_j") == "proved"


HESSIAN = r"""Let $\mu_i = \sigma(w^T x_i)$ and
$J = -\sum_i [y_i \log \mu_i + (1 - y_i) \log(1 - \mu_i)]$
with gradient $X^T (\mu - y)$. The Hessian is
\begin{align*}
H &= \sum_{i=1}^N \mu_i (1 - \mu_i) x_i x_i^T = @
\end{align*}
with $S = \operatorname{diag}(\mu_i (1 - \mu_i))$ and $X$ the $N \times D$ design matrix.
"""


def test_what_a_hessian_is_made_of_is_not_symmetric_by_its_name() -> None:
    right, wrong = (
        proofread(HESSIAN.replace("@", one)).lines[-1].verdict for one in ("X^T S X", "X S X^T")
    )
    assert (right, wrong) == ("proved", "refuted")
