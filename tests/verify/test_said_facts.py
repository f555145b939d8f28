r"""What a text says of its names is granted, however it is said; what it denies is not."""

from __future__ import annotations

import pytest

from gory import proofread

SOFTMAX = r"$p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$ and $\ell = -\sum_k y_k \log p_k$"
CLAIM = r"$$\frac{\partial \ell}{\partial z_j} = p_j - y_j$$"
BEFORE = (
    r"Setting: $\sum_k y_k = 1$.",
    r"$$1 = \sum_k y_k$$",
    r"$$\sum_k y_k = \sum_k p_k = 1$$",
    r"$\sum_k y_k - 1 = 0$.",
    r"The sum $\sum_k y_k$ is $1$.",
    r"$\sum_k y_k$ equals one.",
    r"$y_1 + y_2 + \dots + y_K = 1$.",
)
NAMELESS = (
    "With the cross-entropy ",
    "the Cross entropy is ",
    "cross entropy loss. Let ",
    "Over all instances with one-hot targets ",
    "The targets sum to one. ",
)
BEHIND = (
    r"&& \text{(since } \sum_k y_k = 1 \text{)}",
    r"&& \text{(using $\sum_k y_k = 1$)}",
    r"&& (\sum_k y_k = 1)",
    r"\quad (\because \sum_k y_k = 1)",
    r"&& \left[ \sum_k y_k = 1 \right]",
    r"\tag{since $\sum_k y_k = 1$}",
    r"\qquad \text{if } \sum_k y_k = 1",
    r"&& \textcolor{gray}{\sum_k y_k = 1}",
)
BRACES = (
    r"\underbrace{\sum_k y_k}_{=1}",
    r"\underbrace{\left( \sum_k y_k \right)}_{1}",
    r"\underbrace{\sum_k y_k}_{=1 \text{ (one-hot)}}",
    r"\overbrace{\sum\nolimits_k y_k}^{\text{one}}",
    r"\cancelto{1}{\sum_k y_k}",
    r"\underset{=1}{\underbrace{\sum_k y_k}}",
)
EQUALS = (r"\overset{\sum_k y_k = 1}{=}", r"\stackrel{\sum_k y_k = 1}{=}")
PLAIN = ("because sum_k y_k = 1", "(sum_k y_k = 1)", "# sum_k y_k = 1", "<- sum_k y_k = 1")


def steps(between: str = r"\sum_k y_k", sign: str = "=", behind: str = "") -> str:
    return (
        rf"{SOFTMAX}. \begin{{align}} \frac{{\partial \ell}}{{\partial z_j}} "
        rf"&= p_j {between} - y_j \\ &{sign} p_j - y_j {behind} \end{{align}}"
    )


