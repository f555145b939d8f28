r"""Repairs of lines about whole arrays, in the signs of their author.

``X (p - y)`` is judged with indices, and its repair has them. Its author wants to read
``X^\top (p - y)``. So the change that makes the entries right is made on the line as it is
written, and the text is judged once more with it: what is shown is a line that holds there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from gory.notation._latex import latex_name
from gory.notation.latex import GREEK
from gory.verify.manuscript._proofreading import PASSED, CheckedDerivation, CheckedLine

MOST_TRIED = 6  # changes in one text, each judged with all of it
MOST_JUDGED = 12  # lines that are judged again for it; of a long text, one change
LONGEST_TEXT = 8_000  # characters; what is longer is judged too slowly to be judged again
TURNED = "a transpose is wrong, or the order of the factors"
_SCRIPTS = re.compile(r"_\{?([a-z]+)")
_LETTER = re.compile(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])")
_ATOM = re.compile(
    r"(?:\\(?:mathbf|boldsymbol|bm|mathrm|vec|hat|bar|tilde)\s?\{?\s?)?(\\[A-Za-z]+|[A-Za-z])\}?"
    r"(?:\s?[_^]\s?(?:\{[^{}]{0,16}\}|\\[A-Za-z]+|\w))*"
)
_TURNED = re.compile(r"\^\s?\{?\s?(?:T|\\top|\\intercal)\s?\}?$")
_INSTEAD = re.compile(r"(\w+)(?:\[[\w,]*\])? in the place of (\w+)(?:\[[\w,]*\])?: ")
_ONLY_FOR = re.compile(r"holds only for (\w+) !?= (\w+)")
_SAME = re.compile(r"(\w+) stands in the place of \1$")
_FACTORS = re.compile(  # of a matrix that is a column times a row, behind numbers
    r"(?P<front>-?\s?(?:\d+\s?|\\frac\{[^{}]*\}\{[^{}]*\}\s?|\\(?:eta|lambda|beta|alpha)\s?)*)"
    r"(?P<one>\([^()]*\)(?:\^\s?\\top|\^T)?|\\?[A-Za-z]+(?:\^\s?\\top|\^T)?)\s?"
    r"(?P<other>\([^()]*\)(?:\^\s?\\top|\^T)?|\\?[A-Za-z]+(?:\^\s?\\top|\^T)?)"
)
_SPARE = re.compile(r"has the factor (\w+) too much")
_LOST = re.compile(r"(?:misses the factor (\w+))|the factor (\w+)(?:\[[\w,]*\])? is missing")
_NUMBER = re.compile(r"the factor (\d+) is too much")
_COMMANDS = re.compile(r"\\(?:frac|sum|left|right|cdot|partial|log|ln|exp|top|quad|text|nabla)$")

Judge = Callable[[str], Sequence[CheckedDerivation]]


def as_written(
    text: str, found: Sequence[CheckedDerivation], judge: Judge
) -> list[CheckedDerivation]:
    """Derivations whose repairs are in the signs of their author where they had lost them."""
    if len(text) > LONGEST_TEXT:
        return list(found)
    lines = sum(line.verdict != "given" for one in found for line in one.lines)
    most = min(MOST_TRIED, max(MOST_JUDGED // max(lines, 1), 1))
    patcher = _Patcher(text, judge, most)
    return [
        replace(one, lines=tuple(patcher.told(line, one.lines[0].text) for line in one.lines))
        for one in found
    ]


@dataclass
class _Patcher:
    """Tries changes of lines as they are written."""

    text: str
    judge: Judge
    most: int  # changes that are tried
    tried: int = 0

    def told(self, line: CheckedLine, asked: str) -> CheckedLine:
        """A line with its repair as its author would write it."""
        if not _lost_signs(line, asked):
            return line
        start = sum(len(row) + 1 for row in self.text.split("\n")[: line.row - 1])
        place = self.text.find(line.text, start)
        if place < 0:
            return line
        for source in dict.fromkeys(_changed(line, self.text)):
            if self.tried >= self.most:
                break
            self.tried += 1
            behind = self.text[place + len(line.text) :]
            again = self.judge(f"{self.text[:place]}{source}{behind}")
            if _holds(again, line.row, source):
                repair = f"{asked} = {source}"
                return replace(_in_words(line, asked), repair=repair, repair_latex=f"${repair}$")
        return line


def _in_words(line: CheckedLine, asked: str) -> CheckedLine:
    """What is said of a line without the indices that its author has not written."""
    own = _letters(line.text) | _letters(asked)

    def bare(match: re.Match[str]) -> str:
        return match[0] if own & {*re.findall("[a-z]", match[1])} else ""

    why = re.sub(r"\[([a-z,]+)\]", bare, line.why)
    latex = re.sub(r"_\{?([a-z]+)\}?(?![A-Za-z])", bare, line.why_latex)
    case = _ONLY_FOR.match(why)
    is_inner = case is not None and not own & {*case.groups()}
    if is_inner or why.startswith(("the sides differ", "misses sum")) or _SAME.match(why):
        why = latex = TURNED
    return replace(line, why=why, why_latex=latex)


def _lost_signs(line: CheckedLine, asked: str) -> bool:
    """Whether a repair has indices that its author has not written."""
    _, _, right = line.repair_latex.rpartition(" = ")
    if line.verdict != "refuted" or not right or line.repair.startswith("holds "):
        return False
    below = {letter for script in _SCRIPTS.findall(right) for letter in script}
    return bool(below - _letters(line.text) - _letters(asked))


def _letters(source: str) -> set[str]:
    """Letters that may be indices there."""
    below = {letter for script in _SCRIPTS.findall(source) for letter in script}
    return below | {*_LETTER.findall(source)}


def _holds(found: Sequence[CheckedDerivation], row: int, source: str) -> bool:
    shown = "".join(source.split())
    return any(
        line.row == row and line.verdict in PASSED and "".join(line.text.split()) == shown
        for one in found
        for line in one.lines
    )


def _changed(line: CheckedLine, text: str) -> Iterator[str]:
    """The line with the change that its repair names, made on what is written."""
    source = line.text
    instead = _INSTEAD.match(line.repair)
    if line.repair.startswith("the sign"):
        yield from _signs(source)
    elif instead is not None and instead[1] != instead[2]:
        yield from _names(source, text, instead[1], instead[2])
    elif instead is not None:
        yield from _scripts(source, instead[2])
        yield from _turned(source, instead[2])
    else:
        yield from _factors(source, text, f"{line.why}: {line.repair}")
        yield from _turned(source, "")


def _signs(source: str) -> Iterator[str]:
    """Another sign in front of a term, or of the whole; nobody looks for it in ``1 - p``."""
    brackets = [m for m in re.finditer(r"\(([^()+-]+)-([^()+-]+)\)", source) if m[1].strip() != "1"]
    for match in brackets:
        turned = f"({match[2].strip()} - {match[1].strip()})"
        yield f"{source[: match.start()]}{turned}{source[match.end() :]}"
    yield source[1:].lstrip() if source.startswith("-") else f"-{source}"
    for match in re.finditer(r"(?<=[^_^{])\s*([+-])", source):
        place = match.start(1)
        yield f"{source[:place]}{'-' if match[1] == '+' else '+'}{source[place + 1 :]}"


def _factors(source: str, text: str, said: str) -> Iterator[str]:
    """A factor more or less."""
    spare, lost, number = (one.search(said) for one in (_SPARE, _LOST, _NUMBER))
    if number is not None:
        for match in re.finditer(rf"(?<!\d){number[1]}\s?(?!\d)", source):
            yield source[: match.start()] + source[match.end() :]
    elif spare is not None and not spare[1].isdigit():
        yield rf"\frac{{1}}{{{latex_name(spare[1])}}} {source}"
    elif lost is not None:
        name = lost[1] or lost[2]
        atoms = dict.fromkeys(m.group() for m in _atoms(text) if _name(m) == name)
        for atom in [name] if name.isdigit() else atoms:
            yield f"{atom} {source}"
            yield f"{source} {atom}"


def _names(source: str, text: str, new: str, old: str) -> Iterator[str]:
    """Another name of the text in the place of one."""
    others = [m for m in _atoms(text) if _name(m) == new]
    for match in _atoms(source):
        if _name(match) == old:
            for other in dict.fromkeys(m[1] for m in others):
                yield f"{source[: match.start(1)]}{other}{source[match.end(1) :]}"
            for other in list(dict.fromkeys(m.group() for m in others))[:3]:
                yield f"{source[: match.start()]}{other}{source[match.end() :]}"


def _scripts(source: str, name: str) -> Iterator[str]:
    """Another letter of the line below a name."""
    letters = dict.fromkeys(x for script in _SCRIPTS.findall(source) for x in script)
    for match in _atoms(source):
        below = _SCRIPTS.search(match.group()) if _name(match) == name else None
        for place in range(below.start(1), below.end(1)) if below is not None else ():
            at = match.start() + place
            for letter in letters:
                if letter != source[at]:
                    yield f"{source[:at]}{letter}{source[at + 1 :]}"


def _turned(source: str, name: str) -> Iterator[str]:
    """A transpose more or less, or two neighbours exchanged."""
    atoms = [m for m in _atoms(source) if not name or _name(m) == name]
    sign = r"^\top" if r"\top" in source or "^T" not in source else "^T"
    for match in atoms:
        bare = _TURNED.sub("", match.group())
        other = bare if bare != match.group() else f"{bare}{sign}"
        gap = " " if source[match.end() : match.end() + 1].isalpha() else ""
        yield f"{source[: match.start()]}{other}{gap}{source[match.end() :]}"
    if (both := _FACTORS.fullmatch(source)) is not None:
        turned = [bare if (bare := _TURNED.sub("", part)) != part else f"{part}{sign}"
                  for part in both.group("other", "one")]  # fmt: skip
        yield f"{both['front']}{turned[0]} {turned[1]}"
    for match in atoms:
        one = match.group()
        if match.end() == len(source):
            yield f"{one} {source[: match.start()].rstrip()}"
        elif match.start() == 0:
            yield f"{source[match.end() :].lstrip()} {one}"


def _atoms(source: str) -> list[re.Match[str]]:
    """Names with their scripts."""
    return [m for m in _ATOM.finditer(source) if not _COMMANDS.match(m[1])]


def _name(match: re.Match[str]) -> str:
    """What a name is called inside; accents are not looked at."""
    return GREEK.get(match[1], match[1].lstrip("\\"))
