"""What a refuted line rests on: names, ranges of indices, and the comparisons that it failed."""

from __future__ import annotations

from collections.abc import Iterator

from gory.notation import Expr, Paper, Ref, Sum, walk
from gory.notation.manuscript._script import Line
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._claim import Finding, Ground, reached_names
from gory.verify.manuscript._proofreading import PASSED


def names_under(refutation: Refutation) -> frozenset[str]:
    """Names that a refuted line rests on, also through definitions."""
    lines = (refutation.line, refutation.before, *refutation.chain.lines[:1])
    paper = refutation.ground.paper
    return frozenset().union(*(reached_names(paper, e) for one in lines for e in one.exprs[:1]))


def ranges_under(refutation: Refutation) -> frozenset[str]:
    """Ranges of the indices of a line."""
    exprs = [e for one in (refutation.line, refutation.before) for e in one.exprs[:1]]
    nodes = (node for e in exprs for node in walk(e) if isinstance(node, Ref | Sum))
    return frozenset(index.range for node in nodes for index in node.indices)


def failed_pairs(refutation: Refutation, ground: Ground) -> Iterator[tuple[Expr, Expr]]:
    """The comparisons that a line has failed."""
    first = next((one for one in refutation.chain.lines if one.exprs), refutation.before)
    starts: dict[Line, None] = {refutation.before: None, first: None}
    for start in starts:
        for right in refutation.line.exprs[:2]:
            yield ground.prepare(start.exprs[0]), ground.prepare(right)


def found_in(refutation: Refutation, paper: Paper) -> Finding | None:
    """How a line holds with what another paper says, against the line before or the first."""
    ground = refutation.ground.on(paper)
    first = next((one for one in refutation.chain.lines if one.exprs), refutation.before)
    right = ground.prepare(refutation.line.exprs[0])
    for one in dict.fromkeys((refutation.before, first)):
        left = ground.prepare(one.exprs[0])
        found = ground.compare(left, right, refutation.factors)
        if found.verdict in PASSED:
            return found
    return None
