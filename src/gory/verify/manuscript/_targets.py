r"""Targets that words call normalised without their letter: "the labels are one-hot".

Which name they mean is told by what the text computes: the one that nothing defines and that
multiplies a logarithm, as in ``-\sum_k t_k \log p_k``, or that makes up what does, as the ``y`` of
smoothed targets. How the product is typed does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gory.notation import Add, Expr, Fact, Fn, Index, Mul, Paper, Ref, Sum, to_plain, walk
from gory.notation._nodes import ONE
from gory.notation.manuscript._script import Script
from gory.notation.manuscript.words._totals import may_be_counts, says_normalised

_WEIGHT = re.compile(r"w|omega|alpha|beta|gamma|lam|eta|theta|c(?!\w)|n(?!\w)|m(?!\w)|N|A|R|Q")


def with_targets(script: Script) -> Script:
    """A section in which the targets add up to one, if words say so without their name."""
    if not says_normalised(script.words):
        return script
    paper = script.paper
    known = {n.name for fact in paper.facts for n in walk(fact.left) if isinstance(n, Ref)}
    names = [name for name in _targets(paper) if not may_be_counts(name, script.words)]
    if len(names) != 1 or names[0] in known:  # of two, one is a weight
        return script
    facts = (*paper.facts, _total(names[0], paper.axes[names[0]]))
    return replace(script, paper=replace(paper, facts=facts))


def _total(name: str, axes: tuple[str, ...]) -> Fact:
    """``sum_k t[i,k] = 1``"""
    letters = [*"ina"[: len(axes) - 1], "k"]
    *others, last = (Index(letter, axis) for letter, axis in zip(letters, axes, strict=True))
    total = Sum((last,), Ref(name, (*others, last)))
    return Fact(total, "=", ONE, f"{to_plain(total)} = 1")


def _targets(paper: Paper) -> Iterator[str]:
    """Names that nothing defines and that multiply a logarithm, or make up what does."""
    bodies = [one.body for one in paper.definitions.values()]
    bodies += [right for one in paper.definitions.values() for _, right in one.entries]
    beside = {one for body in bodies for one in _beside_logarithms(body)}
    parts = {
        n.name
        for one in beside & paper.definitions.keys()
        for n in walk(paper.definitions[one].body)
        if isinstance(n, Ref)
    }
    halves = {n for body in bodies for n in _complements(body)}  # of two classes
    for name in sorted((beside | parts) - halves - paper.definitions.keys()):
        if 0 < len(paper.axes.get(name, ())) < 4 and not _WEIGHT.match(name):
            yield name


def _complements(body: Expr) -> Iterator[str]:
    """The y of ``1 - y``."""
    for node in walk(body):
        if isinstance(node, Add) and ONE in node.terms:
            for term in node.terms:
                yield from (n.name for n in walk(term) if isinstance(n, Ref))


def _beside_logarithms(body: Expr) -> set[str]:
    """Names in factors of products of which another factor is, or holds, a logarithm."""
    found = set[str]()
    for node in walk(body):
        if not isinstance(node, Mul):
            continue
        logarithms = [f for f in node.factors if _has_logarithm(f)]
        others = [f for f in node.factors if not any(f is one for one in logarithms)]
        if logarithms:
            found |= {n.name for f in others for n in walk(f) if isinstance(n, Ref)}
    return found


def _has_logarithm(factor: Expr) -> bool:
    return any(isinstance(node, Fn) and node.name == "log" for node in walk(factor))
