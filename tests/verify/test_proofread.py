"""Verdicts on other people's lines: on their own, on the whole, with reasons and remedies."""

from __future__ import annotations

import pytest

from gory import NotationError, proofread

SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])\n"
LAYER = "z[k] = sum_j w[k,j] x[j]\nE = sum_k z[k] t[k]\n"
LOSS = SOFTMAX + "L = - sum_k y[k] log s[k]\n"


def verdicts(text: str, **options: list[str]) -> list[str]:
    return [line.verdict for line in proofread(text, **options).lines]


def test_a_slip_that_is_not_carried_on_is_one_wrong_line() -> None:
    found = proofread(SOFTMAX + "d(s[k], z[m]) = s[k] (1 - s[m])\n  = s[k] (delta[k,m] - s[m])")
    assert [line.verdict for line in found.lines] == ["refuted", "proved"]
    assert "not to the line before" in found.lines[1].why


def test_a_slip_that_is_carried_on_is_one_wrong_line() -> None:
    found = proofread(SOFTMAX + "d(s[k], z[m]) = s[k] (1 - s[m])\n  = s[k] - s[k] s[m]")
    assert [line.verdict for line in found.lines] == ["refuted", "proved"]
    assert [line.whole for line in found.lines] == ["refuted", "refuted"]


DISAGREEMENTS = [
    (LOSS, "d(L, z[k]) = y[k] - s[k] sum_m y[m]", "differs by the factor -1"),
    ("", "d(x^2, x) = x", "differs by the factor 1/2"),
    (SOFTMAX, "d(s[k], z[m]) = s[k] (1 - s[m])", "holds only for k = m"),
    (SOFTMAX, "d(s[k], z[m]) = - s[k] s[m]", "holds only for k != m"),
    (SOFTMAX, "d(s[k], z[m]) = s[k] delta[k,m]", "misses the term -s[k] s[m]"),
    (LAYER, "d(z[k], w[k,j]) = 1", "misses the factor x[j]"),
    (LAYER, "d(E, x[j]) = t[k] w[k,j]", "the sum over k is missing"),
]


@pytest.mark.parametrize(("setting", "line", "says"), DISAGREEMENTS)
def test_a_disagreement_is_said_in_closed_form(setting: str, line: str, says: str) -> None:
    found = proofread(setting + line).lines[-1]
    assert found.verdict == "refuted"
    assert says in found.why
    assert found.counterexample is not None
    point = found.counterexample
    assert point["left"] != pytest.approx(point["right"], rel=1e-9)


def test_a_counterexample_has_small_whole_numbers() -> None:
    point = proofread("d(x^3, x) = 3 x").lines[0].counterexample
    assert point is not None
    x = point["values"]["x"]
    assert x == int(x)
    assert abs(x) <= 3
    assert (point["left"], point["right"]) == (3 * x**2, 3 * x)


class TestFacts:
    """A line that rests on a fact is wrong until somebody states the fact."""

    line = "d(L, z[k]) = s[k] - y[k]"

    def test_without_it_the_line_is_refuted_and_the_fact_is_named(self) -> None:
        found = proofread(LOSS + self.line).lines[-1]
        assert (found.verdict, found.repair) == ("refuted", "holds if sum_k y[k] = 1")

    @pytest.mark.parametrize(
        "statement", ["given sum_k y[k] = 1\n", "Since sum_c y[c] = 1 we have\n"]
    )
    def test_a_statement_of_the_text_declares_it(self, statement: str) -> None:
        assert verdicts(LOSS + statement + self.line) == ["proved"]

    def test_the_caller_declares_it(self) -> None:
        assert verdicts(LOSS + self.line, given=["sum_k y[k] = 1"]) == ["proved"]

    def test_a_softmax_sums_to_one_by_definition(self) -> None:
        assert verdicts(SOFTMAX + "sum_k s[k] = 1") == ["proved"]

    def test_a_fact_that_cannot_be_read_is_an_error(self) -> None:
        with pytest.raises(NotationError):
            proofread(LOSS, given=["sum_k y[k"])


RIGHT_BUT_SUSPICIOUS = [
    r"$$\sum_i \sum_j x_i x_j = \sum_i x_i^2 + \sum_{i \neq j} x_i x_j$$",
    r"Let $f = \sum_i a_i x_i + b_i x_i$. $$\frac{\partial f}{\partial x_j} = a_j + b_j$$",
    r"Let $m = \frac{1}{N} \sum_i x_i$. $$\sum_i (x_i - m) = 0$$",
    "log(x^2) = 2 log x",
    "sqrt(x^2) = x",
    "a / b = 1 / (b / a)",
    SOFTMAX + "d(s[k], z[m]) = d(s[m], z[k])",
    SOFTMAX + "s[k] / s[m] = exp(z[k] - z[m])",
    SOFTMAX + "s[k] = exp(z[k] + c) / sum_m exp(z[m] + c)",
    "if k = m:\nd(x[k]^2, x[m]) = 2 x[k]",
    r"$\frac{1}{3} \approx 0.33$",
]


