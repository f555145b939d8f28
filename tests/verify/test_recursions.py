"""Recursions: states before, gates, new states with a prime, steps that are left out."""

from __future__ import annotations

import pytest

from gory import proofread

CELL = r"$c_t = f_t \odot c_{t-1} + i_t \odot g_t$ and $h_t = o_t \odot \tanh(c_t)$. "
GATES = (
    r"\begin{align} a_i &= W_i x_t + U_i h_{t-1} + b_i, & i_t &= \sigma(a_i) \\ "
    r"a_f &= W_f x_t + U_f h_{t-1} + b_f, & f_t &= \sigma(a_f) \\ "
    r"c_t &= f_t \odot c_{t-1} + i_t \end{align} with the logistic function $\sigma$. "
    r"The gradients are sums of outer products such as $a_f x_t^\top$. "
)
STATE = r"$h_t = \tanh(W_{xh} x_t + W_{hh} h_{t-1} + b_h)$ and $y_t = W_{hy} h_t + b_y$. "
PRIMED = r"The new state is $c' = f c + i g$, the output $h' = o \tanh(c')$. "
PLAIN = "new state: c' = f c + i g, h' = o tanh(c')\n\n"
LINES = {
    "the state before is given": (
        CELL, r"$$\frac{\partial c_t}{\partial f_t} = §$$", ("c_{t-1}", "c_t", "f_t"),
    ),
    "of a loss, too": (
        CELL, r"$$\frac{\partial L}{\partial f_t} = \frac{\partial L}{\partial c_t} \odot §$$",
        ("c_{t-1}", "c_t"),
    ),
    "by the state before": (
        r"$h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde h_t$. ",
        r"$$\frac{\partial h_t}{\partial z_t} = §$$",
        (r"\tilde h_t - h_{t-1}", r"h_{t-1} - \tilde h_t"),
    ),
    "layers of one unit": (
        r"Let $h_l = f(w_l h_{l-1})$. ",
        r"$$\frac{\partial h_l}{\partial w_l} = § f'(w_l h_{l-1})$$",
        ("h_{l-1}", "w_l"),
    ),
    "gates, whose step is left out": (
        GATES, r"$$\frac{\partial c_t}{\partial a_f} = \operatorname{diag}(§)$$",
        (r"c_{t-1} \odot f_t \odot (1 - f_t)", r"c_t \odot f_t \odot (1 - f_t)"),
    ),
    "what a weight is from and to": (
        STATE,
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t \odot h_t) §$$",
        ("W_{hh}", "W_{xh}"),
    ),
    "outputs of states": (
        STATE, r"$$\frac{\partial y_t}{\partial h_t} = §$$", ("W_{hy}", "W_{hh}"),
    ),
    "a new state with a prime": (
        PRIMED, r"$$\frac{\partial h'}{\partial c'} = o (1 - \tanh^2 (§))$$", ("c'", "c"),
    ),
    "by the old state": (PRIMED, r"$\partial c' / \partial c = §$", ("f", "i")),
    "a square beside brackets": (
        r"$h' = \tanh(w h + u x)$. ",
        r"$$\frac{\partial h'}{\partial w} = § (1 - h'^2)$$",
        ("h", "x"),
    ),
    "arrays with a prime": (
        r"Shift the logits, $z_k' = z_k + c$. ", r"$$\frac{\partial z_k'}{\partial z_j} = §$$",
        (r"\delta_{kj}", "1"),
    ),
    "weights of one unit": (
        r"$z = \sigma(w_z x + u_z h)$, $r = \sigma(w_r x + u_r h)$, $n = \tanh(w_n x + u_n r h)$, "
        r"$s = (1 - z) n + z h$, and $g = \frac{\partial L}{\partial s}$. ",
        r"$$\frac{\partial L}{\partial u_n} = g (1 - z) (1 - n^2) §$$", ("r h", "h"),
    ),
    "typed": (PLAIN, "dh'/dc' = o (1 - §)", ("tanh(c')^2", "tanh(c')")),
}  # fmt: skip


@pytest.mark.parametrize(("said", "line", "ways"), LINES.values(), ids=LINES)
def test_the_right_line_holds_and_others_are_refuted(
    said: str, line: str, ways: tuple[str, ...]
) -> None:
    for place, way in enumerate(ways):
        last = proofread(said + line.replace("§", way)).lines[-1]
        assert last.verdict in (("refuted",) if place else ("proved", "tested"))


NOT_JUDGED = {
    "a weight that all steps share": (
        r"Let $h_t = \tanh(w h_{t-1} + u x_t)$. "
        r"$$\frac{\partial h_t}{\partial w} = (1 - h_t^2) h_{t-1}$$"
    ),
    "a sum over steps": (
        r"Let $E = \frac12 \sum_i (u_i - u_{i-1})^2$. $$\frac{\partial E}{\partial u_k} = "
        r"(u_k - u_{k-1}) - (u_{k+1} - u_k)$$"
    ),
    "states that are computed from each other": (
        r"Let $h_t = o_t c_t$ and $c_t = f_t c_{t-1} + h_{t-1}$. "
        r"$$\frac{\partial c_t}{\partial c_{t-1}} = f_t + o_{t-1}$$"
    ),
}


@pytest.mark.parametrize("text", NOT_JUDGED.values(), ids=NOT_JUDGED)
def test_what_the_step_before_depends_on_is_not_guessed(text: str) -> None:
    assert {line.verdict for line in proofread(text).lines} <= {"given", "definition", "unread"}
