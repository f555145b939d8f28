r"""Sums over a part of a range: ``\sum_{k=2}^K`` and ``\sum_{k=1}^{K-1}`` beside ``\sum_{k=1}^K``.

All sums over one axis run over one range here. One that leaves out the first or the last entry says
so by a factor that is zero there. That there is a longer sum is told by the rest of the text. The
last entry of a range of any size has no number; it is given one that the text does not use, which
changes nothing as long as the text does not name that entry itself.
"""

from __future__ import annotations

import re

from gory.notation.latex._names import Names

HIGHEST = 9  # number of an entry
PART = "a sum leaves out an entry, and what it is compared with may be meant for the others only"


def cut(names: Names, text: str, letter: str, span: tuple[str, str], body: str) -> str:
    """The factor that leaves out what a sum does not have, or ""."""
    names.spans_of_sums.add(span)
    whole = whole_span(names, text, span)
    arrays = {name for name, _ in axes_under(letter, body)}
    if whole == span and span[0] == "2" and any("1" in names.of(n).written for n in arrays):
        return f"(1 - delta[{letter},1]) "  # x_1^2 + \sum_{i=2}^n x_i^2
    if whole == span:
        return ""
    if whole[0] != span[0]:
        return f"(1 - delta[{letter},1]) "
    used = {int(i) for one in names.usage.values() for i in one.written if i.isdigit()}
    number = max(used, default=0) + 1
    return f"(1 - delta[{letter},{number}]) " if number <= HIGHEST else ""


def whole_span(names: Names, text: str, span: tuple[str, str]) -> tuple[str, str]:
    """The limits of the longer sum of the text of which one is a part, or its own."""
    low, high = span
    end = high.removesuffix("-1")
    names_last = re.search(rf"_\s?\{{?\s?\w{{0,3}}{re.escape(end)}(?!\w)", text)
    for whole in (("1", high) if low == "2" else span, (low, end) if not names_last else span):
        if whole != span and whole in names.spans_of_sums:
            return whole
    return span


def axes_under(letter: str, body: str) -> set[tuple[str, int]]:
    """The axes of arrays over which a sum runs, as names and places."""
    return {
        (name, indices.split(",").index(letter))
        for name, indices in re.findall(r"([A-Za-z]\w*)\[([\w,]+)\]", body)
        if letter in indices.split(",")
    }
