"""Random expressions: the evaluator against torch, and verdicts that must hold for any line."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from decimal import localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.notation._trees import PAPER, trees
from tests.verify._torch_value import TorchValue

from gory.notation import Add, Expr, Fn, Mul, free_indices, num, walk
from gory.verify import evidence
from gory.verify._evidence import value_of
from gory.verify._floats import CONTEXT, Decimals, Floats
from gory.verify._layout import assignments, entries, layout
from gory.verify._numbers import Undefined
from gory.verify._program import Machine, Program

SMALL = replace(PAPER, sizes={"K": (1, 3)})


@settings(max_examples=100, deadline=None)
@given(trees, st.integers(0, 99))
def test_a_value_is_that_of_torch(tree: Expr, seed: int) -> None:
    program, rng = Program(SMALL), random.Random(seed)
    found = layout(program, [tree])
    spans = assignments(SMALL, found)[0]
    values = {entry: rng.uniform(0.2, 1.5) for entry in entries(found, spans)}
    env = {index.name: rng.choice(spans[index.range]) for index in free_indices(tree)}
    try:
        ours = value_of(program, tree, Machine(Floats(), spans, dict(values)), env)
    except Undefined:
        return
    theirs = float(TorchValue(SMALL, spans, values)(tree, env).detach())
    if math.isfinite(theirs):  # torch has no slope of a guarded term without a value, we have 0
        assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-8)


@settings(max_examples=100, deadline=None)
@given(trees)
def test_a_line_that_repeats_itself_is_never_refuted(tree: Expr) -> None:
    assert evidence(SMALL, tree, tree).equal is not False


@settings(max_examples=100, deadline=None)
@given(trees)
def test_a_line_with_one_more_is_never_accepted(tree: Expr) -> None:
    assert evidence(SMALL, tree, Add((tree, num(1)))).equal is not True


@settings(max_examples=100, deadline=None)
@given(trees, trees)
def test_both_sides_may_be_exchanged(left: Expr, right: Expr) -> None:
    """Apart from values that only one side has, a line and its mirror have one verdict."""
    one, other = evidence(SMALL, left, right), evidence(SMALL, right, left)
    if "no value" not in one.how + other.how and None not in (one.equal, other.equal):
        assert one.equal == other.equal


@settings(max_examples=60, deadline=None)
@given(trees, trees, trees)
def test_products_distribute(a: Expr, b: Expr, c: Expr) -> None:
    left, right = Mul((a, Add((b, c)))), Add((Mul((a, b)), Mul((a, c))))
    assert evidence(SMALL, left, right).equal is not False


@settings(max_examples=60, deadline=None)
@given(trees, st.integers(0, 99))
def test_floats_and_decimals_agree(tree: Expr, seed: int) -> None:
    program, rng = Program(SMALL), random.Random(seed)
    found = layout(program, [tree])
    spans = assignments(SMALL, found)[0]
    values = {entry: num(rng.randint(1, 40)).value / 16 for entry in entries(found, spans)}
    env = {index.name: rng.choice(spans[index.range]) for index in free_indices(tree)}
    results = []
    with localcontext(CONTEXT):
        for numbers in (Floats(), Decimals()):
            machine = Machine(numbers, spans, {e: numbers.rational(v) for e, v in values.items()})
            try:
                results.append(float(value_of(program, tree, machine, env)))
            except Undefined:
                return
    assert results[0] == pytest.approx(results[1], rel=1e-6, abs=1e-6) or _is_delicate(tree)


def _is_delicate(tree: Expr) -> bool:
    """A sine or cosine of a large argument has no digits left in floats."""
    return any(isinstance(node, Fn) and node.name in ("sin", "cos") for node in walk(tree))
