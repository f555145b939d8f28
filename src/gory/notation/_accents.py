r"""Letters that are typed with their accent: ``ŷ``, ``p̂``, ``x̄``, as one sign or as two.

A keyboard has ``ŷ`` as one sign and ``p̂`` as a letter with a mark behind it. In a formula of
LaTeX both are hats, ``\hat{y}``, elsewhere the name ``yhat``; in words of a language, where letters
stand beside them, they are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product

_MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot",
          "\u030c": "check"}  # fmt: skip
_ASCII = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SINGLE = {
    one: (letter, mark)
    for letter, mark in product(_ASCII, _MARKS)
    if len(one := unicodedata.normalize("NFC", letter + mark)) == 1
}
_ALONE = "(?<![^\\W\\d_])"
_NO_LETTER = "(?![A-Za-z\u0370-\u03ff\u00c0-\u024f])"
_ACCENTED = re.compile(
    rf"{_ALONE}([d∂]?)([{''.join(_SINGLE)}]|[A-Za-z\u0370-\u03ff][{''.join(_MARKS)}]){_NO_LETTER}"
)


def has_accents(text: str) -> bool:
    """Whether some letter of a text is typed with an accent that is none of a language."""
    return _ACCENTED.search(text) is not None


def without_accents(text: str, *, in_latex: bool) -> str:
    r"""A text with such letters as names.

    Examples
    --------
    >>> without_accents("dL/dŷ = ŷ - y", in_latex=False)
    'dL/dyhat = yhat - y'
    >>> print(without_accents("ŷ_k - y_k", in_latex=True))
    \hat{y}_k - y_k
    """

    def spelled(match: re.Match[str]) -> str:
        letter, mark = _SINGLE.get(match[2]) or (match[2][0], match[2][1])
        name = _MARKS[mark]
        return f"{match[1]}\\{name}{{{letter}}}" if in_latex else f"{match[1]}{letter}{name}"

    return _ACCENTED.sub(spelled, text)
