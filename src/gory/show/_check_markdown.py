"""A proofreading in Markdown: a table of lines with their verdicts, then what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from gory.show._check_text import MARKS, remarks, summary
from gory.show._derivation_markdown import _text
from gory.verify import CheckedDerivation, Proofreading


def to_markdown(found: Proofreading, /) -> str:
    """Write a proofreading in Markdown.

    Parameters
    ----------
    found : Proofreading
        From ``gory.proofread``.

    Returns
    -------
    str
        A table for every derivation: row of the file, verdict, line, remarks.

    Examples
    --------
    >>> import gory
    >>> print(to_markdown(gory.proofread("d(x^2, x) = 2 x")).splitlines()[-3])
    | 1 | ✓ proved | `= 2 x` |  |
    """
    parts = [line for one in found.derivations for line in _table(one)]
    return "\n".join([*parts, summary(found)])


def _table(derivation: CheckedDerivation) -> Iterator[str]:
    yield "| row | verdict | line | remarks |"
    yield "|---:|---|---|---|"
    for number, line in enumerate(derivation.lines):
        words = f"{'= ' if number else ''}{line.text}".replace("`", "'").replace("|", r"\|")
        verdict = "" if line.verdict == "given" else f"{MARKS[line.verdict]} {line.verdict}"
        yield f"| {line.row} | {verdict} | `{words}` | {'; '.join(map(_text, remarks(line)))} |"
    yield ""