TEXTS = (
    *(f"{SOFTMAX}. {said}\n\n{CLAIM}" for said in BEFORE),
    *(f"{said}{SOFTMAX},\n\n{CLAIM}" for said in NAMELESS),
    *(steps(behind=said) for said in BEHIND),
    *(steps(between=said) for said in BRACES),
    *(steps(sign=said) for said in EQUALS),
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_sum_that_is_said_to_be_one_is_one(text: str) -> None:
    lines = proofread(text).lines
    assert lines
    assert {line.verdict for line in lines} <= {"proved", "tested"}


@pytest.mark.parametrize("text", TEXTS)
def test_the_fact_excuses_no_sign(text: str) -> None:
    wrong = text.replace("p_j - y_j", "p_j + y_j")
    assert "refuted" in {line.verdict for line in proofread(wrong).lines}


@pytest.mark.parametrize("said", PLAIN)
def test_remarks_behind_plain_lines_are_no_part_of_them(said: str) -> None:
    text = (
        "p_k = exp(z_k)/sum_l exp(z_l)\nL = - sum_k y_k log p_k\n"
        f"dL/dz_j = p_j sum_k y_k - y_j\n   = p_j - y_j   {said}\n"
    )
    assert [line.verdict for line in proofread(text).lines] == ["proved", "proved"]


def test_a_sum_that_is_denied_to_be_one_is_open() -> None:
    text = f"{SOFTMAX}. We do not assume that $\\sum_k y_k = 1$.\n\n{CLAIM}"
    assert not {line.verdict for line in proofread(text).lines} & {"proved", "tested"}


CASES = {
    "in brackets": (r"$$@ \quad (i = j)$$", r"$$@ \quad (i \neq j)$$"),
    "in words": (r"$$@ \quad \text{(for $i = j$)}$$", r"$$@ \tag{$i \neq j$}$$"),
    "in headings": ("### Case 1: $i = j$\n\n$$@$$\n", "### Case 2: $i \\neq j$\n\n$$@$$\n"),
    "in sections": (r"\subsection*{Case $i = j$.}$$@$$", r"\paragraph{Case $i \neq j$}$$@$$"),
    "behind": (r"Then $$@$$ where $i = j$.", r"Then $$@$$ since $i \neq j$."),
}
DIAGONAL = r"\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)"
OTHERS = r"\frac{\partial p_i}{\partial z_j} = - p_i p_j"


@pytest.mark.parametrize("name", CASES)
def test_a_case_holds_for_what_it_is_said_of(name: str) -> None:
    same, differ = CASES[name]
    text = f"{SOFTMAX}.\n\n{same.replace('@', DIAGONAL)}\n\n{differ.replace('@', OTHERS)}\n"
    assert [line.verdict for line in proofread(text).lines] == ["proved", "proved"]


@pytest.mark.parametrize("name", CASES)
def test_two_cases_are_never_granted_together(name: str) -> None:
    same, differ = CASES[name]
    wrong = OTHERS.replace("- p", "p")
    text = f"{SOFTMAX}.\n\n{same.replace('@', DIAGONAL)}\n\n{differ.replace('@', wrong)}\n"
    assert [line.verdict for line in proofread(text).lines] == ["proved", "refuted"]


def test_a_constant_feature_is_known_in_every_section() -> None:
    text = (
        r"\section{Setting} Let $x_0 = 1$ and $y$ a one-hot target, $z_k = \sum_j \theta_{kj} x_j$."
        "\n"
        r"\section{Bias} $$\frac{\partial z_c}{\partial \theta_{k0}} = @ \delta_{ck}$$"
    )
    verdicts = [proofread(text.replace("@", sign)).verdict for sign in ("", "-")]
    assert verdicts == ["proved", "refuted"]


RANGES = {
    "classes of two letters": (
        r"$h_k = \frac{e^{z_k}}{\sum_{l=1}^3 e^{z_l}}$, $\ell = -\sum_{k=1}^3 y_k \ln h_k$, "
        r"$\sum_k y_k = 1$. $$\frac{\partial \ell}{\partial z_k} = h_k @ y_k$$",
        "-",
        "+",
    ),
    "entries that are written out": (
        r"$h_k = \frac{\exp(\Theta_{k0} x_0 + \Theta_{k1} x_1)}"
        r"{\sum_{l=1}^3 \exp(\Theta_{l0} x_0 + \Theta_{l1} x_1)}$ "
        r"$$\frac{\partial h_c}{\partial \Theta_{kj}} = h_c (\delta_{ck} @ h_k) x_j$$",
        "-",
        "+",
    ),
    "a list of numbers": (
        r"$$h_k = \frac{e^{z_k}}{e^{z_1} + e^{z_2} + e^{z_3}}, \qquad k = 1, 2, 3$$"
        r"$$\frac{\partial h_1}{\partial z_1} = h_1 (1 @ h_1)$$",
        "-",
        "+",
    ),
    "an instance that is left out": (
        r"$p_k = e^{z_k} / \sum_j e^{z_j}$. $L = -\frac1N \sum_n \log p_{n, t_n}$. "
        r"$$\frac{\partial p_{nk}}{\partial z_{nj}} = p_{nk} (\mathbb{1}[k = j] - @)$$",
        "p_{nj}",
        "p_{nk}",
    ),
}


@pytest.mark.parametrize("name", RANGES)
def test_ranges_are_what_the_text_writes_out(name: str) -> None:
    text, right, wrong = RANGES[name]
    verdicts = [proofread(text.replace("@", sign)).lines[-1].verdict for sign in (right, wrong)]
    assert verdicts[0] in ("proved", "tested")
    assert verdicts[1] == "refuted"


def test_an_index_that_is_a_number_too_is_not_judged() -> None:
    text = r"Let $x_k = k^2$ with $k = 1, 2, 3$. Then $\sum_{k=1}^3 x_k = @$."
    assert {proofread(text.replace("@", end)).verdict for end in ("14", "15")} == {"unread"}


WARM = r"Let $s_i = \frac{e^{z_i/T}}{\sum_k e^{z_k/T}}$."
ROW = r"\frac{\partial s_i}{\partial z_j}"
CASES_BESIDE = (
    r"&& (T = 1)",
    r"\quad \text{for } T = 1",
    r"\quad [T = 1]",
    r"\qquad \text{if } T = 1",
)


@pytest.mark.parametrize("beside", CASES_BESIDE)
def test_a_case_beside_a_row_holds_from_that_row_on(beside: str) -> None:
    chain = rf"{WARM} \begin{{align}} {ROW} &= @ \\ &= s_i (\delta_{{ij}} - s_j) {beside} "
    chain += r"\end{align}"
    general = r"\frac1T s_i (\delta_{ij} - s_j)"
    assert [x.verdict for x in proofread(chain.replace("@", general)).lines][-2:] == ["proved"] * 2
    early = proofread(chain.replace("@", r"s_i (\delta_{ij} - s_j)")).lines
    assert early[-2].verdict == "refuted"


def test_two_values_beside_one_chain_prove_nothing() -> None:
    first, second = (rf"\frac{{1}}{{{t}}} s_i (\delta_{{ij}} - s_j)" for t in (1, 2))
    text = rf"{WARM} \begin{{align}} {ROW} &= {first} && (T = 1) \\ &= {second} && (T = 2)"
    lines = proofread(text + r"\end{align}").lines
    assert lines[-1].verdict not in ("proved", "tested")


def test_for_all_equal_indices_is_a_case() -> None:
    text = rf"{WARM} $${ROW} = \frac1T s_i (1 - s_j) \quad \forall i = j$$"
    assert proofread(text).lines[-1].verdict == "proved"
