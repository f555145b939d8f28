r"""Names that a text gives to parts of what it has defined: "Let $z = W x + b$", behind
``h = \sigma(W x + b)``.

Who differentiates by z means that h is computed from it. Where nothing else is, the part of the
definition that z is the name of becomes z; the values stay what they are.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import TYPE_CHECKING

from gory.notation._errors import NotationError
from gory.notation._nodes import (
    Bracket,
    D,
    Delta,
    Expr,
    Fn,
    Index,
    Num,
    Ref,
    Size,
    Sum,
    children,
    rebuild,
)
from gory.notation._paper import Definition

if TYPE_CHECKING:
    from gory.notation.manuscript._script_builder import ScriptBuilder

_LEAVES = (Num, Size)


def name_parts(builder: ScriptBuilder, varied: Container[str]) -> None:
    """Write definitions with the names of their parts that the text differentiates by."""
    for name, one in list(builder.defined.items()):
        others = [other for other in builder.defined.values() if other.name != name]
        is_used = any(_is_used(other.body, name) for other in others)
        is_whole = not any(index.is_literal for index in one.indices)
        is_whole = is_whole and not isinstance(one.body, (Ref, *_LEAVES))
        if name in varied and not is_used and is_whole:
            for other in others:
                _put_name(builder, other, one)


def _is_used(expr: Expr, name: str) -> bool:
    """Whether a value is computed from a name; to differentiate by it is no use."""
    if isinstance(expr, D):
        return _is_used(expr.body, name)
    is_it = isinstance(expr, Ref) and expr.name == name
    return is_it or any(_is_used(part, name) for part in children(expr))


def _put_name(builder: ScriptBuilder, into: Definition, part: Definition) -> None:
    keep = builder.mark()
    try:
        body = _named(builder, into.body, part)
        if body is not into.body and not builder.reaches(part.body, into.name):
            builder.defined[into.name] = replace(into, body=body)
    except NotationError:  # what it would run over cannot be
        builder.back_to(keep)


def _named(builder: ScriptBuilder, expr: Expr, part: Definition) -> Expr:
    by: dict[Index, Index] = {}
    if _is_same(part.body, expr, by) and all(index in by for index in part.indices):
        indices = tuple(by[index] for index in part.indices)
        for place, index in enumerate(indices):
            builder.ranges.merge(f"{part.name}[{place}]", index.range, 0, f"index {index.name!r}")
        return Ref(part.name, indices)
    parts = children(expr)
    made = tuple(_named(builder, one, part) for one in parts)
    is_other = any(a is not b for a, b in zip(made, parts, strict=True))
    return rebuild(expr, made) if is_other else expr


def _is_same(pattern: Expr, expr: Expr, by: dict[Index, Index]) -> bool:
    """Whether two expressions are the same but for the letters of indices; ``by`` gathers them."""
    if type(pattern) is not type(expr):
        return False
    match pattern, expr:
        case ((Num() | Size()), _):
            return pattern == expr
        case Ref(name, own), Ref(other, indices):
            return name == other and _are_same(own, indices, by)
        case Delta(), Delta():
            return _are_same((pattern.left, pattern.right), (expr.left, expr.right), by)
        case Fn(name), Fn(other) if name != other:
            return False
        case Bracket(_, relation, _), Bracket(_, other, _) if relation != other:
            return False
        case Sum(own), Sum(indices) if not _are_same(own, indices, by):
            return False
        case D(), D() if not _is_same(pattern.wrt, expr.wrt, by):
            return False
    parts, others = children(pattern), children(expr)
    return len(parts) == len(others) and all(
        _is_same(one, other, by) for one, other in zip(parts, others, strict=True)
    )


def _are_same(
    pattern: tuple[Index, ...], indices: tuple[Index, ...], by: dict[Index, Index]
) -> bool:
    if len(pattern) != len(indices):
        return False
    for own, other in zip(pattern, indices, strict=True):
        if own.is_literal or other.is_literal:
            if own.name != other.name:
                return False
        elif by.setdefault(own, other) != other:
            return False
    return True
