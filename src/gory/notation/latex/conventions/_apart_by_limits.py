r"""One letter that runs over two ranges: ``\sum_{j=1}^K e^{z_j}`` beside ``\sum_{j=1}^n w_j^2``.

Sums of one letter run over one range here. Where a letter has two upper limits, it gets another
name under sums of one kind; where it also stands outside of sums, under those of both, and the
arrays that it stands below tell which range is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex.conventions._name_uses import name_uses

_SUMS = (r"\sum", r"\prod")
_SPARE = "rqvuhgpsbwaldc"
_OPEN, _CLOSE = ("(", "[", "{", r"\{"), (")", "]", "}", r"\}")
_BETWEEN = ("+", "-", "&")  # terms

Kind = tuple[str, str, str]  # letter, first and last value


def set_ranges_apart(statements: Sequence[LatexStatement]) -> None:
    """Rename such letters, in place."""
    sides = [side for one in statements for side in one.sides]
    kinds = list(dict.fromkeys(kind for side in sides for _, _, kind in _binders(side)))
    below = {letter for side in sides for use in name_uses(side) for letter in use.letters}
    indices = below | {letter for letter, _, _ in kinds}
    for letter in dict.fromkeys(letter for letter, _, _ in kinds):
        own = [kind for kind in kinds if kind[0] == letter]
        if _are_two_ranges(own, indices):
            _set_apart(statements, own)


def _are_two_ranges(own: list[Kind], indices: set[str]) -> bool:
    """Whether all sums of a letter begin alike and end at letters that are no indices."""
    ends = [end for _, _, end in own]
    is_one_start = len({start for _, start, _ in own}) == 1 and own[0][1] in ("0", "1")
    return len(own) > 1 and is_one_start and all(e.isalpha() and e not in indices for e in ends)


def _binders(side: list[Tex]) -> Iterator[tuple[int, int, Kind]]:
    """Where the sign of a sum stands and where its limits end, with the letter and these."""
    for place, token in enumerate(side):
        if token.text not in _SUMS:
            continue
        low, end = _script(side, place + 1, "_")
        high, end = _script(side, end, "^")
        if low[1:2] == ["="] and len(low) == 3:
            yield place, end, (low[0], low[2], "".join(high) or "?")
        else:
            yield from ((place, end, (letter, "?", "?")) for letter in low if letter.isalpha())


def _script(side: list[Tex], place: int, mark: str) -> tuple[list[str], int]:
    """What stands in a script that begins at a place, and where it ends."""
    if [t.text for t in side[place : place + 1]] != [mark] or place + 1 >= len(side):
        return [], place
    is_group = side[place + 1].text == "{"
    end = closing(side, place + 1) if is_group else place + 1
    if end < 0:
        return [], place
    return [t.text for t in side[place + 2 : end] if is_group] or [side[end].text], end + 1


def _set_apart(statements: Sequence[LatexStatement], own: list[Kind]) -> None:
    sides = [side for one in statements for side in one.sides]
    used = {token.text for side in sides for token in side}
    spare = [letter for letter in _SPARE if letter not in used]
    scopes = [_scopes(side, own[0][0]) for side in sides]
    if len(spare) < len(own) or any(found is None for found in scopes):
        return
    is_free = any(
        token.text == own[0][0] and kind is None
        for side, found in zip(sides, scopes, strict=True)
        for token, kind in zip(side, found or (), strict=True)
    )
    names = dict(zip(own if is_free else own[1:], spare, strict=False))
    for one in statements:
        one.sides = [_renamed(side, own[0][0], names) for side in one.sides]


def _renamed(side: list[Tex], letter: str, names: dict[Kind, str]) -> list[Tex]:
    kinds = _scopes(side, letter) or [None] * len(side)
    return [
        Tex(names[kind], token.at) if token.text == letter and kind in names else token
        for token, kind in zip(side, kinds, strict=True)
    ]


def _scopes(side: list[Tex], letter: str) -> list[Kind | None] | None:
    """By which sum a letter would be bound at each token; None if that cannot be told."""
    starts = {place: kind for place, _, kind in _binders(side) if kind[0] == letter}
    begins = {end for _, end, _ in _binders(side)}  # a sign there is the first term's
    found: list[Kind | None] = []
    open_sums: list[tuple[int, Kind]] = []  # with the depth at which they stand
    ended: set[int] = set()  # depths at which another term has begun: does a sum reach on?
    depth = 0
    for place, token in enumerate(side):
        depth -= token.text in _CLOSE
        while open_sums and open_sums[-1][0] > depth:
            open_sums.pop()
        ended = {one for one in ended if one <= depth}
        if place in starts:
            while open_sums and open_sums[-1][0] >= depth:
                open_sums.pop()
            open_sums.append((depth, starts[place]))
            ended.discard(depth)
        elif token.text in _BETWEEN and place not in begins:
            ended.add(depth)
        kind = open_sums[-1][1] if open_sums else None
        if token.text == letter and kind is not None and open_sums[-1][0] in ended:
            return None
        found.append(kind)
        depth += token.text in _OPEN
    return found
