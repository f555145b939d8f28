r"""Functions that a text leaves open: ``h_j = \phi(a_j)`` "with a differentiable ``\phi``".

What is said of every smooth function holds for one of them, and what fails for one is wrong. So a
function that stands before brackets wherever it stands, and that nothing defines, is read as one
that the text does not use otherwise. Where an equation says what its derivative is, it is one
function after all, and nothing is put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_STANDING_IN = (  # functions, what is put into a text for them, and what may not stand there
    ("sin", [r"\sin"], r"\b(?:sin|cos|tan)\b"),
    (
        "softplus",
        [r"\operatorname", "{", "softplus", "}"],
        r"\\(?:var)?sigma\b|(?i:sigmoid|softplus|logistic)|σ",
    ),
)
_NAMES = frozenset((r"\phi", r"\varphi", r"\psi", r"\rho", *"fghFG"))
_MARKS = ("'", r"\prime")
_WORDS = re.compile(
    r"(?i)\b(?:activations?|nonlinearit\w+|non-linearit\w+|differentiable|smooth|transfer|"
    r"squashing|link)\b"
)


def stand_in(text: str, statements: Sequence[LatexStatement]) -> dict[str, str]:
    """Put a function of the reader's own in the place of one that is open.

    Returns
    -------
    dict
        The names of the reader's functions, and of those that they stand for.
    """
    sides = [side for one in statements for side in one.sides]
    open_ = sorted({token.text for side in sides for token in side} & _NAMES)
    open_ = [name for name in open_ if _is_open(name, text, statements)]
    free = [one for one in _STANDING_IN if re.search(one[2], text) is None]
    if not open_ or len(free) < len(open_):
        return {}
    found: dict[str, str] = {}
    for name, (own, pieces, _) in zip(open_, free, strict=False):
        found[own] = name
        for one in statements:
            one.sides = [_put(side, name, pieces) for side in one.sides]
    return found


def _put(side: list[Tex], name: str, pieces: list[str]) -> list[Tex]:
    out: list[Tex] = []
    for token in side:
        out += [Tex(p, token.at) for p in pieces] if token.text == name else [token]
    return out


def _is_open(name: str, text: str, statements: Sequence[LatexStatement]) -> bool:
    """Whether a name is a function of one argument of which the text says nothing else."""
    has_prime = False
    for one in statements:
        for number, side in enumerate(one.sides):
            is_left = not number and one.relations[1:2] == ["="]
            signs = {token.text for token in side}
            if len(one.sides) == 1 and name in signs <= {name, *_MARKS}:
                has_prime |= len(signs) > 1
                continue  # named in words, as "with derivative g'"
            for place, primes, end in _places(side, name):
                if end < 0 or (is_left and place == 0 and end == len(side) - 1):
                    return False
                has_prime |= primes > 0
    return has_prime or (_WORDS.search(text) is not None and not _is_factor(name))


def _is_factor(name: str) -> bool:
    """Letters that are as often numbers as functions."""
    return name in ("F", "G", "h", r"\rho")


def _places(side: list[Tex], name: str) -> Iterator[tuple[int, int, int]]:
    """Where a name stands, with its primes and the end of its argument; -1 where it has none."""
    for place, token in enumerate(side):
        if token.text != name:
            continue
        opens = place + 1
        while opens < len(side) and side[opens].text in _MARKS:
            opens += 1
        primes = opens - place - 1
        if side[opens : opens + 1] and side[opens].text == "^":
            behind = [t.text for t in side[opens + 1 : opens + 5]]
            marks = [t for t in behind if t in _MARKS]
            if behind[:1] == ["{"] and marks and behind[1 + len(marks) : 2 + len(marks)] == ["}"]:
                opens += 3 + len(marks)
                primes += len(marks)
        is_called = opens < len(side) and side[opens].text == "(" and _is_free(side, place)
        end = closing(side, opens) if is_called else -1
        is_list = any(t.text in (",", ";", "|") for t in side[opens:end]) if end > 0 else True
        yield place, primes, -1 if is_list else end


def _is_free(side: list[Tex], place: int) -> bool:
    """Whether no script begins at a place."""
    return not place or side[place - 1].text not in ("_", "^")
