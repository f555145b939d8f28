"""Ways of writing that whole texts use: the right line is proved, the same with a slip refuted."""

from __future__ import annotations

import pytest

from gory import proofread

SOFTMAX = r"Let $p_i = e^{z_i} / \sum_j e^{z_j}$. "
SPELLINGS = {
    "an inner product": (
        r"Let $\ell = \sum_k t_k \langle w_k, x \rangle$. "
        r"$$\frac{\partial \ell}{\partial w_{kq}} = @$$",
        ("t_k x_q", "t_q x_q"),
    ),
    "an indicator in brackets": (
        SOFTMAX + r"$$\frac{\partial p_i}{\partial z_j} = p_i (@ - p_j)$$",
        ("1(i = j)", "1"),
    ),
    "an indicator with its condition below": (
        SOFTMAX + r"$$\frac{\partial p_i}{\partial z_j} = p_i (@ - p_j)$$",
        ("1_{i=j}", "1"),
    ),
    "two primes": (
        r"Let $y = \sigma(x)$. Then $$\sigma''(x) = y (1 - y) (1 @ 2 y)$$",
        ("-", "+"),
    ),
    "a function at another argument": (
        r"Let $f(t) = t^2$ and $E = \sum_k f(u_k)$. $$\frac{\partial E}{\partial u_m} = @$$",
        ("f'(u_m)", "-f'(u_m)"),
    ),
    "layers as superscripts": (
        r"Let $a^1 = \tanh(w^1 x)$ and $a^2 = w^2 a^1$. $$\frac{\partial a^2}{\partial w^2} = @$$",
        ("a^1", "-a^1"),
    ),
    "equations among words in plain text": (
        "The loss is  L = x^2 + c x,  and the slope that we need is  d(L, x) = @.",
        ("2 x + c", "2 x - c"),
    ),
    "an instance in square brackets": (
        r"Let $a^{[s]} = \sigma(w x^{[s]} + b)$ and $J = \frac1m \sum_s (a^{[s]} - t^{[s]})^2$. "
        r"$$\frac{\partial J}{\partial b} = "
        r"\frac2m \sum_s (a^{[s]} - t^{[s]}) a^{[s]} (@ a^{[s]})$$",
        ("1 -", "1 +"),
    ),
    "classes in round brackets, one of them primed": (
        r"Let $h^{(j)} = e^{v^{(j)}} / \sum_{j'} e^{v^{(j')}}$. "
        r"$$\frac{\partial h^{(j)}}{\partial v^{(i)}} = h^{(j)} (\mathbb{I}\{j=i\} @ h^{(i)})$$",
        ("-", "+"),
    ),
    "an abbreviation as a superscript": (
        r"Let $p_k = e^{z_k} / \sum_j e^{z_j}$ and $L = -\sum_k t_k^{LS} \log p_k$, "
        r"where $\sum_k t_k^{LS} = 1$. $$\frac{\partial L}{\partial z_k} = p_k @ t_k^{LS}$$",
        ("-", "+"),
    ),
    "a name in upright text behind an operator": (
        r"Put $\text{loss} = -\sum_l r_l \log q_l$. "
        r"$$\begin{aligned} \frac{\partial}{\partial q_i} \text{loss} &= @ \end{aligned}$$",
        ("-r_i / q_i", "r_i / q_i"),
    ),
    "a function without its argument and with a prime": (
        r"Let $\sigma(z) = \frac{1}{1+e^{-z}}$. $$\sigma' = \sigma (1 @ \sigma)$$",
        ("-", "+"),
    ),
    "steps of a numbered list": (
        "Let $p_i = e^{z_i} / \\sum_j e^{z_j}$.\n\n"
        "1. $\\frac{\\partial p_i}{\\partial z_j} = p_i \\delta_{ij} - p_i p_j$ (quotient rule)\n"
        "2. $= p_i (@)$ (take out the factor)\n",
        (r"\delta_{ij} - p_j", r"1 - p_j"),
    ),
    "an accent as a letter of its own": (
        "p̂_k = e^{z_k} / sum_j e^{z_j}\n∂p̂_k/∂z_m = p̂_k (δ_km @ p̂_m)",
        ("-", "+"),
    ),
    "a letter with its accent in a formula": (
        r"Let $ŷ = \sigma(z)$ and $L = -t \log ŷ - (1 - t) \log(1 - ŷ)$. $$\frac{dL}{dz} = @$$",
        ("ŷ - t", "t - ŷ"),
    ),
    "a comparison as a number behind a sign": (
        "p_k = exp(z_k) / sum_j exp(z_j)\nL = -log p_y\ndL/dz_k = p_k @ (k == y)",
        ("-", "+"),
    ),
    "scores without the instance of their input": (
        r"Scores are $s_j = w_j^T x_i$ and $L_i = -s_{y_i} + \log \sum_j e^{s_j}$, and "
        r"$p_k = \frac{e^{s_k}}{\sum_j e^{s_j}}$. With $L = \frac1N \sum_i L_i$, "
        r"$$\frac{\partial L}{\partial w_k} = \frac1N \sum_i (p_k @ 1(y_i = k)) x_i$$",
        ("-", "+"),
    ),
    "a factorial": (
        r"Let $p = \frac{e^{-\lambda} \lambda^y}{y!}$. "
        r"$$\log p = y \log \lambda @ \lambda - \log y!$$",
        ("-", "+"),
    ),
    "a one that is a vector": (
        "Z = X W + 1 b^T\nP = softmax(Z)\nL = -(1/N) sum_n sum_k Y_nk log P_nk\n"
        "with sum_k Y_nk = 1\ndL/dW = X^T (P @ Y)/N",
        ("-", "+"),
    ),
    "a matrix named by two letters": (
        r"Let $J = w^T R_{nn} w$. $$\nabla_w J = @ R_{nn} w$$",
        ("2", "3"),
    ),
    "instances above and below in a typed derivative": (
        "h_i^(m) = e^(a_i^(m)) / (sum_b e^(a_b^(m)))\n"
        "dh_i^(m)/da_l^(m) = h_i^(m)*(1(i=l) @ h_l^(m))",
        ("-", "+"),
    ),
    "norms that have names": (
        r"Let $x, w \in \mathbb{R}^d$, $r = \|x\|$, $s = \|w\|$ and $c = \frac{x^\top w}{r s}$. "
        r"$$\nabla_x c = \frac1r \left( \frac{w}{s} @ c \frac{x}{r} \right)$$",
        ("-", "+"),
    ),
    "a layer that is transposed": (
        r"Let $Z^{[2]} = W^{[2]} A^{[1]}$ and $J = \frac12 \|Z^{[2]} - Y\|_F^2$. "
        r"$$\nabla_{W^{[2]}} J = @ (Z^{[2]} - Y) A^{[1]T}$$",
        ("", "2"),
    ),
    "how many there are": (
        r"For $n$ coin flips $$\ell(q) = \sum_{i=1}^n (x_i \log q + (1 - x_i) \log(1 - q))$$ "
        r"$$\frac{d\ell}{dq} = \frac1q \sum_i x_i @ \frac{1}{1 - q} \sum_i (1 - x_i)$$",
        ("-", "+"),
    ),
    "Greek letters in plain text": ("σ_k = e^{z_k}\n∂σ_k/∂z_m = @", ("σ_k δ_km", "σ_k")),
}


def test_a_number_is_less_than_one_where_one_minus_it_has_to_be_positive() -> None:
    right, wrong = (
        r"$$p = \phi^y (1 - \phi)^{1 - y} "
        rf"= \exp(y \log \phi + (1 {sign} y) \log(1 - \phi))$$"
        for sign in "-+"
    )
    assert proofread(right).lines[-1].verdict == "tested"
    assert proofread(wrong).lines[-1].verdict != "tested"


@pytest.mark.parametrize(("text", "pair"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_what_is_right_passes_and_what_is_wrong_does_not(text: str, pair: tuple[str, str]) -> None:
    right, wrong = (proofread(text.replace("@", one)).lines[-1] for one in pair)
    assert right.verdict in ("proved", "tested"), right.why
    assert wrong.verdict == "refuted", wrong.why
