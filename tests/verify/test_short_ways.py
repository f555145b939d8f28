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
    "a list whose end is a size": (
        r"Keys $k_1, \dots, k_n$ are given, with weights "
        r"$a_t = \frac{e^{s_t}}{\sum_{r=1}^{n} e^{s_r}}$. "
        r"$$\frac{\partial a_t}{\partial s_t} = a_t (1 § a_t)$$",
        ("-", "+"),
    ),
    "a total with a name": (
        r"Let $p_k = e^{z_k} / \sum_j e^{z_j}$ and $\ell = \sum_k y_k \log p_k$, where the counts "
        r"satisfy $\sum_k y_k = n$. $$\frac{\partial \ell}{\partial z_k} = § (y_k - n p_k)$$",
        ("", "-"),
    ),
    "a prime behind another derivative": (
        r"Let $h_1 = \frac{1}{1 + e^{-w_1 x}}$ and $E = -\log h_1$. We want "
        r"$\frac{\partial E}{\partial w_1}$. "
        r"Now $\frac{\partial E}{\partial h_1} = -\frac{1}{h_1}$. "
        r"With $v = 1 + e^{-w_1 x}$ we have $$v' = § x e^{-w_1 x}$$",
        ("-", ""),
    ),
    "an elasticity": (
        r"Let $P_j = \frac{e^{V_j}}{\sum_k e^{V_k}}$ with $V_j = \beta \ln c_j$. "
        r"$$\frac{\partial \ln P_j}{\partial \ln c_j} = \beta (1 § P_j)$$",
        ("-", "+"),
    ),
    "numbered steps of two names": (
        r"$h_1 = \tanh(a_1)$, $a_1 = u x_1 + b$, $h_2 = \tanh(a_2)$, $a_2 = u x_2 + w h_1 + b$. "
        r"$$\frac{\partial h_2}{\partial a_1} = w (1 - h_2^2) (1 § h_1^2)$$",
        ("-", "+"),
    ),
    "a transpose inside of a function with a prime": (
        r"Let $F(z) = \frac{e^z}{1 + e^z}$, so that $F'(z) = F(z) (1 - F(z))$, and "
        r"$\ell = \sum_i [y_i \ln F(x_i'\beta) + (1 - y_i) \ln(1 - F(x_i'\beta))]$. "
        r"$$\frac{\partial \ell}{\partial \beta} = \sum_i (y_i § F(x_i'\beta)) x_i$$",
        ("-", "+"),
    ),
    "the cost of a whole vector": (
        r"$h = \sigma(X\theta)$ with $\theta \in \mathbb{R}^n$ and "
        r"$$J(\theta) = -\frac1m (y^\top \log h + (\mathbf 1 - y)^\top \log(\mathbf 1 - h))$$ "
        r"$$\nabla_\theta J = \frac1m X^\top (h § y)$$",
        ("-", "+"),
    ),
    "a left side that is only words": (
        r"$\Pr(Y = k) = \pi_k = \frac{e^{\eta_k}}{\sum_l e^{\eta_l}}$ and "
        r"$\ell = \sum_k n_k \log \pi_k$ with $\sum_k n_k = 1$. "
        r"$$\frac{\partial \ell}{\partial \eta_k} = n_k § \pi_k$$",
        (),
    ),
    "a hidden size": (
        r"Let $\mu = \frac1h \mathbf 1^\top x$ and $c = x - \mu \mathbf 1$. "
        r"$$\frac{\partial c}{\partial x} = I § \frac1h \mathbf 1 \mathbf 1^\top$$",
        ("-", "+"),
    ),
    "a condition in the line above": (
        f"with {PLAIN} you have for i != j\n\n  dp_i/ds_j = §p_i p_j",
        ("-", ""),
    ),
    "two equations in a line": ("s = 1/(1+e^-z)   ds/dz = s(1 § s)", ("-", "+")),
    "a sum over inputs": (
        r"$\sigma(z) = 1/(1+e^{-z})$ and $C = -\frac{1}{n} \sum_x [y \ln a + (1-y) \ln (1-a)]$ "
        r"with $a = \sigma(z)$ and $z = \sum_j w_j x_j + b$. "
        r"$$\frac{\partial C}{\partial w_j} = \frac{1}{n} \sum_x x_j (a § y)$$",
        ("-", "+"),
    ),
    "sigma without its argument": (
        r"The sigmoid is $\sigma(a) = 1/(1 + \exp(-a))$. "
        r"$$\frac{d \sigma}{d a} = \sigma (1 § \sigma)$$",
        ("-", "+"),
    ),
    "a fixed letter that a sum leaves out": (
        r"For scores $s_j$ let $L = \sum_{j \ne p} e^{s_j - s_p}$. "
        r"Then $\frac{\partial L}{\partial s_k} = § e^{s_k - s_p} \qquad (k \neq p)$.",
        ("", "-"),
    ),
    "pairs that a sum runs over": (
        r"Let $A_{ij} = A_{ji}$ and $E = \sum_{i \ne j} A_{ij} x_i x_j$. "
        r"$$\frac{\partial E}{\partial x_k} = § \sum_{j \ne k} A_{kj} x_j$$",
        ("2",),
    ),
    "two names for one thing": (
        r"Let $S = \sum_d e^{z_d}$ and $$y_c = \varsigma(z)_c = \frac{e^{z_c}}{S}$$ "
        r"Then $$\frac{\partial y_c}{\partial z_d} = y_c (\delta_{cd} § y_d)$$",
        ("-", "+"),
    ),
    "indices that words exclude": (
        r"With $w_j = e^{s_j}$ and $Z = \sum_j w_j$, let $L = \ln w_a - \ln (Z - w_b)$. For an "
        r"item $j$ that is neither $a$ nor $b$ "
        r"$$\frac{\partial L}{\partial s_j} = §\frac{w_j}{Z - w_b}$$",
        ("-", ""),
    ),
    "the number of a pattern": (
        r"Let $y_k = \sum_j w_{kj} z_j$ and $E_n = \frac12 \sum_k (y_k - t_k)^2$. "
        r"$$\delta_k = \frac{\partial E_n}{\partial y_k} = y_k § t_k$$",
        ("-", "+"),
    ),
    "an array as a label": (
        r"Let $n_x = \sqrt{\sum_i x_i^2}$ and $n_y = \sqrt{\sum_i y_i^2}$. "
        r"Then $$\frac{\partial n_x}{\partial x_j} = § \frac{x_j}{n_x}$$",
        ("", "2"),
    ),
    "a fact above a special case": (
        r"Let $q_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$. The teacher provides probabilities $p_i$ "
        r"with $\sum_i p_i = 1$. We minimise \[ C = -\sum_i p_i \log q_i. \] "
        r"\[ \frac{\partial C}{\partial z_i} = q_i § p_i \] "
        r"With label smoothing $p_i = (1 - \epsilon) t_i + \frac{\epsilon}{K}$ this becomes "
        r"$\frac{\partial C}{\partial z_i} = q_i - (1-\epsilon) t_i - \frac{\epsilon}{K}$.",
        ("-", "+"),
    ),
    "a minus behind an empty line": (
        "Z = sum_i exp(-beta E_i)\nU = sum_i E_i exp(-beta E_i) / Z\n\n"
        "-d(ln Z)/d beta = §(1/Z) sum_i E_i exp(-beta E_i)\n  = U",
        ("", "2 "),
    ),
    "a prime that transposes": (
        r"$P_{nj} = \frac{e^{\beta' x_{nj}}}{\sum_{k} e^{\beta' x_{nk}}}$. "
        r"$$\frac{P_{ni}}{P_{nj}} = e^{\beta' (x_{ni} § x_{nj})}$$",
        ("-", "+"),
    ),
    "a prime that differentiates": (
        r"$u = e^x$ and $v = x^2$. $$\frac{d}{dx} \frac{u}{v} = \frac{u' v § u v'}{v^2}$$",
        ("-", "+"),
    ),
    "a value that comes later": (
        r"Let $p_k = e^{z_k} / \sum_j e^{z_j}$, and $f_k$ be numbers. Then "
        r"\[ \frac{\partial}{\partial z_j} \sum_k p_k f_k = p_j ( f_j § \sum_k p_k f_k ) . \] "
        "\n"
        r"With $f_k = z_k$ there is one more term: "
        r"\[ \frac{\partial}{\partial z_j} \sum_k p_k z_k = p_j ( 1 + z_j - \sum_k p_k z_k ). \]",
        ("-", "+"),
    ),
    "a result about v": (
        r"Let $\mu = \frac1n \sum_i x_i$ and $v = \frac1n \sum_i (x_i - \mu)^2$. "
        r"Expanding the square gives $v = \frac1n \sum_i x_i^2 - \mu§$.",
        ("^2", ""),
    ),
    "a second derivative in the words before": (
        r"$p_c = \frac{e^{t_c}}{\sum_b e^{t_b}}$. \[F_{kl} = p_k (\delta_{kl} - p_l). \] "
        r"It equals the negative mean of the second derivative, \[ F_{kl} = § \sum_c p_c "
        r"\frac{\partial^2 \ln p_c}{\partial t_k \partial t_l} . \]",
        ("-", ""),
    ),
    "an index that is an array as well": (
        r"Let $a_{ij} = \frac{e^{s_{ij}}}{\sum_k e^{s_{ik}}}$, $s_{ij} = q_i k_j$. Then "
        r"$\frac{\partial a_{ij}}{\partial s_{il}} = a_{ij} (\delta_{jl} § a_{il})$.",
        ("-", "+"),
    ),
    "a divergence by its name": (
        r"Let $\sum_i p_i = 1$, $q_i = e^{z_i}/\sum_j e^{z_j}$ and "
        r"$$C = \mathrm{KL}(p \,\|\, q) = \sum_i p_i \log \frac{p_i}{q_i}.$$ "
        r"Then $$\frac{\partial C}{\partial z_i} = q_i § p_i.$$",
        ("-", "+"),
    ),
    "a wide space between two formulas": (
        r"$$p_k = \frac{e^{f_k}}{\sum_j e^{f_j}} \hspace{1in} L_i =-\log(p_{y_i})$$ "
        r"$$\frac{\partial L_i }{ \partial f_k } = p_k § \mathbb{1}(y_i = k)$$",
        ("-", "+"),
    ),
    "a list of arguments": (
        r"$$E(\mathbf{w}_1, \dots, \mathbf{w}_K) = -\sum_n \sum_k t_{nk} \ln y_{nk}$$ where "
        r"$y_{nk} = \frac{e^{a_{nk}}}{\sum_j e^{a_{nj}}}$, $a_{nk} = \mathbf{w}_k^T "
        r"\boldsymbol\phi_n$ and $\sum_k t_{nk} = 1$. $$\nabla_{\mathbf{w}_j} "
        r"E(\mathbf{w}_1, \dots, \mathbf{w}_K) = \sum_n (y_{nj} § t_{nj}) \boldsymbol\phi_n$$",
        ("-", "+"),
    ),
    "a condition on a row of its own": (
        f"{PLAIN}\n\ni != j:\n  dp_i/ds_j = §p_i p_j",
        ("-", ""),
    ),
    "a given entry of a variable": (
        "given x_0 = 1\n\nz_k = theta_k0 x_0 + theta_k1 x_1\nL = sum_k z_k^2\n\n"
        "dL/dtheta_k0 = §z_k\ndL/dx_1 = sum_k 2 z_k theta_k1",
        ("2 ", ""),
    ),
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


