r"""Recursions over layers: ``a^l = \sigma(z^l)``, ``z^l = W^l a^{l-1} + b^l``.

The layer l, the one before it and the one behind it are three sets of names. What is said of the
layer l holds for the next one as well, so that its definitions are written down once more there.
The last layer L is taken to be the next one: what holds for all networks holds for that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gory.notation.latex._scripts import ACCENTS, FONTS, GREEK, LAYER
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_LETTERS = ("l", r"\ell")
LAST = "L"
_STEPS = {"": "", "-1": "prev", "+1": "next"}
_TRANSPOSED = ("T", r"\top", r"\intercal")
_FRAMES = frozenset("{}()[]")
_TALK = frozenset(("+", "-", ",", ".", r"\dots", r"\ldots", r"\cdots", r"\in", r"\{", r"\}"))
_SHIFT = {"": "next", "prev": ""}  # one layer up
_BACK = {"next": "", "": "prev"}  # and down
_SPELLED = {r"\delta": "delt"}


def step_layers(statements: Sequence[LatexStatement]) -> list[tuple[int, LatexStatement]]:
    """Write layers as parts of names, in place.

    Returns
    -------
    list of (int, LatexStatement)
        Definitions of another layer, each with the place of the statement that it repeats.
    """
    letter = recursion_of(statements)
    if not letter:
        return []
    for one in statements:
        one.sides = [_written(side, letter) for side in one.sides]
    defined = [(name, place) for place, one in enumerate(statements) if (name := _defined(one))]
    first: dict[str, int] = {}
    for name, place in defined:
        first.setdefault(name, place)
    own = {**first}
    found: list[tuple[int, LatexStatement]] = []
    for name, place in defined:
        copy = _shifted(statements[place], _BACK if name.endswith("next") else _SHIFT)
        other = _defined(copy) if copy is not None else ""
        if copy is None or not other:
            continue
        is_slope = any(t.text in (r"\partial", r"\nabla") for t in copy.sides[1])
        is_second = own[name] != place and other not in own
        if other not in first or is_second or (is_slope and first[other] > place):
            first[other] = place
            found.append((place, copy))
    return sorted(found, key=lambda one: one[0])


def recursion_of(statements: Sequence[LatexStatement]) -> str:
    """The letter that numbers the layers of a recursion, or ""."""
    sides = [side for one in statements for side in one.sides]
    return next((x for x in _LETTERS if _is_recursion(sides, x)), "")


def _is_recursion(sides: Sequence[list[Tex]], letter: str) -> bool:
    """Whether a letter stands above names only, once at least with a step.

    What speaks of a layer and of no name of it, "in layer $l-1$", says nothing against that.
    """
    has_step = False
    for side in sides:
        if all(t.text in (letter, LAST, *_TALK) or t.is_number for t in side):
            continue
        above = {n: step for n, _, inner, step in layer_scripts(side, letter) for n in inner}
        for place, token in enumerate(side):
            if token.text == letter:
                if place not in above:
                    return False
                has_step |= bool(above[place])
    return has_step


def layer_scripts(side: list[Tex], letter: str) -> Iterator[tuple[int, int, range, str]]:
    """Superscripts that are a layer: place of the sign, end, the places inside, and the step.

    A sign of transposition behind the layer is left where it is.
    """
    for place, token in enumerate(side[:-1]):
        if token.text != "^" or not place or name_at(side, place - 1) < 0:
            continue
        opens = side[place + 1].text == "{"
        end = closing(side, place + 1) if opens else place + 1
        if end < 0:
            continue
        inner = [t.text for t in side[place + 1 : end + 1] if t.text not in _FRAMES]
        if inner[-1:] and inner[-1] in _TRANSPOSED and len(inner) > 1:
            inner.pop()
        step = "".join(inner[1:])
        if inner[:1] == [letter] and step in _STEPS:
            yield place, end + 1, range(place + 1, end + 1), _STEPS[step]
        elif inner[:1] == [LAST] and step in ("", "-1"):
            yield place, end + 1, range(place + 1, end + 1), "next" if not step else ""


def name_at(side: list[Tex], place: int) -> int:
    """Where the letter of a name stands that ends, with what is below it, at a place; or -1."""
    for _ in range(3):
        if side[place].text == "}":
            opens = next((n for n in range(place)[::-1] if side[n].text == "{"), -1)
            if opens < 1:
                return -1
            before = side[opens - 1].text
            if before in (*FONTS, *ACCENTS):
                named = [n for n in range(opens, place) if _is_letter(side[n])]
                return named[0] if len(named) == 1 else -1
            if before != "_":
                return -1
            place = opens - 2
        elif place > 1 and side[place - 1].text == "_":
            place -= 2
        else:
            return place if _is_letter(side[place]) and side[place].text != "e" else -1
    return -1


def _is_letter(token: Tex) -> bool:
    return token.is_name or token.text in GREEK


def _written(side: list[Tex], letter: str) -> list[Tex]:
    """A side with its layers in the names."""
    out = list(side)
    gone: set[int] = set()
    for place, end, _, step in layer_scripts(side, letter):
        at = name_at(side, place - 1)
        name = _SPELLED.get(side[at].text) or GREEK.get(side[at].text, side[at].text)
        out[at] = Tex(f"{name}{LAYER}{step}", side[at].at)
        kept = [n for n in range(place + 2, end - 1) if side[n].text in _TRANSPOSED]
        gone |= {*range(place + bool(kept), end)} - {*kept[-1:]}
    return [token for place, token in enumerate(out) if place not in gone]


def _defined(statement: LatexStatement) -> str:
    """The name of a layer that a statement defines."""
    if statement.relations[1:2] != ["="] or not statement.sides[0]:
        return ""
    names = [t.text for t in statement.sides[0] if LAYER in t.text]
    first = next((t for t in statement.sides[0] if _is_letter(t)), None)
    has_others = any(t.text in (r"\partial", r"\nabla", "+", "-") for t in statement.sides[0])
    is_first = first is not None and names == [first.text]
    return names[0] if is_first and not has_others else ""


def _shifted(statement: LatexStatement, shift: dict[str, str]) -> LatexStatement | None:
    """The same of the layer above or below; None where that leaves the three."""
    sides = []
    for side in statement.sides[:2]:
        out = []
        for token in side:
            stem, mark, step = token.text.partition(LAYER)
            if mark and step not in shift:
                return None
            out.append(Tex(f"{stem}{LAYER}{shift[step]}", token.at) if mark else token)
        sides.append(out)
    return replace(statement, sides=sides, relations=["", "="], is_display=False)
