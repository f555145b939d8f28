"""Inputs on which other systems are known to fail: wrong letters, lost terms, silent zeros."""

from __future__ import annotations

import pytest
from tests.verify._mutants import mutants

import gory
from gory.notation import read_expressions, to_plain
from gory.verify import Prover, evidence

SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])"
LAYER = """
h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
given sum_k y[i,k] = 1
"""
SIGMA = """
index i:N j:D
a[i] = sum_j w[j] x[i,j]
A = - sum_i (t[i] log sigmoid(a[i]) + (1 - t[i]) log(1 - sigmoid(a[i])))
B = sum_i (softplus(a[i]) - t[i] a[i])
C = sum_i (log(1 + exp(a[i])) - t[i] a[i])
"""


def same(text: str, question: list[str], derivation: gory.Derivation, expected: str) -> bool:
    """Whether a result equals what is expected, by proof and in numbers."""
    (*_, wanted), paper = read_expressions(gory.read(text), [*question, expected])
    facts = frozenset(fact.text for fact in paper.facts)
    proved = Prover(paper).prove(derivation.result, wanted, facts) != ""
    return proved and evidence(paper, derivation.result, wanted).equal is True


DERIVATIVES = [
    ("a bound index has the letter of the variable", "", "sum_c exp(z[c])", "z[c]", "exp(z[c])"),
    ("... in a quotient", SOFTMAX, "exp(z[c]) / sum_c exp(z[c])", "z[c]", "s[c] (1 - s[c])"),
    ("a sum over the whole range holds the variable", "", "sum_c exp(z[c])", "z[m]", "exp(z[m])"),
    ("an array by itself is a delta", "", "z[k]", "z[m]", "delta[k,m]"),
    ("softmax", SOFTMAX, "s[k]", "z[m]", "s[k] (delta[k,m] - s[m])"),
    ("softmax at one place", SOFTMAX, "s[k]", "z[k]", "s[k] (1 - s[k])"),
    (
        "softmax written out",
        SOFTMAX,
        "exp(z[k]) / sum_c exp(z[c])",
        "z[m]",
        "s[k] (delta[k,m] - s[m])",
    ),
    ("a logarithm of a sum", SOFTMAX, "log sum_c exp(z[c])", "z[m]", "s[m]"),
    (
        "residuals keep their sum",
        "",
        "sum_i (y[i] - w x[i])^2",
        "w",
        "-2 sum_i (y[i] - w x[i]) x[i]",
    ),
    ("an unused index counts", "index i:N k:K", "sum_{i,k} x[i]^2", "x[n]", "2 K x[n]"),
    ("inner sums stay inside", "", "sum_i exp(sum_j A[i,j])", "A[m,n]", "exp(sum_j A[m,j])"),
    ("a delta beside several terms", "", "sum_k (x[k] + y[k]) x[k]", "x[m]", "2 x[m] + y[m]"),
    ("a diagonal", "", "sum_i A[i,i]^2", "A[m,n]", "2 delta[m,n] A[m,m]"),
    ("both letters of the variable are bound", "", "sum_{m,n} A[m,n]^2", "A[n,m]", "2 A[n,m]"),
    ("nested sums with one letter", "", "sum_i x[i] sum_i x[i]", "x[i]", "2 sum_j x[j]"),
    ("exp of exp", "", "exp(exp(x))", "x", "exp(exp(x)) exp(x)"),
]


@pytest.mark.parametrize(
    ("text", "of", "wrt", "expected"),
    [row[1:] for row in DERIVATIVES],
    ids=[row[0] for row in DERIVATIVES],
)
def test_the_right_derivative_comes_out(text: str, of: str, wrt: str, expected: str) -> None:
    derivation = gory.read(text).derive(of, wrt)
    assert derivation.verdict == "proved"
    assert same(text, [of, wrt], derivation, expected)


