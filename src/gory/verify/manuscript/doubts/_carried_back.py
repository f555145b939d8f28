"""Losses that nothing defines, and lines that carry their derivatives back by what they show."""

from __future__ import annotations

from dataclasses import replace

from gory.calculus import Dependence
from gory.notation import D, Ref, walk
from gory.notation.manuscript._script import Line
from gory.verify.manuscript._chain import Refutation


def goes_back(refutation: Refutation, loss: str) -> bool:
    """Whether a line gives a derivative of a loss by those by what is computed from its variable,
    and by nothing else: so its author takes the loss to depend on it in this way only.
    """
    paper = refutation.ground.paper
    asked = _slopes(refutation.chain.lines[0], loss)
    given = _slopes(refutation.line, loss)
    others = {n: one for n, one in paper.definitions.items() if n != loss}
    below = Dependence(replace(paper, definitions=others))
    return bool(asked and given) and all(
        end in others and asked <= below.below(end) - {end} for end in given
    )


def _slopes(line: Line, loss: str) -> set[str]:
    """By what a line differentiates a loss."""
    nodes = (node for e in line.exprs[:1] for node in walk(e))
    return {n.wrt.name for n in nodes if isinstance(n, D) and n.body == Ref(loss)}
