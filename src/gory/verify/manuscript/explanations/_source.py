r"""What stands in a line as its author has typed it: names with their scripts, brackets, terms.

A line is taken apart at its signs, no deeper than a change of one token needs; nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gory.notation.latex import ACCENTS, FONT, GREEK

MOST_NAMES = 8  # of a text that may have been meant
LETTERS_BELOW = re.compile(r"_\s?\{?([a-z]+)")
SUM = re.compile(r"\\sum\s?_\s?(?:\{[^{}]*\}|\w)(?:\s?\^\s?(?:\{[^{}]*\}|\w))?")
_ACCENT = "|".join(re.escape(one) for one in sorted(ACCENTS, key=len, reverse=True))
_ATOM = re.compile(
    rf"(?:(?:{FONT}|{_ACCENT})\s?\{{?\s?)?(?P<base>\\[A-Za-z]+|[A-Za-z])\}}?"
    r"(?P<scripts>(?:\s?[_^]\s?(?:\{[^{}]{0,16}\}|\\[A-Za-z]+|\w))*)"
)
_COMMANDS = re.compile(
    r"\\(?:[dt]?frac|sum|prod|left|right|[bB]igg?[lr]?|cdot|odot|times|partial|log|ln|exp|top|q?quad|"
    r"nabla|sqrt|tanh|sin|cos|operatorname|text|mathbb|mathrm|mathbf|boldsymbol|bm|mathcal|hat|bar|"
    r"tilde|limits)$"
)
_TURNED = re.compile(r"\^\s?\{?\s?(?:T|\\top|\\intercal)\s?\}?$")
_CLOSING = re.compile(r"\s*(?:\\(?:right|[bB]igg?[lr]?)\s*)?\\?$")
_SCRIPT = re.compile(r"[_^]\s?\{[^{}]*$")
_PART = re.compile(r"frac\s?(?:\w\s?|\{[^{}]*\}\s?)?\{$")  # of a fraction, before it begins
LONGEST_PART = 60  # characters of a fraction above its line


@dataclass(frozen=True)
class Term:
    """A term of a sum: where it starts and ends in its line, and its sign."""

    start: int
    end: int
    sign: str
    at: int  # where the sign stands; the place of the term where it has none

    def of(self, source: str) -> str:
        return source[self.start : self.end]


def atoms(source: str) -> list[re.Match[str]]:
    """Names with their scripts."""
    return [m for m in _ATOM.finditer(source) if not _COMMANDS.match(m["base"])]


def is_called(match: re.Match[str], name: str) -> bool:
    """Whether a name is called so inside, where numbers, accents and steps belong to it."""
    base = GREEK.get(match["base"], match["base"].lstrip("\\"))
    rest = name.removeprefix(base)
    is_part = not rest or rest.isdigit() or rest in ACCENTS.values() or len(rest) > 1
    return name.startswith(base) and is_part


def entries(text: str, name: str, source: str = "") -> list[str]:
    """How a text writes a name, and how it may do so with the letters of a line."""
    own = [m for m in atoms(text) if is_called(m, name)]
    found = [m.group() for m in own]
    letters = {x for script in LETTERS_BELOW.findall(source) for x in script}
    for match in own if source else []:
        found += [
            f"{match.group()}({x})" for x in sorted(letters) if text[match.end() :][:1] == "("
        ]
        bare, below = match.group().removesuffix(match["scripts"]), match["scripts"]
        if len(LETTERS_BELOW.findall(below)) == 1:
            found += [f"{bare}_{x}" for x in sorted(letters)]
    return [*dict.fromkeys(found)][: MOST_NAMES * (2 if source else 1)]


def put(source: str, start: int, end: int, new: str) -> str:
    """A line with something else in the place of a part; no command swallows what follows."""
    before, behind = source[:start], source[end:]
    if not new and (not before or before[-1] in " ([{"):
        behind = behind.lstrip()
    if re.search(r"\\[A-Za-z]+$|\^T$", new) and behind[:1].isalpha():
        behind = f" {behind}"
    if re.search(r"\\[A-Za-z]+$", before) and new[:1].isalpha():
        new = f" {new}"
    return f"{before}{new}{behind}".strip()


def turned(factor: str, sign: str) -> str:
    """A factor with its transposition taken off, or with one put on."""
    bare = _TURNED.sub("", factor)
    return bare if bare != factor else f"{factor}{sign}"


def sign_of_transposes(text: str) -> str:
    is_letter = r"\top" not in text and re.search(r"\^\s?\{?\s?T(?![A-Za-z])", text) is not None
    return "^T" if is_letter else r"^\top"


def spans(source: str) -> Iterator[tuple[int, int]]:
    """The whole of a line, and what stands in its brackets, above and below its fractions."""
    yield 0, len(source)
    open_: list[int] = []
    parts: list[tuple[int, int]] = []
    for place, letter in enumerate(source):
        if letter in "([{":
            open_.append(place + 1)
        elif letter in ")]}" and open_:
            start = open_.pop()
            inner = _CLOSING.sub("", source[start:place])
            if is_in_script(source, start):
                continue
            if letter != "}" or source[place - 1] == "\\":
                yield start, start + len(inner)
            elif _PART.search(source, max(start - LONGEST_PART, 0), start):
                parts.append((start, start + len(inner)))
    yield from parts


def is_in_script(source: str, place: int) -> bool:
    """Whether a place lies in braces above or below a name."""
    return _SCRIPT.search(source[:place]) is not None


def terms(source: str, start: int = 0, end: int | None = None) -> list[Term]:
    """The terms of a stretch; brackets and scripts are not looked into."""
    end = len(source) if end is None else end
    found: list[Term] = []
    depth, sign, at, begin = 0, "+", start, start
    for place in range(start, end):
        letter = source[place]
        depth += (letter in "([{") - (letter in ")]}")
        before = source[start:place].strip()[-1:]
        if letter not in "+-" or depth or before in ("^", "_"):
            continue
        if before:
            found.append(_trimmed(source, begin, place, sign, at))
        sign, at, begin = letter, place, place + 1
    return [*found, _trimmed(source, begin, end, sign, at)]


def _trimmed(source: str, start: int, end: int, sign: str, at: int) -> Term:
    piece = source[start:end]
    first = start + len(piece) - len(piece.lstrip())
    return Term(first, max(first, start + len(piece.rstrip())), sign, at)


def whole(source: str) -> str:
    """A line as one factor."""
    if len(terms(source)) < 2:
        return source
    is_high = re.search(r"\\[dt]?frac|\\sum|\\prod", source) is not None
    return rf"\left({source}\right)" if is_high else f"({source})"
