"""What somebody's text means: for every section a paper, and the chains of lines that speak of it.

Plain values, from the reader of sections to the checker of lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from gory.notation._nodes import Expr
from gory.notation._paper import Fact, Paper


@dataclass(frozen=True)
class Line:
    """One side of a chain: as written, and its readings as expressions."""

    row: int
    source: str
    exprs: tuple[Expr, ...] = ()
    relation: str = "="
    problem: str = ""
    conditions: tuple[Expr, ...] = ()  # factors that are one where the line is claimed
    is_definition: bool = False
    remarks: tuple[str, ...] = ()  # on the readings, where they are not the plain ones
    stray: tuple[str, ...] = ()  # indices that are free here and not on the left side
    is_fault: bool = False  # no reading of the stray indices makes sense


@dataclass(frozen=True)
class Chain:
    """Lines joined by equals signs; the first is what the others are claimed to be equal to."""

    lines: tuple[Line, ...]
    settings: tuple[tuple[Expr, ...], ...] = ((),)  # conditions that may be meant, likeliest first
    restates: str = ""  # a name that is defined above in other words
    place: int = -1  # of its statement in the manuscript
    is_posed: bool = False  # words say that it is to be solved, or holds at one point
    case: tuple[Fact, ...] = ()  # what holds in the case that the text speaks of here


@dataclass(frozen=True)
class Script:
    """One section: what its names mean, and what it claims."""

    paper: Paper
    chains: tuple[Chain, ...]
    unknown: frozenset[str] = frozenset()
