"""Names by their scripts: indices above, words below, known functions with a label."""

from __future__ import annotations

import pytest

from gory import proofread

KL = (
    r"Let $\pi(a) = \frac{e^{z_a}}{\sum_b e^{z_b}}$ and the KL penalty "
    r"$D = \sum_a \pi_{old}(a) \log\frac{\pi_{old}(a)}{\pi(a)}$"
)
NAMES = {
    "a class above": (
        r"Let $\pi_i^c = \frac{\exp(f_i^c)}{\sum_{c'} \exp(f_i^{c'})}$. $$\frac{\partial \pi_i^c}"
        r"{\partial f_i^{c'}} = \pi_i^c \delta_{cc'} § \pi_i^c \pi_i^{c'}$$",
        "-", "+",
    ),
    "a time above": (
        r"$y_k^t = \frac{e^{a_k^t}}{\sum_{k'} e^{a_{k'}^t}}$, "
        r"$O = -\sum_t \sum_k z_k^t \log y_k^t$ with $\sum_k z_k^t = 1$. "
        r"$$\frac{\partial O}{\partial a_k^t} = y_k^t § z_k^t$$",
        "-", "+",
    ),
    "a power": (
        r"Let $s = \sum_i x_i^n$. $$\frac{\partial s}{\partial x_i} = § x_i^{n-1}$$", "n", "2 n",
    ),
    "a word below, before an argument": (
        KL + r" with $\sum_a \pi_{old}(a) = 1$. Then "
        r"$\frac{\partial D}{\partial z_b} = \pi(b) § \pi_{old}(b)$.",
        "-", "+",
    ),
    "a word and an index below": (
        r"Let $\pi_k = \frac{e^{z_k}}{\sum_b e^{z_b}}$, "
        r"$D = -\sum_k \pi_{\text{old}, k} \log \pi_k$ with $\sum_k \pi_{\text{old}, k} = 1$. "
        r"Then $\frac{\partial D}{\partial z_b} = \pi_b § \pi_{\text{old}, b}$.",
        "-", "+",
    ),
    "a soft maximum of its own": (
        r"Let $\mathrm{LSE}_\gamma(x) = \gamma \log \sum_i e^{x_i/\gamma}$. Then $$\frac{\partial}"
        r"{\partial x_i} \mathrm{LSE}_\gamma(x) = \frac{e^{x_i§}}{\sum_j e^{x_j/\gamma}}$$",
        r"/\gamma", "",
    ),
    "a steepness": (
        r"RankNet. $P_{ij} = \frac{1}{1 + e^{-\sigma (s_i - s_j)}}$, $C = \frac12 (1 - S_{ij}) "
        r"\sigma (s_i - s_j) + \log(1 + e^{-\sigma (s_i - s_j)})$. Then $$\frac{\partial C}"
        r"{\partial s_i} = \sigma \left( \frac12 (1 - S_{ij}) § "
        r"\frac{1}{1 + e^{\sigma (s_i - s_j)}} \right)$$",
        "-", "+",
    ),
    "a steepness that words name": (
        r"The steepness is given by a parameter $\sigma > 0$: "
        r"$P = \frac{1}{1 + e^{-\sigma(s_i - s_j)}}$. "
        r"$\frac{\partial P}{\partial \sigma} = § P (1 - P)$",
        "(s_i - s_j)", r"\sigma",
    ),
    "a logarithm with a base": (
        r"Let $H = -\sum_k p_k \log_2 p_k$. "
        r"$\frac{\partial H}{\partial p_j} = -\log_2 p_j - \frac{1}{§}$.",
        r"\ln 2", "2",
    ),
    "a dictionary as a variable": (
        r"$F = \frac12\sum_i(x_i - \sum_l D_{il} a_l)^2$. "
        r"$\frac{\partial F}{\partial D_{ik}} = § (x_i - \sum_l D_{il} a_l) a_k$",
        "-", "",
    ),
    "a dictionary": (
        r"Minimise $F(a) = \frac12 \|x - D a\|^2$. $$\nabla_a F = -D^\top (x - D a)$$ "
        r"In components $\frac{\partial F}{\partial a_k} = "
        r"§ \sum_i D_{ik} \left( x_i - \sum_l D_{il} a_l \right)$.",
        "-", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong"), NAMES.values(), ids=NAMES.keys())
def test_scripts_make_names_and_indices(text: str, right: str, wrong: str) -> None:
    verdicts = {line.verdict for line in proofread(text.replace("§", right)).lines}
    assert verdicts - {"definition", "given"} == {"proved"}
    assert "refuted" in [line.verdict for line in proofread(text.replace("§", wrong)).lines]


def test_the_word_kl_may_say_that_probabilities_sum_to_one() -> None:
    text = KL + r". Then $\frac{\partial D}{\partial z_b} = \pi(b) - \pi_{old}(b)$."
    line = proofread(text).lines[-1]
    assert (line.verdict, "sum_a" in line.why) == ("unread", True)


BACKWARD = r"The cell has $c_n = f_n q_n + i_n g_n$ and $h_n = o_n \tanh(c_n)$. "
FROM_BEHIND = {
    "a gate": (
        BACKWARD + r"$$\frac{\partial L}{\partial c_n} = \frac{\partial L}{\partial h_n} o_n "
        r"(1 - \tanh^2(c_n))$$ $$\frac{\partial L}{\partial i_n} = "
        r"\frac{\partial L}{\partial c_n} §$$",
        "g_n", "i_n",
    ),
    "a normalization": (
        r"Let $y_i = g_i \frac{x_i}{r}$ with $r = \sqrt{\frac1d \sum_{k=1}^d x_k^2 + \epsilon}$. "
        r"$$\frac{\partial L}{\partial g_i} = \frac{\partial L}{\partial y_i} \frac{x_i}{r}$$ "
        r"$$\frac{\partial L}{\partial x_j} = \frac1r \left( g_j \frac{\partial L}{\partial y_j} - "
        r"\frac{x_j}{d r^2} \sum_i § x_i \frac{\partial L}{\partial y_i} \right)$$",
        "g_i", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong"), FROM_BEHIND.values(), ids=FROM_BEHIND.keys())
def test_what_is_passed_on_from_behind_is_judged_where_nothing_else_is(
    text: str, right: str, wrong: str
) -> None:
    verdicts = {line.verdict for line in proofread(text.replace("§", right)).lines}
    assert verdicts - {"definition", "given"} == {"proved"}
    assert "refuted" in [line.verdict for line in proofread(text.replace("§", wrong)).lines]


def test_what_may_also_come_from_elsewhere_is_not() -> None:
    text = BACKWARD + (
        r"$$\frac{\partial L}{\partial c_n} = \frac{\partial L}{\partial h_n} o_n "
        r"(1 - \tanh^2(c_n)) + \frac{\partial L}{\partial c_{n+1}} f_{n+1}$$"
    )
    assert "refuted" not in [line.verdict for line in proofread(text).lines]


@pytest.mark.parametrize("between", ["\n\n", "\n", " which is "])
def test_a_formula_that_begins_with_a_sign_goes_on(between: str) -> None:
    text = rf"$L = z^2$. Then $\frac{{\partial L}}{{\partial z}} = z + z${between}$= § z$"
    assert proofread(text.replace("§", "2")).lines[-1].verdict == "proved"
    assert proofread(text.replace("§", "3")).lines[-1].verdict == "refuted"


WRONG = r"$\frac{\partial p_i}{\partial z_j} = p_i(1 - p_j)$"
QUOTED = (
    "Do not write W.",
    "Never write W here.",
    "Don't confuse it with W.",
    "Beware of W: it forgets the other classes.",
    "Some authors erroneously give W.",
    "Unlike the sigmoid, where the analogue W is exact, we sum.",
    "Our first implementation used W and did not converge.",
    "Is W? Only on the diagonal.",
    "Falsch wäre W.",
    "Oft liest man W, was nur für $i = j$ stimmt.",
    "For matching indices, W.",
)


@pytest.mark.parametrize("words", QUOTED)
def test_what_is_called_wrong_is_no_claim(words: str) -> None:
    text = r"Let $p_i = e^{z_i}/\sum_k e^{z_k}$. "
    assert proofread(text + words.replace("W", WRONG, 1)).lines[-1].verdict == "unread"
    assert proofread(f"{text}Hence {WRONG}.").lines[-1].verdict == "refuted"
