r"""A change of a line, made on what its author has written.

Inside, a line about whole arrays has indices, and the change that makes it right has them too. The
same change on the signs of the line is looked for here: every place where it may be made is
offered, the likeliest first. Which of them holds is for others to find out, so that nothing is lost
by an offer too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from gory.notation import ONE, Add, Div, Num, Ref, Size, walk
from gory.notation._latex import latex_name
from gory.notation.latex import ACCENTS, FONT, GREEK
from gory.verify.manuscript.explanations._edit import Change, Edit
from gory.verify.manuscript.explanations._gap import (
    ByNumber,
    Gap,
    LostFactor,
    LostSum,
    SpareFactor,
)

MOST_NAMES = 8  # of the text that may have been meant
_ACCENT = "|".join(re.escape(one) for one in sorted(ACCENTS, key=len, reverse=True))
_BELOW = re.compile(r"_\s?\{?([a-z]+)")
_ATOM = re.compile(
    rf"(?:(?:{FONT}|{_ACCENT})\s?\{{?\s?)?(?P<base>\\[A-Za-z]+|[A-Za-z])\}}?"
    r"(?:\s?[_^]\s?(?:\{[^{}]{0,16}\}|\\[A-Za-z]+|\w))*"
)
_COMMANDS = re.compile(
    r"\\(?:frac|sum|prod|left|right|cdot|odot|partial|log|ln|exp|top|quad|nabla|sqrt)$"
)
_TURNED = re.compile(r"\^\s?\{?\s?(?:T|\\top|\\intercal)\s?\}?$")
_FACTORS = re.compile(  # of a matrix that is a column times a row, behind numbers
    r"(?P<front>-?\s?(?:\d+\s?|\\frac\{[^{}]*\}\{[^{}]*\}\s?|\\(?:eta|lambda|beta|alpha)\s?)*)"
    r"(?P<one>\([^()]*\)(?:\^\s?\\top|\^T)?|\\?[A-Za-z]+(?:\^\s?\\top|\^T)?)\s?"
    r"(?P<other>\([^()]*\)(?:\^\s?\\top|\^T)?|\\?[A-Za-z]+(?:\^\s?\\top|\^T)?)"
)
_SUM = re.compile(r"\\sum\s?_\s?(?:\{[^{}]*\}|\w)(?:\s?\^\s?(?:\{[^{}]*\}|\w))?")
_FRACTION = re.compile(r"\\[dt]?frac\s?(?:1|\{\s?1\s?\})\s?(?:\{[^{}]*\}|\w)\s?|\d+\s?(?!\d)")

SIGN = "a sign is wrong"
TURNED = "a transpose is wrong, or the order of the factors"
INDEX = "an index is wrong"
LOST = "a factor is missing"
SPARE = "a factor is too much"
SUMMED = "a sum is missing, or one too much"
SQUARED = "a power is wrong"


@dataclass(frozen=True)
class Respelling:
    """A line with a change, and what is wrong without it."""

    source: str
    fault: str

    def says(self, other: str) -> bool:
        """Whether it is the same as another line, but for blanks."""
        return _bare(self.source) == _bare(other)


def respelt(source: str, text: str, change: Edit | Gap | None) -> Iterator[Respelling]:
    """A line with a change made on what is written, and then with others that people make.

    ``text`` is what it stands in, whose names and sums may be put in.
    """
    told = _told(source, text, change)
    usual = chain(
        _each(SIGN, _signs(source)),
        _each(TURNED, _turned(source, text)),
        _each(INDEX, _scripts(source)),
        _each(SPARE, _without_number(source)),
        _each(SPARE, _without_part(source)),
        _each(SQUARED, _squared(source)),
        _other_names(source, text),
    )
    seen = {_bare(source)}
    for one in chain(told, usual):
        if one.source and (bare := _bare(one.source)) not in seen:
            seen.add(bare)
            yield one


def _told(source: str, text: str, change: Edit | Gap | None) -> Iterator[Respelling]:
    """The places where a known change may be made."""
    match change:
        case ByNumber(ratio) if ratio > 0:
            yield from _each(SPARE, _without_number(source))
            yield from _each(LOST, _with_front(source, _number(1 / ratio)))
        case LostSum(index):
            yield from _each(SUMMED, _summed(source, text, index.name))
        case LostFactor(factor):
            yield from _each(LOST, _with_factor(source, text, factor))
        case SpareFactor(factor):
            yield from _each(SPARE, _without_factor(source, text, factor))
        case Edit():
            yield from _edited(source, text, change)
        case _:
            return


def _edited(source: str, text: str, edit: Edit) -> Iterator[Respelling]:
    match edit.kind, edit.old, edit.new:
        case Change.TRANSPOSED | Change.LETTER, _, _:
            yield from _each(TURNED, _turned(source, text))
        case ((Change.INDEX | Change.NAME), Ref(old), Ref(new)) if old != new:
            yield from _renamed(source, text, old, new)
        case Change.INDEX, Ref(name), _:
            yield from _each(INDEX, _scripts(source, name))
            yield from _each(TURNED, _turned(source, text, name))
        case ((Change.LOST_NUMBER | Change.LOST_FACTOR), _, _):
            yield from _each(LOST, _with_factor(source, text, edit.of[0]))
        case ((Change.SPARE_NUMBER | Change.SPARE_FACTOR), _, _):
            yield from _each(SPARE, _without_factor(source, text, edit.of[0]))
        case Change.SUM, _, _:
            yield from _each(SUMMED, (m.group() + " " + source for m in _SUM.finditer(text)))
        case Change.POWER, _, _:
            yield from _each(SQUARED, _squared(source))


def _each(fault: str, sources: Iterator[str]) -> Iterator[Respelling]:
    return (Respelling(source, fault) for source in sources)


def _bare(source: str) -> str:
    return "".join(source.split())


# -- signs and numbers -----------------------------------------------------------------------------


def _signs(source: str) -> Iterator[str]:
    """Another sign in front of a term, or of the whole; nobody looks for it in ``1 - p``."""
    brackets = [m for m in re.finditer(r"\(([^()+-]+)-([^()+-]+)\)", source) if m[1].strip() != "1"]
    for match in brackets:
        turned = f"({match[2].strip()} - {match[1].strip()})"
        yield f"{source[: match.start()]}{turned}{source[match.end() :]}"
    if len(terms := _split(source, "+-")) == 2 and not source.startswith("-"):
        (_, one), (sign, other) = terms
        yield f"{other} - {one}" if sign == "-" else f"{one} - {other}"
    yield source[1:].lstrip() if source.startswith("-") else f"-{_whole(source)}"
    for match in re.finditer(r"(?<=[^_^{])\s*([+-])", source):
        place = match.start(1)
        yield f"{source[:place]}{'-' if match[1] == '+' else '+'}{source[place + 1 :]}"


def _number(number: object) -> str:
    above, _, below = str(number).partition("/")
    return rf"\frac{{{above}}}{{{below}}}" if below else above


def _without_number(source: str) -> Iterator[str]:
    for match in _FRACTION.finditer(source):
        if not re.search(r"(?:[_^]\s?\{?|\d)\s?$", source[: match.start()]):
            yield source[: match.start()] + source[match.end() :]


# -- factors and terms -----------------------------------------------------------------------------


def _with_front(source: str, factor: str) -> Iterator[str]:
    minus = "-" if source.startswith("-") else ""
    yield f"{minus}{factor} {_whole(source.removeprefix('-').lstrip())}"


def _with_factor(source: str, text: str, factor: object) -> Iterator[str]:
    """A factor more, in front or behind, wherever its author might write it."""
    match factor:
        case Num(value):
            yield from _with_front(source, _number(value))
        case Div(Num(value), Ref(name)) if value == 1:
            yield from _with_front(source, rf"\frac{{1}}{{{latex_name(name)}}}")
        case Div(Num(value), Size()) if value == 1:
            for name in dict.fromkeys(re.findall(r"\\frac\s?\{?1\}?\s?\{?(\w)\}?", text)):
                yield from _with_front(source, rf"\frac{{1}}{{{name}}}")
        case Ref(name):
            for atom in _entries(text, name):
                yield from _with_front(source, atom)
                yield f"{_whole(source)} {atom}"
                if r"\odot" in text:
                    yield rf"{_whole(source)} \odot {atom}"
                for place in _behind_sums(source):
                    yield f"{source[:place]} {atom} {source[place:].lstrip()}"
        case Add() if r"\odot" in text:
            for name in dict.fromkeys(n.name for n in walk(factor) if isinstance(n, Ref)):
                for atom in _entries(text, name):
                    yield rf"{_whole(source)} \odot (1 - {atom})"


def _behind_sums(source: str) -> Iterator[int]:
    return (match.end() for match in _SUM.finditer(source))


def _without_factor(source: str, text: str, factor: object) -> Iterator[str]:
    """A factor less, or its inverse in front."""
    match factor:
        case Num():
            yield from _without_number(source)
        case Ref(name):
            for match in _atoms(source):
                if _is_called(match, name):
                    yield (source[: match.start()] + source[match.end() :].lstrip()).strip()
            yield from _with_front(source, rf"\frac{{1}}{{{latex_name(name)}}}")
        case Size():
            yield from _with_factor(source, text, Div(ONE, factor))
    yield from _without_part(source)


def _without_part(source: str) -> Iterator[str]:
    r"""Without one of the parts that ``\odot`` joins, or one of the terms."""
    parts = re.split(r"\s*\\odot\s*", source)
    if len(parts) > 1:
        for place in range(len(parts)):
            yield r" \odot ".join((*parts[:place], *parts[place + 1 :]))
    terms = _split(source, "+-")
    if len(terms) > 1:
        for place in range(len(terms)):
            kept = [*terms[:place], *terms[place + 1 :]]
            joined = " ".join(f"{sign} {term}" for sign, term in kept)
            yield joined.removeprefix("+").strip()


def _summed(source: str, text: str, letter: str) -> Iterator[str]:
    """A sum of the text in front, behind numbers, or as nobody has written it yet."""
    own = dict.fromkeys(m.group() for m in _SUM.finditer(text) if letter in m.group()[4:])
    for sign in (*own, rf"\sum_{letter}"):
        yield f"{sign} {_whole(source)}"
        if (front := _FRACTION.match(source)) is not None:
            yield f"{front.group()}{sign} {source[front.end() :]}"


def _squared(source: str) -> Iterator[str]:
    """A square more or less of a name, a bracket or a function of one."""
    for match in re.finditer(r"\s?\^\s?\{?2\}?", source):
        yield source[: match.start()] + source[match.end() :]
    for match in re.finditer(r"\\(tanh|log|sin|cos)(?![A-Za-z^])", source):
        yield f"{source[: match.end()]}^2{source[match.end() :]}"
    for match in _atoms(source):
        if "^" not in match.group():
            yield f"{source[: match.end()]}^2{source[match.end() :]}"


# -- names, letters and transposes -----------------------------------------------------------------


def _renamed(source: str, text: str, old: str, new: str) -> Iterator[Respelling]:
    """Another name of the text in the place of one."""
    for match in _atoms(source):
        if _is_called(match, old):
            for other in [m for m in _atoms(text) if _is_called(m, new)][:MOST_NAMES]:
                yield _put(source, match, other.group())
                yield _put(source, match, other["base"])


def _other_names(source: str, text: str) -> Iterator[Respelling]:
    """Any name of the text in the place of any; those of one kind are near each other."""
    names = dict.fromkeys(m.group() for m in _atoms(text))
    for match in _atoms(source):
        near = [name for name in names if name[:1] == match.group()[:1] or "_" in name]
        yield from (_put(source, match, name) for name in near[:MOST_NAMES])


def _put(source: str, match: re.Match[str], new: str) -> Respelling:
    fault = f"${match.group()}$ stands in the place of ${new}$"
    return Respelling(f"{source[: match.start()]}{new}{_gap(source, match, new)}", fault)


def _gap(source: str, match: re.Match[str], new: str) -> str:
    """What stands behind a name, apart from a command that would swallow it."""
    rest = source[match.end() :]
    return f" {rest}" if rest[:1].isalpha() and re.search(r"\\[A-Za-z]+$", new) else rest


def _scripts(source: str, name: str = "") -> Iterator[str]:
    """Another letter of the line below a name."""
    letters = dict.fromkeys(x for script in _BELOW.findall(source) for x in script)
    for match in _atoms(source):
        is_meant = not name or _is_called(match, name)
        below = _BELOW.search(match.group()) if is_meant else None
        for place in range(below.start(1), below.end(1)) if below is not None else ():
            at = match.start() + place
            for letter in letters:
                if letter != source[at]:
                    yield f"{source[:at]}{letter}{source[at + 1 :]}"


def _turned(source: str, text: str, name: str = "") -> Iterator[str]:
    """A transpose more or less, or two neighbours exchanged."""
    atoms = [m for m in _atoms(source) if not name or _is_called(m, name)]
    sign = _sign_of_transposes(text)
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
        other = bare if (bare := _TURNED.sub("", one)) != one else f"{bare}{sign}"
        for put in (one, other):
            if match.end() == len(source):
                yield f"{put} {source[: match.start()].rstrip()}"
            elif match.start() == 0:
                yield f"{source[match.end() :].lstrip()} {put}"


def _sign_of_transposes(text: str) -> str:
    is_letter = r"\top" not in text and re.search(r"\^\s?\{?\s?T(?![A-Za-z])", text) is not None
    return "^T" if is_letter else r"^\top"


# -- what stands in a line -------------------------------------------------------------------------


def _atoms(source: str) -> list[re.Match[str]]:
    """Names with their scripts."""
    return [m for m in _ATOM.finditer(source) if not _COMMANDS.match(m["base"])]


def _entries(text: str, name: str) -> list[str]:
    """How a text writes a name, the name alone first."""
    found = [m for m in _atoms(text) if _is_called(m, name)]
    own = dict.fromkeys(m.group() for m in found)
    return [*own][:MOST_NAMES]


def _is_called(match: re.Match[str], name: str) -> bool:
    """Whether a name is called so inside, where numbers, accents and steps belong to it."""
    base = GREEK.get(match["base"], match["base"].lstrip("\\"))
    rest = name.removeprefix(base)
    return name.startswith(base) and (
        not rest or rest.isdigit() or rest in ACCENTS.values() or len(rest) > 1
    )


def _split(source: str, signs: str) -> list[tuple[str, str]]:
    """The terms of a line with their signs; brackets and scripts are not looked into."""
    found: list[tuple[str, str]] = []
    depth, start, sign = 0, 0, "+"
    for place, letter in enumerate(source):
        depth += (letter in "([{") - (letter in ")]}")
        is_sign = (
            letter in signs and depth == 0 and source[:place].strip()[-1:] not in ("", "^", "_")
        )
        if is_sign:
            found.append((sign, source[start:place].strip()))
            start, sign = place + 1, letter
    if source.startswith("-") and not found:
        return [("-", source[1:].strip())]
    return [*found, (sign, source[start:].strip())]


def _whole(source: str) -> str:
    """A line as one factor."""
    if len(_split(source, "+-")) < 2:
        return source
    is_high = re.search(r"\\[dt]?frac|\\sum|\\prod", source) is not None
    return rf"\left({source}\right)" if is_high else f"({source})"
