"""Recognizing definitions in a line as it is written: a subtree that is a right side gets its name.

Both must be written alike, up to the letters of indices; parts of products and sums are
recognized later, in the normal form. Done early, it keeps lines short: 1 - tanh(sum_j W[i,j]
x[j])^2 becomes 1 - a[i]^2.
"""

from __future__ import annotations

from gory.calculus._rewrite import as_power, everywhere, gather
from gory.notation import (
    ONE,
    Add,
    Bracket,
    D,
    Definition,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Num,
    Paper,
    Ref,
    Size,
    Sum,
    children,
    num,
    substitute,
)  # fmt: skip
from gory.notation._build import negative, over, plus, times, to_power
from gory.notation._wording import wording


def recognize(expr: Expr, paper: Paper) -> tuple[Expr, str]:
    """Name the right sides of one definition, the latest that occurs; the line and that name."""
    for definition in reversed(list(paper.definitions.values())):
        named = _named(expr, definition)
        if named != expr:
            return named, definition.name
    return expr, ""


def _named(expr: Expr, definition: Definition) -> Expr:
    for ref, body in definition.lines:
        if isinstance(body, Ref | Num | Size | Delta):
            continue  # a name for a name says nothing new

        def change(node: Expr, ref: Ref = ref, body: Expr = body) -> Expr:
            if type(node) is not type(body):
                return node
            by: dict[Index, Index] = {}
            if not _alike(body, node, frozenset(ref.indices), by, {}):
                return node
            return Ref(ref.name, tuple(by.get(i, i) for i in ref.indices))

        expr = everywhere(expr, change)
    return expr


def recognize_complement(expr: Expr, paper: Paper) -> tuple[Expr, str, str]:
    """N R / (N + R)^2 is h (1 - h) for a definition h = N / (N + R); the line, h, and R / (N + R).

    So the derivative of 1 / (1 + exp(-x)) ends where the textbook says, by a step that can be
    seen, and not by turning exp(-x) into exp(x).
    """
    for definition in reversed(list(paper.definitions.values())):
        body = definition.body
        if definition.entries or not (isinstance(body, Div) and isinstance(body.denominator, Add)):
            continue
        rest = [term for term in body.denominator.terms if term != body.numerator]
        if len(rest) == len(body.denominator.terms):
            continue
        remainder = over(plus(*rest), body.denominator)
        if recognize(remainder, paper)[1]:
            continue  # it has a name of its own
        found = everywhere(expr, lambda node, d=definition: _with_complement(node, d))
        if found != expr:
            return found, definition.name, wording(remainder)
    return expr, "", ""


def _with_complement(node: Expr, definition: Definition) -> Expr:
    body = definition.body
    if not (isinstance(node, Div) and isinstance(body, Div) and isinstance(body.denominator, Add)):
        return node
    above: list[Expr] = []
    below: list[Expr] = []
    gather(node, above, below)
    remainder = plus(*(t for t in body.denominator.terms if t != body.numerator))
    wanted = [remainder] if body.numerator == ONE else [body.numerator, remainder]
    for place, (base, height) in enumerate(map(as_power, below)):
        by: dict[Index, Index] = {}
        free = frozenset(definition.indices)
        if height < 2 or not _alike(body.denominator, base, free, by, {}):
            continue
        parts = [substitute(part, by) for part in wanted]
        if any(part not in above for part in parts):
            continue
        own = Ref(definition.name, tuple(by.get(i, i) for i in definition.indices))
        for part in parts:
            above.remove(part)
        below[place] = to_power(base, num(height - 2))
        return over(times(own, plus(ONE, negative(own)), *above), times(*below, ONE))
    return node


def _alike(
    pattern: Expr, expr: Expr, free: frozenset[Index], by: dict[Index, Index],
    bound: dict[Index, Index],
) -> bool:  # fmt: skip
    """Whether an expression is a right side with other indices; ``by`` collects which."""

    def index(one: Index, other: Index) -> bool:
        if one in bound or other in bound.values():
            return bound.get(one) == other
        if one in free and not one.is_literal:
            return one.range == other.range and by.setdefault(one, other) == other
        return one == other

    match pattern, expr:
        case Ref(a, first), Ref(b, second):
            return a == b and len(first) == len(second) and all(map(index, first, second))
        case Delta(a, b), Delta(c, d):
            return index(a, c) and index(b, d)
        case Sum(first, body), Sum(second, other):
            pairs = list(zip(first, second, strict=False))
            if len(first) != len(second) or any(a.range != b.range for a, b in pairs):
                return False
            return _alike(body, other, free, by, {**bound, **dict(pairs)})
        case Fn(f, a), Fn(g, b):
            return f == g and _alike(a, b, free, by, bound)
        case (Bracket() | D(), _) | (_, Bracket() | D()):
            return False
    parts, others = children(pattern), children(expr)
    if type(pattern) is not type(expr) or len(parts) != len(others):
        return False
    if not parts:
        return pattern == expr
    return all(_alike(a, b, free, by, bound) for a, b in zip(parts, others, strict=True))
