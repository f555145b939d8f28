"""Names that look like something else: the right line holds, and with a slip it is refuted."""

from __future__ import annotations

import pytest

from gory import proofread

TEXTS = {
    "vectors called r and q": (
        r"Let $X \in \mathbb{R}^{N \times D}$, $\mathbf{r} = X \mathbf{q} - \mathbf{y}$ and "
        r"$E = \frac{1}{2} \mathbf{r}^\top \mathbf{r}$. "
        r"Then $\nabla_{\mathbf q} E = § X^\top \mathbf{r}$.",
        ("", "-"),
    ),
    "d with an index": (
        r"Let $y_i = \gamma x_i + \beta$. Let $L$ be a loss that depends on $y$ and write "
        r"$d_i = \frac{\partial L}{\partial y_i}$. Then "
        r"$\frac{\partial L}{\partial \gamma} = § \sum_i d_i x_i$.",
        ("", "-"),
    ),
    "a derivative whose name is on the right": (
        r"$y_i = g_i x_i$. For a loss with $\frac{\partial L}{\partial y_i} = u_i$ it follows "
        r"that $\frac{\partial L}{\partial x_j} = § g_j u_j$.",
        ("", "-"),
    ),
    "a name at the end of a chain": (
        r"Let $f = \log \sum_k e^{z_k}$. Then "
        r"$\frac{\partial f}{\partial z_i} = \frac{e^{z_i}}{\sum_k e^{z_k}} = s_i$ and "
        r"$\frac{\partial^2 f}{\partial z_i \partial z_j} = s_i \delta_{ij} § s_i s_j$.",
        ("-", "+"),
    ),
    "what is carried on has its name from what the chain begins with": (
        r"Let $f = \log \sum_k e^{z_k}$. Then "
        r"$\frac{\partial f}{\partial z_i} = § \frac{e^{z_i}}{\sum_k e^{z_k}} = s_i$ and "
        r"$\sum_i s_i = 1$.",
        ("", "2"),
    ),
    "signs below names": (
        r"Let $L = -s_+ + \log(e^{s_+} + e^{s_-})$ and $q_* = \frac{e^{s_-}}{e^{s_+} + e^{s_-}}$. "
        r"Then $\frac{\partial L}{\partial s_+} = § q_*$ and "
        r"$\frac{\partial L}{\partial s_{-}} = q_*$.",
        ("-", ""),
    ),
    "signs above names": (
        r"Let $s_k = u^\top v_k^-$, $r = u^\top v^{+}$ and $L = -r + \log(e^r + \sum_k e^{s_k})$. "
        r"Then $\frac{\partial L}{\partial r} = § 1 + \frac{e^r}{e^r + \sum_k e^{s_k}}$ and "
        r"$\frac{\partial r}{\partial v^+} = u$.",
        ("-", ""),
    ),
    "an entry whose second index is left out": (
        r"Let $\ell_i = -\log \frac{e^{s_{ip}}}{\sum_k e^{s_{ik}}}$ and "
        r"$P_{ik} = \frac{e^{s_{ik}}}{\sum_m e^{s_{im}}}$. Then "
        r"$$\ell_i = -s_{ip} + \log \sum_k e^{s_{ik}}$$ "
        r"$$\frac{\partial \ell_i}{\partial s_{ip}} = P_{ip} § 1$$",
        ("-", "+"),
    ),
    "gradients with a delta": (
        r"Let $c_t = f_t \odot c_{t-1}$ and $h_t = o_t \odot \tanh(c_t)$. Let "
        r"$\delta h_t = \partial L / \partial h_t$. Then "
        r"$$\frac{\partial L}{\partial o_t} = § \delta h_t \odot \tanh(c_t)$$",
        ("", "-"),
    ),
    "names for values of a function": (
        r"Let $u = \beta \log \frac{\pi_w}{\pi_l}$, where $\pi_w = \pi_\theta(y_w \mid x)$ and "
        r"$\pi_l = \pi_\theta(y_l \mid x)$. Then "
        r"$\frac{\partial u}{\partial \pi_l} = § \frac{\beta}{\pi_l}$.",
        ("-", ""),
    ),
    "functions that are known, of two arguments": (
        r"Let $h = \max(0, a)$ and $L = \frac{1}{2} h^2$. "
        r"Then $\frac{\partial L}{\partial a} = § h \, \mathbb{1}[a > 0]$.",
        ("", "-"),
    ),
    "c' beside c": (
        r"The cell is $c' = f c + i g$ and $h = o \tanh(c')$. Then "
        r"$\frac{\partial h}{\partial f} = o (1 - \tanh^2(§)) c$ and "
        r"$\frac{\partial h}{\partial o} = \tanh(c')$.",
        ("c'", "c"),
    ),
    "two capitals with an index": (
        r"Let $CS_n = \frac{1}{\alpha_n} \ln \sum_j e^{V_{nj}}$ and "
        r"$P_{ni} = \frac{e^{V_{ni}}}{\sum_j e^{V_{nj}}}$. "
        r"Then $$\frac{\partial CS_n}{\partial V_{ni}} = § \frac{1}{\alpha_n} P_{ni}$$",
        ("", "-"),
    ),
    "actions in round brackets": (
        r"Let $P(a) = \frac{e^{q(a)/T}}{\sum_{b=1}^n e^{q(b)/T}}$. Then "
        r"$\frac{\partial P(a)}{\partial q(a)} = \frac{1}{T} P(a) (1 - P(a))$ and, for "
        r"$a \neq b$, $\frac{\partial P(a)}{\partial q(b)} = § \frac{1}{T} P(a) P(b)$.",
        ("-", ""),
    ),
    "a name that is defined on the way": (
        r"Let $\operatorname{logit}(\pi_i) = \eta_i = \beta_0 + \beta_1 x_i$ and "
        r"$\pi_i = \frac{e^{\eta_i}}{1 + e^{\eta_i}}$. Then "
        r"$$\frac{\partial \pi_i}{\partial \beta_1} = § \pi_i (1 - \pi_i) x_i$$",
        ("", "-"),
    ),
    "a derivative by a name that leaves its indices out": (
        "P = 1 / (1 + e^(-(r_a - r_b)/s))\nloss = -w log P - (1 - w) log(1 - P)\n\n"
        "dloss/dP = -w / P § (1 - w) / (1 - P)",
        ("+", "-"),
    ),
    "a function of the text for every entry of a vector": (
        r"Let $f(t) = \frac{1}{1 + \exp(-t)}$, $z = W x + b$, $a = f(z)$ and "
        r"$J = \frac{1}{2} \| a - y \|^2$. Then "
        r"$\nabla_{z} J = § (y - a) \odot a \odot (1 - a)$.",
        ("-", ""),
    ),
    "three primes": (
        r"Let $f(z) = \ln(1 + e^z)$. Then $f'''(z) = f''(z) (1 § 2 f'(z))$.",
        ("-", "+"),
    ),
    "two values in one sentence": (
        r"Let $y = \sigma(z)$ and $L = -t \ln y - (1 - t) \ln(1 - y)$. For $t = 1$ it is "
        r"$\frac{\partial L}{\partial z} = y - 1$, for $t = 0$ it is "
        r"$\frac{\partial L}{\partial z} = § y$. "
        r"In both cases $\frac{\partial L}{\partial z} = y - t$.",
        ("", "-"),
    ),
    "values in paragraphs": (
        r"Let $\hat y = \sigma(s)$, $\ell = -y \log \hat y - (1 - y) \log (1 - \hat y)$."
        "\n\n"
        r"If $y = 1$, we have $\frac{\partial \ell}{\partial s} = \hat y - 1$."
        "\n\n"
        r"If $y = 0$, we have $\frac{\partial \ell}{\partial s} = § \hat y$.",
        ("", "-"),
    ),
}


