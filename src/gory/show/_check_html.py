"""A proofreading as one HTML page: the author's own lines, with marks in the margin."""

from __future__ import annotations

from collections.abc import Iterator

from gory.show._check_text import MARKS, is_latex, remarks, summary
from gory.show._markup import Markup, tag
from gory.show._page import formula, page
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
    for line in (*found.lines, *found.definitions):
        by_row.setdefault(line.row, []).append(line)
    in_latex = is_latex(found.text)
    rows = found.text.rstrip("\n").split("\n")
    lines = [_row(words, by_row.get(row, []), in_latex) for row, words in enumerate(rows, start=1)]
    return page(
        title,
        tag("h1", title),
        tag("p", summary(found), class_="lead"),
        tag("ol", *lines, class_="derivation checked"),
    )


def _row(words: str, lines: list[CheckedLine], in_latex: bool) -> Markup:
    """A line of the author, under it what is to be said, beside it the verdicts."""
    weakest = _weakest(lines)
    several = sum(not line.defines for line in lines) > 1
    said = (_remarks(line, in_latex, named=several) for line in lines)
    return tag(
        "li",
        tag("span", MARKS.get(weakest, ""), class_=f"relation {weakest}".strip()),
        tag(
            "div",
            tag("code", words, class_="source"),
            *(part for part in said if part is not None),
            class_="expression",
        ),
        tag("div", *(_verdict(line, named=several) for line in lines), class_="margin"),
        class_=weakest if weakest == "refuted" else None,
    )


def _weakest(lines: list[CheckedLine]) -> str:
    """The weakest verdict of a row."""
    found = {line.verdict for line in lines}
    return next((v for v in ("refuted", "unread", "tested", "proved") if v in found), "")


def _verdict(line: CheckedLine, *, named: bool) -> Markup:
    """The verdict; in a row with several claims under the claim that is meant."""
    if line.defines:
        return tag("div", "taken as the definition of ", tag("code", line.defines))
    member = tag("code", f"{line.relation} {line.text}", class_="member") if named else None
    shown = f"{MARKS[line.verdict]} {line.verdict}"
    mark = tag("span", shown, class_=f"verdict {line.verdict}", title=line.why or None)
    return tag("div", member, mark, class_="claim")


def _remarks(line: CheckedLine, in_latex: bool, *, named: bool) -> Markup | None:
    """What is to be said about a line, formulas typeset, and the right line to be copied."""
    said = list(remarks(line, in_latex=in_latex))
    if not said:
        return None
    plain = remarks(line)
    member = tag("code", f"{line.relation} {line.text}", class_="member") if named else None
    shown = [
        tag("p", *_set(one, other), class_="remark") for one, other in zip(said, plain, strict=True)
    ]
    source = None
    if in_latex and "$" in line.repair_latex:
        source = tag("code", line.repair_latex.split("$")[-2], class_="copy")
    return tag("div", member, *shown, source, class_="remarks")


def _set(words: str, plain: str) -> Iterator[str]:
    """Words with what stands between dollars as formulas."""
    parts = words.split("$")
    if words == plain or len(parts) % 2 == 0:
        yield plain
        return
    for number, part in enumerate(parts):
        yield formula(part, plain=part) if number % 2 else part
