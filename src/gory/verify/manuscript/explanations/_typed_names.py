r"""Names, the letters in their scripts and transposes, changed where their author has typed them.

Each of these gives a line with one change, once for every place where it may be made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gory.notation import Index
from gory.verify.manuscript.explanations._edit import Edit
from gory.verify.manuscript.explanations._source import (
    LETTERS_BELOW,
    MOST_NAMES,
    atoms,
    is_called,
    put,
    sign_of_transposes,
    turned,
)

_FACTORS = re.compile(  # of a matrix that is a column times a row, behind numbers
    r"(?P<front>-?\s?(?:\d+\s?|\\frac\{[^{}]*\}\{[^{}]*\}\s?|\\(?:eta|lambda|beta|alpha)\s?)*)"
    r"(?P<one>\([^()]*\)(?:\^\s?\\top|\^T)?|\\?[A-Za-z]+(?:\^\s?\\top|\^T)?)\s?"
    r"(?P<other>\([^()]*\)(?:\^\s?\\top|\^T)?|\\?[A-Za-z]+(?:\^\s?\\top|\^T)?)"
)
_LETTERS = re.compile(r"\\[A-Za-z]+|([a-z])")


def renamed(source: str, text: str, old: str, new: str) -> Iterator[tuple[str, str]]:
    """Another name of the text in the place of one, and what is said of it."""
    for match in atoms(source):
        if is_called(match, old):
            for other in [m for m in atoms(text) if is_called(m, new)][: 2 * MOST_NAMES]:
                bare = other.group().removesuffix(other["scripts"])
                yield _put(source, match, f"{bare}{match['scripts']}")
                yield _put(source, match, other.group())


def other_names(source: str, text: str) -> Iterator[tuple[str, str]]:
    """Any name of the text in the place of any; those of one kind are near each other."""
    names = dict.fromkeys(m.group() for m in atoms(text))
    for match in atoms(source):
        near = [name for name in names if name[:1] == match.group()[:1] or "_" in name]
        yield from (_put(source, match, name) for name in near[:MOST_NAMES])


def _put(source: str, match: re.Match[str], new: str) -> tuple[str, str]:
    fault = f"${match.group()}$ stands in the place of ${new}$"
    return put(source, *match.span(), new), fault


def scripts(source: str, name: str = "", letters: Sequence[str] = ()) -> Iterator[str]:
    """Another letter of the line in the scripts of a name."""
    known = letters or [*dict.fromkeys(x for s in LETTERS_BELOW.findall(source) for x in s)]
    for match in atoms(source):
        if name and not is_called(match, name):
            continue
        for sign in _LETTERS.finditer(source, match.start("scripts"), match.end("scripts")):
            for letter in known if sign[1] else ():
                if letter != sign[1]:
                    yield put(source, *sign.span(), letter)


def scripts_of_calls(source: str, letters: Sequence[str]) -> Iterator[str]:
    r"""Another letter below a bracket: ``\softmax(z)_j``."""
    for match in re.finditer(r"[)\]]\s?_\s?\{?([a-z])(?![a-z])", source):
        yield from (put(source, *match.span(1), x) for x in letters if x != match[1])


def exchanged(source: str, edit: Edit) -> Iterator[str]:
    """Two letters exchanged in all scripts."""
    pair = [one.name for one in edit.of if isinstance(one, Index)]
    if len(pair) == 2:
        other = dict(zip(pair, pair[::-1], strict=True))
        out, at = "", 0
        for match in atoms(source):
            for sign in _LETTERS.finditer(source, match.start("scripts"), match.end("scripts")):
                out += source[at : sign.start()] + other.get(sign.group(), sign.group())
                at = sign.end()
        yield out + source[at:]


def transposed(source: str, text: str, name: str = "") -> Iterator[str]:
    """A transpose more or less, or two neighbours exchanged."""
    own = [m for m in atoms(source) if not name or is_called(m, name)]
    sign = sign_of_transposes(text)
    for match in own:
        yield put(source, *match.span(), turned(match.group(), sign))
    if (both := _FACTORS.fullmatch(source)) is not None:
        parts = [turned(part, sign) for part in both.group("other", "one")]
        yield f"{both['front']}{parts[0]} {parts[1]}"
    for match in own:
        for shown in (match.group(), turned(match.group(), sign)):
            if match.end() == len(source):
                yield f"{shown} {source[: match.start()].rstrip()}"
            elif match.start() == 0:
                yield f"{source[match.end() :].lstrip()} {shown}"
