"""Numbers between 0 and 1 of which nobody says so: the ``p`` of ``p^y (1 - p)^(1 - y)``.

Where ``1 - p`` stands under a logarithm, or under a power that is no whole number, p is less than
one: a line that speaks of both can be compared there only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gory.notation import (
    ONE,
    Add,
    Expr,
    Fact,
    Fn,
    Mul,
    Num,
    Paper,
    Pow,
    Ref,
    to_plain,
    walk,
)


def share_facts(paper: Paper, *exprs: Expr) -> list[Fact]:
    """Facts that make every such name less than one; of names that nothing defines."""
    found: dict[str, Fact] = {}
    for expr in _with_definitions(paper, exprs):
        for ref in _shares(expr):
            if ref.name not in paper.definitions:
                text = f"{to_plain(ref)} < 1"
                found.setdefault(ref.name, Fact(ref, "<", ONE, text))
    return list(found.values())


def _with_definitions(paper: Paper, exprs: Sequence[Expr]) -> Iterator[Expr]:
    """Expressions, and what defines the names in them."""
    todo, seen = list(exprs), set[str]()
    while todo:
        expr = todo.pop()
        yield expr
        own = {node.name for node in walk(expr) if isinstance(node, Ref)}
        own &= paper.definitions.keys() - seen
        seen |= own
        todo += [paper.definitions[name].body for name in sorted(own)]


def _shares(expr: Expr) -> Iterator[Ref]:
    """The p of every ``1 - p`` that has to be positive."""
    for node in walk(expr):
        if isinstance(node, Fn) and node.name in ("log", "sqrt"):
            inner = node.argument
        elif isinstance(node, Pow) and not _is_whole(node.exponent):
            inner = node.base
        else:
            continue
        if (ref := _rest_of(inner)) is not None:
            yield ref


def _is_whole(exponent: Expr) -> bool:
    return isinstance(exponent, Num) and exponent.value.denominator == 1


def _rest_of(expr: Expr) -> Ref | None:
    """The p of ``1 - p``."""
    if not (isinstance(expr, Add) and len(expr.terms) == 2 and expr.terms[0] == ONE):
        return None
    rest = expr.terms[1]
    if isinstance(rest, Mul) and rest.factors[0] == Num(-ONE.value) and len(rest.factors) == 2:
        rest = rest.factors[1]
        return rest if isinstance(rest, Ref) else None
    return None
