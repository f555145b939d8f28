r"""Indices above: ``f_i^c`` and ``\sum_{c'} e^{f_i^{c'}}`` as ``f_{ic}``.

A letter above a name with a subscript is an index and no power where a sum over it is written, the
name never stands without such a letter, and the letter never stands as a number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from gory.notation.latex._scripts import ACCENTS, FONTS, GREEK, single_name
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, closing

_PRIMES = frozenset({"'", r"\prime"})


@dataclass(frozen=True)
class _Scripted:
    """A name with its scripts: where it starts and ends, and what stands below and above."""

    name: str
    start: int  # of the scripts
    end: int
    below: tuple[Tex, ...]
    above: tuple[Tex, ...]

    @property
    def letter(self) -> str:
        """The letter above, if there is one and nothing else but primes."""
        pieces = [t.text for t in self.above if t.text not in _PRIMES]
        is_letter = len(pieces) == 1 and pieces[0].isalpha() and pieces[0].islower()
        return pieces[0] if is_letter else ""


def lower_indices(statements: Sequence[LatexStatement], layers: Collection[str]) -> None:
    """Write such letters below, in all sides of a text."""
    sides = [side for one in statements for side in one.sides]
    if not any(t.text == "^" for side in sides for t in side):
        return
    found = [one for side in sides for one in _scripted(side)]
    summed = {x for side in sides for x in binders(side)}
    bare = {x for side in sides for x in _numbers(side)}
    names: dict[str, list[_Scripted]] = {}
    for one in found:
        names.setdefault(one.name, []).append(one)
    raised = {
        name
        for name, own in names.items()
        if all(one.letter and one.below for one in own)
        if not {one.letter for one in own} & {*layers, *bare}
        if any(one.letter in summed for one in own) or len({one.letter for one in own}) > 1
    }
    letters = {one.letter for name in raised for one in names[name]}
    raised |= {  # beside such names, with the same letters
        name
        for name, own in names.items()
        if all(one.letter in letters and one.below for one in own)
    }
    for one in statements if letters & summed else ():
        one.sides = [_rewritten(side, raised) for side in one.sides]


def _scripted(side: list[Tex]) -> Iterator[_Scripted]:
    """Names with scripts; a bare name counts as one without them."""
    place = 0
    while place < len(side):
        end = _name_end(side, place)
        if not end:
            place += 1
            continue
        scripts: dict[str, tuple[Tex, ...]] = {}
        at = end
        while at < len(side) - 1 and side[at].text in ("_", "^") and side[at].text not in scripts:
            last = closing(side, at + 1) if side[at + 1].text == "{" else at + 1
            if last < 0:
                break
            inner = side[at + 2 : last] if side[at + 1].text == "{" else side[at + 1 : last + 1]
            scripts[side[at].text] = tuple(inner)
            at = last + 1
        if scripts:
            name = single_name(side[place:end])
            yield _Scripted(name, end, at, scripts.get("_", ()), scripts.get("^", ()))
        place = end


def _name_end(side: list[Tex], place: int) -> int:
    token = side[place]
    before = side[place - 1].text if place else ""
    if before in ("_", "^") or token.text == "e":
        return 0
    if (token.text in ACCENTS or token.text in FONTS) and place + 1 < len(side):
        end = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
        return end + 1 if end > 0 and single_name(side[place : end + 1]) else 0
    return place + 1 if token.is_name or token.text in GREEK else 0


def _numbers(side: list[Tex]) -> Iterator[str]:
    """Letters that stand alone outside of scripts."""
    depth: list[bool] = []
    for place, token in enumerate(side):
        before = side[place - 1].text if place else ""
        if token.text == "{":
            depth.append(before in ("_", "^") or (bool(depth) and depth[-1]))
        elif token.text == "}" and depth:
            depth.pop()
        in_script = before in ("_", "^") or (bool(depth) and depth[-1])
        behind = side[place + 1].text if place + 1 < len(side) else ""
        if token.is_letter and not in_script and behind not in ("_", "^", "("):
            yield token.text


def _rewritten(side: list[Tex], names: set[str]) -> list[Tex]:
    out: list[Tex] = []
    last = 0
    for one in _scripted(side):
        if one.name not in names or not one.letter or not one.below or one.start < last:
            continue
        at = side[one.start].at
        inner = [*one.below, Tex(",", at), *one.above]
        out += [*side[last : one.start], Tex("_", at), Tex("{", at), *inner]
        out.append(Tex("}", side[one.end - 1].at))
        last = one.end
    return [*out, *side[last:]]
