"""Every line of every derivation holds, and a line with a planted fault is refuted.

Two judges that share no code look at each faulty line: numbers refute it, or normal forms prove
that it is right after all (``d(1, z)`` is ``d(2, z)``). A fault that neither sees is a hole.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from tests.gold._problems import PROBLEMS, Problem
from tests.verify._mutants import mutants

from gory.calculus import Step
from gory.notation import Expr, to_plain
from gory.verify import Prover, evidence

EVERY = 9  # one fault of so many is tried in a test run


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_numbers_agree_with_every_line(problem: Problem) -> None:
    for step in problem.derivation.steps:
        found = evidence(problem.paper, step.before, step.after)
        assert found.equal is True, f"{to_plain(step.before)} = {to_plain(step.after)}"


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_numbers_agree_with_the_literature(problem: Problem) -> None:
    assert evidence(problem.paper, problem.derivation.result, problem.closed).equal is True


def faults(problem: Problem) -> Iterator[tuple[Step, str, Expr]]:
    for step in problem.derivation.steps:
        for what, wrong in mutants(step.after, problem.paper):
            if wrong != step.after:
                yield step, what, wrong


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_a_fault_in_a_line_is_refuted_unless_it_is_none(problem: Problem) -> None:
    paper = problem.paper
    prover = Prover(paper)
    facts = frozenset(fact.text for fact in paper.facts)
    missed = [
        f"{what}: {to_plain(step.before)} = {to_plain(wrong)}"
        for step, what, wrong in islice(faults(problem), 0, None, EVERY)
        if evidence(paper, step.before, wrong).equal is not False
        and not prover.prove(step.before, wrong, facts)
    ]
    assert missed == []
