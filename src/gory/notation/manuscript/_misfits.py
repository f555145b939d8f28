r"""Shapes that do not fit, and the transposes with which they would.

``(\mathbf p - \mathbf y) \mathbf x`` is no product of matrices, and ``\mathbf p^\top \mathbf p`` is
a number where a matrix has to stand. Either the reader took a name for what it is not, or the
author lost a transpose. So every factor is transposed, and every two that stand side by side are
exchanged: what fits then is handed on, and the checker finds out whether it is true.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gory.notation.latex import (
    ACCENTS,
    COEFFICIENTS,
    FONTS,
    GREEK,
    Level,
    Tex,
    closing,
    single_name,
)
from gory.notation.latex.conventions import name_uses
from gory.notation.manuscript._instead import forgetting, read_instead

if TYPE_CHECKING:
    from gory.notation.manuscript._sides import SideReader

MOST_FACTORS = 16  # of a side; more are not tried
MOST_FITS = 8
NEAR = 4  # how far apart two factors may stand that are both transposed
_TIMES = (r"\cdot", "*")
_SLOPES = frozenset((r"\partial", r"\nabla"))  # whose layout is the author's affair
_ELSEWISE = re.compile(  # words of authors who write products of vectors in their own way
    r"(?i)\bouter\b|\bdyad|\btensor|\bbroadcast|\brow[- ]vectors?\b|\bas (?:an? )?rows?\b|"
    r"\btranspos\w+ (?:is|are|signs? (?:is|are)) (?:omitted|dropped|suppressed|left out)|"
    r"(?:omit|drop|ignor|suppress|leav)\w* (?:\w+ ){0,3}transpos|up to (?:an? )?transpos|"
    r"\\otimes|\{\s*1\s*\\times"
)


@dataclass(frozen=True)
class Fit:
    """A side with other transposes: in the paper language, and as its author might write it."""

    text: str
    source: str


@dataclass(frozen=True)
class _Factor:
    """A factor with its scripts: where it starts and ends, and its sign of transposition."""

    start: int
    end: int
    mark: tuple[int, int] | None
    has_scripts: bool  # above it, so that another one needs a bracket


def fits(
    reader: SideReader, tokens: list[Tex], level: Level, others: Sequence[list[Tex]]
) -> tuple[Fit, ...]:
    """The sides of the right shape that lack, or have, a transpose or a factor."""
    is_elsewise = not reader.names.has_rows and _ELSEWISE.search(reader.text) is not None
    if _SLOPES & {t.text for t in tokens} or is_elsewise:
        return ()
    found: dict[str, Fit] = {}
    added = _others(tokens, others, level.axes)
    added = [*added, *_with_letters(tokens, others[0] if others and not level.axes else [])]
    for changed in (*_changed(tokens, reader.names.knowledge()), *added):
        with forgetting(reader):
            text = read_instead(reader, changed, level)
        if text:
            found.setdefault(text, Fit(text, _source(reader.text, changed)))
        if len(found) >= MOST_FITS:
            break
    return tuple(found.values())


def _changed(tokens: list[Tex], known: Sequence[tuple[str, int]]) -> Iterator[list[Tex]]:
    """A side with other transposes or in another order, the likeliest first."""
    arrays = {name for name, _ in known}
    factors = [one for one in _factors(tokens) if not _may_be_called(tokens, one, arrays)]
    if len(factors) > MOST_FACTORS:
        return
    near = [
        pair for apart in range(1, NEAR) for pair in zip(factors, factors[apart:], strict=False)
    ]
    for one in factors:
        yield _turned(tokens, (one,))
    for one, other in near:
        if one.end <= other.start:
            yield _turned(tokens, (one, other))
    for one, other in near:
        if {t.text for t in tokens[one.end : other.start]} - {*_TIMES} or one.end > other.start:
            continue
        between = tokens[one.end : other.start]
        behind = tokens[other.end :]
        head = tokens[: one.start]
        yield [*head, *_own(tokens, other), *between, *_own(tokens, one), *behind]
        yield [*head, *_own(tokens, other), *between, *_other(tokens, one), *behind]
        yield [*head, *_other(tokens, other), *between, *_own(tokens, one), *behind]
        yield [*head, *_other(tokens, other), *between, *_other(tokens, one), *behind]


def _may_be_called(tokens: list[Tex], factor: _Factor, arrays: Container[str]) -> bool:
    """Whether a bracket behind a name may hold its argument; a change would make it a factor."""
    behind = tokens[factor.end].text if factor.end < len(tokens) else ""
    is_name = tokens[factor.start].text not in ("(", "[") and factor.mark is None
    name = single_name(tokens[factor.start : factor.end]) if is_name else ""
    return is_name and behind in ("(", "[") and name not in arrays


def _others(tokens: list[Tex], others: Sequence[list[Tex]], axes: int) -> Iterator[list[Tex]]:
    r"""``\lambda \mathbf w`` for ``\lambda``: a coefficient that has lost its array."""
    names = {t.text for t in tokens if t.is_name or t.text in (*GREEK, *FONTS)}
    if not names <= {rf"\{name}" for name in COEFFICIENTS} or not axes:
        return
    at = tokens[-1].at
    for name in _names(others) if axes == 1 else [["I"]]:
        yield [*tokens, *(Tex(piece, at) for piece in name)]


def _with_letters(tokens: list[Tex], left: list[Tex]) -> Iterator[list[Tex]]:
    """``x_{ij}`` for ``x_i``, where the left side is an entry with the index j."""
    own = [letter for use in name_uses(left) for letter in use.letters if letter.isalpha()]
    for use in name_uses(tokens):
        for letter in dict.fromkeys(own) if len(use.letters) == 1 else ():
            if letter in use.letters:
                continue
            at, behind = tokens[use.name_end].at, tokens[use.end]
            index = [Tex(piece, at) for piece in ("_", "{", *use.letters, letter)]
            end = Tex("}", behind.at + len(behind.text) - 1)
            yield [*tokens[: use.name_end + 1], *index, end, *tokens[use.end + 1 :]]


def _own(tokens: list[Tex], factor: _Factor) -> list[Tex]:
    return tokens[factor.start : factor.end]


def _other(tokens: list[Tex], factor: _Factor) -> list[Tex]:
    """A factor with its transposition taken off, or with one put on."""
    own = _own(tokens, factor)
    if factor.mark is not None:
        start, end = (place - factor.start for place in factor.mark)
        return [*own[:start], *own[end:]]
    at = own[-1].at
    sign = [Tex("^", at), Tex(r"\top", at)]
    return [Tex("(", at), *own, Tex(")", at), *sign] if factor.has_scripts else [*own, *sign]


def _turned(tokens: list[Tex], factors: Sequence[_Factor]) -> list[Tex]:
    out: list[Tex] = []
    place = 0
    for one in factors:
        out += [*tokens[place : one.start], *_other(tokens, one)]
        place = one.end
    return [*out, *tokens[place:]]


def _factors(tokens: list[Tex]) -> Iterator[_Factor]:
    """Names and brackets, also those inside of brackets, but none in a script."""
    place = 0
    while place < len(tokens):
        text = tokens[place].text
        start = place
        if text in ("_", "^"):
            place = _behind_script(tokens, place)
            continue
        end = _behind_name(tokens, place)
        if not end and text in ("(", "["):
            end = closing(tokens, place) + 1
        if not end:
            place += 1
            continue
        whole = _with_scripts(tokens, start, end)
        if whole is not None:
            yield whole
        if text in ("(", "["):
            place += 1  # and what is in it
        else:
            place = whole.end if whole is not None else end


def _behind_name(tokens: list[Tex], place: int) -> int:
    """Where a name ends, without its scripts; 0 where none stands."""
    token = tokens[place]
    if token.is_name or token.text in GREEK:
        return place + 1
    if token.text in FONTS or token.text in ACCENTS:
        if [t.text for t in tokens[place + 1 : place + 2]] == ["{"]:
            return closing(tokens, place + 1) + 1
        return min(place + 2, len(tokens))
    return 0


def _behind_script(tokens: list[Tex], place: int) -> int:
    """Where the script ends whose sign stands at a place."""
    if [t.text for t in tokens[place + 1 : place + 2]] == ["{"]:
        end = closing(tokens, place + 1)
        return end + 1 if end > 0 else len(tokens)
    return min(place + 2, len(tokens))


def _with_scripts(tokens: list[Tex], start: int, place: int) -> _Factor | None:
    """A factor with what is written above and below it; None where that is a power."""
    mark, has_scripts = None, False
    while place < len(tokens) and tokens[place].text in ("_", "^"):
        end = _behind_script(tokens, place)
        if tokens[place].text == "^":
            inner = [t.text for t in tokens[place + 1 : end] if t.text not in ("{", "}", *FONTS)]
            if inner in (["T"], [r"\top"], [r"\intercal"]):
                mark = (place, end)
            elif len(inner) == 3 and inner[0] == "(":
                has_scripts = True
            else:
                return None
        place = end
    return _Factor(start, place, mark, has_scripts)


def _names(others: Sequence[list[Tex]]) -> list[list[str]]:
    """Names of the other sides, each once."""
    found = []
    for side in others:
        for place in range(len(side)):
            end = _behind_name(side, place)
            name = [t.text for t in side[place:end]]
            is_dressed = place > 0 and side[place - 1].text in (*FONTS, *ACCENTS, "{")
            if end and name not in found and not (is_dressed and len(name) == 1):
                found.append(name)
    return found[:MOST_FITS]


def _source(text: str, tokens: Sequence[Tex]) -> str:
    """Tokens as LaTeX, with the spaces of their author where these are known."""
    out = ""
    before = Tex(" ", -1)
    for place, token in enumerate(tokens):
        is_own = text.startswith(token.text, token.at) and token.at != before.at
        gap = text[before.at + len(before.text) : token.at] if token.at > before.at else ""
        needs = bool(out) and re.search(r"\\[A-Za-z]+$", out) is not None and token.is_letter
        is_apart = is_own and (gap[:1].isspace() or token.at < before.at)
        out += f"{' ' if place and (is_apart or needs) else ''}{token.text}"
        before = token if is_own else before
    has_top = r"\top" in text or re.search(r"\^\s*\{?\s*T", text) is None
    return out if has_top else out.replace(r"^\top", "^T")
