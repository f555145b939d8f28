"""Cases that words name: a side of a kink, a value for one sentence, the other case."""

from __future__ import annotations

import pytest

from gory import proofread

KINK = r"Let $z = w x + b$ and $a = \max(0, z)$. "
HINGE = r"Let $\ell = \max(0, 1 - y s)$ with $s = w x$. "
WARM = r"Let $p_k = \frac{e^{z_k/T}}{\sum_j e^{z_j/T}}$. "
SOFTMAX = r"Let $p_i = e^{z_i} / \sum_k e^{z_k}$. "
SLOPE = r"\frac{\partial p_k}{\partial z_j}"
CASES = {
    "above a display": (
        KINK + "If $z > 0$:\n" + r"$$\frac{\partial a}{\partial w} = §$$",
        "x", "w",
    ),
    "the other side, below": (
        KINK + "If $z > 0$:\n" + r"$$\frac{\partial a}{\partial w} = x$$" + "\nIf $z < 0$:\n"
        r"$$\frac{\partial a}{\partial w} = §$$",
        "0", "x",
    ),
    "in a sentence": (
        HINGE + r"If $y s < 1$ then $\frac{\partial \ell}{\partial w} = §$, and if $y s > 1$ then "
        r"$\frac{\partial \ell}{\partial w} = 0$.",
        "-y x", "y x",
    ),
    "behind the formulas": (
        HINGE + r"$\frac{\partial \ell}{\partial w} = -y x$ if $y s < 1$, and "
        r"$\frac{\partial \ell}{\partial w} = §$ if $y s > 1$.",
        "0", "x",
    ),
    "of an entry": (
        r"Let $h_j = \max(0, z_j)$ and $L = \sum_j v_j h_j$. For $z_j > 0$ we have "
        r"$\frac{\partial L}{\partial z_j} = §$.",
        "v_j", "h_j",
    ),
    "one value in passing": (
        WARM + rf"With $T = 1$, ${SLOPE} = § p_k(\delta_{{kj}} - p_j)$. With $T = 2$, "
        rf"${SLOPE} = \frac12 p_k(\delta_{{kj}} - p_j)$. In general, "
        rf"$${SLOPE} = \frac1T p_k(\delta_{{kj}} - p_j).$$",
        "", "2",
    ),
    "another value in passing": (
        WARM + rf"With $T = 1$, ${SLOPE} = p_k(\delta_{{kj}} - p_j)$. With $T = 2$, "
        rf"${SLOPE} = § p_k(\delta_{{kj}} - p_j)$.",
        r"\frac12", "2",
    ),
    "what holds in general": (
        WARM + rf"With $T = 1$, ${SLOPE} = p_k(\delta_{{kj}} - p_j)$. In general, "
        rf"$${SLOPE} = § p_k(\delta_{{kj}} - p_j).$$",
        r"\frac1T", "T",
    ),
    "otherwise, in a sentence": (
        SOFTMAX + r"For $i = j$ the rule gives $\partial p_i/\partial z_i = p_i (1 - p_i)$, and "
        r"otherwise $\partial p_i / \partial z_j = § p_i p_j$.",
        "-", "",
    ),
    "otherwise, between displays": (
        SOFTMAX + r"If $i = j$, then $$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)$$"
        "\nOtherwise\n" + r"$$\frac{\partial p_i}{\partial z_j} = - p_i §.$$",
        "p_j", "p_i",
    ),
    "the diagonal": (
        SOFTMAX + r"Only the diagonal is kept: "
        r"$\frac{\partial p_k}{\partial z_k} = § p_k (1 - p_k)$.",
        "", "2",
    ),
    "at the end": (
        SOFTMAX + r"With $L = - \log p_c$ it is simple at the end: "
        r"$\frac{\partial L}{\partial z_k} = p_k - 1[k § c]$.",
        "=", r"\neq",
    ),
    "two sums that are zero": (
        r"Let $q_i = \frac{1 + z_i}{N + \sum_j z_j}$ for $i = 1, \dots, N$ and "
        r"$p_i = \frac{1 + v_i}{N + \sum_j v_j}$. If we assume that $\sum_j z_j = \sum_j v_j = 0$, "
        r"then $$q_i - p_i = § (z_i - v_i)$$",
        r"\frac{1}{N}", "N",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong"), CASES.values(), ids=CASES.keys())
def test_a_case_in_words_is_granted_and_a_slip_in_it_is_refuted(
    text: str, right: str, wrong: str
) -> None:
    verdicts = [line.verdict for line in proofread(text.replace("§", right)).lines]
    assert {*verdicts} <= {"definition", "given", "proved", "tested"}
    assert {"proved", "tested"} & {*verdicts}
    assert "refuted" in [line.verdict for line in proofread(text.replace("§", wrong)).lines]


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (r"$\frac{2.72}{30.19} = §$", "0.0900", "0.0910"),
        (r"$0.665 \cdot 0.335 = §$", "0.2227", "0.2327"),
        (r"$-\log(2.72/30.19) = §$", "2.4076", "2.4276"),
    ],
)
def test_a_quotient_of_rounded_numbers_is_rounded_itself(text: str, right: str, wrong: str) -> None:
    assert proofread(text.replace("§", right)).lines[-1].verdict == "tested"
    assert proofread(text.replace("§", wrong)).lines[-1].verdict == "refuted"


def test_a_sign_may_stand_between_a_sum_and_its_terms() -> None:
    text = r"Let $\mu = \frac1m \sum_i x_i$. Then $\sum_{i=1}^m -2 (x_i - \mu) = §$."
    assert proofread(text.replace("§", "0")).lines[-1].verdict == "proved"
    assert proofread(text.replace("§", "1")).lines[-1].verdict == "refuted"


