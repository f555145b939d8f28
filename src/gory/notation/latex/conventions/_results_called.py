r"""Names that a sentence gives to what has just been found: "Call this $\delta$."

The sentence is no equation, but says one: the name is what stands on the left of the formula
before it, of which all lines have been told to be equal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex.conventions._name_uses import Use, name_uses

_CALLS = re.compile(
    r"(?i)\b(?:call|denote|label|abbreviate|write)\s+(?:this|it|that)(?:\s+[a-z]+){0,2}"
    r"(?:\s+(?:by|as))?[\s:,]*$"
)
_REASON = re.compile(r"(?i)\b(?:since|because|as|where|with|using|by|if|when|for)\b[^.;:]*$")
_SLOPES = ([r"\frac", r"\partial"], [r"\frac", "d"], [r"\dfrac", r"\partial"])


def name_results(statements: Sequence[LatexStatement]) -> None:
    """Write such sentences as equations, in place, for names that nothing else defines."""
    known = {_key(use) for one in statements if len(one.sides) > 1 and (use := _whole(one))}
    for place, one in enumerate(statements):
        use = _whole(one) if len(one.sides) == 1 and _CALLS.search(one.cue) else None
        result = _result(statements[:place]) if use and _key(use) not in known else None
        if use is None or result is None:
            continue
        if not any(_key(use) in _names(other) for other in statements[:place]):
            one.sides, one.relations = [one.sides[0], result.sides[0]], ["", "="]
            one.is_definition = True


def _result(before: Sequence[LatexStatement]) -> LatexStatement | None:
    """The last equation that says what something is, and not why; totals are mostly reasons."""
    equations = [
        one
        for one in before
        if one.relations[1:2] == ["="] and [t.text for t in one.sides[0][:1]] != [r"\sum"]
    ]
    last = next((one for one in reversed(equations) if not _REASON.search(one.cue)), None)
    if last is None:
        return None
    is_slope = [t.text for t in last.sides[0][:3] if t.text != "{"][:2] in _SLOPES
    return last if is_slope or _whole(last) else None


def _whole(statement: LatexStatement) -> Use | None:
    """The name that the left side is, and nothing else."""
    side = statement.sides[0]
    use = next(name_uses(side), None)
    return use if use and use.start == 0 and use.end == len(side) - 1 else None


def _names(statement: LatexStatement) -> set[str]:
    return {_key(use) for side in statement.sides for use in name_uses(side)}


def _key(use: Use) -> str:
    """A name; ``G_1`` and ``G_2`` are two."""
    return use.name + "".join(letter for letter in use.letters if letter.isdigit())
