r"""Sums with different limits in one text: a doubt for what sees both, and for nothing else."""

from __future__ import annotations

import pytest

import gory

BOOSTING = r"""
Scores are $F_{ik}$ and $p_{ik} = \frac{e^{F_{ik}}}{\sum_{l=1}^K e^{F_{il}}}$.
$$L = -\sum_{i=1}^N \sum_{k=1}^K y_{ik} \log p_{ik}, \quad \sum_k y_{ik} = 1$$
$$\frac{\partial L}{\partial F_{ik}} = GRADIENT$$
For a leaf with the instances $I$ let $s_k = \sum_{i \in I} p_{ik}$.
"""
LEAF = r"""
Let $G = \sum_{i \in I} g_i$ and $H = \sum_{i \in I} h_i$, and $S = \sum_{i=1}^n g_i$.
Let $q(w) = G w + \frac{1}{2} (H + \lambda) w^2$. Then
$$\frac{d q}{d w} = SLOPE$$
"""
BOTH = r"""
Let $a = \sum_{i \in I} g_i$ and $b = \sum_{i=1}^n g_i$. Then
$$a - b = 0$$
"""


def verdicts(text: str) -> list[str]:
    claims = ("proved", "tested", "refuted", "unread")
    return [line.verdict for line in gory.proofread(text).lines if line.verdict in claims]


@pytest.mark.parametrize(
    ("line", "verdict"), [("p_{ik} - y_{ik}", "proved"), ("y_{ik} - p_{ik}", "refuted")]
)
def test_a_line_that_sees_sums_of_one_kind_is_judged(line: str, verdict: str) -> None:
    assert verdicts(BOOSTING.replace("GRADIENT", line)) == [verdict]


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"G + (H + \lambda) w", "proved"),
        (r"G + \frac{1}{2} (H + \lambda) w", "refuted"),
        (r"G - (H + \lambda) w", "refuted"),
    ],
)
def test_a_line_that_holds_for_any_sum_is_judged(line: str, verdict: str) -> None:
    assert verdicts(LEAF.replace("SLOPE", line)) == [verdict]


def test_a_line_that_compares_sums_of_two_kinds_is_not_called_wrong() -> None:
    assert "refuted" not in verdicts(BOTH)
    assert "proved" not in verdicts(BOTH)


TWO_RANGES = r"""
With $P_k(x) = \frac{\exp(\theta_k^\top x)}{\sum_{j=1}^K \exp(\theta_j^\top x)}$ and the
label $c$ let
$$J(\theta) = -\log P_c(x) + \frac{\lambda}{2} \sum_{k=1}^K \sum_{j=1}^n \theta_{kj}^2.$$
Then, for a class $k \neq c$,
$$\frac{\partial J}{\partial \theta_{kj}} = P_k(x) x_j + PENALTY.$$
"""
SAME_LETTER = (
    r"Let $s = \sum_{j=1}^K e^{z_j}$ and $q = \sum_{j=1}^n w_j^2$. "
    r"Then $\frac{\partial s}{\partial z_k} = e^{z_k}$ and "
    r"$\frac{\partial q}{\partial w_j} = SLOPE$."
)


@pytest.mark.parametrize(
    ("line", "verdict"), [(r"\lambda \theta_{kj}", "proved"), (r"2 \lambda \theta_{kj}", "refuted")]
)
def test_a_letter_that_runs_over_two_ranges_is_two_letters(line: str, verdict: str) -> None:
    assert verdicts(TWO_RANGES.replace("PENALTY", line))[-1] == verdict


@pytest.mark.parametrize(("line", "verdict"), [("2 w_j", "proved"), ("w_j", "refuted")])
def test_a_letter_outside_of_sums_runs_over_what_it_stands_below(line: str, verdict: str) -> None:
    assert verdicts(SAME_LETTER.replace("SLOPE", line)) == ["proved", verdict]


def test_a_sum_that_may_reach_on_keeps_its_letter() -> None:
    text = r"Let $a = \sum_{j=1}^K z_j + w_j$ and $b = \sum_{j=1}^n w_j$. Then $b - a = 0$."
    assert verdicts(text) != ["proved"]
