r"""Ranges that sums name at their upper end: N of ``\sum_{i=1}^N``, three of ``\sum_{k=1}^3``."""

from __future__ import annotations

import re

from gory.notation.manuscript._script_builder import ScriptBuilder
from gory.notation.manuscript._stated import Manuscript


def declare_limits(builder: ScriptBuilder, manuscript: Manuscript) -> None:
    """Names of ranges that sums name at their upper end, and fixed sizes such as 3."""
    used = " ".join(r for s in manuscript.statements for side in s.sides for r in side.readings)
    named: dict[tuple[str, str], str] = {}  # ranges of one size are one: the classes c and k
    for letter, (low, high) in manuscript.limits.items():
        if letter in builder.letters:
            continue
        if high.isdigit() and low.isdigit() and int(low) <= int(high) < 100:
            name = named.setdefault((low, high), f"{letter.upper()}{high}")
            builder.letters[letter] = name
            builder.sizes[name] = (int(low), int(high))
        elif low == "1" and re.search(rf"(?<![\w\[,]){high}(?![\w\[,\]])", used):
            builder.letters[letter] = high
