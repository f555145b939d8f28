"""Small steps on a line without derivatives: contract a delta, distribute, cancel.

Each function rewrites the tree as it stands and touches nothing else, or returns it unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import gcd, prod

from gory.notation import (
    ONE,
    ZERO,
    Add,
    Bracket,
    Delta,
    Div,
    Expr,
    Index,
    Mul,
    Num,
    Pow,
    Sum,
    children,
    letters,
    num,
    rename_bound,
    substitute,
    walk,
)  # fmt: skip
from gory.notation._build import delta_of, over, plus, rebuild_tidy, sum_of, times, to_power
from gory.notation._largest import as_argmax, as_largest

Change = Callable[[Expr], Expr]


def everywhere(expr: Expr, change: Change) -> Expr:
    """Apply a change to every node, children first, without zeros and ones.

    [k = argmax_c a[c]] is one node to people; it is 0 where its index is the one left out.
    """
    if isinstance(expr, Bracket) and (found := as_argmax(expr)) is not None:
        index, largest = found
        guard = largest.guard
        left_out = guard is not None and (guard.relation, guard.right) == ("!=", index)
        return ZERO if left_out else expr
    parts = children(expr)
    new = tuple([everywhere(part, change) for part in parts])
    return change(rebuild_tidy(expr, new) if new != parts else expr)


@lru_cache(maxsize=1 << 15)
def rewritten(expr: Expr, change: Change) -> Expr:
    """What `everywhere` does with a change that depends on nothing but the node, remembered: one
    line after the other is asked for the same changes, and most of it stays as it was.
    """
    if isinstance(expr, Bracket):
        return everywhere(expr, change)
    parts = children(expr)
    new = tuple([rewritten(part, change) for part in parts])
    return change(rebuild_tidy(expr, new) if new != parts else expr)


def factors_of(expr: Expr) -> tuple[Expr, ...]:
    return expr.factors if isinstance(expr, Mul) else (expr,)


# -- deltas ---------------------------------------------------------------------------------------


def contract_deltas(expr: Expr) -> Expr:
    """Σ_c δ[c,m] f[c] = f[m], at every sum whose body is a product with such a delta."""
    return rewritten(expr, _contract)


def _contract(expr: Expr) -> Expr:
    if not isinstance(expr, Sum):
        return expr
    while isinstance(expr, Sum):
        found = _bound_delta(expr)
        if found is None:
            return expr
        delta, bound, other = found
        factors = [_without_delta(f, delta) for f in factors_of(expr.body) if f is not delta]
        body = substitute(times(*factors, ONE), {bound: other})
        expr = sum_of([i for i in expr.indices if i != bound], body)
    return expr


def _bound_delta(expr: Sum) -> tuple[Delta, Index, Index] | None:
    for factor in factors_of(expr.body):
        for one in factors_of(factor.numerator) if isinstance(factor, Div) else (factor,):
            if isinstance(one, Delta):
                if one.left in expr.indices:
                    return one, one.left, one.right
                if one.right in expr.indices:
                    return one, one.right, one.left
    return None


def _without_delta(factor: Expr, delta: Delta) -> Expr:
    """A fraction without a delta above its bar."""
    if not isinstance(factor, Div):
        return factor
    above = [one for one in factors_of(factor.numerator) if one is not delta]
    return Div(times(*above, ONE), factor.denominator)


def evaluate_deltas(expr: Expr) -> Expr:
    """δ[a,a] is 1, and the delta of two different literals is 0."""
    return rewritten(expr, _evaluated)


def _evaluated(node: Expr) -> Expr:
    match node:
        case Delta(a, b):
            return delta_of(a, b)
        case Bracket(Index() as a, relation, Index() as b) if a == b:
            return ONE if relation in ("=", "==", "<=", ">=") else ZERO
    return node


def distribute_deltas(expr: Expr) -> Expr:
    """Split sums and products over brackets that hold a delta of a bound index."""
    return rewritten(expr, _distribute)


def _distribute(expr: Expr) -> Expr:
    if not isinstance(expr, Sum):
        return expr
    for factor in factors_of(expr.body):
        opened = _terms_with_delta(factor, expr.indices)
        if opened:
            rest = [f for f in factors_of(expr.body) if f is not factor]
            place = factors_of(expr.body).index(factor)
            terms = [times(*rest[:place], term, *rest[place:]) for term in opened]
            return plus(*(sum_of(expr.indices, t) for t in terms))
        if isinstance(factor, Sum) and _holds_delta(factor.body, expr.indices):
            return _joined(expr, factor)
    return expr


def _holds_delta(expr: Expr, bound: tuple[Index, ...]) -> bool:
    deltas = [node for node in walk(expr) if isinstance(node, Delta)]
    return any(d.left in bound or d.right in bound for d in deltas)


def _joined(outer: Sum, inner: Sum) -> Expr:
    """A sum that stands as a factor under another one, drawn to the front."""
    factors = factors_of(outer.body)
    taken = {i.name for i in outer.indices}
    taken |= {name for f in factors if f is not inner for name in letters(f)}
    fresh = rename_bound(inner, taken)
    if not isinstance(fresh, Sum):
        return outer
    place = factors.index(inner)
    body = times(*factors[:place], fresh.body, *factors[place + 1 :])
    return Sum((*outer.indices, *fresh.indices), body)


def _terms_with_delta(factor: Expr, bound: tuple[Index, ...]) -> list[Expr]:
    """The terms of a bracket (or of a numerator) that holds a delta of a bound index."""
    if isinstance(factor, Div):
        inner = _terms_with_delta(factor.numerator, bound)
        return [over(term, factor.denominator) for term in inner]
    if isinstance(factor, Mul):
        for n, part in enumerate(factor.factors):
            inner = _terms_with_delta(part, bound)
            if inner:
                return [times(*factor.factors[:n], t, *factor.factors[n + 1 :]) for t in inner]
        return []
    if not isinstance(factor, Add):
        return []
    for term in factor.terms:
        inside = factors_of(term.numerator if isinstance(term, Div) else term)
        for part in inside:
            if isinstance(part, Delta) and (part.left in bound or part.right in bound):
                return list(factor.terms)
            if _terms_with_delta(part, bound):
                return list(factor.terms)
    return []


# -- fractions ------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 12)
def cancel(expr: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """Cancel equal factors above and below a bar; also returns what was cancelled."""
    gone: list[Expr] = []
    return everywhere(expr, lambda node: _cancel(node, gone)), tuple(dict.fromkeys(gone))


def cancel_numbers(expr: Expr) -> Expr:
    """2 (a / (2 b)) = a / b: numbers above and below a bar without their common divisor."""
    return rewritten(expr, _cancel_numbers)


def _cancel_numbers(expr: Expr) -> Expr:
    if not isinstance(expr, Mul | Div):
        return expr
    above: list[Expr] = []
    below: list[Expr] = []
    gather(expr, above, below)
    up, down = _whole_number(above), _whole_number(below)
    if gcd(up, down) == 1:
        return expr
    ratio = Fraction(up, down)
    rest = [[f for f in side if not _is_whole(f)] for side in (above, below)]
    return over(times(num(ratio.numerator), *rest[0]), times(num(ratio.denominator), *rest[1]))


def _is_whole(expr: Expr) -> bool:
    return isinstance(expr, Num) and expr.value.denominator == 1 and expr.value != 0


def _whole_number(factors: Iterable[Expr]) -> int:
    """The product of the whole numbers among some factors."""
    return prod(int(f.value) for f in factors if isinstance(f, Num) and _is_whole(f))


def split_fractions(expr: Expr) -> Expr:
    """(a v - b) / v^2 = a v / v^2 - b / v^2, where that lets a factor of the denominator cancel."""
    return rewritten(expr, _split_fraction)


def _split_fraction(expr: Expr) -> Expr:
    if not (isinstance(expr, Div) and isinstance(expr.numerator, Add)):
        return expr
    below = {as_power(f)[0] for f in factors_of(expr.denominator)}
    terms = expr.numerator.terms
    if not any(as_power(f)[0] in below for term in terms for f in factors_of(term)):
        return expr
    return plus(*(over(term, expr.denominator) for term in terms))


def write_out_sums(
    expr: Expr, sizes: Mapping[str, tuple[int, int]], ranges: Collection[str]
) -> Expr:
    """Sums over ranges of fixed size, term by term."""
    if not ranges:
        return expr

    def change(node: Expr) -> Expr:
        if not isinstance(node, Sum) or as_largest(node) is not None:
            return node
        fixed = [i for i in node.indices if i.range in ranges]
        if not fixed:
            return node
        terms = [node.body]
        for index in fixed:
            low, high = sizes[index.range]
            values = [Index(str(v), index.range) for v in range(low, high + 1)]
            terms = [substitute(term, {index: value}) for term in terms for value in values]
        rest = [i for i in node.indices if i not in fixed]
        return sum_of(rest, plus(*map(evaluate_deltas, terms)))

    return everywhere(expr, change)


def _cancel(expr: Expr, gone: list[Expr]) -> Expr:
    if not isinstance(expr, Mul | Div):
        return expr
    above: list[Expr] = []
    below: list[Expr] = []
    gather(expr, above, below)
    if not below:
        return expr
    changed = False
    for place, (base, power) in enumerate([as_power(f) for f in above]):
        for other, (found, height) in enumerate([as_power(f) for f in below]):
            if base != found or power <= 0 or height <= 0 or isinstance(base, Num):
                continue
            shared = min(power, height)
            above[place] = to_power(base, num(power - shared))
            below[other] = to_power(base, num(height - shared))
            gone.append(base)
            changed = True
            break
    return over(times(*above, ONE), times(*below, ONE)) if changed else expr


def gather(expr: Expr, above: list[Expr], below: list[Expr]) -> None:
    match expr:
        case Mul(factors):
            for factor in factors:
                gather(factor, above, below)
        case Div(numerator, denominator):
            gather(numerator, above, below)
            gather(denominator, below, above)
        case _:
            above.append(expr)


def join_fractions(expr: Expr) -> Expr:
    """a (1 / b) = a / b and (1 / 2) (a + b) = (a + b) / 2; a number in front of a sum stays."""
    return rewritten(expr, _joined_fraction)


def _joined_fraction(expr: Expr) -> Expr:
    if not isinstance(expr, Mul | Div):
        return expr
    above: list[Expr] = []
    below: list[Expr] = []
    gather(expr, above, below)
    number = Fraction(1)
    for value in (f.value for f in above if isinstance(f, Num)):
        number *= value
    others = [f for f in above if not isinstance(f, Num)]
    if not others or (not below and any(isinstance(f, Sum) for f in others)):
        return expr
    if number.denominator != 1:
        below.insert(0, num(number.denominator))
    return over(times(num(number.numerator), *others), times(*below, ONE))


def as_power(expr: Expr) -> tuple[Expr, int]:
    if (
        isinstance(expr, Pow)
        and isinstance(expr.exponent, Num)
        and expr.exponent.value.denominator == 1
    ):
        return expr.base, int(expr.exponent.value)
    return expr, 1
