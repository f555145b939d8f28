r"""One-hot vectors whose class is named in words: "$y$ is one-hot with a one at position $k$"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_VECTOR = r"\$\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*)?(?P<name>[a-z])\s*\}?\s*\$"
_CLASS = r"\$\s*(?P<letter>[a-z])\s*\$"
_AT = (
    rf"(?:(?:a|the|its|whose)\s)?(?:one|1|\$1\$)\s(?:\w+\s){{0,2}}(?:at|in|on)\s"
    rf"(?:(?:the|index|position|place|entry|component|class|coordinate|slot)\s){{0,2}}{_CLASS}"
)
_SAID = re.compile(
    rf"(?i:{_VECTOR}[^.$]{{0,40}}\bone[- ]hot\b[^.$]{{0,40}}?"
    rf"\b(?:with|has|having|that is|and)\s{_AT})"
)
_DENIED = re.compile(r"(?i)\b(?:not|no longer|instead of|without|unless)\b|n't\b")


def classes_in_words(text: str) -> Iterator[tuple[str, str]]:
    """Names of such vectors, each with the letter of its class, over which nothing runs.

    Examples
    --------
    >>> [*classes_in_words("where $y$ is a one-hot vector with a one at position $k$")]
    [('y', 'k')]
    """
    for match in _SAID.finditer(text):
        name, letter = match["name"], match["letter"]
        runs = re.search(rf"\\(?:sum|prod)\s*_\{{?\s*{letter}\b", text)
        if not _DENIED.search(match.group()) and name != letter and runs is None:
            yield name, letter
