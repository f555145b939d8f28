"""Domains, facts, kinks, counterexamples."""

from __future__ import annotations

from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gory.notation import Expr, free_indices, read_expressions, read_paper
from gory.verify import Evidence, evaluate, evidence, needs_fact
from gory.verify._points import MOST_UNMET, place


def line(text: str, left: str, right: str) -> Evidence:
    """The evidence for ``left = right`` in the setting of a text."""
    (a, b), paper = read_expressions(read_paper(text), [left, right])
    return evidence(paper, a, b)


RIGHT = [
    ("", "exp(a + b)", "exp(a) exp(b)"),
    ("", "exp(exp(a)) exp(-exp(a))", "1"),
    ("", "sqrt(exp(a))", "exp(a / 2)"),
    ("", "(exp(a))^(1/3)", "exp(a / 3)"),
    ("", "tanh a", "2 sigmoid(2 a) - 1"),
    ("", "softplus(a) - softplus(-a)", "a"),
    ("", "log(1 - sigmoid(a))", "- softplus(a)"),
    ("", "sin(a)^2 + cos(a)^2", "1"),
    ("", "d(sin(a^2), a)", "2 a cos(a^2)"),
    ("", "relu(a) - relu(-a)", "a"),
    ("", "abs(a)", "a ([a > 0] - [a < 0])"),
    ("", "d(relu(a), a)", "[a > 0]"),
    ("", "sqrt(a^2)", "abs(a)"),
    ("", "d(p^g, p)", "g p^(g - 1)"),
    ("", "d(p^g, g)", "p^g log p"),
    ("", "d(d(exp(a b), a), b)", "(1 + a b) exp(a b)"),
    ("", "(x - y) / (x - y)", "1"),
    ("", "sum_i x[i] - sum_j x[j]", "0"),
    ("", "sum_j inv(A)[i,j] A[j,k]", "delta[i,k]"),
    ("", "d(logdet(A), A[i,j])", "inv(A)[j,i]"),
    ("", "d(det(A), A[i,j])", "det(A) inv(A)[j,i]"),
    ("", "d(inv(A)[i,j], A[k,l])", "- inv(A)[i,k] inv(A)[l,j]"),
    ("", "d(logdet(A), A[i,j], A[k,l])", "- inv(A)[j,k] inv(A)[l,i]"),
    ("", "d(tr(A), A[i,j])", "delta[i,j]"),
    ("C[i,j] = sum_k B[i,k] B[j,k]", "inv(C)[i,j]", "inv(C)[j,i]"),
    ("", "a", "log(exp(a))"),
    ("", "a / 100", "log(exp(100 a)) / 10000"),
    ("", "a b / b", "a"),
    ("index i:N", "sum_i a - N a", "0"),
    ("index r,c:K", "sum_r sum_{c >= r} a[r] b[c]", "sum_{r,c} a[r] b[c] [r <= c]"),
    ("K = 3", "sum_k x[k]", "x[1] + x[2] + x[3]"),
    ("index k:K\nK = 0..2", "sum_k x[k]", "x[0] + x[1] + x[2]"),
    ("h = a b\nJ = h^2 + a", "d(J, h)", "2 h"),
    ("h = a b\nJ = h^2 + a", "d(J, a)", "2 h b + 1"),
    ("h = a b\nJ = h^2 + a", "d(J, a)", "d(J, h) d(h, a) + 1"),
]

