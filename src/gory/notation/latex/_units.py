r"""Whether ``e_c`` is a unit vector: the column c of the identity.

By habit it is, where nothing else is said of e. An embedding ``e_w``, an error, an array with
further indices or one by which somebody differentiates is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gory.notation.latex._statements import LatexStatement

WINDOW = 70  # characters beside a name in which words may say what it is
_NAME = re.compile(r"(?<![A-Za-z\\])(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*)?e\}?_")
_UNIT = re.compile(
    r"(?i)\bunit\b|\bone-?hot|\b(?:standard|canonical|coordinate) (?:basis|vector)|"
    r"\bbasis vector|\bindicator vector|\b(?:column|row)s? (?:\S+ )?of the identity|"
    r"einheitsvektor"
)
_OTHER = re.compile(
    r"(?i)\bembed|\brepresent|\bword|\btoken|\berrors?\b|\bresidual|\bdeviation|\benerg|"
    r"\bedges?\b|\bencod|\bfeature|\bnoise\b|\bentit"
)
_VARIED = re.compile(
    r"\\(?:partial|nabla_\{?)\s*(?:\\(?:mathbf|boldsymbol|bm)\s*\{?)?\s*e(?![A-Za-z])"
)
_SCRIPTS = re.compile(r"(?<![A-Za-z\\])e\}?_\{?\s*[A-Za-z]\s*,?\s*[A-Za-z]\s*\}")


def has_units(text: str, statements: Sequence[LatexStatement]) -> bool:
    """Whether e with one index is a unit vector in a text."""
    sides = ["".join(t.text for t in side) for one in statements for side in one.sides]
    if any(_VARIED.search(side) or _SCRIPTS.search(side) for side in sides):
        return False
    windows = [
        text[max(match.start() - WINDOW, 0) : match.end() + WINDOW]
        for match in _NAME.finditer(text)
    ]
    if any(_UNIT.search(one) for one in windows):
        return True
    return not any(_OTHER.search(one) for one in windows)
