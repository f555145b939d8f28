r"""Words with formulas in them, for ``\text{...}``: broken to the width of a page."""

from __future__ import annotations

from collections.abc import Iterator

from gory.notation import Expr, Index, to_latex
from gory.notation._latex import RELATIONS, index_to_latex
from gory.notation._wording import Part, Relation, parts_of
from gory.show._latex_rows import latex_rows
from gory.show._latex_width import width

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\textasciicircum{}",
    "#": r"\#", "%": r"\%", "&": r"\&", "$": r"\$", "~": r"\textasciitilde{}",
    "<": "$<$", ">": "$>$",
}  # fmt: skip
_LETTER = 0.5  # em


def escaped(text: str) -> str:
    r"""Text for ``\text{...}``, in which no character is a command.

    Examples
    --------
    >>> print(escaped("sum_k y[k] > 0"))
    sum\_k y[k] $>$ 0
    """
    return "".join(_ESCAPES.get(sign, sign) for sign in text)


def latex_words(text: str, room: float, /) -> list[str]:
    r"""A text for ``\text{...}`` in rows at most ``room`` em wide, its formulas in mathematics.

    Examples
    --------
    >>> from gory.notation import ZERO, read_expression
    >>> from gory.notation._wording import relation, wording
    >>> x = read_expression("x[i]")
    >>> print(*latex_words(wording("chain rule where ", relation(x, ">", ZERO)), 30))
    chain rule where $x_i > 0$
    """
    rows = [""]
    for piece in _pieces(text, room):
        longer = rows[-1] + piece
        if rows[-1] and words_width(longer) > room:
            rows[-1] = rows[-1].rstrip()
            rows.append(piece.lstrip())
        else:
            rows[-1] = longer
    return [row.rstrip() for row in rows]


def latex_part(part: Expr | Relation, /) -> str:
    """A formula of a wording in one piece."""
    return part.latex() if isinstance(part, Relation) else to_latex(part)


def words_width(row: str, /) -> float:
    """The width of a row of words and formulas in em."""
    pieces = row.replace(r"\$", "s").split("$")
    return sum(_LETTER * len(words) for words in pieces[::2]) + sum(map(width, pieces[1::2]))


def _pieces(text: str, room: float) -> Iterator[str]:
    """Words with the space behind them, and formulas, a wide one in several pieces."""
    for part in parts_of(text):
        if isinstance(part, str):
            words = escaped(part).split(" ")
            yield from (f"{word} " for word in words[:-1])
            yield words[-1]
        else:
            first, *others = _rows(part, room)
            yield f"${first}$"
            yield from (f" ${row}$" for row in others)


def _rows(part: Part, room: float) -> list[str]:
    if not isinstance(part, Relation):
        return [part] if isinstance(part, str) else latex_rows(part, room)
    rows = [""]
    for sign, side in zip(("", *part.signs), part.sides, strict=True):
        own = [index_to_latex(side)] if isinstance(side, Index) else latex_rows(side, room - 4)
        rows[-1] += f" {RELATIONS.get(sign, sign)} {own[0]}" if sign else own[0]
        rows += own[1:]
    return rows
