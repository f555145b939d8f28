r"""Factorials: ``y!`` of a name is a positive number that belongs to it, and nothing more is known.

``\frac{\lambda^y e^{-\lambda}}{y!}`` is differentiated by what its factorial does not depend on. So
``y!`` is the exponential of a number of its own, which has the indices of y. A ``!`` that ends a
sentence is left to the reader.
"""

from __future__ import annotations

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._tokens import Tex, closing

_LOGARITHMS = (r"\log", r"\ln")
_OWN = "factlog"  # in the name of such a number


def without_factorials(tokens: list[Tex]) -> list[Tex]:
    """Tokens with such exponentials."""
    out: list[Tex] = []
    for place, token in enumerate(tokens):
        start = _name_before(out) if token.text == "!" else -1
        before = out[start - 1].text if start > 0 else ""
        ends = place + 1 == len(tokens) and before not in _LOGARITHMS
        if start < 0 or ends:
            out.append(token)
            continue
        name, scripts = out[start], out[start + 1 :]
        own = Tex(f"{GREEK.get(name.text, name.text)}{_OWN}", name.at)
        marks = [Tex(sign, name.at) for sign in (r"\exp", "(")]
        out = [*out[:start], *marks, own, *scripts, Tex(")", token.at)]
    return out


def _name_before(tokens: list[Tex]) -> int:
    """Where the name with its scripts begins that ends a run of tokens; -1 if none does."""
    for place in range(len(tokens) - 1, max(len(tokens) - 12, -1), -1):
        token = tokens[place]
        is_script = place and tokens[place - 1].text in ("_", "^")
        if (token.is_name or token.text in GREEK) and not is_script:
            return place if _is_scripts(tokens[place + 1 :]) else -1
    return -1


def _is_scripts(tokens: list[Tex]) -> bool:
    place = 0
    while place < len(tokens):
        if tokens[place].text not in ("_", "^") or place + 1 == len(tokens):
            return False
        end = closing(tokens, place + 1) if tokens[place + 1].text == "{" else place + 1
        if end < 0:
            return False
        place = end + 1
    return True
