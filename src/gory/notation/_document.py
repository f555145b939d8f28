r"""A document in stretches: prose, headings, mathematics, lines of the paper language.

Markdown, LaTeX and plain files differ in how mathematics is set off, not in what it says. Here a
text is only cut up, with the place of every piece; reading comes later. A delimiter that is never
closed is reported where it opens, and what follows it is read on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gory.notation._bare_lines import bare_lines, is_formula
from gory.notation._errors import NotationError

LONGEST_DOCUMENT = 1_000_000  # characters; a long article has a tenth of that

_ENVIRONMENTS = """
equation align alignat aligned gather gathered multline eqnarray flalign split
displaymath math dmath
"""
DISPLAYS = frozenset(re.findall(r"\w+", _ENVIRONMENTS))
_SKIPPED = frozenset(("verbatim", "lstlisting", "minted", "comment", "thebibliography"))

_OPENER = re.compile(
    r"(?P<fence>^[ \t]*(?:```|~~~)[^\n]*\n)"
    r"|(?P<frame>\\begin\s*\{(?P<env>[A-Za-z]+)\*?\})"
    r"|(?P<double>(?<!\\)\$\$)|(?P<square>(?<!\\)\\\[)|(?P<round>(?<!\\)\\\()|(?P<single>(?<!\\)\$)"
    r"|(?P<code>`[^`\n]+`)"
    r"|(?P<heading>^[ \t]*\#{1,6}[ \t][^\n]*"
    r"|\\(?:part|chapter|section|subsection|subsubsection|paragraph)\*?\s*\{[^{}\n]*\}"
    r"|^[ \t]*\\(?:begin\{(?:problem|exercise|solution|proof|example)\}))",
    re.MULTILINE,
)
_INTERTEXT = re.compile(r"\\(?:short)?intertext\s*\{")
_BRACE = re.compile(r"(?<!\\)[{}]")
_STRUCK = re.compile(r"<!--(?s:.*?)-->|~~[^~\n]{1,300}~~|\\sout\{[^{}\n]*\}")  # taken back
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a document, from ``start`` to ``end``.

    ``kind`` is "display", "inline", "raw" (LaTeX without delimiters, a line a row), "plain" (the
    paper language), "prose", "program", "heading" or "broken"; for the last ``note`` says what is
    wrong.
    """

    kind: str
    start: int
    end: int
    note: str = ""


def stretches(text: str) -> list[Stretch]:
    """Cut a document into stretches.

    Raises
    ------
    NotationError
        If the document is too long to be one derivation or article.

    Examples
    --------
    >>> [s.kind for s in stretches("Let $u = x$.")]
    ['prose', 'inline', 'prose']
    >>> [s.kind for s in stretches("u = x + 1")]
    ['plain']
    """
    if len(text) > LONGEST_DOCUMENT:
        raise NotationError(
            f"the text has {len(text):,} characters; at most {LONGEST_DOCUMENT:,} are read, "
            "so split it"
        )
    if re.search(r"\\begin\s*\{document\}|\\documentclass", text):
        text = _COMMENT.sub(lambda m: " " * len(m.group()), text)
    text = _STRUCK.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    found = list(_cut(text))
    kinds = {s.kind for s in found} - {"prose", "heading", "code", "program"}
    if kinds and kinds != {"plain"}:  # blocks of plain text need the words around them
        return [one for stretch in found for one in _with_bare(text, stretch)]
    found = [replace(s, kind="prose") if s.kind == "code" else s for s in found]
    is_latex = re.search(r"\\[A-Za-z]{2,}", text) is not None
    return [_whole(text, s, is_latex) for s in found]


def _with_bare(text: str, stretch: Stretch) -> Iterator[Stretch]:
    """Prose, and the formulas in it that have no marks: whole lines, and spans of code."""
    start, end = stretch.start, stretch.end
    if stretch.kind == "code":
        inner = text[start:end].strip("`")
        at = text.index(inner, start)
        formulas = [(at, at + len(inner), "\\" in inner)] if is_formula(inner) else []
    else:
        formulas = list(bare_lines(text, start, end)) if stretch.kind == "prose" else []
    for first, last, is_latex in formulas:
        yield Stretch("prose", start, first)
        is_row = stretch.kind != "code"
        yield Stretch(("raw" if is_row else "inline") if is_latex else "plain", first, last)
        start = last
    if start < end:
        kind = "prose" if stretch.kind == "code" else stretch.kind
        yield replace(stretch, kind=kind, start=start)


