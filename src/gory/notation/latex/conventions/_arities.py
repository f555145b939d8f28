r"""One letter with one and with two arguments: ``H(q)`` and ``H(q, p)`` are two functions.

Where a text says what a name is for several numbers of arguments, the number belongs to the name;
the first keeps the letter. Which one is meant without any argument is not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._functions import arguments_of
from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_PARAMETERS = (";", "|", r"\mid", r"\vert")
_PRIMES = ("'", r"\prime")


def number_arguments(statements: Sequence[LatexStatement]) -> dict[str, str]:
    """Give such functions names of their own; returns why a name without argument is doubtful."""
    defined: dict[str, list[int]] = {}
    for one in statements:
        left = one.sides[0]
        is_called = one.relations[1:2] == ["="] and [t.text for t in left[1:2]] == ["("]
        if is_called and closing(left, 1) == len(left) - 1:
            counts = defined.setdefault(left[0].text, [])
            counts += [count for _, count in _calls(left) if count not in counts][:1]
    several = {name: counts for name, counts in defined.items() if len(counts) > 1}
    doubts = {}
    for side in (side for one in statements for side in one.sides) if several else ():
        called = dict(_calls(side))
        for place, token in enumerate(side):
            if token.text not in several or (place and side[place - 1].text in ("_", "^")):
                continue
            name = GREEK.get(token.text, token.text)
            count = called.get(place, 0)
            if count in several[token.text][1:]:
                side[place] = Tex(f"{name}of{count}", token.at)
            elif not count:
                doubts[name] = f"{name} has other numbers of arguments elsewhere, and here none"
    return doubts


def _calls(side: list[Tex]) -> Iterator[tuple[int, int]]:
    """The places of names with a bracket behind them, and how many arguments are in it."""
    for place, token in enumerate(side):
        if not (token.is_name or token.text in GREEK):
            continue
        opens = place + 1
        while opens < len(side) and side[opens].text in _PRIMES:
            opens += 1
        if opens < len(side) and side[opens].text == "(":
            end = closing(side, opens)
            if end > 0:
                yield place, _count(side[opens + 1 : end])


def _count(inner: list[Tex]) -> int:
    """How many arguments there are; parameters behind a bar or semicolon may be left out."""
    stops = (n for n, token in enumerate(inner) if token.text in _PARAMETERS)
    return len(arguments_of(inner[: next(stops, len(inner))]))
