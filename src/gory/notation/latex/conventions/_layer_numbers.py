r"""Layers said of all and of some: ``z^{(l)} = W^{(l)} a^{(l-1)}`` beside ``a^{(2)}``.

What is said of the layer l holds for every layer that the text has a number for, so that it is
written down for each of them: a definition where the text has none of its own, a claim for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex.conventions._layer_steps import LAST, layer_scripts, name_at, recursion_of

MOST_LAYERS = 4
_BY = {"": 0, "prev": -1, "next": 1}
_MARKS = ("+", "-", r"\partial", r"\nabla")

Numbered = tuple[int, LatexStatement, bool]  # behind which statement, and whether it is a claim


def number_layers(statements: Sequence[LatexStatement]) -> list[Numbered]:
    """Statements of single layers; a claim about all layers becomes one of the last, in place."""
    letter = recursion_of(statements)
    sides = [side for one in statements for side in one.sides]
    if not letter or any(t.text == LAST for side in sides for t in side):
        return []
    stems = {side[name_at(side, s[0] - 1)].text for side in sides for s in _scripts(side, letter)}
    spoken = {key[1] for side in sides for key in _numbered_names(side) if key[0] in stems}
    numbers = sorted(spoken)[:MOST_LAYERS]
    own: dict[tuple[str, int], int] = {}
    for place, one in enumerate(statements):
        for key in _numbered_names(one.sides[0])[:1] if _is_plain(one) else ():
            own.setdefault(key, place)
    found: list[Numbered] = []
    for place, one in enumerate(statements):
        steps = {_BY[step] for side in one.sides for *_, step in _scripts(side, letter)}
        layers = [n for n in numbers if n and all(n + s in {0, *numbers} for s in steps)]
        if not steps or not layers or len(one.sides) < 2:
            continue
        copies = {n: _at(one, letter, n) for n in layers}
        if _is_plain(one) and _scripts(one.sides[0], letter):
            keys = {n: _numbered_names(copy.sides[0])[:1] for n, copy in copies.items()}
            for n, copy in copies.items():
                before = own.get(keys[n][0]) if keys[n] else place
                if before is None or (before < place and 1 in steps):
                    found.append((place, copy, before is not None))
            continue
        one.sides = copies.pop(layers[-1]).sides
        found += [(place, copy, True) for copy in copies.values()]
    return found


def _is_plain(one: LatexStatement) -> bool:
    """Whether a name alone stands on the left, which the statement may define."""
    return len(one.sides) > 1 and not any(t.text in _MARKS for t in _outside(one.sides[0]))


def _outside(side: list[Tex]) -> list[Tex]:
    """A side without what stands above its names."""
    kept, past = [], -1
    for place, token in enumerate(side):
        if token.text == "^" and place + 1 < len(side) and place > past:
            past = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
        elif place > past:
            kept.append(token)
    return kept


def _scripts(side: list[Tex], letter: str) -> list[tuple[int, int, range, str]]:
    return list(layer_scripts(side, letter))


def _numbered_names(side: list[Tex]) -> list[tuple[str, int]]:
    """Names with a number above them that is no power, and the number."""
    found = []
    for place, token in enumerate(side[:-1]):
        if token.text != "^" or not place or (at := name_at(side, place - 1)) < 0:
            continue
        opens = side[place + 1].text == "{"
        end = closing(side, place + 1) if opens else place + 1
        inner = [t.text for t in side[place + 1 : end + 1] if t.text not in ("{", "}")]
        if len(inner) > 2 and inner[0] in ("(", "[") and inner[1].isdigit():
            found.append((side[at].text, int(inner[1])))
    return found


def _at(one: LatexStatement, letter: str, number: int) -> LatexStatement:
    """The statement of one layer."""
    sides = []
    for side in one.sides:
        out = list(side)
        gone: set[int] = set()
        for _, _, inner, step in _scripts(side, letter):
            own = [n for n in inner if side[n].text not in ("{", "}", "(", ")", "[", "]")]
            first, *rest = own[: 1 if not step else 3]
            out[first] = Tex(str(number + _BY[step]), side[first].at)
            gone |= {*rest}
        sides.append([token for n, token in enumerate(out) if n not in gone])
    return replace(one, sides=sides, relations=list(one.relations))
