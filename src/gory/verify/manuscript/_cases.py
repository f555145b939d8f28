"""Chains with a line that is wrong in general, in the case of which their sentence speaks.

A case that stands beside a chain is granted to it; one that an earlier sentence speaks of is a
reason for a doubt only. Neither proves a line whose sides are both zero there.
"""

from __future__ import annotations

from dataclasses import replace

from gory.notation.manuscript._script import Script
from gory.verify.manuscript._chain import ChainChecker
from gory.verify.manuscript._proofreading import PASSED, CheckedLine
from gory.verify.manuscript.doubts._vanishing import vanishes


def judged_in_case(
    checker: ChainChecker, lines: list[CheckedLine], script: Script
) -> tuple[ChainChecker, list[CheckedLine]]:
    """The lines of a chain in its case, as far as they say something there."""
    chain = checker.chain
    paper = replace(script.paper, facts=(*script.paper.facts, *chain.case))
    inside = checker.ground.on(paper)
    within = ChainChecker(checker.ground, chain, inside, explains=checker.explains)
    others = within.lines()
    if chain.is_remote:
        lines = [_doubted(one, other) for one, other in zip(lines, others, strict=True)]
        checker.forget(n for n, one in enumerate(lines) if one.verdict == "unread")
        return checker, lines
    passed = {n for n, one in enumerate(others) if one.verdict in PASSED}
    idle = {n for n in passed if vanishes(within, n)}
    if not idle:
        return within, others
    checker.forget(passed - idle)
    return checker, [others[n] if n in passed - idle else one for n, one in enumerate(lines)]


def _doubted(line: CheckedLine, other: CheckedLine) -> CheckedLine:
    """A line that holds only in a case of which an earlier sentence speaks."""
    if line.verdict != "refuted" or other.verdict == "refuted":
        return line
    why = "holds in the case of which the text speaks before it, and not otherwise"
    return line.undecided(why)
