"""Names that are called with brackets: functions of a matrix, the largest and the smallest of some.

Each reader of a call stands at the opening bracket, with the name taken. ``max`` and ``min`` are
written through ``relu``, the one kink that the engine knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gory.notation._build import extremum
from gory.notation._nodes import Expr, Ref, Sum
from gory.notation._tokens import Token

if TYPE_CHECKING:
    from gory.notation._reader import Reader


def matrix_function(reader: Reader, name: Token) -> Expr:
    """``inv(A)[i,j]``, ``det(A)``, ``logdet(A)``, ``tr(A)`` of a square array A."""
    reader.take()
    array = reader.take()
    if array.kind != "name" or not reader.at_sign(")"):
        raise reader.error(f"{name.text} takes the name of an array, as in {name.text}(A)", array)
    reader.take()
    reader.count_axes(array, 2)
    what = f"the axes of {array.text!r}, which {name.text} takes as square: it"
    reader.ranges.merge(f"{array.text}[0]", f"{array.text}[1]", array.at, what)
    if name.text == "tr":
        index = reader.ranges.new("i")
        reader.ranges.merge(index.range, f"{array.text}[0]", array.at, what)
        return Sum((index,), Ref(array.text, (index, index)))
    whole = Token("name", f"{name.text}({array.text})", name.at, name.spaced)
    if name.text != "inv":
        return Ref(whole.text)
    for axis in (0, 1):
        reader.ranges.merge(f"{array.text}[0]", f"{whole.text}[{axis}]", array.at, what)
    if not reader.at_sign("["):
        raise reader.error(f"name an entry, as in {whole.text}[i,j]")
    reader.count_axes(whole, 2)
    return Ref(whole.text, reader.index_list(whole))


def largest_or_smallest(reader: Reader, name: Token) -> Expr:
    """``max(a, b)`` and ``min(a, b)``; of more, one by one."""
    reader.take()
    found = reader.expression()
    reader.expect(",", f"between the arguments of {name.text}")
    found = extremum(name.text, found, reader.expression())
    while reader.at_sign(","):
        reader.take()
        found = extremum(name.text, found, reader.expression())
    reader.expect(")", f"after the arguments of {name.text}")
    return found


CALLS: dict[str, Callable[[Reader, Token], Expr]] = {
    "inv": matrix_function,
    "det": matrix_function,
    "logdet": matrix_function,
    "tr": matrix_function,
    "max": largest_or_smallest,
    "min": largest_or_smallest,
}
