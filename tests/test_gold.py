"""Every derivative with a known answer is derived, proved, no longer than in the literature."""

from __future__ import annotations

import pytest
from tests.gold._problems import BY_ID, DATA, PROBLEMS, Problem

from gory.verify import Prover, evidence, needs_fact

LONGEST = 1.25  # printed length of a result, relative to the closed form of the literature


def printed_length(text: str) -> int:
    return len(text.replace(" ", ""))


def declared(problem: Problem) -> frozenset[str]:
    return frozenset(fact.text for fact in problem.paper.facts if fact.relation == "=")


def used(problem: Problem) -> frozenset[str]:
    steps = problem.derivation.steps
    return declared(problem) & {use for step in steps for use in step.uses}


every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=str)


def test_no_problem_is_left_out() -> None:
    assert len(PROBLEMS) == len(BY_ID) == len(DATA["problems"]) == 44


@every_problem
def test_the_result_is_proved_to_be_the_known_one(problem: Problem) -> None:
    result = problem.derivation.result
    assert Prover(problem.paper).prove(result, problem.closed, declared(problem))


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if len(p.wrt) < 2], ids=str)
def test_the_known_answer_is_proved_without_any_step(problem: Problem) -> None:
    assert Prover(problem.paper).prove(problem.asked, problem.closed, declared(problem))


@every_problem
def test_the_result_is_the_derivative_in_numbers(problem: Problem) -> None:
    result = problem.derivation.result
    assert evidence(problem.paper, problem.asked, result).equal is True
    assert evidence(problem.paper, result, problem.closed).equal is True


@every_problem
def test_every_step_is_proved(problem: Problem) -> None:
    derivation = problem.derivation
    assert [f"{s.rule}: {s.how}" for s in derivation.steps if s.verdict != "proved"] == []
    assert derivation.verdict == "proved"
    assert all(step.how for step in derivation.steps)


@every_problem
def test_the_result_is_as_short_as_in_a_textbook(problem: Problem) -> None:
    reached = printed_length(str(problem.derivation.result))
    assert reached <= LONGEST * printed_length(problem.answer)


@every_problem
def test_the_facts_that_are_needed_are_the_ones_that_are_named(problem: Problem) -> None:
    result = problem.derivation.result
    needed = {
        fact.text
        for fact in problem.paper.facts
        if fact.relation == "=" and needs_fact(problem.paper, problem.asked, result, fact)
    }
    assert used(problem) == needed


@every_problem
def test_a_fact_stands_only_at_steps_that_fail_without_it(problem: Problem) -> None:
    facts = {fact.text: fact for fact in problem.paper.facts if fact.relation == "="}
    idle = [
        (step.rule, use)
        for step in problem.derivation.steps
        for use in step.uses
        if use in facts and not needs_fact(problem.paper, step.before, step.after, facts[use])
    ]
    assert idle == []


def test_every_fact_that_an_answer_of_the_literature_rests_on_is_named() -> None:
    resting = {data["id"] for data in DATA["problems"] if data.get("assume")}
    assert {problem.id for problem in PROBLEMS if used(problem)} == resting
