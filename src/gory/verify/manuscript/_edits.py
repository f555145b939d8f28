"""The smallest change that makes a wrong line right: a sign, an index, a delta, a power, a sum.

Most slips are one token. Every change of one token is tried on the author's own right side, in
the order of how often people make the slip; the first that holds is named. What is named has been
tested like any claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from gory.notation import (
    ONE,
    Add,
    D,
    Delta,
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
    to_plain,
)
from gory.notation._build import negated, times
from gory.notation._indices import substitute
from gory.notation._plain import sign_split
from gory.verify.manuscript._claim import Ground
from gory.verify.manuscript._disagreement import holds

MOST_EDITS = 60  # of one line; each is tested within milliseconds
USUAL_DEPTH = 3  # sums inside each other; every further one takes some times as long
MOST_EDITED = 12  # lines of one section that are edited at all


@dataclass(frozen=True)
class Edit:
    """What to change, and the right side with the change."""

    what: str
    after: Expr


Maker = Callable[[Expr, tuple[Index, ...]], Iterator[Edit]]


def smallest_edit(
    ground: Ground, left: Expr, right: Expr, factors: Sequence[Expr] = ()
) -> Edit | None:
    """The first change of one token under which a line holds, or None."""
    if ground.edited >= MOST_EDITED:
        return None
    ground.edited += 1
    under = (lambda side: Mul((*factors, side))) if factors else (lambda side: side)
    deep = max(_depth(left), _depth(right)) - USUAL_DEPTH
    for edit in islice(_edits(left, right), MOST_EDITS // 4 ** max(deep, 0)):
        if holds(ground, under(left), under(edit.after)):
            return edit
    return None


def _depth(expr: Expr) -> int:
    """How many sums stand inside each other."""
    own = len(expr.indices) if isinstance(expr, Sum) else 0
    return own + max(map(_depth, children(expr)), default=0)


def _edits(left: Expr, right: Expr) -> Iterator[Edit]:
    open_ = sorted(free_indices(left) | free_indices(right), key=lambda i: i.name)
    yield from _with_swaps(right, open_)
    for make in (_signs, _deltas, _indices, _powers, _sums):
        yield from _anywhere(right, make, tuple(open_))


def _with_swaps(right: Expr, open_: Sequence[Index]) -> Iterator[Edit]:
    """Two free indices exchanged all over: a transposed matrix."""
    for one, other in combinations(open_, 2):
        if one.range == other.range:
            swapped = substitute(right, {one: other, other: one})
            if swapped != right:
                yield Edit(f"exchange the indices {one.name} and {other.name}", swapped)


def _anywhere(expr: Expr, make: Maker, scope: tuple[Index, ...]) -> Iterator[Edit]:
    """A change of this node, or of one below it."""
    yield from make(expr, scope)
    parts = children(expr)
    inner = (*scope, *expr.indices) if isinstance(expr, Sum) else scope
    for place, part in enumerate(parts):
        for edit in _anywhere(part, make, inner):
            if isinstance(expr, D) and part is expr.wrt and not isinstance(edit.after, Ref):
                continue
            new = (*parts[:place], edit.after, *parts[place + 1 :])
            yield Edit(edit.what, rebuild(expr, new))


def _signs(expr: Expr, _scope: tuple[Index, ...]) -> Iterator[Edit]:
    if not isinstance(expr, Add):
        return
    for place, term in enumerate(expr.terms):
        shown = to_plain(sign_split(term)[1])
        new = (*expr.terms[:place], negated(term), *expr.terms[place + 1 :])
        yield Edit(f"the sign of {shown}", Add(new))


def _deltas(expr: Expr, scope: tuple[Index, ...]) -> Iterator[Edit]:
    """``1 - s[m]`` for ``delta[k,m] - s[m]``, and a term that lacks its delta."""
    pairs = [(a, b) for a, b in combinations(scope, 2) if a.range == b.range]
    if isinstance(expr, Add):
        for place, term in enumerate(expr.terms):
            for a, b in pairs:
                delta = Delta(a, b)
                minus, rest = sign_split(term)
                new = times(delta, rest) if rest != ONE else delta
                terms = (*expr.terms[:place], negated(new) if minus else new,
                         *expr.terms[place + 1 :])  # fmt: skip
                yield Edit(f"{to_plain(delta)} is missing", Add(terms))
    elif isinstance(expr, Mul) and not any(isinstance(f, Add) for f in expr.factors):
        for a, b in pairs:
            yield Edit(f"{to_plain(Delta(a, b))} is missing", times(Delta(a, b), expr))


def _indices(expr: Expr, scope: tuple[Index, ...]) -> Iterator[Edit]:
    """Another index on one name, and two exchanged."""
    if isinstance(expr, Ref):
        own = expr.indices
    elif isinstance(expr, Delta):
        own = (expr.left, expr.right)
    else:
        return
    for place, index in enumerate(own):
        for other in scope:
            if other.range == index.range and other != index:
                yield _renamed(expr, (*own[:place], other, *own[place + 1 :]))
    if isinstance(expr, Ref) and len(own) == 2 and own[0].range == own[1].range:
        yield _renamed(expr, own[::-1])


def _renamed(expr: Ref | Delta, indices: tuple[Index, ...]) -> Edit:
    new = Ref(expr.name, indices) if isinstance(expr, Ref) else Delta(*indices[:2])
    return Edit(f"{to_plain(new)} in the place of {to_plain(expr)}", new)


def _sums(expr: Expr, scope: tuple[Index, ...]) -> Iterator[Edit]:
    """A sum over an index that was lost: ``x[i]`` for ``sum_j x[j]``."""
    match expr:
        case Ref(_, (index,)) | Fn(_, Ref(_, (index,))) if index in scope:
            other = fresh(index, {one.name for one in scope})
            whole = Sum((other,), substitute(expr, {index: other}))
            yield Edit(f"{to_plain(whole)} in the place of {to_plain(expr)}", whole)
        case Mul(factors) if not any(isinstance(factor, Sum) for factor in factors):
            for index in sorted(free_indices(expr) - {*scope}, key=lambda i: i.name):
                whole = Sum((index,), expr)
                yield Edit(f"{to_plain(whole)} in the place of {to_plain(expr)}", whole)


def _powers(expr: Expr, _scope: tuple[Index, ...]) -> Iterator[Edit]:
    """One power more or less of a name or a bracket."""
    match expr:
        case Pow(base, Num(value)) if value.denominator == 1:
            for power in (value + 1, value - 1, -value):
                new = base if power == 1 else Pow(base, num(power))
                yield Edit(f"{to_plain(new)} in the place of {to_plain(expr)}", new)
        case Ref():
            yield Edit(f"{to_plain(expr)}^2 in the place of {to_plain(expr)}", Pow(expr, num(2)))
