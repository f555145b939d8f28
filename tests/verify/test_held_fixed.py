"""Derivatives along one path, with the names in between held fixed."""

from __future__ import annotations

import pytest

from gory import proofread

NORM = (
    r"Let $\mu = \frac{1}{D} \sum_i x_i$, $v = \frac{1}{D} \sum_i (x_i - \mu)^2$ and "
    r"$\hat x_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}}$. "
)
DIRECT = r"\frac{\partial \hat x_i}{\partial x_i} = \frac{1}{\sqrt{v + \epsilon}}"
SAID = (
    rf"Then ${DIRECT}$ (mean and variance held fixed).",
    rf"The direct path gives $${DIRECT}$$",
    rf"Mit festgehaltenem Mittelwert ist $${DIRECT}$$",
    r"$$\frac{\partial \hat x_i}{\partial \mu} = -\frac{1}{\sqrt{v + \epsilon}}, \qquad "
    rf"{DIRECT}$$",
)


@pytest.mark.parametrize("said", SAID)
def test_a_derivative_along_one_path_is_not_refuted(said: str) -> None:
    assert "refuted" not in {line.verdict for line in proofread(NORM + said).lines}


def test_the_paths_of_a_loss_are_not_held_fixed() -> None:
    paths = r"\frac{\partial L}{\partial v} \frac{2 (x_i - \mu)}{D}"
    text = NORM + (
        r"$$\frac{\partial L}{\partial v} = -\frac12 (v + \epsilon)^{-3/2} \sum_i "
        r"\frac{\partial L}{\partial \hat x_i} (x_i - \mu)$$ $$\frac{\partial L}{\partial \mu} = "
        r"-\frac{1}{\sqrt{v + \epsilon}} \sum_i \frac{\partial L}{\partial \hat x_i}$$ "
        r"$$\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial \hat x_i} "
        rf"\frac{{1}}{{\sqrt{{v + \epsilon}}}} + {paths} §$$"
    )
    whole = r"+ \frac{\partial L}{\partial \mu} \frac1D"
    verdicts = [proofread(text.replace("§", end)).lines[-1].verdict for end in (whole, "")]
    assert verdicts == ["proved", "refuted"]


def test_what_a_line_differentiates_is_not_held_fixed_in_it() -> None:
    text = (
        r"A third route: write $p_i = e^{z_i} Z^{-1}$ with $Z = \sum_k e^{z_k}$. Then "
        r"$$\frac{\partial p_i}{\partial z_j} = \frac{\partial e^{z_i}}{\partial z_j} Z^{-1} "
        r"§ e^{z_i} \frac{\partial Z^{-1}}{\partial z_j}$$"
    )
    verdicts = [proofread(text.replace("§", sign)).lines[-1].verdict for sign in "+-"]
    assert verdicts == ["proved", "refuted"]
