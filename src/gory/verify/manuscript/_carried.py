"""Slips that are carried on from one statement to another.

After ``dE/dh_j = (t - z) v_j``, which is wrong by its sign, an author who goes on by the chain rule
has every further derivative with the wrong sign, and each follows from what stands above it. Such a
line is tried once more with the wrong derivative in the place of the true one: what is
differentiated then changes with the variable as its author says, and has the value that it has.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from gory.calculus import Dependence, carry_out, differentiate
from gory.notation import (
    D,
    Definition,
    Expr,
    Index,
    Mul,
    Paper,
    Ref,
    Sum,
    children,
    free_indices,
    rebuild,
    substitute,
    transform,
)  # fmt: skip
from gory.verify.manuscript._chain import WRONG, ChainChecker, Refutation
from gory.verify.manuscript._claim import Finding
from gory.verify.manuscript._proofreading import PASSED, CheckedLine

MOST_BELIEVED = 6  # wrong derivatives that a later line is tried with
FOLLOWS = f"follows from row {{row}}, {WRONG}"
_SLOPE = "slope of "  # no author's name has a blank in it


@dataclass(frozen=True)
class Belief:
    """A derivative as a text has it, and the row of the slip that made it wrong."""

    slope: D
    value: Expr
    row: int

    def holds_in(self, expr: Expr, paper: Paper) -> Expr:
        """An expression with its derivatives carried out as this one is believed to be."""
        by = {i: replace(i, name=f"free {i.name}") for i in self.stray}  # no binder takes these
        own = replace(self, value=substitute(self.value, by))
        written = transform(substitute(expr, by), own._as_written)
        return own._carried_out(written, paper)

    @property
    def stray(self) -> frozenset[Index]:
        """Indices of the value over which it should have been summed."""
        return free_indices(self.value) - {*_letters(self.slope)}

    def _as_written(self, expr: Expr) -> Expr:
        if not isinstance(expr, D) or _shape(expr) != _shape(self.slope):
            return expr
        return _at(self.value, _letters(self.slope), _letters(expr))

    def _carried_out(self, expr: Expr, paper: Paper) -> Expr:
        parts = tuple(self._carried_out(part, paper) for part in children(expr))
        expr = rebuild(expr, parts) if parts else expr
        believed = self.believed(paper)
        if not isinstance(expr, D) or believed is None:
            return expr
        others = {n: d for n, d in believed.definitions.items() if n != expr.wrt.name}
        dependence = Dependence(replace(believed, definitions=others))
        body = carry_out(expr.body, dependence, opened=frozenset(others))
        found = differentiate(body, expr.wrt, dependence, opened=frozenset(others))
        return transform(found, self._without_name)

    def believed(self, paper: Paper) -> Paper | None:
        """A paper in which what is differentiated changes as believed, or None."""
        whole, by = self.slope.body, self.slope.wrt
        letters = _letters(self.slope)
        if not isinstance(whole, Ref) or any(index.is_literal for index in letters):
            return None
        bound = tuple(i for i in by.indices if i not in whole.indices)
        product = Mul((Ref(_SLOPE + whole.name, letters), by))
        body = Sum(bound, product) if bound else product
        defined = {n: d for n, d in paper.definitions.items() if n != whole.name}
        own = {whole.name: Definition(whole.name, whole.indices, body)}
        return replace(paper, definitions=defined | own)

    def _without_name(self, expr: Expr) -> Expr:
        if not isinstance(expr, Ref) or not expr.name.startswith(_SLOPE):
            return expr
        return _at(self.value, _letters(self.slope), expr.indices)


def carried_on(
    checker: ChainChecker, lines: Sequence[CheckedLine], beliefs: Sequence[Belief]
) -> list[CheckedLine]:
    """The lines of a chain; what follows from a wrong derivative above says so."""
    found = list(lines)
    for number, refutation in list(checker.refutations.items()):
        for belief in beliefs[-MOST_BELIEVED:][::-1]:
            finding = _follows(refutation, belief)
            if finding is not None:
                why = f"{finding.how}; {FOLLOWS.format(row=belief.row)}"
                found[number] = CheckedLine(
                    lines[number].row, lines[number].text, finding.verdict, why, whole="refuted",
                    read_as=lines[number].read_as,
                )  # fmt: skip
                checker.forget([number])
                checker.passed += [refutation.before.exprs[0], refutation.line.exprs[0]]
                break
    return found


def beliefs_of(
    checker: ChainChecker, lines: Sequence[CheckedLine], above: Sequence[Belief]
) -> Iterator[Belief]:
    """What a chain makes its reader believe, if it ends in a wrong derivative."""
    written = checker.chain.lines
    asked = next((line.exprs[0] for line in written if line.exprs), None)
    if not isinstance(asked, D) or not written[-1].exprs or lines[-1].whole != "refuted":
        return
    first = next((line.row for line in lines if line.verdict == "refuted"), 0)
    root = next((b.row for b in above if FOLLOWS.format(row=b.row) in lines[-1].why), first)
    value = written[-1].exprs[0]
    if root:
        yield Belief(asked, value, root)


def rests_on(line: CheckedLine, rows: Container[int]) -> bool:
    """Whether a line is said to follow from one of some rows."""
    found = re.search(FOLLOWS.format(row=r"(\d+)"), line.why)
    return found is not None and int(found[1]) in rows


def _follows(refutation: Refutation, belief: Belief) -> Finding | None:
    """The finding by which a line follows where a derivative is what the text believes."""
    ground = refutation.ground
    first = next((one for one in refutation.chain.lines if one.exprs), refutation.before)
    right = belief.holds_in(refutation.line.exprs[0], ground.paper)
    for start in dict.fromkeys((refutation.before, first)):
        left = belief.holds_in(start.exprs[0], ground.paper)
        if (left, right) == (start.exprs[0], refutation.line.exprs[0]):
            continue
        found = ground.compare(ground.prepare(left), ground.prepare(right), refutation.factors)
        if found.verdict in PASSED:
            return found
    return None


def _letters(slope: D) -> tuple[Index, ...]:
    """The indices of a derivative, each once."""
    whole = slope.body.indices if isinstance(slope.body, Ref) else ()
    return tuple(dict.fromkeys((*whole, *slope.wrt.indices)))


def _shape(slope: D) -> tuple[object, ...]:
    """A derivative up to the names of its indices, or itself where it is of no name."""
    if not isinstance(slope.body, Ref):
        return (slope,)
    indices = (*slope.body.indices, *slope.wrt.indices)
    same = tuple(indices.index(index) for index in indices)
    literal = tuple(index.name if index.is_literal else "" for index in indices)
    return slope.body.name, slope.wrt.name, same, literal


def _at(value: Expr, old: Sequence[Index], new: Sequence[Index]) -> Expr:
    return substitute(value, dict(zip(old, new, strict=True)))
