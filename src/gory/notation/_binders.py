"""What a sum or a maximum binds: its letters, a condition on the last of them, and its product.

The condition stands before the closing brace, ``sum_{c >= r}``, ``max_{k != t[i]}``, but its
right side may be read only once the letters are bound; so it is passed over first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gory.notation._ahead import behind_index
from gory.notation._nodes import Bracket, Expr, Index
from gory.notation._tokens import Token

if TYPE_CHECKING:
    from gory.notation._reader import Reader

RELATIONS = ("=", "==", "!=", ">=", "<=", ">", "<")


def bound_product(reader: Reader, word: Token) -> tuple[tuple[Index, ...], Bracket | None, Expr]:
    """The indices behind ``sum_``, a condition on them, and the product that they reach."""
    if not reader.at_sign("_"):
        raise reader.error("a sum names its index: sum_i or sum_{i,k}")
    reader.take()
    letters, condition = _binders(reader)
    if reader.at_sign("^"):
        raise reader.error("a sum runs over the whole range of its index: sum_i, and index i:m")
    scope: dict[str, Index] = {}
    for token in letters:
        if token.text in scope:
            raise reader.error(f"the index {token.text!r} is bound twice by one sum", token)
        scope[token.text] = reader.bind(token.text)
    reader.scopes.append(scope)
    guard = _guard(reader, condition)
    reader.go_deeper()
    if not reader.starts_factor():
        what = "adds up" if word.text == "sum" else "compares"
        raise reader.error(f"expected what {word.text!r} {what}, found {reader.next.shown}")
    outside, reader.arguments = reader.arguments, 0
    body = reader.product()
    reader.arguments = outside
    reader.depth -= 1
    reader.scopes.pop()
    return tuple(scope.values()), guard, body


def _binders(reader: Reader) -> tuple[list[Token], tuple[str, int] | None]:
    """The letters, and the relation of a condition with the place of its right side."""
    if not reader.at_sign("{"):
        return [reader.binder()], None
    reader.take()
    letters = [reader.binder()]
    condition = None
    while reader.at_sign(","):
        reader.take()
        letters.append(reader.binder())
    if reader.at_sign(*RELATIONS):
        condition = (reader.take().text, reader.place)
        if reader.next.kind not in ("name", "number"):
            shown = reader.next.shown
            raise reader.error(f"an index is a letter or a number, found {shown}")
        reader.place = behind_index(reader.tokens, reader.place)
    reader.expect("}", "after the indices of a sum")
    return letters, condition


def _guard(reader: Reader, condition: tuple[str, int] | None) -> Bracket | None:
    """``sum_{c >= r}`` is a sum over c with the bracket [c >= r] as a factor."""
    if condition is None:
        return None
    behind = reader.place
    relation, reader.place = condition
    at = reader.next.at
    right = reader.index()
    reader.place = behind
    left = list(reader.scopes[-1].values())[-1]
    reader.ranges.merge(left.range, right.range, at, "a comparison of indices")
    return Bracket(left, relation, right)
