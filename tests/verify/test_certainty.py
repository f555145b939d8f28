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
    "a denial": (
        r"The derivative is not $\frac{d}{dx} x^2 = x$.",
        r"The derivative is $\frac{d}{dx} x^2 = x$.",
        "'not'",
    ),
    "a question before it": (
        r"True or false? $\frac{d}{dx} x^2 = x$",
        r"What is it? $\frac{d}{dx} x^2 = x$",
        "True or false",
    ),
    "a quotient whose end is open": (
        r"Let $f = a/2 b$. Then $\frac{\partial f}{\partial a} = \frac{1}{2b}$.",
        r"Let $f = \frac{a}{2} b$. Then $\frac{\partial f}{\partial a} = \frac{1}{2b}$.",
        "holds if f is what row 1 says",
    ),
    "a label beside a range": (
        r"For $u_o$ and $u_1, \dots, u_K$ let $J = -u_o - \sum_{k=1}^K u_k^2$. "
        r"Then $\frac{\partial J}{\partial u_o} = -1$.",
        r"For $u_o$ and $u_1, \dots, u_K$ let $J = -u_o - \sum_{k=1}^K u_k^2$. "
        r"Then $\frac{\partial J}{\partial u_o} = 1$.",
        "may be a label",
    ),
    "a left side of another shape": (
        r"Let $\mathbf{v} \in \mathbb{R}^3$ and $\mu_i = \mathbf{v}$. With "
        r"$f = \sum_i (\mu_i + a x)^2$ we have "
        r"$\frac{\partial f}{\partial x} = 2 \sum_i (\mu_i + a x)$.",
        r"Let $\mu_i$ be given. With "
        r"$f = \sum_i (\mu_i + a x)^2$ we have "
        r"$\frac{\partial f}{\partial x} = 2 \sum_i (\mu_i + a x)$.",
        "says of mu is not read",
    ),
    "a special case in words": (
        r"Let $H = -\sum_i a_i \log a_i$. It is large for uniform weights ($\log a_j = -H$).",
        r"Let $H = -\sum_i a_i \log a_i$. This says $\log a_j = -2 \log a_j$.",
        "'for uniform'",
    ),
    "a rounded number": (
        r"Let $g = x / \ln 2$. Then $$\frac{dg}{dx} x = 1.44 x$$",
        r"Let $g = x / \ln 2$. Then $$\frac{dg}{dx} x = 1.94 x$$",
        "may be rounded",
    ),
    "a derivative that is set to zero": (
        r"Let $f = x^2 - x$. $$\frac{df}{dx} = 2 x - 1 = 0$$",
        r"Let $f = x^2 - x$. $$\frac{df}{dx} = 2 x - 1 = 2 x$$",
        "set to zero",
    ),
    "a fact that is not read as one": (
        r"Let $\|a\| = \|b\| = 1$. Then $$\|a-b\|^2 = 2 - 2 a^\top b.$$",
        r"Let $a$ and $b$ be vectors. Then $$\|a-b\|^2 = 2 - 2 a^\top b.$$",
        "may restrict b",
    ),
    "a name that a derivative does not see": (
        SQUARE + rf"With one factor detached, $${SLOPE}$$",
        SQUARE + rf"With both factors, $${SLOPE}$$",
        "does not see",
    ),
    "a letter where a sum ends": (
        r"Let $f_m = \sum_{i=1}^m x_i$. Then $$\frac{\partial f_m}{\partial x_k} = 3$$",
        r"Let $f = \sum_{i=1}^n x_i$. Then $$\frac{\partial f}{\partial x_k} = 3$$",
        "where a sum ends",
    ),
    "a multiple of the identity": (
        r"Let $A = B B^\top$. Then $$(A + c) x = A x + c x$$",
        r"Let $A = B B^\top$. Then $$(A + c I) x = A x - c x$$",
        "multiple of the identity",
    ),
    "a quoted attempt": (
        SQUARE + rf"A student of mine wrote $${SLOPE}$$ which is wrong.",
        SQUARE + rf"By the rule for powers $${SLOPE}$$ which is easy.",
        "not as it stands",
    ),
    "a word about the formula": (
        SQUARE + rf"Then $${SLOPE}$$ so this is wrong.",
        SQUARE + rf"Then $${SLOPE}$$ so the neuron learns fast when it is very wrong.",
        "not as it stands",
    ),
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
    "a sum in words": (
        r"Let $f = x p$ where $p$ is the sum of the logits. Then $$\frac{df}{dx} = 3 p$$",
        r"Let $f = x p$. Since $p$ is shared by all samples we sum. Then $$\frac{df}{dx} = 3 p$$",
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
        r"Let $C = \sigma(z)^2 + \sigma(v)$ and $z = w x$. "
        r"$$\frac{\partial C}{\partial w} = 2 \sigma(z) \frac{\partial \sigma}{\partial w}$$",
        r"Let $C = \sigma(z)^2 + \sigma(v)$ and $z = w x$. "
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
    text = r"""Let $C = \sigma(z)^2 + \sigma(v)$ and $z = w x$. $$\frac{\partial C}{\partial w}
    = 2 \sigma(z) \frac{\partial \sigma}{\partial w} = 2 \sigma(z)^2 (1 - \sigma(z)) x$$"""
    unsure, right = proofread(text).lines
    assert (unsure.verdict, right.verdict) == ("unread", "proved")
    assert "which is not certain" in right.why


GRANTED = {
    "symmetric": r"$A$ is {}symmetric. $$\nabla_x x^\top A x = 2 A x$$",
    "equal indices": r"Let $p_i = e^{{z_i}} / \sum_k e^{{z_k}}$. We do {}assume that $i = j$. "
    r"$$\frac{{\partial p_i}}{{\partial z_j}} = p_i (1 - p_i)$$",
}


@pytest.mark.parametrize("text", GRANTED.values(), ids=GRANTED.keys())
def test_words_that_take_a_fact_back_do_not_grant_it(text: str) -> None:
    assert [line.verdict for line in proofread(text.format("")).lines] == ["proved"]
    assert [line.verdict for line in proofread(text.format("not ")).lines] == ["refuted"]


def test_a_sum_that_ends_at_an_index_ends_there() -> None:
    text = r"Let $L = \sum_{t=1}^n \sum_{j=t}^n s_j^2$. $$\frac{\partial L}{\partial s_i} = %s$$"
    right, wrong = (
        proofread(text % side).lines[-1].verdict
        for side in (r"2 s_i \sum_{t=1}^i 1", r"2 s_i \sum_{t=1}^n 1")
    )
    assert right in ("proved", "tested")
    assert wrong == "refuted"


def test_a_condition_behind_a_formula_belongs_to_it() -> None:
    text = (
        r"$f = \max(0, x)$. Then $\frac{df}{dx} = %d$ if $x > 0$ "
        r"and $\frac{df}{dx} = 0$ if $x < 0$."
    )
    right = [line.verdict for line in proofread(text % 1).lines]
    assert right == ["tested", "tested"]
    assert proofread(text % 2).lines[0].verdict != "tested"


def test_a_case_of_an_earlier_sentence_proves_nothing_in_general() -> None:
    text = r"Let $p = \frac{1}{1 + e^{-z}}$. At $z = 0$ we have $p = \frac12$. The derivative is "
    lines = proofread(text + r"$\frac{dp}{dz} = p^2$.").lines
    line = next(line for line in lines if line.text == "p^2")
    assert line.verdict == "unread"
    assert "in the case" in line.why


def test_lines_behind_an_unknown_first_line_are_compared_with_each_other() -> None:
    found = proofread(r"$$\frac{\partial L}{\partial z} = (a + b)^2 = a^2 + b^2 + a b$$").lines
    assert [line.verdict for line in found] == ["unread", "refuted"]
    assert found[-1].why == "the factor 2 is missing"


def test_decimals_stand_for_what_rounds_to_them_also_inside_a_line() -> None:
    found = proofread(r"$\sigma(-2) = 1 - 0.88 = 0.12$ and $\sigma(-2) = 1 - 0.78$.").lines
    assert [line.verdict for line in found] == ["tested", "tested", "refuted"]


def test_what_holds_of_another_model_is_not_judged_by_the_first() -> None:
    text = r"""For the first model, $\hat y = w x$ and $E = \frac{1}{2} (w x - t)^2$, so
$$\frac{dE}{dw} = (w x - t) x$$
For the second model, which has $w^2$ in place of $w$,
$$\frac{dE}{dw} = 2 w x (w^2 x - t)$$
"""
    assert [line.verdict for line in proofread(text).lines] == ["proved", "unread"]


def test_a_line_may_say_what_a_differentiated_name_is() -> None:
    text = r"""For $i \neq j$,
$$\frac{\partial}{\partial a_j} \frac{e^{a_i}}{\sum_k e^{a_k}}
= \frac{0 - e^{a_j} e^{a_i}}{(\sum_k e^{a_k})^2} = -p_j p_i$$
and so $\frac{\partial p_i}{\partial a_j} = p_i (\delta_{ij} - p_j)$.
"""
    assert "refuted" not in [line.verdict for line in proofread(text).lines]


def test_a_line_without_any_instance_may_speak_of_one() -> None:
    text = r"""Let
$$l(w) = \sum_{i=1}^n [ y^{(i)} \log \phi(z^{(i)}) + (1 - y^{(i)}) \log(1 - \phi(z^{(i)})) ]$$
with $z^{(i)} = w^T x^{(i)}$ and $\phi(z) = \frac{1}{1 + e^{-z}}$. Then
$$\frac{\partial l}{\partial w_j} = @$$
"""
    one = r"( \frac{y}{\phi(z)} - \frac{1 - y}{1 - \phi(z)} ) \frac{\partial}{\partial w_j} \phi(z)"
    lost = r"(y^{(i)} - \phi(z^{(i)})) x_j^{(i)}"
    verdicts = [proofread(text.replace("@", line)).lines[-1].verdict for line in (one, lost)]
    assert verdicts == ["unread", "refuted"]
