"""The readings of one text, each made once however often it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gory.notation.manuscript._manuscript import read_manuscript
from gory.notation.manuscript._parts import Part
from gory.notation.manuscript._stated import Manuscript

Key = tuple[tuple[tuple[int, int], ...], bool, frozenset[str]]


@dataclass(frozen=True)
class Readings:
    """A text, and how it was read so far: which parts of it, and in which manner."""

    text: str
    made: dict[Key, Manuscript] = field(default_factory=dict)

    def of(
        self,
        parts: Sequence[Part],
        *,
        as_typed: bool = False,
        fixed: frozenset[str] = frozenset(),
    ) -> Manuscript:
        """Some parts of the text, as `read_manuscript` reads them."""
        key = tuple((part.start, part.end) for part in parts), as_typed, fixed
        if key not in self.made:
            self.made[key] = read_manuscript(
                self.text, as_typed=as_typed, within=parts, fixed=fixed
            )
        return self.made[key]
