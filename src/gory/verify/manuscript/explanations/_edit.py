"""One change on a wrong line that makes it right, as a value: what kind, of what, into what.

The kind is what people say of a slip: a sign, an index, a delta that was lost. The words are made
from it, and so is the answer to whether a right line is so near that the wrong one was not misread.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import reduce

from gory.notation import Add, Expr, Index
from gory.verify.manuscript.wording._wording import Style, Wording, bracketed


class Change(Enum):
    """What kind of change it is."""

    TRANSPOSED = "two indices exchanged all over"
    SIGN = "the sign of a term"
    DELTA = "a delta that was lost"
    INDEX = "another index"
    ORDER = "a - b for b - a"
    SIGN_OF_ALL = "the sign of the whole"
    LOST_NUMBER = "a number that was lost"
    SPARE_NUMBER = "a number too much"
    POWER = "another power"
    ARGUMENT = "the sign of an argument"
    SLOPE = "a function for its derivative"
    SQUARE = "a square at another place"
    SUM = "a sum that was lost"
    WIDER_SUM = "a sum that ends too early"
    TURNED_OVER = "a fraction upside down"
    NAME = "another name"
    COMPLEMENT = "p for 1 - p"
    SPARE_FACTOR = "a factor too much"
    LOST_FACTOR = "a factor that was lost"
    SPARE_TERM = "a term too much"
    NOTHING = "zero for the whole"
    FUNCTION = "a function that was lost"
    LETTER = "an index that is another one in a part of the line"


def stem(name: str) -> str:
    """A name without the number or the step of its layer, which is an index to its author."""
    return name.partition("layer")[0].rstrip("0123456789")


_TOKENS = frozenset(  # changes so small that the line is next to a right one
    [
        Change.TRANSPOSED, Change.SIGN, Change.DELTA, Change.INDEX, Change.LOST_NUMBER,
        Change.SPARE_NUMBER, Change.POWER, Change.ARGUMENT, Change.SLOPE, Change.SUM,
    ]
)  # fmt: skip


_WHOLE = {  # what is said of a whole right side
    Change.TURNED_OVER: "the fraction is upside down",
    Change.NOTHING: "everything cancels",
}


@dataclass(frozen=True)
class Edit:
    """What to change, and the right side with the change.

    ``old`` and ``new`` are the parts that differ, ``of`` is what the change is named after where
    these say too much: the term whose sign is wrong, the delta that is missing.
    """

    kind: Change
    after: Expr
    old: Expr
    new: Expr
    of: tuple[Expr | Index, ...] = ()

    @property
    def is_token(self) -> bool:
        """Whether it is so small that the line is next to a right one."""
        return self.kind in _TOKENS

    def words(self, style: Style) -> Wording:
        """What to change, as a clause."""
        match self.kind, self.of:
            case Change.TRANSPOSED, (one, other):
                return _clause(style, "exchange the indices ", one, " and ", other)
            case Change.SIGN, (term,):
                return _clause(style, "the sign of ", term)
            case Change.SIGN_OF_ALL, _:
                return _clause(style, "the sign")
            case Change.ORDER, _ if isinstance(self.old, Add):
                return _clause(style, "the sign of ", self.old)
            case Change.DELTA, (delta,):
                return _clause(style, delta, " is missing")
            case ((Change.LOST_NUMBER | Change.LOST_FACTOR), (factor,)):
                return _clause(style, "the factor ", factor, " is missing")
            case Change.SPARE_NUMBER, (factor,):
                return _clause(style, "the factor ", factor, " is too much")
            case Change.SPARE_FACTOR, (factor,):
                return _clause(style, "the factor ", factor, " is too much")
            case Change.SPARE_TERM, (term,):
                return _clause(style, "the term ", term, " is too much")
            case Change.SUM, (index,):
                return _clause(style, "the sum over ", index, " is missing")
            case Change.WIDER_SUM, (index,):
                return _clause(style, "the sum over ", index, " ends too early")
            case ((Change.TURNED_OVER | Change.NOTHING), _):
                return Wording(said := _WHOLE[self.kind], said)
        return _clause(style, self.new, " in the place of ", self.old)

    def fault(self, style: Style) -> Wording:
        """What is wrong, as a clause."""
        is_sign = self.kind is Change.ORDER and isinstance(self.old, Add)
        if is_sign or self.kind in (Change.SIGN, Change.SIGN_OF_ALL):
            return self.words(style) + Wording(" is wrong", " is wrong")
        if self.of or self.kind in _WHOLE:
            return self.words(style)
        return _clause(style, self.old, " stands in the place of ", self.new)


def _clause(style: Style, *parts: str | Expr | Index) -> Wording:
    return reduce(Wording.__add__, (_worded(style, part) for part in parts))


def _worded(style: Style, part: str | Expr | Index) -> Wording:
    if isinstance(part, str):
        return Wording(part, part)
    return Wording(part.name, part.name) if isinstance(part, Index) else bracketed(style, part)
