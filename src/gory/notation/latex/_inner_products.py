r"""Inner products of whole vectors: ``w \cdot x``, ``\langle a, b \rangle``, ``\|x\|^2``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gory.notation.latex._arrays import Array, all_entries, applied, inner
from gory.notation.latex._names import Names
from gory.notation.latex._tokens import OPENING
from gory.notation.latex._wholes import (
    USUALLY_NUMBERS,
    Bare,
    Value,
    is_number,
    lifted,
    number_of,
    usual_axes,
)

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader


def dot(names: Names, a: Value, b: Value) -> Value | None:
    r"""``w \cdot x`` of two vectors; None where it is an ordinary product."""
    if isinstance(a, Bare) and isinstance(b, Array) and b.axes == 1 and not is_number(names, a):
        a = lifted(names, a.written, 1) if usual_axes(a.written) == 1 else a
    if isinstance(a, Array) and a.axes == 1 and a.rows and isinstance(b, Bare):
        b = b if is_number(names, b) else lifted(names, b.written)
    if not (isinstance(a, Array) and isinstance(b, Array)):
        return None
    if a.axes == b.axes == 1 and a.rows == b.rows:
        return number_of(names, inner(a, b))
    return None


def angled(r: LatexReader) -> Value:
    r"""``\langle a, b \rangle``: the inner product of two vectors, or of two matrices."""
    start = r.tokens[r.place]
    inside = r.group()
    depth, cut = 0, -1
    for place, token in enumerate(inside):
        depth += (token.text in OPENING) - (token.text in OPENING.values())
        if depth == 0 and token.text in (",", "|", r"\mid", r"\vert"):
            cut = place
            break
    if cut < 1:
        raise r.error("an inner product is written \\langle a, b \\rangle", start)
    sides = [r.inside(inside[:cut]), r.inside(inside[cut + 1 :])]
    axes = max((side.axes for side in sides if isinstance(side, Array)), default=1)
    whole = [lifted(r.names, s.written, axes) if isinstance(s, Bare) else s for s in sides]
    left, right = whole
    if isinstance(left, Array) and isinstance(right, Array) and left.axes == right.axes:
        return number_of(r.names, inner(left, right))
    raise r.error("an inner product is read of two vectors or two matrices", start)


def norm(r: LatexReader) -> str:
    r"""``\|X w - y\|^2`` as a sum of squares over the indices that are not written."""
    start = r.take()
    close = r"\rVert" if start.text == r"\lVert" else start.text
    ends = [n for n in range(r.place, len(r.tokens)) if r.tokens[n].text == close]
    if not ends:
        raise r.error("this norm is never closed", start)
    value = r.inside(r.tokens[r.place : ends[0]])
    r.place = ends[0] + 1
    if r.peek() == "_":
        r.take()
        if "".join(t.text for t in r.argument()) not in ("2", "F", "{2}", "{F}"):
            raise r.error("only the Euclidean norm is read", start)
    if isinstance(value, Bare):
        value = lifted(r.names, value.written)
    if isinstance(value, str):
        r.names.learn_vectors(f"({value})", USUALLY_NUMBERS)
        raise r.error("the text does not say that a vector stands in this norm", start)
    square = number_of(r.names, all_entries(applied(value, lambda entry: f"({entry})^2")))
    if r.peek() == "^":
        r.take()
        power = r.number(r.argument())
        return square if power == "2" else f"({square})^(({power}) / 2)"
    return f"sqrt{square}"
