r"""Whole vectors and matrices, which become text with indices once it is known with which.

``X^\top (H - Y)`` has no indices until somebody asks for the entry (j, k) of it. An `Array` is
that question in waiting: it knows whether it has rows and columns, and writes its entry when the
letters are given. Products contract, transposes swap, a vector is a column. What does not fit is
an error with the shapes; no shape is guessed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from gory.notation._errors import NotationError, ShapeError

LONGEST_ENTRY = 20_000  # characters of one entry; a line of an article has a few hundred

Letters = tuple[str, ...]


@dataclass(frozen=True)
class Array:
    """A vector or matrix: which axes it has, and how its entry is written.

    ``write`` takes the letters of the row and the column, and the letters that sums inside may
    bind. ``slope`` names what is differentiated and by what, where this is a derivative; such an
    array stands as a row or as a column, as the product asks.
    """

    rows: bool
    cols: bool
    write: Callable[[str, str, Letters], str]
    slope: tuple[str, str] = ("", "")

    @property
    def axes(self) -> int:
        return self.rows + self.cols

    @property
    def shown(self) -> str:
        if self.axes == 2:
            return "a matrix"
        return "a column" if self.rows else "a row"

    def entry(self, letters: Letters) -> str:
        """The general entry: one letter for a vector, two for a matrix, then those of sums."""
        if len(letters) < self.axes:
            raise NotationError("the text uses so many letters that none is left for an index")
        own, free = letters[: self.axes], letters[self.axes :]
        row = own[0] if self.rows else ""
        found = self.write(row, own[-1] if self.cols else "", free)
        if len(found) > LONGEST_ENTRY:
            raise NotationError("written out with indices this is too long to be read")
        return found


def transposed(a: Array) -> Array:
    return Array(a.cols, a.rows, lambda r, c, free: a.write(c, r, free), a.slope)


def applied(a: Array, form: Callable[[str], str]) -> Array:
    """A function of every entry."""
    return Array(a.rows, a.cols, lambda r, c, free: form(a.write(r, c, free)))


def called(name: str, argument: str | Array) -> str | Array:
    """A function of a number, or of every entry."""
    if isinstance(argument, Array):
        return applied(argument, lambda entry: f"{name}({entry})")
    return f"{name}({argument})"


def scaled(a: Array, number: str) -> Array:
    return applied(a, lambda entry: f"{number} {entry}")


def entrywise(a: Array, b: Array, sign: str) -> Array:
    """Two arrays of the same shape, entry by entry."""
    if (a.rows, a.cols) != (b.rows, b.cols):
        if a.axes == b.axes and a.slope != b.slope and "" in (a.slope[0], b.slope[0]):
            b = transposed(b)  # a derivative is a row or a column, whichever is wanted
        else:
            raise ShapeError(f"{a.shown} and {b.shown} are combined entry by entry")
    return Array(
        a.rows, a.cols, lambda r, c, free: f"({a.write(r, c, free)} {sign} {b.write(r, c, free)})"
    )


def product(a: Array, b: Array) -> Array:
    """The product of matrices, of which the inner and the outer product are cases."""
    if a.axes == 2 and b.axes == 2 and a.slope[0] and a.slope[0] == b.slope[1] != a.slope[1]:
        a, b = transposed(a), transposed(b)  # the chain rule in the layout of transposed Jacobians
        return transposed(product(b, a))
    if not a.cols and b.rows and a.slope[0]:
        a = transposed(a)
    elif a.cols and not b.rows and b.slope[0]:
        b = transposed(b)
        if a.slope[0] and a.slope[0] == b.slope[1]:
            a = transposed(a)
    if a.cols and b.rows:
        return Array(a.rows, b.cols, lambda r, c, free: _contracted(a, b, r, c, free))
    if not a.cols and not b.rows:
        return Array(
            True, True, lambda r, c, free: f"{a.write(r, '', free)} {b.write('', c, free)}"
        )
    raise ShapeError(
        f"the product of {a.shown} and {b.shown} is read only where it is a matrix product; "
        "transpose one of them, or write \\odot",
        f"{a.shown} times {b.shown} is no product of matrices",
    )


def _contracted(a: Array, b: Array, row: str, column: str, free: Letters) -> str:
    if not free:
        raise NotationError("more products than there are letters for their sums")
    inner, free = free[0], free[1:]
    return f"(sum_{{{inner}}} ({a.write(row, inner, free)} {b.write(inner, column, free)}))"


def inner(a: Array, b: Array) -> Array:
    """The sum of the products of all entries."""
    a, b = as_column(a), as_column(b)
    both = entrywise(a, b, "")
    return all_entries(both)


def all_entries(a: Array) -> Array:
    """The sum of all entries."""

    def write(_row: str, _column: str, free: Letters) -> str:
        if len(free) < a.axes:
            raise NotationError("more sums than there are letters for them")
        return f"(sum_{{{','.join(free[: a.axes])}}} {a.entry(free)})"

    return Array(False, False, write)


def as_column(a: Array) -> Array:
    return transposed(a) if a.cols and not a.rows else a


def diagonal(a: Array) -> Array:
    """The matrix that has a vector on its diagonal."""
    if a.axes != 1:
        raise NotationError("diag is read of a vector")
    column = as_column(a)
    return Array(True, True, lambda r, c, free: f"delta[{r},{c}] {column.write(r, '', free)}")


def running(text: str, word: str) -> Array:
    r"""The entries of ``\operatorname{diag}(h_i (1 - h_i))``, one for every i."""
    bound = {x for under in re.findall(r"sum_\{([\w,]+)\}", text) for x in under.split(",")}
    used = {x for own in re.findall(r"\[([\w,]+)\]", text) for x in own.split(",")}
    free = [x for x in used - bound if x.isalpha()]
    if len(free) != 1 or word not in ("diag", "Diag"):
        raise NotationError(f"the text does not say that the argument of {word} is an array")
    letter = re.compile(rf"\b{free[0]}\b(?=[^\[\]]*\])")
    return Array(True, False, lambda row, _c, _free: f"({letter.sub(row, text)})")


def trace(a: Array) -> Array:
    """The sum over the diagonal of a matrix."""
    if a.axes != 2:
        raise NotationError("a trace is read of a matrix")

    def write(_row: str, _column: str, free: Letters) -> str:
        if not free:
            raise NotationError("more sums than there are letters for them")
        return f"(sum_{{{free[0]}}} {a.write(free[0], free[0], free[1:])})"

    return Array(False, False, write)


ONES = Array(True, False, lambda _r, _c, _free: "1")
ZEROS = Array(True, False, lambda _r, _c, _free: "0")
IDENTITY = Array(True, True, lambda r, c, _free: f"delta[{r},{c}]")


def softmax(a: Array) -> Array:
    """Of a vector over its entries, of a matrix row by row."""

    def write(row: str, column: str, free: Letters) -> str:
        if not free:
            raise NotationError("more sums than there are letters for them")
        bound, free = free[0], free[1:]
        above = a.write(row, column, free)
        below = a.write(row, bound, free) if a.cols else a.write(bound, column, free)
        return f"(exp({above}) / (sum_{{{bound}}} (exp({below}))))"

    return Array(a.rows, a.cols, write)


def log_sum_exp(a: Array) -> Array:
    if a.axes != 1:
        raise NotationError("the log-sum-exp is read of a vector")
    inner_sum = all_entries(applied(as_column(a), lambda entry: f"exp({entry})"))
    return applied(inner_sum, lambda entry: f"log({entry})")
