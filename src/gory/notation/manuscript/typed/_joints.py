r"""Where one line of plain text holds several formulas, or words in columns of their own.

``s = 1/(1+e^-z)      s' = s(1-s)`` are two equations with a gap between them, and in
``grad      dL/dz = s - t`` the first column is a label. ``for i != j`` among other words says for
which indices the formula beside it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEFT = (  # what an equation begins with: a name, a derivative
    r"(?:[^\W\d_][\w']{0,30}(?:_\{[^{}\n]{1,20}\})?(?:\[[^\[\]\n]{1,20}\])?(?:\([^()\n]{1,20}\))?"
    r"|[d∂][^\s=]{1,30}\s?/\s?[d∂][^\s=]{1,30})\s{0,8}:?=(?!=)"
)
_GAP = re.compile(rf"(?<=[^\s=+\-*/^(\[{{,;:.])[ \t]{{2,}}(?={_LEFT})")
_COLUMN = re.compile(rf"[ \t]*[A-Za-z]{{3,20}}(?: [A-Za-z]{{2,20}}){{0,3}}[ \t]{{2,}}(?={_LEFT})")
_EQUATION = re.compile(r"(?<![<>=!:])=(?!=)")
_INDEX = re.compile(r"\s*(?:[a-z]|\d{1,2})\s*")
_WHEN = re.compile(r"(?i)\b(?:for|if|when|where|whenever|case)\W*$")
_VERB = re.compile(r"(?i)\b(?:have|has|gets?|obtains?|finds?|follows|then|and|also|but|while)\b")
_AHEAD = re.compile(r"(?i)^\W*(?:we|you|one|this|it|that|then|there|the\b)")


def columns(line: str) -> int:
    """How long the column of words before an equation is."""
    match = _COLUMN.match(line)
    return match.end() if match else 0


def parts(line: str) -> Iterator[tuple[str, int]]:
    """The equations of a line that stand apart, and where they begin."""
    start, depth, at = 0, 0, 0
    for match in _GAP.finditer(line):
        between = line[at : match.start()]
        depth += sum(between.count(s) for s in "([{") - sum(between.count(s) for s in ")]}")
        at = match.start()
        if depth == 0 and _EQUATION.search(line[start : match.start()]):
            yield line[start : match.start()], start
            start = match.end()
    yield line[start:], start


def condition_within(words: str, piece: str) -> tuple[str, str, str] | None:
    """``i != j`` behind "for", between two indices."""
    match = re.fullmatch(rf"({_INDEX.pattern})(==?|!=|<>|≠)({_INDEX.pattern})", piece.rstrip(".,;"))
    if match is None or not _WHEN.search(words):
        return None
    relation = "=" if match[2] in ("=", "==") else r"\neq"
    return match[1].strip(), relation, match[3].strip()


def leads_on(before: str, behind: str) -> bool:
    """Whether a condition speaks of what follows it: "we have for i != j", "for i != j this is"."""
    return _VERB.search(before) is not None or _AHEAD.match(behind) is not None
