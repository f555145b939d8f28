"""The same paper in other words, letters and orders has the same derivation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.algebra._expressions import budget, expressions
from tests.calculus._shuffling import (
    in_other_order,
    in_other_words,
    other_names,
    other_sequence,
    shape,
    with_definitions,
    words,
    written,
)
from tests.gold._problems import BY_ID, PROBLEMS, Problem

import gory
from gory.notation import Expr, Mul, Ref, read_expressions, to_plain

every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=str)
SEEDS = range(2)

# What is done to a line without derivatives depends on how the author arranged it.
TIDYING = {
    "arrange",
    "expand",
    "collect",
    "factor",
    "partial",
    "cancel",
    "split",
    "distribute",
    "join",
    "simplify",
    "contract",
}


def rules(derivation: gory.Derivation) -> list[tuple[str, ...]]:
    """The first words of all rules, section by section: the rest is made of names."""
    return [tuple(step.rule.split()[0] for step in s.steps) for s in derivation.sections]


def rules_of_calculus(derivation: gory.Derivation) -> Counter[str]:
    found: Iterable[str] = (rule for section in rules(derivation) for rule in section)
    return Counter(rule for rule in found if rule not in TIDYING)


def derived_in_other_words(
    text: str, of: str, wrt: list[str], seed: int
) -> tuple[dict[str, str], gory.Derivation]:
    by = other_names(words(text, of, *wrt), Random(seed))
    paper = gory.read(in_other_words(text, by))
    return by, paper.derive(*(in_other_words(one, by) for one in (of, *wrt)))


def assert_same_lines(one: gory.Derivation, other: gory.Derivation, by: dict[str, str]) -> None:
    assert rules(one) == rules(other)
    for ours, theirs in zip(one.steps, other.steps, strict=True):
        assert shape(ours.after, by) == shape(theirs.after), f"{ours.rule}: {ours.after}"


@every_problem
@pytest.mark.parametrize("seed", SEEDS)
def test_other_names_and_letters_give_the_same_lines(problem: Problem, seed: int) -> None:
    by, other = derived_in_other_words(problem.text, problem.of, list(problem.wrt), seed)
    assert_same_lines(problem.derivation, other, by)


@every_problem
@pytest.mark.parametrize("seed", SEEDS)
def test_another_order_of_terms_and_factors_gives_the_same_result(
    problem: Problem, seed: int
) -> None:
    random = Random(seed)
    bodies = [
        written(one, lambda body: in_other_order(body, random))
        for one in problem.paper.definitions.values()
    ]
    (of,), _ = read_expressions(problem.paper, [problem.of])
    paper = gory.read(with_definitions(problem.text, bodies))
    other = paper.derive(to_plain(in_other_order(of, random)), *problem.wrt)
    first = shape(problem.derivation.result, unordered=True)
    assert shape(other.result, unordered=True) == first
    assert other.verdict == "proved"
    assert rules_of_calculus(other) == rules_of_calculus(problem.derivation)


MANY = [problem for problem in PROBLEMS if len(problem.paper.definitions) > 1]


@pytest.mark.parametrize("problem", MANY, ids=str)
@pytest.mark.parametrize("seed", SEEDS)
def test_another_order_of_definitions_gives_the_same_result(problem: Problem, seed: int) -> None:
    definitions = [written(one) for one in other_sequence(problem.paper, Random(seed))]
    paper = gory.read(with_definitions(problem.text, definitions))
    other = paper.derive(problem.of, *problem.wrt)
    first = shape(problem.derivation.result, unordered=True)
    assert shape(other.result, unordered=True) == first
    assert rules_of_calculus(other) == rules_of_calculus(problem.derivation)


UNRELATED = "unrelated = alone^2\nothers[u0] = alone exp(apart[u0])"


@every_problem
def test_definitions_of_other_things_change_nothing(problem: Problem) -> None:
    paper = gory.read(f"{problem.text}\n{UNRELATED}")
    other = paper.derive(problem.of, *problem.wrt)
    assert_same_lines(problem.derivation, other, {})


DUMMIES = [
    ("softmax-regression-gradient", ["theta[k,j]"], {"m": "k", "n": "j"}),
    ("softmax-regression-gradient", ["theta[c,j]"], {"m": "c", "n": "j"}),
    (
        "softmax-regression-hessian",
        ["theta[k,j]", "theta[c,n]"],
        {"m": "k", "n": "j", "p": "c", "q": "n"},
    ),
    ("softmax-jacobian", ["z[c]"], {"m": "c"}),
    ("logsumexp", ["z[c]"], {"m": "c"}),
    ("ce", ["z[k]"], {"m": "k"}),
    ("least-squares", ["w[j]"], {"n": "j"}),
    ("quadratic", ["x[i]"], {"m": "i"}),
    ("quadratic-hessian", ["x[j]", "x[i]"], {"m": "j", "n": "i"}),
    ("batchnorm-backward", ["x[i,j]"], {"a": "i", "b": "j"}),
    ("attention-V", ["V[j,d]"], {"r": "j", "g": "d"}),
    ("attention-Q", ["Q[i,e]"], {"a": "i", "b": "e"}),
    ("gmm-means", ["mu[k,d]"], {"m": "k", "n": "d"}),
    ("crf-unary", ["v[b]"], {"m": "b"}),
    ("crf-unary", ["v[a]"], {"m": "a"}),
    ("infonce-sim", ["s[i,j]"], {"a": "i", "b": "j"}),
]


@pytest.mark.parametrize(("name", "wrt", "by"), DUMMIES)
def test_the_letters_of_the_variable_may_be_letters_of_sums(
    name: str, wrt: list[str], by: dict[str, str]
) -> None:
    problem = BY_ID[name]
    other = gory.read(problem.text).derive(problem.of, *wrt)
    expected = shape(problem.derivation.result, by, unordered=True)
    assert shape(other.result, unordered=True) == expected
    assert other.verdict == "proved"


def test_a_renamed_bound_letter_is_a_line_of_its_own() -> None:
    derivation = gory.read("").derive("sum_c exp(z[c])", "z[c]")
    renaming = derivation.steps[0]
    assert renaming.rule == "rename bound indices"
    assert "the bound c is not the c of the variable" in renaming.note


@budget(12)
@given(expressions(depth=3, kinks=False), st.integers(0, 1000))
def test_a_random_function_in_other_words_has_the_same_lines(expr: Expr, seed: int) -> None:
    text = "index i,j,n:N k,m,c,l:K\ngiven p > 0\ngiven q[k] > 0"
    of = to_plain(Mul((Ref("a"), expr)))
    one = gory.read(text).derive(of, "a")
    by, other = derived_in_other_words(text, of, ["a"], seed)
    assert_same_lines(one, other, by)
