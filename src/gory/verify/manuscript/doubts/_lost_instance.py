r"""A name that has lost its instance behind another line of a chain: ``x_j`` for ``x_j^{(i)}``.

Authors leave the instance of a name out where all of a text does, and so it is put in where it is
not written. A line behind one in which it is written may have lost it instead: that the line
holds with it says nothing about the line as it stands.
"""

from __future__ import annotations

import re

from gory.verify.manuscript._chain import ChainChecker, Refutation
from gory.verify.manuscript.explanations._gap import LostSum

_BELOW = r"_(?:\{(?:\w)\}|\w)"
_ABOVE = r"\^(?:\{\s?\((?P<i>\w)\)\s?\})"
_WRITTEN = re.compile(rf"(?<![A-Za-z\\])(?P<name>[A-Za-z])(?:(?P<own>{_BELOW})\s?{_ABOVE})")
_FIRST = re.compile(rf"(?<![A-Za-z\\])(?P<name>[A-Za-z])(?:{_ABOVE}\s?(?P<own>{_BELOW}))")


def lost_instance(checker: ChainChecker, number: int) -> str:
    """Why a line that holds may be wrong: the line before says of which instance a name is."""
    if not number:
        return ""
    before, line = (checker.chain.lines[n].source for n in (number - 1, number))
    for form in (_WRITTEN, _FIRST):
        for match in form.finditer(before):
            name, own = match["name"], match["own"].strip("_{}")
            alone = rf"(?<![A-Za-z\\]){name}_(?:\{{{own}\}}|{own})(?!\s?\^)(?![A-Za-z\d])"
            if re.search(alone, line):
                return f"{name}_{own} may have lost its ({match['i']}), which the line before has"
    return ""


def of_one_instance(refutation: Refutation) -> str:
    r"""``(y - \phi(z)) x_j`` behind the derivative of a sum over i: the line has no instance at
    all, and may speak of one of them.
    """
    gap = refutation.found.gap if refutation.found is not None else None
    if not isinstance(gap, LostSum):
        return ""
    letter = gap.index.name
    if not re.search(rf"\^\s?\{{?\(\s?{letter}\s?\)", refutation.ground.style.text):
        return ""  # it is no instance that people leave out
    is_written = re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", refutation.line.source)
    return "" if is_written else f"it may speak of one {letter} of those that are summed"
