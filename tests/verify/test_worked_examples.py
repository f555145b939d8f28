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


NEURON = r"Let $z = w x + b$, $a = \frac{1}{1 + e^{-z}}$ and $L = \frac12 (a - y)^2$."
NUMBERS = r"Take $x = 2$, $y = 1$, $w = 0.5$ and $b = 0$. Then"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"$z = 0.5 \cdot 2 + 0 = 1$", r"$z = 0.5 \cdot 2 + 0 = 2$"),
        (r"$z = 1$ and $a = 0.731$", r"$z = 1$ and $a = 0.713$"),
        ("\n\n* $a = 0.731$\n* $L = 0.0362$", "\n\n* $a = 0.731$\n* $L = 0.0723$"),
        (
            r"$\frac{\partial L}{\partial w} = -0.106$",
            r"$\frac{\partial L}{\partial w} = 0.106$",
        ),
    ],
)
def test_numbers_that_names_get_one_by_one_are_a_point(right: str, wrong: str) -> None:
    slope = r"In general, $\frac{\partial L}{\partial w} = (a - y) a (1 - a) x$."
    for text in ((f"{NUMBERS} {right}.", slope), (slope, f"{NUMBERS} {right}.")):
        assert verdicts(NEURON, *text) <= {"proved", "tested"}
    assert "refuted" in verdicts(NEURON, f"{NUMBERS} {wrong}.", slope)


def test_a_name_with_another_number_makes_another_point() -> None:
    other = "With $x = 1$ we get $z = 0.5$ and $a = 0.622$."
    assert verdicts(NEURON, f"{NUMBERS} $z = 1$.", other) <= {"proved", "tested"}
    model = r"Let $q_i = e^{z_i/T} / \sum_j e^{z_j/T}$."
    both = "For $z = (1, 0)$ and $T = 1$ we get $q = (0.73, 0.27)$; with $T = 2$ it is $q = (%s)$."
    assert verdicts(model, both % "0.62, 0.38") <= {"proved", "tested"}
    assert "refuted" in verdicts(model, both % "0.73, 0.27")


@pytest.mark.parametrize(
    "words",
    [
        "We get $a = 0.731$ for $x = 2$ and $a = 0.622$ for $x = 1$.",
        "Take $x = 2$. The new weights are $w = 1$ and $b = 1$, and now $a = 0.953$.",
        r"A step $w \leftarrow w + 0.5$ later it is $a = 0.881$.",
        "The smallest value $L = 0$ is never reached.",
    ],
)
def test_numbers_of_which_nobody_knows_where_they_hold_are_not_called_wrong(words: str) -> None:
    found = gory.proofread("\n\n".join((NEURON, f"{NUMBERS} $z = 1$.", words))).lines
    assert "refuted" not in {line.verdict for line in found}


def test_a_number_that_was_worked_out_defines_nothing() -> None:
    loss = r"Let $p_k = e^{z_k} / \sum_j e^{z_j}$. The loss is $L = -\sum_k y_k \log p_k$, "
    loss += r"so here $L = -\log 0.24 \approx 1.43$."
    slope = r"$$\frac{\partial L}{\partial p_k} = %s \frac{y_k}{p_k}$$"
    assert gory.proofread(f"{loss}\n\n{slope % '-'}").lines[-1].verdict == "proved"
    assert gory.proofread(f"{loss}\n\n{slope % '+'}").lines[-1].verdict not in ("proved", "tested")


def test_what_the_text_computes_may_have_numbers_that_nothing_determines() -> None:
    model = r"Let $p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$ and $L = -\sum_k y_k \log p_k$."
    said = r"Say the network puts out $p = (0.7, 0.2, 0.1)$ and the target is $y = (1, 0, 0)$."
    assert verdicts(model, said + r" Then $L = 0.357$ and $p_1 - y_1 = -0.3$.") == {"tested"}
    assert "refuted" in verdicts(model, said + r" Then $L = 0.537$.")
    output = r"Say the output is $a = 0.8$ and $y = 1$. Then $L = %s$."
    assert verdicts(NEURON, output % "0.02") <= {"proved", "tested"}
    assert "refuted" in verdicts(NEURON, output % "0.03")


TYPED = "z = w x + b\na = 1/(1 + exp(-z))\ndz/dw = x\n\n"


@pytest.mark.parametrize(
    "words",
    [
        "Take x = 1, w = 2, b = -1.\n\nz = 2*1 - 1 = 1\na = %s\n",
        "For example, with x = 1, w = 2 and b = -1 we get z = 1 and a = %s.\n",
    ],
)
def test_numbers_among_words_of_plain_text_are_a_point(words: str) -> None:
    assert verdicts(TYPED + words % "0.731") <= {"proved", "tested"}
    assert "refuted" in verdicts(TYPED + words % "0.713")


@pytest.mark.parametrize(
    "words",
    ["a = 0.5 when z = 0, and a = 0.731 when z = 1.", "With x = 1, w = 0 the unit is dead."],
)
def test_numbers_among_words_make_nothing_wrong_or_right_elsewhere(words: str) -> None:
    assert verdicts(f"{TYPED}{words}\n") <= {"proved", "tested"}
    slip = TYPED.replace("dz/dw = x", "dz/dw = x + w")
    assert "refuted" in verdicts(f"{slip}{words}\n")


RECTIFIED = """Network: a = w1 x, h = max(0, a), z = w2 h, p = 1/(1+exp(-z)), loss = -log p

{}
dloss/dw1 = {}
"""


def test_a_derivative_at_numbers_may_leave_out_what_is_one_there() -> None:
    numbers = "Given x = 2, w1 = 0.5, w2 = 1."
    assert "refuted" not in verdicts(RECTIFIED.format(numbers, "(p - 1) w2 x"))
    assert "refuted" in verdicts(RECTIFIED.format(numbers, "(1 - p) w2 x"))
    assert "refuted" in verdicts(RECTIFIED.format("", "(p - 1) w2 x"))
