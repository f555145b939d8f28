"""Small steps: a derivative is pushed inwards by one rule at a time, outermost first.

`RULES` lists the rules in the order in which they are preferred. Each looks at one derivative
D(f, x) and says what replaces it, or that it does not apply. A step applies one rule at every
place where it fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gory.calculus._carry_out import Dependence, holds_derivative
from gory.calculus._rewrite import evaluate_deltas
from gory.calculus._rules import FUNCTION_RULES, derivative_at, matrix_derivative
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
    Sum,
    children,
    letters,
    num,
    of_matrix,
    rename_bound,
    substitute,
    to_plain,
)  # fmt: skip
from gory.notation._build import (
    as_extremum,
    delta_of,
    negative,
    over,
    plus,
    rebuild_tidy,
    sum_of,
    times,
    to_power,
)
from gory.notation._largest import as_largest
from gory.notation._wording import relation, wording


@dataclass(frozen=True, slots=True)
class Lemma:
    """The derivative of a definition by the variable of the question, derived once."""

    title: str
    indices: tuple[Index, ...]
    result: Expr

    def at(self, indices: tuple[Index, ...]) -> Expr:
        pairs = zip(self.indices, indices, strict=True)
        by = {own: new for own, new in pairs if not own.is_literal}
        return evaluate_deltas(substitute(self.result, by))


@dataclass
class Pushing:
    """What the rules may look at: the paper, and the lemmas known so far."""

    paper: Paper
    dependence: Dependence
    lemma_for: Callable[[Ref, Ref], Lemma]
    opened: frozenset[str] = frozenset()  # definitions to be replaced by their right sides

    def depends(self, expr: Expr, wrt: Ref) -> bool:
        return self.dependence.depends(expr, wrt.name)


_PAIRS = (("u", "v"), ("f", "g"), ("p", "q"), ("r", "s"), ("num", "den"))


@dataclass(frozen=True, slots=True)
class Move:
    """What one rule makes of one derivative."""

    rule: str
    after: Expr
    uses: tuple[str, ...] = ()
    note: str = ""
    parts: tuple[tuple[str, Expr], ...] = ()  # named inner functions
    wrt: Ref | None = None  # the variable, where there are parts


def _constant(d: D, ctx: Pushing) -> Move | None:
    if not ctx.depends(d.body, d.wrt):
        return Move("constant rule", ZERO)
    return None


def _definition(d: D, ctx: Pushing) -> Move | None:
    if not (isinstance(d.body, Ref) and d.body.name in ctx.opened):
        return None
    one = ctx.paper.definitions[d.body.name]
    by = dict(zip(one.indices, d.body.indices, strict=True))
    body = evaluate_deltas(substitute(one.body, by))
    return Move(wording("definition of ", Ref(d.body.name)), D(body, d.wrt))


def _rename(d: D, ctx: Pushing) -> Move | None:
    """A bound letter that is also a letter of the variable is another index: rename it visibly."""
    taken = {i.name for i in d.wrt.indices if not i.is_literal}
    clashes = sorted(_bound_letters(d.body) & taken)
    if not clashes:
        return None
    fresh = rename_bound(d.body, taken, ctx.paper.letters, avoid=letters(d.body))
    note = f"the bound {', '.join(clashes)} is not the {', '.join(clashes)} of the variable"
    return Move("rename bound indices", D(fresh, d.wrt), (), note)


def _bound_letters(expr: Expr) -> set[str]:
    """Letters that are bound where a reader sees it; what a maximum compares with is not shown."""
    if (largest := as_largest(expr)) is not None:
        return {largest.bound.name} | _bound_letters(largest.body)
    found = {i.name for i in expr.indices} if isinstance(expr, Sum) else set()
    for part in children(expr):
        found |= _bound_letters(part)
    return found


_EXTREMA = {"max": "max(a, b) = b + relu(a - b)", "min": "min(a, b) = a - relu(a - b)"}


def _maximum(d: D, _: Pushing) -> Move | None:
    """The largest of a range has the slope of the entry that is the largest."""
    if as_largest(d.body) is None:
        return None
    match d.body:
        case Sum(indices, Mul((bracket, *factors))):
            slope = sum_of(indices, times(bracket, D(times(*factors), d.wrt)))
            return Move("derivative of a maximum", slope, ("the maximum is attained once",))
    return None


def _sum_rule(d: D, ctx: Pushing) -> Move | None:
    match d.body:
        case Add(terms):
            note = _EXTREMA[found[0]] if (found := as_extremum(d.body)) else ""
            return Move("sum rule", plus(*(D(t, d.wrt) for t in terms)), (), note)
        case Sum(indices, body):
            return Move("sum rule", sum_of(indices, D(body, d.wrt)))
    return None


def _constant_factor(d: D, ctx: Pushing) -> Move | None:
    match d.body:
        case Mul(factors):
            constant = [f for f in factors if not ctx.depends(f, d.wrt)]
            rest = [f for f in factors if ctx.depends(f, d.wrt)]
            if constant and rest:
                return Move("constant factor", times(*constant, D(times(*rest), d.wrt)))
        case Div(above, below) if not ctx.depends(below, d.wrt):
            return Move("constant factor", over(D(above, d.wrt), below))
    return None


def _product_rule(d: D, ctx: Pushing) -> Move | None:
    if not isinstance(d.body, Mul):
        return None
    factors = d.body.factors
    terms = [
        times(*factors[:n], D(factor, d.wrt), *factors[n + 1 :]) for n, factor in enumerate(factors)
    ]
    return Move("product rule", plus(*terms))


def _quotient_rule(d: D, ctx: Pushing) -> Move | None:
    if not isinstance(d.body, Div):
        return None
    u, v = d.body.numerator, d.body.denominator
    above = plus(times(D(u, d.wrt), v), negative(times(u, D(v, d.wrt))))
    a, b = _two_letters(ctx)
    rule = f"({a} / {b})' = ({a}' {b} - {a} {b}') / {b}^2"
    note = wording(rule, " with ", relation(Ref(a), "=", u), ", ", relation(Ref(b), "=", v))
    uses = () if isinstance(v, Num) else (wording(relation(v, "!=", ZERO)),)
    return Move(
        "quotient rule", over(above, to_power(v, num(2))), uses, note, ((a, u), (b, v)), d.wrt
    )


def _two_letters(ctx: Pushing) -> tuple[str, str]:
    """Letters for numerator and denominator: u and v, unless the author has taken them."""
    taken = {*ctx.paper.definitions, *ctx.paper.axes}
    return next((pair for pair in _PAIRS if not taken & {*pair}), _PAIRS[0])


def _power_rule(d: D, ctx: Pushing) -> Move | None:
    if not isinstance(d.body, Pow):
        return None
    base, exponent = d.body.base, d.body.exponent
    terms = []
    if ctx.depends(base, d.wrt):
        lower = num(exponent.value - 1) if isinstance(exponent, Num) else plus(exponent, num(-1))
        terms.append(times(exponent, to_power(base, lower), D(base, d.wrt)))
    if ctx.depends(exponent, d.wrt):
        terms.append(times(d.body, Fn("log", base), D(exponent, d.wrt)))
    varied = ctx.depends(exponent, d.wrt)
    rule = "derivative of a power a^b" if varied else "power rule"
    note = wording("with inner function ", relation(Ref("u"), "=", base))
    return Move(rule, plus(*terms), _where_a_power_has_a_slope(base, exponent), note)


def _where_a_power_has_a_slope(base: Expr, exponent: Expr) -> tuple[str, ...]:
    """x^n needs nothing, x^-n needs x != 0, and any other power is exp(p log x): x > 0."""
    if isinstance(base, Num) and base.value > 0:
        return ()
    power = exponent.value if isinstance(exponent, Num) else None
    whole = power is not None and power.denominator == 1
    if power is not None and whole and power >= 0:
        return ()
    return (wording(relation(base, "!=" if whole else ">", ZERO)),)


def _chain_rule(d: D, _: Pushing) -> Move | None:
    if not isinstance(d.body, Fn):
        return None
    name, inner = d.body.name, d.body.argument
    sign = FUNCTION_RULES[name].to_zero
    uses = ()
    if sign:  # a logarithm has no value elsewhere, the others have no slope there
        only = "" if name == "log" else " (almost everywhere)"
        uses = (wording(relation(inner, sign, ZERO), only),)
    outer = derivative_at(name, inner)
    slope = derivative_at(name, Ref("u"))
    written = to_plain(slope)
    is_loose = " " in written and not isinstance(slope, Bracket)
    rule = f"{name}(u)' = u' {f'({written})' if is_loose else written}"
    note = wording(rule, " with ", relation(Ref("u"), "=", inner))
    return Move(f"chain rule ({name})", times(outer, D(inner, d.wrt)), uses, note)


def _step_function(d: D, ctx: Pushing) -> Move | None:
    if isinstance(d.body, Bracket | Delta):
        return Move("constant rule", ZERO, ("almost everywhere",))
    return None


def _matrix_function(d: D, ctx: Pushing) -> Move | None:
    if not (isinstance(d.body, Ref) and (matrix := of_matrix(d.body.name))):
        return None
    names = {
        "inv": "derivative of an inverse",
        "det": "Jacobi's formula",
        "logdet": "Jacobi's formula",
    }
    body = matrix_derivative(d.body, d.wrt, ctx.paper)
    return Move(names[matrix[0]], body, (f"{matrix[1]} invertible",))


def _lemma(d: D, ctx: Pushing) -> Move | None:
    if not (isinstance(d.body, Ref) and d.body.name != d.wrt.name):
        return None
    lemma = ctx.lemma_for(d.body, d.wrt)
    return Move("lemma", lemma.at(d.body.indices), (lemma.title,))


def _variable(d: D, ctx: Pushing) -> Move | None:
    if not (isinstance(d.body, Ref) and d.body.name == d.wrt.name):
        return None
    slope = times(*map(delta_of, d.body.indices, d.wrt.indices), ONE)
    if slope == ZERO:
        return Move("another entry is constant", slope)
    return Move("derivative of the variable by itself", slope)


RULES: tuple[Callable[[D, Pushing], Move | None], ...] = (
    _constant,
    _definition,
    _rename,
    _maximum,
    _sum_rule,
    _constant_factor,
    _product_rule,
    _quotient_rule,
    _power_rule,
    _chain_rule,
    _step_function,
    _matrix_function,
    _lemma,
    _variable,
)


def open_derivatives(expr: Expr) -> list[D]:
    """Derivatives that hold no other one, from left to right; these can be pushed."""
    if not holds_derivative(expr):
        return []
    inside = [d for part in children(expr) for d in open_derivatives(part)]
    return [expr] if isinstance(expr, D) and not inside else inside


def push(expr: Expr, ctx: Pushing) -> tuple[Expr, tuple[Move, ...]] | None:
    """Apply the first rule that fits somewhere, wherever it fits; None if no derivative is left."""
    found: dict[D, tuple[int, Move]] = {}
    for d in open_derivatives(expr):
        for rank, rule in enumerate(RULES):
            move = rule(d, ctx)
            if move is not None:
                found[d] = (rank, move)
                break
        else:
            raise TypeError(f"no rule for the derivative of {to_plain(d.body)}")
    if not found:
        return None
    first = min(rank for rank, _ in found.values())
    chosen = {d: move for d, (rank, move) in found.items() if rank == first}
    after = put_in(expr, {d: move.after for d, move in chosen.items()})
    return after, tuple(chosen.values())


def put_in(expr: Expr, by: Mapping[Expr, Expr]) -> Expr:
    """Replace derivatives, without the zeros and ones that come in."""
    if not holds_derivative(expr):
        return expr
    if expr in by:
        return by[expr]
    parts = children(expr)
    new = tuple(put_in(part, by) for part in parts)
    is_same = all(one is other for one, other in zip(new, parts, strict=True))
    return expr if is_same else rebuild_tidy(expr, new)
