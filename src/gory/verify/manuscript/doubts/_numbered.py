"""Targets with numbers of their own, ``q_1``, ``q_2``, ``q_3``, of which words say a total.

"The targets sum to one" speaks of them all, and no sum stands there that would say which they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gory.notation import ONE, Add, Fact, Paper, Ref

_SAYS_ONE = re.compile(
    r"(?i)\b(?:sums?|summing|adds?|adding)\s+(?:up\s+)?to\s+(?:one|1|\$1\$|unity)\b|"
    r"\bone[- ]?hot\b|\bprobabilit(?:y|ies)\b|\bdistributions?\b"
)
_NUMBERED = re.compile(r"([A-Za-z]+?)\d")


def numbered_totals(words: str, paper: Paper, names: frozenset[str]) -> Iterator[Fact]:
    """The totals that words may say of names which differ in a number only."""
    if _SAYS_ONE.search(words) is None:
        return
    groups: dict[str, list[str]] = {}
    for name in sorted(names - paper.definitions.keys()):
        match = _NUMBERED.fullmatch(name)
        if match is not None and not paper.axes.get(name):
            groups.setdefault(match[1], []).append(name)
    for group in groups.values():
        if len(group) > 1:
            terms = tuple(Ref(name, ()) for name in group)
            yield Fact(Add(terms), "=", ONE, f"{' + '.join(group)} = 1")
