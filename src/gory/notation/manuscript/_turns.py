r"""Places where a text turns to another thing and keeps its letters: a number y, then data y_i.

A letter that has one index on one side of such a place and none on the other is two names, though
no heading says so. The place is the beginning of a paragraph, or of a sentence behind a display,
and the letter never has the same number of indices on both sides of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from gory.notation._document import Stretch, stretches, uncommented, unquoted
from gory.notation._errors import NotationError
from gory.notation.latex import ACCENTS, FONTS, GREEK, Tex, closing, find_macros, tex_tokens
from gory.notation.manuscript._parts import FORMULAS, Part, learn_names

MOST_TURNS = 3  # of one part; those with most letters

_BEGINS = re.compile(r"\n[ \t]*\n|(?:\\end\{[a-z]+\*?\}|\\\]|\$\$)[ \t]*\n(?=[ \t]*[A-Z][a-z]*\b)")
_TYPED = re.compile(r"(?<![\w\\])([^\W\d_](?:hat|bar)?)(?:_\{?(\w+)\}?|\[([^\[\]]*)\])?(?![\w(])")
_INDEX = re.compile(r"[^\W_]")

Forms = dict[str, set[int]]  # names, and the numbers of indices that they have


def turns_of(text: str, part: Part) -> list[tuple[Part, Part]]:
    """What stands before and behind each place of a part where its letters change their form."""
    macros, text = find_macros(unquoted(uncommented(text)))
    found = [s for s in stretches(text) if part.start <= s.start < part.end and s.kind in FORMULAS]
    forms = [(stretch, _forms(text, stretch)) for stretch in found]
    places = sorted({m.end() for m in _BEGINS.finditer(text, part.start, part.end)})
    places = [at for at in places if not any(s.start < at < s.end for s in found)]
    ranked: list[tuple[int, int]] = []
    for at in places:
        above = _joined(own for stretch, own in forms if stretch.start < at)
        below = _joined(own for stretch, own in forms if stretch.start >= at)
        changed = [n for n in above.keys() & below.keys() if above[n].isdisjoint(below[n])]
        ranked += [(len(changed), -at)] if changed else []
    return [
        _cut(text, part, -at, found, frozenset(macros))
        for _, at in sorted(ranked, reverse=True)[:MOST_TURNS]
    ]


def _cut(
    text: str, part: Part, at: int, found: list[Stretch], macros: frozenset[str]
) -> tuple[Part, Part]:
    above, below = Part(part.start, at), Part(at, part.end)
    for stretch in found:
        learn_names(above if stretch.start < at else below, text, stretch, macros)
    return above, below


def _joined(found: Iterator[Mapping[str, set[int]]]) -> Forms:
    whole: Forms = {}
    for own in found:
        for name, counts in own.items():
            whole.setdefault(name, set()).update(counts)
    return whole


def _forms(text: str, stretch: Stretch) -> Forms:
    """The names of a formula, and how many indices stand below each."""
    whole: Forms = {}
    if stretch.kind == "plain":
        for match in _TYPED.finditer(text, stretch.start, stretch.end):
            below = match[2] or match[3] or ""
            whole.setdefault(match[1], set()).add(len(_INDEX.findall(below)))
        return whole
    with suppress(NotationError):
        for name, count in _uses(tex_tokens(text, stretch.start, stretch.end)):
            whole.setdefault(name, set()).add(count)
    return whole


def _uses(tokens: list[Tex]) -> Iterator[tuple[str, int]]:
    """Names in LaTeX that do not stand below or above others, with the number of their indices."""
    place = 0
    while place < len(tokens):
        if tokens[place].text in ("_", "^"):
            place = _end(tokens, place + 1) + 1
            continue
        name, place = _name(tokens, place)
        count = 0
        while place + 1 < len(tokens) and tokens[place].text in ("_", "^", "'"):
            if tokens[place].text == "'":
                place += 1
                continue
            end = _end(tokens, place + 1)
            inner = [t.text for t in tokens[place + 1 : end + 1] if t.text not in ("{", "}")]
            is_above = tokens[place].text == "^"
            count += inner[:1] in (["("], ["["]) if is_above else len("".join(inner)) > 0
            count += sum(t.isalnum() for t in inner[1:]) if not is_above else 0
            place = end + 1
        if name:
            yield name, count


def _name(tokens: list[Tex], place: int) -> tuple[str, int]:
    """The name that begins at a place, its accent and font included, and the place behind it."""
    token = tokens[place]
    is_dressed = token.text in FONTS or token.text in ACCENTS
    if is_dressed and place + 1 < len(tokens):
        end = _end(tokens, place + 1)
        inner = [t for t in tokens[place + 1 : end + 1] if t.text not in ("{", "}")]
        inner = [t for t in inner if t.text not in FONTS and t.text not in ACCENTS]
        own = GREEK.get(inner[0].text, inner[0].text) if len(inner) == 1 else ""
        return (own + ACCENTS.get(token.text, "") if own.isalnum() else ""), end + 1
    if token.is_letter or token.text in GREEK:
        return GREEK.get(token.text, token.text), place + 1
    return "", place + 1


def _end(tokens: list[Tex], place: int) -> int:
    """The last place of a group, or of a single token."""
    if place >= len(tokens):
        return len(tokens) - 1
    end = closing(tokens, place) if tokens[place].text == "{" else place
    return end if end >= 0 else len(tokens) - 1
