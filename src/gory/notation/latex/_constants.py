r"""Arrays that nobody defines: ones, zeros and the identity, with or without their size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gory.notation.latex._arrays import IDENTITY, ONES, Array
from gory.notation.latex._tokens import RELATIONS, closing

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader


def ones_or_identity(r: LatexReader) -> Array | None:
    r"""``\mathbf{1}``, ``\mathbf{1}_K`` and ``I``, where the text defines no I."""
    piece, start = r.peek(), r.place
    if piece in (r"\mathbf", r"\mathbb", r"\boldsymbol", r"\bm", r"\mathds", r"\vec", r"\mathbbm"):
        r.take()
        inside = "".join(t.text for t in r.argument())
        found = {"1": ONES, "0": replace(ONES, write=lambda _r, _c, _f: "0"), "I": IDENTITY}
        if inside in found and (inside != "I" or "I" not in r.names.defined):
            return _labelled(r, found[inside], start)
    elif piece == "I" and "I" not in r.names.defined and not r.names.axes("I"):
        r.take()
        return _labelled(r, IDENTITY, start)
    r.place = start
    return None


def _labelled(r: LatexReader, array: Array, start: int) -> Array | None:
    """A size may stand below; two indices make an entry, which is read elsewhere."""
    if r.peek() == "_":
        r.take()
        label = r.argument()
        if len(label) != 1 or (label[0].text in r.names.letters):
            r.place = start
            return None
    elif r.peek() in ("[", r"\{", "("):
        end = closing(r.tokens, r.place)
        if any(t.text in RELATIONS for t in r.tokens[r.place : end]) or array is IDENTITY:
            r.place = start
            return None
    r.names.matrices = True
    return array
