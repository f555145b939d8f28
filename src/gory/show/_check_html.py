"""A proofreading as one HTML page: the author's own lines, with marks in the margin."""

from __future__ import annotations

from collections.abc import Iterator

from gory.show._check_text import MARKS, remarks, summary
from gory.show._markup import Markup, tag
from gory.show._page import page
from gory.verify import CheckedLine, Proofreading


def to_html(found: Proofreading, /, *, title: str = "Proofreading") -> str:
    """Write a proofreading as a complete HTML document.

    Parameters
    ----------
    found : Proofreading
        From ``gory.proofread``.
    title : str
        The heading; plain text.

    Returns
    -------
    str
        The document; it opens from disk, without a network.

    Examples
    --------
    >>> import gory
    >>> document = to_html(gory.proofread("d(x^2, x) = 2 x"))
    >>> "<h1>Proofreading</h1>" in document, "✓ proved" in document
    (True, True)
    """
    by_row: dict[int, list[CheckedLine]] = {}
    for line in found.lines:
        by_row.setdefault(line.row, []).append(line)
    rows = found.text.rstrip("\n").split("\n")
    lines = [_row(words, by_row.get(row, [])) for row, words in enumerate(rows, start=1)]
    return page(
        title,
        tag("h1", title),
        tag("p", summary(found), class_="lead"),
        tag("ol", *lines, class_="derivation"),
    )


def _row(words: str, lines: list[CheckedLine]) -> Markup:
    return tag(
        "li",
        tag("span", _mark(lines), class_="relation"),
        tag("div", tag("code", words), class_="expression"),
        tag("div", *(tag("div", *_margin(line, len(lines))) for line in lines), class_="margin"),
    )


def _mark(lines: list[CheckedLine]) -> str:
    """The weakest verdict of a row as a sign."""
    for verdict in ("refuted", "unread", "tested", "proved"):
        if any(line.verdict == verdict for line in lines):
            return MARKS[verdict]
    return ""


def _margin(line: CheckedLine, claims: int) -> Iterator[Markup]:
    """The verdict and the remarks; in a row with several claims, which one is meant."""
    if claims > 1 and line.verdict in ("refuted", "unread"):
        yield tag("code", f"= {line.text}")
    yield tag(
        "span",
        f"{MARKS[line.verdict]} {line.verdict}",
        class_=f"verdict {line.verdict}",
        title=line.why or None,
    )
    for remark in remarks(line):
        yield tag("span", remark, class_="uses")