@pytest.mark.parametrize(("text", "signs"), TEXTS.values(), ids=TEXTS)
def test_the_right_line_holds_and_the_slip_is_refuted(text: str, signs: tuple[str, str]) -> None:
    right, slip = (
        [line.verdict for line in proofread(text.replace("§", sign)).lines] for sign in signs
    )
    assert right
    assert {*right} <= {"proved", "tested"}
    assert "refuted" in slip


@pytest.mark.parametrize(
    "text",
    [
        r"Let $u' = 2 x$ and $v' = 3$. Then $(u v)' = u' v + u v'$.",
        r"Let $c' = 2 t$. Then $\frac{d c}{d t} = 3 t$.",
        r"$\frac{\partial L}{\partial y} = u$. Then $\frac{\partial L}{\partial y} = 2 u$.",
        r"Set $u_i = \frac{\partial J}{\partial z_i}$ and $v_i = \frac{\partial J}{\partial a_i}$ "
        r"where $z_i = W_i x$ and $a_i = c_i x$. Then $u_i = v_i z_i (1 - z_i)$.",
        r"Let $a_i = w_{ij} x_j$ and $L = \sum_i a_i^2$. "
        r"Then $\frac{\partial L}{\partial x_k} = \sum_i 2 a_i w_{ik}$.",
        r"Let $y = f(x, w)$ and $L = y^2$. Then $\frac{\partial L}{\partial w} = 2 y f'(x, w)$.",
    ],
)
def test_a_name_that_may_mean_something_else_is_not_refuted(text: str) -> None:
    assert "refuted" not in {line.verdict for line in proofread(text).lines}
