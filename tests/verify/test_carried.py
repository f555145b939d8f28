"""One early slip does not paint the rest red, across statements as within a chain."""

from __future__ import annotations

import pytest

import gory

NETWORK = r"""$a_j = \sum_d w_{jd} x_d$, $h_j = \tanh(a_j)$, $z = \sum_j v_j h_j$,
$E = \frac12 (z - t)^2$.
"""
CLASSES = r"""$z_k = \sum_j v_{kj} h_j$, $h_j = \sigma(a_j)$, $a_j = \sum_d w_{jd} x_d$,
$p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$, $E = -\sum_k t_k \ln p_k$, $\sum_k t_k = 1$.
"""
SIGN_OF_A_PART = (
    NETWORK
    + r"""
$$\frac{\partial E}{\partial h_j} = (t - z) v_j$$
$$\frac{\partial E}{\partial a_j} = (t - z) v_j (1 - h_j^2)$$
$$\frac{\partial E}{\partial w_{jd}} = (t - z) v_j (1 - h_j^2) x_d$$
"""
)
LOST_SUM = (
    CLASSES
    + r"""
$$\frac{\partial E}{\partial h_j} = (p_k - t_k) v_{kj}$$
$$\frac{\partial E}{\partial a_j} = (p_k - t_k) v_{kj} h_j (1 - h_j)$$
"""
)
TWO_SLIPS = SIGN_OF_A_PART.replace("v_j (1 - h_j^2) x_d", "v_j (1 - h_j) x_d")
QUOTIENT = r"""$h = \frac{u}{v}$ with $u = e^{a + b x}$ and $v = 1 + e^{a + b x}$.
$$\frac{\partial u}{\partial b} = x u, \qquad \frac{\partial v}{\partial b} = u$$
\begin{align}
\frac{\partial h}{\partial b} &= \frac{x u v - u u}{v^2} \\
&= x h - h^2
\end{align}
"""
SECOND_ORDER = r"""$J = \frac{1}{2m} \sum_{i=1}^m (w x_i - y_i)^2$.
$$\frac{dJ}{dw} = \frac{1}{2m} \sum_{i=1}^m (w x_i - y_i) x_i$$
$$\frac{d^2 J}{dw^2} = \frac{1}{2m} \sum_{i=1}^m x_i^2$$
"""
PLAIN = """p_k = exp(z_k) / sum_l exp(z_l)
given sum_k y_k = 1
L = -sum_k y_k log p_k
dL/dp_k = y_k / p_k
dL/dz_j = sum_k dL/dp_k p_k (delta_kj - p_j)
        = y_j - p_j
"""
ROWS = {  # text: rows that are slips, rows that follow from them
    SIGN_OF_A_PART: ({4}, {5, 6}),
    LOST_SUM: ({4}, {5}),
    TWO_SLIPS: ({4, 6}, {5}),
    QUOTIENT: ({2}, {4, 5}),
    SECOND_ORDER: ({2}, {3}),
    PLAIN: ({4}, {6}),
}


@pytest.mark.parametrize("text", ROWS)
def test_only_the_slip_itself_is_refuted(text):
    slips, carried = ROWS[text]
    lines = gory.proofread(text).lines
    assert {line.row for line in lines if line.verdict == "refuted"} == slips
    assert {line.row for line in lines if "follows from" in line.why} == carried
    assert all(line.whole == "refuted" for line in lines if line.row in carried)


def test_the_row_of_the_slip_is_named():
    lines = gory.proofread(SIGN_OF_A_PART).lines
    assert all(line.why.endswith("follows from row 4, which is wrong") for line in lines[1:])
    assert "follows from row 4" in gory.proofread(SIGN_OF_A_PART).to_text()


def test_a_line_that_follows_from_no_slip_above_it_is_wrong_itself():
    text = SIGN_OF_A_PART.replace("(t - z) v_j (1 - h_j^2)$$", "(z - t) v_j (1 + h_j^2)$$")
    assert {line.row for line in gory.proofread(text).lines if line.verdict == "refuted"} == {4, 5}


def test_a_wrong_slope_of_two_indices_is_not_put_where_there_are_three() -> None:
    lines = gory.proofread(r"""
Let $\ell_{ij} = \log(1 + e^{-y (s_i - s_j)})$ with $y \in \{-1, 1\}$, $i \neq j$. Then
$$\frac{\partial \ell_{ij}}{\partial s_k} = \begin{cases}
-y\, \sigma(-y (s_i - s_j)) & \text{if } k = i \\ -y\, \sigma(-y (s_i - s_j)) & \text{if } k = j
\end{cases}$$
with $\sigma(t) = 1 / (1 + e^{-t})$. The second derivative is
$$\frac{\partial^2 \ell_{ij}}{\partial s_i^2} = \sigma(s_i - s_j)\, \sigma(s_j - s_i) .$$
""").lines
    assert [line.verdict for line in lines] == ["refuted", "tested"]


def test_a_line_that_goes_on_from_what_is_right_is_right_where_the_first_is_unknown() -> None:
    text = r"""
$$\begin{aligned}
\frac{\partial L}{\partial z} &= \frac{\partial L}{\partial a} \frac{\partial a}{\partial z} \\
&= (p - y) p \\
&= p^2 + y p \\
&= p^2 - y p
\end{aligned}$$
"""
    *_, wrong, right = gory.proofread(text).lines
    assert (wrong.verdict, right.verdict) == ("refuted", "proved")
    assert right.why == "equal to row 4, though not to the line before, which is wrong"
