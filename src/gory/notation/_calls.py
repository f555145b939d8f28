"""Names that are called with brackets: functions of a matrix, the largest and the smallest of some.

Each reader of a call stands at the opening bracket, with the name taken. ``max`` and ``min`` are
written through ``relu``, the one kink that the engine knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gory.notation._binders import bound_product
from gory.notation._build import extremum, negated, plus
from gory.notation._indices import free_indices, fresh, letters
from gory.notation._largest import Largest
from gory.notation._nodes import ONE, D, Expr, Ref, Sum
from gory.notation._through import THROUGH
from gory.notation._tokens import Token

if TYPE_CHECKING:
    from gory.notation._reader import Reader


MOST_ORDERS = 12  # of one derivative; nobody writes more than four


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
    if reader.at_sign(")"):
        raise reader.error(f"over a range it is {name.text}_k a[k], of two {name.text}(a, b)", name)
    reader.expect(",", f"between the arguments of {name.text}")
    found = extremum(name.text, found, reader.expression())
    while reader.at_sign(","):
        reader.take()
        found = extremum(name.text, found, reader.expression())
    reader.expect(")", f"after the arguments of {name.text}")
    return found


def written_through(reader: Reader, name: Token) -> Expr:
    """A function that is written through others."""
    return THROUGH[name.text](reader.bracket())


def over_range(reader: Reader) -> Expr:
    """``max_k a[k]``, ``max_{k != y} a[k]``, and ``min`` with the signs turned."""
    word = reader.take()
    largest = compared(reader, word, turned=word.text == "min")
    return negated(largest.value) if word.text == "min" else largest.value


def argmax_condition(reader: Reader) -> Expr:
    """``[k = argmax_c a[c]]`` and ``[k != argmax_c a[c]]``, from the index on."""
    at = reader.next
    index = reader.index()
    differs = reader.at_sign("!=")
    if not differs and not reader.at_sign("=", "=="):
        raise reader.error("an index is = argmax or != argmax")
    reader.take()
    found = compared(reader, reader.take())
    reader.expect("]", "after a condition")
    reader.ranges.merge(found.bound.range, index.range, at.at, "a comparison of indices")
    taken = {index.name, *letters(found.body), *(letters(found.guard) if found.guard else ())}
    if found.bound.name == index.name:
        found = found.renamed(fresh(found.bound, taken))
    condition = found.condition(index)
    return plus(ONE, negated(condition)) if differs else condition


def compared(reader: Reader, word: Token, *, turned: bool = False) -> Largest:
    """The index behind ``max_`` and what it compares."""
    indices, guard, body = bound_product(reader, word)
    if len(indices) != 1:
        raise reader.error(f"{word.text} runs over one index, as in {word.text}_k a[k]", word)
    if not free_indices(body) & {*indices}:
        raise reader.error(f"what {word.text} compares does not have its index", word)
    return Largest(indices[0], negated(body) if turned else body, guard)


def derivative(reader: Reader) -> Expr:
    """``d(J, w[m], w[n])``, from the d on."""
    reader.place += 2  # d and its bracket
    body = reader.expression()
    for _ in range(MOST_ORDERS):
        if not reader.at_sign(","):
            break
        reader.take()
        at = reader.next
        wrt = reader.reference() if at.kind == "name" else None
        if not isinstance(wrt, Ref):
            raise reader.error("a derivative is taken with respect to an entry such as w[m]", at)
        body = D(body, wrt)
    reader.expect(")", "after a derivative")
    return body


CALLS: dict[str, Callable[[Reader, Token], Expr]] = {
    "inv": matrix_function,
    "det": matrix_function,
    "logdet": matrix_function,
    "tr": matrix_function,
    "max": largest_or_smallest,
    "min": largest_or_smallest,
} | dict.fromkeys(THROUGH, written_through)
