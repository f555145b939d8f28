"""What would make a refuted line true: a fact, a side condition, another right side.

Each remedy is tested before it is offered. Facts come first, since a line that lacks only "the
targets add up to one" is not a slip of calculation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gory.algebra import limited_work
from gory.calculus import derive
from gory.notation import (
    ONE,
    ZERO,
    D,
    DerivationError,
    Expr,
    Fact,
    Index,
    Mul,
    Paper,
    Ref,
    Sum,
    to_plain,
    walk,
)
from gory.verify.manuscript._claim import Ground, generic, holds, reached_names, seen
from gory.verify.manuscript._sizes import with_sizes
from gory.verify.manuscript.explanations._disagreement import (
    assuming,
    has_unknown_size,
    simplest,
    without_temporary,
)
from gory.verify.manuscript.wording._wording import Equation, Wording, worded

MOST_ATOMS = 20_000  # work of the derivation of a right side
LONGEST_REMEDY = 160  # characters of a right side that a reader can compare


def missing_fact(ground: Ground, left: Expr, right: Expr) -> tuple[Wording, Fact | None]:
    """A fact under which a line holds, in words and as it is; or nothing."""
    declared = {fact.text for fact in ground.paper.facts}
    for fact, rivals in candidates(ground, left, right):
        if fact.text in declared:
            continue
        kept = tuple(f for f in ground.paper.facts if f.text not in rivals)
        if _holds_given(replace(ground.paper, facts=(*kept, fact)), left, right, fact):
            instead = next((f.text for f in ground.paper.facts if f.text in rivals), "")
            shown = worded(
                ground.style, "holds if ", Equation(fact.left, fact.right, fact.relation)
            ).latex
            also = f" (the text says {instead})" if instead else ""
            return Wording(f"holds if {fact.text}{also}", shown + also), None if instead else fact
    return Wording(), None


def _holds_given(paper: Paper, left: Expr, right: Expr, fact: Fact) -> bool:
    """Whether a line holds with a fact, where a letter may be the number of terms of a total."""
    if seen(paper, left, right).equal:
        return True
    sized = with_sizes(paper, left, right) if isinstance(fact.left, Sum) else ()
    return any(seen(known, one, other).equal for known, one, other, _ in sized)


def candidates(ground: Ground, left: Expr, right: Expr) -> Iterator[tuple[Fact, frozenset[str]]]:
    """Facts that authors leave unsaid, each with the declared facts that contradict it."""
    paper = ground.paper
    reached = reached_names(paper, left) | reached_names(paper, right)
    variables = {n.wrt.name for side in (left, right) for n in walk(side) if isinstance(n, D)}
    for name in sorted(ground.arbitrary & reached):
        yield Fact(Ref(name), ">", ZERO, f"{name} > 0"), frozenset()
    open_names = [n for n in sorted(reached) if n not in paper.definitions and n in paper.axes]
    for name in open_names:
        entry = generic(paper, name, (left, right))
        if name not in variables and not _has_total(paper, name):
            for index in reversed(entry.indices):
                text = f"sum_{index.name} {to_plain(entry)} = 1"
                yield Fact(Sum((index,), entry), "=", ONE, text), frozenset()
        yield from _entries(paper, name, (left, right))
        if len(entry.indices) == 2 and entry.indices[0].range == entry.indices[1].range:
            other = Ref(name, entry.indices[::-1])
            yield Fact(entry, "=", other, f"{to_plain(entry)} = {to_plain(other)}"), frozenset()


def _has_total(paper: Paper, name: str) -> bool:
    """Whether the text says what the entries of an array add up to."""
    totals = (f.left for f in paper.facts if isinstance(f.left, Sum) and f.relation == "=")
    return any(isinstance(one.body, Ref) and one.body.name == name for one in totals)


def _entries(
    paper: Paper, name: str, sides: Sequence[Expr]
) -> Iterator[tuple[Fact, frozenset[str]]]:
    """``x[0] = 1``: the constant input of the bias."""
    entry = generic(paper, name, sides)
    for place, index in enumerate(entry.indices):
        low = paper.sizes.get(index.range, (1, 1))[0]
        zero = any(
            isinstance(n, Ref) and n.name == name and n.indices[place].name == "0"
            for side in (*sides, *(d.body for d in paper.definitions.values()),
                         *(f.left for f in paper.facts))
            for n in walk(side)
        )  # fmt: skip
        if not zero and low != 0:
            continue
        own = list(entry.indices)
        own[place] = Index("0", index.range)
        one = Ref(name, tuple(own))
        rivals = frozenset(
            f.text for f in paper.facts
            if isinstance(f.left, Ref) and f.left.name == name and f.left.indices[place].name == "0"
        )  # fmt: skip
        yield Fact(one, "=", ONE, f"{to_plain(one)} = 1"), rivals


def corrected(ground: Ground, start: Expr, factors: Sequence[Expr] = ()) -> Expr | None:
    """The right side that the engine derives for what the first line asks for, or None."""
    if start not in ground.closed_forms:
        ground.closed_forms[start] = _derived(ground, start) or simplest(ground, start)
    found = ground.closed_forms[start]
    if found is None:
        return None
    found = assuming(found, factors)
    if len(to_plain(found)) > LONGEST_REMEDY or found == start or has_unknown_size(ground, found):
        return None
    left, right = (Mul((*factors, side)) if factors else side for side in (start, found))
    return found if holds(ground, left, right) else None


def _derived(ground: Ground, start: Expr) -> Expr | None:
    """The closed form of a derivative, by the engine's own derivation."""
    variables: list[Ref] = []
    body = start
    while isinstance(body, D):
        variables.insert(0, body.wrt)
        body = body.body
    if not variables:
        return None
    paper, body = without_temporary(ground.paper, body)
    own = {variable.name for variable in variables}
    others = {n: d for n, d in paper.definitions.items() if n not in own}
    try:
        with limited_work(MOST_ATOMS):
            return derive(replace(paper, definitions=others), body, tuple(variables)).result
    except (DerivationError, ArithmeticError, RecursionError, LookupError, ValueError):
        return None
