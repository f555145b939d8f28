"""Sums with different limits in one text, of which a line sees those of one kind only.

All sums of one index run over one range here. That is a guess where a text has
``\\sum_{i=1}^N`` and ``\\sum_{i \\in S}``, but not for a line that rests on one of the two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from gory.notation.latex import SPANS
from gory.notation.manuscript._script import Script
from gory.verify.manuscript._chain import ChainChecker, Refutation
from gory.verify.manuscript._claim import reached_names
from gory.verify.manuscript._proofreading import PASSED

_SPAN = re.compile(r"sums (?:over|up to) (\w+) have different limits: (.*?) here, (.*?) elsewhere")
_OVER_A_SET = r"\in"


def of_one_span(refutation: Refutation, of_names: Sequence[str]) -> frozenset[str]:
    """The doubts about limits of sums that do not matter, since all that are seen have the same."""
    sides = (refutation.line, refutation.before, *refutation.chain.lines[:1])
    doubts = {*of_names, *(doubt for side in sides for doubt in side.doubts)}
    mixed = _mixed(doubts)
    return frozenset(
        doubt
        for doubt in doubts
        if (keys := {key for key, *_ in _SPAN.findall(doubt)}) and not keys & mixed
    )


def equates_other_sums(checker: ChainChecker, number: int, script: Script) -> str:
    """Why a line that holds may not: it sees sums with different limits, which are one as read."""
    line = checker.chain.lines[number]
    before = checker.line_before(line)
    sides = [checker.ground.prepare(one.exprs[0]) for one in (before, line)]
    names = frozenset().union(*(reached_names(checker.ground.paper, side) for side in sides))
    guessed = {name for name in names if SPANS in script.doubts.get(name, "")}
    doubts = {*line.doubts, *before.doubts, *(script.doubts[name] for name in guessed)}
    if not any(_OVER_A_SET in own for _, own, _ in _SPAN.findall(" ".join(doubts))):
        return ""  # one letter may well run over two axes
    if not _mixed(doubts):
        return ""
    kept = {n: d for n, d in checker.ground.paper.definitions.items() if n not in guessed}
    ground = checker.ground.on(replace(checker.ground.paper, definitions=kept))
    is_apart = guessed and not {*line.doubts, *before.doubts} & doubts
    if is_apart and ground.compare(sides[0], sides[1], checker.factors).verdict in PASSED:
        return ""
    return "it may take sums with different limits for one: " + " and ".join(sorted(doubts))


def _mixed(doubts: Set[str]) -> set[str]:
    """Letters and limits of sums of which several kinds are seen.

    Of sums from one number to another, one may be a part of the other, or run up to an index.
    """
    spans: dict[str, set[str]] = {}
    found = [one for doubt in doubts for one in _SPAN.findall(doubt)]
    for key, own, _ in found:
        spans.setdefault(key, set()).add(own)
    mixed = {key for key, own in spans.items() if len(own) > 1}
    return mixed | {key for key, own, others in found if not _is_of_a_set(own, others)}


def _is_of_a_set(own: str, others: str) -> bool:
    return _OVER_A_SET in own or all(_OVER_A_SET in one for one in others.split(", "))