_COMMENTED = re.compile(r"(?m)^(?:[ \t]*(#|//|\*|--|;)(?=[ \t\n]|\Z)[^\n]*(?:\n|\Z)){2,}")

_EQUATION = re.compile(r"(?m)^[ \t]*#[^\n]{1,200}=")
_DEEP = re.compile(r"(?m)^[ \t]*#(?:[ \t]{2,}\S|[ \t]*$)")  # a heading has one blank


def uncommented(text: str) -> str:
    """A text without the signs of comments in front of its lines, where several follow each other;
    every other sign keeps its place.
    """
    found = text
    for block in _COMMENTED.finditer(text):
        lines = block.group()
        is_formula = len(_EQUATION.findall(lines)) > 1  # no two headings follow each other so
        is_heading = lines.lstrip().startswith("#") and not (_DEEP.search(lines) or is_formula)
        if "=" in lines and not is_heading:
            plain = re.sub(r"(?m)^([ \t]*)(#|//|\*|--|;)", lambda m: m[1] + " " * len(m[2]), lines)
            found = f"{found[: block.start()]}{plain}{found[block.end() :]}"
    return found


_SPAN = re.compile(r"(?<!`)`(?!`)([^`\n]{1,300})`(?!`)")
_DELIMITED = re.compile(r"\$|\\\(|\\\[|\\begin\b")
_NAMED_CELL = re.compile(r"(?<=\|)[ \t]*`[^`|=\n]{1,40}`[ \t]*(?=\|)")
_TABLE = re.compile(r"(?m)^[ \t]*\|.*\|[ \t]*$")


def unquoted(text: str) -> str:
    """A text whose formulas are code, without the marks around them and the bars of tables; every
    other sign keeps its place.
    """
    spans = _SPAN.findall(text)
    if not any("=" in span for span in spans) or _DELIMITED.search(text):
        return text
    text = _TABLE.sub(lambda m: _NAMED_CELL.sub(lambda cell: " " * len(cell[0]), m[0]), text)
    text = _TABLE.sub(lambda m: re.sub(r"\|(?![^`|]*`(?:[^`]*`[^`]*`)*[^`]*$)", " ", m[0]), text)
    return _SPAN.sub(lambda m: f" {m[1]} ", text)


def _whole(text: str, stretch: Stretch, is_latex: bool) -> Stretch:
    """Without any delimiters, what is no heading is mathematics line by line."""
    if stretch.kind != "prose":
        return stretch
    return Stretch("raw" if is_latex else "plain", stretch.start, stretch.end)


def _cut(text: str, start: int = 0, end: int = -1) -> Iterator[Stretch]:
    end = len(text) if end < 0 else end
    at = last = start
    while (match := _OPENER.search(text, at, end)) is not None:
        kind = str(match.lastgroup if match.lastgroup != "env" else "frame")
        found = _stretch(text, match, kind)
        if found is None:
            at = match.end()
            continue
        if found.start > last:
            yield Stretch("prose", last, match.start())
        yield from _words_between(text, found)
        at = last = max(found.end + len(found.note if found.kind != "broken" else ""), match.end())
    if last < end:
        yield Stretch("prose", last, end)


_IN_HEADING = re.compile(r"\$([^$\n]{3,300})\$")


def _words_between(text: str, stretch: Stretch) -> Iterator[Stretch]:
    r"""A display is cut at ``\intertext{...}``, which holds prose with formulas of its own; the
    formulas of a heading stand behind it.
    """
    if stretch.kind == "heading":
        yield stretch
        for match in _IN_HEADING.finditer(text, stretch.start, stretch.end):
            if is_formula(match[1]):  # and no case, such as i = j
                yield Stretch("inline", match.start(1), match.end(1))
        return
    if stretch.kind != "display":
        yield stretch
        return
    start = stretch.start
    while (match := _INTERTEXT.search(text, start, stretch.end)) is not None:
        end = brace_end(text, match.end() - 1, stretch.end)
        if end < 0:
            break
        yield Stretch("display", start, match.start())
        yield from _cut(text, match.end(), end)
        start = end + 1
    yield Stretch("display", start, stretch.end, stretch.note)