def test_behind_a_left_side_that_is_not_read_a_name_is_defined() -> None:
    text, _ = WAYS["a left side that is only words"]
    for sign, verdict in (("-", "proved"), ("+", "refuted")):
        lines = proofread(text.replace("§", sign)).lines
        assert [one.verdict for one in lines if one.verdict != "unread"] == [verdict]


def test_the_last_row_of_a_typed_chain_has_its_own_number() -> None:
    text = "Z = sum_i exp(-b E_i)\n\nd(ln Z)/db = -(1/Z) sum_i E_i exp(-b E_i)\n  = sum_i E_i"
    assert [(one.row, one.verdict) for one in proofread(text).lines if one.verdict != "given"] == [
        (3, "proved"),
        (4, "refuted"),
    ]


SPECIAL = (
    "At equal inputs $z_k = c$: $f = c + \\log K$. ",
    "Suppose $z_k = 0$ for all $k$. Then $f = \\log K$. ",
    "Take $z_k = c$; then $f = c + \\log K$. ",
    "* at equal inputs $z_k = c$: $f = c + \\log K$\n* gradient: ",
)


@pytest.mark.parametrize("words", SPECIAL)
def test_a_value_that_is_set_in_passing_makes_no_general_line_right(words: str) -> None:
    text = rf"Let $f = \log \sum_{{k=1}}^K e^{{z_k}}$. {words}"
    special = proofread(text + r"$\frac{\partial f}{\partial z_i} = \frac{1}{K}$").lines[-1]
    assert special.verdict in ("unread", "refuted")
    general = r"$\frac{\partial f}{\partial z_i} = \frac{e^{z_i}}{\sum_j e^{z_j}}$"
    assert proofread(text + general).lines[-1].verdict in ("proved", "unread")