@pytest.mark.parametrize(
    "sums",
    [r"\sum_j z_j = \sum_j v_j = 0", r"\sum_j z_j = 0$ and $\sum_j v_j = 0"],
)
def test_entries_that_sum_to_zero_are_not_all_zero(sums: str) -> None:
    text = (
        r"Let $p_i = \frac{e^{v_i/T}}{\sum_j e^{v_j/T}}$, "
        r"$q_i = \frac{e^{z_i/T}}{\sum_j e^{z_j/T}}$ "
        rf"and $C = -\sum_i p_i \log q_i$ with ${sums}$. "
        r"$$\frac{\partial C}{\partial z_i} = § (q_i - p_i)$$"
    )
    assert proofread(text.replace("§", r"\frac1T")).lines[-1].verdict == "proved"
    assert proofread(text.replace("§", "T")).lines[-1].verdict == "refuted"


def test_what_stands_behind_an_assumption_is_not_assumed() -> None:
    text = (
        r"Let $p_i = \frac{e^{v_i}}{\sum_j e^{v_j}}$ and $q_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$. "
        r"Then $$q_i - p_i = 2 \left( \frac{e^{z_i}}{\sum_j e^{z_j}} - p_i \right)$$ "
        r"If we now assume that $\sum_j z_j = \sum_j v_j = 0$, $$\frac{1 + z_i}{N + \sum_j z_j} - "
        r"\frac{1 + v_i}{N + \sum_j v_j} = \frac{1}{N}(z_i - v_i)$$"
    )
    assert [line.verdict for line in proofread(text).lines][-2:] == ["refuted", "proved"]


def test_what_rests_on_a_name_that_is_said_anew_below_is_not_certain() -> None:
    text = (
        r"With $Z = \sum_i e^{-\beta E_i}$ and $p_i = e^{-\beta E_i}/Z$ we have "
        r"$$\frac{\partial p_i}{\partial E_j} = -\beta p_i(\delta_{ij} - p_j)$$ "
        r"With the opposite convention, $p_i = e^{\beta E_i}/Z$ with $Z = \sum_i e^{\beta E_i}$, "
        r"the sign would change."
    )
    assert "refuted" not in [line.verdict for line in proofread(text).lines]


@pytest.mark.parametrize(
    "words", ["Both cases in one line:", "Combining the two results,", "Putting it all together:"]
)
def test_words_about_both_cases_end_the_last_one(words: str) -> None:
    slope = r"\frac{\partial p_i}{\partial z_j}"
    text = (
        SOFTMAX + "Case $i = j$:\n\n"
        rf"- ${slope} = p_i (1 - p_i)$" + "\n\nCase $i \\neq j$:\n\n"
        rf"- ${slope} = -p_i p_j$" + f"\n\n{words}\n\n"
        rf"- ${slope} = p_i (§ - p_j)$"
    )
    assert proofread(text.replace("§", r"\delta_{ij}")).lines[-1].verdict == "proved"
    assert proofread(text.replace("§", r"-\delta_{ij}")).lines[-1].verdict == "refuted"


@pytest.mark.parametrize("variable", ["y", "z"])
@pytest.mark.parametrize(
    "words",
    [
        r"For $z = 0$ the loss is $L = \log 2$. ",
        r"Let $p = 1/(1+e^{-z})$. For $z = 0$ the loss is $L = \log 2$. ",
        r"At $z = 0$ we have $L = \log 2$. ",
        r"If $z = 0$, then $L = \log 2$. ",
        r"At $z = 0$, $L = 3$. ",
        r"If $z = 0$ then the loss is $L = 3$. ",
    ],
)
def test_a_value_in_one_case_is_not_what_the_name_is(words: str, variable: str) -> None:
    text = words + rf"$$\frac{{\partial L}}{{\partial {variable}}} = 0$$"
    assert [line.verdict for line in proofread(text).lines][-1] == "unread"


OFTEN = (
    r"Let $p_i = e^{z_i} / \sum_k e^{z_k}$ and $L = -\sum_i y_i \log p_i$. Without assuming "
    r"anything about $y$, $$\frac{\partial L}{\partial z_j} = p_j \sum_i y_i - %s$$ %s the labels "
    r"are one-hot, so $\sum_i y_i = 1$, and then $$\frac{\partial L}{\partial z_j} = p_j - y_j.$$"
)


@pytest.mark.parametrize("often", ["Often", "Usually", "In practice"])
def test_what_holds_often_makes_nothing_right_before_it(often):
    right, wrong = (
        proofread(OFTEN % (term, often)).lines[0] for term in ("y_j", r"y_j \sum_i y_i")
    )
    assert right.verdict == "proved"
    assert wrong.verdict not in ("proved", "tested")


OF_A_TERM = (
    SOFTMAX
    + r"""Let $L = -\sum_j y_j \log p_j$ with $\sum_j y_j = 1$ and $z = W x$.
Now split the sum into the term $j = i$ and the rest:
$$\frac{\partial L}{\partial z_i} = -y_i (1 - p_i) + \sum_{j \neq i} y_j p_i = p_i - y_i$$
By the chain rule $\frac{\partial L}{\partial W_{ij}} = (p_i - y_i) @$.
"""
)


def test_a_term_of_a_sum_is_no_case_of_what_follows() -> None:
    right, wrong = (
        proofread(OF_A_TERM.replace("@", one)).lines[-1].verdict for one in ("x_j", "x_i")
    )
    assert (right, wrong) == ("proved", "unread")  # a reader may still take it for a case
