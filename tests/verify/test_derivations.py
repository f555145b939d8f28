"""Every line of every derivation holds, and a line with a planted fault is refuted.

Two judges that share no code look at each faulty line: numbers refute it, or normal forms prove
that it is right after all (``d(1, z)`` is ``d(2, z)``). A fault that neither sees is a hole.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice

import pytest
from tests.gold._problems import DATA, PROBLEMS, text_of
from tests.verify._mutants import mutants

import gory
from gory.calculus import Step
from gory.notation import Expr, Paper, to_plain
from gory.verify import Prover, evidence

EVERY = 9  # one fault of so many is tried in a test run
IDS = [problem.id for problem in PROBLEMS]


@cache
def derived(name: str) -> tuple[gory.Paper, gory.Derivation]:
    data = next(data for data in DATA["problems"] if data["id"] == name)
    paper = gory.read(text_of(data))
    return paper, paper.derive(data["of"], *data["wrt"])


@pytest.mark.parametrize("name", IDS)
def test_numbers_agree_with_every_line(name: str) -> None:
    paper, derivation = derived(name)
    for step in derivation.steps:
        found = evidence(paper, step.before, step.after)
        assert found.equal is True, f"{to_plain(step.before)} = {to_plain(step.after)}"


@pytest.mark.parametrize("name", IDS)
def test_numbers_agree_with_the_literature(name: str) -> None:
    _, derivation = derived(name)
    problem = next(problem for problem in PROBLEMS if problem.id == name)
    assert evidence(problem.paper, derivation.result, problem.closed).equal is True


def faults(derivation: gory.Derivation, paper: Paper) -> Iterator[tuple[Step, str, Expr]]:
    for step in derivation.steps:
        for what, wrong in mutants(step.after, paper):
            if wrong != step.after:
                yield step, what, wrong


@pytest.mark.parametrize("name", IDS)
def test_a_fault_in_a_line_is_refuted_unless_it_is_none(name: str) -> None:
    paper, derivation = derived(name)
    prover = Prover(paper)
    facts = frozenset(fact.text for fact in paper.facts)
    missed = [
        f"{what}: {to_plain(step.before)} = {to_plain(wrong)}"
        for step, what, wrong in islice(faults(derivation, paper), 0, None, EVERY)
        if evidence(paper, step.before, wrong).equal is not False
        and not prover.prove(step.before, wrong, facts)
    ]
    assert missed == []
