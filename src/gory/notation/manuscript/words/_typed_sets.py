"""The values that plain text says a name has: ``y in {-1, 1}``, ``t ∈ {0, 1}``, ``y = ±1``."""

from __future__ import annotations

import re

_NAME = r"(?<![\w\\.])([A-Za-z])(?:_\w|\[\w\])?"
_VALUES = r"\{\s*([-+−\d,\s]{1,30})\}"
_IN_SET = re.compile(rf"{_NAME}(?:\s+(?:is\s+)?in\s+|\s*∈\s*){_VALUES}")
_EITHER_SIGN = re.compile(
    rf"{_NAME}\s*(?:=|is|are|in)\s*(?:±|\+/?-|\+1\s+or\s+-|1\s+or\s+-|-1\s+or\s+\+?)\s?1(?![\w.])"
)


def typed_sets(text: str) -> dict[str, str]:
    """The finite sets of values that names are said to be in, as LaTeX writes them."""
    found = {match[1]: "-1,1" for match in _EITHER_SIGN.finditer(text)}
    for match in _IN_SET.finditer(text):
        found[match[1]] = re.sub(r"\s", "", match[2]).replace("−", "-")
    return {name: rf"\{{{values}\}}" for name, values in found.items()}
