"""Sides that are read in the place of others, as if their author had written them.

Whoever would mend a wrong line asks whether it holds as mended. Nothing else that the text says
changes for that, and a side that was never written must not teach anything about names: so the
text is read as it stands, and the others beside the side that each of them is for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation.latex import (
    Array,
    Level,
    Macro,
    Tex,
    Value,
    expanded,
    split_statements,
    tex_tokens,
    texts,
)
from gory.notation.latex.conventions import without_numbers
from gory.notation.manuscript.typed._typed import Spelt, typed_tokens

if TYPE_CHECKING:
    from gory.notation.manuscript._sides import SideReader

Spot = tuple[int, str]  # the row of a side, and how it is written, without blanks


def spot(row: int, source: str) -> Spot:
    """The place of a side; blanks tell nothing apart."""
    return row, "".join(source.split())


@dataclass(frozen=True)
class Instead:
    """What is to be read in the place of some sides."""

    sources: Mapping[Spot, Sequence[str]] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)
    spelt: Spelt | None = None  # of a text without the commands of LaTeX

    def at(self, row: int, source: str, place: int) -> Iterator[tuple[str, list[Tex]]]:
        """What to read in the place of a side, as it is written and as tokens."""
        for other in self.sources.get(spot(row, source), ()) if self.sources else ():
            try:
                tokens = self._tokens(other)
            except NotationError:
                continue
            yield other, [replace(token, at=place) for token in tokens]

    def _tokens(self, source: str) -> list[Tex]:
        if self.spelt is not None:
            return typed_tokens(source, 0, self.spelt)
        tokens = without_numbers(expanded(tex_tokens(f"0 = {source}"), self.macros))
        found = split_statements(tokens, "", is_display=True)
        return found[0].sides[-1] if len(found) == 1 and len(found[0].sides) == 2 else []


def read_instead(
    reader: SideReader, tokens: list[Tex], level: Level, granted: Collection[str] = ()
) -> str:
    """Other tokens in the place of a side, as text; "" if they do not fit there.

    They do not fit if they have another shape, teach what the text does not, or have to be guessed
    by more than is ``granted``.
    """
    names, known = reader.names, reader.names.knowledge()
    reader.names = deepcopy(names)
    try:
        value, own = reader.translate(tokens)
        found = _of_shape(reader, level, value) if {*own.doubts} <= {*granted} else ""
    except NotationError:
        return ""
    finally:
        learnt, reader.names = reader.names.knowledge() != known, names
    return "" if learnt else found


def _of_shape(reader: SideReader, level: Level, value: Value) -> str:
    """A side as text, if it has the axes of the others."""
    if not level.axes:
        return "" if isinstance(value, Array) else str(value)
    return texts(reader.names, level, value)[0][0]
