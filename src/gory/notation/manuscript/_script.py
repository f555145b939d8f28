"""What somebody's text means: for every section a paper, and the chains of lines that speak of it.

Plain values, from the reader of sections to the checker of lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gory.notation._nodes import Expr
from gory.notation._paper import Definition, Fact, Paper
from gory.notation.latex import Step
from gory.notation.manuscript.words._hedges import Hedge


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
    doubts: tuple[str, ...] = ()  # what was guessed to read it
    misfit: str = ""  # what is wrong with its shapes
    fits: tuple[tuple[Expr, str], ...] = ()  # with other transposes, and how that is written


@dataclass(frozen=True)
class Chain:
    """Lines joined by equals signs; the first is what the others are claimed to be equal to."""

    lines: tuple[Line, ...]
    settings: tuple[tuple[Expr, ...], ...] = ((),)  # conditions that may be meant, likeliest first
    restates: str = ""  # a name that is defined above in other words
    place: int = -1  # of its statement in the manuscript
    is_posed: bool = False  # words say that it is to be solved, or holds at one point
    case: tuple[Fact, ...] = ()  # what holds in the case that the text speaks of here
    is_remote: bool = False  # the case stands in an earlier sentence
    hedges: tuple[Hedge, ...] = ()  # words around it that may restrict what it claims
    is_display: bool = True
    words: str = ""  # of its sentence, before it
    case_from: int = 0  # the first line in the case


@dataclass(frozen=True)
class Meaning:
    """What else a defined name may mean: by another equation of it, or just a given name."""

    row: int
    definition: Definition | None


@dataclass(frozen=True)
class Script:
    """One section: what its names mean, and what it claims."""

    paper: Paper
    chains: tuple[Chain, ...]
    unknown: frozenset[str] = frozenset()
    meanings: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)  # names of which something is unread
    domains: Mapping[str, str] = field(default_factory=dict)  # finite sets of values, as written
    words: str = ""  # the text, for facts that are said in words
    introduced: frozenset[str] = frozenset()  # names of which words say that they are defined
    said_below: Mapping[str, int] = field(default_factory=dict)  # rows of definitions on their own
    steps: Mapping[str, Step] = field(default_factory=dict)  # arrays at other steps
    slopes: Mapping[str, str] = field(default_factory=dict)  # derivatives of undefined losses
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)  # words of unread equations
    formal: frozenset[str] = frozenset()  # names that are defined in the paper language
