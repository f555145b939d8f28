r"""Indices in round brackets: ``\sum_a \pi(a) Q(a)`` as ``\sum_a \pi_a Q_a``.

A name whose bracket holds a letter that a sum runs over is an array, all over the text; the letters
in its brackets are indices like those of ``\theta_a``, and a name that has nothing else in its
brackets is an array, too: ``P(a)`` beside ``\sum_b e^{q(b)}`` and ``q(a)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from gory.notation.latex._names import is_label
from gory.notation.latex._scripts import FONTS, GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, closing, pairs

_BETWEEN = frozenset({",", "|", r"\mid", "'", r"\prime", ";"})
LONGEST_CALL = 20  # tokens between brackets that hold indices
_PARAMETERS = frozenset({r"\theta", r"\phi", r"\psi", "w"})


@dataclass(frozen=True)
class _Call:
    """A name with its scripts and a bracket of letters: where it starts and ends."""

    head: str
    opens: int
    end: int
    letters: frozenset[str]


def index_brackets(statements: Sequence[LatexStatement]) -> None:
    """Write such brackets as subscripts."""
    summed = {x for one in statements for side in one.sides for x in binders(side)}
    calls = [(side, c) for one in statements for side in one.sides for c in _calls(side)]
    bound = {id(side): frozenset(binders(side)) for one in statements for side in one.sides}
    arrays = {c.head for side, c in calls if c.letters & bound[id(side)]}
    used = {x for side, c in calls if c.head in arrays for x in c.letters}
    sides = [side for one in statements for side in one.sides]
    scripts = {x for side in sides for x in _subscripts(side)}
    open_ = used - summed - scripts
    if not arrays or open_ & {x for side in sides for x in _factors(side)}:
        return
    arrays |= _of_indices(calls, used)
    for one in statements:
        one.sides = [_rewritten(side, arrays) for side in one.sides]


def _of_indices(calls: Sequence[tuple[list[Tex], _Call]], indices: Set[str]) -> set[str]:
    """Names that have nothing but indices in their brackets, wherever they have brackets."""
    others = {c.head for _, c in calls if not c.letters <= indices}
    return {c.head for _, c in calls} - others


def _factors(side: list[Tex]) -> Iterator[str]:
    """Letters that stand neither in a subscript nor in the brackets of a name, nor alone, as in a
    condition.
    """
    if len(side) < 2:
        return
    inside = {n for c in _calls(side) for n in range(c.opens, c.end)}
    for place, token in enumerate(side):
        if token.text == "_":
            opens = [t.text for t in side[place + 1 : place + 2]] == ["{"]
            end = closing(side, place + 1) if opens else place + 1
            inside |= {*range(place + 1, end + 1)}
        elif token.is_letter and place not in inside:
            yield token.text


def _calls(side: list[Tex]) -> Iterator[_Call]:
    ends = pairs(side)
    for opens, token in enumerate(side):
        end = ends.get(opens, -1)
        if token.text != "(" or not opens or not 0 < end - opens < LONGEST_CALL:
            continue
        inner = side[opens + 1 : end]
        letters = frozenset(t.text for t in inner if t.is_letter and t.text.islower())
        head = _head(side, opens)
        if head and letters and all(t.text in letters | _BETWEEN for t in inner):
            yield _Call(head, opens, end, letters)


def _head(side: list[Tex], opens: int) -> str:
    """The name before a bracket, over one subscript."""
    at = _before_script(side, opens) - 1
    token = side[at]
    is_name = token.is_name or (token.text in GREEK and token.text != r"\sigma")
    is_script = at > 0 and side[at - 1].text in ("_", "^")
    return token.text if is_name and not is_script else ""


def _before_script(side: list[Tex], opens: int) -> int:
    """Where the subscript begins that stands right before a bracket, or else the bracket."""
    if opens > 2 and side[opens - 2].text == "_":
        return opens - 2
    start = opens - 1
    while start > 1 and side[opens - 1].text == "}" and side[start].text != "{":
        start -= 1
    return start - 1 if side[start].text == "{" and side[start - 1].text == "_" else opens


def _subscripts(side: list[Tex]) -> Iterator[str]:
    for place, token in enumerate(side[:-1]):
        if token.text == "_":
            end = closing(side, place + 1) if side[place + 1].text == "{" else place + 1
            yield from (t.text for t in side[place + 1 : end + 1] if t.is_letter)


def _rewritten(side: list[Tex], arrays: set[str]) -> list[Tex]:
    calls = {c.opens: c for c in _calls(side) if c.head in arrays}
    out: list[Tex] = []
    place = 0
    while place < len(side):
        call = calls.get(place)
        if call is None:
            out.append(side[place])
            place += 1
            continue
        own: list[Tex] = []
        start = _before_script(out, len(out))
        if start < len(out):
            own = [t for t in out[start + 1 :] if t.text not in ("{", "}", *_PARAMETERS)]
            word = "".join(t.text for t in own if t.text not in FONTS)
            if is_label(word) or any(t.text in FONTS for t in own):  # \pi_{old}(a)
                name = GREEK.get(out[start - 1].text, out[start - 1].text)
                out[start - 1], own = Tex(f"{name}{word}", out[start - 1].at), []
            own += [Tex(",", side[place].at)] if len(own) > 1 else []
            del out[start:]
        at = side[place].at
        inner = [t for t in side[place + 1 : call.end] if t.text not in ("|", r"\mid")]
        out += [Tex("_", at), Tex("{", at), *own, *inner, Tex("}", side[call.end].at)]
        place = call.end + 1
    return out
