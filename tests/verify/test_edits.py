"""The smallest change that makes a wrong line right, and the conditions that a line needs."""

from __future__ import annotations

import pytest

from gory import proofread

SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])\n"
LOSS = SOFTMAX + "L = - sum_k y[k] log s[k]\ngiven sum_k y[k] = 1\n"

EDITS = [
    (SOFTMAX, "d(s[k], z[m]) = s[m] (delta[k,m] - s[m])", "s[k] in the place of s[m]"),
    (SOFTMAX, "d(s[k], z[m]) = s[k] - s[k] s[m]", "delta[k,m] is missing"),
    (SOFTMAX, "d(s[k], z[m]) = s[k] (1 - s[m])", "delta[k,m] is missing"),
    (SOFTMAX, "d(s[k], z[m]) = s[k] (delta[k,m] + s[m])", "the sign of s[m]"),
    (LOSS, "d(L, z[m]) = s[m] + y[m]", "the sign of y[m]"),
    ("f = sum_{i,j} A[i,j] x[i] y[j]\n", "d(f, x[i]) = sum_j A[j,i] y[j]", "A[i,j] in the place"),
    ("f = x^4\n", "d(f, x) = 4 x^4", "x^3 in the place of x^4"),
    ("B[i,j] = A[i,j] + A[j,i] x[i]\n", "B[i,j] = A[j,i] + A[i,j] x[j]", "exchange the indices"),
]


@pytest.mark.parametrize(("setting", "line", "says"), EDITS)
def test_a_slip_of_one_token_is_named(setting: str, line: str, says: str) -> None:
    found = proofread(setting + line).lines[-1]
    assert found.verdict == "refuted"
    assert says in found.repair


@pytest.mark.parametrize(("setting", "line", "says"), EDITS)
def test_the_line_with_the_change_holds(setting: str, line: str, says: str) -> None:
    repair = proofread(setting + line).lines[-1].repair
    mended = repair.partition(": ")[2]
    assert proofread(setting + mended).lines[-1].verdict in ("proved", "tested")


def test_behind_a_wrong_line_the_change_is_one_for_the_first() -> None:
    text = SOFTMAX + "d(s[k], z[m]) = s[k] (1 - s[m])\n  = s[k] - s[k] s[m] + s[k]"
    last = proofread(text).lines[-1]
    assert last.verdict == "refuted"
    mended = last.repair.rpartition(": ")[2]
    assert proofread(SOFTMAX + mended).lines[-1].verdict in ("proved", "tested")


NEEDS = [
    ("log(x^2) = 2 log x", "needs x > 0"),
    ("sqrt(x^2) = x", "needs x > 0"),
    ("log(a b) = log a + log b", "needs"),
]


@pytest.mark.parametrize(("line", "says"), NEEDS)
def test_a_line_that_rests_on_a_sign_says_so(line: str, says: str) -> None:
    (found,) = proofread(line).lines
    assert found.verdict in ("proved", "tested")
    assert says in found.why or found.verdict == "proved"


FAULTS = [
    r"$P_a = \frac{e^{q_i / T}}{\sum_i e^{q_i / T}}$",
    r"$S_k = \frac{e^{a_n}}{\sum_n e^{a_n}}$",
]


@pytest.mark.parametrize("text", FAULTS)
def test_a_stray_index_is_a_fault(text: str) -> None:
    (found,) = proofread(text).lines
    assert found.verdict == "refuted"
    assert "free on the right" in found.why


def test_a_letter_that_runs_nowhere_may_be_a_label() -> None:
    found = proofread(r"$J_{s} = \frac{(x_{in} - x_{out})^2}{2}$").lines
    assert {line.verdict for line in found} <= {"given", "unread"}


SUMMED_OR_FIXED = [
    r"$z_k = w_{kj} x_j$",
    r"$\ell_i = -\log p_{iy}$",
]


@pytest.mark.parametrize("text", SUMMED_OR_FIXED)
def test_an_index_that_may_be_summed_or_fixed_is_no_fault(text: str) -> None:
    assert {line.verdict for line in proofread(text).lines} <= {"unread"}


SIGMOID = r"Let $n = \beta \phi$, $h = \sigma(n)$ and $E = \frac12 (h - t)^2$. "
CHAIN_RULES = {  # a wrong line, and what is said to mend it
    r"\frac{\partial E}{\partial \beta} = \frac{\partial E}{\partial n}": r"\phi",
    r"\frac{\partial E}{\partial \phi} = -\frac{\partial E}{\partial n} \beta": "the sign",
}


@pytest.mark.parametrize("line", CHAIN_RULES)
def test_a_repair_does_not_say_that_a_derivative_is_itself(line: str) -> None:
    (wrong,) = proofread(SIGMOID + f"$${line}$$").lines
    assert wrong.verdict == "refuted"
    assert CHAIN_RULES[line] in wrong.repair_latex
    asked, _, repaired = wrong.repair_latex.rpartition(": ")[2].strip("$").partition(" = ")
    assert asked not in repaired
    assert r"\frac{\partial E}{\partial n}" in repaired


def test_a_factor_below_the_line_is_put_to_those_that_stand_there() -> None:
    text = (
        r"Let $L = -t \log y - (1 - t) \log(1 - y)$. "
        r"$$\frac{\partial L}{\partial y} = \frac{y - t}{1 - y}$$"
    )
    (wrong,) = proofread(text).lines
    assert wrong.repair_latex.endswith(r"= \frac{y - t}{y (1 - y)}$")
