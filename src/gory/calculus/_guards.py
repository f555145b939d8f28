"""Sums that leave one out: the guard of ``sum_{j != y}`` stays where it costs next to nothing.

In the normal form [j != y] is 1 - delta[j,y], and the sum over the others becomes a total less one
of its terms. That finds what cancels. Where nothing does, the guard is what a reader knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gory.algebra import Setting, TooLargeError, glyphs
from gory.calculus._derivation import Step
from gory.notation import Bracket, Expr, Index, walk

WORTH = 3  # glyphs that a guard may cost, which is what it takes to write it


def guards(expr: Expr) -> int:
    """How often [a != b] stands in an expression."""
    return sum(
        isinstance(node, Bracket) and node.relation == "!=" and isinstance(node.left, Index)
        for node in walk(expr)
    )


def keeping_guards(setting: Setting) -> Setting:
    """The same setting with [a != b] as it stands."""
    return replace(setting, keeps_unequal=True, _bodies={}, _memo={}, _signs={})


def with_guards(
    line: Expr, usual: Sequence[Step], guarded: Callable[[], Sequence[Step]]
) -> list[Step]:
    """The steps that keep guards, if they end in a line that is about as short as the usual one."""
    opened = usual[-1].after if usual else line
    if not guards(line) or guards(opened):
        return list(usual)
    try:
        kept = list(guarded())
    except TooLargeError:
        return list(usual)
    closed = kept[-1].after if kept else line
    return kept if glyphs(closed) <= glyphs(opened) + WORTH * guards(closed) else list(usual)
