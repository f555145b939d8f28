r"""Values of a function at the rows of data: "where $y_{nk} = y_k(\boldsymbol\phi_n)$".

Such an equation says that the function and the array are one thing: ``y_k(\boldsymbol\phi)`` is the
entry k of one instance, whose letter is left out. The arguments are dropped wherever the function
has them, and the equation says nothing any more. Another function that stands at this input only,
``p(\mathcal{C}_k \mid \boldsymbol\phi) = y_k(\boldsymbol\phi)``, loses it, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex.conventions._name_uses import Use, name_uses


@dataclass(frozen=True)
class _Rows:
    """A function at the rows of its input."""

    given: str  # the input
    instance: str  # its letter
    letters: list[str]  # of the array; none where nothing but the argument is dropped


def drop_row_arguments(statements: Sequence[LatexStatement]) -> None:
    """Write such functions without their arguments."""
    rows: dict[str, _Rows] = {}
    for one in statements:
        if one.relations == ["", "="] and (found := _rows(*one.sides)) is not None:
            name, rows[name] = found
            one.sides, one.relations = one.sides[:1], one.relations[:1]
    inputs = {one.given: one.instance for one in rows.values()}
    for name, given in _always_at(statements):
        if given in inputs and name not in rows:
            rows[name] = _Rows(given, inputs[given], [])
    for one in statements if rows else ():
        own = _defined_at(one, rows)
        sides = [_at_row(side, own) for side in one.sides] if own else one.sides
        one.sides = [_without_arguments(side, rows) for side in sides]


def _defined_at(one: LatexStatement, rows: Mapping[str, _Rows]) -> _Rows | None:
    """The rows of a function that an equation defines, if it has one value for each row."""
    use = next(name_uses(one.sides[0]), None)
    if use is None or use.start or use.name not in rows or one.relations[1:2] != ["="]:
        return None
    own, inner = rows[use.name], _argument(one.sides[0], use)
    is_whole = use.end + len(inner) + 3 == len(one.sides[0])
    given = _whole(inner)
    is_bare = given is not None and given.name == own.given and not given.letters
    is_used = any(t.text == own.instance for side in one.sides for t in side)
    return own if is_whole and is_bare and own.letters == [own.instance] and not is_used else None


def _at_row(side: list[Tex], rows: _Rows) -> list[Tex]:
    """A side with the instance below its input, wherever that stands alone."""
    out, last = list[Tex](), 0
    for use in name_uses(side):
        if use.name == rows.given and not use.letters:
            at = side[use.end].at
            out += [*side[last : use.end + 1], Tex("_", at), Tex(rows.instance, at)]
            last = use.end + 1
    return [*out, *side[last:]]


def _always_at(statements: Sequence[LatexStatement]) -> Iterator[tuple[str, str]]:
    """Names that have the same bare argument wherever they stand, which says nothing then."""
    found: dict[str, set[str]] = {}
    for side in (side for one in statements for side in one.sides):
        for use in name_uses(side):
            given = _whole(_argument(side, use))
            found.setdefault(use.name, set()).add(given.name if given and not given.letters else "")
    for name, own in found.items():
        if len(own) == 1:
            yield name, min(own)


def _rows(left: list[Tex], right: list[Tex]) -> tuple[str, _Rows] | None:
    r"""``y_{nk} = y_k(\phi_n)``: the function, and what that says of its rows."""
    value, call = _whole(left), next(name_uses(right), None)
    if value is None or call is None or call.start or call.name != value.name:
        return None
    inner = _argument(right, call)
    given = _whole(inner)
    if given is None or call.end + len(inner) + 3 != len(right) or len(given.letters) != 1:
        return None
    letter = given.letters[0]
    rest = [x for x in value.letters if x != letter]
    is_row = rest == call.letters and len(rest) + 1 == len(value.letters)
    return (value.name, _Rows(given.name, letter, value.letters)) if is_row else None


def _whole(side: list[Tex]) -> Use | None:
    """The name that a side is, and nothing else."""
    use = next(name_uses(side), None)
    return use if use and use.start == 0 and use.end == len(side) - 1 else None


def _argument(side: list[Tex], use: Use) -> list[Tex]:
    """What stands in brackets right behind a name."""
    opens = use.end + 1
    if opens >= len(side) or side[opens].text != "(" or (end := closing(side, opens)) < 0:
        return []
    return side[opens + 1 : end]


def _without_arguments(side: list[Tex], rows: Mapping[str, _Rows]) -> list[Tex]:
    out: list[Tex] = []
    last = 0
    for use in name_uses(side):
        inner = _argument(side, use) if use.name in rows else []
        given = _whole(inner)
        if given is None or use.start < last or given.name != rows[use.name].given:
            continue
        letter, letters = rows[use.name].instance, rows[use.name].letters
        stop = use.end + len(inner) + 3  # behind the bracket
        if not given.letters:
            out += side[last : use.end + 1]
        elif len(given.letters) == 1 and len(use.letters) + 1 == len(letters):
            at, own = side[use.end].at, iter(use.letters)
            index = [given.letters[0] if x == letter else next(own) for x in letters]
            out += side[last : use.name_end + 1]
            out += [*(Tex(t, at) for t in ("_", "{", *index)), Tex("}", side[stop - 1].at)]
        else:
            continue
        last = stop
    return [*out, *side[last:]]
