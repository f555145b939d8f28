r"""Names of several letters, functions of a text's own, primes, undefined losses, shifted indices.

Every notation has a text in which the right line is proved and the same line with a slip is not.
"""

from __future__ import annotations

import pytest

from gory import proofread

KL = r"$D_{KL}(p \| q) = \sum_i p_i \log\frac{p_i}{q_i}$ with $q_i = e^{z_i} / \sum_k e^{z_k}$. "
NORM = (
    r"Let $\hat x_i = (x_i-\mu)/\sigma$, $\mu = \frac1d\sum_{i=1}^d x_i$, "
    r"$\sigma^2 = \frac1d\sum_{i=1}^d (x_i-\mu)^2$. "
)
NORMAL = (
    r"Let $\ell = \sum_n \log\sum_k \pi_k \mathcal N(x_n \mid \mu_k, \sigma^2)$ with "
    r"$\mathcal N(x \mid \mu, \sigma^2) = \frac{1}{\sqrt{2\pi\sigma^2}} e^{-(x-\mu)^2/(2\sigma^2)}$"
    r" and $r_{nk} = \frac{\pi_k \mathcal N(x_n\mid\mu_k,\sigma^2)}"
    r"{\sum_j\pi_j\mathcal N(x_n\mid\mu_j,\sigma^2)}$. "
)
NAMES = {
    "capitals": (
        r"Let $CE(y, \hat y) = -\sum_i y_i \log \hat y_i$. "
        r"$$\frac{\partial CE}{\partial \hat y_i} = @ y_i / \hat y_i$$",
        ("-", ""),
    ),
    "upright": (
        r"Let $\mathrm{FL}(p) = -(1-p)^\gamma \log p$ and $p = \sigma(x)$. "
        r"$$\frac{d\mathrm{FL}}{dx} = (1-p)^\gamma (@ \log p + p - 1)$$",
        (r"\gamma p", r"\gamma"),
    ),
    "a divergence": (
        KL + r"Since $\sum_i p_i = 1$, $$\frac{\partial D_{KL}(p \| q)}{\partial z_j} = @$$",
        ("q_j - p_j", "p_j - q_j"),
    ),
    "a divergence turned": (
        KL + r"$$D_{KL}(q \| p) = \sum_i q_i (z_i @ \log p_i) - \log \sum_k e^{z_k}$$",
        ("-", "+"),
    ),
    "a density at other arguments": (
        NORMAL + r"$$\frac{\partial\ell}{\partial\mu_k} = \sum_n r_{nk} \frac{@}{\sigma^2}$$",
        (r"x_n - \mu_k", r"\mu_k - x_n"),
    ),
    "an expression as argument": (
        r"Let $f(z + h) = \log(1 + e^{z + h})$. $$f'(z) = \sigma(@)$$",
        ("z", "-z"),
    ),
    "a derivative at a number": (
        r"Let $f(z) = \log(1 + e^z)$. $$f''(0) = @$$",
        (r"\frac14", r"\frac12"),
    ),
    "a derivative at an expression": (
        r"Let $f(t) = t^3$. $$f'(a + b) = 3 (a @ b)^2$$",
        ("+", "-"),
    ),
    "a shifted vector": (
        r"Let $f(x) = \log\sum_i e^{x_i}$. $$f(x + c \mathbf 1) = f(x) @ c$$",
        ("+", "-"),
    ),
    "a prime by the only variable": (
        r"Let $u = a^2$ and $y = e^{-u}$. $$y' = @ a y$$",
        ("-2", "2"),
    ),
    "a prime that is a part of the name": (
        r"Let $q'_k = (1-\epsilon)\delta_{k,y} + \frac{\epsilon}{K}$, "
        r"$p_k = e^{z_k}/\sum_{i=1}^K e^{z_i}$ and $\ell = -\sum_{k=1}^K q'_k\log p_k$. "
        r"$$\frac{\partial\ell}{\partial z_k} = @$$",
        ("p_k - q'_k", "q'_k - p_k"),
    ),
    "the true class": (
        r"Let $p_i = e^{z_i}/\sum_j e^{z_j}$ and $L = -\sum_i y_i\log p_i$, where $y$ is one-hot "
        r"with $y_c = 1$. $$L = -@\log p_c$$",
        ("", r"\sum_c"),
    ),
    "a gradient with a name": (
        NORM + r"For an upstream gradient $g_i = \partial L/\partial\hat x_i$, "
        r"$$\frac{\partial L}{\partial x_j} = \frac1\sigma\left(g_j - \frac1d\sum_i g_i "
        r"@ \hat x_j\frac1d\sum_i g_i\hat x_i\right)$$",
        ("-", "+"),
    ),
    "a gradient with a name and the index d": (
        r"Let $o_d = \gamma_d a_d + \beta_d$ and $\bar o_d = \frac{\partial \ell}{\partial o_d}$. "
        r"$$\frac{\partial \ell}{\partial \gamma_d} = @ \bar o_d a_d$$",
        ("", "-"),
    ),
    "a gradient without a name": (
        r"Let $z = \sigma(a)$ and $a = w x + b$. Then "
        r"$\frac{\partial L}{\partial a} = \frac{\partial L}{\partial z} z (1-z)$. "
        r"$$\frac{\partial L}{\partial w} = @ \frac{\partial L}{\partial a} x$$",
        ("", "-"),
    ),
    "a function that is not given": (
        r"Let $Z = XW$, $L = f(Z)$ and $G = \frac{\partial L}{\partial Z}$. "
        r"$$\frac{\partial L}{\partial W} = X^\top G$$ "
        r"$$\frac{\partial L}{\partial X} = G @$$",
        (r"W^\top", "W"),
    ),
    "repeated indices": (
        r"We sum over repeated indices. Let $y_i = W_{ij} x_j$ and $E = \frac12 y_i y_i$. "
        r"$$\frac{\partial E}{\partial x_j} = @ W_{ij}$$",
        ("y_i", "y_j"),
    ),
    "indices in round brackets": (
        r"For the policy $\pi(a) = e^{\theta_a}/\sum_b e^{\theta_b}$ let $J = \sum_a \pi(a) Q(a)$. "
        r"$$\frac{\partial J}{\partial\theta_c} = \pi(c)\Big(Q(c) @ \sum_a \pi(a) Q(a)\Big)$$",
        ("-", "+"),
    ),
    "short names of gradients": (
        r"Let $y_i = \gamma x_i + \beta$. We write $dy_i$ for $\frac{\partial L}{\partial y_i}$. "
        r"Then $d\beta = \sum_i dy_i$. "
        r"$$d\gamma = @ \sum_i dy_i x_i$$",
        ("", "-"),
    ),
    "rows of a matrix": (
        r"Let $J(w) = \frac12\|Xw - y\|^2$, where the rows of $X$ are the examples. "
        r"$$\nabla_w J = \sum_i (x_i^\top w @ y_i) x_i$$",
        ("-", "+"),
    ),
    "sums of vectors": (
        r"Let $f = \frac12 (a-b)^\top (a-b)$. $$\nabla_a f = a @ b$$",
        ("-", "+"),
    ),
    "labels as indices": (
        r"Let $L_i = \log\sum_j e^{z_{ij}} - z_{i,y_i}$. "
        r"$$\frac{\partial L_i}{\partial z_{im}} = e^{z_{im}}/\sum_j e^{z_{ij}} - @$$",
        (r"\delta_{m y_i}", "1"),
    ),
    "sums over all classes but that of a label": (
        r"Let $L_i = \sum_{j \neq y_i} \max(0, s_{ij} - s_{i,y_i} + \Delta)$. "
        r"$$\frac{\partial L_i}{\partial s_{i,y_i}} = @ \sum_{j \neq y_i} "
        r"\mathbb 1(s_{ij} - s_{i,y_i} + \Delta > 0)$$",
        ("-", ""),
    ),
    "the step before": (
        r"Let $h_t = \tanh(w h_{t-1} + u x_t)$. "
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = w (1 @ h_t^2)$$",
        ("-", "+"),
    ),
    "the bias of a layer with a number": (
        r"Let $a = W_1 x + b_1$ and $E = \frac12 \|a\|^2$. "
        r"$$\frac{\partial E}{\partial b_1} = @ a$$",
        ("", "-"),
    ),
}


