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
    # no index is left that one variable does not share with another
    (
        "index k,m,p,q:K",
        "(y - inv(B)[k,m]) (K + z[2])",
        ["B[p,q]", "z[p]"],
        "delta[2,p] inv(B)[k,2] inv(B)[q,m]",
    ),
    # an exponential that is a number has no end of places in a term
    ("", "exp(0) + exp(x)^y", ["x"], "exp(x)^y y"),
    ("z[q] = sum_r W[q,r] x[r]", "sum_q exp(z[q]) + exp(0)", [], "1 + sum_q exp(z[q])"),
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


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (["sigmoid(s)", "s", "s"], "sigmoid(s) (1 - sigmoid s) (1 - 2 sigmoid s)"),
        (["4 x^2 + 4 x + 1"], "(1 + 2 x)^2"),
        (["s^2 (1 - s)^2", "s"], "2 s (1 - s) (1 - 2 s)"),
    ],
)
def test_a_polynomial_is_put_together_again(question: list[str], expected: str) -> None:
    found = gory.read("").derive(*question)
    assert (str(found.result), found.verdict) == (expected, "proved")


TWO = "h1 = exp(a) / (exp(a) + exp(b))\nh2 = exp(b) / (exp(a) + exp(b))"
LOSS = f"{TWO}\nL = -(y1 log h1 + y2 log h2)\ngiven y1 + y2 = 1"
LOGISTIC = "h = 1 / (1 + exp(-x))"
NAMED = """
index k,c,l:K
p[k] = exp(z[k]) / sum_c exp(z[c])
q[k] = (1 - eps) y[k] + eps / K
L = - sum_k q[k] log p[k]
given sum_k y[k] = 1
"""


@pytest.mark.parametrize(
    ("text", "of", "wrt", "expected"),
    [
        (TWO, "h1", "a", "h1 (1 - h1)"),
        (TWO, "h1", "b", "-h1 h2"),
        (LOSS, "L", "a", "h1 - y1"),
        (LOGISTIC, "h", "x", "h (1 - h)"),
        (NAMED, "L", "z[l]", "p[l] - q[l]"),
        (NAMED + "tau = sum_k y[k]", "- sum_k y[k] log p[k]", "z[l]", "p[l] - y[l]"),
    ],
)
def test_the_smallest_models_end_as_in_a_textbook(
    text: str, of: str, wrt: str, expected: str
) -> None:
    found = gory.read(text).derive(of, wrt)
    assert (str(found.result), found.verdict) == (expected, "proved")


def test_the_logistic_function_never_turns_its_exponential_round() -> None:
    lines = [str(step.after) for step in gory.read(LOGISTIC).derive("h", "x").steps]
    assert not any("exp(x)" in line for line in lines)


def test_equal_entries_inside_an_atom_add_up() -> None:
    paper = gory.read("S[i] = exp(a[i]) / sum_k exp(a[k])")
    assert paper.derive("sum_j abs(S[i] (delta[i,j] - S[j]))").verdict == "proved"
    left = paper.derive("sum_k delta[i,k] log(1 + x[i] x[k])")
    assert str(left.result) == "log(1 + x[i]^2)"


def test_letters_of_the_quotient_rule_are_not_those_of_the_author() -> None:
    text = gory.read("v = e1 + e2\nh1 = e1 / v").derive("h1", "e1").to_text(detail="gory")
    assert "(f / g)' = (f' g - f g') / g^2" in text
    assert "v = v" not in text
