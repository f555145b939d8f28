r"""Derivatives that do not say by what: ``D_j S_i``, ``DS``, ``\nabla E``.

The variable is the argument with which the text defines the name, as in ``S_i(a)`` or
``E(\mathbf w)``, or the one array behind its definition that nothing defines. Where there is no
such thing, or more than one, nothing is written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._scripts import FONTS, GREEK, TRANSPOSED, single_name
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import OPENING, Tex, closing

MOST_STEPS = 20  # from definition to definition
_SUBSCRIPTED = ("_",)


class _Definitions:
    """What a text says its names are, token by token."""

    def __init__(self, statements: Sequence[LatexStatement]) -> None:
        self.arguments: dict[str, list[list[Tex]]] = {}
        self.arrays: dict[str, dict[str, list[Tex]]] = {}
        for one in statements:
            if one.relations[1:2] == ["="]:
                self.see(one.sides[0], one.sides[1])

    def see(self, left: list[Tex], right: list[Tex]) -> None:
        end = name_end(left, 0)
        name = single_name(left[:end])
        if not name or name in self.arrays:
            return
        at = scripts_end(left, end)
        if at < len(left) and left[at].text == "(" and closing(left, at) == len(left) - 1:
            self.arguments[name] = [left[at + 1 : -1]]
        elif at < len(left):
            return
        self.arrays[name] = dict(_arrays(right))

    def variable(self, name: str) -> list[Tex]:
        """The tokens of what a name is differentiated by; none where that is open."""
        own = self.arguments.get(name, [])
        if own:
            return own[0] if single_name(own[0]) else []
        found: dict[str, list[Tex]] = {}
        todo, seen = [name], set[str]()
        while todo and len(seen) < MOST_STEPS:
            one = todo.pop()
            if one in seen:
                continue
            seen.add(one)
            for other, tokens in self.arrays.get(one, {}).items():
                if other in self.arrays:
                    todo.append(other)
                else:
                    found[other] = tokens
        return next(iter(found.values())) if len(found) == 1 else []


def write_operators_out(statements: Sequence[LatexStatement]) -> None:
    """Replace operators without a variable by those with one, in all sides of a text."""
    pieces = {token.text for one in statements for side in one.sides for token in side}
    if not pieces & {"D", r"\nabla"}:
        return
    known = _Definitions(statements)
    has_d = "D" not in known.arrays and not any(
        t.text == "D" for one in statements for side in one.sides[1:] for t in _leaves(side)
    )
    for one in statements:
        one.sides = [_written_out(side, known, has_d=has_d) for side in one.sides]


def has_plain_d(statements: Sequence[LatexStatement]) -> bool:
    r"""Whether D is transposed somewhere, a variable, or has two indices wherever it has some:
    ``D^\top``, ``\partial D_{ik}``, ``D_{il} a_l``.
    """
    sides = [side for one in statements for side in one.sides]
    if (found := [n for side in sides for n in _indices_of_d(side)]) and min(found) > 1:
        return True
    return any(
        _is_transposed(side, place) or (place > 0 and side[place - 1].text == r"\partial")
        for side in sides
        for place, token in enumerate(side)
        if token.text == "D"
    )


def _is_transposed(side: list[Tex], place: int) -> bool:
    behind = [t.text for t in side[place + 1 : place + 4] if t.text != "{"]
    return behind[:1] == ["^"] and behind[1:2] != [] and behind[1] in TRANSPOSED


def _indices_of_d(side: list[Tex]) -> Iterator[int]:
    """The number of letters below every D that has some."""
    for place, token in enumerate(side[:-2]):
        if token.text == "D" and side[place + 1].text == "_":
            end = closing(side, place + 2) if side[place + 2].text == "{" else place + 2
            yield sum(t.is_letter for t in side[place + 2 : end + 1])


def _leaves(side: list[Tex]) -> list[Tex]:
    """Tokens of which none stands before a name or a script: D as a number or a matrix."""
    return [
        token
        for place, token in enumerate(side)
        if place + 1 == len(side) or not (side[place + 1].text == "_" or _is_name(side, place + 1))
        if place == 0 or side[place - 1].text not in ("^", "_", "{")
    ]


def _is_name(side: list[Tex], place: int) -> bool:
    token = side[place]
    return token.is_name or token.text in GREEK or token.text in FONTS


def _written_out(side: list[Tex], known: _Definitions, *, has_d: bool) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        piece = side[place].text
        found = None
        if piece == "D" and has_d and not (place and side[place - 1].text in ("_", "^", "{")):
            found = _fraction(side, place, known)
        elif piece == r"\nabla":
            found = _gradient(side, place, known)
        tokens, place = found or ([side[place]], place + 1)
        out += tokens
    return out


def _fraction(side: list[Tex], place: int, known: _Definitions) -> tuple[list[Tex], int] | None:
    r"""``D_j S_i`` as ``\frac{\partial S_i}{\partial a_j}``."""
    at = place + 1
    index: list[Tex] = []
    if at < len(side) and side[at].text == "_":
        end = scripts_end(side, at)
        index, at = side[at:end], end
        if any(t.is_word or t.text in FONTS or t.text.isupper() for t in index):
            return None  # D_{KL}
    end = name_end(side, at)
    name = single_name(side[at:end])
    by = known.variable(name) if name in known.arrays else []
    if not by or (not index and side[at].at != side[place].at + 1):
        return None
    end = scripts_end(side, end)
    if end < len(side) and side[end].text == "(":
        end = closing(side, end) + 1 or end
    mark = side[place].at
    opening, ending, sign = Tex("{", mark), Tex("}", mark), Tex(r"\partial", mark)
    below = [Tex(t.text, mark) for t in by]
    above = side[at:end]
    return [
        Tex(r"\frac", mark), opening, sign, *above, ending, opening, sign, *below, *index, ending,
    ], end  # fmt: skip


def _gradient(side: list[Tex], place: int, known: _Definitions) -> tuple[list[Tex], int] | None:
    r"""``\nabla E`` as ``\nabla_{w} E``."""
    at = place + 1
    if [t.text for t in side[at : at + 1]] == ["^"]:
        at = scripts_end(side, at)
    if any(token.text == "_" for token in side[place + 1 : at]):
        return None  # it does say by what
    end = name_end(side, at)
    name = single_name(side[at:end])
    if not name or name not in known.arguments or (side[end : end + 1] and side[end].text == "("):
        return None
    mark = side[place].at
    by = [Tex(t.text, mark) for t in known.variable(name)]
    if not by:
        return None
    return [*side[place:at], Tex("_", mark), Tex("{", mark), *by, Tex("}", mark)], at


def name_end(side: list[Tex], place: int) -> int:
    r"""Where the name at a place ends: ``S``, ``\mathbf{w}``, ``\hat y``."""
    if place >= len(side):
        return place
    is_wrapped = side[place].is_command and side[place].text not in GREEK
    if not is_wrapped:
        return place + 1
    opens = side[place + 1 : place + 2]
    end = closing(side, place + 1) if opens and opens[0].text == "{" else place + 1
    return min(end + 1, len(side)) if end > 0 else place + 1


def scripts_end(side: list[Tex], place: int) -> int:
    """Where the scripts at a place end."""
    while place < len(side) - 1 and side[place].text in ("_", "^"):
        end = closing(side, place + 1) if side[place + 1].text in OPENING else place + 1
        if end < 0:
            return place
        place = end + 1
    return place


def _arrays(side: list[Tex]) -> list[tuple[str, list[Tex]]]:
    """Names with a subscript, that do not stand in a script themselves."""
    found = []
    place = 0
    while place < len(side):
        token = side[place]
        if token.text in (r"\sum", r"\prod"):
            place = scripts_end(side, place + 1)
            continue
        end = name_end(side, place) if _is_name(side, place) else place
        has_index = end < len(side) and end > place and side[end].text == "_"
        if has_index and (name := single_name(side[place:end])):
            found.append((name, side[place:end]))
            place = scripts_end(side, end)
            continue
        place += 1
    return found
