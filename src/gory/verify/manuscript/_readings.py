"""The readings of one text, each made once however often it is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gory.notation.manuscript._manuscript import read_manuscript
from gory.notation.manuscript._parts import Part
from gory.notation.manuscript._stated import Manuscript
from gory.notation.manuscript._taken_apart import taken_apart

Key = tuple[tuple[tuple[int, int], ...], bool, frozenset[str]]

_SLASHED = re.compile(r"/\s?\d+[A-Za-z]")  # 1/2m: the paper language reads (1/2) m
_RAISED_T = re.compile(r"[\w)]\^T(?!\w)")  # w^T x: the paper language reads a power
_FUNCTION = re.compile(r"(?<!\w)([A-Za-z]\w*)\(([A-Za-z])\)\s*=")  # g(z) = ...


@dataclass(frozen=True)
class Readings:
    """A text, and how it was read so far: which parts of it, and in which manner.

    In one layout, a gradient by a matrix has its shape; otherwise it may be transposed.
    """

    text: str
    one_layout: bool = False
    made: dict[Key, Manuscript] = field(default_factory=dict)

    def of(
        self,
        parts: Sequence[Part],
        *,
        as_typed: bool = False,
        fixed: frozenset[str] = frozenset(),
    ) -> Manuscript:
        """Some parts of the text, as `read_manuscript` reads them, taken apart."""
        key = tuple((part.start, part.end) for part in parts), as_typed, fixed
        if key not in self.made:
            read = read_manuscript(
                self.text,
                as_typed=as_typed,
                within=parts,
                fixed=fixed,
                one_layout=self.one_layout,
            )
            self.made[key] = taken_apart(read)
        return self.made[key]


def has_two_readings(text: str) -> bool:
    """Whether signs of plain text are read otherwise as they are typed: ``a/bc``, ``w^T x``, or
    ``g(2 x)`` of a ``g(z) = ...``, which is no product there.
    """
    functions = {(match[1], match[2]) for match in _FUNCTION.finditer(text)}
    return any(sign.search(text) for sign in (_SLASHED, _RAISED_T)) or any(
        re.search(rf"(?<!\w){re.escape(name)}\((?!{argument}\))", text)
        for name, argument in functions
    )
