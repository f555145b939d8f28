"""Lines judged as if another equation of the text, which is left open, were a fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from gory.notation import Fact, Num, Sum, to_plain
from gory.notation.manuscript._script import Chain
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._proofreading import PASSED
from gory.verify.manuscript.doubts._reach import failed_pairs


def holds_if(refutation: Refutation, chain: Chain) -> bool:
    """Whether a line holds where another equation of the text does."""
    return any(verdict in PASSED for verdict in _verdicts_if(refutation, chain))


def fails_if(refutation: Refutation, chain: Chain) -> bool:
    """Whether a line is wrong also where a total has the value that the text says."""
    sides = [one.exprs[0] for one in chain.lines if one.exprs]
    if len(sides) != 2 or not (isinstance(sides[0], Sum) and isinstance(sides[1], Num)):
        return False
    return all(verdict == "refuted" for verdict in _verdicts_if(refutation, chain))


def _verdicts_if(refutation: Refutation, chain: Chain) -> Iterator[str]:
    sides = [one.exprs[0] for one in chain.lines if one.exprs]
    paper = refutation.ground.paper
    facts = tuple(Fact(a, "=", b, f"{to_plain(a)} = {to_plain(b)}") for a, b in pairwise(sides))
    other = refutation.ground.on(replace(paper, facts=(*paper.facts, *facts)))
    for left, right in failed_pairs(refutation, other):
        yield other.compare(left, right, refutation.factors).verdict
