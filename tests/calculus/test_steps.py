"""The chain of lines: no gap, nothing unreadable, lemmas derived once."""

from __future__ import annotations

import pytest
from tests.gold._problems import BY_ID, PROBLEMS, Problem

import gory
from gory.calculus import Section
from gory.notation import D, Expr, Paper, Ref, free_indices, read_expressions, to_plain, walk

every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=str)


def lines(section: Section) -> list[Expr]:
    return [section.left, *(step.after for step in section.steps)]


def read_in(paper: Paper, question: list[str], text: str) -> Expr:
    """Read a printed line in the setting of its question, in which ranges have their names."""
    _, setting = read_expressions(paper, question)
    return read_expressions(setting, [text])[0][0]


@every_problem
def test_every_line_starts_where_the_one_before_it_ended(problem: Problem) -> None:
    for section in problem.derivation.sections:
        here = section.left
        for step in section.steps:
            assert step.before == here
            assert step.after != step.before
            here = step.after
        assert section.result == here


@every_problem
def test_the_last_section_starts_from_the_question_and_ends_in_the_answer(problem: Problem) -> None:
    derivation = problem.derivation
    asked = derivation.sections[-1].left
    if len(derivation.wrt) == 1:
        assert asked == D(derivation.of, derivation.wrt[0])
    assert derivation.sections[-1].result == derivation.result


@every_problem
def test_every_printed_line_is_read_back_as_it_was(problem: Problem) -> None:
    question = [problem.of, *problem.wrt]
    for section in problem.derivation.sections:
        for line in lines(section):
            assert read_in(problem.paper, question, to_plain(line)) == line


@every_problem
def test_no_line_has_a_free_index_that_its_start_has_not(problem: Problem) -> None:
    for section in problem.derivation.sections:
        for line in lines(section):
            assert free_indices(line) <= free_indices(section.left)


@every_problem
def test_no_derivative_is_left_in_a_result(problem: Problem) -> None:
    for section in problem.derivation.sections:
        assert not any(isinstance(node, D) for node in walk(section.result))


@every_problem
def test_every_step_has_a_name_and_no_name_is_repeated_in_it(problem: Problem) -> None:
    for step in problem.derivation.steps:
        names = step.rule.split(", ")
        assert all(names)
        assert len(set(step.uses)) == len(step.uses)


@every_problem
def test_a_definition_is_differentiated_in_one_lemma_only(problem: Problem) -> None:
    lefts = [s.left for s in problem.derivation.sections if s.title.startswith("Lemma")]
    pairs = [
        (left.body.name, left.wrt.name)
        for left in lefts
        if isinstance(left, D) and isinstance(left.body, Ref)
    ]
    assert len(set(pairs)) == len(pairs)


@every_problem
def test_a_lemma_stands_before_the_line_that_uses_it(problem: Problem) -> None:
    known: set[str] = set()
    for section in problem.derivation.sections:
        used = {use for step in section.steps for use in step.uses if use.startswith("Lemma")}
        assert used <= known
        known.add(section.title)


def test_a_lemma_serves_both_orders() -> None:
    derivation = BY_ID["softmax-regression-hessian"].derivation
    titles = [section.title for section in derivation.sections]
    assert titles.count("Lemma 1") == 1
    users = {s.title for s in derivation.sections for step in s.steps if "Lemma 1" in step.uses}
    assert users == {"Order 1", "Order 2"}


def test_a_lemma_serves_other_letters_of_the_same_array() -> None:
    paper = gory.read("s[k] = exp(z[k]) / sum_c exp(z[c])")
    derivation = paper.derive("s[a] s[b]", "z[m]", "z[n]")
    titles = [s.title for s in derivation.sections if s.title.startswith("Lemma")]
    assert titles == ["Lemma 1"]
    assert derivation.verdict == "proved"


def test_derivatives_by_two_arrays_take_two_lemmas() -> None:
    paper = gory.read("f[i] = sum_j w[j] x[i,j]\nJ = sum_i f[i]^2")
    derivation = paper.derive("J", "w[n]", "x[a,b]")
    lemmas = [to_plain(s.left) for s in derivation.sections if s.title.startswith("Lemma")]
    assert len(lemmas) == 2
    assert derivation.verdict == "proved"


CHAIN = "a = x^2\nb = a^2 + a\nc = b^3\nJ = c a"


def test_a_chain_of_definitions_takes_one_lemma_each() -> None:
    derivation = gory.read(CHAIN).derive("J", "x")
    lemmas = [to_plain(s.left) for s in derivation.sections if s.title.startswith("Lemma")]
    assert sorted(lemmas) == ["d(a, x)", "d(b, x)", "d(c, x)"]


UNUSED = [
    "given sum_i y[i] = 0",
    "given lam = 1",
    "given q > 0",
    "given w[j]^2 = w[j]",
]


@pytest.mark.parametrize("fact", UNUSED)
def test_a_fact_that_helps_nobody_is_not_named(fact: str) -> None:
    text = f"index i:N j,n:D\nr[i] = sum_j w[j] x[i,j] - y[i]\n{fact}"
    derivation = gory.read(text).derive("sum_i r[i]^2", "w[n]")
    assert str(derivation.result) == "2 sum_i r[i] x[i,n]"
    assert {use for step in derivation.steps for use in step.uses} & {fact[6:]} == set()


ANY_CLASS = """index k,c,l,y:K
p[k] = exp(s[k]) / sum_c exp(s[c])
L[y] = log(1 + sum_{k != y} exp(s[k] - s[y]))
"""


def test_a_denominator_that_comes_to_one_term_is_a_line_of_its_own() -> None:
    steps = gory.read(ANY_CLASS).derive("L[y]", "s[l]").steps
    (step,) = (step for step in steps if step.rule == "simplify the denominator")
    assert step.note == "1 + sum_k [k != y] exp(s[k] - s[y]) = sum_k exp(s[k] - s[y])"


def test_a_definition_that_only_names_the_result_is_given_too() -> None:
    derivation = gory.read(ANY_CLASS).derive("L[y]", "s[l]")
    assert [str(premise.left) for premise in derivation.premises] == ["p[k]", "L[y]"]


def test_only_the_letter_that_clashes_is_renamed() -> None:
    steps = gory.read("L = sum_{i,k} (z[i,k] - max_k z[i,k])").derive("L", "z[i,l]").steps
    (step,) = (step for step in steps if step.rule == "rename bound indices")
    assert str(step.after) == "d(sum_{j,k} (z[j,k] - max_k z[j,k]), z[i,l])"
    assert step.note == "the bound i is not the i of the variable"


def test_two_parts_are_put_in_by_both_their_names() -> None:
    text = "t = sum_k a[k] z[k]\nL = sum_k a[k] (z[k]^2 - t^2)"
    steps = gory.read(text).derive("L", "z[m]").steps
    assert "put in Part I and Part II" in [step.rule for step in steps]
