"""A proofreading as text: the author's lines, a mark beside each, what is wrong under it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from gory.show._check_point import point_in_words
from gory.show._derivation_text import broken
from gory.verify import CheckedDerivation, CheckedLine, Proofreading

MARKS = {"proved": "✓", "tested": "≈", "refuted": "✗", "unread": "?", "given": " "}
DEFINITION = "definition"  # of a line that is taken as one

_COLORS = {"proved": "\x1b[32m", "tested": "\x1b[33m", "refuted": "\x1b[31m", "unread": "\x1b[35m"}
_LATEX = re.compile(r"\$|\\[(\[]|\\begin\b|\\[a-zA-Z]{2,}")
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
    above = ""
    for derivation in found.derivations:
        rows = rows_of(derivation)
        kind = DEFINITION if all(line.verdict == "given" for line in rows) else ""
        if out and not kind == above == DEFINITION:
            out.append("")
        for number, line in enumerate(rows):
            out += _line(line, number, color, width)
        above = kind
    return "\n".join([*out, *([""] if out else []), summary(found)])


def _line(line: CheckedLine, number: int, color: bool, width: int) -> Iterator[str]:
    room = max(width - _INDENT, 20)
    words = f"{f'{line.relation} ' if number else ''}{line.text}"
    first, *others = broken(words, room, room)
    verdict = verdict_of(line)
    shown = verdict.ljust(_INDENT - 6)
    if color and line.verdict in _COLORS:
        shown = f"{_COLORS[line.verdict]}{shown}{_RESET}"
    yield f"{line.row:>4} {shown}  {first}".rstrip()
    for other in others:
        yield " " * (_INDENT + 1) + other
    for remark in remarks(line):
        start, *rest = broken(remark, room - 2, room - 4)
        yield " " * (_INDENT + 3) + start
        for other in rest:
            yield " " * (_INDENT + 5) + other


def rows_of(derivation: CheckedDerivation) -> list[CheckedLine]:
    """The lines of a derivation; a name and what it is by definition are one."""
    first, *others = derivation.lines
    if others and others[0].defines:
        whole = replace(others[0], text=f"{first.text} = {others[0].text}")
        return [whole, *others[1:]]
    return [first, *others]


def verdict_of(line: CheckedLine) -> str:
    """The verdict on a line with its sign; what is not judged is a definition, or nothing."""
    if line.verdict == "given":
        return DEFINITION if line.defines else ""
    return f"{MARKS[line.verdict]} {line.verdict}"


def remarks(line: CheckedLine, *, in_latex: bool = False) -> Iterator[str]:
    """What a reader has to know about a line that does not simply hold.

    With ``in_latex`` formulas stand in LaTeX between dollars, where there are any.
    """
    is_wrong = line.verdict == "refuted"
    if (
        (line.verdict in ("refuted", "unread", "given") and line.why)
        or "; follows from " in line.why
        or (line.verdict == "tested" and "," in line.why)
        or (line.verdict in ("proved", "tested") and line.why.startswith("needs"))
    ):
        yield (in_latex and is_wrong and line.why_latex) or line.why
    if line.counterexample:
        yield point_in_words(line.counterexample)
    if line.repair:
        why, repair = line.why, line.repair
        if in_latex and line.repair_latex:
            why, repair = line.why_latex, line.repair_latex
        repair = repair.removeprefix(f"{why}: ")  # what is said already
        yield repair if line.repair.startswith("holds if") else f"right: {repair}"


def is_latex(text: str) -> bool:
    """Whether an author writes formulas in LaTeX and will want to copy them so."""
    return _LATEX.search(text) is not None


def summary(found: Proofreading) -> str:
    """How many lines have which verdict."""
    lines = found.lines
    if not lines:
        return "nothing to check: no line of the text is claimed equal to another"
    count = Counter(line.verdict for line in lines)
    parts = ", ".join(f"{count[verdict]} {verdict}" for verdict in MARKS if count[verdict])
    return f"{len(lines)} line{'s' if len(lines) > 1 else ''}: {parts}"