def brace_end(text: str, start: int, end: int) -> int:
    """Where the brace that opens at ``start`` is closed before ``end``; -1 if nowhere."""
    depth = 0
    for match in _BRACE.finditer(text, start, end):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    return -1


_INLINE_END = re.compile(r"(?<!\\)\$|\n[ \t]*\n")
_PRICE = re.compile(r"\d[\d.,]*[kM]?(?:[ \t,;.]+[A-Za-z]{2,}[.,;]?){1,40}\s+")  # $5 and $
_CLOSER = {"double": "$$", "square": r"\]", "round": r"\)"}


def _stretch(text: str, match: re.Match[str], kind: str) -> Stretch | None:
    """The stretch that opens at a match; its ``note`` is its closing delimiter."""
    start = match.end()
    if kind == "heading":
        return Stretch("heading", match.start(), match.end())
    if kind == "code":
        return Stretch("code", match.start(), start)
    if kind == "fence":
        return _fenced(text, match)
    if kind == "frame":
        return _framed(text, match)
    if kind == "single":
        end = _INLINE_END.search(text, start)
        if end is None or end.group() != "$":
            line = text[start:].split("\n", 1)[0] if end is None else text[start : end.start()]
            is_lost = "=" in line and re.search(r"\\[A-Za-z]{2,}", line) is not None
            return Stretch("broken", start - 1, start, "$ is never closed") if is_lost else None
        if end.start() == start or _PRICE.fullmatch(text, start, end.start()):
            return None
        return Stretch("inline", start, end.start(), "$")
    closer = _CLOSER[kind]
    end = text.find(closer, start)
    if end < 0:
        return Stretch("broken", match.start(), start, f"{match.group()} is never closed")
    return Stretch("inline" if kind == "round" else "display", start, end, closer)


def _fenced(text: str, match: re.Match[str]) -> Stretch | None:
    mark = match.group().strip()[:3]
    end = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t]*$", re.MULTILINE).search(text, match.end())
    if end is None:
        if match.group().strip() == mark:  # the end of a block that was not taken as one
            return None
        return Stretch("broken", match.start(), match.end(), "a fenced block is never closed")
    inner = text[match.end() : end.start()]
    if re.search(r"\\\[|\\\(|\$|\\begin\s*\{(?:align|equation|gather)", inner):
        return None  # its delimiters are found as everywhere
    language = match.group().strip()[3:].strip().lower()
    if language in ("math", "latex", "tex") or re.search(r"\\[A-Za-z]{2,}", inner):
        kind = "display" if "\\\\" in inner or "\\begin" in inner else "raw"
    else:
        kind = "plain" if language in ("", "gory", "text") else "program"
    return Stretch(kind, match.end(), end.start(), end.group())


_COLUMNS = re.compile(r"\s*\{\s*\d{1,2}\s*\}|\s*\[[a-z]{1,3}\](?=\s)")  # of alignat, aligned[t]


def _framed(text: str, match: re.Match[str]) -> Stretch | None:
    name = match["env"]
    if name not in DISPLAYS and name not in _SKIPPED:
        return None
    closer = re.compile(rf"\\end\s*\{{{name}\*?\}}")
    end = closer.search(text, match.end())
    if end is None:
        return Stretch("broken", match.start(), match.end(), f"\\begin{{{name}}} is never closed")
    if name in _SKIPPED:
        kind = "prose" if name == "verbatim" else "program"
        return Stretch(kind, match.start(), end.end())
    columns = _COLUMNS.match(text, match.end(), end.start())
    start = columns.end() if columns else match.end()
    return Stretch("display", start, end.start(), end.group())


def row_of(text: str, at: int) -> int:
    """The line of a place, from 1."""
    return text.count("\n", 0, at) + 1
