"""Formulas of the literature pass, every planted fault in them is refuted."""

from __future__ import annotations

import random

import pytest
from tests.gold._problems import PROBLEMS, Problem
from tests.verify._mutants import mutants
from tests.verify._torch_value import TorchValue

from gory.notation import Paper, free_indices, read_expressions, read_paper, to_plain
from gory.verify import evidence
from gory.verify._evidence import value_of
from gory.verify._floats import Floats
from gory.verify._layout import assignments, entries, layout
from gory.verify._program import Machine, Program

BY_ID = {problem.id: problem for problem in PROBLEMS}


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_a_right_answer_is_accepted_in_the_finite_field(problem: Problem) -> None:
    found = evidence(problem.paper, problem.asked, problem.closed)
    assert found.equal is True
    assert "finite field" in found.how


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_every_planted_fault_is_refuted(problem: Problem) -> None:
    missed = [
        f"{what}: {to_plain(wrong)}"
        for what, wrong in mutants(problem.closed, problem.paper)
        if evidence(problem.paper, problem.asked, wrong).equal is not False
    ]
    assert missed == []


def test_faults_of_every_kind_are_planted() -> None:
    kinds = [what for p in PROBLEMS for what, _ in mutants(p.closed, p.paper)]
    assert set(kinds) == {"number", "index", "delta", "sign", "factor", "exponent", "sum"}
    assert len(kinds) > 400


def test_a_formula_that_is_still_right_survives_the_change() -> None:
    """delta[k,m] and delta[m,k] are the same; so is the Hessian with m and p exchanged."""
    paper, asked = BY_ID["softmax-jacobian"].paper, BY_ID["softmax-jacobian"].asked
    (same,), paper = read_expressions(paper, ["s[k] (delta[m,k] - s[m])"])
    assert evidence(paper, asked, same).equal is True


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_dual_numbers_agree_with_automatic_differentiation(problem: Problem) -> None:
    program, rng = Program(problem.paper), random.Random(1)
    found = layout(program, [problem.asked])
    spans = assignments(problem.paper, found)[0]
    values = {entry: rng.uniform(0.1, 1.5) for entry in entries(found, spans)}
    env = {index.name: rng.choice(spans[index.range]) for index in free_indices(problem.asked)}
    ours = value_of(program, problem.asked, Machine(Floats(), spans, dict(values)), env)
    theirs = TorchValue(problem.paper, spans, values)(problem.asked, env)
    assert ours == pytest.approx(float(theirs.detach()), rel=1e-11, abs=1e-13)


def test_the_sign_that_is_misprinted_in_a_textbook_is_refuted() -> None:
    """The Hessian is positive semidefinite; a minus in front cannot be right."""
    problem = BY_ID["softmax-regression-hessian"]
    texts = [
        "- sum_i h[i,m] (delta[m,p] - h[i,p]) x[i,n] x[i,q]",
        "sum_i h[i,p] (delta[m,p] - h[i,m]) x[i,n] x[i,q]",
        "sum_i h[i,m] (delta[m,p] - h[i,m]) x[i,n] x[i,q]",
    ]
    (misprint, exchanged, near), paper = read_expressions(problem.paper, texts)
    assert evidence(paper, problem.asked, misprint).equal is False
    assert (
        evidence(paper, problem.asked, exchanged).equal is True
    )  # h[m] delta[m,p] = h[p] delta[m,p]
    assert evidence(paper, problem.asked, near).equal is False


def test_verdicts_do_not_change_from_run_to_run() -> None:
    problem = BY_ID["softmax-jacobian"]
    wrong = [wrong for _, wrong in mutants(problem.closed, problem.paper)]
    once = [evidence(problem.paper, problem.asked, one) for one in wrong]
    again = [evidence(problem.paper, problem.asked, one) for one in wrong]
    assert once == again


def test_an_identity_of_two_classes_is_no_identity() -> None:
    paper = read_paper("s[k] = exp(z[k]) / sum_c exp(z[c])")
    (left, right), paper = read_expressions(paper, ["sum_k s[k]^2", "1 - 2 s[1] (1 - s[1])"])
    assert evidence(paper, left, right).equal is False
    two = read_paper("index k,c:K\nK = 2\ns[k] = exp(z[k]) / sum_c exp(z[c])")
    (left, right), two = read_expressions(two, ["sum_k s[k]^2", "1 - 2 s[1] (1 - s[1])"])
    assert evidence(two, left, right).equal is True


def test_an_empty_paper_will_do() -> None:
    (left, right), paper = read_expressions(Paper(), ["(a + b)^2", "a^2 + 2 a b + b^2"])
    assert evidence(paper, left, right).equal is True
