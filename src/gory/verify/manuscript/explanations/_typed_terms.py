r"""Signs, numbers, factors and terms, changed where their author has typed them.

Each of these gives a line with one change, once for every place where it may be made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gory.notation import Add, Div, Expr, Index, Num, Ref, Size, walk
from gory.notation._latex import latex_name
from gory.verify.manuscript.explanations._source import (
    SUM,
    Term,
    atoms,
    entries,
    is_called,
    is_in_script,
    put,
    spans,
    terms,
    whole,
)

_NUMBER = re.compile(r"\\[dt]?frac\s?(?:1|\{\s?1\s?\})\s?(?:\{[^{}]*\}|\w)\s?|\d+\s?(?!\d)")
_ONE = re.compile(r"\s?(?:\\left)?\(\s*1\s*(?:\\right\s?)?\)")  # a bracket around nothing else
_FRACTION = re.compile(r"\\[dt]?frac\s?(?:\{[^{}]*\}|\w)\s?(?:\{[^{}]*\}|\w)\s?")
_POWER = re.compile(r"\s?\^\s?(?:\{\s?(\d)\s?\}|(\d)(?!\d))")


# -- signs and numbers -----------------------------------------------------------------------------


def signs(source: str) -> Iterator[str]:
    """Another sign of the whole, or in front of a term."""
    yield from _signs_of_all(source)
    yield from signs_of_terms(source)


def signs_of_terms(source: str) -> Iterator[str]:
    for span in spans(source):
        yield from (_with_sign(source, term) for term in terms(source, *span))


def _signs_of_all(source: str) -> Iterator[str]:
    """The terms of a difference exchanged, but for ``1 - p``, or a sign in front."""
    found = [(span, terms(source, *span)) for span in spans(source)]
    for (start, end), own in [*found[1:], found[0]]:
        if len(own) == 2 and own[0].sign != own[1].sign and own[0].of(source) != "1":
            minus, plus = sorted(own, key=lambda term: term.sign, reverse=True)
            swapped = f"{minus.of(source)} - {plus.of(source)}"
            yield put(source, start, end, swapped)
    yield source[1:].lstrip() if source.startswith("-") else f"-{whole(source)}"


def _with_sign(source: str, term: Term) -> str:
    """A line with the other sign before a term."""
    if term.sign == "-":
        if source[: term.at].strip()[-1:] in ("", "(", "[", "{"):
            return put(source, term.at, term.start, "")
        return put(source, term.at, term.at + 1, "+")
    if source[term.at : term.at + 1] == "+":
        return put(source, term.at, term.at + 1, "-")
    return put(source, term.start, term.start, "-")


def arguments(source: str) -> Iterator[str]:
    """``e^{-z}`` for ``e^{z}``, ``\\sigma(-z)`` for ``\\sigma(z)``."""
    for match in re.finditer(r"(?<=[\w}])\s?(\(|\^\s?\{)\s*(-?)\s*", source):
        yield put(source, match.start(2), match.end(), "" if match[2] else "-")


def typeset(number: object) -> str:
    above, _, below = str(number).partition("/")
    return rf"\frac{{{above}}}{{{below}}}" if below else above


def without_number(source: str, number: str = "") -> Iterator[str]:
    """Without a number, or one over something, that stands somewhere."""
    for match in _NUMBER.finditer(source):
        if number and match.group().strip() != number:
            continue
        before = source[: match.start()]
        if not (re.search(r"[_^\d]\s?$", before) or is_in_script(source, match.start())):
            yield put(source, match.start(), match.end(), "")


# -- factors and terms -----------------------------------------------------------------------------


def _terms(source: str) -> Iterator[Term]:
    """Every term, also in brackets."""
    seen = set[tuple[int, int]]()
    for span in spans(source):
        for term in terms(source, *span):
            if (term.start, term.end) not in seen and term.start < term.end:
                seen.add((term.start, term.end))
                yield term


def with_front(source: str, factor: str) -> Iterator[str]:
    """A factor in front of the whole, and of every term."""
    minus = "-" if source.startswith("-") else ""
    yield f"{minus}{factor} {whole(source.removeprefix('-').lstrip())}"
    for term in _terms(source):
        yield put(source, term.start, term.start, f"{factor} ")


def with_factor(source: str, text: str, factor: object) -> Iterator[str]:
    """A factor more, in front or behind, wherever its author might write it."""
    match factor:
        case Num(value):
            yield from without_number(source, typeset(value))
            yield from with_front(source, typeset(value))
        case Div(Num(value), below) if value == 1:
            for name in _divisors(text, below):
                yield from with_front(source, rf"\frac{{1}}{{{name}}}")
        case Ref(name):
            for atom in entries(text, name, source):
                yield from _beside(source, text, atom)
        case Add() if r"\odot" in text:
            for name in dict.fromkeys(n.name for n in walk(factor) if isinstance(n, Ref)):
                for atom in entries(text, name):
                    yield rf"{whole(source)} \odot (1 - {atom})"


def _beside(source: str, text: str, atom: str) -> Iterator[str]:
    """A name in front of a line, behind it, behind a sum or beside a term."""
    yield f"{whole(source)} {atom}"
    for match in SUM.finditer(source):
        yield f"{source[: match.end()]} {atom} {source[match.end() :].lstrip()}"
    yield from with_front(source, atom)
    for term in _terms(source):
        yield put(source, term.end, term.end, f" {atom}")
    if r"\odot" in text:
        yield rf"{whole(source)} \odot {atom}"


def _divisors(text: str, below: Expr) -> list[str]:
    """How a text writes what it divides by."""
    match below:
        case Ref(name, ()):
            return [latex_name(name)]
        case Ref(name):
            return entries(text, name)
        case Size():
            found = re.findall(r"\\[dt]?frac\s?\{?1\}?\s?\{?(\w)\}?", text)
            ends = re.findall(r"\\sum\s?_\{[^{}]*\}\s?\^\{?(\w)\}?", text)
            return [*dict.fromkeys((*found, *ends))]
    return []


def _below(source: str, factor: str) -> Iterator[str]:
    """A factor more below every line of a fraction."""
    for match in re.finditer(r"\\[dt]?frac\s?(?:\{[^{}]*\}|\w)\s?\{", source):
        yield put(source, match.end(), match.end(), f"{factor} ")


def without_factor(source: str, text: str, factor: object) -> Iterator[str]:
    """A factor less, or its inverse in front."""
    match factor:
        case Num(value):
            yield from without_number(source, typeset(value))
            yield from _below(source, typeset(value))
            yield from with_front(source, rf"\frac{{1}}{{{typeset(value)}}}")
        case Ref(name):
            for match in atoms(source):
                if is_called(match, name):
                    yield put(source, *match.span(), "")
                    yield put(source, *match.span(), "1")
            for atom in entries(text, name):
                yield from with_front(source, rf"\frac{{1}}{{{atom}}}")
        case Size():
            for name in _divisors(text, factor):
                yield from with_front(source, rf"\frac{{1}}{{{name}}}")
    yield from without_part(source)


def with_complement(source: str) -> Iterator[str]:
    """``p (1 - p)`` for ``p``, and the other way round."""
    for match in re.finditer(r"\s?(?:\\left)?[(\[]\s?1 - [^()\[\]]*(?:\\right)?[)\]]", source):
        yield put(source, *match.span(), "")
    for match in atoms(source):
        call = re.match(r"\([^()]*\)", source[match.end() :])
        end = match.end() + (call.end() if call is not None else 0)
        yield put(source, end, end, f" (1 - {source[match.start() : end]})")


def without_part(source: str) -> Iterator[str]:
    r"""Without one of the parts that ``\odot`` joins, or one of the terms."""
    parts = re.split(r"\s*\\odot\s*", source)
    for place in range(len(parts) if len(parts) > 1 else 0):
        yield r" \odot ".join((*parts[:place], *parts[place + 1 :]))
    for span in spans(source):
        own = terms(source, *span)
        for place, term in enumerate(own if len(own) > 1 else []):
            is_first = place == 0
            end = own[1].start if is_first and own[1].sign == "+" else term.end
            kept = put(source, len(source[: term.at].rstrip()), end, "")
            yield _ONE.sub("", kept).rstrip()


def summed(source: str, text: str, letter: str) -> Iterator[str]:
    """A sum of the text in front, behind numbers, or as nobody has written it yet."""
    own = dict.fromkeys(m.group() for m in SUM.finditer(text) if letter in m.group()[4:])
    for sign in (*own, rf"\sum_{letter}"):
        minus = "-" if source.startswith("-") else ""
        bare = source.removeprefix("-").lstrip()
        front = _NUMBER.match(bare)
        if front is not None:
            yield f"{minus}{front.group()}{sign} {bare[front.end() :]}"
        yield f"{minus}{sign} {whole(bare)}"


def widened(source: str) -> Iterator[str]:
    """With a sum in front that stands further behind, but for numbers."""
    for match in SUM.finditer(source):
        rest = put(source, *match.span(), "")
        minus = "-" if rest.startswith("-") else ""
        bare = rest.removeprefix("-").lstrip()
        for front in (_NUMBER.match(bare), _FRACTION.match(bare)):
            end = front.end() if front is not None else 0
            yield f"{minus}{bare[:end]}{match.group()} {bare[end:]}"


def powers(source: str) -> Iterator[str]:
    """Another power of a name, a bracket or a function."""
    for match in _POWER.finditer(source):
        own = int(match[1] or match[2])
        for power in (own - 1, own + 1):
            yield put(source, match.start(), match.end(), f"^{power}" if power > 1 else "")
    for match in re.finditer(r"\\(tanh|log|sin|cos)(?![A-Za-z^])|[)\]](?!\s?\^)", source):
        yield put(source, match.end(), match.end(), "^2")
    for match in atoms(source):
        if "^" not in match.group():
            yield put(source, match.end(), match.end(), "^2")


def functions(source: str, text: str, name: str) -> Iterator[str]:
    """``e^{a}`` for ``a``, as the text writes it."""
    for match in atoms(source):
        if is_called(match, name):
            shown = match.group()
            yield put(
                source, *match.span(), f"e^{{{shown}}}" if "e^" in text else rf"\exp({shown})"
            )
            yield put(source, *match.span(), rf"\log {shown}")


def slopes(source: str) -> Iterator[str]:
    """``f'(u)`` for ``f(u)``, and the other way round."""
    for match in re.finditer(r"((?:\\[A-Za-z]+|[a-z]))('?)(?=\s?(?:\\left)?\()", source):
        yield put(source, match.start(2), match.end(2), "" if match[2] else "'")


