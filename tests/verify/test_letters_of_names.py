"""Letters below a name that nothing runs over: they say which is meant, and are no indices."""

from __future__ import annotations

import pytest

from gory import proofread

PAIR = (
    r"The loss is $L = -\log \sigma(\beta u)$ with the logistic function $\sigma$ and "
    r"$u = \log \frac{\pi_w}{\rho_w} - \log \frac{\pi_l}{\rho_l}$. "
)
WORDS = (
    r"Let $\hat{y}_w = \frac{\exp(u_w^\top v_c)}{\sum_{x=1}^V \exp(u_x^\top v_c)}$ and "
    r"$J = -\log \hat{y}_o$. "
)
LINES = {
    "a winner and a loser": (
        PAIR + r"$$\frac{\partial L}{\partial \pi_l} = § \frac{\beta}{\pi_l} \sigma(-\beta u)$$",
        ("", "-"),
    ),
    "a center word": (
        WORDS + r"$$\frac{\partial J}{\partial v_c} = §(u_o - \sum_{w=1}^V \hat{y}_w u_w)$$",
        ("-", ""),
    ),
    "true classes that are bound elsewhere": (
        r"Let $p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$ and $L = -\log p_c$. "
        r"$$\frac{\partial L}{\partial z_k} = p_k § \delta_{kc}$$",
        ("-", "+"),
    ),
    "chosen alternatives": (
        r"Let $P_{ni} = \frac{e^{V_{ni}}}{\sum_j e^{V_{nj}}}$. Let $y_{ni} = 1$ if person $n$ "
        r"chose $i$ and zero otherwise, and $L = \sum_n \sum_i y_{ni} \ln P_{ni}$. "
        r"$$\frac{\partial L}{\partial V_{ni}} = y_{ni} § P_{ni}$$",
        ("-", "+"),
    ),
    "a sum of which words say what it is called": (
        r"The softmax is $S_j = e^{a_j} / \sum_k e^{a_k}$, where $\Sigma$ is short for "
        r"$\sum_k e^{a_k}$. $$\frac{\partial S_i}{\partial a_j} = "
        r"\frac{e^{a_i} \delta_{ij} \Sigma § e^{a_j} e^{a_i}}{\Sigma^2}$$",
        ("-", "+"),
    ),
    "a loss and its terms": (
        r"Let $L_i = \frac12 (w^\top x_i - y_i)^2$ and $L = \frac1N \sum_{i=1}^N L_i$. "
        r"$$\frac{\partial L}{\partial w} = §\frac1N \sum_i (w^\top x_i - y_i) x_i$$",
        ("", "-"),
    ),
    "a cost that is a function, and its terms": (
        r"$J(w) = \frac1m \sum_i J_i(w)$, $J_i(w) = \frac12 (w x_i - y_i)^2$. "
        r"$$\frac{\partial J}{\partial w} = \frac1m \sum_i (w x_i § y_i) x_i$$",
        ("-", "+"),
    ),
    "small figures behind an index": (
        "Z = Σ_j exp(−β E_j), P_i = exp(−β E_i) / Z, U = Σ_i P_i E_i\n\n"
        "d²ln Z/dβ² = Σ_i P_i E_i² § U²",
        ("-", "+"),
    ),
}


@pytest.mark.parametrize(("text", "signs"), LINES.values(), ids=LINES)
def test_the_right_line_holds_and_the_slip_is_refuted(text: str, signs: tuple[str, str]) -> None:
    right, wrong = (proofread(text.replace("§", sign)).lines[-1].verdict for sign in signs)
    assert (right, wrong) == ("proved", "refuted")


def test_labels_that_an_instance_may_have_several_of_do_not_add_up_to_one() -> None:
    text = (
        r"Let $P_{ni} = \frac{e^{V_{ni}}}{\sum_j e^{V_{nj}}}$. Let $y_{nl} = 1$ if label $l$ is "
        r"present in instance $n$ and zero otherwise. "
        r"Then $L = \sum_n \sum_i y_{ni} \ln P_{ni}$ and "
        r"$$\frac{\partial L}{\partial V_{ni}} = y_{ni} - P_{ni}$$"
    )
    assert proofread(text).lines[-1].verdict in ("refuted", "unread")
