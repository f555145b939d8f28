r"""Derivatives as subscripts: ``J_{w_j} = J_h h_a a_{w_j}``, ``h_\eta = h (1 - h)``, ``f_{xy}``.

A subscript is a variable where the text gives the name above it without any index (``h = ...``),
where what stands below is something on which that name depends, by the equations of the text, and
where all that ever stands below that name is so. An index, a class and a label are none of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from gory.notation.latex._scripts import FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

MOST_VARIABLES = 2  # below one name
LONGEST_SUBSCRIPT = 24  # tokens


def write_subscripts_out(statements: Sequence[LatexStatement]) -> None:
    """Replace subscripts that are variables by the fractions that they stand for."""
    bodies = _bodies(statements)
    reach = {name: _reached(name, bodies) for name in bodies}
    uses: dict[str, bool] = {}
    for side in (side for one in statements for side in one.sides):
        for place, end in _subscripted(side):
            name = side[place].text
            is_slope = bool(_variables(side[place + 2 : end], reach.get(name, set())))
            is_called = side[end : end + 1] and _after(side, end) == "("
            uses[name] = uses.get(name, True) and is_slope and not is_called
    names = {name for name, is_slope in uses.items() if is_slope and name in bodies}
    for one in statements if names else ():
        one.sides = [_written_out(side, names, reach) for side in one.sides]


def _after(side: list[Tex], end: int) -> str:
    place = end + (side[end].text == "}") if end < len(side) else end
    return side[place].text if place < len(side) else ""


def _bodies(statements: Sequence[LatexStatement]) -> dict[str, set[str]]:
    """Names that stand alone on a left side, and the names that what they are is made of."""
    found: dict[str, set[str]] = {}
    for one in statements:
        is_plain = one.relations[1:2] == ["="] and len(one.sides[0]) == 1 < len(one.sides[1])
        if is_plain and _is_name(one.sides[0][0]):
            found.setdefault(one.sides[0][0].text, set()).update(_names(one.sides[1]))
    return found


def _names(side: list[Tex]) -> Iterator[str]:
    """Names of a side that are no index."""
    place = 0
    while place < len(side):
        if side[place].text == "_" and place + 1 < len(side):
            end = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
            place = max(end, place + 1) + 1
            continue
        if side[place].text in FONTS and [t.text for t in side[place + 1 : place + 2]] == ["{"]:
            end = closing(side, place + 1)
            if end > place + 3:  # a word, as in \\mathrm{diag}
                place = end + 1
                continue
        if _is_name(side[place]):
            yield side[place].text
        place += 1


def _reached(name: str, bodies: Mapping[str, Set[str]]) -> set[str]:
    """All on which a name depends."""
    found, todo = set[str](), [*bodies.get(name, ())]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += bodies.get(one, ())
    return found - {name, "e"}


def _subscripted(side: list[Tex]) -> Iterator[tuple[int, int]]:
    """Names with something below them, and where that ends: at its brace, or behind its sign."""
    for place in range(len(side) - 2):
        if _is_name(side[place]) and side[place + 1].text == "_":
            is_group = side[place + 2].text == "{"
            end = closing(side, place + 2) if is_group else place + 3
            if place + 2 < end <= place + LONGEST_SUBSCRIPT:
                yield place, end


def _variables(inner: list[Tex], reach: Set[str]) -> list[list[Tex]]:
    """The variables below a name: ``w_j``, ``x y``; nothing if something else stands there."""
    if inner and inner[0].text == "{":
        inner = inner[1:]
    found: list[list[Tex]] = []
    place = 0
    while place < len(inner):
        if not _is_name(inner[place]) or inner[place].text not in reach:
            return []
        end = place + 1
        while end + 1 < len(inner) and inner[end].text in ("_", "^"):
            opens = inner[end + 1].text == "{"
            end = (closing(inner, end + 1) if opens else end + 1) + 1
            if end <= place + 1:
                return []
        found.append(inner[place:end])
        place = end
    return found if len(found) <= MOST_VARIABLES else []


def _written_out(
    side: list[Tex], names: Set[str], reach: Mapping[str, Set[str]]
) -> list[Tex]:  # fmt: skip
    out: list[Tex] = []
    last = 0
    for place, end in _subscripted(side):
        name = side[place]
        if name.text not in names or place < last:
            continue
        variables = _variables(side[place + 2 : end], reach[name.text])
        order = [] if len(variables) == 1 else [*"^2"]
        above = [r"\frac", "{", r"\partial", *order, name.text, "}", "{"]
        out += [*side[last:place], *(Tex(text, name.at) for text in above)]
        for variable in variables:
            out += [Tex(r"\partial", name.at), *variable]
        stop = side[end].at if end < len(side) and side[end].text == "}" else side[end - 1].at
        out.append(Tex("}", stop))
        last = end + (end < len(side) and side[end].text == "}" and side[place + 2].text == "{")
    return [*out, *side[last:]]


def _is_name(token: Tex) -> bool:
    return token.is_letter or token.text in GREEK
