"""Random functions of the grammar: the derivative is right, and the steps to it form a chain."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import assume, given
from tests.algebra._expressions import PAPER, budget, expressions

import gory
from gory.calculus import derive
from gory.notation import (
    Add,
    D,
    DerivationError,
    Expr,
    Index,
    Mul,
    Ref,
    Sum,
    free_indices,
    read_expressions,
    to_plain,
    walk,
)
from gory.verify import evidence, judge
from gory.verify._evidence import value_of
from gory.verify._floats import Floats
from gory.verify._layout import assignments, entries, layout
from gory.verify._numbers import Undefined
from gory.verify._program import Machine, Program

VARIABLES = [
    Ref("a"),
    Ref("x", (Index("m", "K"),)),
    Ref("u", (Index("i", "N"),)),
    Ref("x", (Index("c", "K"),)),  # the letter of bound indices
    Ref("A", (Index("m", "K"), Index("l", "K"))),
]


def variable_of(expr: Expr) -> Ref | None:
    """A variable that the expression contains."""
    names = {node.name for node in walk(expr) if isinstance(node, Ref)}
    return next((variable for variable in VARIABLES if variable.name in names), None)


def derived(expr: Expr, variable: Ref) -> gory.calculus.Derivation:
    return judge(PAPER, derive(PAPER, expr, (variable,)))


@budget(20)
@given(expressions(depth=3))
def test_a_derivative_is_right_and_every_line_is_judged(expr: Expr) -> None:
    variable = variable_of(expr)
    assume(variable is not None)
    assert variable is not None
    derivation = derived(expr, variable)
    assert derivation.verdict in ("proved", "tested")
    found = evidence(PAPER, D(expr, variable), derivation.result)
    assert found.equal is not False, f"d({to_plain(expr)}, {to_plain(variable)}): {found}"
    _no_gap(derivation, expr, variable)


def _no_gap(derivation: gory.calculus.Derivation, expr: Expr, variable: Ref) -> None:
    free = free_indices(D(expr, variable))
    for section in derivation.sections:
        here = section.left
        for step in section.steps:
            assert step.before == here
            here = step.after
    assert here == derivation.result
    assert free_indices(derivation.result) <= free


@budget(20)
@given(expressions(depth=3, kinks=False))
def test_a_derivative_is_what_automatic_differentiation_says(expr: Expr) -> None:
    pytest.importorskip("torch")
    from tests.verify._torch_value import TorchValue

    variable = variable_of(expr)
    assume(variable is not None)
    assert variable is not None
    result = derived(expr, variable).result
    asked = D(expr, variable)
    program, rng = Program(PAPER), random.Random(1)
    found = layout(program, [asked, result])
    spans = assignments(PAPER, found)[0]
    values = {entry: rng.uniform(0.3, 1.2) for entry in entries(found, spans)}
    env = _somewhere(asked, spans, rng)
    try:
        ours = value_of(program, result, Machine(Floats(), spans, dict(values)), env)
    except Undefined:
        assume(False)
        raise
    theirs = float(TorchValue(PAPER, spans, values)(asked, env).detach())
    assume(abs(theirs) < 1e12)
    assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-9)


def _somewhere(expr: Expr, spans: dict[str, range], rng: random.Random) -> dict[str, Any]:
    letters = sorted(free_indices(expr), key=lambda index: index.name)
    return {index.name: rng.choice(spans[index.range]) for index in letters}


@budget(20)
@given(expressions(depth=2), expressions(depth=2))
def test_the_derivative_of_a_sum_is_the_sum_of_derivatives(first: Expr, second: Expr) -> None:
    a = Ref("a")
    terms = (Mul((a, first)), Mul((a, a, second)))
    whole = derived(Add(terms), a).result
    parts = Add(tuple(derived(term, a).result for term in terms))
    assert evidence(PAPER, whole, parts).equal is not False


@budget(20)
@given(expressions(depth=2, wild=True))
def test_a_line_that_was_printed_is_read_back(expr: Expr) -> None:
    """In the paper language, through text; the text decides what the tree of an author is."""
    variable = variable_of(expr)
    assume(variable is not None)
    assert variable is not None
    texts = [to_plain(expr), to_plain(variable)]
    (of, wrt), paper = read_expressions(PAPER, texts)
    assert isinstance(wrt, Ref)
    try:
        derivation = derive(paper, of, (wrt,))
    except DerivationError:
        assume(False)
        raise
    for line in (step.after for step in derivation.steps):
        if not _sums_nothing(line):
            (*_, again), _ = read_expressions(paper, [*texts, to_plain(line)])
            assert again == line, to_plain(line)


def _sums_nothing(line: Expr) -> bool:
    """Whether some bound letter is not used, so that nothing written tells its range."""
    sums = [node for node in walk(line) if isinstance(node, Sum)]
    return any(index not in free_indices(node.body) for node in sums for index in node.indices)
