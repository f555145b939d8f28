"""Formulas by their shape: fractions, roots, braces under a term, bars around one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gory.notation.latex._arrays import called
from gory.notation.latex._slopes import derivative, is_differential, upright
from gory.notation.latex._wholes import Value, hadamard, in_brackets, powered

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader


def fraction(r: LatexReader) -> Value:
    start = r.take()
    above, below = upright(r.argument()), upright(r.argument())
    signs = [token.text for token in below[:2]]
    is_partial = signs[:1] == [r"\partial"] or signs == ["(", r"\partial"]
    if below and (is_partial or (is_differential(below) and is_differential(above))):
        return derivative(r, above, below, start)
    left, right = r.inside(above), r.inside(below)
    if isinstance(left, str) and isinstance(right, str):
        return f"(({left}) / ({right}))"
    return hadamard(r.names, in_brackets(left), in_brackets(right), "/")


def root(r: LatexReader) -> Value:
    r.take()
    if r.peek() == "[":
        order = r.number(r.group())
        return powered(r.names, r.inside(r.argument()), f"1 / ({order})")
    return called("sqrt", r.inside(r.argument()))


def braced(r: LatexReader) -> Value:
    """An underbrace: what it holds, and the claim under it where that is an equation."""
    r.take()
    tokens = r.argument()
    inner = r.inside(tokens)
    if r.peek() in ("_", "^"):
        r.take()
        note = r.argument()
        if note and note[0].text == "=":
            r.claims.append((tokens, note[1:]))
    return r.powered(in_brackets(inner))


def absolute(r: LatexReader) -> Value:
    opening = r.take()
    close = {"|": "|", r"\lvert": r"\rvert", r"\vert": r"\vert"}[opening.text]
    for end in range(r.place, len(r.tokens)):
        if r.tokens[end].text == close:
            inner = r.tokens[r.place : end]
            r.place = end + 1
            return called("abs", r.inside(inner))
    raise r.error("this bar is never closed", opening)
