"""A proofreading in Markdown: a table of lines with their verdicts, then what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

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
    parts: list[str] = []
    for are_given, group in groupby(found.derivations, _is_given):
        several = list(group)
        tables = [several] if are_given else [[one] for one in several]
        parts += [row for table in tables for row in _table(table, in_latex)]
    return "\n".join([*parts, summary(found)])


def _is_given(one: CheckedDerivation) -> bool:
    """Whether nothing in it is judged; definitions under each other are one table."""
    return all(line.verdict == "given" for line in one.lines)


def _table(derivations: Sequence[CheckedDerivation], in_latex: bool) -> Iterator[str]:
    yield "| row | verdict | line | remarks |"
    yield "|---:|---|---|---|"
    for derivation in derivations:
        for number, line in enumerate(rows_of(derivation)):
            words = f"{f'{line.relation} ' if number else ''}{line.text}".replace("`", "'").replace(
                "|", r"\|"
            )
            words = " ".join(words.split())
            shown = map(_formulas if in_latex else _text, remarks(line, in_latex=in_latex))
            yield f"| {line.row} | {verdict_of(line)} | `{words}` | {'; '.join(shown)} |"
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
