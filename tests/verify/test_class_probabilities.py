r"""Posterior, likelihood and prior of classes are three things, each with its class."""

from __future__ import annotations

import pytest

from gory import proofread

ODDS = r"Let $a = \ln \frac{p(x|C_1) p(C_1)}{p(x|C_2) p(C_2)}$. Then "
SHARE = r"\frac{p(x|C_1) p(C_1)}{p(x|C_1) p(C_1) + p(x|C_2) p(C_2)}"
SOFTMAX = r"Let $p(C_k|x) = \frac{e^{a_k}}{\sum_j e^{a_j}}$. Then "
CLAIMS = (
    (ODDS, SHARE, r"\frac{1}{1 + e^{-a}}", r"\frac{1}{1 + e^{a}}"),
    (r"Let $L = \ln \frac{p(C_1)}{p(C_2)}$. Then ", "L", r"\ln p(C_1) - \ln p(C_2)",
     r"\ln p(C_2) - \ln p(C_1)"),
    (r"Let $L = \ln \frac{f(u_1)}{f(u_2)}$. Then ", "L", r"\ln f(u_1) - \ln f(u_2)", "0"),
    (SOFTMAX, r"\ln p(C_1|x) - \ln p(C_2|x)", "a_1 - a_2", "a_2 - a_1"),
    (SOFTMAX, r"\frac{\partial p(C_k|x)}{\partial a_j}", r"p(C_k|x) (\delta_{kj} - p(C_j|x))",
     r"p(C_k|x) (1 - p(C_j|x))"),
)  # fmt: skip
LETTERS = ("C", r"\mathcal{C}", r"\mathcal C", r"\omega")


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize(("given", "asked", "right", "wrong"), CLAIMS)
def test_classes_are_told_apart(
    letter: str, given: str, asked: str, right: str, wrong: str
) -> None:
    for claimed, verdicts in ((right, ("proved", "tested")), (wrong, ("refuted",))):
        text = f"{given}${asked} = {claimed}$.".replace("C_", f"{letter}_")
        assert proofread(text).lines[-1].verdict in verdicts


NAMED = (
    r"Let $y_{nk} = p(C_k | \mathbf{x}_n) = \frac{\exp(a_{nk})}{\sum_j \exp(a_{nj})}$. "
    r"$$\frac{\partial y_{nk}}{\partial a_{nj}} = y_{nk} (\delta_{kj} %s y_{nj})$$"
)


@pytest.mark.parametrize(("sign", "verdict"), [("-", "proved"), ("+", "refuted")])
def test_a_probability_may_have_its_letters_in_another_order(sign, verdict):
    assert proofread(NAMED % sign).lines[-1].verdict == verdict