WRONG = [
    ("", "exp(a b)", "exp(a) exp(b)"),
    ("", "sqrt(a^2)", "a"),
    ("", "log(a^2)", "2 log a"),
    ("", "log(a b)", "log(a) + log(b)"),
    ("", "abs(a + b)", "abs(a) + abs(b)"),
    ("", "d(logdet(A), A[i,j])", "inv(A)[i,j]"),
    ("", "inv(A)[i,i]", "1 / A[i,i]"),
    ("", "det(A)", "1 / det(A)"),
    ("", "a", "a / (1 - 1)"),
    ("", "a + b", "a log(1 - 1) + b"),
    ("given b = 0", "a", "a b / b"),
    ("", "d(relu(a), a)", "1"),
    ("", "x[i] x[j]", "x[i]^2"),
    ("", "delta[k,m] x[m]", "x[k]"),
    ("", "sum_k s[k]", "1"),
    ("index r,c:K", "sum_r sum_{c >= r} a[r] b[c]", "sum_{r,c} a[r] b[c]"),
    ("h = a b\nJ = h^2 + a", "d(J, a)", "d(J, h) d(h, a)"),
    ("s[k] = exp(z[k]) / sum_c exp(z[c])", "d(s[k], z[m])", "0"),
]


@pytest.mark.parametrize(("text", "left", "right"), RIGHT)
def test_a_right_line_is_accepted(text: str, left: str, right: str) -> None:
    assert line(text, left, right).equal is True


@pytest.mark.parametrize(("text", "left", "right"), WRONG)
def test_a_wrong_line_is_refuted_with_a_point(text: str, left: str, right: str) -> None:
    found = line(text, left, right)
    assert found.equal is False
    assert found.counterexample is not None


FACTS = [
    ("given sum_k y[k] = 1", "sum_k y[k] a", "a"),
    ("given sum_k p[k] = 1", "sum_k p[k] (log p[k] - b)", "sum_k p[k] log p[k] - b"),
    ("given A[i,j] = A[j,i]", "sum_j (A[m,j] + A[j,m]) x[j]", "2 sum_j A[m,j] x[j]"),
    ("given A[i,j] = - A[j,i]", "A[i,i]", "0"),
    ("given A[i,j] = A[j,i]", "inv(A)[i,j]", "inv(A)[j,i]"),
    ("given x > 0", "log(x^2)", "2 log x"),
    ("given 0 < x", "sqrt(x^2)", "x"),
    ("given x >= 0", "abs(x)", "x"),
    ("given x < 0", "abs(x)", "-x"),
    ("given x > 1", "abs(x - 1)", "x - 1"),
    ("given x[i,1] = 1", "sum_i x[i,1]", "N"),
    ("given y[k]^2 = y[k]", "y[k]^3", "y[k]"),
    ("given y[k]^2 = y[k]\ngiven sum_k y[k] = 1", "(sum_k y[k] a[k])^2", "sum_k y[k] a[k]^2"),
    ("given t^2 = 1", "1 / t", "t"),
    ("given sum_k a[k] y[k] = 2", "sum_k a[k] y[k] b", "2 b"),
    ("given sum_i x[i,j] = 0", "sum_{i,j} x[i,j]", "0"),
    (
        "index i,j:N\ngiven sum_i P[i,j] = 1\ngiven sum_j P[i,j] = 1",
        "(sum_i P[i,n]) sum_j P[m,j]",
        "1",
    ),
    ("given sum_j u[j]^2 = 1", "sum_j 3 u[j] u[j]", "3"),
    ("given a b = 1", "1 / a", "b"),
    ("given sum_k y[i,k] = n[i]", "sum_i sum_k y[i,k]", "sum_i n[i]"),
]


@pytest.mark.parametrize(("fact", "left", "right"), FACTS)
def test_a_line_that_rests_on_a_fact_is_true_with_it_and_false_without(
    fact: str, left: str, right: str
) -> None:
    (a, b), paper = read_expressions(read_paper(fact), [left, right])
    assert evidence(paper, a, b).equal is True
    assert needs_fact(paper, a, b, paper.facts[-1])


@pytest.mark.parametrize(("fact", "left", "right"), FACTS)
def test_a_fact_makes_nothing_else_true(fact: str, left: str, right: str) -> None:
    (a, b), paper = read_expressions(read_paper(fact), [left, f"({right}) + 1"])
    assert evidence(paper, a, b).equal is False


