"""A line is refuted only if everything that the verdict rests on was read with certainty.

Every source of uncertainty stands in the table with a text in which it saves a line from being
called wrong, and with the same text without it, in which the line is wrong.
"""

from __future__ import annotations

import pytest

from gory import proofread

SQUARE = r"Let $f = x^2$. "
SLOPE = r"\frac{df}{dx} = 3 x"

NEXT = "\n"

SOURCES = {
    "a condition in words": (
        SQUARE + rf"If the step is small, $${SLOPE}$$",
        SQUARE + rf"By the rule for powers, $${SLOPE}$$",
        "in some cases only",
    ),
    "a condition behind the formula": (
        SQUARE + rf"Then ${SLOPE}$ in the limit of large steps.",
        SQUARE + rf"Then ${SLOPE}$ as one can see.",
        "in some cases only",
    ),
    "a line that is not meant": (
        SQUARE + r"It is wrong to write $\frac{df}{dx} = -2 x$.",
        SQUARE + r"We can now write $\frac{df}{dx} = -2 x$.",
        "not as it stands",
    ),
    "a part of a range": (
        r"Let $f = \sum_{k=1}^K x_k^2$. Hence $$f = x_1^2 + \sum_{k=2}^K x_k^2$$",
        r"Let $f = \sum_{k=1}^K x_k^2$. Hence $$f = x_1^2 + \sum_{k=1}^K x_k^2$$",
        "different limits",
    ),
    "a definition that is not read": (
        r"Let $f = x u$ with $u = \int x$. Then $$\frac{df}{dx} = 3 u$$",
        r"Let $f = x u$ with a number $u$. Then $$\frac{df}{dx} = 3 u$$",
        "is not read",
    ),
    "a definition in words": (
        r"Let $f = x p$ where $p$ is the logistic function of $x$. Then $$\frac{df}{dx} = 3 p$$",
        r"Let $f = x p$ where $p$ is a fixed number. Then $$\frac{df}{dx} = 3 p$$",
        "words say what p is",
    ),
    "a word that may be a part of it": (
        SQUARE + rf"Here negated${SLOPE}$.",
        SQUARE + rf"Here ${SLOPE}$.",
        "'negated' stands right before it",
    ),
    "a sign in the formula before": (
        SQUARE + r"So $-$ $\frac{df}{dx} = -2 x$.",
        SQUARE + r"So $\frac{df}{dx} = -2 x$.",
        "ends in a sign",
    ),
    "what others write": (
        SQUARE + rf"Many people write ${SLOPE}$.",
        SQUARE + rf"Then we write ${SLOPE}$.",
        "not as it stands",
    ),
    "a definition below": (
        rf"Now ${SLOPE}$ in this notation.{NEXT}With $f = x^2$ it is simple.",
        SQUARE + rf"Now ${SLOPE}$ in this notation.",
        "stands below it",
    ),
    "a function without its argument": (
        r"Let $C = \sigma(z)^2$ and $z = w x$. "
        r"$$\frac{\partial C}{\partial w} = 2 \sigma(z) \frac{\partial \sigma}{\partial w}$$",
        r"Let $C = \sigma(z)^2$ and $z = w x$. "
        r"$$\frac{\partial C}{\partial w} = 2 \sigma(z) \frac{\partial z}{\partial w}$$",
        "stands without its argument",
    ),
    "a definition that nothing bears out": (
        r"The cost is $f = x^2$. Then $$\frac{df}{dx} = 5 x^3 + x$$",
        r"Let the cost be $f = x^2$. Then $$\frac{df}{dx} = 2 x = 5 x^3 + x$$",
        "bears out",
    ),
}


@pytest.mark.parametrize(("text", "_", "says"), SOURCES.values(), ids=SOURCES.keys())
def test_a_source_of_uncertainty_saves_a_line_from_being_called_wrong(
    text: str, _: str, says: str
) -> None:
    last = proofread(text).lines[-1]
    assert last.verdict == "unread"
    assert says in last.why


@pytest.mark.parametrize(("_", "text", "says"), SOURCES.values(), ids=SOURCES.keys())
def test_without_it_the_line_is_wrong(_: str, text: str, says: str) -> None:
    last = proofread(text).lines[-1]
    assert last.verdict == "refuted"
    assert says not in last.why
    assert last.counterexample is not None


def test_words_declare_a_fact_and_without_them_the_line_lacks_it() -> None:
    softmax = r"Let $p_k = e^{z_k} / \sum_j e^{z_j}$ and $L = -\sum_k y_k \log p_k${}. "
    line = r"Then $$\frac{\partial L}{\partial z_k} = p_k - y_k$$"
    said = proofread(softmax.replace("{}", " for a one-hot $y$") + line).lines[-1]
    assert said.verdict in ("proved", "tested")
    unsaid = proofread(softmax.replace("{}", "") + line).lines[-1]
    assert unsaid.verdict == "refuted"
    assert "holds if sum_k y[k] = 1" in unsaid.repair


def test_an_author_who_contradicts_his_definition_everywhere_means_something_else() -> None:
    once = r"Let $f = x^2$. $$\frac{df}{dx} = 7 x^3 + x$$"
    assert proofread(once).verdict == "refuted"
    twice = once + r" and also $$\frac{d^2 f}{dx^2} = 21 x^2 + 1$$"
    assert [line.verdict for line in proofread(twice).lines] == ["unread", "unread"]


def test_a_model_of_data_defines_nothing_if_lines_hold_without_it() -> None:
    text = r"""Suppose that the data follow $y_t = a x_t + e_t$.
Let $S = \sum_t (y_t - a x_t)^2$. Then
$$\frac{dS}{da} = -2 \sum_t x_t (y_t - a x_t)$$"""
    assert proofread(text).verdict == "proved"


def test_an_equation_for_another_loss_is_its_definition() -> None:
    text = r"""The first loss is $E = y^2$, so
$$\frac{dE}{dy} = 2 y$$
The other is $E = y^3$, so
$$\frac{dE}{dy} = 3 y^2$$"""
    assert {line.verdict for line in proofread(text).lines} == {"proved"}


def test_a_name_that_takes_few_values_is_tried_at_all_of_them() -> None:
    text = r"Let $\ell = t x$. Because $t^2 = 1$, $$\frac{d\ell}{dx} = 1$$"
    assert proofread(text).lines[-1].verdict == "refuted"


def test_a_line_behind_an_uncertain_one_does_not_call_it_wrong() -> None:
    text = r"""Let $C = \sigma(z)^2$ and $z = w x$. $$\frac{\partial C}{\partial w}
    = 2 \sigma(z) \frac{\partial \sigma}{\partial w} = 2 \sigma(z)^2 (1 - \sigma(z)) x$$"""
    unsure, right = proofread(text).lines
    assert (unsure.verdict, right.verdict) == ("unread", "proved")
    assert "which is not certain" in right.why
