r"""Numbers at a point that a text works out, also behind the paragraph of the point."""

from __future__ import annotations

import pytest

import gory

MODEL = r"Let $p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$ and $L = -\log p_1$."
POINTS = (r"Take $z = (2, 1, 0)$.", r"Take the logits $z_1 = 2$, $z_2 = 1$, $z_3 = 0$.")
LINES = (
    (
        r"$$p_1 = \frac{7.389}{11.107} \approx 0.665$$",
        r"$$p_1 = \frac{7.389}{11.017} \approx 0.671$$",
    ),
    (r"$$p_2 \approx 0.245$$", r"$$p_2 \approx 0.254$$"),
    (
        r"$$\frac{\partial L}{\partial z_1} = p_1 - 1 \approx -0.335$$",
        r"$$\frac{\partial L}{\partial z_1} = p_1 - 1 \approx 0.335$$",
    ),
    (
        r"If class 1 is the right one, $$L = -\ln p_1 = -\ln 0.665 \approx 0.408$$",
        r"If class 1 is the right one, $$L = -\ln p_1 = -\ln 0.665 \approx 0.480$$",
    ),
)


def verdicts(*paragraphs: str) -> set[str]:
    lines = gory.proofread("\n\n".join(paragraphs)).lines
    assert lines
    return {line.verdict for line in lines}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("right", "wrong"), LINES)
def test_a_number_below_the_point_is_judged_there(point: str, right: str, wrong: str) -> None:
    assert verdicts(MODEL, point, right) <= {"proved", "tested"}
    assert "refuted" in verdicts(MODEL, point, wrong)


@pytest.mark.parametrize(
    "elsewhere",
    [
        r"The boundary is where $p_1 = 0.50$.",
        r"For $z = (0, 0, 0)$ we get $p_1 = 0.333$.",
        "## Another example\n\nThere $p_1 = 0.95$.",
        r"Setting the gradient to zero, $\frac{\partial L}{\partial z_1} = p_1 - 1 = 0.00$.",
    ],
)
def test_a_number_that_belongs_elsewhere_is_not_called_wrong(elsewhere: str) -> None:
    assert "refuted" not in verdicts(MODEL, POINTS[0], r"So $p_1 \approx 0.665$.", elsewhere)


def test_the_value_of_a_class_that_is_not_named_is_not_called_wrong() -> None:
    text = MODEL.replace("p_1", "p_y")
    point = r"The class is $y = 2$ and $z = (-1, 2, 0)$, so that $L \approx 0.170$."
    assert "refuted" not in verdicts(
        text, point, r"$\frac{\partial L}{\partial z_k} = p_k - 1\{k = y\}$."
    )
