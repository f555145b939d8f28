r"""Matrices with dots: the entries of a row belong together, and so do those of a column.

``\begin{bmatrix} D_1 g_1 & \cdots & D_{NT} g_1 \\ \vdots & & \vdots \\ D_1 g_T & \cdots & ...``
is not an equation that can be tested, but it has a pattern: what changes along the first row is
the number of the column, what changes down the first column is that of the row, and in every row
the number of the row is one. An entry that breaks this names what does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gory.verify.manuscript._proofreading import CheckedDerivation, CheckedLine

_MATRIX = re.compile(
    r"\\begin\{([bpvBV]?matrix)\}((?:(?!\\begin).){1,4000}?)\\end\{\1\}", re.DOTALL
)
_TOKEN = re.compile(r"\\[A-Za-z]+|\d+|[A-Za-z]+|\S")
_BRACED = re.compile(r"_\{(\w+)\}")
_DOTS = re.compile(r"\\(?:cdots|dots|ldots|vdots|ddots|hdots)")
_NUMBER = re.compile(r"\d+|[A-Za-z]+")
FEWEST = 2  # entries of a row or of a column that show a pattern

Cell = tuple[str, ...]


@dataclass(frozen=True)
class Break:
    """An entry that does not belong to its row: where it stands, itself, and what belongs there."""

    row: int
    written: str
    meant: str
    other: str


def with_breaks(text: str, found: Sequence[CheckedDerivation]) -> list[CheckedDerivation]:
    """The derivations of a text, with the matrices in it whose pattern is broken."""
    out = list(found)
    for rows, broken in _breaks(text):
        why = (
            f"the entries of one row of the matrix belong together, and here {broken.written} "
            f"stands beside {broken.other}"
        )
        line = CheckedLine(
            broken.row, broken.written, "refuted", why, None, f"{broken.meant} in this row"
        )
        line = replace(line, whole="refuted", why_latex=why, repair_latex=f"${broken.meant}$")
        out = [one for one in out if not _is_of(one, rows)]
        out.append(CheckedDerivation((line,)))
    return sorted(out, key=lambda one: one.lines[0].row)


def _is_of(one: CheckedDerivation, rows: range) -> bool:
    """Whether a derivation is the matrix, which could not be read."""
    claims = [line for line in one.lines if line.verdict != "given"]
    return bool(claims) and all(line.verdict == "unread" and line.row in rows for line in claims)


def _breaks(text: str) -> Iterator[tuple[range, Break]]:
    for match in _MATRIX.finditer(text):
        if len(_DOTS.findall(match[2])) < FEWEST:
            continue
        first = text.count("\n", 0, match.start()) + 1
        rows = [part.split("&") for part in match[2].split(r"\\")]
        cells = [[_cell(one) for one in row] for row in rows]
        for number, place, meant in _strangers(cells):
            above = r"\\".join(match[2].split(r"\\")[:number])
            row = first + above.count("\n") + (number > 0 and rows[number][0].startswith("\n"))
            written = rows[number][place].strip()
            other = next(one for one in rows[number][::-1] if _cell(one) and one.strip() != written)
            span = range(first, first + match[0].count("\n") + 1)
            yield span, Break(row, written, _with(written, *meant), other.strip())
            break


def _with(written: str, at: int, token: str) -> str:
    """An entry with another token at one place."""
    bare = _BRACED.sub(r"_\1", written)
    found = list(_TOKEN.finditer(bare))[at]
    return f"{bare[: found.start()]}{token}{bare[found.end() :]}"


def _cell(written: str) -> Cell:
    """The tokens of an entry; none for dots."""
    return () if _DOTS.search(written) else tuple(_TOKEN.findall(_BRACED.sub(r"_\1", written)))


def _strangers(cells: Sequence[Sequence[Cell]]) -> Iterator[tuple[int, int, tuple[int, str]]]:
    """Rows and places of entries that break the pattern, with the token that belongs where."""
    top = [cell for cell in cells[0] if cell]
    left = [row[0] for row in cells if row and row[0]]
    if len(top) < FEWEST or len(left) < FEWEST or not _are_alike([*top, *left]):
        return
    across, down = _changing(top), _changing(left)
    if not across or not down or across & down:
        return
    for number, row in enumerate(cells[1:], start=1):
        full = [(place, cell) for place, cell in enumerate(row) if cell]
        if len(full) < FEWEST or not _are_alike([top[0], *(cell for _, cell in full)]):
            continue
        for at in down:
            written = [cell[at] for _, cell in full]
            if len({*written}) > 1:
                usual = _usual(written, cells, at)
                place = next(place for place, cell in full if cell[at] != usual)
                yield number, place, (at, usual)


def _usual(written: Sequence[str], cells: Sequence[Sequence[Cell]], at: int) -> str:
    """The number of a row: the one that most of it has, and not one that counts the columns."""
    columns = {token for row in cells for cell in row for p, token in enumerate(cell) if p != at}
    return max(written[::-1], key=lambda one: (written.count(one), one not in columns))


def _are_alike(cells: Sequence[Cell]) -> bool:
    """Whether entries differ in numbers and letters only."""
    forms = {tuple("#" if _NUMBER.fullmatch(token) else token for token in c) for c in cells}
    return len(forms) == 1


def _changing(cells: Sequence[Cell]) -> set[int]:
    """The places at which entries of one form differ."""
    return {at for at, tokens in enumerate(zip(*cells, strict=True)) if len({*tokens}) > 1}
