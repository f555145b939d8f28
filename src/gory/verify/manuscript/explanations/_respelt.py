r"""A change of a line, made on what its author has written.

Inside, a line about whole arrays has indices, and the change that makes it right has them too; and
a line with indices has lost the fonts and brackets of its author. The same change on the signs of
the line is looked for here: every place where it may be made is offered, the likeliest first.
Which of them holds is for others to find out, so that nothing is lost by an offer too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, starmap

from gory.notation import Delta, Ref
from gory.notation._nodes import own_indices
from gory.verify.manuscript.explanations._edit import Change, Edit
from gory.verify.manuscript.explanations._gap import (
    ByNumber,
    Gap,
    LostFactor,
    LostSum,
    OnlyFor,
    SpareFactor,
)
from gory.verify.manuscript.explanations._source import SUM
from gory.verify.manuscript.explanations._typed_names import (
    exchanged,
    other_names,
    renamed,
    scripts,
    scripts_of_calls,
    transposed,
)
from gory.verify.manuscript.explanations._typed_terms import (
    arguments,
    deltas,
    functions,
    powers,
    signs,
    signs_of_terms,
    slopes,
    summed,
    typeset,
    widened,
    with_complement,
    with_factor,
    with_front,
    without_factor,
    without_number,
    without_part,
)

SIGN = "a sign is wrong"
TURNED = "a transpose is wrong, or the order of the factors"
INDEX = "an index is wrong"
LOST = "a factor is missing"
SPARE = "a factor or a term is too much"
SUMMED = "a sum is missing"
POWER = "a power is wrong"
COMPLEMENT = "a factor such as 1 - p is missing, or too much"
FUNCTION = "a function is missing"
SLOPE = "a function stands in the place of its derivative, or the other way round"
DELTA = "it holds for equal indices only"


@dataclass(frozen=True)
class Respelling:
    """A line with a change, and what is wrong without it."""

    source: str
    fault: str

    def says(self, other: str) -> bool:
        """Whether it is the same as another line, but for blanks."""
        return _bare(self.source) == _bare(other)


def respelt(source: str, text: str, change: Edit | Gap | None) -> Iterator[Respelling]:
    """A line with a known change, made wherever it may be made.

    ``text`` is what it stands in, whose names and sums may be put in.
    """
    return _once(source, _told(source, text, change))


def with_any_change(source: str, text: str) -> Iterator[Respelling]:
    """A line with the changes that people make on the signs of a line about whole arrays."""
    usual = chain(
        _each(SIGN, signs(source)),
        _each(TURNED, transposed(source, text)),
        _each(INDEX, scripts(source)),
        _each(SPARE, without_number(source)),
        _each(SPARE, without_part(source)),
        _each(POWER, powers(source)),
        _each(COMPLEMENT, with_complement(source)),
        _each(SLOPE, slopes(source)),
        starmap(Respelling, other_names(source, text)),
    )
    return _once(source, usual)


def _once(source: str, found: Iterable[Respelling]) -> Iterator[Respelling]:
    seen = {_bare(source)}
    for one in found:
        if one.source and (bare := _bare(one.source)) not in seen:
            seen.add(bare)
            yield one


def _bare(source: str) -> str:
    return "".join(source.split())


def _each(fault: str, sources: Iterator[str]) -> Iterator[Respelling]:
    return (Respelling(source, fault) for source in sources)


def _told(source: str, text: str, change: Edit | Gap | None) -> Iterator[Respelling]:
    match change:
        case ByNumber(ratio) if ratio < 0:
            yield from _each(SIGN, signs(source))
        case ByNumber(ratio):
            yield from _each(SPARE, without_number(source))
            yield from _each(LOST, with_front(source, typeset(1 / ratio)))
        case LostSum(index):
            yield from _each(SUMMED, summed(source, text, index.name))
        case LostFactor(factor):
            yield from _each(LOST, with_factor(source, text, factor))
        case SpareFactor(factor):
            yield from _each(SPARE, without_factor(source, text, factor))
        case OnlyFor(one, other):
            yield from _each(INDEX, scripts(source, letters=(one.name, other.name)))
            yield from _each(DELTA, deltas(source, text, one, other))
        case Edit():
            yield from _edited(source, text, change)
        case _:
            return


def _edited(source: str, text: str, edit: Edit) -> Iterator[Respelling]:
    match edit.kind, edit.old, edit.new:
        case Change.SIGN, _, _:
            yield from _each(SIGN, signs_of_terms(source))
        case ((Change.SIGN_OF_ALL | Change.ORDER), _, _):
            yield from _each(SIGN, signs(source))
        case ((Change.TRANSPOSED | Change.LETTER), _, _):
            yield from _each(INDEX, exchanged(source, edit))
            yield from _each(TURNED, transposed(source, text))
        case ((Change.INDEX | Change.NAME), Ref(old), Ref(new)) if old != new:
            yield from starmap(Respelling, renamed(source, text, old, new))
        case Change.INDEX, old, new:
            name = old.name if isinstance(old, Ref) else ""
            letters = tuple(dict.fromkeys(i.name for i in own_indices(new)))
            yield from _each(INDEX, scripts(source, name, letters))
            yield from _each(INDEX, scripts_of_calls(source, letters))
            yield from _each(TURNED, transposed(source, text, name))
        case Change.DELTA, _, _ if isinstance(delta := edit.of[0], Delta):
            yield from _each(DELTA, deltas(source, text, delta.left, delta.right))
        case ((Change.LOST_NUMBER | Change.LOST_FACTOR), _, _):
            yield from _each(LOST, with_factor(source, text, edit.of[0]))
        case ((Change.SPARE_NUMBER | Change.SPARE_FACTOR), _, _):
            yield from _each(SPARE, without_factor(source, text, edit.of[0]))
        case Change.SPARE_TERM, _, _:
            yield from _each(SPARE, without_part(source))
        case Change.WIDER_SUM, _, _:
            yield from _each(SUMMED, widened(source))
        case Change.SUM, _, _:
            yield from _each(SUMMED, (f"{m.group()} {source}" for m in SUM.finditer(text)))
        case ((Change.POWER | Change.SQUARE), _, _):
            yield from _each(POWER, powers(source))
        case Change.FUNCTION, Ref(name), _:
            yield from _each(FUNCTION, functions(source, text, name))
        case Change.ARGUMENT, _, _:
            yield from _each(SIGN, arguments(source))
        case Change.SLOPE, _, _:
            yield from _each(SLOPE, slopes(source))
