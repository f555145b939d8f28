r"""Letters that a sum leaves out and nothing binds: the p of ``L = \sum_{j \neq p} e^{s_j}``.

Such a sum runs over all pairs, or p is one index that stays fixed. The formula does not say which;
a text may be read with its letters fixed, and a name then has the letter that its definition has.
"""

from __future__ import annotations

from gory.notation.latex._names import Names
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex._wholes import Bare, Value

_UNEQUAL = (r"\neq", r"\ne")


def survey_left_out(names: Names, left: Value, right: list[Tex]) -> None:
    """Notice a name whose definition leaves out a letter that it does not have itself."""
    if not isinstance(left, Bare) or left.written.subscripts or left.written.power:
        return
    name = left.written.name
    own = {letter for letter in _left_out(right) if letter not in names.summed}
    if len(own) != 1 or names.instance(name) not in ("", *own):
        return
    letter = own.pop()
    names.left_out.add(letter)
    if letter in names.fixed:
        names.of(name).instance = letter


def _left_out(side: list[Tex]) -> set[str]:
    r"""The letters behind ``\neq`` below the sums of a side."""
    found: set[str] = set()
    for place, token in enumerate(side[:-2]):
        if token.text != r"\sum" or side[place + 1].text != "_" or side[place + 2].text != "{":
            continue
        script = [t.text for t in side[place + 3 : closing(side, place + 2)]]
        if len(script) == 3 and script[1] in _UNEQUAL and script[2].isalpha():
            found.add(script[2])
    return found
