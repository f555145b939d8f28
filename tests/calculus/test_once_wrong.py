"""Inputs that once gave a wrong line, a crash or no end."""

from __future__ import annotations

import pytest

import gory
from gory.notation import read_expressions
from gory.verify import Prover, evidence

SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])"

ANSWERS = [
    # a fact about the variable holds at a point, not around it: no use before the last derivative
    ("given sum_k y[k] = 1\nJ = (sum_k y[k])^2", "J", ["y[m]", "y[n]"], "2"),
    ("given x = 1\nJ = x^3", "J", ["x", "x"], "6"),
    ("given sum_k y[k] = 1\nf = sum_k y[k]\nJ = f^2", "J", ["y[m]", "y[n]"], "2"),
    ("given x = 1\nf = x^2", "f^2", ["x", "x"], "12"),
    # two deltas in one term
    ("", "A[m,m] (b + A[k,k])", ["A[m,l]"], "delta[m,l] (delta[m,k] A[m,m] + b + A[k,k])"),
    # the question is the variable
    ("", "x", ["x"], "1"),
    ("", "A[i,j]", ["A[j,i]"], "delta[i,j]"),
    ("", "x y", ["x", "y"], "1"),
    # the question has derivatives of its own
    ("", "d(x^3, x)", ["x"], "6 x"),
    ("", "d(sum_k z[k]^2, z[m])", ["z[n]"], "2 delta[m,n]"),
    (SOFTMAX, "d(s[k], z[m])", [], "s[k] (delta[k,m] - s[m])"),
    (SOFTMAX, "sum_k d(s[k], z[m])", [], "0"),
    # literal indices are folded too
    (SOFTMAX, "s[1]", ["z[2]"], "-s[1] s[2]"),
    (SOFTMAX, "s[k]", ["z[1]"], "s[1] (delta[1,k] - s[k])"),
    # zero behind definitions
    ("y = x a\nz = y / x", "z", ["x"], "0"),
    # large exponents
    ("", "x^1000000000000", ["x"], "1000000000000 x^999999999999"),
    ("", "(a + b)^50", ["a", "a"], "2450 (a + b)^48"),
    ("", "(a + b)^3000 / (a + b)^2999", ["a"], "1"),
    # a value that a delta switches off need not exist
    (
        "",
        "x[m] / sqrt(X[i,m] + x[k])",
        ["X[i,k]"],
        "- delta[m,k] x[m] / (2 (x[m] + X[i,m])^(3/2))",
    ),
]


@pytest.mark.parametrize(("text", "of", "wrt", "expected"), ANSWERS)
def test_the_answer_is_right_now(text: str, of: str, wrt: list[str], expected: str) -> None:
    derivation = gory.read(text).derive(of, *wrt)
    (*_, wanted), paper = read_expressions(gory.read(text), [of, *wrt, expected])
    facts = frozenset(fact.text for fact in paper.facts)
    assert derivation.verdict == "proved"
    assert Prover(paper).prove(derivation.result, wanted, facts)
    assert evidence(paper, derivation.result, wanted).equal is True


@pytest.mark.parametrize(
    "of",
    ["x / 0", "log(0) x", "x / (y - y)", "log(x - x)", "(x - x)^-1", "0^x", "log(x - x) / x"],
)
def test_what_has_no_value_anywhere_is_refused(of: str) -> None:
    with pytest.raises(gory.DerivationError, match="no value"):
        gory.read("").derive(of, "x")


def test_a_delta_is_no_denominator() -> None:
    with pytest.raises(gory.DerivationError, match="delta"):
        gory.read("").derive("x[k] / delta[k,m]", "x[n]")


def test_a_direction_needs_a_variable() -> None:
    with pytest.raises(gory.DerivationError, match="needs a variable"):
        gory.read("").derive("x^3", along="v")


def test_a_product_with_a_direction_keeps_the_free_letter_of_the_question() -> None:
    derivation = gory.read(SOFTMAX).derive("s[k]", "z[k]", along="v[k]")
    assert str(derivation.result) == "s[k] (v[k] - sum_c s[c] v[c])"


def test_an_index_out_of_its_range_is_refused() -> None:
    with pytest.raises(gory.NotationError, match="7"):
        gory.read("index k:K\nK = 3").derive("sum_k x[k]", "x[7]")


FACT_OF_THE_VARIABLE = "given sum_k y[k] = 1\nf[m] = a[m] sum_k y[k]"


def test_a_fact_about_the_variable_may_be_used_in_the_last_line() -> None:
    derivation = gory.read(FACT_OF_THE_VARIABLE).derive("f[m]^2", "y[n]")
    (asked,), paper = read_expressions(gory.read(FACT_OF_THE_VARIABLE), ["d(f[m]^2, y[n])"])
    assert evidence(paper, asked, derivation.result).equal is True
