r"""A matrix form in LaTeX, broken before its terms where it is too wide for a page."""

from __future__ import annotations

import re

from gory.show._latex_width import width

_PIECE = re.compile(r"\\left|\\right|[{}]| [+-] ")
_STEPS = {r"\left": 1, "{": 1, r"\right": -1, "}": -1}


def matrix_rows(tex: str, room: float, /) -> list[str]:
    """The rows of a matrix form; brackets are not broken."""
    cuts, depth = [0], 0
    for match in _PIECE.finditer(tex):
        depth += _STEPS.get(match.group(), 0)
        if match.group() not in _STEPS and depth == 0:
            cuts.append(match.start() + 1)
    terms = [tex[a:b] for a, b in zip(cuts, [*cuts[1:], len(tex)], strict=True)]
    rows = [terms[0]]
    for term in terms[1:]:
        if width(rows[-1] + term) <= room:
            rows[-1] += term
        else:
            rows.append(term)
    return [row.strip() for row in rows]
