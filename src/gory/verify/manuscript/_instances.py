r"""One claim about several layers: ``\\delta^{(l)} = ...`` where the text has the layers 1 and 2.

It was judged for each of them, and stands once in the text: it is wrong if it is wrong for one of
them, and holds if it holds for all.
"""

from __future__ import annotations

from collections.abc import Sequence

from gory.verify.manuscript._proofreading import CheckedDerivation

_WORST = ("refuted", "unread", "tested", "proved", "given")


def once(found: Sequence[CheckedDerivation]) -> list[CheckedDerivation]:
    """Derivations without those that repeat the one before them, of which the worst is kept."""
    kept: list[CheckedDerivation] = []
    for one in found:
        if kept and _place(kept[-1]) == _place(one):
            kept[-1] = min(kept[-1], one, key=_standing)
        else:
            kept.append(one)
    return kept


def _place(one: CheckedDerivation) -> list[tuple[int, str]]:
    return [(line.row, line.text) for line in one.lines]


def _standing(one: CheckedDerivation) -> int:
    return min(_WORST.index(line.verdict) for line in one.lines)
