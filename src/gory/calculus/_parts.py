"""Part I, Part II, ...: the terms of a chain rule that reach the variable through different
definitions, each to be derived in a section of its own. An entry by itself needs no section.
"""

from __future__ import annotations

from gory.calculus._push import Pushing, open_derivatives
from gory.notation import Add, D, Expr, Ref, Sum, transform, walk
from gory.notation._build import negative, plus, sum_of
from gory.notation._plain import sign_split

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def separate_parts(line: Expr, context: Pushing) -> list[Expr]:
    """Derivatives that stand in one sum, with their signs, each of its own definition; at least
    two of them.
    """
    for node in walk(line):
        if isinstance(node, Add) and (found := _parts_of(node, context)):
            return found
    return []


def sign_into_parts(line: Expr, context: Pushing) -> Expr:
    """-(d(a, w) + d(b, w)) as -d(a, w) - d(b, w), where each of them will be a part."""

    def change(node: Expr) -> Expr:
        minus, inner = sign_split(node)
        indices, body = (inner.indices, inner.body) if isinstance(inner, Sum) else ((), inner)
        if minus and isinstance(body, Add) and _parts_of(body, context):
            return sum_of(indices, plus(*map(negative, body.terms)))
        return node

    return transform(line, change)


def _parts_of(node: Add, context: Pushing) -> list[Expr]:
    parts = [_single_derivative(term) for term in node.terms]
    if not 2 <= len(parts) <= len(NUMERALS):
        return []
    found = [part for part in parts if part is not None]
    reached = [_reached(part, context) for part in found]
    if len(found) < len(parts) or any(len(r) != 1 for r in reached):
        return []
    if len(set().union(*reached)) < len(found):
        return []
    signed = [
        term if sign_split(term) == (True, part) else part
        for term, part in zip(node.terms, found, strict=True)
        if not isinstance(sign_split(part.body)[1], Ref)
    ]
    return signed if len(signed) > 1 else []


def _single_derivative(term: Expr) -> D | None:
    own = open_derivatives(term)
    return own[0] if len(own) == 1 else None


def _reached(part: D, context: Pushing) -> set[Ref]:
    """The entries of definitions through which a part depends on the variable."""
    return {
        node
        for node in walk(part.body)
        if isinstance(node, Ref)
        and (node.name in context.paper.definitions or node.name == part.wrt.name)
        and context.depends(node, part.wrt)
    }
