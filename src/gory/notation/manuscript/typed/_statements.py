"""Lines of the paper language as an author writes them: definitions, chains, facts, words between.

``= ...`` goes on with the chain above; a line goes on while a bracket is open or after a sign that
cannot end it. Words such as "let" or "since" may stand in front. A line without any relation
is prose; nothing else is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from gory.notation.latex import GREEK
from gory.notation.manuscript.typed._joints import (
    columns,
    condition_within,
    leads_on,
    parts,
)
from gory.notation.manuscript.typed._remarks import (
    condition_ahead,
    label,
    lead,
    remark_behind,
    tail_behind,
)
from gory.notation.manuscript.typed._spelling import NUMBER, Spelling, with_arrows
from gory.notation.manuscript.typed._typed import Spelt
from gory.notation.manuscript.words._hedges import FORMULA, sentence

_COUNTING = re.compile(
    r"^\s*[a-z](?:\s*,\s*[a-z])*\s*=\s*\d+\s*(?:\.\.+|,\s*(?:\.\.+|…)\s*,?|…|to)\s*\w+\s*$"
)
_CUE = re.compile(
    r"^\s*(?:(?:let|put|set|with|where|define|then|so|hence|thus|and|since|because|now|therefore|as|"
    r"by|using|given|write|denote|case|if|for|when|assume|suppose|but|finally|also|we have|"
    r"it follows that|claim|part [ivx]+)"
    r"\b[:,]?\s+)+",
    re.IGNORECASE,
)
_CASE = re.compile(r"(?i)\b(?:case|if|for|when|part [ivx]+|so|then|now|and)\b")
_FACT = re.compile(
    r"\b(?:given|since|because|assume|suppose|as|satisfy|satisfies)\b", re.IGNORECASE
)
_INDEX = re.compile(r"^\s*index\s+[A-Za-z]")
_SIZE = re.compile(r"^\s*([A-Z][A-Za-z0-9]*)\s*=\s*\d+(?:\s*\.\.\s*\d+)?\s*$")
_CONDITION = re.compile(r"^\s*([a-z])\s*(=|==|!=|<>|≠)\s*([a-z]|\d+)\s*[:.,]?\s*$")
_STOP = re.compile(
    r"(?<![\w\[])(?:we|have|that|is|the|are|this|then|and|where|with|for|which|get|of|to|by|it|thus|hence|find|"
    r"obtain|gives|yields|using|from|because|since|follows|so|here|as|has|holds|says|not|but|instead)(?![\w\[(])[,:]?",
    re.IGNORECASE,
)
_WORDS_BEFORE = re.compile(
    r"(?:[A-Za-z][A-Za-z' ,-]*:\s+)?(?:[A-Za-z][A-Za-z' -]*[ ,:]\s*)?"
    r"(?:let|put|set|define|where|with|given)\s+(?=\S)"
    r"|[A-Za-z][A-Za-z' ,-]*:\s+(?=\S)",
    re.IGNORECASE,
)
_TUPLE = re.compile(r"=\s*\(\s*-?[\d.]+\s*,")  # values of a vector, as in an example
_COMMA = re.compile(r"[,:;]\s+(?=[^,=]+(?:\[[^\]]*\])?[^,=]*=)")  # an equation follows
_VALUE = re.compile(  # "b = 1", "dL/dw = 2", and not "h = 1 / (1 + z)" or "dL/dw = 2 w"
    r"(?<![\w\])/])(?:[A-Za-z]\w*|(d\w+/d\w+)) = -?(?:\d+(?:\.\d*)?|\.\d+)"
    r"(?=[,;.]?(?:\s*$|\s+(?(1)and\b|(?![\s*/^+\-−])))|(?(1),\s|$))"
)
_AND = re.compile(r",?\s+(?:and|with|where)\s+(?=[^\W\d_]+\d*(?:\[[^\[\]]*\]|_\w+)?\s*:?=)")
_FUNCTIONS = """
log ln dlog dln exp sum prod delta tanh sqrt sigmoid max min relu softplus sin cos abs sign softmax
logsumexp sinh cosh tr det diag index given
"""
_CHOSEN = re.compile(  # f(x) = x if x > 0 else 0
    r"([^=<>\n]{1,80}?)\s*=\s*([^=\n]{1,200}?\sif\s[^=\n]{1,100}?\selse\s[^=\n]{1,200})"
)
_EXPLAINED = re.compile(r"=[^=\n]*\S\s{3,}[A-Za-z]\w? (?:is|are|runs?|denotes?)\b[^=\n]*$")
_LINE_NUMBER = re.compile(r"\s{2,}(?:\(\d+\)|\[[^\[\]]*\d\])\s*$")
_STOP_BEHIND = re.compile(r"[.,;:]\s*$")
_I_GET = re.compile(
    r"(?<=[\w)\]])\s+(?:I|we)\s+(?:then |just |also )?"
    r"(?:get|find|have|obtain|see|got|found|think|arrive at|computed?)\s*$"
)
_LETTER_BEHIND = re.compile(r"(?<=[\w)\]])\s+(?:I|a)$")
_SPEAKER = re.compile(  # behind "I", or behind an article; "a with", "a is" is a letter
    r"(?i)(?!(?:with|and|is|are|was|for|where|so|then|if|when|as|has|by|the|in|at|of|to|or|but|"
    r"denotes?|gives?|means?|equals?|holds?|also|from|on|that|which|since|because)\b)[a-z]{2,}"
)
_NAME_BEHIND = re.compile(r"\s*[,;]\s*[A-Za-z]\w?$")
_NUMBER = re.compile(r"\s*-?[\d.]+\s*")  # of ``x = 2, w = 3``
_ONE_VALUE = r"\s*[A-Za-z]\w*(?:\[\w+\])?\s*=\s*-?\d[\d.]*\s*"
_VALUES = re.compile(rf"{_ONE_VALUE}(?:(?:[,;]|\band\b){_ONE_VALUE})+")  # and nothing else
_MATHEMATICAL = (
    frozenset(_FUNCTIONS.split()) | {name.lstrip("\\") for name in GREEK} | {"lam", "eps"}
)
_WORD = re.compile(r"(?<![\w\[(.^/])(d['’]où|[A-Za-z]{2,})(?![\w\[(^/]|'(?![A-Za-z]))[,:]?")
_UNDERLINE = re.compile(r"([-=~^_*])\1{2,}")  # of a heading
_OPERATORS = ("+", "-", "*", "/", "^", "=", "(", "[", "{", "−")
_RELATION = re.compile(r"(?<![<>=!:])(?::=|=)(?!=)|(?<![<>=])[<>]=?|!=|≈|~=")
_SIGNS = {":=": "=", "≈": r"\approx", "~=": r"\approx"}


@dataclass
class PlainStatement:
    """Sides as (relation, text, place), with what stands around them."""

    sides: list[tuple[str, str, int]]
    cue: str = ""
    is_fact: bool = False
    declaration: str = ""
    conditions: tuple[tuple[str, str, str], ...] = ()
    starts_section: bool = False
    before: str = ""  # words before it, from the last formula or empty line
    after: str = ""  # words behind it in its line
    is_example: bool = False  # a number among words, which it belongs to


def plain_statements(
    text: str, start: int, end: int, *, as_typed: bool = False
) -> list[PlainStatement]:
    """The statements of a stretch of plain text, in the paper language or as they were typed."""
    spelling = Spelling.of(text[start:end])
    reading = _Reading(spelling.own | Spelt.of(text[start:end]).products(text[start:end]))
    for line, at in _lines(text, start, end):
        reading.see(line, at)
    for statement in [] if as_typed else reading.found:
        sides = [] if statement.is_example else statement.sides
        statement.sides = [(r, spelling.read(side), at) for r, side, at in sides]
    return reading.found


class _Reading:
    """Lines seen so far, and what the next one may go on with."""

    def __init__(self, own: Collection[str] = ()) -> None:
        self.own = own  # names that the text defines
        self.found: list[PlainStatement] = []
        self.waiting: tuple[tuple[str, str, str], ...] = ()  # a condition on a line of its own
        self.opening: tuple[str, str, int] | None = None  # a side without a relation
        self.words = ""  # since the last formula

    def see(self, line: str, at: int) -> None:
        line, at = with_arrows(line[(skipped := lead(line)) :]), at + skipped
        if _INDEX.match(line) or _SIZE.match(line):
            self.found.append(PlainStatement([], declaration=line.strip()))
        elif (number := NUMBER.match(line)) and re.search(r"[=\[(]", line[number.end() :]):
            self.see(line[number.end() :], at + number.end())
        elif line.strip()[0] == "=" and (self.opening or (self.found and self.found[-1].sides)):
            self.go_on(line, at)
        else:
            self.opening = None
            column = columns(line)
            for part, start in parts(line[column:]):
                match = _CUE.match(part)
                cue = match.group() if match else ""
                self.words += f" {line[:column].strip()}" if not start else ""
                self.begin(cue, part, at + column + start)

    def go_on(self, line: str, at: int) -> None:
        """``= ...`` under a side that stands alone, or under a chain."""
        if self.opening is not None:
            self.found.append(PlainStatement([self.opening], conditions=self.waiting))
            self.opening, self.waiting = None, ()
        for find in (tail_behind, partial(remark_behind, is_name=self.is_name)):
            if (remark := find(line)) is not None:
                self.found[-1].after += f" {line[remark.at :].strip()}"
                line = line[: remark.at]
        self.found[-1].sides += _sides(line, at)[1:]

    def begin(self, cue: str, line: str, at: int) -> None:
        rest, at = line[len(cue) :], at + len(cue)
        held, skipped = condition_ahead(line)
        if held:
            self.waiting, rest, at = held, line[skipped:], at - len(cue) + skipped
        words = _WORDS_BEFORE.match(rest)
        skipped = words.end() if words else label(rest, self.is_name)
        cue, rest, at = cue + rest[:skipped], rest[skipped:], at + skipped
        condition = _CONDITION.match(rest)
        is_heading = condition and rest.rstrip().endswith(":") and condition[2] in ("!=", "<>", "≠")
        if condition and (_CASE.search(cue) or is_heading):
            relation = "=" if condition[2] in ("=", "==") else r"\neq"
            self.waiting = ((condition[1], relation, condition[3]),)
            return
        rest = _I_GET.sub("", _STOP_BEHIND.sub("", _LINE_NUMBER.sub("", rest)))
        if chosen := _CHOSEN.fullmatch(rest):
            sides = [("", chosen[1], at), ("=", chosen[2], at + chosen.start(2))]
            self.found.append(PlainStatement(sides, cue, conditions=self.waiting))
            self.waiting, self.words = (), ""
            return
        if _EXPLAINED.search(rest) and remark_behind(rest, self.is_name):
            self.equations(cue, rest, at)
            return
        is_list = not cue.strip() and _VALUES.fullmatch(rest) is not None
        is_example = _TUPLE.search(rest) or (len(_VALUE.findall(rest)) > 1 and not is_list)
        spans = [] if is_example else formulas(rest, self.own)
        remark = remark_behind(rest, self.is_name)
        is_prose = _is_prose(rest[: remark.at] if remark else rest)
        if len(spans) > 1 or (spans and (spans[0][0] > 0 or is_prose)):
            self.among_words(cue, rest, at, spans)
        elif is_prose or is_example:
            self.example(rest if is_example else "", at)
            self.prose(line)
        elif _RELATION.search(_masked(rest)):
            self.equations(cue, rest, at)
        elif re.fullmatch(r"[^.?!:;#]*[\[(∂_][^.?!:;#]*", rest):
            self.opening = ("", rest, at)
        else:
            self.prose(line)

    def is_name(self, word: str) -> bool:
        return word in _MATHEMATICAL or word in self.own

    def equations(self, cue: str, rest: str, at: int) -> None:
        """One equation, or several that a comma or "and" joins."""
        remark = remark_behind(rest, self.is_name)
        if remark is not None:
            rest = rest[: remark.at]
            self.waiting = self.waiting or remark.condition
        behind = f" {remark.words}" if remark else ""
        start, masked = 0, _masked(rest)
        commas = [m for m in _COMMA.finditer(rest) if masked[m.start()] in ",:;"]
        joints = sorted([*_AND.finditer(rest), *commas], key=lambda m: m.start())
        for match in [*joints, None]:
            if match and match.start() < start:
                continue
            end = match.start() if match else len(rest)
            if _COUNTING.match(rest[start:end]):
                start = match.end() if match else end
                continue
            own = _CUE.match(rest[start:end]) if start else None
            skipped = own.end() if own else 0
            here = rest[start + skipped : end]
            if self.restricts(own.group() if own else cue, here, start, is_last=match is None):
                start = match.end() if match else end
                continue
            sides, first, last = _without_words(_sides(here, at + start + skipped))
            if len(sides) > 1 and all(text.strip() for _, text, _ in sides):
                is_fact = bool(_FACT.search(own.group() if own else sentence(cue)))
                before = sentence(f"{self.words} {cue} {first}")
                self.found.append(
                    PlainStatement(
                        sides,
                        cue,
                        is_fact,
                        conditions=self.waiting,
                        before=before,
                        after=last + behind,
                    )
                )
                self.waiting, self.words = (), ""
            start = match.end() if match else end
        if remark is not None and remark.equation:
            self.equations("given ", remark.equation, at + remark.at + 2)

    def restricts(self, words: str, piece: str, start: int, *, is_last: bool) -> bool:
        """Whether a piece is a condition, for what follows or for the equation before it."""
        if not is_last and (condition := condition_within(words, piece)) is not None:
            self.waiting = (condition,)
            return True
        last = self.found[-1].sides[-1:] if self.found else []
        is_list = any(_NUMBER.fullmatch(text) for _, text, _ in last)
        condition = condition_within("for", piece) if is_last and start and not is_list else None
        if condition is not None and self.found:
            self.found[-1].conditions += (condition,)
        return condition is not None

    def among_words(self, cue: str, rest: str, at: int, spans: Sequence[tuple[int, int]]) -> None:
        """Equations in a line of prose, each with the words since the one before."""
        last, before = 0, len(self.found)
        for number, (start, end) in enumerate(spans):
            own = f"{cue} {rest[last:start]} " if last == 0 else f"{rest[last:start]} "
            own = re.sub(r"\s+", " ", own)
            condition = condition_within(own, rest[start:end])
            last = end
            if condition is None:
                self.equations(own, rest[start:end], at + start)
                continue
            follows = rest[end : spans[number + 1][0]] if number + 1 < len(spans) else ""
            if len(self.found) == before or leads_on(own, follows):
                self.waiting = (condition,)
            elif self.found:
                self.found[-1].conditions += (condition,)
        self.words += f" {rest[last:]}"

    def example(self, rest: str, at: int) -> None:
        """The numbers of "with x = 1 and w = 2 we get z = 2"."""
        last, words = 0, ""
        for match in _VALUE.finditer(rest):
            words += rest[last : match.start()]
            sides = _sides(match.group(), at + match.start())
            self.found.append(PlainStatement(sides, before=words or " ", is_example=True))
            last, words = match.end(), words + FORMULA

    def prose(self, line: str) -> None:
        self.waiting = ()
        self.words += f" {line}"
        if self.found and re.match(r"(?i)\s*#|\s*(?:part|problem|exercise|section)\b", line):
            self.found.append(PlainStatement([], starts_section=True))


def formulas(line: str, own: Collection[str]) -> list[tuple[int, int]]:
    """Where equations stand in a line that also has words in it; nothing if it has none.

    A word is a run of two or more letters that is neither a function nor a name of the text.
    """
    runs: list[tuple[int, int]] = []
    start, has_words = 0, False
    outside = _masked(line)
    for match in _WORD.finditer(line):
        if match[1] in _MATHEMATICAL or match[1] in own or outside[match.start()] == " ":
            continue
        has_words = True
        runs.append((start, match.start()))
        start = match.end()
    runs.append((start, len(line)))
    found = []
    for begin, end in runs if has_words else []:
        piece = line[begin:end]
        kept = piece.strip(" \t,;:.?")
        if end < len(line):
            kept = _NAME_BEHIND.sub("", kept)  # of "L = -sum_k y_k log p_k, y one-hot"
            if _SPEAKER.match(line, end):
                kept = _LETTER_BEHIND.sub("", kept)  # of "for f = log s I get"
        if _RELATION.search(_masked(kept)) and not _RELATION.match(kept):
            begin += piece.index(kept)
            found.append((begin, begin + len(kept)))
    return found


def _lines(text: str, start: int, end: int) -> list[tuple[str, int]]:
    """Lines that are no comments, joined where one goes on in the next."""
    found: list[tuple[str, int]] = []
    at, depth, is_apart = start, 0, False
    for raw in text[start:end].splitlines(keepends=True):
        line = raw.split("#")[0].rstrip() if not raw.lstrip().startswith("#") else raw.rstrip()
        body = line.strip()
        if body and not _UNDERLINE.fullmatch(body):
            goes_on = (found and body[0] in "+-*/−" and not body.startswith(("- ", "* "))) or (
                found and body[0] in "+-" and "=" in found[-1][0] and line[0] in " \t"
            )
            if goes_on and (is_apart or line[0] not in " \t") and _RELATION.search(_masked(body)):
                goes_on = False  # an equation whose left side begins with a sign
            is_apart = False
            ends_open = bool(found) and (depth > 0 or found[-1][0].rstrip().endswith(_OPERATORS))
            if (goes_on or ends_open) and found and not body.startswith("#"):
                found[-1] = (found[-1][0] + " " + body, found[-1][1])
            else:
                found.append((line, at))
                depth = 0
            depth = max(
                0, depth + sum(line.count(s) for s in "([{") - sum(line.count(s) for s in ")]}")
            )
        else:
            depth, is_apart = 0, True
        at += len(raw)
    return found


def _masked(line: str) -> str:
    """The line with everything in brackets blanked out, so that only its own relations show."""
    depth, out = 0, []
    for sign in line:
        depth += sign in "([{"
        out.append(" " if depth > 0 else sign)
        depth -= sign in ")]}" and depth > 0
    return "".join(out)


def _sides(line: str, at: int) -> list[tuple[str, str, int]]:
    masked = _masked(line)
    found: list[tuple[str, str, int]] = []
    relation, begin = "", 0
    for match in _RELATION.finditer(masked):
        found.append((relation, line[begin : match.start()], at + _indent(line, begin)))
        relation, begin = _SIGNS.get(match.group(), match.group()), match.end()
    found.append((relation, line[begin:], at + _indent(line, begin)))
    return found


def _without_words(
    sides: list[tuple[str, str, int]],
) -> tuple[list[tuple[str, str, int]], str, str]:
    """Sides without the words before the first and behind the last, and these words."""
    relation, text, at = sides[0]
    *_, last = [m.end() for m in _STOP.finditer(text)] or [0]
    first = text[:last]
    sides = [(relation, text[last:], at + last), *sides[1:]]
    relation, text, at = sides[-1]
    match = _STOP.search(text)
    if match is None:
        return sides, first, ""
    return [*sides[:-1], (relation, text[: match.start()], at)], first, text[match.start() :]


def _indent(line: str, begin: int) -> int:
    return begin + len(line[begin:]) - len(line[begin:].lstrip())


def _is_prose(line: str) -> bool:
    """Whether four words or more stand in a row, none of them a word of the language."""
    run = re.search(r"(?:(?<![\w\[.])[A-Za-z]{2,}[,;]?\s+){3,}[A-Za-z]{2,}(?![\w\[(])", line)
    return run is not None and not re.search(r"\b(?:log|exp|sum|sqrt|delta|tanh)\b", run.group())