@pytest.mark.parametrize(("fact", "left", "right"), FACTS)
def test_a_line_that_is_true_anyway_needs_no_fact(fact: str, left: str, right: str) -> None:
    (a, b), paper = read_expressions(read_paper(fact), [f"({left}) - ({left})", "0"])
    assert not any(needs_fact(paper, a, b, one) for one in paper.facts)


def test_facts_that_cannot_hold_leave_the_line_untested() -> None:
    found = line("given a = 1\ngiven a = 2", "a b", "b")
    assert found.equal is None
    assert "a = 1; a = 2" in found.how


def test_a_line_without_a_value_anywhere_is_untested() -> None:
    found = line("", "log(-(a^2)) b", "c")
    assert found.equal is None
    assert "logarithm" in found.how


def test_a_fact_about_other_arrays_does_not_stand_in_the_way() -> None:
    assert line("given b = 1\ngiven b = 2", "a a", "a^2").equal is True


def test_a_counterexample_can_be_followed_by_hand() -> None:
    found = line("s[k] = exp(z[k]) / sum_c exp(z[c])", "s[k] s[m]", "s[k]^2")
    assert found.counterexample is not None
    assert found.counterexample["sizes"] == {"K": 2}
    assert sorted(found.counterexample["indices"]) == ["k", "m"]
    numbers = found.counterexample["values"]["z"]
    assert all(isinstance(number, int) and 1 <= abs(number) <= 3 for number in numbers)


@pytest.mark.parametrize(("text", "left", "right"), WRONG)
def test_a_counterexample_shows_the_difference_when_it_is_put_in(
    text: str, left: str, right: str
) -> None:
    (a, b), paper = read_expressions(read_paper(text), [left, right])
    found = evidence(paper, a, b)
    assert found.counterexample is not None
    point = {"values": found.counterexample["values"], "sizes": found.counterexample["sizes"]}
    assert component(evaluate(paper, a, **point), found, a) == pytest.approx(found.left)
    if found.right is not None:
        assert component(evaluate(paper, b, **point), found, b) == pytest.approx(found.right)


def component(values: Any, found: Evidence, expr: Expr) -> float:
    """The entry of an evaluated expression that a counterexample speaks of."""
    assert found.counterexample is not None
    for index in sorted(free_indices(expr), key=lambda index: index.name):
        values = values[found.counterexample["indices"][index.name] - 1]
    return values


def test_rounding_is_not_taken_for_a_difference() -> None:
    """In floats the left side loses all its digits; decimals see that both sides agree."""
    assert line("", "(1000000000000000 + a) - 1000000000000000", "a").equal is True
    assert line("", "(1 + a / 1000000000000000) - 1", "a / 1000000000000000").equal is True


def test_a_small_difference_is_seen_beside_a_large_term() -> None:
    assert line("", "relu(a) + 10^30", "relu(a) + 10^30 + 1").equal is False
    assert line("", "relu(a) + b^30 + 0^0", "relu(a) + b^30 + 2 * 0^0").equal is False


def test_a_small_difference_is_seen() -> None:
    assert line("", "a + 1 / 1000000000000", "a").equal is False


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(0, 4))
def test_powers_of_a_binomial_expand(a: int, b: int, n: int) -> None:
    right = " + ".join(f"({a})^{n - k} ({b} x)^{k} * {comb(n, k)}" for k in range(n + 1))
    assert line("", f"(({a}) + ({b} x))^{n}", right).equal is True


def test_facts_that_cannot_hold_are_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = []

    def counted(*arguments: Any) -> Any:
        draws.append(arguments)
        return place(*arguments)

    monkeypatch.setattr("gory.verify._evidence.place", counted)
    text = "index i,j:N\ngiven sum_i P[i,j] = 1\ngiven sum_i P[i,j] = 2"
    assert line(text, "sum_i P[i,m]", "1").equal is None
    assert len(draws) <= 10 * MOST_UNMET
