r"""Points at which both sides of a line are zero prove nothing of it."""

from __future__ import annotations

import pytest

import gory

POINTS = ["which is zero for $b = A$", "zero at $b = A$", "so that it vanishes if $b = A$"]
TEXT = r"Let $v = p (1 - p) (A - b)^2$, POINT, and $\frac{\partial v}{\partial b} = LINE$."
SLOPES = [(r"-2 p (1 - p) (A - b)", "proved"), (r"2 p (1 - p) (A - b)", "refuted")]


def verdicts(text: str) -> list[str]:
    claims = ("proved", "tested", "refuted", "unread")
    return [line.verdict for line in gory.proofread(text).lines if line.verdict in claims]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("line", "verdict"), SLOPES)
def test_a_derivative_is_judged_off_the_point(point: str, line: str, verdict: str) -> None:
    assert verdicts(TEXT.replace("POINT", point).replace("LINE", line)) == [verdict]


def test_a_derivative_is_zero_at_the_point() -> None:
    text = r"Let $v = (A - b)^2$. At $b = A$ we have $\frac{d v}{d b} = -2 (A - b) = 0$."
    assert verdicts(text) == ["proved", "proved"]


def test_a_wrong_derivative_that_is_zero_at_the_point_is_wrong() -> None:
    text = r"Let $v = (A - b)^2$. At $b = A$ we have $\frac{d v}{d b} = 2 (A - b) = 0$."
    assert verdicts(text) == ["refuted", "proved"]
