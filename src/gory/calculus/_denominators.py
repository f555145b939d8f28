"""A sum in a denominator that is one term once it is multiplied out, as a line of its own.

In ``1 / (1 + sum_k [k != y] exp(s[k] - s[y]))`` the denominator is all of a softmax over
``exp(s[y])``; a reader has to see that before he can follow what is done with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gory.algebra import Poly, Setting
from gory.calculus._derivation import Step
from gory.notation import Add, Div, Expr, children, rebuild
from gory.notation._build import over, times
from gory.notation._wording import joined, relation, wording

_REWRITTEN = ("expand", "simplify", "split the fraction and cancel")


def with_denominators(
    line: Expr, steps: list[Step], closed: Setting, write: Callable[[Poly], Expr]
) -> list[Step]:
    """The steps from a line, with one before them for denominators that come to one term."""
    if not steps or steps[0].rule not in _REWRITTEN:
        return steps
    known: dict[Expr, Expr] = {}
    after = _simplified(line, closed, write, known)
    if not known:
        return steps
    note = joined("; ", (wording(relation(sum_, "=", one)) for sum_, one in known.items()))
    first = Step("simplify the denominator", line, after, note=note, detail="gory")
    return [first, replace(steps[0], before=after), *steps[1:]]


def _simplified(
    expr: Expr, closed: Setting, write: Callable[[Poly], Expr], known: dict[Expr, Expr]
) -> Expr:
    parts = children(expr)
    new = tuple(_simplified(part, closed, write, known) for part in parts)
    if any(one is not other for one, other in zip(new, parts, strict=True)):
        expr = rebuild(expr, new)
    match expr:
        case Div(above, Add() as below) if len(poly := closed.normal(below)) == 1:
            one = known[below] = write(poly)
            if isinstance(one, Div):
                return over(times(above, one.denominator), one.numerator)
            return over(above, one)
    return expr