@pytest.mark.parametrize(("text", "pair"), NAMES.values(), ids=NAMES.keys())
def test_what_is_right_passes_and_what_is_wrong_does_not(text: str, pair: tuple[str, str]) -> None:
    right, wrong = (proofread(text.replace("@", one)).lines[-1] for one in pair)
    assert right.verdict in ("proved", "tested"), right.why
    assert wrong.verdict == "refuted", wrong.why


NOT_PROVED = {
    "functions at two arguments": r"Let $D = f(x) - f(y)$. Then $D = 0$.",
    "a function at a decorated name": r"Let $D = J(w) - J(\hat w)$. Then $D = 0$.",
    "a second derivative of what is not given": (
        r"Let $z = \sigma(a)$. $\frac{\partial^2 L}{\partial a^2} "
        r"= \frac{\partial L}{\partial z} z (1-z)(1-2z)$."
    ),
    "the value of what is not given": (
        r"Let $z = \sigma(a)$, $g = \frac{\partial L}{\partial z}$. Then $L = g z$."
    ),
    "the change of a gradient with a name": (
        r"Let $z = \sigma(a)$, $g = \frac{\partial L}{\partial z}$. "
        r"Then $\frac{\partial g}{\partial a} = 0$."
    ),
    "one entry is not every entry": (
        r"Let $L = -\sum_i y_i\log p_i$. For the true class $y_c = 1$. $$L = -\sum_i\log p_i$$"
    ),
    "a derivative by what the step before depends on": (
        r"Let $h_t = \tanh(w h_{t-1})$. $\frac{\partial h_t}{\partial w} = (1-h_t^2) h_{t-1}$."
    ),
    "vectors that are transposed are no numbers": (
        r"Let $f = (a-b)^\top M (a-b)$. $$\nabla_a f = 2 (a-b)^\top (a-b)$$"
    ),
    "a sum does not reach over its own letter": (
        r"$\sum_i a_i - b \sum_i c_i = \sum_i (a_i - b \sum_i c_i)$"
    ),
}


