"""The changes that people would make on a line: a sign, an index, a name, a factor, a sum.

Each kind is a generator of edits of one node; `everywhere` tries it at every node of a line. The
order of `KINDS` is how often people make the slip.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product

from gory.notation import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    D,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Pow,
    Ref,
    Size,
    Sum,
    free_indices,
    fresh,
    num,
    walk,
)
from gory.notation._build import negated, plus, quotient, times
from gory.notation._indices import substitute
from gory.notation._plain import sign_split
from gory.verify.manuscript.explanations._edit import Change, Edit, stem
from gory.verify.manuscript.explanations._factor_changes import coefficients, divisors, factors
from gory.verify.manuscript.explanations._scope import Maker, Scope, edit_of, everywhere

PAIR = 2


def _swaps(right: Expr, scope: Scope) -> Iterator[Edit]:
    """Two free indices exchanged all over: a transposed matrix."""
    for one, other in scope.pairs():
        swapped = substitute(right, {one: other, other: one})
        if swapped != right and not _is_one_entry(right, one, other):
            yield Edit(Change.TRANSPOSED, swapped, right, swapped, (one, other))


def _is_one_entry(right: Expr, one: Index, other: Index) -> bool:
    """Whether two indices stand on one entry, which is named; a delta is the same either way."""
    entries = [node for node in walk(right) if isinstance(node, Ref)]
    return sum(bool({one, other} & {*node.indices}) for node in entries) == 1


def _signs(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    if not isinstance(expr, Add):
        return
    for place, term in enumerate(expr.terms):
        new = (*expr.terms[:place], negated(term), *expr.terms[place + 1 :])
        yield edit_of(Change.SIGN, expr, Add(new), sign_split(term)[1])


def _in_front(right: Expr, _scope: Scope) -> Iterator[Edit]:
    """The sign of a product, where nobody would look for it in a bracket: ``p (1 - p)``."""
    if isinstance(right, Mul):
        is_minus = right.factors[0] == MINUS_ONE
        if is_minus or any(isinstance(f, Add) and ONE in f.terms for f in right.factors):
            yield edit_of(Change.SIGN_OF_ALL, right, negated(right))


def _turned(right: Expr, scope: Scope) -> Iterator[Edit]:
    """``a - y`` for ``y - a``, the sign of the whole, or that of a factor."""
    yield from everywhere(_exchanged)(right, scope)
    if not (isinstance(right, Add) and len(right.terms) == PAIR):  # that is exchanged
        yield edit_of(Change.SIGN_OF_ALL, right, negated(right))
    yield from everywhere(_negative_factor)(right, scope)


def _exchanged(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    if isinstance(expr, Add) and sum(sign_split(term)[0] for term in expr.terms) == 1 == (
        len(expr.terms) - 1
    ):
        terms = tuple(negated(term) for term in reversed(expr.terms))
        yield edit_of(Change.ORDER, expr, Add(terms))
    if isinstance(expr, Div):
        for turned in _turned_over(expr):
            is_whole = turned == quotient(expr.denominator, expr.numerator)
            yield edit_of(Change.TURNED_OVER if is_whole else Change.ORDER, expr, turned)


def _turned_over(expr: Div) -> Iterator[Expr]:
    """``r / w`` for ``w / r``, also with other factors above or below."""
    above, below = (
        side.factors if isinstance(side, Mul) else (side,)
        for side in (expr.numerator, expr.denominator)
    )
    for (m, one), (n, other) in product(enumerate(above), enumerate(below)):
        if one != other:
            upper = times(*above[:m], other, *above[m + 1 :])
            yield quotient(upper, times(*below[:n], one, *below[n + 1 :]))


def _negative_factor(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """``-(y / h) (h g)`` for ``-(y / h) (-h g)``."""
    if isinstance(expr, Mul):
        for place, factor in enumerate(expr.factors):
            if isinstance(factor, Mul):
                new = (*expr.factors[:place], negated(factor), *expr.factors[place + 1 :])
                yield replace(edit_of(Change.ORDER, factor, negated(factor)), after=Mul(new))


def _arguments(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """``exp(s)`` for ``exp(-s)``."""
    if isinstance(expr, Fn):
        yield edit_of(Change.ARGUMENT, expr, replace(expr, argument=_opposite(expr.argument)))


def _opposite(expr: Expr) -> Expr:
    """``a + b`` for ``-a - b``: no sign in front of a bracket that begins with one."""
    if isinstance(expr, Add) and sign_split(expr.terms[0])[0]:
        return Add(tuple(map(negated, expr.terms)))
    return negated(expr)


def _two_signs(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """The signs of two terms that stand beside each other: ``- p + 1`` for ``p - 1``."""
    if isinstance(expr, Add):
        for place, pair in enumerate(pairwise(expr.terms) if len(expr.terms) > 2 else ()):
            turned = tuple(map(negated, pair))
            new = Add((*expr.terms[:place], *turned, *expr.terms[place + 2 :]))
            yield replace(edit_of(Change.ORDER, Add(pair), Add(turned)), after=new)


def _deltas(expr: Expr, scope: Scope) -> Iterator[Edit]:
    """``1 - s[m]`` for ``delta[k,m] - s[m]``, and a term that lacks its delta."""
    pairs = list(scope.pairs())
    if isinstance(expr, Add):
        for place, term in enumerate(expr.terms):
            for a, b in pairs:
                delta = Delta(a, b)
                minus, rest = sign_split(term)
                new = times(delta, rest) if rest != ONE else delta
                terms = (*expr.terms[:place], negated(new) if minus else new,
                         *expr.terms[place + 1 :])  # fmt: skip
                yield edit_of(Change.DELTA, expr, Add(terms), delta)
    elif isinstance(expr, Mul | Ref | Fn | Div | Pow | Sum):
        for a, b in pairs:
            yield edit_of(Change.DELTA, expr, times(Delta(a, b), expr), Delta(a, b))


def _indices(expr: Expr, scope: Scope) -> Iterator[Edit]:
    """Another index on one name, and two exchanged."""
    if isinstance(expr, Ref):
        own = expr.indices
    elif isinstance(expr, Delta):
        own = (expr.left, expr.right)
    else:
        return
    for place, index in enumerate(own):
        for other in scope.others(index):
            yield _renamed(expr, (*own[:place], other, *own[place + 1 :]))
    if isinstance(expr, Ref) and len(own) == 2 and own[0].range == own[1].range:
        yield _renamed(expr, own[::-1])


def _letters(expr: Expr, scope: Scope) -> Iterator[Edit]:
    """An index that is another one wherever it stands in a part: ``s[i,i]`` for ``s[k,k]``."""
    if isinstance(expr, Num | Size) or (isinstance(expr, Ref) and len(expr.indices) == 1):
        return
    for index in sorted(free_indices(expr), key=lambda i: i.name):
        for other in scope.others(index):
            yield edit_of(Change.LETTER, expr, substitute(expr, {index: other}))


def _renamed(expr: Ref | Delta, indices: tuple[Index, ...]) -> Edit:
    new = Ref(expr.name, indices) if isinstance(expr, Ref) else Delta(*indices[:2])
    return edit_of(Change.INDEX, expr, new)


def _sums(expr: Expr, scope: Scope) -> Iterator[Edit]:
    """A sum over an index that was lost: ``x[i]`` for ``sum_j x[j]``."""
    match expr:
        case Ref(_, (index,)) | Fn(_, Ref(_, (index,))) if index in scope.indices:
            other = fresh(index, {one.name for one in scope.indices})
            whole = Sum((other,), substitute(expr, {index: other}))
            yield edit_of(Change.SUM, expr, whole)
        case Mul(factors) if not any(isinstance(factor, Sum) for factor in factors):
            unbound = free_indices(expr) - ({*scope.indices} - scope.loose)
            for index in sorted(unbound, key=lambda i: i.name):
                whole = Sum((index,), expr)
                yield replace(edit_of(Change.SUM, expr, whole), of=(index,))


def _wider_sums(expr: Expr, scope: Scope) -> Iterator[Edit]:
    """``sum_i a[i] x[i]`` for ``a[i] sum_i x[i]``, where nothing else binds the i in front."""
    if not isinstance(expr, Mul):
        return
    for place, factor in enumerate(expr.factors):
        rest = times(*expr.factors[:place], *expr.factors[place + 1 :])
        if not isinstance(factor, Sum):
            continue
        for index in scope.loose & free_indices(rest):
            bound = next((i for i in factor.indices if i.range == index.range), None)
            if bound is not None:
                inner = substitute(factor.body, {bound: index})
                others = tuple(i for i in factor.indices if i != bound)
                apart = [f for f in _parts(rest) if index not in free_indices(f)]
                within = [f for f in _parts(rest) if index in free_indices(f)]
                whole = times(*apart, Sum((index, *others), times(*within, inner)))
                yield replace(edit_of(Change.WIDER_SUM, expr, whole), of=(index,))


def _parts(expr: Expr) -> tuple[Expr, ...]:
    return expr.factors if isinstance(expr, Mul) else (expr,)


def _powers(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """One power more or less of a name, a function, a sum or a bracket."""
    match expr:
        case Pow(base, Num(value)):
            powers = dict.fromkeys((value + 1, value - 1, -value, value - 2, value / 2))
            for power in powers.keys() - {0}:
                new = base if power == 1 else Pow(base, Num(power))
                yield edit_of(Change.POWER, expr, new)
        case Pow(base, exponent):
            for number in (ONE, MINUS_ONE):
                yield edit_of(Change.POWER, expr, Pow(base, plus(exponent, number)))
        case Ref() | Size() | Fn() | Sum() | Add():
            for power in (num(2), Num(Fraction(1, 2))):
                yield edit_of(Change.POWER, expr, Pow(expr, power))
            if isinstance(expr, Size) or (isinstance(expr, Ref) and not expr.indices):
                yield edit_of(Change.POWER, expr, Div(ONE, expr))


def _slopes(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """``f(u)`` for ``f'(u)`` and the other way round."""
    match expr:
        case Fn(("sin" | "cos") as name, argument):
            yield edit_of(Change.SLOPE, expr, Fn("cos" if name == "sin" else "sin", argument))
        case Fn(_, Ref() as argument):
            yield edit_of(Change.SLOPE, expr, D(expr, argument))
        case D(Fn(_, argument) as body, wrt) if argument == wrt:
            yield edit_of(Change.SLOPE, expr, body)


