"""Targets that words call one-hot: a line may use that they are zeros and a one.

That their entries add up to one is a fact like others. That ``y[i] y[j] = delta[i,j] y[i]`` and
that ``sum_i y[i] a[i]`` is the entry of the true class holds for one-hot targets only; so a line
is tried with ``delta[i,1]`` for ``y[i]``, and with an index c of the line as the true class, where
it may be meant so.
"""

from __future__ import annotations

from dataclasses import replace

from gory.notation import (
    D,
    Definition,
    Delta,
    Expr,
    Fact,
    Index,
    Ref,
    free_indices,
    transform,
    walk,
)  # fmt: skip
from gory.notation._nodes import own_indices
from gory.notation.manuscript.words._attributed import has_other_noun, is_said_of
from gory.notation.manuscript.words._cues import says_often
from gory.notation.manuscript.words._hedges import ONE_HOT
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._claim import reached_names
from gory.verify.manuscript._granted import mark_of, sentences_about
from gory.verify.manuscript._proofreading import PASSED


def holds_one_hot(refutation: Refutation, words: str) -> tuple[str, bool]:
    """The name that words call one-hot and that makes the line hold as such, and whether for all
    classes; or nothing."""
    if ONE_HOT.search(words) is None:
        return "", False
    ground, paper = refutation.ground, refutation.ground.paper
    sides = [ground.prepare(e) for e in (refutation.before.exprs[0], refutation.line.exprs[0])]
    reached = frozenset().union(*(reached_names(paper, side) for side in sides))
    varied = {n.wrt.name for side in sides for n in walk(side) if isinstance(n, D)}
    for name in sorted(reached - paper.definitions.keys() - varied):
        if len(paper.axes.get(name, ())) != 1 or not is_called_one_hot(name, words):
            continue
        kept = tuple(fact for fact in paper.facts if name not in reached_names(paper, fact.left))
        axis = paper.axes[name][-1]

        def holds(true_class: Index, name: str = name, kept: tuple[Fact, ...] = kept) -> bool:
            said = {n: _put(one, name, true_class) for n, one in paper.definitions.items()}
            other = ground.on(replace(paper, definitions=said, facts=kept))
            left, right = (_one_hot(side, name, true_class) for side in sides)
            return other.compare(left, right, refutation.factors).verdict in PASSED

        if all(map(holds, _numbered(sides, axis))):
            return name, True
        if any(map(holds, _letters(sides, axis) - _written(refutation, name))):
            return name, False
    return "", False


def is_called_one_hot(name: str, words: str) -> bool:
    """Whether "one-hot" is said of a name."""
    about = mark_of(name)
    sentences = [one for one in sentences_about(name, words) if not says_often(one)]
    if any(has_other_noun(about, one) for one in sentences):
        return False
    return any(
        is_said_of(about, one, *match.span())
        for one in sentences
        for match in ONE_HOT.finditer(one)
    )


def _numbered(sides: list[Expr], axis: str) -> list[Index]:
    """Every class that is written as a number; one stands for all where none is."""
    written = {
        index.name
        for side in sides
        for node in walk(side)
        for index in own_indices(node)
        if index.is_literal and index.range == axis
    }
    return [Index(number, axis) for number in sorted(written | {"1"})]


def _letters(sides: list[Expr], axis: str) -> set[Index]:
    return {i for side in sides for i in free_indices(side) if i.range == axis}


def _written(refutation: Refutation, name: str) -> set[Index]:
    """Letters below the name itself in a line of the chain: for the true class 1 would stand."""
    exprs = [e for line in refutation.chain.lines for e in line.exprs[:1]]
    return {
        index
        for e in exprs
        for node in walk(e)
        if isinstance(node, Ref) and node.name == name
        for index in node.indices[-1:]
        if index in free_indices(e)
    }


def _one_hot(expr: Expr, name: str, true_class: Index) -> Expr:
    return transform(
        expr,
        lambda node: (
            Delta(node.indices[-1], true_class)
            if isinstance(node, Ref) and node.name == name
            else node
        ),
    )


def _put(one: Definition, name: str, true_class: Index) -> Definition:
    entries = tuple((left, _one_hot(right, name, true_class)) for left, right in one.entries)
    return replace(one, body=_one_hot(one.body, name, true_class), entries=entries)
