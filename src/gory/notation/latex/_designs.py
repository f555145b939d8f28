r"""Design matrices that nobody defines: the X of ``X^\top (y - \mu)`` beside ``x_{ij}``.

By habit the rows of X are the vectors ``x_i`` of the text. Authors who have them as columns write
the transposes of all products, so that the products tell which is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement

_DRESS = {"\\mathbf", "\\mathrm", "\\boldsymbol", "\\bm", "\\left", "\\right", "{", "}"}
_COLUMNS = re.compile(
    r"(?i)\bcolumns? of \$|\bwhose columns\b|\bas (?:its )?columns\b|\bin columns\b"
)
_TURNED = r"\^ (?:T|\\top|\\intercal)(?![A-Za-z])"
_END = re.compile(r"\\sum _ [a-z] = 1 \^ ([A-Za-z])(?![A-Za-z])")
_WEIGHTS = r"(?:w|b|\\beta|\\theta|\\phi|\\alpha)(?![A-Za-z])"


def designs_of(text: str, statements: Sequence[LatexStatement]) -> dict[str, str]:
    """Matrices that stand for all rows ``x_i`` together, each with the name of the rows."""
    if _COLUMNS.search(text):
        return {}
    sides = [
        " ".join(t.text for t in side if t.text not in _DRESS)
        for one in statements
        for side in one.sides
    ]
    lefts = {name for one in statements if one.relations[1:2] == ["="] for name in _first(one)}
    letters = {piece for side in sides for piece in side.split() if len(piece) == 1}
    capitals = sorted(x for x in letters if x.isascii() and x.isupper() and x.lower() in letters)
    capitals += [r"\Phi"] if any(r"\Phi" in side.split() for side in sides) else []
    found = {x: x.lower() for x in capitals if not {x, x.lower()} & lefts}
    ends = {end for side in sides for end in _END.findall(side)}
    found = {
        x: r for x, r in found.items()
        if _has_rows(r, sides) and _votes(x, sides) + _declared(x, statements, ends) > 0
    }  # fmt: skip
    return {x.lstrip("\\"): row.lstrip("\\") for x, row in found.items()}


def _first(statement: LatexStatement) -> list[str]:
    """The name that a left side begins with."""
    return [t.text for t in statement.sides[0] if t.text not in _DRESS][:1]


def _has_rows(name: str, sides: Sequence[str]) -> bool:
    """Whether a name is a vector with one letter below it, or an entry of one with two."""
    name = re.escape(name)
    row = rf"(?<![A-Za-z\\]){name} _ [a-z](?![A-Za-z])"
    is_row = re.compile(rf"{row} (?:, )?[a-z](?![A-Za-z])|{row} {_TURNED}|{_TURNED} {row}")
    return any(is_row.search(side) for side in sides)


def _declared(matrix: str, statements: Sequence[LatexStatement], ends: set[str]) -> int:
    r"""A vote for rows if the first axis of ``X \in R^{n \times d}`` is that of the samples,
    over which the sums run; against them if the second is.
    """
    for one in statements:
        if one.relations[-1:] != [r"\in"] or _first(one) != [matrix]:
            continue
        pieces = [t.text for t in one.sides[-1] if t.text not in _DRESS]
        if r"\times" in pieces[1:-1]:
            place = pieces.index(r"\times")
            return (pieces[place - 1] in ends) - (pieces[place + 1] in ends)
    return 0


def _votes(matrix: str, sides: Sequence[str]) -> int:
    """Products that say that the rows are rows, less those that say that they are columns."""
    name = matrix
    matrix = re.escape(matrix)
    own = rf"(?<![A-Za-z\\]){matrix}(?! _)"
    has_entries = re.compile(rf"(?<![A-Za-z\\])(?:{matrix} _|(?:d|\\partial) {matrix})")
    for_rows = re.compile(rf"{own} {_TURNED} (?!{_WEIGHTS}|[-+=)])|{own} {_WEIGHTS}")
    for_columns = re.compile(rf"{own} {_TURNED} {_WEIGHTS}|{own} (?:\(|[ypt](?![A-Za-z]))")
    if any(has_entries.search(side) for side in sides):
        return 0
    votes = sum(len(for_rows.findall(side)) - len(for_columns.findall(side)) for side in sides)
    if votes == 0 and any(f"\\| {name} \\|" in side for side in sides):
        return 1  # the norm is the same either way
    return votes
