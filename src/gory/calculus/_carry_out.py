"""Derivatives carried out in one go, for checking; the small steps are in `_push`.

Derivatives of definitions that are not ``opened`` stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from gory.calculus._rewrite import evaluate_deltas
from gory.calculus._rules import derivative_at, matrix_derivative
from gory.notation import (
    ONE,
    ZERO,
    Add,
    Bracket,
    D,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Paper,
    Pow,
    Ref,
    Size,
    Sum,
    children,
    num,
    of_matrix,
    rebuild,
    rename_bound,
    substitute,
    walk,
)  # fmt: skip
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
            if (matrix := of_matrix(name)) is not None:
                found |= self.below(matrix[1])
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


@lru_cache(maxsize=1 << 15)
def holds_derivative(expr: Expr) -> bool:
    """Whether a derivative stands anywhere in an expression."""
    return isinstance(expr, D) or any(map(holds_derivative, children(expr)))


def carry_out(expr: Expr, dependence: Dependence, *, opened: frozenset[str] = frozenset()) -> Expr:
    """Replace every derivative in an expression by what it is."""
    if isinstance(expr, D):
        body = carry_out(expr.body, dependence, opened=opened)
        return differentiate(body, expr.wrt, dependence, opened=opened)
    if not holds_derivative(expr):
        return expr
    parts = [carry_out(part, dependence, opened=opened) for part in children(expr)]
    return rebuild(expr, tuple(parts))


def carried_out(paper: Paper) -> Paper:
    """The paper with derivatives of expressions carried out where its author wrote them into
    definitions and facts; those of defined names stay, as names.
    """
    dependence = Dependence(paper)

    def settled(expr: Expr) -> Expr:
        return carry_out(expr, dependence) if _has_open_derivative(expr) else expr

    definitions = {
        name: replace(
            one,
            body=settled(one.body),
            entries=tuple((left, settled(right)) for left, right in one.entries),
        )
        for name, one in paper.definitions.items()
    }
    facts = tuple(replace(f, left=settled(f.left), right=settled(f.right)) for f in paper.facts)
    if facts == paper.facts and definitions == paper.definitions:
        return paper
    return replace(paper, definitions=definitions, facts=facts)


def _has_open_derivative(expr: Expr) -> bool:
    return any(isinstance(n, D) and not isinstance(n.body, Ref | D) for n in walk(expr))


def differentiate(
    expr: Expr, wrt: Ref, dependence: Dependence, *, opened: frozenset[str] = frozenset()
) -> Expr:
    """The partial derivative of an expression, not simplified."""
    return _Differentiation(wrt, dependence, opened).of(expr)


@dataclass(frozen=True)
class _Differentiation:
    wrt: Ref
    dependence: Dependence
    opened: frozenset[str]

    def of(self, expr: Expr) -> Expr:
        if not self.dependence.depends(expr, self.wrt.name):
            return ZERO
        match expr:
            case Ref(name, indices) if name == self.wrt.name:
                return times(*map(delta_of, indices, self.wrt.indices), ONE)
            case Ref(name, _) if of_matrix(name):
                return self.of_entries(expr)
            case Ref():
                return self._defined(expr)
            case Add(terms):
                return plus(*(self.of(t) for t in terms))
            case Mul(factors):
                return plus(*self._product(factors))
            case Div(u, v):
                second = over(times(u, self.of(v)), to_power(v, num(2)))
                return plus(over(self.of(u), v), negative(second))
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Fn(name, argument):
                return times(derivative_at(name, argument), self.of(argument))
            case Sum():
                indices, body = _apart(expr, self.wrt)
                return sum_of(indices, self.of(body))
            case D():
                return D(expr, self.wrt)
            case Bracket() | Delta() | Num() | Size():
                return ZERO  # a step function is constant almost everywhere
        raise TypeError(f"no derivative for {expr!r}")

    def of_entries(self, ref: Ref) -> Expr:
        """A function of a matrix, through the derivatives of its entries."""
        body = matrix_derivative(ref, self.wrt, self.dependence.paper)
        return carry_out(body, self.dependence, opened=self.opened)

    def _defined(self, ref: Ref) -> Expr:
        if ref.name not in self.opened:
            return D(ref, self.wrt)
        definition = self.dependence.paper.definitions[ref.name]
        by = dict(zip(definition.indices, ref.indices, strict=True))
        return self.of(evaluate_deltas(substitute(definition.body, by)))

    def _product(self, factors: tuple[Expr, ...]) -> list[Expr]:
        return [
            times(*factors[:n], self.of(factor), *factors[n + 1 :])
            for n, factor in enumerate(factors)
            if self.dependence.depends(factor, self.wrt.name)
        ]

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        parts = []
        if self.dependence.depends(base, self.wrt.name):
            lower = (
                num(exponent.value - 1) if isinstance(exponent, Num) else plus(exponent, num(-1))
            )
            parts.append(times(exponent, to_power(base, lower), self.of(base)))
        if self.dependence.depends(exponent, self.wrt.name):
            parts.append(times(Pow(base, exponent), Fn("log", base), self.of(exponent)))
        return plus(*parts)


def _apart(expr: Sum, wrt: Ref) -> tuple[tuple[Index, ...], Expr]:
    """A sum whose bound letters are not letters of the variable."""
    renamed = rename_bound(expr, {i.name for i in wrt.indices})
    return (renamed.indices, renamed.body) if isinstance(renamed, Sum) else ((), renamed)