def _squares(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """A square at another place: ``(1 - h)^2`` for ``1 - h^2``, a sum of squares for its square."""
    match expr:
        case Pow(Add((*terms, last)), Num() as power):
            minus, rest = sign_split(last)
            new = negated(Pow(rest, power)) if minus else Pow(rest, power)
            yield edit_of(Change.SQUARE, expr, Add((*terms, new)))
        case Sum(indices, Pow(base, power)):
            yield edit_of(Change.SQUARE, expr, Pow(Sum(indices, base), power))
        case Pow(Sum(indices, body), power):
            yield edit_of(Change.SQUARE, expr, Sum(indices, Pow(body, power)))


def _names(expr: Expr, scope: Scope) -> Iterator[Edit]:
    """Another array with the same indices, a one for a name or a name for a one."""
    if expr == ONE:
        yield from (edit_of(Change.NAME, expr, entry) for entry in scope.entries())
    if isinstance(expr, Add):
        for place, term in enumerate(expr.terms):
            minus, rest = sign_split(term)
            new = (*expr.terms[:place], MINUS_ONE if minus else ONE, *expr.terms[place + 1 :])
            if isinstance(rest, Ref):
                yield replace(edit_of(Change.NAME, rest, ONE), after=Add(new))
            for entry in scope.entries() if minus and rest == ONE else ():
                new = (*expr.terms[:place], negated(entry), *expr.terms[place + 1 :])
                yield replace(edit_of(Change.NAME, ONE, entry), after=Add(new))
    if isinstance(expr, Ref):
        axes = tuple(index.range for index in expr.indices)
        for name, own in scope.arrays:
            if own == axes and name != expr.name:
                kind = Change.INDEX if stem(name) == stem(expr.name) else Change.NAME
                yield edit_of(kind, expr, Ref(name, expr.indices))
        for entry in scope.entries():
            if entry.name != expr.name:
                yield edit_of(Change.NAME, expr, entry)


def _complements(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """``1 - p`` for ``p`` and the other way round."""
    match expr:
        case Ref():
            yield edit_of(Change.COMPLEMENT, expr, Add((ONE, Mul((MINUS_ONE, expr)))))
        case Add((one, term)) if one == ONE and sign_split(term)[0]:
            yield edit_of(Change.COMPLEMENT, expr, sign_split(term)[1])


def _exponentials(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """``exp(a)`` for ``exp(a) exp(a)``: not the exponent was lost, but a factor."""
    if isinstance(expr, Fn) and expr.name == "exp":
        yield edit_of(Change.LOST_FACTOR, expr, times(expr, expr), expr)


def _terms(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """A term too much."""
    if isinstance(expr, Add):
        for place, term in enumerate(expr.terms):
            rest = (*expr.terms[:place], *expr.terms[place + 1 :])
            yield edit_of(Change.SPARE_TERM, expr, plus(*rest), term)


def _nothing(right: Expr, _scope: Scope) -> Iterator[Edit]:
    """Zero for the whole: everything cancels."""
    yield edit_of(Change.NOTHING, right, ZERO)


def _functions(expr: Expr, _scope: Scope) -> Iterator[Edit]:
    """``sum_k a[k]`` for ``sum_k exp(a[k])``, and the other way round."""
    match expr:
        case Ref():
            yield edit_of(Change.FUNCTION, expr, Fn("exp", expr))
            yield edit_of(Change.FUNCTION, expr, Fn("log", expr))
        case Sum():
            yield edit_of(Change.FUNCTION, expr, Fn("log", expr))
        case Fn(("exp" | "log"), (Ref() | Sum()) as argument):
            yield edit_of(Change.FUNCTION, expr, argument)


KINDS: tuple[Maker, ...] = (
    _swaps,
    everywhere(_signs),
    everywhere(_deltas),
    everywhere(_indices),
    _in_front,
    _turned,
    everywhere(_exponentials),
    everywhere(coefficients),
    everywhere(_powers),
    everywhere(_arguments),
    everywhere(_slopes),
    everywhere(_squares),
    everywhere(_sums),
    everywhere(_wider_sums),
    everywhere(_names),
    everywhere(_complements),
    everywhere(_terms),
    everywhere(factors),
    everywhere(divisors),
    everywhere(_letters),
    _nothing,
    everywhere(_functions),
    everywhere(_two_signs),
)