@pytest.mark.parametrize(("value", "verdict"), [("1", "proved"), (r"1 + \epsilon", "refuted")])
def test_what_ends_in_epsilon_is_no_model_of_data_if_it_claims_something(
    value: str, verdict: str
) -> None:
    text = r"Let $q_k = (1-\epsilon)\delta_{k,y} + \frac{\epsilon}{K}$, $k=1,\dots,K$. Then "
    assert proofread(rf"{text}$\sum_{{k=1}}^K q_k = {value}$.").lines[-1].verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [("6", "proved"), ("7", "refuted")])
def test_values_on_one_row_of_plain_text_are_known(value: str, verdict: str) -> None:
    assert proofread(f"x = 2, w = 3\n\nz = w x = {value}\n").lines[-1].verdict == verdict


@pytest.mark.parametrize(
    ("conclusion", "verdict"),
    [(r"\frac{1}{Z} e^{b x}", "proved"), (r"e^{b x - \ln Z}", "proved"), (r"Z e^{b x}", "refuted")],
)
def test_what_a_logarithm_is_defines_and_what_follows_is_a_claim(
    conclusion: str, verdict: str
) -> None:
    text = rf"Let $\ln Q = b x - \ln Z$, so $Q = {conclusion}$."
    found = proofread(text)
    assert found.derivations[0].lines[1].defines == "Q"
    assert [line.verdict for line in found.lines] == [verdict]


def test_an_arrow_before_a_formula_says_so() -> None:
    text = r"Let $y = x^2$. $$\rightarrow \quad \frac{dy}{dx} = 3 x$$"
    assert [line.verdict for line in proofread(text).lines][-1] == "refuted"