def deltas(source: str, text: str, one: Index, other: Index) -> Iterator[str]:
    r"""``\delta_{ij}`` for a one, or before a term, as the text writes its deltas."""
    for shown in _written_deltas(text, one, other):
        for match in re.finditer(r"(?<![\d_^{\\.])1(?![\d.\\\[{}])", source):
            yield put(source, match.start(), match.end(), shown)
        for term in _terms(source):
            yield put(source, term.start, term.start, f"{shown} ")


def _written_deltas(text: str, one: Index, other: Index) -> Iterator[str]:
    patterns = (
        r"\\delta_\s?\{\s?([a-z])\s?,?\s?([a-z])\s?\}",
        r"(?:\\mathbb\s?\{?1\}?|\\mathbf\s?\{?1\}?|\\mathbb\s?\{?I\}?|1)\s?"
        r"(?:\\?\{|\[|\()\s?([a-z])\s?=\s?([a-z])\s?(?:\\?\}|\]|\))",
    )
    for pattern in patterns:
        if (match := re.search(pattern, text)) is not None:
            found, first = match.group(), match.start()
            shown = put(found, match.start(2) - first, match.end(2) - first, other.name)
            yield put(shown, match.start(1) - first, match.end(1) - first, one.name)
            return
    yield rf"\delta_{{{one.name}{other.name}}}"
