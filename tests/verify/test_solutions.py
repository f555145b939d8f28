"""Where a derivative is zero: a solution is no definition, and makes nothing right above it."""

from __future__ import annotations

import pytest

from gory import proofread

COIN = (
    r"Let $Q = \sum_n r_n (x_n \ln \mu + (1 - x_n) \ln(1 - \mu))$. "
    r"$$\frac{\partial Q}{\partial \mu} = \sum_n r_n \frac{x_n - \mu}{§}$$"
    "\n\n"
)
SOLVED = (
    r"Nullsetzen liefert $\mu = \frac{1}{N} \sum_n r_n x_n$ mit $N = \sum_n r_n$.",
    r"Daraus folgt $\mu = \frac{\sum_n r_n x_n}{\sum_n r_n}$.",
    r"En annulant cette dérivée, on trouve $\mu = \frac{\sum_n r_n x_n}{\sum_n r_n}$.",
    r"The optimum is $\mu = \frac{\sum_n r_n x_n}{\sum_n r_n}$.",
    r"The maximum likelihood estimate is therefore $\mu = \frac{1}{N} \sum_n r_n x_n$.",
)


@pytest.mark.parametrize("said", SOLVED)
def test_a_solution_proves_nothing_above_it(said: str) -> None:
    for divisor, verdict in ((r"\mu (1 - \mu)", "proved"), (r"\mu", "refuted")):
        lines = proofread(COIN.replace("§", divisor) + said).lines
        found = [line.verdict for line in lines if r"x_n - \mu" in line.text]
        assert found == [verdict]
        assert "refuted" not in {line.verdict for line in lines if r"- \mu" not in line.text}


def test_what_brings_in_a_new_name_is_a_definition() -> None:
    text = (
        r"Let $L = -\log p$. Then $\frac{\partial L}{\partial p} = -\frac1p$. The probability is "
        r"$p = \frac{1}{1 + e^{-z}}$, so $$\frac{\partial L}{\partial z} = §$$"
    )
    for right, verdict in (("p - 1", "proved"), ("1 - p", "refuted")):
        assert proofread(text.replace("§", right)).lines[-1].verdict == verdict


def test_with_says_what_a_name_means_also_behind_an_equation_to_be_solved() -> None:
    text = (
        r"Let $\ell = \sum_n \sum_k r_{nk} \log p_k$. Setting its gradient to zero gives, with "
        r"$N_k = \sum_n r_{nk}$, $$p_k = \frac{1}{N} N_k .$$ "
        r"$$\frac{\partial \ell}{\partial p_k} = §$$"
    )
    lines = proofread(text.replace("§", r"\frac{N_k}{p_k}")).lines
    assert lines[-1].verdict == "proved"
    assert {one.verdict for one in lines[:-1]} <= {"given", "unread"}


def test_an_equation_of_a_name_that_holds_it_may_be_what_it_is_found_from() -> None:
    text = (
        r"$P_k = P_K e^{\beta_k \cdot x}$, and since all probabilities sum to one, "
        r"$$P_K = 1 - \sum_{j=1}^{K-1} P_j = 1 § \sum_{j=1}^{K-1} P_K e^{\beta_j \cdot x}$$"
    )
    assert "refuted" not in {one.verdict for one in proofread(text.replace("§", "-")).lines}
    assert proofread(text.replace("§", "+")).lines[-1].verdict != "proved"


@pytest.mark.parametrize("behind", [",", ".", ",,"])
def test_a_range_may_end_with_the_comma_of_its_sentence(behind: str) -> None:
    text = rf"$$h_k = e^{{\theta_k}}, \quad k = 1, 2{behind}$$ $$\frac{{dh_1}}{{d\theta_1}} = h_1$$"
    assert proofread(text).lines[-1].verdict == "proved"


def test_the_next_of_numbered_names_is_found_from_those_before() -> None:
    text = (
        r"Let $\delta_1 = \hat y - y$, where $y_i = \delta_{ik}$. "
        r"$$\delta_3 = \delta_2 \circ h \circ (1 - h)$$"
    )
    assert "refuted" not in {one.verdict for one in proofread(text).lines}


FIXED = (
    "One of the two logits is redundant and we may fix $z_2 = 0$.",
    "Without loss of generality we set $z_2 = 0$. Then $p_1 = \\frac{1}{1 + e^{-z_1}}$.",
)


@pytest.mark.parametrize("said", FIXED)
def test_what_is_fixed_below_a_line_makes_nothing_right_above_it(said: str) -> None:
    text = r"Let $p_1 = \frac{e^{z_1}}{e^{z_1} + e^{z_2}} = \frac{1}{1 + e^{§}}$." + "\n\n"
    for exponent, verdict in (("z_2 - z_1", "proved"), ("-z_1 - z_2", "refuted")):
        lines = proofread(text.replace("§", exponent) + said).lines
        assert next(one.verdict for one in lines if exponent in one.text) == verdict


def test_where_an_optimum_is_makes_no_line_right() -> None:
    text = (
        r"Let $J = \sum_w (p_w s_w - e^{s_w})$. Then"
        "\n"
        r"$$\frac{\partial J}{\partial s_w} = SLOPE$$"
        "\n"
        r"The optimum is attained where $e^{s_w} = p_w$."
    )
    for slope, verdict in (("p_w - e^{s_w}", "proved"), ("e^{s_w} - p_w", "refuted")):
        assert proofread(text.replace("SLOPE", slope)).lines[0].verdict == verdict
