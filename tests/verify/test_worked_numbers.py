"""Numbers put for names by which a text also differentiates, and what follows from them."""

from __future__ import annotations

import pytest

from gory import proofread

NEURON = """z = w*x + b
a = sigmoid(z)
L = (a - y)^2 / 2
dL/dw = (a - y) a (1 - a) x

Now with w = 0.5, x = 2, b = -0.4, y = 1:

z = 0.5*2 - 0.4 = 0.6
a = sigmoid(0.6) = 0.6457
L = 0.0628
dL/dw = @
"""
COLUMN = """z1 = 3
z2 = 1
T = 2

S = exp(z1/T) + exp(z2/T) = 6.1304
p1 = exp(z1/T)/S = @
dp1/dz1 = 1/T * p1 * (1 - p1)
"""


def last(text: str, word: str) -> str:
    return proofread(text.replace("@", word)).lines[-1].verdict


@pytest.mark.parametrize(("number", "verdict"), [("-0.1621", "tested"), ("0.1621", "refuted")])
def test_what_follows_from_numbers_is_judged_beside_derivatives(number: str, verdict: str) -> None:
    assert last(NEURON, number) == verdict


@pytest.mark.parametrize(("number", "verdict"), [("0.7311", "tested"), ("0.6311", "refuted")])
def test_a_chain_that_ends_in_a_number_says_it_of_the_numbers_above(
    number: str, verdict: str
) -> None:
    lines = proofread(COLUMN.replace("@", number)).lines
    assert verdict in [line.verdict for line in lines if line.row == 6]
    assert lines[-1].verdict == "proved"
