"""The larger of two, seen in a sum: b + relu(a - b) is max(a, b), a - relu(a - b) is min(a, b)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gory.notation import Add, Expr, Fn
from gory.notation._build import extremum, negative
from gory.notation._plain import sign_split

Together = Callable[[Iterable[Expr]], Expr]


def with_extrema(terms: Sequence[Expr], together: Together) -> list[Expr]:
    """The terms of a sum, those that make a maximum or a minimum as one."""
    for term in terms:
        minus, kink = sign_split(term)
        if not (isinstance(kink, Fn) and kink.name == "relu" and isinstance(kink.argument, Add)):
            continue
        gap = list(kink.argument.terms)
        others = [one for one in terms if one is not term]
        own = [one for one in others if (one if minus else negative(one)) in gap]
        left = [one for one in gap if (one if minus else negative(one)) not in own]
        if not own or len(left) + len(own) != len(gap) or not left:
            continue
        rest = [one for one in others if one not in own]
        if minus:
            found = extremum("min", together(own), together(map(negative, left)))
        else:
            found = extremum("max", together(left), together(own))
        return [*with_extrema(rest, together), found]
    return list(terms)
