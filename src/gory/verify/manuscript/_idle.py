"""A sum whose index does not occur under it: most often a slip, and never an error."""

from __future__ import annotations

from gory.notation import Expr, Ref, Sum, free_indices, walk


def idle_sum(expr: Expr) -> str:
    """A remark on a sum whose index does not occur under it, where others do."""
    for node in walk(expr):
        if isinstance(node, Sum) and (lost := {*node.indices} - free_indices(node.body)):
            name = min(index.name for index in lost)
            if any(isinstance(part, Ref) and part.indices for part in walk(node.body)):
                return f"nothing under the sum over {name} depends on {name}"
    return ""
