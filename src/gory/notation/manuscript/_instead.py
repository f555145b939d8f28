"""Other tokens in the place of a side, as if its author had written them.

A side that was never written must not teach anything about names: it is read with what the text has
taught, and forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation.latex import Array, Level, Tex, Value, texts

if TYPE_CHECKING:
    from gory.notation.manuscript._sides import SideReader


@contextmanager
def forgetting(reader: SideReader) -> Iterator[None]:
    """What a reader learns in this context about names is forgotten behind it."""
    names = reader.names
    reader.names = deepcopy(names)
    try:
        yield
    finally:
        reader.names = names


def read_instead(
    reader: SideReader, tokens: list[Tex], level: Level, granted: Collection[str] = ()
) -> str:
    """Other tokens in the place of a side, as text; "" if they do not fit there.

    They do not fit if they have another shape, teach what the text does not, or have to be guessed
    by more than is ``granted``.
    """
    known = reader.names.knowledge()
    try:
        value, own = reader.translate(tokens)
        found = _of_shape(reader, level, value) if {*own.doubts} <= {*granted} else ""
    except NotationError:
        return ""
    return found if reader.names.knowledge() == known else ""


def _of_shape(reader: SideReader, level: Level, value: Value) -> str:
    """A side as text, if it has the axes of the others."""
    if not level.axes:
        return "" if isinstance(value, Array) else str(value)
    return texts(reader.names, level, value)[0][0]
