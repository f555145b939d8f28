"""Derivatives carried out in one go, for checking; the small steps are in `_push`.

Derivatives of closed definitions stay as they are, unless definitions are to be opened.
"""

from __future__ import annotations

from functools import lru_cache

from gory.calculus._rules import derivative_at
from gory.notation import (
    ONE, ZERO, Add, Bracket, D, Delta, Div, Expr, Fn, Mul, Num, Paper, Pow, Ref, Size, Sum,
    children, num, rebuild, rename_bound, substitute, walk,
)  # fmt: skip
from gory.calculus._rewrite import evaluate_deltas
from gory.notation._build import delta_of, negative, over, plus, sum_of, times, to_power


class Dependence:
    """Which names depend on which, through the definitions of a paper."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self._below: dict[str, frozenset[str]] = {}

    def below(self, name: str) -> frozenset[str]:
        """Names that a name is made of, itself included."""
        if name not in self._below:
            found = {name}
            definition = self.paper.definitions.get(name)
            if definition is not None:
                for node in walk(definition.body):
                    if isinstance(node, Ref):
                        found |= self.below(node.name)
            self._below[name] = frozenset(found)
        return self._below[name]

    def depends(self, expr: Expr, name: str) -> bool:
        """Whether an expression contains a name, in the open or through definitions."""
        return any(name in self.below(other) for other in names_in(expr))


@lru_cache(maxsize=1 << 15)
def names_in(expr: Expr) -> frozenset[str]:
    """Names of all arrays in an expression; variables of derivatives do not count."""
    if isinstance(expr, Ref):
        return frozenset((expr.name,))
    parts = (expr.body,) if isinstance(expr, D) else children(expr)
    return frozenset().union(*(names_in(part) for part in parts))


def carry_out(expr: Expr, dependence: Dependence, *, open_definitions: bool = False) -> Expr:
    """Replace every derivative in an expression by what it is."""
    if isinstance(expr, D):
        body = carry_out(expr.body, dependence, open_definitions=open_definitions)
        return differentiate(body, expr.wrt, dependence, open_definitions=open_definitions)
    parts = children(expr)
    if not any(isinstance(node, D) for node in walk(expr)):
        return expr
    return rebuild(
        expr, tuple(carry_out(p, dependence, open_definitions=open_definitions) for p in parts)
    )


def differentiate(
    expr: Expr, wrt: Ref, dependence: Dependence, *, open_definitions: bool = False
) -> Expr:
    """The partial derivative of an expression, not simplified."""

    def d(part: Expr) -> Expr:
        if not dependence.depends(part, wrt.name):
            return ZERO
        match part:
            case Ref(name, indices) if name == wrt.name:
                return times(*map(delta_of, indices, wrt.indices), ONE)
            case Ref(name, indices):
                if not open_definitions:
                    return D(part, wrt)
                definition = dependence.paper.definitions[name]
                by = dict(zip(definition.indices, indices, strict=True))
                return d(evaluate_deltas(substitute(definition.body, by)))
            case Add(terms):
                return plus(*(d(t) for t in terms))
            case Mul(factors):
                return plus(
                    *(
                        times(*factors[:n], d(factor), *factors[n + 1 :])
                        for n, factor in enumerate(factors)
                        if dependence.depends(factor, wrt.name)
                    )
                )
            case Div(u, v):
                first = over(d(u), v)
                return plus(first, negative(over(times(u, d(v)), to_power(v, num(2)))))
            case Pow(base, exponent):
                return _power(base, exponent)
            case Fn(name, argument):
                return times(derivative_at(name, argument), d(argument))
            case Sum():
                apart = rename_bound(part, {i.name for i in wrt.indices})
                assert isinstance(apart, Sum)  # renaming keeps the kind of a node
                return sum_of(apart.indices, d(apart.body))
            case D(body, other):
                return D(D(body, other), wrt)
            case Bracket() | Delta() | Num() | Size():
                return ZERO  # a step function is constant almost everywhere
        raise TypeError(f"no derivative for {part!r}")

    def _power(base: Expr, exponent: Expr) -> Expr:
        parts = []
        if dependence.depends(base, wrt.name):
            lower = num(exponent.value - 1) if isinstance(exponent, Num) else plus(exponent, num(-1))
            parts.append(times(exponent, to_power(base, lower), d(base)))
        if dependence.depends(exponent, wrt.name):
            parts.append(times(Pow(base, exponent), Fn("log", base), d(exponent)))
        return plus(*parts)

    return d(expr)
