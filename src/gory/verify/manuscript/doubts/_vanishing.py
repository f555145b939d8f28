r"""Lines that hold because both of their sides are zero where something is what the text says.

"$v = (A - b)^2$, which is zero for $b = A$, and $\partial v / \partial b = 2 (A - b)$": with
``b = A`` put in, any multiple is right. What a line differentiates by is a variable there.
"""

from __future__ import annotations

from dataclasses import replace

from gory.notation import ZERO, D, Ref, walk
from gory.verify.manuscript._chain import ChainChecker
from gory.verify.manuscript._proofreading import PASSED


def vanishes(checker: ChainChecker, number: int) -> str:
    """Why a line that holds may not: only since both sides are zero by a definition."""
    line = checker.chain.lines[number]
    before = checker.line_before(line)
    raw = (before.exprs[0], line.exprs[0])
    paper, case = checker.ground.paper, checker.chain.case
    if line.exprs[0] == ZERO or not (case or paper.definitions):
        return ""
    left, right = (checker.ground.prepare(side) for side in raw)
    slopes = [node for side in raw for node in walk(side) if isinstance(node, D)]
    special = {one.left.name for one in case if isinstance(one.left, Ref)}
    for name in sorted({one.wrt.name for one in slopes} & (special | paper.definitions.keys())):
        if checker.ground.compare(left, ZERO).verdict not in PASSED:
            return ""
        kept = {n: one for n, one in paper.definitions.items() if n != name}
        facts = tuple(one for one in paper.facts if one not in case or one.left != Ref(name))
        free = checker.ground.on(replace(paper, definitions=kept, facts=facts))
        if free.compare(left, right, checker.factors).verdict == "refuted":
            return f"both sides are zero with what the text says of {name}, and differ otherwise"
    return ""
