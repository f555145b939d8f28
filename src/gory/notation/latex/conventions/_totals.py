r"""One letter for the terms and for their sum: ``L = \frac1N \sum_i L_i``.

The L without an index is a number, and each ``L_i`` a term of it: two names. Everything else that
is written without its indices is a whole array. So is the difference of two entries another name,
``a = a_1 - a_2``, where the letter has not stood alone before.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._scripts import FONTS
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, Word, closing
from gory.notation.latex.conventions._name_uses import name_uses

WHOLE = "whole"  # in the name of a sum of terms that are called the same
_DRESS = ("{", "}", *FONTS)
_SUMS = (r"\sum", "mean")


def set_totals_apart(statements: Sequence[LatexStatement]) -> None:
    """Call sums by names of their own, in place."""
    letters = {name for one in statements if (name := _total(one))} | _over_instances(statements)
    for place, one in enumerate(statements):
        if (name := _difference(one)) and not any(
            use.name == name and not use.letters
            for before in statements[:place]
            for side in before.sides
            for use in name_uses(side)
        ):
            letters.add(name)
    for one in statements if letters else ():
        one.sides = [_renamed(side, letters) for side in one.sides]


def _over_instances(statements: Sequence[LatexStatement]) -> set[str]:
    """Names with a value for an instance, ``E_n = ...``, and one that is a sum over all n."""
    instances: dict[str, str] = {}
    for one in statements:
        use = next(name_uses(one.sides[0]), None)
        is_left = use and one.relations[1:2] == ["="] and use.end == len(one.sides[0]) - 1
        if use and is_left and not use.start and len(use.letters) == 1:
            instances[use.name] = use.letters[0]
    return {
        name
        for one in statements
        if (name := _left_name(one)) in instances
        and any(instances[name] in binders(side) for side in one.sides[1:])
    }


def _difference(statement: LatexStatement) -> str:
    """The name that stands alone on the left, and with numbers below it on the right."""
    left = [*name_uses(statement.sides[0])]
    is_whole = len(left) == 1 and (left[0].start, left[0].end) == (0, len(statement.sides[0]) - 1)
    if not is_whole or left[0].letters or statement.relations[1:2] != ["="]:
        return ""
    right = [use for use in name_uses(statement.sides[1]) if use.name == left[0].name]
    signs = [token.text for token in statement.sides[1] if token.text in ("+", "-")]
    is_difference = [use.letters[0].isdigit() for use in right if len(use.letters) == 1] == [
        True
    ] * 2
    return left[0].name if is_difference and len(right) == 2 and signs == ["-"] else ""


def _left_name(statement: LatexStatement) -> str:
    """The letter that stands alone on the left of an equation, or with arguments."""
    left = [t for t in statement.sides[0] if t.text not in _DRESS]
    if len(left) > 1 and left[1].text == "(":  # L(w)
        left = left[:1] if closing(left, 1) == len(left) - 1 else left
    is_name = len(left) == 1 and left[0].is_letter and statement.relations[1:2] == ["="]
    return left[0].text if is_name else ""


def _total(statement: LatexStatement) -> str:
    """The letter that stands alone on the left, and with an index under a sum on the right."""
    name = _left_name(statement)
    if not name:
        return ""
    right = [t.text for t in statement.sides[1]]
    sums = [n for n, piece in enumerate(right) if piece in _SUMS]
    terms = [n for n, piece in enumerate(right[:-1]) if piece == name and _is_term(right, n)]
    bare = [n for n, piece in enumerate(right) if piece == name and not _is_term(right, n)]
    return name if sums and terms and not bare and sums[0] < terms[0] else ""


def _is_term(pieces: Sequence[str], place: int) -> bool:
    """Whether a letter below stands behind a name: ``L_i``, ``\\mathcal{L}_i``, ``L^{(i)}``."""
    behind = [piece for piece in pieces[place + 1 : place + 5] if piece != "}"]
    if behind[:1] == ["_"]:
        return "".join(behind[1:2]).isalpha() or behind[1:2] == ["{"]
    return behind[:3] in (["^", "{", "("], ["^", "(", "i"])


def _renamed(side: list[Tex], letters: set[str]) -> list[Tex]:
    pieces = [t.text for t in side]

    def named(place: int) -> Tex:
        token = side[place]
        is_below = place > 0 and pieces[place - 1] in ("_", "^")
        behind = next((p for p in pieces[place + 1 : place + 3] if p != "}"), "")
        if token.text not in letters or is_below or behind in ("_", "^"):
            return token
        return Word(f"{token.text}{WHOLE}", token.at, token.at + len(token.text))

    return [named(place) for place in range(len(side))]
