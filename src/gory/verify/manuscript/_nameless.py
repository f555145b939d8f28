"""``D_j D_i``: a derivative of which no function is named.

The second D is the sign of an operator, and what it is to be applied to is missing. The function
is the one of the text with which the line holds.
"""

from __future__ import annotations

from gory.notation import D, Expr, Ref
from gory.verify.manuscript._claim import Ground

OPERATOR = "D"
FAULT = "D is the sign of a derivative here, and no function is named behind it"


def is_nameless(ground: Ground, asked: Expr) -> bool:
    """Whether a derivative is taken of the sign of derivatives itself."""
    if not isinstance(asked, D) or not isinstance(asked.body, Ref):
        return False
    return asked.body.name == OPERATOR and OPERATOR not in ground.paper.definitions


def named(ground: Ground, asked: Expr, right: Expr) -> D | None:
    """The same derivative of the function of the text that makes a line hold."""
    if not isinstance(asked, D) or not isinstance(asked.body, Ref):
        return None
    ranges = tuple(index.range for index in asked.body.indices)
    for name, one in ground.paper.definitions.items():
        if tuple(index.range for index in one.indices) == ranges:
            meant = D(Ref(name, asked.body.indices), asked.wrt)
            if ground.compare(ground.prepare(meant), right).verdict in ("proved", "tested"):
                return meant
    return None
