r"""Whether a line with a sum that leaves out an entry is wrong for all the others, too.

``\sum_{k=1}^{K-1}`` beside ``\sum_{k=1}^K`` may be the sum over the classes that have parameters of
their own, and the lines around it are meant for those only.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gory.notation import MINUS_ONE, ONE, Add, Delta, Expr, Index, Mul, free_indices, walk
from gory.notation.latex import PART
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._proofreading import PASSED, CheckedLine
from gory.verify.manuscript.explanations._edit import Change, Edit
from gory.verify.manuscript.explanations._gap import Gap
from gory.verify.manuscript.wording._wording import Wording

LEFT_OUT = "its sums do not run over the same entries: one leaves out the last"
_ENDS_EARLY = re.compile(r"-\s?1\s?\}")
_ALL = "the sum over all entries"


def is_wrong_for_others(refutation: Refutation) -> bool:
    """Whether the sides differ also where every index is of an entry that no sum leaves out."""
    ground = refutation.ground
    lines = (refutation.before, refutation.line)
    sides = [ground.prepare(e) for one in lines for e in one.exprs[:1]]
    if len(sides) < 2:
        return False
    bodies = [one.body for one in ground.paper.definitions.values()]
    left_out = {pair for e in (*sides, *bodies) for pair in _left_out(e)}
    free = sorted(free_indices(sides[0]) | free_indices(sides[1]), key=lambda one: one.name)
    others = [
        Add((ONE, Mul((MINUS_ONE, Delta(index, entry)))))
        for index in free
        for bound, entry in left_out
        if index.range == bound and not index.is_literal
    ]
    found = ground.compare(sides[0], sides[1], (*refutation.factors, *others))
    return found.verdict not in PASSED


def in_words(line: CheckedLine, refutation: Refutation) -> CheckedLine:
    """What is said of a refuted line with such a sum, without a number for the last entry."""
    sides = refutation.before, refutation.line
    if not any(PART in side.doubts for side in sides):
        return line
    remedy = refutation.found.repair if refutation.found is not None else None
    has_all = remedy is not None and _has_the_entry(remedy.change)
    if remedy is not None and has_all:
        words = replace(remedy, said=Wording(_ALL, _ALL)).words
        line = replace(line, repair=words.plain, repair_latex=words.latex)
    if not any(_ENDS_EARLY.search(side.source) for side in sides):
        return line
    if not has_all:
        line = replace(line, repair="", repair_latex="")
    return replace(line, why=LEFT_OUT, why_latex=LEFT_OUT)


def _has_the_entry(change: Edit | Gap | None) -> bool:
    """Whether a change takes ``-delta[k,3]`` away, so that no entry is left out."""
    if not isinstance(change, Edit) or change.kind is not Change.SPARE_TERM:
        return False
    match change.of:
        case (Mul(factors=(sign, Delta(right=Index() as entry))),):
            return sign == MINUS_ONE and entry.is_literal
    return False


def _left_out(expr: Expr) -> set[tuple[str, Index]]:
    """Ranges with an entry that a factor of a sum leaves out."""
    deltas = [n for node in walk(expr) if isinstance(node, Mul) for n in walk(node)]
    return {
        (one.left.range, one.right)
        for one in deltas
        if isinstance(one, Delta)
        and isinstance(one.left, Index)
        and isinstance(one.right, Index)
        and one.right.is_literal
        and not one.left.is_literal
    }
