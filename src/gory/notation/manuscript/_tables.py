r"""Tables whose columns make equations: ``| $f(x)$ | $f'(x)$ |``, "function | derivative".

A cell that holds an equation is read like any other formula. Where the formulas of a row have no
sign of equality, the heading says how they belong together: the second is the derivative of the
first, or is equal to it. Where it does not say, the row is reported as unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gory.notation._document import Stretch
from gory.notation.latex import GREEK, LatexStatement, Macro, Tex, expanded, tex_tokens

MOST_ROWS = 400  # of all tables of a text

_MARKDOWN = re.compile(
    r"(?m)^[ \t>]*([^\n]{1,600}\|[^\n]{0,600})\n[ \t>]*\|?[ \t]*:?-{2,}[-:| \t]*\n"
    r"((?:[^\n|]{0,600}\|[^\n]*(?:\n|\Z)){1,100})"
)
_TABULAR = re.compile(
    r"(?s)\\begin\s*\{(?P<kind>tabularx?|longtable|tabulary)\}(?P<body>.{1,20000}?)"
    r"\\end\s*\{(?P=kind)\}"
)
_PREAMBLE = re.compile(r"\s*(?:\[[^\]\n]{0,20}\]\s*)?(?:\{[^{}\n]{0,80}\}\s*){1,2}")
_RULE = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|"
    r"(?:cline|cmidrule(?:\([a-z]*\))?)\{[^{}\n]*\})"
)
_NEXT_ROW = re.compile(r"\\\\(?:\[[^\]\n]{0,12}\])?|\\tabularnewline")
_FORMULA = re.compile(r"(?<!\\)\$([^$\n]{1,600})\$|\\\(([^\n]{1,600}?)\\\)")
_NAME = r"(\\?[A-Za-z]+(?:_(?:\w|\{\w{1,4}\}))?)"
_SLOPE = re.compile(
    r"(?i)\b(?:derivatives?|gradients?|slopes?|ableitung(?:en)?|dérivées?)\b|[A-Za-z]\s*'|"
    r"\\partial|\\nabla|\{\s*(?:d|\\mathrm\s*\{d\})[\s}\\]|\bd[A-Za-z]?\s*/\s*d[A-Za-z]"
)
_VALUE = re.compile(
    r"(?i)\b(?:values?|results?|equals?|is|expressions?|formulas?|closed forms?|simplif\w+|"
    r"definitions?|right[- ](?:hand )?side|rhs|wert|formel|ergebnis)\b|^\W*=\W*$"
)
_OTHER = re.compile(
    r"(?i)\b(?:shapes?|sizes?|dim(?:ension)?s?|ranges?|spaces?|types?|units?|domains?|costs?|"
    r"limits?|meanings?|notes?|reasons?|examples?|when|where|conditions?|support|means?|variances?)\b"
)
_VARIABLE = re.compile(  # of "derivative by $z$", f'(x), \frac{d}{dx}
    rf"(?i)\b(?:by|in|wrt|w\.\s?r\.\s?t\.?|to|nach)\s*\$?\s*{_NAME}\s*\$?\W*$|"
    rf"'\s*\(\s*{_NAME}\s*\)|\\partial\s*{_NAME}\s*\}}?\s*\$?\W*$|\{{\s*d\s*{_NAME}\s*\}}|"
    rf"/\s*(?:d|\\partial)\s*{_NAME}|\\nabla\s*_\s*\{{?\s*{_NAME}"
)
_APPLIED = re.compile(rf"([A-Za-z])\s*'?\s*\(\s*{_NAME}\s*\)")  # f(x) of a heading
_DERIVED = (r"\partial", r"\nabla", "d")
_RELATIONS = ("=", "<", ">", r"\neq", r"\ne", r"\le", r"\ge", r"\approx", r"\in", r"\to", r"\leq")
_OPERATIONS = ("+", "-", "/", "^", r"\frac", r"\cdot", r"\log", r"\ln", r"\exp", r"\sum", r"\tanh")
_UNCLEAR = "formulas of a row of a table, of which the heading does not say that they are equal"
_NO_VARIABLE = "the heading of the table does not say by what is differentiated"
_IN_A_CASE = "a cell beside it says when this holds"

Span = tuple[int, int]


@dataclass(frozen=True)
class TableRow:
    """Two formulas of a row: the second is the first, or its derivative."""

    left: Span
    right: Span
    variable: str = ""  # of the derivative
    function: tuple[str, str] = ("", "")  # f and x of the heading "f(x)"
    note: str = ""  # why it is not read
    doubt: str = ""


def table_rows(text: str) -> dict[int, TableRow]:
    """The rows whose formulas make an equation only together, by where the second begins."""
    found: dict[int, TableRow] = {}
    for heading, rows in _tables(text):
        for row in rows[: max(MOST_ROWS - len(found), 0)]:
            if (one := _row(text, [text[a:b] for a, b in heading], row)) is not None:
                found[one.right[0]] = one
    return found


def with_rows(found: Sequence[Stretch], rows: Mapping[int, TableRow]) -> Iterator[Stretch]:
    """Stretches of a document with rows of tables in the place of their second formula."""
    for stretch in found:
        row = rows.get(stretch.start) if stretch.kind == "inline" else None
        if row is None:
            yield stretch
        elif row.note:
            yield Stretch("broken", row.right[0], row.right[1], row.note)
        else:
            yield Stretch("row", row.right[0], row.right[1])


def equation_of(text: str, row: TableRow, macros: Mapping[str, Macro]) -> LatexStatement:
    """The equation that a row of a table makes."""
    left, right = (expanded(tex_tokens(text, *span), macros) for span in (row.left, row.right))
    relation = next((n for n, token in enumerate(left) if token.text == "="), len(left))
    left = left[:relation]
    name, argument = row.function
    if name:
        right = _put_in(right, [name, "(", argument, ")"], [Tex("(", 0), *left, Tex(")", 0)])
    if row.variable and left:
        under = rf"\frac{{\partial}}{{\partial {row.variable}}} ("
        slope = [Tex(token.text, left[0].at) for token in tex_tokens(under)]
        left = [*slope, *left, Tex(")", left[-1].at)]
    return LatexStatement("in a table", sides=[left, right], relations=["", "="], doubt=row.doubt)


def _put_in(tokens: list[Tex], old: list[str], new: list[Tex]) -> list[Tex]:
    """Tokens with some of them replaced wherever they stand."""
    out: list[Tex] = []
    place = 0
    while place < len(tokens):
        here = tokens[place : place + len(old)]
        if [token.text for token in here] == old:
            out += [Tex(token.text, here[0].at) for token in new]
            place += len(old)
        else:
            out.append(tokens[place])
            place += 1
    return out


# -- cutting --------------------------------------------------------------------------------------


def _tables(text: str) -> Iterator[tuple[list[Span], list[list[Span]]]]:
    """Tables as the cells of their heading and of their rows."""
    if "|" in text and "--" in text:
        for match in _MARKDOWN.finditer(text):
            rows = list(_lines(text, *match.span(2)))
            yield (
                _cells(text, *match.span(1), sign="|"),
                [_cells(text, *row, sign="|") for row in rows],
            )
    if r"\begin{tab" in text or r"\begin{longtable" in text:
        for match in _TABULAR.finditer(text):
            start, end = match.span("body")
            preamble = _PREAMBLE.match(text, start, end)
            rows = list(_tabular_rows(text, preamble.end() if preamble else start, end))
            cells = [_cells(text, *row, sign="&") for row in rows]
            if len(cells) > 1:
                yield cells[0], cells[1:]


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    for line in text[start:end].splitlines(keepends=True):
        yield start, start + len(line.rstrip())
        start += len(line)


def _tabular_rows(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _NEXT_ROW.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _cells(text: str, start: int, end: int, *, sign: str) -> list[Span]:
    """The cells of a row; what stands in a formula divides nothing."""
    found: list[Span] = []
    at, within = start, False
    for place in range(start, end):
        letter = text[place]
        escaped = place > start and text[place - 1] == "\\"
        if letter == "$" and not escaped:
            within = not within
        elif letter == sign and not within and not escaped:
            found.append((at, place))
            at = place + 1
    found.append((at, end))
    if sign == "|":
        line = text[start:end].strip(" \t>")
        found = found[line.startswith("|") : len(found) - (len(line) > 1 and line.endswith("|"))]
    return found


# -- meaning --------------------------------------------------------------------------------------


def _row(text: str, heading: list[str], row: list[Span]) -> TableRow | None:
    """What the formulas of a row claim together; None if they claim nothing, or each its own."""
    formulas = [_formula(text, span) for span in row[: len(heading)]]
    bare = [n for n, one in enumerate(formulas) if one and not _relations(text, one)]
    doubt = _IN_A_CASE if any(_says_when(text, span) for span in row) else ""
    for place in bare:
        if not _SLOPE.search(heading[place]) or not place:
            continue
        before = [n for n in range(place) if formulas[n] and not _OTHER.search(heading[n])]
        before = [n for n in before if _is_function(text, formulas[n])]
        if before and (first := formulas[before[0]]) and (second := formulas[place]):
            variable = _variable(heading, before[0], place) or _only_letter(text, first)
            note = "" if variable else _NO_VARIABLE
            applied = _APPLIED.search(" ".join(heading))
            function = (applied[1], applied[2]) if applied else ("f", variable)
            return TableRow(first, second, variable, function, note, doubt)
    bare = [n for n in bare if not _OTHER.search(heading[n])]
    if len(bare) < 2 or not any(_has_operation(text, formulas[n]) for n in bare):
        return None
    first, second = formulas[bare[0]], formulas[bare[1]]
    if first is None or second is None:
        return None
    is_equal = _is_slope(text, first) or _VALUE.search(heading[bare[1]]) is not None
    note = "" if is_equal and len(bare) == 2 else _UNCLEAR
    return TableRow(first, second, note=note, doubt=doubt)


def _formula(text: str, span: Span) -> Span | None:
    """The one formula of a cell that holds nothing else but a word or two."""
    found = list(_FORMULA.finditer(text, *span))
    if len(found) != 1:
        return None
    match = found[0]
    around = text[span[0] : match.start()] + text[match.end() : span[1]]
    if len(_RULE.sub(" ", around).split()) > 3:
        return None
    return match.span(1) if match[1] is not None else match.span(2)


def _texts(text: str, span: Span | None) -> list[str]:
    return [token.text for token in tex_tokens(text, *span)] if span else []


def _relations(text: str, span: Span) -> bool:
    return any(piece in _RELATIONS for piece in _texts(text, span))


def _has_operation(text: str, span: Span | None) -> bool:
    pieces = _texts(text, span)
    return any(p in _OPERATIONS for p in pieces) and any(p.isalpha() or p in GREEK for p in pieces)


def _is_slope(text: str, span: Span | None) -> bool:
    pieces = [p for p in _texts(text, span) if p not in (r"\frac", r"\dfrac", r"\tfrac", "{")]
    return pieces[:1] == ["d"] or (bool(pieces) and pieces[0] in _DERIVED)


def _is_function(text: str, span: Span | None) -> bool:
    """Whether something is no derivative and no condition."""
    others = {*_texts(text, span)} & {*_RELATIONS} - {"="}
    return not (others or _is_slope(text, span))


def _says_when(text: str, span: Span) -> bool:
    """Whether a cell has words and a relation: "ELU ($x < 0$)"."""
    formulas = [m.span(1 if m[1] is not None else 2) for m in _FORMULA.finditer(text, *span)]
    words = _FORMULA.sub(" ", text[slice(*span)])
    others = [one for one in formulas if {*_texts(text, one)} & {"<", ">", r"\le", r"\ge", r"\neq"}]
    return bool(others) or re.search(r"(?i)\b(?:if|for|when|only)\b", words) is not None


def _variable(heading: Sequence[str], first: int, place: int) -> str:
    for words in (heading[place], heading[first]):
        if match := _VARIABLE.search(words):
            return next(one for one in match.groups() if one)
    applied = _APPLIED.search(heading[first])
    return applied[2] if applied else ""


def _only_letter(text: str, span: Span) -> str:
    """The one letter of a formula, such as the ``x`` of ``e^{-x}``."""
    pieces = _texts(text, span)
    if "=" in pieces:
        pieces = pieces[: pieces.index("=")]
        inner = re.fullmatch(r"\\?[A-Za-z]+\((\\?[A-Za-z]+)\)", "".join(pieces))
        return inner[1] if inner else ""
    ends = [*pieces[1:], ""]
    found = {
        one
        for one, after in zip(pieces, ends, strict=True)
        if (one.isalpha() or one in GREEK) and (one, after) != ("e", "^") and after != "("
    }
    return found.pop() if len(found) == 1 else ""
