r"""Functions that words name: "where $\mathcal{S}$ is the softmax function".

The name is replaced by the function wherever it has an argument, if no equation says what it is
and it never stands without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gory.notation.latex._scripts import FONTS
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_FUNCTIONS = (  # how they are called, and how they are written
    (r"softmax", [r"\operatorname", "{", "softmax", "}"]),
    (r"(?:logistic(?:\ssigmoid)?|sigmoid)", [r"\sigma"]),
    (r"(?:hyperbolic\stangent|tanh)", [r"\tanh"]),
    (r"softplus", [r"\operatorname", "{", "softplus", "}"]),
)
_NAME = (
    r"\$\s*(?P<name>(?:\\(?:mathcal|mathrm|mathbf|boldsymbol)\s*\{?\s*)?(?:[A-Za-z]|\\[a-z]{2,10}))"
)
_END = r"\s*\}?\s*(?:\(\s*(?:\\cdot|[a-z])\s*\))?\s*\$"
_LETTER = re.compile(r"(?:\\[a-z]+|[A-Za-z])\s*$")


def write_said_functions(text: str, statements: Sequence[LatexStatement]) -> None:
    """Replace such names by what they are said to be."""
    if _defines_softmax(statements):
        _write(r"\sigma", _FUNCTIONS[0][1], statements, even_if_defined=True)
    for word, written in _FUNCTIONS:
        said = (
            rf"{_NAME}{_END}\s+(?:is|be|denotes?|means|stands\sfor|being)\s+(?:the|a)\s+{word}\b",
            rf"\b{word}\s+function\s+{_NAME}{_END}",
        )
        for pattern in said:
            for match in re.finditer(pattern, text):
                letter = _LETTER.search(match["name"])
                if letter and letter[0].strip() not in written:
                    _write(letter[0].strip(), written, statements)


def _defines_softmax(statements: Sequence[LatexStatement]) -> bool:
    r"""Whether an equation says that ``\sigma(z)_i`` is a quotient with a sum below, and it has an
    index behind its argument wherever it stands, or that very argument. ``\sigma_i`` is that of the
    same argument, and is written so.
    """
    argument = _argument_of_softmax(statements)
    equations = [one for one in statements if len(one.sides) > 1 and r"\to" not in one.relations]
    shown = [t.text for t in argument]
    for side in (side for one in equations for side in one.sides if argument):
        for _, stop, end in _places(side, r"\sigma"):
            behind = [t.text for t in side[stop : stop + 1]]
            if end < 0 and behind != ["_"]:
                return False
            is_entry = end > 0 and [t.text for t in side[end + 1 : end + 2]] == ["_"]
            if end > 0 and not is_entry and [t.text for t in side[stop : end + 1]] != shown:
                return False
    for side in (side for one in equations for side in one.sides if argument):
        for _, stop, end in reversed([*_places(side, r"\sigma")]):
            side[stop:stop] = [Tex(t.text, side[stop].at) for t in argument] if end < 0 else []
    return bool(argument)


def _argument_of_softmax(statements: Sequence[LatexStatement]) -> list[Tex]:
    r"""The ``(z)`` of ``\sigma(z)_i = \frac{...}{\sum ...}``."""
    for one in statements:
        for (left, side), relation in zip(pairwise(one.sides), one.relations[1:], strict=True):
            right = [t.text for t in side]
            if relation != "=" or right[:1] != [r"\frac"] or r"\sum" not in right:
                continue
            for start, stop, end in _places(left, r"\sigma"):
                if not start and end > 0 and [t.text for t in left[end + 1 : end + 2]] == ["_"]:
                    return left[stop : end + 1]
    return []


def _write(
    name: str,
    written: list[str],
    statements: Sequence[LatexStatement],
    *,
    even_if_defined: bool = False,
) -> None:
    sides = [side for one in statements for side in one.sides if len(one.sides) > 1]
    places = [[*_places(side, name)] for side in sides]
    lefts = [one.sides[0] for one in statements if len(one.sides) > 1]
    is_defined = any(start == 0 for left in lefts for start, _, _ in _places(left, name))
    is_called = all(end >= 0 for found in places for _, _, end in found)
    if (is_defined and not even_if_defined) or not is_called or not any(places):
        return
    for side, found in zip(sides, places, strict=True):
        for start, stop, _ in reversed(found):
            side[start:stop] = [Tex(piece, side[start].at) for piece in written]


def _places(side: Sequence[Tex], name: str) -> Iterator[tuple[int, int, int]]:
    """Where a name stands with its font, what is behind it, and the end of its argument or -1."""
    tokens = list(side)
    for place, token in enumerate(tokens):
        if token.text != name:
            continue
        start, stop = place, place + 1
        if place > 1 and tokens[place - 1].text == "{" and tokens[place - 2].text in FONTS:
            start, stop = place - 2, place + 2
        elif place and tokens[place - 1].text in FONTS:
            start = place - 1
        is_called = stop < len(tokens) and tokens[stop].text == "("
        yield start, stop, closing(tokens, stop) if is_called else -1
