r"""Lines whose shapes do not fit, and which other transposes make right.

``(\mathbf p - \mathbf y) \mathbf x`` is not read, since it is no product of matrices; where
``(\mathbf p - \mathbf y) \mathbf x^\top`` holds, its author has lost a transpose. That the other
line holds bears out the reading of all of its names, so that nothing else is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation import Expr
from gory.notation.manuscript._script import Chain, Line
from gory.verify.manuscript._claim import Ground
from gory.verify.manuscript._proofreading import PASSED, CheckedLine

SHAPES = "the shapes do not fit: "


def fitting(
    ground: Ground, chain: Chain, before: Expr, line: Line, factors: Sequence[Expr]
) -> tuple[Expr, str] | None:
    """The line with other transposes, if it holds then and no words restrict it."""
    if chain.is_posed or chain.hedges or chain.lines[0].doubts or line.relation != "=":
        return None
    for expr, source in line.fits:
        if ground.obstacle(expr, frozenset()):
            continue
        ready = ground.prepare(expr)
        if ready == before or ground.compare(before, ready, factors).verdict in PASSED:
            return expr, source
    return None


def misfit(line: Line, source: str) -> CheckedLine:
    """The line as a wrong one."""
    why = f"{SHAPES}{line.misfit}"
    repair = f"= {source}"
    return CheckedLine(
        line.row, line.source, "refuted", why, None, repair, "refuted", "", why, f"${repair}$"
    )
