"""The smallest change that makes a wrong line right: a sign, an index, a name, a factor, a sum.

Most slips are one token. Every change of one token is tried on the author's own right side, in
the order of how often people make the slip, and of those of one kind that hold the one is named
that looks most like the lines around it. What is named has been tested like any claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, islice, product

from gory.notation import (
    MINUS_ONE,
    ONE,
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
    Sum,
    children,
    free_indices,
    fresh,
    num,
    rebuild,
    walk,
)
from gory.notation._build import negated, quotient, times
from gory.notation._indices import substitute
from gory.notation._plain import sign_split
from gory.verify.manuscript._claim import Ground, holds
from gory.verify.manuscript._edit import Change, Edit
from gory.verify.manuscript._probe import Probe

MOST_EDITS = 400  # of one kind on one line; each is tried at a few points
MOST_TESTED = 4  # of one kind that fit there, each tested within milliseconds
MOST_NAMES = 12  # entries of other arrays that may have been meant
USUAL_DEPTH = 3  # sums inside each other; every further one takes some times as long
MOST_EDITED = 12  # lines of one section that are edited at all


@dataclass(frozen=True)
class _Scope:
    """What may stand at a place of a line: indices, and entries of arrays."""

    indices: tuple[Index, ...]
    arrays: Sequence[tuple[str, tuple[str, ...]]]

    def within(self, indices: tuple[Index, ...]) -> _Scope:
        return _Scope((*self.indices, *indices), self.arrays)

    def entries(self) -> Iterator[Ref]:
        """Entries of the arrays of a text with indices that are known here."""
        for name, axes in self.arrays:
            own = [[i for i in self.indices if i.range == axis] for axis in axes]
            yield from (Ref(name, indices) for indices in product(*own))


Maker = Callable[[Expr, _Scope], Iterator[Edit]]


def smallest_edit(
    ground: Ground,
    left: Expr,
    right: Expr,
    factors: Sequence[Expr] = (),
    around: Sequence[Expr] = (),
) -> Edit | None:
    """The change of one token under which a line holds and is most like those around it."""
    if ground.edited >= MOST_EDITED:
        return None
    ground.edited += 1
    deep = max(_depth(left), _depth(right)) - USUAL_DEPTH
    most = MOST_EDITS // 4 ** max(deep, 0)

    def under(side: Expr) -> Expr:
        return Mul((*factors, side)) if factors else side

    open_ = sorted(free_indices(left) | free_indices(right), key=lambda i: i.name)
    scope = _Scope(tuple(open_), _arrays(ground, left, right))
    probe = Probe(ground.paper, under(left), [right, *scope.entries()])
    known = {node for side in around for node in walk(side)}
    for make in _KINDS:
        fitting = (e for e in islice(make(right, scope), most) if probe.fits(under(e.after)))
        tested = [
            edit
            for edit in islice(fitting, MOST_TESTED)
            if holds(ground, under(left), under(edit.after))
        ]
        if tested:
            return max(tested, key=lambda edit: _likeness(edit.after, known))
    return None


def _arrays(ground: Ground, left: Expr, right: Expr) -> list[tuple[str, tuple[str, ...]]]:
    """Arrays of the line and, behind them, of the text."""
    written = [n.name for side in (right, left) for n in walk(side) if isinstance(n, Ref)]
    names = dict.fromkeys([*written, *ground.paper.definitions, *sorted(ground.introduced)])
    axes = ground.paper.axes
    return [(name, axes[name]) for name in names if name in axes][:MOST_NAMES]


def _likeness(expr: Expr, known: Iterable[Expr]) -> int:
    """How much of an expression stands elsewhere too."""
    return sum(node in known for node in walk(expr))


def _depth(expr: Expr) -> int:
    """How many sums stand inside each other."""
    own = len(expr.indices) if isinstance(expr, Sum) else 0
    return own + max(map(_depth, children(expr)), default=0)


def _swaps(right: Expr, scope: _Scope) -> Iterator[Edit]:
    """Two free indices exchanged all over: a transposed matrix."""
    for one, other in combinations(scope.indices, 2):
        if one.range == other.range:
            swapped = substitute(right, {one: other, other: one})
            if swapped != right:
                yield Edit(Change.TRANSPOSED, swapped, right, swapped, (one, other))


def _everywhere(make: Maker) -> Maker:
    """A change of this node, or of one below it."""

    def made(expr: Expr, scope: _Scope) -> Iterator[Edit]:
        yield from make(expr, scope)
        parts = children(expr)
        inner = scope.within(expr.indices) if isinstance(expr, Sum) else scope
        for place, part in enumerate(parts):
            for edit in made(part, inner):
                if isinstance(expr, D) and part is expr.wrt and not isinstance(edit.after, Ref):
                    continue
                new = (*parts[:place], edit.after, *parts[place + 1 :])
                after = rebuild(expr, new)
                yield replace(edit, after=after)

    return made


def _put(kind: Change, old: Expr, new: Expr, *of: Expr) -> Edit:
    """One part for another."""
    return Edit(kind, new, old, new, of)


def _signs(expr: Expr, _scope: _Scope) -> Iterator[Edit]:
    if not isinstance(expr, Add):
        return
    for place, term in enumerate(expr.terms):
        new = (*expr.terms[:place], negated(term), *expr.terms[place + 1 :])
        yield _put(Change.SIGN, expr, Add(new), sign_split(term)[1])


def _negation(right: Expr, _scope: _Scope) -> Iterator[Edit]:
    """The sign of the whole."""
    yield _put(Change.SIGN_OF_ALL, right, negated(right))


def _exchanged(expr: Expr, _scope: _Scope) -> Iterator[Edit]:
    """``a - y`` for ``y - a``."""
    if isinstance(expr, Add) and sum(sign_split(term)[0] for term in expr.terms) == 1 == (
        len(expr.terms) - 1
    ):
        terms = tuple(negated(term) for term in reversed(expr.terms))
        yield _put(Change.ORDER, expr, Add(terms))


def _deltas(expr: Expr, scope: _Scope) -> Iterator[Edit]:
    """``1 - s[m]`` for ``delta[k,m] - s[m]``, and a term that lacks its delta."""
    pairs = [(a, b) for a, b in combinations(scope.indices, 2) if a.range == b.range]
    if isinstance(expr, Add):
        for place, term in enumerate(expr.terms):
            for a, b in pairs:
                delta = Delta(a, b)
                minus, rest = sign_split(term)
                new = times(delta, rest) if rest != ONE else delta
                terms = (*expr.terms[:place], negated(new) if minus else new,
                         *expr.terms[place + 1 :])  # fmt: skip
                yield _put(Change.DELTA, expr, Add(terms), delta)
    elif isinstance(expr, Mul) and not any(isinstance(f, Add) for f in expr.factors):
        for a, b in pairs:
            yield _put(Change.DELTA, expr, times(Delta(a, b), expr), Delta(a, b))


def _indices(expr: Expr, scope: _Scope) -> Iterator[Edit]:
    """Another index on one name, and two exchanged."""
    if isinstance(expr, Ref):
        own = expr.indices
    elif isinstance(expr, Delta):
        own = (expr.left, expr.right)
    else:
        return
    for place, index in enumerate(own):
        for other in scope.indices:
            if other.range == index.range and other != index:
                yield _renamed(expr, (*own[:place], other, *own[place + 1 :]))
    if isinstance(expr, Ref) and len(own) == 2 and own[0].range == own[1].range:
        yield _renamed(expr, own[::-1])


def _renamed(expr: Ref | Delta, indices: tuple[Index, ...]) -> Edit:
    new = Ref(expr.name, indices) if isinstance(expr, Ref) else Delta(*indices[:2])
    return _put(Change.INDEX, expr, new)


def _sums(expr: Expr, scope: _Scope) -> Iterator[Edit]:
    """A sum over an index that was lost: ``x[i]`` for ``sum_j x[j]``."""
    match expr:
        case Ref(_, (index,)) | Fn(_, Ref(_, (index,))) if index in scope.indices:
            other = fresh(index, {one.name for one in scope.indices})
            whole = Sum((other,), substitute(expr, {index: other}))
            yield _put(Change.SUM, expr, whole)
        case Mul(factors) if not any(isinstance(factor, Sum) for factor in factors):
            for index in sorted(free_indices(expr) - {*scope.indices}, key=lambda i: i.name):
                whole = Sum((index,), expr)
                yield _put(Change.SUM, expr, whole)


def _powers(expr: Expr, _scope: _Scope) -> Iterator[Edit]:
    """One power more or less of a name or a bracket."""
    match expr:
        case Pow(base, Num(value)) if value.denominator == 1:
            for power in (value + 1, value - 1, -value):
                new = base if power == 1 else Pow(base, num(power))
                yield _put(Change.POWER, expr, new)
        case Ref():
            yield _put(Change.POWER, expr, Pow(expr, num(2)))


def _names(expr: Expr, scope: _Scope) -> Iterator[Edit]:
    """Another array with the same indices."""
    if isinstance(expr, Ref):
        axes = tuple(index.range for index in expr.indices)
        for name, own in scope.arrays:
            if own == axes and name != expr.name:
                yield _put(Change.NAME, expr, Ref(name, expr.indices))


def _complements(expr: Expr, _scope: _Scope) -> Iterator[Edit]:
    """``1 - p`` for ``p`` and the other way round."""
    match expr:
        case Ref():
            yield _put(Change.COMPLEMENT, expr, Add((ONE, Mul((MINUS_ONE, expr)))))
        case Add((one, term)) if one == ONE and sign_split(term)[0]:
            yield _put(Change.COMPLEMENT, expr, sign_split(term)[1])


_NUMBERS = (Fraction(2), Fraction(1, 2))


def _coefficients(expr: Expr, _scope: _Scope) -> Iterator[Edit]:
    """A term that lacks a 2, or has one too much."""
    if isinstance(expr, Mul | Ref | Fn | Div | Pow | Sum):
        for number in _NUMBERS:
            kind = Change.LOST_NUMBER if number > 1 else Change.SPARE_NUMBER
            yield _put(kind, expr, _scaled(number, expr), num(2))


def _scaled(number: Fraction, expr: Expr) -> Expr:
    """A product with a number, which is put into one that stands there."""
    match expr:
        case Num(value):
            return Num(value * number)
        case Mul((first, *rest)) if isinstance(first, Num | Div):
            return times(_scaled(number, first), *rest)
        case Div(above, below) if isinstance(above, Num):
            return Div(_scaled(number, above), below)
        case Div(above, Num(value)) if number < 1 or value.numerator % number.numerator == 0:
            return quotient(above, Num(value / number))
    return times(Num(number), expr)


def _multiplied(entry: Ref, expr: Expr) -> Expr:
    """A product with an entry, which is cancelled where it stands below."""
    match expr:
        case Div(above, below) if below == entry:
            return above
        case Div(above, Mul(factors)) if entry in factors:
            place = factors.index(entry)
            return Div(above, times(*factors[:place], *factors[place + 1 :]))
    return times(entry, expr)


def _factors(expr: Expr, scope: _Scope) -> Iterator[Edit]:
    """A product that lacks an entry of an array, or has a factor too much."""
    if isinstance(expr, Mul):
        for place, factor in enumerate(expr.factors):
            rest = (*expr.factors[:place], *expr.factors[place + 1 :])
            if not isinstance(factor, Num) and rest:
                yield _put(Change.SPARE_FACTOR, expr, times(*rest), factor)
    if isinstance(expr, Mul | Ref | Fn | Div | Pow | Sum):
        for entry in scope.entries():
            new = _multiplied(entry, expr)
            yield _put(Change.LOST_FACTOR, expr, new, entry)


_KINDS: tuple[Maker, ...] = (
    _swaps,
    _everywhere(_signs),
    _everywhere(_deltas),
    _everywhere(_indices),
    _everywhere(_exchanged),
    _negation,
    _everywhere(_coefficients),
    _everywhere(_powers),
    _everywhere(_sums),
    _everywhere(_names),
    _everywhere(_complements),
    _everywhere(_factors),
)
