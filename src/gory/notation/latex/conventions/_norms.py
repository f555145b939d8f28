r"""Names of norms: after ``r = \|x\|`` the name r is a number, also in ``\frac{x}{r}``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement

_OPENS = {r"\|": r"\|", r"\lVert": r"\rVert", r"\Vert": r"\Vert"}


def norm_names(statements: Sequence[LatexStatement]) -> Iterator[str]:
    """Names without scripts that are given as a norm, and as nothing else."""
    lefts: dict[str, set[bool]] = {}
    for one in statements:
        left = [token.text for token in one.sides[0]]
        is_name = len(left) == 1 and (left[0].isalpha() or left[0] in GREEK)
        if is_name and one.relations[1:2] == ["="]:
            right = [token.text for token in one.sides[1]]
            lefts.setdefault(GREEK.get(left[0], left[0]), set()).add(_is_norm(right))
    yield from (name for name, found in lefts.items() if found == {True})


def _is_norm(pieces: list[str]) -> bool:
    """``\\|x\\|`` or ``\\|x\\|_2``, one norm and nothing beside it."""
    closes = _OPENS.get(pieces[0]) if pieces else None
    if closes is None or closes not in pieces[1:]:
        return False
    end = pieces.index(closes, 1)
    return pieces[end + 1 :] in ([], ["_", "2"], ["_", "{", "2", "}"], ["_", "F"])
