"""A proofreading in Markdown: a table of lines with their verdicts, then what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from gory.show._check_text import is_latex, remarks, rows_of, summary, verdict_of
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
    in_latex = is_latex(found.text)
    parts = [line for one in found.derivations for line in _table(one, in_latex)]
    return "\n".join([*parts, summary(found)])


def _table(derivation: CheckedDerivation, in_latex: bool) -> Iterator[str]:
    yield "| row | verdict | line | remarks |"
    yield "|---:|---|---|---|"
    for number, line in enumerate(rows_of(derivation)):
        words = f"{'= ' if number else ''}{line.text}".replace("`", "'").replace("|", r"\|")
        words = " ".join(words.split())
        said = "; ".join(map(_formulas if in_latex else _text, remarks(line, in_latex=in_latex)))
        yield f"| {line.row} | {verdict_of(line)} | `{words}` | {said} |"
    yield ""


def _formulas(text: str) -> str:
    """Words with formulas between dollars, in the cell of a table."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return _text(text)
    for number, part in enumerate(parts):
        formula = part.replace("|", r"\vert ")
        parts[number] = f"${formula}$" if number % 2 else _text(part)
    return "".join(parts)