@pytest.mark.parametrize("text", RIGHT_BUT_SUSPICIOUS)
def test_a_right_line_is_never_refuted(text: str) -> None:
    assert set(verdicts(text)) <= {"proved", "tested"}


UNDECIDED = [
    (r"$$\frac{\partial L}{\partial z_k} = p_k - y_k$$", "what L is"),
    (r"$E = \sum_k z_k^2$ $$\frac{\partial E}{\partial z_k} = r_k$$", "what r is"),
    (r"$$w_k := w_k - \eta g_k$$", "assignment"),
    (r"$$\int_0^1 x\,dx = \frac12$$", r"\int"),
    ("z[k] = w[k,j] x[j]\nz[k] = 1", "free on the right"),
]


@pytest.mark.parametrize(("text", "says"), UNDECIDED)
def test_what_cannot_be_judged_is_unread_with_the_reason(text: str, says: str) -> None:
    lines = proofread(text).lines
    assert any(says in line.why for line in lines if line.verdict == "unread")
    assert "refuted" not in {line.verdict for line in lines}


def test_names_may_be_defined_anew() -> None:
    text = r"""
The squared loss is $L = \frac12 (a - y)^2$, so $\frac{\partial L}{\partial a} = a - y$.
Now consider the logistic loss
$$L = -y \log a - (1 - y) \log (1 - a)$$
with $$\frac{\partial L}{\partial a} = \frac{a - y}{a (1 - a)}.$$
"""
    assert verdicts(text) == ["proved", "proved"]


def test_a_copy_of_a_definition_with_a_slip_is_refuted() -> None:
    text = SOFTMAX + "\ns[k] = exp(z[k]) / sum_c exp(z[k])"
    assert verdicts(text) == ["refuted"]


def test_conditions_stand_before_or_behind_a_formula() -> None:
    before = r"If $i = j$, then $\frac{\partial x_i}{\partial x_j} = 1$."
    behind = r"We have $\frac{\partial x_i}{\partial x_j} = 0$ if $i \neq j$."
    neither = r"We have $\frac{\partial x_i}{\partial x_j} = 1$."
    assert [verdicts(text) for text in (before, behind, neither)] == [
        ["proved"],
        ["proved"],
        ["refuted"],
    ]


CONDITIONS = [
    r"$$\frac{\partial x_i}{\partial x_j} = 0 \quad (i \neq j)$$",
    r"$$\frac{\partial x_i}{\partial x_j} = 0 \; (i \ne j)$$",
    r"$$\frac{\partial x_i}{\partial x_j} = 0 \quad \forall i \neq j$$",
    r"$$\frac{\partial x_i}{\partial x_j} = 0, \qquad i \neq j$$",
    r"$$\frac{\partial x_i}{\partial x_j} = 0 \text{ for } i \neq j$$",
    r"\begin{align} \frac{\partial x_i}{\partial x_j} &= 0 & \text{if } i \neq j \end{align}",
    r"Whereas for $i \neq j$ \[ \frac{\partial x_i}{\partial x_j} = 0. \]",
]


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_may_be_written_in_many_ways(text: str) -> None:
    assert verdicts(text) == ["proved"]


def test_several_derivations_have_names_of_their_own() -> None:
    first = "# One\n\n$f = x^2$, $$\\frac{d f}{d x} = 2 x$$\n"
    text = first + "# Two\n\n$f = x^3$, $$\\frac{d f}{d x} = 3 x^2$$"
    assert verdicts(text) == ["proved", "proved"]


def test_nothing_to_check_is_not_a_success() -> None:
    assert proofread("Only words.").verdict == "unread"


def test_the_weakest_line_decides() -> None:
    assert proofread("d(x^2, x) = 2 x").verdict == "proved"
    assert proofread("d(x^2, x) = 2 x\nd(x^2, x) = x").verdict == "refuted"


HOSTILE = [
    "$$" + "(" * 20_000 + " = a$$",
    "$$" + r"\frac{1}{" * 300 + "a" + "}" * 300 + " = a$$",
    "$$9^{9^{9^9}} = 1$$",
    "a = " + "(" * 5_000,
    r"$$\input{/etc/passwd} = 1$$",
    "$a$ " * 3_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_unread_and_comes_to_an_end(text: str) -> None:
    assert proofread(text).verdict == "unread"


def test_definitions_that_chase_each_other_come_to_an_end() -> None:
    assert proofread("a = b + 1\nb = a x\nc = a").verdict == "unread"


def test_a_formula_may_break_off_anywhere() -> None:
    whole = r"$$\frac{\partial s_k}{\partial z_m} = s_k \left( \delta_{km} - \log^2 s_m \right)$$"
    for end in range(2, len(whole) - 2):
        assert proofread(whole[:end] + "$$").verdict in ("unread", "refuted", "proved", "tested")


def test_a_second_definition_says_which_one_it_replaces():
    found = proofread("u = 3 x\nu = 4 x\nd(u, x) = 4\n")
    assert found.verdict == "proved"
    assert [(one.row, one.why) for one in found.definitions] == [
        (1, ""),
        (2, "u is defined anew, in the place of row 1"),
    ]
