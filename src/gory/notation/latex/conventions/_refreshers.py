r"""Rules of calculus that a text recalls: ``\frac{d}{dx} \ln x = \frac1x`` beside vectors x.

Such a line speaks of one number and of nothing else, and says nothing of what its letter is in
the rest of the text. Where the letter has an index there, the number gets a name of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, Word
from gory.notation.latex.conventions._name_uses import name_uses

OWN = "recalled"  # behind the letter
_OPERATOR = (r"\frac", "{", "d", "}", "{", "d")


def set_rules_apart(statements: Sequence[LatexStatement]) -> None:
    """Call the numbers of such rules by names of their own, in place."""
    rules = {n: letter for n, one in enumerate(statements) if (letter := _letter(one))}
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


def _letter(statement: LatexStatement) -> str:
    """The only letter of an equation that begins with a derivative by it, or ""."""
    if {*statement.relations[1:]} != {"="}:
        return ""
    start = [t.text for t in statement.sides[0][:7]]
    tokens = [t.text for side in statement.sides for t in side]
    letters = {t.text for side in statement.sides for t in side if t.is_letter} - {"d", "e"}
    is_rule = (*start[:6],) == _OPERATOR and letters == {*start[6:]} and "_" not in tokens
    return start[6] if is_rule else ""


def _renamed(side: list[Tex], letter: str) -> list[Tex]:
    return [Word(f"{letter}{OWN}", t.at, t.at + 1) if t.text == letter else t for t in side]
