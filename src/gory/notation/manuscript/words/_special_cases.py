"""Sentences that speak of a special case: "The choice $g(x) = e^x$ gives back the softmax".

What they say of a name is meant for themselves and for what follows. The lines above are claimed in
general, whatever stands in such a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from gory.notation._document import stretches
from gory.notation.manuscript._parts import Part
from gory.notation.manuscript.words._hedges import FORMULA

_STOP = re.compile(r"[.!?][*_)]{0,3}(?=\s|$)|\n\s*\n|\\item\b")
_KIND = (
    r"(?:usual|simplest|special|particular|standard|classical|popular|familiar|ordinary|important|"
    r"trivial|typical|(?:most\s)?common|default|natural|well-known|best[- ]known)"
)
_CASE = r"(?:case|choice|setting|situation|example|instance|version|form)"
_SPECIAL = re.compile(
    rf"(?i)\b{_KIND}\s+(?:\w+\s+)?{_CASE}s?\b[^{FORMULA}]{{0,60}}{FORMULA}|"
    rf"\b(?:the|a|one|another)\s+choices?\s+{FORMULA}|\bin\s+particular\b,?\s+(?:for|with|if|when|"
    rf"choosing|taking|setting)\s+{FORMULA}|"
    rf"{FORMULA}[^{FORMULA}]{{0,60}}\b(?:recovers?|(?:gives?|gets?|brings?)\s+(?:us\s+)?back|"
    rf"speciali[sz]es|reduces\s+(?:it\s+)?to|as\s+(?:a|the)\s+special\s+case)\b|"
    rf"\b(?:we|one|you)\s+(?:may|can)\s+(?:\w+\s+)?(?:fix|set|choose)\s+{FORMULA}|"
    rf"\bwithout\s+loss\s+of\s+generality\b[^{FORMULA}]{{0,40}}{FORMULA}|"
    rf"\bw\.?\s?l\.?\s?o\.?\s?g\b[^{FORMULA}]{{0,40}}{FORMULA}|"
    rf"\bif\s+in\s+addition\b[^{FORMULA}]{{0,30}}{FORMULA}|"
    rf"\b(?:next|following|later)\s+(?:section|chapter|part|paragraph)s?\b[^{FORMULA}]{{0,60}}"
    rf"{FORMULA}|\b(?:later|further\s+down|afterwards)\b[^{FORMULA}]{{0,30}}\b(?:shall|will)\b"
    rf"[^{FORMULA}]{{0,40}}{FORMULA}|"
    rf"\bat\s+(?:the\s+end\s+of\s+(?:the\s+)?training|test\s+time|inference(?:\s+time)?)\b"
    rf"[^{FORMULA}]{{0,60}}{FORMULA}"
)
_POINTS_BACK = re.compile(r"(?i)\b(?:here|above|throughout|always|everywhere|this is for|so far)\b")


def special_cases(text: str) -> list[Part]:
    """Sentences of a text that say what a name is in a special case."""
    found: list[Part] = []
    start, words = 0, ""
    for piece in stretches(text):
        if not words:
            start = piece.start
        if piece.kind == "inline":
            words += FORMULA
        elif piece.kind == "prose":
            at = piece.start
            for stop in _STOP.finditer(text, piece.start, piece.end):
                words += text[at : stop.end()]
                found += _part(words, start, stop.end())
                start, words, at = stop.end(), "", stop.end()
            words += text[at : piece.end]
        else:
            found += _part(words, start, piece.start)
            words = ""
    return [*found, *_part(words, start, len(text))]


def without(parts: Sequence[Part], cut: Sequence[Part]) -> list[Part]:
    """What is left of some parts of a text."""
    left: list[Part] = []
    ends = [one.start for one in cut]
    for part in parts:
        at = part.start
        for one in cut[bisect_left(ends, part.start) : bisect_left(ends, part.end)]:
            left.append(Part(at, one.start))
            at = min(one.end, part.end)
        left.append(Part(at, part.end))
    return left


def _part(words: str, start: int, end: int) -> list[Part]:
    is_special = _SPECIAL.search(words) is not None and _POINTS_BACK.search(words) is None
    return [Part(start, end)] if is_special else []
