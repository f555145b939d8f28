r"""Gradients as ``dy_i``: what a loss changes by, without the loss.

Words say so ("write $dy_i$ for $\partial L / \partial y_i$"), an equation does (``dy_i =
\frac{\partial L}{\partial y_i}``), or nobody does, and the text has one loss and equations such as
``dw = x\, dz`` for what that loss is computed from. Behind these every ``dz`` of the text is the
derivative of the loss by z; where the loss is a mean over m instances and its parameters have the
factor 1/m, ``dz`` of what is computed is that of one instance. Differentials, which go from the
input to the loss and not back, are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gory.notation.latex._scripts import ACCENTS, FONTS, GREEK, TRANSPOSED, single_name
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, Word, closing
from gory.notation.latex.conventions._delta_gradients import spell_with_d

_SAYS_FOR = re.compile(r"(?i)^\W*(?:for|to denote|means?|stands for|denotes?|instead of)\W*$")
_SCALED = re.compile(r"(?i)\b(?:times|divided|scaled|up to|factor|multiplied)\b")
_DIFFERENTIALS = re.compile(r"(?i)\bdifferentials?\b|\\int\b|\btr\b|\btrace\b")
LOOK_AHEAD = 60  # characters behind such words that may take a part of them back
LOSSES = ("J", "L", "ell", "E", "C", "loss", "cost")  # the likeliest first
FEWEST = 2  # equations of gradients that make a backward pass


def write_gradients_out(text: str, statements: Sequence[LatexStatement]) -> None:
    """Replace ``dy_i`` by the fraction that it stands for, all over a text that means it so."""
    spell_with_d(statements)
    named, loss = _named(statements)
    loss = loss or _said(text, statements)
    scale: list[Tex] = []
    computed: set[str] = set()
    if not loss and not _DIFFERENTIALS.search(text):
        backward = _Backward(statements)
        loss, scale = backward.meaning()
        computed = {*backward.sources}
    for one in statements if loss else ():
        one.sides = [_written_out(side, loss, named, scale, computed) for side in one.sides]


def _said(text: str, statements: Sequence[LatexStatement]) -> list[Tex]:
    """The loss of "write $dy_i$ for $\\partial L / \\partial y_i$"."""
    for one, other in pairwise(statements):
        says = _SAYS_FOR.match(other.cue[-20:].split("  ")[-1]) is not None
        end = other.sides[-1][-1].at if other.sides[-1] else 0
        says = says and not _SCALED.search(text[end : end + LOOK_AHEAD])
        is_short = len(one.sides) == 1 and _short(one.sides[0], 0) == len(one.sides[0])
        if says and is_short and (loss := _loss(_as_fraction(other.sides[0]))):
            return loss
    return []


def _named(statements: Sequence[LatexStatement]) -> tuple[frozenset[str], list[Tex]]:
    r"""What ``do_i = \frac{\partial \phi}{\partial o_i}`` says, and of what; such a gradient stays
    a name, since the text defines it.
    """
    found: dict[str, list[Tex]] = {}
    for one in statements:
        if one.relations[1:2] != ["="] or not _is_short(one.sides[0]):
            continue
        own = one.sides[0][1:]
        side = _as_fraction(one.sides[1])
        loss = _loss(side)
        below = side[len(loss) + 4 :]
        is_by_it = [t.text for t in below[:2]] == ["{", r"\partial"]
        if loss and is_by_it and [t.text for t in below[2:-1]] == [t.text for t in own]:
            found[_name(own)] = loss
    losses = {"".join(t.text for t in loss) for loss in found.values()}
    return frozenset(found), next(iter(found.values())) if len(losses) == 1 else []


def _as_fraction(side: list[Tex]) -> list[Tex]:
    r"""``\partial L / \partial z`` as ``\frac{\partial L}{\partial z}``."""
    slash = next((n for n, token in enumerate(side) if token.text == "/"), 0)
    starts = [t.text for t in (*side[:1], *side[slash + 1 : slash + 2])]
    if not slash or starts != [r"\partial"] * 2:
        return side
    at = side[0].at
    above, below = (
        [Tex("{", at), *part, Tex("}", at)] for part in (side[:slash], side[slash + 1 :])
    )
    return [Tex(r"\frac", at), *above, *below]


def _loss(side: list[Tex]) -> list[Tex]:
    r"""The L of ``\frac{\partial L}{...}``."""
    if [t.text for t in side[:3]] != [r"\frac", "{", r"\partial"]:
        return []
    end = closing(side, 1)
    return side[3:end] if end > 3 else []


class _Backward:
    """Equations of gradients, and what they are gradients of."""

    def __init__(self, statements: Sequence[LatexStatement]) -> None:
        equations = [one for one in statements if one.relations[1:2] == ["="] and one.sides[0]]
        self.steps = [one for one in equations if _is_short(one.sides[0])]
        self.sources: dict[str, set[str]] = {}  # of what is computed, from what
        self.losses: dict[str, LatexStatement] = {}
        for one in equations:
            name, rest = _head(one.sides[0])
            if not name or _is_short(one.sides[0]):
                continue
            is_whole = not rest or (rest[0].text == "(" and closing(rest, 0) == len(rest) - 1)
            if name in LOSSES and is_whole:
                self.losses.setdefault(name, one)
            else:
                own = self.sources.setdefault(name, set())
                own |= {n for side in one.sides[1:] for n in _letters(side)} - {name}

    def meaning(self) -> tuple[list[Tex], list[Tex]]:
        """The loss, and the number of instances if what is computed has one gradient for each."""
        if len(self.steps) < FEWEST or self.goes_forward():
            return [], []
        tops = [name for name in LOSSES if name in self.losses and not self.is_part(name)]
        if len(tops) != 1 or any(_name(one.sides[0][1:]) in tops for one in self.steps):
            return [], []
        loss = self.losses[tops[0]]
        total = loss.sides[0][: 1 if loss.sides[0][0].text not in FONTS else 4]
        size = next((size for side in loss.sides[1:] for size in _means(side)), None)
        scaled = [any(_means(side) for side in one.sides[1:]) for one in self.steps]
        if size is None:
            return ([], []) if any(scaled) else (total, [])
        is_computed = [_name(one.sides[0][1:]) in self.sources for one in self.steps]
        of = {kind: any(s for s, c in zip(scaled, is_computed, strict=True) if c is kind)
              for kind in (True, False)}  # fmt: skip
        if of[True] == of[False]:
            return [], []
        return total, [size] if of[False] else []

    def is_part(self, name: str) -> bool:
        """Whether a loss is a term of another one."""
        others = (one for other, one in self.losses.items() if other != name)
        return any(name in {*_letters(side)} for one in others for side in one.sides[1:])

    def goes_forward(self) -> bool:
        """Whether some equation gives ``dp`` by ``dz`` where p is computed from z."""
        for one in self.steps:
            own = _name(one.sides[0][1:])
            others = {n for side in one.sides[1:] for n in _gradients(side)}
            if others & self.sources.get(own, set()):
                return True
        return False


def _head(side: list[Tex]) -> tuple[str, list[Tex]]:
    """The name that a side begins with, and what stands behind it."""
    at = _name_end(side, 0)
    return (_name(side[:at]), side[at:]) if at else ("", side)


def _letters(side: list[Tex]) -> Iterator[str]:
    for place in range(len(side)):
        if end := _name_end(side, place):
            yield single_name(side[place:end])


def _gradients(side: list[Tex]) -> Iterator[str]:
    for place in range(len(side)):
        if end := _short(side, place):
            yield _name(side[place + 1 : end])


def _means(side: list[Tex]) -> list[Tex]:
    r"""The m of ``\frac{1}{m}`` or ``1/m`` in a side."""
    found = []
    for place in range(len(side)):
        pieces = [t.text for t in side[place : place + 7]]
        if pieces == [r"\frac", "{", "1", "}", "{", *pieces[5:6], "}"]:
            found.append(side[place + 5])
        elif pieces[:2] == [r"\frac", "1"] or pieces[:2] == ["1", "/"]:
            found += side[place + 2 : place + 3]
    return [token for token in found if token.is_letter]


def _name(tokens: list[Tex]) -> str:
    """The name that tokens begin with, without its scripts."""
    return single_name(tokens[: _name_end(tokens, 0)])


def _is_short(side: list[Tex]) -> bool:
    return bool(side) and _short(side, 0) == len(side)


def _short(side: list[Tex], place: int) -> int:
    """Where the ``dy_i`` that begins here ends; 0 if none does."""
    if side[place].text != "d" or place + 1 >= len(side):
        return 0
    if place and side[place - 1].text in ("{", "/"):
        return 0  # in a fraction
    if side[place + 1].at != side[place].at + 1:
        return 0
    end = _name_end(side, place + 1)
    return _scripts_end(side, end) if end else 0


def _name_end(side: list[Tex], place: int) -> int:
    r"""Where the name that begins here ends, ``\hat y`` as well as y; 0 if none does."""
    if place >= len(side):
        return 0
    token, at = side[place], place
    if (token.text in ACCENTS or token.text in FONTS) and place + 1 < len(side):
        at = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
        if at < 0 or not single_name(side[place : at + 1]):
            return 0
    elif not (token.is_name or token.text in GREEK):
        return 0
    return at + 1


def _scripts_end(side: list[Tex], at: int) -> int:
    while at < len(side) - 1 and side[at].text in ("_", "^"):
        end = closing(side, at + 1) if side[at + 1].text == "{" else at + 1
        if end < 0:
            return at
        at = end + 1
    return at


def _written_out(
    side: list[Tex], loss: list[Tex], named: frozenset[str], scale: list[Tex], computed: set[str]
) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    while place < len(side):
        end = _short(side, place)
        if not end:
            out.append(side[place])
            place += 1
            continue
        at, name = side[place].at, _name(side[place + 1 : end])
        if name in named:
            stop = _name_end(side, place + 1)
            last = side[stop - 1]  # a bar or a delta stood there
            until = last.until if isinstance(last, Word) else 0
            out.append(Word(f"d{name}", at, until) if until else Tex(f"d{name}", at))
            out += side[stop:end]
            place = end
            continue
        opening, ending, sign = Tex("{", at), Tex("}", at), Tex(r"\partial", at)
        stop = _transposed_from(side, place + 1, end)
        fraction = [Tex(r"\frac", at), opening, sign, *loss, ending, opening, sign]
        fraction += [*side[place + 1 : stop], Tex("}", side[stop - 1].at)]
        if stop < end:  # dS^T is the transpose of dS
            fraction = [Tex("(", at), *fraction, Tex(")", side[stop - 1].at), *side[stop:end]]
        out += [Tex(t.text, at) for t in scale] if name in computed else []
        out += fraction
        place = end
    return out


def _transposed_from(side: list[Tex], start: int, end: int) -> int:
    """Where the sign of a transpose behind a name with its scripts begins, or where these end."""
    inner = [t.text for t in side[start:end] if t.text not in ("{", "}")]
    if len(inner) < 3 or inner[-2] != "^" or inner[-1] not in TRANSPOSED:
        return end
    return max(n for n in range(start, end) if side[n].text == "^")
