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
    "Greek letters in plain text": ("σ_k = e^{z_k}\n∂σ_k/∂z_m = @", ("σ_k δ_km", "σ_k")),
}


@pytest.mark.parametrize(("text", "pair"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_what_is_right_passes_and_what_is_wrong_does_not(text: str, pair: tuple[str, str]) -> None:
    right, wrong = (proofread(text.replace("@", one)).lines[-1] for one in pair)
    assert right.verdict in ("proved", "tested"), right.why
    assert wrong.verdict == "refuted", wrong.why
