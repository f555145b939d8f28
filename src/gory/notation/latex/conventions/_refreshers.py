r"""Rules of calculus that a text recalls: ``\frac{d}{dx} \ln x = \frac1x`` beside vectors x.

Such a line speaks of one number and of nothing else, and says nothing of what its letter is in
the rest of the text. Where the letter has an index there, the number gets a name of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, Word, closing
from gory.notation.latex.conventions._name_uses import name_uses

OWN = "recalled"  # behind the letter
_OPERATORS = (  # of what follows, and of the logistic function
    (r"\frac", "{", "d", "}", "{", "d"),
    (r"\frac", "{", "d", r"\sigma", "}", "{", "d"),
)


def set_rules_apart(statements: Sequence[LatexStatement]) -> None:
    """Call the numbers of such rules by names of their own, in place."""
    operators = _OPERATORS if _is_function(r"\sigma", statements) else _OPERATORS[:1]
    rules = {n: letter for n, one in enumerate(statements) if (letter := _letter(one, operators))}
    indexed = {
        use.name
        for n, one in enumerate(statements)
        if n not in rules
        for side in one.sides
        for use in name_uses(side)
        if use.letters
    }
    for n, letter in rules.items():
        if letter in indexed:
            statements[n].sides = [_renamed(side, letter) for side in statements[n].sides]


def _is_function(name: str, statements: Sequence[LatexStatement]) -> bool:
    """Whether a name has an argument somewhere, no index, and is never defined as a number."""
    sides = [[t.text for t in side] for one in statements for side in one.sides]
    behind = {side[n + 1] for side in sides for n, text in enumerate(side[:-1]) if text == name}
    lefts = [[t.text for t in one.sides[0]] for one in statements if len(one.sides) > 1]
    return "(" in behind and "_" not in behind and [name] not in lefts


def _letter(statement: LatexStatement, operators: Sequence[tuple[str, ...]]) -> str:
    """The only letter of an equation that begins with a derivative by it, or ""."""
    if {*statement.relations[1:]} != {"="}:
        return ""
    first = [t.text for t in statement.sides[0]]
    start = next((one for one in operators if (*first[: len(one)],) == one), None)
    tokens = [t.text for side in statement.sides for t in side]
    letters = {t.text for side in statement.sides for t in side if t.is_letter} - {"d", "e"}
    if start is None or letters != {*first[len(start) : len(start) + 1]} or "_" in tokens:
        return ""
    return letters.pop()


def _renamed(side: list[Tex], letter: str) -> list[Tex]:
    r"""A side with the number by its own name, which is the argument of a bare ``\sigma``, too."""
    out: list[Tex] = []
    for place, token in enumerate(side):
        own = Word(f"{letter}{OWN}", token.at, token.at + 1)
        out.append(own if token.text == letter else token)
        if token.text == r"\sigma" and not _has_argument(side, place + 1):
            out += [Tex("(", token.at), own, Tex(")", token.at)]
    return out


def _has_argument(side: list[Tex], place: int) -> bool:
    r"""Whether an argument follows, or a prime; ``\sigma (1 - \sigma)`` is a product."""
    follows = side[place].text if place < len(side) else ""
    inner = side[place : closing(side, place)] if follows in ("(", "[") else []
    return follows == "'" or (bool(inner) and all(t.text != r"\sigma" for t in inner))