SIMPLIFIED = [
    ("sums with different letters", "", "sum_i x[i] - sum_j x[j]", "0"),
    ("values of softmax add up", "", "sum_k (exp(z[k]) / sum_c exp(z[c]))", "1"),
    ("... by name", SOFTMAX, "sum_k s[k]", "1"),
    ("rows of its Jacobian add up", SOFTMAX, "sum_k s[k] (delta[k,m] - s[m])", "0"),
    ("a delta picks a term", "", "sum_c delta[c,m] exp(z[c])", "exp(z[m])"),
    ("a quotient of equals", "", "(x - y) / (x - y)", "1"),
    ("a delta picks from several terms", "", "sum_c delta[c,m] (f[c] + g[c])", "f[m] + g[m]"),
]


@pytest.mark.parametrize(
    ("text", "of", "expected"), [row[1:] for row in SIMPLIFIED], ids=[row[0] for row in SIMPLIFIED]
)
def test_the_simplest_form_is_found(text: str, of: str, expected: str) -> None:
    derivation = gory.read(text).derive(of)
    assert to_plain(derivation.result) == expected
    assert derivation.verdict == "proved"


def test_a_score_inside_an_exponential_stays_linear() -> None:
    derivation = gory.read(LAYER).derive("h[i,k]", "theta[m,n]")
    exponents = {line.count("exp(sum_j") for line in map(str, (s.after for s in derivation.steps))}
    assert max(exponents) >= 2
    assert str(derivation.result) == "h[i,k] (delta[k,m] - h[i,m]) x[i,n]"


@pytest.mark.parametrize("wrt", [["w[n]"], ["w[n]", "w[q]"]], ids=["gradient", "Hessian"])
def test_all_spellings_of_a_loss_have_one_derivative(wrt: list[str]) -> None:
    paper = gory.read(SIGMA)
    results = {str(paper.derive(name, *wrt).result) for name in ("A", "B", "C")}
    assert len(results) == 1


@pytest.mark.parametrize(
    "loss",
    [
        "- sum_k y[k] log s[k]",
        "- sum_k y[k] (z[k] - log sum_c exp(z[c]))",
        "log sum_c exp(z[c]) - sum_k y[k] z[k]",
        "- sum_k y[k] log(exp(z[k]) / sum_c exp(z[c]))",
        "sum_k y[k] log sum_c exp(z[c] - z[k])",
    ],
)
def test_all_spellings_of_cross_entropy_end_in_the_same_line(loss: str) -> None:
    derivation = gory.read(f"index k,c:K\n{SOFTMAX}\ngiven sum_k y[k] = 1").derive(loss, "z[m]")
    assert str(derivation.result) == "s[m] - y[m]"


UNCERTAIN = ["(x^2)^(1/2)", "log(x^2)", "sqrt(x^2 y^2)", "log(x y)"]


@pytest.mark.parametrize("text", UNCERTAIN)
def test_roots_and_logarithms_are_kept_where_the_sign_is_unknown(text: str) -> None:
    paper = gory.read("")
    (expr,), read = read_expressions(paper, [text])
    assert evidence(read, expr, paper.derive(text).result).equal is True


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("index d:D k:K\nr = sum_k delta[d,k] z[k]", "delta"),
        ("index i:N k:K\nr = sum_{i,k} x[i] x[k]", "x[k]"),
        ("index i:N k:K\nf[i] = a[i]\nr = sum_k f[k]", "f[k]"),
    ],
)
def test_indices_of_different_ranges_do_not_meet(text: str, place: str) -> None:
    with pytest.raises(gory.NotationError, match=r"(?s)cannot run over.*\^") as caught:
        gory.read(text)
    assert place in str(caught.value)


def test_every_mistake_in_the_softmax_jacobian_is_refuted() -> None:
    paper = gory.read(SOFTMAX)
    (asked, closed), paper = read_expressions(paper, ["d(s[k], z[m])", "s[k] (delta[k,m] - s[m])"])
    found = [evidence(paper, asked, wrong).equal for _, wrong in mutants(closed, paper)]
    assert len(found) >= 6
    assert set(found) == {False}
