r"""The larger of two, ``\max(0, x)``, and the largest over a range, ``\max_{k \neq y} z_k``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gory.notation.latex._arrays import Array, all_entries, called
from gory.notation.latex._scripts import index_list
from gory.notation.latex._tokens import Tex, pairs
from gory.notation.latex._wholes import Bare, Value, hidden_axes, lifted

if TYPE_CHECKING:
    from gory.notation.latex._reader import LatexReader

_BRACKETS = ("(", r"\{", "[")
_SIGNS = {
    r"\neq": "!=", r"\ne": "!=", r"\le": "<=", r"\leq": "<=", r"\ge": ">=", r"\geq": ">=",
    "<": "<", ">": ">",
}  # fmt: skip
_WORDS = ("argmax", "arg\\max", r"\arg\max")


def extremum(r: LatexReader) -> Value:
    r"""``\max`` or ``\min`` at the cursor, with what it compares."""
    start = r.take()
    sign = start.text[1:]
    if r.peek() == "_":
        r.take()
        return f"({sign}_{over_range(r, r.argument())})"
    if r.peek() in _BRACKETS:
        inner = r.group()
        commas = [n for n, token in enumerate(inner) if token.text == ","]
        ends = pairs(inner)
        commas = [n for n in commas if not any(a < n < b for a, b in ends.items())]
        if len(commas) == 1:
            left, right = r.number(inner[: commas[0]]), r.inside(inner[commas[0] + 1 :])
            if left == "0" and sign == "max":
                return called("relu", right)
            return f"{sign}({left}, {r.number(inner[commas[0] + 1 :])})"
        if not commas:
            return _of_entries(r, sign, r.inside(inner), start)
        raise r.error(f"{sign} is read of two sides, or over an index", start)
    return _of_entries(r, sign, r.factor(), start)


def _of_entries(r: LatexReader, sign: str, value: Value, start: Tex) -> str:
    r"""``\max(z)`` of a vector."""
    if isinstance(value, Bare) and hidden_axes(r.names, value.written):
        value = lifted(r.names, value.written)
    if not isinstance(value, Array) or value.axes != 1:
        raise r.error(f"{sign} is read of two sides, of a vector, or over an index", start)
    free = tuple(r.names.spare_letters(14)[2:])
    return all_entries(value).entry(free).replace("(sum_", f"({sign}_", 1)


def over_range(r: LatexReader, script: list[Tex]) -> str:
    """``{k != y} (z[k])``: the index below the sign, its condition, and what is compared."""
    pieces = [token.text for token in script]
    place = next((n for n, piece in enumerate(pieces) if piece in ("=", r"\in")), len(pieces))
    marks = [n for n, piece in enumerate(pieces) if piece in _SIGNS]
    condition = ""
    if len(marks) == 2:  # 1 <= k <= K
        script = script[marks[0] + 1 : marks[1]]
    elif len(marks) == 1:
        other = index_list(r, script[marks[0] + 1 :])
        condition = f" {_SIGNS[pieces[marks[0]]]} {other[0]}" if len(other) == 1 else ""
        script = script[: marks[0]]
    else:
        script = script[:place]
    letters = index_list(r, script)
    if len(letters) != 1 or (len(marks) == 1 and not condition):
        raise r.error("a maximum runs over one index", script[0] if script else None)
    if r.ends_product():
        raise r.error("nothing follows that is compared")
    body = r.product()
    if isinstance(body, Array):
        raise r.error(f"{body.shown} stands where numbers are compared")
    return f"{{{letters[0]}{condition}}} ({body})"


def argmax(r: LatexReader, left: str, tokens: list[Tex]) -> str:
    r"""``k = \arg\max_c z_c`` as a condition on an index; "" where no argmax stands."""
    pieces = [token.text for token in tokens]
    under = pieces.index("_") if "_" in pieces else -1
    shown = "".join(p for p in pieces[: max(under, 0)] if p not in ("{", "}", r"\operatorname"))
    if shown not in _WORDS:
        return ""
    sub = type(r)(
        r.text, tokens[under + 1 :], r.names, r.manner, r.prime, r.claims, r.facts, r.bound,
        r.doubts, depth=r.depth + 1,
    )  # fmt: skip
    found = over_range(sub, sub.argument())
    if sub.place < len(sub.tokens):
        raise sub.error(f"{sub.peek()!r} is not understood here")
    return f"[{left} = argmax_{found}]"
