"""A proofreading as text: the author's lines, a mark beside each, what is wrong under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gory.show._check_point import point_in_words
from gory.show._derivation_text import broken
from gory.verify import CheckedLine, Proofreading

MARKS = {"proved": "✓", "tested": "≈", "refuted": "✗", "unread": "?", "given": " "}

_COLORS = {"proved": "\x1b[32m", "tested": "\x1b[33m", "refuted": "\x1b[31m", "unread": "\x1b[35m"}
_RESET = "\x1b[0m"
_NARROWEST = 40
_INDENT = 18  # columns before the author's words


def to_text(found: Proofreading, /, *, color: bool = False, width: int = 100) -> str:
    """Write a proofreading as lines of text.

    Parameters
    ----------
    found : Proofreading
        From ``gory.proofread``.
    color : bool
        Colours, for a terminal.
    width : int
        Columns, at least 40.

    Returns
    -------
    str
        One block for every derivation, then a summary.

    Raises
    ------
    ValueError
        If the width is too small.

    Examples
    --------
    >>> import gory
    >>> print(to_text(gory.proofread("d(x^2, x) = 2 x"), width=60))
       1               d(x^2, x)
       1 ✓ proved      = 2 x
    <BLANKLINE>
    1 line: 1 proved
    """
    if width < _NARROWEST:
        raise ValueError(f"width={width} is too narrow; give at least {_NARROWEST} columns")
    out: list[str] = []
    for derivation in found.derivations:
        for number, line in enumerate(derivation.lines):
            out += _line(line, number, color, width)
        out.append("")
    return "\n".join([*out, summary(found)])


def _line(line: CheckedLine, number: int, color: bool, width: int) -> Iterator[str]:
    room = max(width - _INDENT, 20)
    words = f"{'= ' if number else ''}{line.text}"
    first, *others = broken(words, room, room)
    verdict = "" if line.verdict == "given" else f"{MARKS[line.verdict]} {line.verdict}"
    shown = verdict.ljust(_INDENT - 6)
    if color and verdict:
        shown = f"{_COLORS[line.verdict]}{shown}{_RESET}"
    yield f"{line.row:>4} {shown}  {first}".rstrip()
    for other in others:
        yield " " * (_INDENT + 1) + other
    for remark in remarks(line):
        start, *rest = broken(remark, room - 2, room - 4)
        yield " " * (_INDENT + 3) + start
        for other in rest:
            yield " " * (_INDENT + 5) + other


def remarks(line: CheckedLine) -> Iterator[str]:
    """What a reader has to know about a line that does not simply hold."""
    if (
        (line.verdict in ("refuted", "unread") and line.why)
        or "the line before, which is" in line.why
        or (line.verdict == "tested" and ("," in line.why or line.why.startswith("needs")))
    ):
        yield line.why
    if line.counterexample:
        yield point_in_words(line.counterexample)
    if line.repair:
        yield line.repair if line.repair.startswith("holds if") else f"right: {line.repair}"


def summary(found: Proofreading) -> str:
    """How many lines have which verdict."""
    lines = found.lines
    if not lines:
        return "nothing to check: no line of the text is claimed equal to another"
    count = Counter(line.verdict for line in lines)
    parts = ", ".join(f"{count[verdict]} {verdict}" for verdict in MARKS if count[verdict])
    return f"{len(lines)} line{'s' if len(lines) > 1 else ''}: {parts}"
