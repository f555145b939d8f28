r"""Layers that are told by letters: ``a_j = \sum_i w_{ji} z_i`` and ``z_j = h(a_j)``.

Taken at their word such definitions go round in a circle. Units i, j and k are in layers that
follow each other, and so ``z_i`` and ``z_j`` are two arrays. What is said of the layer of j holds
of the next one as well, where the text has one, so that its definitions are written down once more.
Which letter belongs to which layer is told by what stands below the weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gory.notation.latex._scripts import FONTS, GREEK, LAYER, SPELLED_NAMES
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_STEPS = {-1: "byprev", 0: "", 1: "bynext"}
_SLOPES = frozenset((r"\partial", r"\nabla", "d"))


@dataclass(frozen=True)
class _Use:
    """A name at a place, with the letters below it and where these stand."""

    name: str
    start: int
    end: int
    letters: tuple[str, ...]


@dataclass(frozen=True)
class _Layers:
    """The layer of every letter, counted from that of the definitions, and what is in layers."""

    levels: Mapping[str, int]
    names: frozenset[str]
    weights: str
    inner: int
    """The place of the letter of the layer before below the weights."""


def letter_layers(statements: Sequence[LatexStatement]) -> list[tuple[int, LatexStatement]]:
    """Write layers as parts of names, in place.

    Returns
    -------
    list of (int, LatexStatement)
        Definitions of the next layer, each with the place of the statement that it repeats.
    """
    layers = _layers(statements)
    if layers is None:
        return []
    found = list[tuple[int, LatexStatement]]()
    for place, one in enumerate(statements) if 1 in layers.levels.values() else ():
        name, letter = _defined(one)
        if name in layers.names and layers.levels.get(letter) == 0:
            sides = [_written(side, layers, up=1) for side in one.sides[:2]]
            if None not in sides:
                kept = [side for side in sides if side is not None]
                copy = replace(one, sides=kept, relations=["", "="], is_display=False)
                found.append((place, copy))
    for one in statements:
        one.sides = [_written(side, layers) or side for side in one.sides]
    return found


def _layers(statements: Sequence[LatexStatement]) -> _Layers | None:
    """What the definitions that go round in a circle say, if there are any."""
    circle = _circle(statements)
    if circle is None:
        return None
    weights, inner, letter, other = circle
    sides = [side for one in statements for side in one.sides]
    pairs = {use.letters for s in sides for use in _uses(s) if use.name == weights and use.letters}
    levels = {letter: 0, other: -1}
    for _ in pairs:
        for own in pairs:
            if len(own) != 2:
                return None
            before, behind = own[inner], own[1 - inner]
            if behind in levels:
                levels.setdefault(before, levels[behind] - 1)
            elif before in levels:
                levels[behind] = levels[before] + 1
    fits = all(
        {*own} <= levels.keys() and levels[own[1 - inner]] == levels[own[inner]] + 1
        for own in pairs
    )
    if not fits or not {*levels.values()} <= _STEPS.keys():
        return None
    at: dict[str, set[int]] = {}
    for use in (use for side in sides for use in _uses(side)):
        if use.letters and {*use.letters} <= levels.keys():
            at.setdefault(use.name, set()).add(_level(use, levels, weights, inner))
    names = frozenset(name for name, found in at.items() if len(found) > 1)
    return _Layers(levels, names, weights, inner)


def _circle(statements: Sequence[LatexStatement]) -> tuple[str, int, str, str] | None:
    """The weights, the place of their inner letter, the letter of a layer and of that before it."""
    rights: dict[tuple[str, str], set[tuple[str, tuple[str, ...]]]] = {}
    for one in statements:
        if (key := _defined(one))[0]:
            own = {(use.name, use.letters) for use in _uses(one.sides[1])}
            rights.setdefault(key, set()).update(own)
    for (name, letter), own in rights.items():
        for array, letters in own:
            if len(letters) != 1 or letters == (letter,):
                continue
            goes_round = (name, (letter,)) in rights.get((array, letter), ())
            weighing = sorted(w for w, below in own if {*below} == {letter, *letters})
            if goes_round and len(weighing) == 1:
                below = next(b for w, b in own if w == weighing[0])
                return weighing[0], below.index(letters[0]), letter, letters[0]
    return None


def _defined(one: LatexStatement) -> tuple[str, str]:
    """The name with one letter that a statement is an equation of, and this letter; or nothing."""
    if one.relations[1:2] != ["="] or not one.sides[0]:
        return "", ""
    use = next(_uses(one.sides[0]), None)
    is_whole = use is not None and use.start == 0 and use.end == len(one.sides[0])
    is_whole = is_whole and not any(t.text in _SLOPES for t in one.sides[0])
    return (use.name, use.letters[0]) if use and is_whole and len(use.letters) == 1 else ("", "")


def _level(use: _Use, levels: Mapping[str, int], weights: str, inner: int) -> int:
    """The layer of a name: that of its letter; weights belong to the layer that they lead to."""
    letter = use.letters[1 - inner] if use.name == weights else use.letters[0]
    return levels[letter]


def _written(side: list[Tex], layers: _Layers, up: int = 0) -> list[Tex] | None:
    """A side with its layers in the names, so many layers up; None where there is no such layer."""
    by_level = {level: x for x, level in [*layers.levels.items()][::-1]}
    out, past = list[Tex](), 0
    for use in _uses(side):
        own = [x for x in use.letters if x in layers.levels]
        if use.name not in layers.names or len(own) < len(use.letters) or not own:
            continue
        level = _level(use, layers.levels, layers.weights, layers.inner) + up
        if level not in _STEPS:
            return None
        at, step = side[use.start].at, _STEPS[level]
        out += side[past : use.start]
        below = next(n for n in range(use.start, use.end) if side[n].text == "_")
        out += [Tex(f"{use.name}{LAYER}{step}", at)] if step else side[use.start : below]
        past = below
    out += side[past:]
    if not up:
        return out
    moved = list[Tex]()
    for token in out:
        level = layers.levels.get(token.text)
        if level is not None and level + up not in by_level:
            return None
        moved.append(token if level is None else Tex(by_level[level + up], token.at))
    return moved


def _uses(side: list[Tex]) -> Iterator[_Use]:
    """Names, those of several letters in one font included, with the letters below them."""
    place = 0
    while place < len(side):
        token, end = side[place], place
        name = GREEK.get(token.text, token.text if token.is_name else "")
        for word in SPELLED_NAMES:
            if [t.text for t in side[place : place + len(word)]] == [*word]:
                name, end = word, place + len(word) - 1
        if token.text in FONTS and [t.text for t in side[place + 1 : place + 2]] == ["{"]:
            end = closing(side, place + 1)
            inner = side[place + 2 : end] if end > 0 else []
            name = "".join(t.text for t in inner) if all(t.is_letter for t in inner) else ""
        if not name:
            place += 1
            continue
        letters, end = _below(side, end + 1)
        yield _Use(name, place, end, letters)
        place = end


def _below(side: list[Tex], place: int) -> tuple[tuple[str, ...], int]:
    """The letters of a subscript that consists of letters, and where it ends."""
    if [t.text for t in side[place : place + 1]] != ["_"] or place + 1 >= len(side):
        return (), place
    is_group = side[place + 1].text == "{"
    end = closing(side, place + 1) if is_group else place + 1
    if end < 0:
        return (), place
    inner = [t for t in side[place + 1 : end + 1] if t.text not in ("{", "}", ",")]
    return tuple(t.text for t in inner) if all(t.is_letter for t in inner) else (), end + 1
