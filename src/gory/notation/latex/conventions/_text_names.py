r"""Names in upright text: ``\frac{\partial}{\partial z} \text{loss}``, where ``\text{loss} = ...``.

``\text`` sets words off from a formula. A word in it is a name where the text makes it a left side
or differentiates it, and is one wherever it stands then.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from gory.notation.latex._tokens import Tex, pairs

_TEXTS = (r"\text", r"\textrm", r"\mbox")
_NAMED = re.compile(
    r"\\(?:text|textrm|mbox)\s?\{([A-Za-z]{2,15})\}\s?(?:&\s?)?(?:=|:=|\\triangleq|\\coloneqq|\\equiv)"
    r"|(?:\\partial|\\nabla|\bd|\{d)\s?\\(?:text|textrm|mbox)\s?\{([A-Za-z]{2,15})\}"
)
_LINKS = """
if for and or with where so then hence thus since as is by we get that
"""
_WORDS = frozenset(re.findall(r"\w+", _LINKS))


def text_names(text: str) -> frozenset[str]:
    """The words of a text that are names.

    Examples
    --------
    >>> sorted(text_names(r"$\\text{loss} = -\\log p$ and $\\text{if} i = j$"))
    ['loss']
    """
    found = {name for match in _NAMED.findall(text) for name in match if name}
    return frozenset(found) - _WORDS


def write_names(tokens: Sequence[Tex], names: Container[str]) -> list[Tex]:
    r"""The same with ``\mathrm`` around these names."""
    ends = pairs(list(tokens))
    out = list(tokens)
    for place, token in enumerate(tokens):
        if token.text in _TEXTS and (end := ends.get(place + 1, -1)) > 0:
            word = "".join(t.text for t in tokens[place + 2 : end])
            if word in names:
                out[place] = Tex(r"\mathrm", token.at)
    return out