@pytest.mark.parametrize("text", NOT_PROVED.values(), ids=NOT_PROVED.keys())
def test_what_does_not_follow_is_not_proved(text: str) -> None:
    assert proofread(text).lines[-1].verdict in ("unread", "refuted")


NOT_REFUTED = {
    "products of capitals": r"Let $Z = XW$ and $Y = ZV$. Then $Y = XWV$.",
    "products that start with a name": (
        r"Let $G(t) = \frac{1}{1 + e^{-t}}$. Since $G' = G (1 - G)$, fine."
    ),
    "the same array at two steps": (
        r"$x_{t+1} = x_t - \eta g_t$, so that $x_t - x_{t-1} = -\eta g_{t-1}$."
    ),
    "sums that telescope": r"$\sum_{t=1}^T (h_t - h_{t-1}) = h_T - h_0$",
    "no convention": (
        r"We do not use the summation convention. Let $y_i = \sum_j W_{ij} x_j$. "
        r"Then $y_i y_i = y_i^2$."
    ),
    "a constant of another name": (
        r"With $\hat J(w) = J(w^*) + \frac12 (w-w^*)^\top H (w-w^*)$ we have "
        r"$\nabla_w \hat J(w) = H(w-w^*)$, where $H$ is symmetric."
    ),
    "one of two classes": (
        r"For two classes, $p_1 = \frac{e^{z_1}}{e^{z_1}+e^{z_2}} = \frac{1}{1+e^{z_2-z_1}}$."
    ),
}


@pytest.mark.parametrize("text", NOT_REFUTED.values(), ids=NOT_REFUTED.keys())
def test_what_may_be_right_is_not_refuted(text: str) -> None:
    assert "refuted" not in {line.verdict for line in proofread(text).lines}


HOSTILE = {
    "capitals": "A" * 10_000 + " = 1",
    "pairs of capitals": "AB " * 3000 + "= 1",
    "calls": "f(x) " * 2000 + "= 1",
    "brackets": "f(" * 3000 + "x" + ")" * 3000 + " = 1",
    "primes": "u" + "'" * 10_000 + " = 1",
    "shifts": "h_{t-1} " * 1500 + "= 1",
    "dividers": "D(" + r"p \| " * 2000 + "q) = 1",
    "indices in brackets": r"\sum_a " + "p(a) " * 2000 + "= 1",
}


@pytest.mark.parametrize("formula", HOSTILE.values(), ids=HOSTILE.keys())
def test_bad_input_is_neither_proved_nor_refuted(formula: str) -> None:
    assert {line.verdict for line in proofread(f"Let ${formula}$.").lines} <= {"unread"}
