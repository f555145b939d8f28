"""What a document states: chains of sides, with what the text around them says of each.

Plain values, from the reader of a document to the reader of its sections.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gory.notation.latex import Step
from gory.notation.manuscript._sides import Side, SideReader

_BY = re.compile(r",\s*([A-Za-z]\w*)(?:\[[\w,]*\])?(?=\s*[,)])")  # of d(f, x[i], y)


@dataclass(frozen=True)
class Statement:
    """Sides in a chain, with what the text says about them."""

    sides: tuple[Side, ...]
    cue: str = ""
    is_display: bool = True
    is_definition: bool = False
    is_fact: bool = False
    condition: tuple[str, str, str] | None = None  # the statement is "i = j" between indices
    follows_if: bool = False  # "if" stands between the formula before and this one
    section: int = 0
    is_plain: bool = False  # in the paper language
    is_model: bool = False  # it describes data, and defines and claims nothing
    before: str = ""  # its sentence up to it, formulas as FORMULA
    after: str = ""  # and behind it
    heading: tuple[str, str, str] | None = None  # the case that the heading above speaks of
    at: int = -1  # its place in the text
    only_declares: bool = False  # said aside: it may be a fact, and is no claim
    is_example: bool = False  # it is a number of an example, or nothing
    beside: int = 0  # the side of the chain before it that it stands beside


def with_condition(statement: Statement, number: int, condition: tuple[str, str, str]) -> Statement:
    """The same with a condition under which one of its sides is claimed.

    At the end of a row it is said of all of the row that has none.
    """
    sides = list(statement.sides)
    if number < len(sides):
        last = sides[number]
        ends = number == len(sides) - 1
        row = [n for n in range(1, number) if ends and sides[n].row == last.row]
        for place in (number, *(n for n in row if not sides[n].conditions)):
            more = (*sides[place].conditions, condition)
            sides[place] = replace(sides[place], conditions=more)
    return replace(statement, sides=tuple(sides))


@dataclass(frozen=True)
class Tuple:
    """A name with the numbers that are its entries, and where it stands."""

    at: int
    row: int
    name: str
    entries: tuple[str, ...]
    columns: int = 0  # of a matrix, row by row


@dataclass
class Manuscript:
    """All statements of a document, and what it says about names and ranges."""

    text: str
    statements: list[Statement] = field(default_factory=list)
    declarations: list[str] = field(default_factory=list)  # index lines, fixed sizes
    facts: list[str] = field(default_factory=list)  # that constructs declare by themselves
    limits: dict[str, tuple[str, str]] = field(default_factory=dict)  # of the letters of sums
    doubtful: Mapping[str, str] = field(default_factory=dict)  # names, and what is not read of them
    domains: Mapping[str, str] = field(default_factory=dict)  # finite sets of values, as written
    steps: dict[str, Step] = field(default_factory=dict)  # arrays at other steps
    composed: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # functions at others
    from_one: frozenset[tuple[str, int]] = frozenset()  # axes on which a letter may begin at 1
    tuples: list[Tuple] = field(default_factory=list)  # of numbers
    left_out: frozenset[str] = frozenset()  # letters that may be fixed, or run over pairs
    unknown: frozenset[str] = frozenset()  # functions that the text uses and does not define
    sizes: dict[tuple[str, int], str] = field(default_factory=dict)  # of axes, as declared
    stand_ins: Mapping[str, str] = field(default_factory=dict)  # functions, and those they are for
    has_examples: bool = False  # of numbers in plain text, which are read as they are typed
    preferred: frozenset[int] = frozenset()  # places of equations that define before all others
    reader: SideReader | None = None  # for sides that are not in the text

    def with_model(self, place: int) -> Manuscript:
        """The same with a statement that describes data."""
        after = list(self.statements)
        after[place] = replace(after[place], is_model=True)
        return replace(self, statements=after)

    def with_sections(self, places: Collection[int]) -> Manuscript:
        """The same with sections that begin at some statements; definitions above them hold unless
        they replace them.
        """
        starts = sorted(places)
        after = [
            replace(s, section=s.section + bisect_right(starts, n))
            for n, s in enumerate(self.statements)
        ]
        return replace(self, statements=after)


def variables(statements: Sequence[Statement]) -> frozenset[str]:
    """The names by which something is differentiated."""
    texts = [text for one in statements for side in one.sides for text in side.readings]
    return frozenset(name for text in texts if "d(" in text for name in _BY.findall(text))
