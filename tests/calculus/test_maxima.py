"""The largest of a range: its value, its derivative where it is attained once, and its writing."""

from __future__ import annotations

import pytest

import gory
from gory.notation import Paper, read_expression, read_expressions, to_latex, to_plain
from gory.verify import evaluate

ONE_HOT = [  # text, of, wrt, result
    ("", "max_k a[k]", "a[m]", "[m = argmax_k a[k]]"),
    ("", "min_k a[k]", "a[m]", "[m = argmax_k (-a[k])]"),
    ("", "(max_k a[k])^2", "a[m]", "2 [m = argmax_k a[k]] max_k a[k]"),
    ("", "max_k (a[k] - b)", "b", "-1"),
    ("", "max_k abs(a[k])", "a[m]", "[m = argmax_k abs(a[k])] sign(a[m])"),
    ("", "max_k sum_j W[k,j] x[j]", "W[m,l]", "[m = argmax_k sum_j W[k,j] x[j]] x[l]"),
    ("", "sum_k [k = argmax_c a[c]] b[k]", "b[m]", "[m = argmax_k a[k]]"),
    ("K = 3\nL = max_k s[k]", "L", "s[2]", "[2 = argmax_k s[k]]"),
    (
        "L[y] = max(0, max_{j != y} s[j] - s[y] + D)",
        "L[y]",
        "s[m]",
        "[max_{j != y} s[j] + D > s[y]] ([m = argmax_{j != y} s[j]] - delta[y,m])",
    ),
    (
        "L[y] = max(0, max_{j != y} (s[j] - s[y] + D))",
        "L[y]",
        "s[m]",
        "[max_{j != y} s[j] + D > s[y]] ([m = argmax_{j != y} s[j]] - delta[y,m])",
    ),
]


@pytest.mark.parametrize(("text", "of", "wrt", "result"), ONE_HOT)
def test_the_slope_of_a_maximum_is_that_of_its_largest_entry(
    text: str, of: str, wrt: str, result: str
) -> None:
    derivation = gory.read(text).derive(of, wrt)
    assert str(derivation.result) == result
    assert derivation.verdict == "proved"


def test_a_maximum_says_that_it_is_attained_once() -> None:
    steps = gory.read("").derive("max_k a[k]", "a[m]").steps
    assert "the maximum is attained once" in [use for step in steps for use in step.uses]


def test_a_shift_by_the_maximum_changes_no_derivative_of_a_softmax() -> None:
    shifted = gory.read("index i,j,k:N\nm = max_k a[k]\nS[i] = exp(a[i] - m) / sum_k exp(a[k] - m)")
    derivation = shifted.derive("S[i]", "a[j]")
    assert str(derivation.result) == "S[i] (delta[i,j] - S[j])"
    assert derivation.matrix_form == "diag(S) - S Sᵀ"
    assert derivation.verdict == "proved"


def test_cases_know_the_entry_that_is_left_out() -> None:
    hinge = gory.read("L[y] = max(0, max_{j != y} s[j] - s[y] + D)")
    sections = hinge.derive("L[y]", "s[m]", style="cases").sections
    by_title = {str(section.title): str(section.result) for section in sections}
    assert by_title["Case y = m"] == "-[max_{j != y} s[j] + D > s[y]]"
    assert by_title["Case y != m"] == "[m = argmax_{j != y} s[j]] [max_{j != y} s[j] + D > s[y]]"


@pytest.mark.parametrize(
    ("values", "largest"), [([1, 5, 2], 5), ([3, 3, 1], 3), ([-1, -2, -2], -1), ([7], 7)]
)
def test_the_value_is_the_largest_entry_ties_included(values: list[float], largest: float) -> None:
    (expr,), paper = read_expressions(Paper(), ["max_k a[k]"])
    assert evaluate(paper, expr, {"a": values}) == largest


def test_the_first_of_several_largest_is_the_one() -> None:
    (expr,), paper = read_expressions(Paper(), ["[m = argmax_k a[k]]"])
    assert evaluate(paper, expr, {"a": [1, 3, 3]}) == [0, 1, 0]


def test_what_is_left_out_does_not_count() -> None:
    (expr,), paper = read_expressions(Paper(), ["max_{k != y} s[k]"])
    assert evaluate(paper, expr, {"s": [1, 5, 2]}) == [5, 2, 5]


WRITTEN = [
    ("max_k a[k]", r"\max_k a_k"),
    ("max_{k != y} s[k]", r"\max_{k \ne y} s_k"),
    ("[m = argmax_c a[c]]", r"\mathbf{1}[m = \arg\max_c a_c]"),
    ("2 max_k (a[k] - b) + 1", r"2 \max_k (a_k - b) + 1"),
    ("log max_j z[i,j]", r"\log \max_j z_{ij}"),
    ("sum_k [k = argmax_c a[c]] b[k]", r"\sum_k \mathbf{1}[k = \arg\max_c a_c] b_k"),
]


@pytest.mark.parametrize(("text", "latex"), WRITTEN)
def test_a_maximum_is_written_as_it_was_read(text: str, latex: str) -> None:
    expr = read_expression(text)
    assert (to_plain(expr), to_latex(expr)) == (text, latex)
    assert read_expression(to_plain(expr)) == expr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max(a)", "max_k a[k]"),
        ("max_{i,k} a[i,k]", "runs over one index"),
        ("max_k b", "does not have its index"),
    ],
)
def test_a_maximum_that_is_not_read_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(gory.NotationError, match=said.replace("[", r"\[").replace("]", r"\]")):
        read_expression(text)


@pytest.mark.parametrize(
    "line",
    [
        "d(max_k a[k], a[m]) = [m = argmax_k a[k]]",
        "m = max_k a_k\nS_i = exp(a_i - m) / sum_k exp(a_k - m)\ndS_i/da_j = S_i (delta_ij - S_j)",
    ],
)
def test_a_maximum_in_a_text_is_read_and_proved(line: str) -> None:
    checked = gory.proofread(line).derivations[-1].lines[-1]
    assert checked.verdict == "proved"
