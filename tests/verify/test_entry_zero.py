r"""An entry 0 that is named on its own, such as a bias, is in no sum that begins with 1."""

from __future__ import annotations

import pytest

from gory import proofread

LINEAR = r"Let $z = \theta_0 + \sum_{j=1}^{n} \theta_j x_j$. Then "
LAYER = (
    r"Let $z_k = \theta_{k0} + \sum_{j=1}^{n} \theta_{kj} x_j$ and "
    r"$p_k = \frac{e^{z_k}}{\sum_l e^{z_l}}$. Then "
)
NOISE = r"Let $J = -\log \sigma(r_0) - \sum_{k=1}^{K} \log \sigma(-r_k)$. Then "
RIDGE = r"Let $J = \sum_{j=0}^n \theta_j x_j + \frac\lambda2 \sum_{j=1}^{n} \theta_j^2$. Then "
CLAIMS = (
    (LINEAR, r"\frac{\partial z}{\partial \theta_0}", "1", "0"),
    (LINEAR, r"\frac{\partial z}{\partial \theta_j}", "x_j", r"\theta_j"),
    (LAYER, r"\frac{\partial p_k}{\partial \theta_{m0}}", r"p_k (\delta_{km} - p_m)", "p_k p_m"),
    (LAYER, r"\frac{\partial p_k}{\partial \theta_{mj}}", r"p_k (\delta_{km} - p_m) x_j", "x_j"),
    (NOISE, r"\frac{\partial J}{\partial r_0}", r"\sigma(r_0) - 1", r"\sigma(r_0)"),
    (NOISE, r"\frac{\partial J}{\partial r_k}", r"\sigma(r_k)", r"-\sigma(r_k)"),
    (RIDGE, r"\frac{\partial J}{\partial \theta_0}", "x_0", r"x_0 + \lambda \theta_0"),
)


@pytest.mark.parametrize(("given", "asked", "right", "wrong"), CLAIMS)
def test_an_entry_on_its_own(given: str, asked: str, right: str, wrong: str) -> None:
    verdicts = [proofread(f"{given}${asked} = {x}$.").lines[-1].verdict for x in (right, wrong)]
    assert verdicts[0] == "proved"
    assert verdicts[1] in ("refuted", "unread")


def test_a_penalty_without_the_bias_is_missed_where_sums_begin_with_0() -> None:
    text = RIDGE + r"$\frac{\partial J}{\partial \theta_j} = x_j + \lambda \theta_j$."
    assert proofread(text).lines[-1].verdict == "refuted"


BIAS = r"We set $x_0 = 1$ and $z_k = \sum_{j=0}^{n} \theta_{kj} x_j$. The derivatives are "


@pytest.mark.parametrize(("value", "verdict"), [("1", "proved"), ("0", "refuted")])
def test_a_number_that_a_fact_settles_is_judged(value: str, verdict: str) -> None:
    text = BIAS + rf"$$\frac{{\partial z_k}}{{\partial \theta_{{k0}}}} = x_0 = {value}$$"
    assert proofread(text).lines[-1].verdict == verdict


BASE = r"""
The class 0 is the base: $P_0 = \frac{1}{1 + \sum_{j=1}^{J} e^{v_j}}$ and
$P_k = \frac{e^{v_k}}{1 + \sum_{j=1}^{J} e^{v_j}}$. Then
"""
TOTAL = r"Let $m_k = \frac{a_k}{a_0}$, where $a_0 = \sum_j a_j$. Then "
BESIDE = (
    (
        BASE,
        r"\frac{\partial P_k}{\partial v_l}",
        r"P_k (\delta_{kl} - P_l)",
        r"P_k (\delta_{kl} - P_0)",
    ),
    (BASE, r"\frac{\partial P_0}{\partial v_l}", "-P_0 P_l", "-P_l"),
    (
        TOTAL,
        r"\frac{\partial m_k}{\partial a_l}",
        r"\frac{\delta_{kl} - m_k}{a_0}",
        r"\frac{1 - m_k}{a_0}",
    ),
    (
        TOTAL,
        r"\frac{a_k (a_0 - a_k)}{a_0^2 (a_0 + 1)}",
        r"\frac{m_k (1 - m_k)}{a_0 + 1}",
        r"\frac{m_k}{a_0 + 1}",
    ),
)


@pytest.mark.parametrize(("given", "asked", "right", "wrong"), BESIDE)
def test_an_entry_0_with_an_equation_of_its_own(
    given: str, asked: str, right: str, wrong: str
) -> None:
    verdicts = [proofread(f"{given}${asked} = {x}$.").lines[-1].verdict for x in (right, wrong)]
    assert verdicts[0] in ("proved", "tested")
    assert verdicts[1] == "refuted"
