r"""Functions by another name: "where $\phi = \tanh$", ``g = \sigma``.

The name is replaced by the function all over the text, and the equation, which claims nothing, is
left out. A name that stands somewhere without a bracket or a prime behind it is not a function.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex

_KNOWN = (r"\tanh", r"\sigma", r"\exp", r"\sin", r"\cos", r"\sinh", r"\cosh", r"\log", r"\ln")
_NAMES = ("f", "g", "h", "F", "G", "s", r"\phi", r"\varphi", r"\psi", r"\rho", r"\sigma")
_BEHIND = ("(", "'", "^")


def write_functions_out(statements: Sequence[LatexStatement]) -> None:
    """Replace such names by what they stand for."""
    for one in statements:
        pieces = [[token.text for token in side] for side in one.sides]
        if len(pieces) != 2 or one.relations[1] != "=" or [len(p) for p in pieces] != [1, 1]:
            continue
        (name,), (known,) = pieces
        if name not in _NAMES or known not in _KNOWN or name == known:
            continue
        others = [side for other in statements if other is not one for side in other.sides]
        if not _is_function(name, others) or _is_of_layers(name, statements):
            continue
        for other in statements:
            other.sides = [
                [Tex(known, t.at) if t.text == name else t for t in side] for side in other.sides
            ]
        one.sides, one.relations, one.is_display = one.sides[:1], [""], False


def _is_of_layers(name: str, statements: Sequence[LatexStatement]) -> bool:
    """``z_k = f(a_k)`` and ``y_j = f(a_j)``: a is one array for k and another one for j."""
    lefts: dict[str, set[str]] = {}
    for one in statements:
        for side in one.sides[1:2]:
            if [t.text for t in side[:2]] == [name, "("] and len(side) > 2 and one.sides[0]:
                lefts.setdefault(side[2].text, set()).add(one.sides[0][0].text)
    return any(len(names) > 1 for names in lefts.values())


def _is_function(name: str, sides: Sequence[list[Tex]]) -> bool:
    behind = [
        side[place + 1].text if place + 1 < len(side) else ""
        for side in sides
        for place, token in enumerate(side)
        if token.text == name
    ]
    return bool(behind) and all(piece in _BEHIND for piece in behind)
