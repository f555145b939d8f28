r"""Names that leave out the step of a recursion: ``a = W h_{t-1}`` beside ``h_t = \tanh(a)``.

What is computed from the arrays at a step, with no sum over it, is there for every step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from gory.notation.latex._scripts import FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, closing

_PLAIN = frozenset(("{", "}"))


def at_steps(statements: Sequence[LatexStatement], tags: Set[tuple[str, str]]) -> dict[str, str]:
    """The names, each with the letter of the step."""
    scripts = [own for one in statements for side in one.sides for own in _below(side)]
    steps = {own[0] for own in scripts if len(own) == 3 and own[1] == "-" and own[2].isdigit()}
    steps -= {x for one in statements for side in one.sides for x in binders(side)}
    found: dict[str, str] = {}
    for one in statements:
        name, script = _left(one.sides[0]) if one.relations[1:2] == ["="] else ("", [])
        if not name or name in steps or (script and (name, "".join(script)) not in tags):
            continue
        used = {own[0] for own in _below(one.sides[1]) if len(own) in (1, 3)} & steps
        if len(used) == 1:
            found[name + "".join(script)] = used.pop()
    return found


def _left(side: list[Tex]) -> tuple[str, list[str]]:
    """The name that a left side is, with what stands below it; or nothing."""
    pieces = [GREEK.get(t.text, t.text) for t in side if t.text not in _PLAIN | {*FONTS}]
    if not side or not (pieces[:1] and pieces[0].isalpha()) or pieces[1:2] not in ([], ["_"]):
        return "", []
    script = pieces[2:]
    return (pieces[0], script) if all(piece.isalnum() for piece in script) else ("", [])


def _below(side: list[Tex]) -> Iterator[list[str]]:
    """What stands below names, piece by piece."""
    for place, token in enumerate(side[:-1]):
        if token.text == "_":
            end = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
            own = [t.text for t in side[place + 1 : end + 1] if t.text not in _PLAIN]
            if own:
                yield own
