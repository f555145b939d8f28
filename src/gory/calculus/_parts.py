"""Part I, Part II, ...: the terms of a chain rule that reach the variable through different
definitions, each to be derived in a section of its own. An entry by itself needs no section.
"""

from __future__ import annotations

from gory.calculus._push import Pushing, open_derivatives
from gory.notation import Add, D, Expr, Ref, walk
from gory.notation._plain import sign_split

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def separate_parts(line: Expr, context: Pushing) -> list[D]:
    """Derivatives that stand in one sum, each of its own definition, at least two of them."""
    for node in walk(line):
        if not isinstance(node, Add):
            continue
        parts = [_single_derivative(term) for term in node.terms]
        if not 2 <= len(parts) <= len(NUMERALS) or any(part is None for part in parts):
            continue
        found = [part for part in parts if part is not None]
        reached = [_reached(part, context) for part in found]
        if all(len(r) == 1 for r in reached) and len(set().union(*reached)) == len(found):
            parts = [part for part in found if not isinstance(sign_split(part.body)[1], Ref)]
            return parts if len(parts) > 1 else []
    return []


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
