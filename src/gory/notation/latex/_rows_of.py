r"""Rows of a matrix as vectors: ``x_i`` where words speak of the rows of $X$.

Such an ``x_i`` is the row i of X, so that ``\sum_i x_i x_i^\top`` and ``X^\top X`` are known to be
one. Of columns nothing is taken for granted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex

_ROWS = re.compile(
    r"(?i:\brows?) of \$\s*(?:\\math(?:bf|rm)|\\boldsymbol)?\s*\{?([A-Z])(?![A-Za-z_^])"
)
_ROWS_CALLED = re.compile(  # "$B \in \mathbb{R}^{K \times d}$ with rows $b_k^\top$"
    r"\$\s*([A-Z])\s*(?:\\in[^$]{1,60})?\$[^.$]{0,40}"
    r"\b(?:with|and|has|whose)(?: the)? rows(?: are)? "
    r"\$([a-z])_\{?[a-z]\}?\s*(?:\^\s*\{?\s*(?:\\top|\\intercal|T)\b|\$)"
)
_WEIGHTS = ("W", "V", "U", "B")
_DRESS = frozenset((r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", "{", "}", "&"))
_COLUMNS = re.compile(r"(?i)\bcolumns? of \$|\bwhose columns\b|\bas (?:its )?columns\b")


def rows_of(text: str, statements: Sequence[LatexStatement]) -> dict[str, str]:
    """Names with one index that stand for the rows of a matrix, and the matrix."""
    if _COLUMNS.search(text):
        return {}
    found = {}
    called = {match[1] for match in _ROWS_CALLED.finditer(text) if match[2] == match[1].lower()}
    called |= {one for one in _WEIGHTS if _is_in_front(one, statements)}
    for matrix in sorted(called | {match[1] for match in _ROWS.finditer(text)}):
        name = matrix.lower()
        uses = [_use(side, place) for one in statements for side in one.sides
                for place, token in enumerate(side) if token.text == name]  # fmt: skip
        lefts = [[t.text for t in one.sides[0][:2]] for one in statements if len(one.sides) > 1]
        if uses and all(uses) and [name, "_"] not in lefts:
            found[name] = matrix
    return found


def _is_in_front(matrix: str, statements: Sequence[LatexStatement]) -> bool:
    """``\\eta_n = W x_n`` beside ``w_c^\\top x_n``: the matrix stands before vectors, bare, and
    never turned or behind one; its rows stand turned before the same vectors.
    """
    shown = [
        " ".join(t.text for t in s if t.text not in _DRESS) for o in statements for s in o.sides
    ]
    alone, vector = r"(?<![A-Za-z\\])", r"([a-z])(?![A-Za-z])"
    own = alone + matrix
    row = rf"{alone}{matrix.lower()} _ [a-z](?: ')? \^ (?:T|\\top|\\intercal) {vector}"
    before = {m[1] for side in shown for m in re.finditer(rf"{own} {vector}", side)}
    turned = any(re.search(rf"{own} [_^]|(?<![A-Za-z\\+=-] )[a-z] {own}", side) for side in shown)
    rows = {m[1] for side in shown for m in re.finditer(row, side)}
    return bool(before & rows) and not turned


def _use(side: list[Tex], place: int) -> bool:
    """Whether one letter stands below a name, and nothing above it but a sign of transposition."""
    behind = [t.text for t in side[place + 1 : place + 7]]
    if behind[1:2] == ["{"] and "}" in behind:
        inner = [piece for piece in behind[2 : behind.index("}")] if piece != "'"]
        is_label = len(inner) == 3 and inner[1] == "_"  # w_{y_i}
        behind = [behind[0], *(inner[:1] if len(inner) == 1 or is_label else ["{"])]
    before = side[place - 1].text if place else ""
    is_single = len(behind) > 1 and behind[0] == "_" and behind[1].isalpha()
    return (is_single and behind[2:3] != ["'"]) or before in ("_", "^")
