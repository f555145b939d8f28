r"""Numbers of which words say that they may be any: "for an arbitrary constant $C$".

A name under a logarithm is taken to be positive, since authors do not say so. One that words call
arbitrary is not: that ``e^{\log C}`` is C for every C is a claim, and it is wrong.
"""

from __future__ import annotations

import re

_ANY = re.compile(
    r"(?i)\barbitrary\s+(?:(?:real|scalar|fixed|single|common|other)\s+)*"
    r"(?:(?:constant|number|scalar|real|factor)\s+)?\$?\s*([A-Za-z])\b(?!\s*(?:[_^(]|>|\\g|\\neq?\b))"
)
_IS_ANY = re.compile(
    r"(?i)\$?\b([A-Za-z])\s*\$?\s+(?:is|be|being|denotes?|stands for)\s+(?:an?\s+)?"
    r"arbitrary\b(?!\s+(?:positive|non))"
)
_SHORT_WORDS = frozenset("aAI")  # that are words in a sentence


def arbitrary_numbers(words: str) -> frozenset[str]:
    r"""The names that words call arbitrary.

    Examples
    --------
    >>> sorted(arbitrary_numbers("for an arbitrary constant $C$, and any constant $t$"))
    ['C']
    >>> sorted(arbitrary_numbers("for arbitrary $C > 0$; $k$ is arbitrary"))
    ['k']
    """
    found = {match[1] for pattern in (_ANY, _IS_ANY) for match in pattern.finditer(words)}
    return frozenset(found - _SHORT_WORDS)
