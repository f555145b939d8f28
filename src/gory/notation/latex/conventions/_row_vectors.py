r"""Vectors that are rows: ``z = x W + b``, ``\mathbf{h} \mathbf{W}_2 + \mathbf{b}_2``.

Who writes the vector before the matrix has rows, in all of the text; no word need say so. One
product of a matrix and a vector behind it, ``W x``, is enough to leave the question open.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.notation.latex._levels import COEFFICIENTS
from gory.notation.latex._scripts import FONTS, GREEK, TRANSPOSED
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex, closing

_WEIGHTS = ("W", "U", "V", "A", r"\Theta")
_WORDS = (r"\text", r"\operatorname", r"\textrm")  # of a function
_SLOPES = (r"\partial", r"\nabla")
_VECTOR, _MATRIX, _TURNED, _OTHER, _SIGN = "vMT.+"


def multiplies_rows(statements: Sequence[LatexStatement]) -> bool:
    """Whether vectors stand before the matrices that they are multiplied by, and never behind."""
    found = False
    for one in statements:
        is_plain = not any(t.text in _SLOPES for side in one.sides for t in side)
        for side in one.sides if is_plain else ():
            shown = _shown(side)
            if _MATRIX + _VECTOR in shown:
                return False
            found |= any(term == _VECTOR + _MATRIX for term in shown.split(_SIGN))
    return found


def _shown(side: list[Tex]) -> str:
    """A side with a sign for every factor."""
    found = ""
    place = 0
    while place < len(side):
        token = side[place]
        if token.text in ("_", "^") and place + 1 < len(side):
            opens = side[place + 1].text == "{"
            end = closing(side, place + 1) if opens else place + 1
            inner = [t.text for t in side[place + 1 : end + 1] if t.text not in ("{", "}")]
            found += _TURNED if "".join(inner[-1:]) in TRANSPOSED and token.text == "^" else ""
            place = max(place, end)  # a bracket that is never closed ends nothing
        elif token.text in _WORDS and side[place + 1 : place + 2] and side[place + 1].text == "{":
            place = max(place, closing(side, place + 1))
        elif token.text not in (*FONTS, "{", "}", "&"):
            found += _kind(token)
        place += 1
    return found


def _kind(token: Tex) -> str:
    if token.text in ("+", "-", "(", ")", ","):
        return _SIGN
    if token.text in _WEIGHTS:
        return _MATRIX
    is_number = GREEK.get(token.text, token.text) in COEFFICIENTS
    is_vector = token.is_letter or token.text in GREEK
    return _VECTOR if is_vector and token.text.lower() == token.text and not is_number else _OTHER
