"""What a refuted line rests on: names, ranges of indices, and the comparisons that it failed."""

from __future__ import annotations

from collections.abc import Iterator

from gory.notation import Expr, Ref, Sum, walk
from gory.notation.manuscript._script import Line
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._claim import Ground, reached_names


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
