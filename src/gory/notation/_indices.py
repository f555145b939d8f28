"""Free and bound indices: which are open, fresh letters, substitution without capture.

Every change of an index in the house goes through `substitute`, which renames a binder
whose letter would capture an index that is put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from gory.notation._nodes import (
    Bracket,
    D,
    Delta,
    Expr,
    Index,
    Ref,
    Sum,
    children,
    own_indices,
    rebuild,
    walk,
)  # fmt: skip

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=65536)
def free_indices(expr: Expr) -> frozenset[Index]:
    """Indices of an expression that no sum inside it binds (literals are not among them)."""
    found = {index for index in own_indices(expr) if not index.is_literal}
    for part in children(expr):
        found |= free_indices(part)
    if isinstance(expr, Sum):
        found -= set(expr.indices)
    return frozenset(found)


def written_indices(expr: Expr) -> list[Index]:
    """Indices of an expression in the order in which they are written, binders excepted."""
    return [index for node in walk(expr) for index in own_indices(node)]


def free_in_order(*exprs: Expr) -> tuple[Index, ...]:
    """Free indices of expressions in the order in which they are written."""
    found: dict[Index, None] = {}
    for expr in exprs:
        open_ = free_indices(expr)
        found |= {index: None for index in written_indices(expr) if index in open_}
    return tuple(found)


@lru_cache(maxsize=65536)
def letters(expr: Expr) -> frozenset[str]:
    """Every index letter that is written in an expression, free or bound."""
    found = {index.name for index in own_indices(expr)}
    if isinstance(expr, Sum):
        found |= {index.name for index in expr.indices}
    for part in children(expr):
        found |= letters(part)
    return frozenset(found)


def fresh(index: Index, taken: Iterable[str], pool: Iterable[str] = ()) -> Index:
    """The same index under a letter that is not taken: first of ``pool``, then next in the
    alphabet.
    """
    used = set(taken)
    if index.name not in used and not index.is_literal:
        return index
    stem = index.name if index.name in LETTERS else "a"
    place = LETTERS.index(stem)
    around = LETTERS[place + 1 :] + LETTERS[:place]
    for letter in (*pool, *around):
        if letter not in used:
            return Index(letter, index.range)
    count = 1
    while f"{stem}{count}" in used:
        count += 1
    return Index(f"{stem}{count}", index.range)


def substitute(expr: Expr, by: Mapping[Index, Index]) -> Expr:
    """Replace free indices; a binder that would capture a new one is renamed."""
    by = {old: new for old, new in by.items() if old != new}
    if not by or not (free_indices(expr) & by.keys()):
        return expr
    match expr:
        case Ref(name, indices):
            return Ref(name, tuple(by.get(i, i) for i in indices))
        case Delta(a, b):
            return Delta(by.get(a, a), by.get(b, b))
        case Bracket(a, relation, b):
            return Bracket(_side(a, by), relation, _side(b, by))
        case Sum(indices, body):
            return _substitute_under(indices, body, by)
        case D(body, wrt):
            new = substitute(wrt, by)
            return D(substitute(body, by), new if isinstance(new, Ref) else wrt)
    return rebuild(expr, tuple(substitute(part, by) for part in children(expr)))


def _side(side: Expr | Index, by: Mapping[Index, Index]) -> Expr | Index:
    return by.get(side, side) if isinstance(side, Index) else substitute(side, by)


def _substitute_under(indices: tuple[Index, ...], body: Expr, by: Mapping[Index, Index]) -> Expr:
    inner = {old: new for old, new in by.items() if old not in indices}
    arriving = {new.name for old, new in inner.items() if old in free_indices(body)}
    bound = list(indices)
    for place, index in enumerate(indices):
        if index.name in arriving:
            taken = letters(body) | arriving | {i.name for i in bound}
            bound[place] = fresh(index, taken)
            inner[index] = bound[place]
    return Sum(tuple(bound), substitute(body, inner))


def rename_bound(
    expr: Expr,
    taken: Iterable[str],
    declared: Mapping[str, str] | None = None,
    *,
    avoid: Iterable[str] = (),
) -> Expr:
    """Rename every binder whose letter is in ``taken``, not to a letter declared for another
    range and not to one of ``avoid``.
    """
    used, avoided = frozenset(taken), frozenset(avoid)
    declared = declared or {}
    if not used & letters(expr):
        return expr
    parts = tuple(rename_bound(part, used, declared, avoid=avoided) for part in children(expr))
    if isinstance(expr, Sum) and any(i.name in used for i in expr.indices):
        body, bound, by = parts[0], [], {}
        for index in expr.indices:
            busy = used | letters(body) | {i.name for i in bound} | {i.name for i in expr.indices}
            busy |= {letter for letter, range_ in declared.items() if range_ != index.range}
            busy |= avoided
            new = fresh(index, busy) if index.name in used else index
            bound.append(new)
            by[index] = new
        return Sum(tuple(bound), substitute(body, by))
    return rebuild(expr, parts) if parts else expr
