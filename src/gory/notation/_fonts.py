"""Commands of LaTeX that say how letters look, and not what they are."""

from __future__ import annotations

import re

FONTS = (
    r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", r"\mathit", r"\mathcal", r"\mathscr",
    r"\mathsf", r"\operatorname", r"\text", r"\textrm", r"\textbf", r"\mathfrak", r"\pmb",
    r"\textit", r"\mathbb",
)  # fmt: skip
FONT = "|".join(map(re.escape, sorted(FONTS, key=len, reverse=True)))  # a pattern for any of them
