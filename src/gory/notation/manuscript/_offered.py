"""A manuscript with sides that are not in the text, offered in the place of some that are.

Whoever would mend a wrong line asks whether it holds as mended. Nothing else that the text says
changes for that, so nothing else is read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gory.notation._errors import NotationError
from gory.notation.latex import Level, Tex, expanded, split_statements, tex_tokens
from gory.notation.latex.conventions import without_numbers
from gory.notation.manuscript._instead import forgetting, read_instead
from gory.notation.manuscript._misfits import Fit
from gory.notation.manuscript._sides import Side, SideReader
from gory.notation.manuscript._stated import Manuscript
from gory.notation.manuscript.typed._typed import typed_tokens

Spot = tuple[int, str]  # the row of a side, and how it is written, without blanks
Offers = Mapping[Spot, Sequence[str]]


def spot(row: int, source: str) -> Spot:
    """The place of a side; blanks tell nothing apart."""
    return row, "".join(source.split())


def with_offers(manuscript: Manuscript, offers: Offers) -> Manuscript:
    """The same manuscript, in which what can be read of the offers is the ``fits`` of a side."""
    reader = manuscript.reader
    if reader is None:
        return manuscript

    def offered(side: Side) -> Side:
        own = offers.get(spot(side.row, side.source), ())
        if not own or side.level is None:
            return side
        return replace(side, fits=tuple(_read(reader, side, side.level, own)))

    statements = [
        replace(one, sides=(*one.sides[:1], *map(offered, one.sides[1:])))
        for one in manuscript.statements
    ]
    return replace(manuscript, statements=statements)


def _read(reader: SideReader, side: Side, level: Level, offers: Sequence[str]) -> Iterator[Fit]:
    for source in offers:
        if tokens := _tokens(reader, source, side.at):
            with forgetting(reader):
                text = read_instead(reader, tokens, level, side.doubts)
            if text:
                yield Fit(text, source)


def _tokens(reader: SideReader, source: str, at: int) -> list[Tex]:
    """The tokens of an offer, as if it stood at a place of the text."""
    try:
        if reader.spelt is not None:
            found = typed_tokens(source, 0, reader.spelt)
        else:
            tokens = without_numbers(expanded(tex_tokens(f"0 = {source}"), reader.macros))
            made = split_statements(tokens, "", is_display=True)
            found = made[0].sides[-1] if len(made) == 1 and len(made[0].sides) == 2 else []
    except NotationError:
        return []
    return [replace(token, at=at) for token in found]
