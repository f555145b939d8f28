r"""The parts of a text between its headings, and which of them speak of the same names.

A file may hold several derivations, each with its own x, w and L. What a name is, is therefore
sought in the part that uses it, and in the parts above that say something of it: its definition, a
fact, the space it is in. Parts that share only letters do not know of each other. Nothing is read
here; names are the letters and words of formulas, which is enough to say what may be needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gory.notation._document import Stretch, row_of, stretches, uncommented, unquoted
from gory.notation.latex import ACCENTS, GREEK, find_macros

MOST_PARTS = 60  # of one text; with more, all of it is one part

_TOKEN = re.compile(
    r"(?P<words>\\(?:text|mbox|textrm|tag|label)\s*\{[^{}]*\})|(?P<row>\\\\|\n)|(?P<command>\\[A-Za-z]+)|"
    r"(?P<word>[A-Za-z]+)|(?P<sign>[^\sA-Za-z])"
)
_BLANKED = re.compile(r"[^\n]")
_EQUALS = frozenset(("=", r"\equiv", r"\coloneqq", r"\eqqcolon", r"\triangleq"))
_RELATIONS = _EQUALS | frozenset(
    ("<", ">", r"\in", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\sim", r"\approx")
)
_SPACES = frozenset((r"\quad", r"\qquad", ",", ";"))
_SLOPES = frozenset((r"\partial", r"\nabla", "∂", "∇"))
_SIGNS = frozenset(("+", "-", "*", "/", r"\cdot", r"\sum", r"\frac", r"\log", r"\exp", r"\prod"))
_ENTRY = re.compile(
    r"\}?'*(?:[_^](?:[^{}()]*\}|\(?\w\)?))*(?:[(\[][^=+*/-]*[)\]])?"
)  # behind a name
_FORMS = r"\mathbf \boldsymbol \bm \mathrm \mathcal \operatorname & { :"
_DRESS = frozenset(_FORMS.split())
FORMULAS = frozenset(("display", "inline", "raw", "plain"))
_CASE = re.compile(r"(?i)\b(?:for|if|when|at)\s+\$$")  # "For $\gamma = 0$": no definition
_TITLED = re.compile(  # "**Compound expressions.** ...", "(b) ..." at the beginning of a paragraph
    r"(?:^[ \t]*\n|\A|^(?=[ \t]*\\item\b))[ \t]*(?:\\noindent\b|\\item\b)?[ \t]*"
    r"(?:(?:\*\*|__|\\(?:textbf|textsc|emph|textit)\s*\{)[^*\n{}$]{2,80}(?:\*\*|__|\})|"
    r"\(?(?:[a-h]|[ivx]{1,4}|\d{1,2})\)[ \t]|\d{1,2}\.[ \t]|"
    r"(?:Problem|Exercise|Question|Part|Example|Task|Aufgabe|Exercice|Ejercicio)\s+(?:\d|[a-h]\b))",
    re.MULTILINE,
)


@dataclass
class Part:
    """A piece of a text from one heading to the next, and what it does with names."""

    start: int
    end: int
    uses: set[str] = field(default_factory=set)
    defines: set[str] = field(default_factory=set)  # they are a side of an equation
    says: set[str] = field(default_factory=set)  # of these it says something

    def needs(self, others: Iterable[Part]) -> bool:
        """Whether one of the others defines a name that this part only uses."""
        open_names = self.uses - self.defines
        return any(open_names & other.defines for other in others)

    @property
    def has_formulas(self) -> bool:
        return bool(self.uses)


def parts_of(text: str) -> list[Part]:
    """The parts of a text, in order."""
    macros, text = find_macros(unquoted(uncommented(text)))
    found = [Part(0, len(text))]
    for stretch in stretches(text):
        if stretch.kind == "heading" and stretch.start > found[-1].start:
            found[-1].end = stretch.start
            found.append(Part(stretch.start, len(text)))
        elif stretch.kind in FORMULAS:
            learn_names(found[-1], text, stretch, frozenset(macros))
    return found if len(found) <= MOST_PARTS else [Part(0, len(text))]


def passages_of(text: str, part: Part) -> list[Part]:
    """The passages of a part that begin with a title of their own; none where there is one only."""
    macros, text = find_macros(unquoted(uncommented(text)))
    starts = [m.start() for m in _TITLED.finditer(text, part.start, part.end)]
    if len(starts) < 2:
        return []
    found = [Part(start, end) for start, end in zip(starts, [*starts[1:], part.end], strict=True)]
    for stretch in stretches(text):
        for one in found:
            if one.start <= stretch.start < one.end and stretch.kind in FORMULAS:
                learn_names(one, text, stretch, frozenset(macros))
    return found if len(found) <= MOST_PARTS else []


def groups_of(parts: Sequence[Part]) -> list[list[int]]:
    """Which parts have to be read together: a part, and those above that say what it uses.

    A part that holds words only may speak of every other, and stands in every group.
    """
    group = list(range(len(parts)))
    for number, part in enumerate(parts):
        for name in part.uses - part.defines:
            above = [n for n in range(number) if name in parts[n].says]
            if above:
                old, new = group[number], group[above[-1]]
                group = [new if one == old else one for one in group]
    words = [n for n, part in enumerate(parts) if not part.has_formulas]
    leaders = dict.fromkeys(group[n] for n in range(len(parts)) if parts[n].has_formulas)
    found = [[n for n in range(len(parts)) if group[n] == one or n in words] for one in leaders]
    return found or [list(range(len(parts)))]


def only(text: str, parts: Sequence[Part]) -> str:
    """A text of which nothing but some parts is left; these keep their places."""
    found, at = [], 0
    for part in parts:
        found += [_BLANKED.sub(" ", text[at : part.start]), text[part.start : part.end]]
        at = part.end
    return "".join([*found, _BLANKED.sub(" ", text[at:])])


def rows_of_part(text: str, part: Part) -> range:
    """The lines of the file that a part has."""
    return range(row_of(text, part.start), row_of(text, max(part.end - 1, part.start)) + 1)


def learn_names(part: Part, text: str, stretch: Stretch, macros: frozenset[str]) -> None:
    """Learn what a stretch of mathematics does with its names."""
    is_latex = stretch.kind != "plain"
    is_case = _CASE.search(text, max(stretch.start - 12, 0), stretch.start) is not None
    for row in _rows(text[stretch.start : stretch.end], is_latex=is_latex):
        used = {*part.uses}
        part.uses |= _names(row, is_latex=is_latex, macros=macros)
        sides = _sides(row)
        for side in sides:
            is_slope = _SLOPES & {*side} or side[:1] == ["d"] or side[:2] == [r"\frac", "d"]
            named = _names(side[:1], is_latex=is_latex, macros=macros)
            is_name = bool(named) and _ENTRY.fullmatch("".join(side[1:])) is not None
            if len(sides) > 1 and not is_slope and (is_name or side is sides[0]):
                if is_name and _EQUALS & {*row} and not (is_case and row[-1].isdigit()):
                    part.defines |= named if side is sides[0] else named - used
                part.says |= named or _names(side, is_latex=is_latex, macros=macros)
            elif stretch.kind == "inline" and not _SIGNS & {*side}:
                part.says |= named  # "where $y$ is one-hot"


def _rows(piece: str, *, is_latex: bool) -> Iterator[list[str]]:
    """Tokens up to the end of a row or to a comma that stands in no bracket."""
    row: list[str] = []
    depth, accent = 0, ""
    for match in _TOKEN.finditer(piece):
        kind, token = match.lastgroup, match.group()
        depth += (token in ("(", "[", "{")) - (token in (")", "]", "}"))
        is_end = kind == "row" and (token == r"\\" or not is_latex)
        if is_end or kind == "words" or (depth <= 0 and token in _SPACES):
            depth = 0 if is_end else depth
            yield row
            row = []
        elif token in ACCENTS:
            accent = ACCENTS[token]
        elif kind == "word" and is_latex:
            row += [token[0] + accent, *token[1:]]
            accent = ""
        elif kind != "row" and token not in _DRESS:
            row.append(GREEK[token] + accent if token in GREEK else token)
            accent = "" if token in GREEK else accent
    yield row


def _sides(row: list[str]) -> list[list[str]]:
    """What stands between the relations of a row."""
    ends = [n for n, token in enumerate(row) if token in _RELATIONS]
    return [row[i:j] for i, j in zip([0, *(n + 1 for n in ends)], [*ends, len(row)], strict=True)]


def _names(row: Sequence[str], *, is_latex: bool, macros: frozenset[str]) -> set[str]:
    followed = zip(row, [*row[1:], ""], strict=False)
    plain = {token for token, sign in followed if (token, sign) != ("e", "^")}  # e^x
    found = {token for token in plain if token.isalpha() or token in macros}
    if not is_latex:
        found |= {word[0] for word in found if len(word) > 1}  # Xw, dL
    return found
