"""Short ways to write things: a right claim holds, and with a slip it is refuted."""

from __future__ import annotations

import pytest

from gory import proofread

SOFTMAX = r"Let $S_i(a) = \frac{e^{a_i}}{\sum_k e^{a_k}}$. "
PLAIN = "p_i = exp(s_i) / sum_k exp(s_k)"
WAYS = {
    "a class as a name": (
        r"Let $P(y = k \mid x) = \frac{e^{z_k}}{\sum_j e^{z_j}}$. Then $$\frac{\partial "
        r"P(y = k \mid x)}{\partial z_j} = P(y = k \mid x) (\delta_{kj} § P(y = j \mid x))$$",
        ("-", "+"),
    ),
    "an operator with an index": (SOFTMAX + r"$$D_j S_i = S_i (\delta_{ij} § S_j)$$", ("-", "+")),
    "a Jacobian": (SOFTMAX + r"$$DS = \operatorname{diag}(S) § S S^\top$$", ("-", "+")),
    "a gradient without a variable": (
        r"$E(\mathbf{w}) = \frac12 \sum_i (y_i - \mathbf{w}^\top x_i)^2$. "
        r"$$\nabla E = §\sum_i (y_i - \mathbf{w}^\top x_i) x_i$$",
        ("-", ""),
    ),
    "a name given in words": (
        r"We abbreviate $\sum_k e^{a_k}$ by $v$. "
        r"Then $$\frac{\partial v}{\partial a_j} = § e^{a_j}$$",
        ("", "2"),
    ),
    "numbers at a point": (SOFTMAX + r"For $a = (1, 2, 5)$ we get $S_3 = §$.", ("0.94", "0.93")),
    "one letter, two functions": (
        r"$H(q, p) = -\sum_k q_k \ln p_k$ and $H(q) = -\sum_k q_k \ln q_k$ with $q_k, p_k > 0$. "
        r"$$\sum_k q_k \ln \frac{q_k}{p_k} = H(q, p) § H(q)$$",
        ("-",),
    ),
    "a condition in the line above": (
        f"with {PLAIN} you have for i != j\n\n  dp_i/ds_j = §p_i p_j",
        ("-", ""),
    ),
    "two equations in a line": ("s = 1/(1+e^-z)   ds/dz = s(1 § s)", ("-", "+")),
    "formulas in code spans": (
        "With `p_i = exp(s_i) / sum_k exp(s_k)` it is `dp_i/ds_j = p_i (delta_ij § p_j)`.",
        ("-", "+"),
    ),
}


@pytest.mark.parametrize(("text", "signs"), WAYS.values(), ids=WAYS)
def test_the_right_line_holds_and_the_slip_is_refuted(text: str, signs: tuple[str, ...]) -> None:
    for place, sign in enumerate(signs):
        verdicts = {line.verdict for line in proofread(text.replace("§", sign)).lines} - {"given"}
        if place == 0:
            assert verdicts <= {"proved", "tested"} | {"defined", "definition"}
            assert verdicts & {"proved", "tested"}
        else:
            assert "refuted" in verdicts
