"""The last look at sigmoids: 1 - sigmoid(-u) = sigmoid(u) and 2 sigmoid(2 u) - 1 = tanh(u).

Both are used only where they make the line shorter: where an argument has a minus or a two to lose.
"""

from __future__ import annotations

from collections.abc import Callable

from gory.calculus._rewrite import rewritten
from gory.notation import MINUS_ONE, ONE, Add, Expr, Fn, Mul, Num, Ref, num
from gory.notation._build import negative, plus, times
from gory.notation._plain import sign_split
from gory.notation._wording import relation, wording

_U = Ref("u")


def _sigmoid(argument: Expr) -> Expr:
    return Fn("sigmoid", argument)


OPPOSITE = wording(relation(plus(ONE, negative(_sigmoid(negative(_U)))), "=", _sigmoid(_U)))
TANH = wording(
    relation(plus(times(num(2), _sigmoid(times(num(2), _U))), MINUS_ONE), "=", Fn("tanh", _U))
)


def join_sigmoids(expr: Expr) -> tuple[Expr, str]:
    """The line without the sigmoids that join with a one, and the name of the rule."""
    for name, identity in ((OPPOSITE, _opposite), (TANH, _tanh)):
        after = rewritten(expr, identity)
        if after != expr:
            return after, name
    return expr, ""


def _opposite(expr: Expr) -> Expr:
    return _joined(expr, _without_minus)


def _tanh(expr: Expr) -> Expr:
    return _joined(expr, _without_two)


def _joined(expr: Expr, other: Callable[[Expr], Expr | None]) -> Expr:
    """A sum in which 1 and a term f are -other(f), or -1 and -f are other(f)."""
    if not isinstance(expr, Add):
        return expr
    for one in (ONE, MINUS_ONE):
        if one not in expr.terms:
            continue
        for term in expr.terms:
            found = other(negative(term) if one == ONE else term)
            if found is not None:
                rest = list(expr.terms)
                rest.remove(one)
                rest[rest.index(term)] = negative(found) if one == ONE else found
                return _joined(plus(*rest), other)
    return expr


def _without_minus(term: Expr) -> Expr | None:
    """-sigmoid(u), which is sigmoid(-u) - 1, for sigmoid(-u)."""
    if isinstance(term, Fn) and term.name == "sigmoid":
        minus, rest = sign_split(term.argument)
        if minus:
            return negative(_sigmoid(rest))
    return None


def _without_two(term: Expr) -> Expr | None:
    """tanh(u), which is 2 sigmoid(2 u) - 1, for 2 sigmoid(2 u)."""
    match term:
        case Mul((Num(value), Fn("sigmoid", argument))) if value == 2:
            half = _half(argument)
            return Fn("tanh", half) if half is not None else None
    return None


def _half(expr: Expr) -> Expr | None:
    """Half of what has a whole two in every term."""
    terms = expr.terms if isinstance(expr, Add) else (expr,)
    halves: list[Expr] = []
    for term in terms:
        number, *rest = term.factors if isinstance(term, Mul) else (term,)
        if not isinstance(number, Num) or number.value % 2:
            return None
        halves.append(times(num(number.value / 2), *rest))
    return plus(*halves)
