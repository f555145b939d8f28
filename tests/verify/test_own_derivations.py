"""The engine's own derivations, typed as an author would type them, pass the check line by line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.gold._problems import PROBLEMS, Problem

import gory
from gory.notation import to_latex


def plain(problem: Problem, derivation: gory.Derivation) -> Iterator[str]:
    yield problem.text
    for section in derivation.sections:
        for number, step in enumerate(section.steps):
            yield f"  = {step.after}" if number else f"\n{section.left} = {step.after}"


def latex(paper: gory.Paper, derivation: gory.Derivation) -> Iterator[str]:
    for one in paper.definitions.values():
        yield f"$${to_latex(one.ref)} = {to_latex(one.body)}$$"
    for fact in paper.facts:
        yield f"Given ${to_latex(fact.left)} {fact.relation} {to_latex(fact.right)}$."
    for section in derivation.sections:
        if section.steps:
            lines = " \\\\\n&= ".join(to_latex(step.after) for step in section.steps)
            yield f"\\begin{{align*}}\n{to_latex(section.left)} &= {lines}\n\\end{{align*}}"


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_no_line_that_the_engine_derives_is_refuted(problem: Problem) -> None:
    paper, derivation = gory.read(problem.text), problem.derivation
    count = sum(len(section.steps) for section in derivation.sections)
    for text in ("\n".join(plain(problem, derivation)), "\n".join(latex(paper, derivation))):
        found = gory.proofread(text)
        assert {line.verdict for line in found.lines} <= {"proved", "tested"}
        assert len(found.lines) == count
